use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use reqwest::StatusCode;
use tokio::sync::oneshot;

use crate::Safety;

/// How many requests of a client may be under way at once, over all its clones and companies.
///
/// These are upper ends: after a 429 or 503 the client halves the number by itself, and steps up by
/// one each time as many requests as fit in have succeeded. Further calls wait for a place in the
/// order they came, until the [deadline](crate::RetryPolicy::deadline) of each. Requests for a token
/// are not counted, and a download only until its first byte.
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

/// The requests under way, those that read and those that write apart, so that a long upload keeps
/// nobody from looking.
pub(crate) struct InFlight {
    reads: Arc<Lane>,
    writes: Arc<Lane>,
}

impl InFlight {
    pub(crate) fn new(most: Concurrency) -> Self {
        Self {
            reads: Arc::new(Lane::new(most.reads)),
            writes: Arc::new(Lane::new(most.writes)),
        }
    }

    /// A place that is free now and that nobody waits for.
    pub(crate) fn free(&self, safety: Safety) -> Option<Place> {
        let lane = self.lane(safety);
        Lane::free(lane, &mut lane.lock())
    }

    /// Waits for a place. Dropping the future gives up the claim, or the place if it was granted in
    /// the same moment.
    pub(crate) async fn place(&self, safety: Safety) -> Place {
        Lane::enter(self.lane(safety)).await
    }

    fn lane(&self, safety: Safety) -> &Arc<Lane> {
        match safety {
            Safety::Read => &self.reads,
            Safety::Idempotent | Safety::Once => &self.writes,
        }
    }
}

struct Lane {
    ceiling: usize,
    state: Mutex<State>,
}

struct State {
    limit: usize,
    taken: usize,
    /// Since the limit changed last.
    successes: usize,
    /// How often the limit was halved.
    halvings: u64,
    waiting: VecDeque<oneshot::Sender<Place>>,
}

impl Lane {
    fn new(most: usize) -> Self {
        let ceiling = most.max(1);
        Self {
            ceiling,
            state: Mutex::new(State {
                limit: ceiling,
                taken: 0,
                successes: 0,
                halvings: 0,
                waiting: VecDeque::new(),
            }),
        }
    }

    fn free(lane: &Arc<Self>, state: &mut State) -> Option<Place> {
        (state.taken < state.limit && state.waiting.is_empty()).then(|| {
            state.taken += 1;
            Place::new(lane, state.halvings)
        })
    }

    async fn enter(lane: &Arc<Self>) -> Place {
        loop {
            let granted = {
                let mut state = lane.lock();
                if let Some(place) = Self::free(lane, &mut state) {
                    return place;
                }
                while state.waiting.front().is_some_and(|next| next.is_closed()) {
                    state.waiting.pop_front();
                }
                let (grant, granted) = oneshot::channel();
                state.waiting.push_back(grant);
                granted
            };
            // Those ahead may all have left, and then nobody else would let this one in.
            Self::admit(lane);
            if let Ok(place) = granted.await {
                return place;
            }
        }
    }

    /// Lets in as many as there are places for.
    fn admit(lane: &Arc<Self>) {
        loop {
            let (next, place) = {
                let mut state = lane.lock();
                if state.taken >= state.limit {
                    return;
                }
                let Some(next) = state.waiting.pop_front() else {
                    return;
                };
                if next.is_closed() {
                    continue;
                }
                state.taken += 1;
                (next, Place::new(lane, state.halvings))
            };
            // A caller that left just now never sees the place: dropped, it is free again.
            let _ = next.send(place);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A place among the requests in flight, free again when dropped.
pub(crate) struct Place {
    lane: Arc<Lane>,
    halvings: u64,
}

impl Place {
    fn new(lane: &Arc<Lane>, halvings: u64) -> Self {
        Self {
            lane: Arc::clone(lane),
            halvings,
        }
    }

    /// Learns from an answer how much the service can take.
    pub(crate) fn answered(&self, status: StatusCode) {
        let mut state = self.lane.lock();
        match status {
            // Requests sent together are refused together; that is one sign, not many.
            StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE
                if self.halvings == state.halvings =>
            {
                state.limit = (state.limit / 2).max(1);
                state.halvings += 1;
                state.successes = 0;
                tracing::debug!(limit = state.limit, "fewer requests at once");
            }
            status if status.is_success() && state.limit < self.lane.ceiling => {
                state.successes += 1;
                if state.successes >= state.limit {
                    state.limit += 1;
                    state.successes = 0;
                }
            }
            _ => {}
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.lane.lock().taken -= 1;
        Lane::admit(&self.lane);
    }
}
