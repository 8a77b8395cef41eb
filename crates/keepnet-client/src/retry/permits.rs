//! How many requests are in flight at once.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::Semaphore;

use crate::{CompanyId, Safety};

/// How many requests of a client may be in flight at once, over all its clones.
///
/// The service publishes no limit; these keep a program that starts a thousand calls from opening a
/// thousand connections. Further calls wait in the order in which they came, at most for
/// [`Timeouts::queue`](crate::Timeouts). Requests for a token are not counted, and a download only
/// until its first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Concurrency {
    pub(crate) reads: usize,
    pub(crate) writes_per_company: usize,
}

impl Concurrency {
    /// Of operations that change nothing ([`Safety::Read`]), over all companies. Default 8; 0 counts
    /// as 1.
    #[must_use]
    pub fn reads(mut self, most: usize) -> Self {
        self.reads = most;
        self
    }

    /// Of all others, uploads included, for each company: writes of different companies do not wait
    /// for one another. Default 2; 0 counts as 1.
    #[must_use]
    pub fn writes_per_company(mut self, most: usize) -> Self {
        self.writes_per_company = most;
        self
    }
}

impl Default for Concurrency {
    fn default() -> Self {
        Self {
            reads: 8,
            writes_per_company: 2,
        }
    }
}

/// Reads and writes apart, so that a long upload does not hold up a listing.
pub(crate) struct Permits {
    reads: Arc<Semaphore>,
    /// Of the companies that are written to at the moment.
    writes: Mutex<HashMap<Option<CompanyId>, Weak<Semaphore>>>,
    writes_per_company: usize,
}

impl Permits {
    pub(crate) fn new(limits: Concurrency) -> Self {
        Self {
            reads: Arc::new(Semaphore::new(limits.reads.max(1))),
            writes: Mutex::default(),
            writes_per_company: limits.writes_per_company.max(1),
        }
    }

    /// The permits for calls of this class in this company; first come, first served.
    pub(crate) fn of(&self, safety: Safety, company: Option<&CompanyId>) -> Arc<Semaphore> {
        if safety == Safety::Read {
            return Arc::clone(&self.reads);
        }
        let mut writes = self.writes.lock().unwrap_or_else(PoisonError::into_inner);
        let company = company.cloned();
        if let Some(permits) = writes.get(&company).and_then(Weak::upgrade) {
            return permits;
        }
        // Calls and their permits keep a semaphore alive, so what is dead has nobody waiting.
        writes.retain(|_, permits| permits.strong_count() > 0);
        let permits = Arc::new(Semaphore::new(self.writes_per_company));
        writes.insert(company, Arc::downgrade(&permits));
        permits
    }
}
