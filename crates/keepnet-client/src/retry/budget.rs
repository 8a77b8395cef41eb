//! What all calls of a client together may spend on retries.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bounds the retries of all calls of a client together, so that a service in trouble is not kept
/// there by its clients. A retry takes one, a success gives one back; so there are never more retries
/// than the budget and the successes together.
#[derive(Debug)]
pub(crate) struct RetryBudget {
    size: u32,
    left: Mutex<u32>,
}

impl RetryBudget {
    pub(crate) fn new(size: u32) -> Arc<Self> {
        Arc::new(Self {
            size,
            left: Mutex::new(size),
        })
    }

    /// Pays for a retry; `None` if nothing is left.
    pub(crate) fn withdraw(self: &Arc<Self>) -> Option<PaidRetry> {
        let mut left = self.lock();
        *left = left.checked_sub(1)?;
        Some(PaidRetry(Some(Arc::clone(self))))
    }

    /// Records a success, with whichever try.
    pub(crate) fn succeeded(&self) {
        self.give_back();
    }

    fn give_back(&self) {
        let mut left = self.lock();
        *left = left.saturating_add(1).min(self.size);
    }

    fn lock(&self) -> MutexGuard<'_, u32> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A retry that is paid for. Dropped before it is sent, it goes back into the budget.
#[derive(Debug)]
pub(crate) struct PaidRetry(Option<Arc<RetryBudget>>);

impl PaidRetry {
    /// The retry is sent now.
    pub(crate) fn spend(mut self) {
        self.0 = None;
    }
}

impl Drop for PaidRetry {
    fn drop(&mut self) {
        if let Some(budget) = &self.0 {
            budget.give_back();
        }
    }
}
