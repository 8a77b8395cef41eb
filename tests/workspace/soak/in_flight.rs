//! How many requests of a client are in flight at the same time.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use keepnet_client::{Observer, RequestInfo};

/// Counts the requests; all clones count together.
#[derive(Clone, Debug, Default)]
pub(super) struct InFlight(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    now: AtomicUsize,
    most: AtomicUsize,
}

impl InFlight {
    /// Returns the largest number so far, and begins anew.
    pub(super) fn take_most(&self) -> usize {
        self.0.most.swap(0, Ordering::SeqCst)
    }
}

impl Observer for InFlight {
    fn on_request(&self, _: &RequestInfo<'_>) -> Option<Box<dyn Send>> {
        let now = self.0.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.0.most.fetch_max(now, Ordering::SeqCst);
        Some(Box::new(Ended(Arc::clone(&self.0))))
    }
}

struct Ended(Arc<Counts>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, Ordering::SeqCst);
    }
}
