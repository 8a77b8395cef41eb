//! What all calls of a client together may spend on retries.

use std::sync::{Mutex, PoisonError};

use super::outcome::Outcome;

/// What a retry after a 429 costs: the service is alive and says when it has had enough.
const THROTTLED_COST: u32 = 5;
/// What a retry costs after a broken connection, a time-out or a failing gateway, each of which may
/// have cost the service a whole try.
const FAILED_COST: u32 = 14;
/// What a call that succeeds with its first try pays in.
const SUCCESS: u32 = 1;

/// Bounds the retries of all calls of a credential together, so that a service in trouble is not
/// kept there by its clients: the calls of an hour may each be entitled to three retries, but not
/// all of them.
///
/// A retry that leads to success gets its cost back. Hence, whatever happens, the retries that lead
/// to no success are at most `(capacity + calls that succeed at first) / THROTTLED_COST`.
#[derive(Debug)]
pub(crate) struct RetryBudget {
    capacity: u32,
    left: Mutex<u32>,
}

impl RetryBudget {
    pub(crate) fn new(capacity: u32) -> Self {
        Self {
            capacity,
            left: Mutex::new(capacity),
        }
    }

    /// Pays for a retry after this outcome and returns the price; `None` if too little is left.
    pub(crate) fn withdraw(&self, outcome: Outcome) -> Option<u32> {
        let cost = match outcome {
            Outcome::Busy {
                throttled: true, ..
            } => THROTTLED_COST,
            _ => FAILED_COST,
        };
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        *left = left.checked_sub(cost)?;
        Some(cost)
    }

    /// Records a success, after a retry for which `paid` was withdrawn or with the first try.
    pub(crate) fn succeeded(&self, paid: Option<u32>) {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        *left = left
            .saturating_add(paid.unwrap_or(SUCCESS))
            .min(self.capacity);
    }
}
