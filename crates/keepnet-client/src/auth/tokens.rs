//! The access token that all calls of a credential share.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use futures::FutureExt;
use futures::future::{BoxFuture, WeakShared};
use reqwest::Url;
use reqwest::header::{ACCEPT, HeaderValue};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use super::token_info::TokenInfo;
use crate::error::{ErrorBody, Failure, TokenFailure};
use crate::http::{HttpBody, HttpResponse, Transport};
use crate::retry::{Outcome, RetryBudget, retry_after};
use crate::{Clock, Credentials, Random, RetryPolicy, Safety, Transfer, random};

/// A token is renewed this long before its end, or at four fifths of a life shorter than 25 minutes;
/// and by up to a fifth of that earlier, so that programs started together do not sign in together.
const EARLY: Duration = Duration::from_secs(300);
/// After a renewal failed, the token that is still valid serves this long before the next attempt.
const PAUSE: Duration = Duration::from_secs(10);
/// Where tokens come from.
pub(crate) const TOKEN_PATH: &str = "/connect/token";

type Flight = BoxFuture<'static, Result<Arc<Token>, TokenFailure>>;

/// The one token of a credential, shared by all sessions scoped from it.
pub(crate) struct Tokens {
    state: Mutex<State>,
    credentials: Credentials,
    endpoint: Url,
    transport: Transport,
    retry: RetryPolicy,
    budget: Arc<RetryBudget>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

#[derive(Default)]
struct State {
    current: Option<Arc<Token>>,
    /// Weak, so that a request is dropped when its last caller is gone, and not resumed much later.
    flight: Option<WeakShared<Flight>>,
    paused_until: Option<SystemTime>,
}

/// A token and what came with it.
pub(crate) struct Token {
    pub(crate) bearer: HeaderValue,
    pub(crate) info: TokenInfo,
    renew_at: SystemTime,
}

#[derive(Deserialize)]
struct Grant {
    #[serde(deserialize_with = "secret")]
    access_token: SecretString,
    #[serde(default, deserialize_with = "crate::tolerant::option")]
    expires_in: Option<u64>,
    #[serde(default, deserialize_with = "crate::tolerant::list")]
    permissions: Vec<String>,
}

impl Tokens {
    pub(crate) fn new(
        config: &crate::ClientConfig,
        endpoint: Url,
        transport: Transport,
        budget: Arc<RetryBudget>,
    ) -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::default(),
            credentials: config.credentials.clone(),
            endpoint,
            transport,
            retry: config.retry,
            budget,
            clock: Arc::clone(&config.clock),
            random: Arc::clone(&config.random),
        })
    }

    /// A token that is good now. Any number of callers wait for one request; each may be cancelled
    /// without disturbing the others.
    pub(crate) async fn get(self: &Arc<Self>) -> Result<Arc<Token>, TokenFailure> {
        let (flight, fallback) = {
            let mut state = self.lock();
            let now = self.clock.now();
            let valid = state
                .current
                .clone()
                .filter(|token| now < token.info.expires_at);
            if let Some(token) = &valid {
                let paused = state.paused_until.is_some_and(|until| now < until);
                if now < token.renew_at || paused {
                    return Ok(Arc::clone(token));
                }
            }
            let flight = state
                .flight
                .as_ref()
                .and_then(WeakShared::upgrade)
                .unwrap_or_else(|| {
                    let flight: Flight = Box::pin(Arc::clone(self).renew());
                    let flight = flight.shared();
                    state.flight = flight.downgrade();
                    flight
                });
            (flight, valid)
        };
        match (flight.await, fallback) {
            (Err(_), Some(token)) if self.clock.now() < token.info.expires_at => Ok(token),
            (outcome, _) => outcome,
        }
    }

    /// Forgets a token that the service refused, unless another call has replaced it already.
    pub(crate) fn reject(&self, token: &Arc<Token>) {
        let mut state = self.lock();
        if state
            .current
            .as_ref()
            .is_some_and(|current| Arc::ptr_eq(current, token))
        {
            state.current = None;
            state.paused_until = None;
        }
    }

    async fn renew(self: Arc<Self>) -> Result<Arc<Token>, TokenFailure> {
        let outcome = self.request().await;
        let mut state = self.lock();
        state.flight = None;
        match &outcome {
            Ok(token) => {
                state.current = Some(Arc::clone(token));
                state.paused_until = None;
            }
            Err(_) => state.paused_until = Some(self.clock.now() + PAUSE),
        }
        outcome
    }

    /// Requests a token, with the retries of a call that changes nothing.
    async fn request(&self) -> Result<Arc<Token>, TokenFailure> {
        let started = self.clock.now();
        let mut tries = 0;
        let mut paid = None;
        loop {
            tries += 1;
            let (failure, outcome) = match self.ask().await {
                Ok(token) => {
                    self.budget.succeeded(paid);
                    return Ok(Arc::new(token));
                }
                Err(failed) => failed,
            };
            let elapsed = self.clock.now().duration_since(started).unwrap_or_default();
            let fraction = random::fraction(&*self.random);
            let wait = self
                .retry
                .wait(Safety::Read, outcome, tries, elapsed, fraction);
            paid = wait.and_then(|_| self.budget.withdraw(outcome));
            match wait {
                Some(wait) if paid.is_some() => {
                    tracing::debug!(tries, ?wait, "token request failed, trying again");
                    self.clock.sleep(wait).await;
                }
                _ => return Err(failure),
            }
        }
    }

    async fn ask(&self) -> Result<Token, (TokenFailure, Outcome)> {
        let broken = |failure: Failure| {
            let outcome = failure.outcome();
            (failure.into(), outcome)
        };
        // A JSON body makes the token endpoint respond with 500; only a form is understood.
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", self.credentials.client_id()),
            ("client_secret", self.credentials.secret()),
            ("scope", "api1"),
        ];
        let request = self
            .transport
            .http
            .post(self.endpoint.clone())
            .header(ACCEPT, "application/json")
            .form(&form)
            .build()
            .map_err(|error| broken(Failure::transport(error)))?;
        let started = self.clock.now();
        let response = self
            .transport
            .exchange(request, None, Transfer::Message)
            .await;
        let now = self.clock.now();
        // It belongs to no operation: whoever comes first asks for all.
        tracing::debug!(
            parent: None,
            method = "POST",
            path = TOKEN_PATH,
            status = response.as_ref().ok().map(|response| response.status.as_u16()),
            failure = response.as_ref().err().map(tracing::field::display),
            elapsed_ms = now.duration_since(started).unwrap_or_default().as_millis() as u64,
            "token request"
        );
        let HttpResponse {
            status,
            headers,
            redirect,
            body,
        } = response.map_err(broken)?;
        let body = match body {
            HttpBody::Whole(body) => body,
            // A message is always read whole.
            HttpBody::Stream(_) => Bytes::new(),
        };
        if !status.is_success() {
            let wait = retry_after(status, &headers, Some(now));
            let refused = TokenFailure::Refused {
                status,
                body: Box::new(ErrorBody::of_failure(&body)),
                retry_after: wait,
                redirect,
            };
            return Err((refused, Outcome::of_status(status.as_u16(), wait)));
        }
        let fraction = random::fraction(&*self.random);
        Token::read(&body, now, fraction).ok_or((TokenFailure::Unusable, Outcome::Final))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Token {
    /// `fraction` is a random number from 0 to 1, which decides when the token is renewed.
    fn read(body: &[u8], now: SystemTime, fraction: f64) -> Option<Self> {
        let grant: Grant = serde_json::from_slice(body).ok()?;
        let token = grant.access_token.expose_secret();
        let mut bearer = HeaderValue::from_str(&format!("Bearer {token}")).ok()?;
        bearer.set_sensitive(true);
        let life = Duration::from_secs(grant.expires_in.unwrap_or(3600));
        let early = EARLY.min(life / 5);
        Some(Self {
            bearer,
            info: TokenInfo::new(token, now + life, grant.permissions),
            renew_at: now + life - early - (early / 5).mul_f64(fraction),
        })
    }
}

fn secret<'de, D: serde::Deserializer<'de>>(input: D) -> Result<SecretString, D::Error> {
    String::deserialize(input).map(SecretString::from)
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens")
            .field("credentials", &self.credentials)
            .finish_non_exhaustive()
    }
}
