//! Requests a token, with the retries of a call that changes nothing.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use futures::future;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Uri};
use http_body_util::{Either, Full};

use super::refusals::RefusedCredentials;
use super::token::Token;
use crate::error::{ErrorBody, Failure, TimedOut, TokenFailure, is_web_page};
use crate::http::{HttpBody, HttpResponse, Transport};
use crate::retry::{Outcome, PaidRetry, RetryBudget, retry_after};
use crate::{
    ClientConfig, Clock, Credentials, Random, RequestInfo, RequestPhase, RequestWatch, RetryPolicy,
    Safety, SignIn, TokenSource, Transfer, random,
};

/// Where tokens come from.
pub(crate) const TOKEN_PATH: &str = "/connect/token";

/// Signs in.
pub(super) struct TokenRequest {
    source: Arc<dyn TokenSource>,
    endpoint: Uri,
    transport: Transport,
    retry: RetryPolicy,
    budget: Arc<RetryBudget>,
    pub(super) clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    refused: Mutex<RefusedCredentials>,
}

impl TokenRequest {
    pub(super) fn new(
        config: &ClientConfig,
        endpoint: Uri,
        transport: Transport,
        budget: Arc<RetryBudget>,
    ) -> Self {
        Self {
            source: Arc::clone(&config.token_source),
            endpoint,
            transport,
            retry: config.retry,
            budget,
            clock: Arc::clone(&config.clock),
            random: Arc::clone(&config.random),
            refused: Mutex::default(),
        }
    }

    /// A new token. Credentials that the service refused a short time ago are not sent again.
    pub(super) async fn send(&self) -> Result<Arc<Token>, TokenFailure> {
        let credentials = match self.ask_source().await? {
            SignIn::Credentials(credentials) => credentials,
            SignIn::Token(token) => {
                let fraction = random::fraction(&*self.random);
                let token = Token::issued_elsewhere(&token, self.clock.now(), fraction);
                return token.map(Arc::new).ok_or(TokenFailure::Unusable);
            }
        };
        if let Some(refusal) = self.refused().find(&credentials, self.clock.now()) {
            return Err(refusal);
        }
        let outcome = self.send_with_retries(&credentials).await;
        match &outcome {
            Ok(_) => self.refused().clear(),
            Err(failure) if failure.is_refusal() => {
                let now = self.clock.now();
                self.refused().add(credentials, failure.clone(), now);
            }
            Err(_) => {}
        }
        outcome.map(Arc::new)
    }

    /// Asks the source, which may hang as any service.
    async fn ask_source(&self) -> Result<SignIn, TokenFailure> {
        let limit = self.transport.timeouts.attempt;
        match future::select(self.source.sign_in(), self.clock.limit(limit)).await {
            future::Either::Left((Ok(sign_in), _)) => Ok(sign_in),
            future::Either::Left((Err(error), _)) => Err(TokenFailure::Source(error.into())),
            future::Either::Right(_) => Err(TokenFailure::TimedOut(TimedOut::Attempt(limit))),
        }
    }

    async fn send_with_retries(&self, credentials: &Credentials) -> Result<Token, TokenFailure> {
        let started = self.clock.now();
        let mut tries = 0;
        let mut paid: Option<PaidRetry> = None;
        loop {
            tries += 1;
            if let Some(paid) = paid.take() {
                paid.spend();
            }
            let (failure, outcome) = match self.attempt(credentials, tries).await {
                Ok(token) => {
                    self.budget.succeeded(None);
                    return Ok(token);
                }
                Err(failed) => failed,
            };
            let elapsed = self.clock.now().duration_since(started).unwrap_or_default();
            let left = self.transport.timeouts.call.saturating_sub(elapsed);
            let fraction = random::fraction(&*self.random);
            let wait = self
                .retry
                .wait(Safety::Read, outcome, tries, left, fraction);
            paid = wait.and_then(|_| self.budget.withdraw(None));
            match wait {
                Some(wait) if paid.is_some() => {
                    tracing::debug!(tries, ?wait, "token request failed, trying again");
                    self.clock.sleep(wait).await;
                }
                _ => return Err(failure),
            }
        }
    }

    async fn attempt(
        &self,
        credentials: &Credentials,
        number: u32,
    ) -> Result<Token, (TokenFailure, Outcome)> {
        let broken = |failure: Failure| {
            let outcome = failure.outcome();
            (failure.into(), outcome)
        };
        // A JSON body makes the token endpoint respond with 500; only a form is understood.
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", credentials.client_id()),
            ("client_secret", credentials.secret()),
            ("scope", "api1"),
        ];
        let form = serde_urlencoded::to_string(form).unwrap_or_default();
        let mut request = Request::new(Either::Left(Full::from(form)));
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.endpoint.clone();
        let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
        request.headers_mut().insert(CONTENT_TYPE, kind);
        let accepted = HeaderValue::from_static("application/json");
        request.headers_mut().insert(ACCEPT, accepted);
        let info = RequestInfo {
            operation: None,
            host: &self.transport.host,
            number,
            last_number: self.retry.max_tries,
            watch: RequestWatch::new(RequestPhase::Waiting),
        };
        let started = self.clock.now();
        let limits = &self.transport.timeouts;
        let response = self
            .transport
            .exchange(request, &info, None, Transfer::Message, limits)
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
        Token::read(&body, now, fraction).ok_or_else(|| {
            let failure = match is_web_page(&body) {
                true => TokenFailure::Foreign(Arc::clone(&self.transport.host)),
                false => TokenFailure::Unusable,
            };
            (failure, Outcome::Final)
        })
    }

    fn refused(&self) -> std::sync::MutexGuard<'_, RefusedCredentials> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for TokenRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenRequest")
            .field("source", &self.source)
            .finish_non_exhaustive()
    }
}
