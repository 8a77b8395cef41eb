//! How many requests are in flight at once, adapted to the service's responses.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use reqwest::StatusCode;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::Safety;

/// How many requests of a client may be in flight at once, over all its clones and companies.
///
/// These are upper limits: after a 429 or 503 the client halves the number by itself, and adds one
/// each time as many requests as are allowed at once have succeeded. Further calls wait in the order
/// they came, until the [deadline](crate::RetryPolicy::deadline) of each. Requests for a token are
/// not counted, and a download only until its first byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Concurrency {
    /// Of operations that change nothing ([`Safety::Read`]). Default 8; 0 counts as 1.
    pub reads: usize,
    /// Of all others, uploads included. Default 2; 0 counts as 1.
    pub writes: usize,
}

impl Default for Concurrency {
    fn default() -> Self {
        Self {
            reads: 8,
            writes: 2,
        }
    }
}

/// Reads and writes apart, so that a long upload does not hold up a listing.
pub(crate) struct Limiters {
    reads: Arc<Limiter>,
    writes: Arc<Limiter>,
}

impl Limiters {
    pub(crate) fn new(most: Concurrency) -> Self {
        Self {
            reads: Arc::new(Limiter::new(most.reads)),
            writes: Arc::new(Limiter::new(most.writes)),
        }
    }

    /// A permit, if one is free and no call waits for it.
    pub(crate) fn try_acquire(&self, safety: Safety) -> Option<Permit> {
        let limiter = self.limiter(safety);
        let permit = Arc::clone(&limiter.permits).try_acquire_owned();
        Some(Permit::new(limiter, permit.ok()?))
    }

    /// Waits for a permit. Dropping the future leaves the queue.
    pub(crate) async fn acquire(&self, safety: Safety) -> Permit {
        let limiter = self.limiter(safety);
        loop {
            // The semaphore is never closed.
            if let Ok(permit) = Arc::clone(&limiter.permits).acquire_owned().await {
                return Permit::new(limiter, permit);
            }
        }
    }

    fn limiter(&self, safety: Safety) -> &Arc<Limiter> {
        match safety {
            Safety::Read => &self.reads,
            Safety::Idempotent | Safety::Once => &self.writes,
        }
    }
}

struct Limiter {
    ceiling: usize,
    /// First come, first served.
    permits: Arc<Semaphore>,
    state: Mutex<State>,
}

struct State {
    limit: usize,
    /// Permits in use that are to be given up, since the limit fell below their number.
    surplus: usize,
    /// Since the limit changed last.
    successes: usize,
    /// How often the limit was halved.
    halvings: u64,
}

impl Limiter {
    fn new(most: usize) -> Self {
        let ceiling = most.max(1);
        Self {
            ceiling,
            permits: Arc::new(Semaphore::new(ceiling)),
            state: Mutex::new(State {
                limit: ceiling,
                surplus: 0,
                successes: 0,
                halvings: 0,
            }),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right to have one request in flight, given back when dropped.
pub(crate) struct Permit {
    limiter: Arc<Limiter>,
    permit: Option<OwnedSemaphorePermit>,
    halvings: u64,
}

impl Permit {
    fn new(limiter: &Arc<Limiter>, permit: OwnedSemaphorePermit) -> Self {
        Self {
            limiter: Arc::clone(limiter),
            permit: Some(permit),
            halvings: limiter.lock().halvings,
        }
    }

    /// Adapts the limit to the status of a response.
    pub(crate) fn record_status(&self, status: StatusCode) {
        let limiter = &self.limiter;
        let mut state = limiter.lock();
        match status {
            // Requests sent together are refused together; that is one sign, not many.
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
                if self.halvings == state.halvings =>
            {
                let half = (state.limit / 2).max(1);
                let less = state.limit - half;
                state.surplus += less - limiter.permits.forget_permits(less);
                state.limit = half;
                state.halvings += 1;
                state.successes = 0;
                tracing::debug!(limit = state.limit, "fewer requests at once");
            }
            status if status.is_success() && state.limit < limiter.ceiling => {
                state.successes += 1;
                if state.successes >= state.limit {
                    state.limit += 1;
                    state.successes = 0;
                    match state.surplus {
                        0 => limiter.permits.add_permits(1),
                        surplus => state.surplus = surplus - 1,
                    }
                }
            }
            _ => {}
        }
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut state = self.limiter.lock();
        if state.surplus > 0 {
            state.surplus -= 1;
            if let Some(permit) = self.permit.take() {
                permit.forget();
            }
        }
        // The lock is released before the permit wakes the next call.
        drop(state);
    }
}
