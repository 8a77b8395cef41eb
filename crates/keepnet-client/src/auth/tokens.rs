//! The access token that all calls of a client share.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use futures::FutureExt as _;
use futures::future::{BoxFuture, Shared, WeakShared};
use http::Uri;
use tokio::task::AbortHandle;
use tokio_util::task::AbortOnDropHandle;
use tracing::instrument::WithSubscriber as _;

use super::refusals::RefusingOperations;
use super::request::TokenRequest;
use super::token::Token;
use crate::ClientConfig;
use crate::error::TokenFailure;
use crate::http::Transport;
use crate::retry::RetryBudget;

/// After a renewal failed, the token that is still valid serves this long before the next attempt.
const PAUSE: Duration = Duration::from_secs(10);

/// Runs in a task of its own, which is aborted when nobody waits for it any more.
type Renewal = BoxFuture<'static, Result<Arc<Token>, TokenFailure>>;

/// The one token of a client, shared by all handles scoped from it.
pub(crate) struct Tokens {
    state: Mutex<State>,
    request: Arc<TokenRequest>,
}

#[derive(Default)]
struct State {
    current: Option<Arc<Token>>,
    running: Option<Running>,
    /// The same while the current token is valid: then the state waits for it, and no call.
    in_background: Option<Shared<Renewal>>,
    paused_until: Option<SystemTime>,
    refusing: RefusingOperations,
}

/// The renewal that runs, if anybody waits for it.
struct Running {
    renewal: WeakShared<Renewal>,
    task: AbortHandle,
}

impl Tokens {
    pub(crate) fn new(
        config: &ClientConfig,
        endpoint: Uri,
        transport: Transport,
        budget: Arc<RetryBudget>,
    ) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::default(),
            request: Arc::new(TokenRequest::new(config, endpoint, transport, budget)),
        })
    }

    /// A token that is good now: at once where there is one, for its renewal runs in the background.
    /// Otherwise, or where it is about to end, any number of callers wait for one request; each may be cancelled without disturbing
    /// the others, and with the last one the request is.
    pub(crate) async fn get(self: &Arc<Self>) -> Result<Arc<Token>, TokenFailure> {
        let (renewal, valid) = {
            let mut state = self.lock();
            let now = self.request.clock.now();
            let current = state.current.clone();
            let valid = current.filter(|token| now < token.info.expires_at);
            let is_paused = state.paused_until.is_some_and(|until| now < until);
            match &valid {
                Some(token) if now < token.renew_at || is_paused => return Ok(Arc::clone(token)),
                Some(token) if now < token.wait_at => {
                    state.in_background = Some(self.renewal(&mut state));
                    return Ok(Arc::clone(token));
                }
                _ => (self.renewal(&mut state), valid),
            }
        };
        match (renewal.await, valid) {
            (Err(_), Some(token)) if self.request.clock.now() < token.info.expires_at => Ok(token),
            (outcome, _) => outcome,
        }
    }

    /// Whether a call whose token was refused is to be sent again with another one. `again` says that
    /// the operation refused a second token.
    ///
    /// A service that responds with 401 whatever the token is must not cost a sign-in for each call.
    pub(crate) fn replace(&self, token: &Arc<Token>, operation: &'static str, again: bool) -> bool {
        let mut state = self.lock();
        let now = self.request.clock.now();
        if again {
            state.refusing.add(operation, now);
            return false;
        }
        let is_current = |current: &Arc<Token>| Arc::ptr_eq(current, token);
        if !state.current.as_ref().is_some_and(is_current) {
            // Another call has replaced it already.
            return true;
        }
        if state.refusing.is_cooling_down(operation, now) {
            return false;
        }
        state.current = None;
        state.paused_until = None;
        true
    }

    /// The operation accepted a token after it had refused another one.
    pub(crate) fn accepted(&self, operation: &str) {
        self.lock().refusing.remove(operation);
    }

    /// The renewal that runs, or a new one.
    fn renewal(self: &Arc<Self>, state: &mut State) -> Shared<Renewal> {
        if let Some(Running { renewal, task }) = &state.running
            // A runtime that was shut down has ended its tasks without a result.
            && !task.is_finished()
            && let Some(renewal) = renewal.upgrade()
        {
            return renewal;
        }
        let (tokens, request) = (Arc::downgrade(self), Arc::clone(&self.request));
        let renew = async move {
            let outcome = request.send().await;
            if let Some(tokens) = tokens.upgrade() {
                tokens.store(&outcome);
            }
            outcome
        };
        let task = AbortOnDropHandle::new(tokio::spawn(renew.with_current_subscriber()));
        let handle = task.abort_handle();
        let renewal = async move { task.await.unwrap_or(Err(TokenFailure::Aborted)) };
        let renewal = renewal.boxed().shared();
        state.running = renewal.downgrade().map(|renewal| Running {
            renewal,
            task: handle,
        });
        renewal
    }

    fn store(&self, outcome: &Result<Arc<Token>, TokenFailure>) {
        let mut state = self.lock();
        state.running = None;
        state.in_background = None;
        match outcome {
            Ok(token) => {
                state.current = Some(Arc::clone(token));
                state.paused_until = None;
            }
            Err(_) => state.paused_until = Some(self.request.clock.now() + PAUSE),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.request.fmt(f)
    }
}
