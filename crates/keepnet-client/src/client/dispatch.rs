//! How a call is sent: token, permit, headers, tries, limits.

use std::pin::{Pin, pin};
use std::time::{Duration, SystemTime};

use futures::future::{self, Either};
use reqwest::header::{ACCEPT, AUTHORIZATION, HeaderName, HeaderValue};
use reqwest::{Method, Request, StatusCode};
use tracing::{Instrument as _, field};

use super::call_target::CallTarget;
use super::request::RequestParts;
use crate::auth::Token;
use crate::call_info::CallInfo;
use crate::error::{Failure, TimedOut, error_kind};
use crate::http::{HttpResponse, UploadProgress};
use crate::observer::is_own_header;
use crate::random::{self, RequestId};
use crate::retry::{Outcome, Permit, retry_after};
use crate::{CompanyId, Operation, RetryPolicy, Safety, Transfer, TryInfo, TryResult};

const DOCUMENTED_SCOPE: HeaderName = HeaderName::from_static("x-keepnet-company-id");
/// The vendor's own clients send this one; some services behind the gateway honour it alone.
const OBSERVED_SCOPE: HeaderName = HeaderName::from_static("x-ir-company-id");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The options of one call.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CallOptions {
    /// The call ends after this, whatever it waits for.
    pub(crate) deadline: Option<Duration>,
    pub(crate) no_retry: bool,
}

impl CallTarget {
    /// Sends a request as this operation, with everything that a call gets.
    ///
    /// Boxed, because the future of a call is moved several times before it is polled, and this is
    /// most of it.
    pub(crate) fn dispatch(
        &self,
        operation: &'static Operation,
        parts: RequestParts,
        options: CallOptions,
    ) -> Pin<Box<impl Future<Output = (CallInfo, Result<HttpResponse, Failure>)> + use<>>> {
        let target = self.clone();
        Box::pin(async move {
            let mut info = CallInfo {
                operation: operation.id,
                company: target.company().cloned(),
                request_id: RequestId::new(&*target.shared.random),
                tries: 0,
                budget_spent: false,
                already_gone: false,
                responded_at: None,
                safety: operation.safety,
            };
            let span = tracing::info_span!(
                "keepnet",
                operation = operation.id,
                method = parts.method.as_str(),
                path = operation.path,
                company = target.company().map(CompanyId::as_str),
                request_id = info.request_id.as_str(),
                tries = field::Empty,
                status = field::Empty,
                error = field::Empty,
            );
            let outcome = {
                let tries = target.send_with_retries(&mut info, &parts, operation, options);
                let tries = pin!(tries.instrument(span.clone()));
                match options.deadline {
                    None => tries.await,
                    Some(deadline) => {
                        let limit = target.shared.clock.limit(deadline);
                        match future::select(tries, limit).await {
                            Either::Left((outcome, _)) => outcome,
                            Either::Right(_) => Err(TimedOut::Call(deadline).into()),
                        }
                    }
                }
            };
            span.record("tries", info.tries);
            if let Ok(response) = &outcome {
                span.record("status", response.status.as_u16());
            }
            if let Some(kind) = error_kind(outcome.as_ref().map(|response| response.status)) {
                span.record("error", field::debug(kind));
            }
            (info, outcome)
        })
    }

    async fn send_with_retries(
        &self,
        call: &mut CallInfo,
        parts: &RequestParts,
        operation: &Operation,
        options: CallOptions,
    ) -> Result<HttpResponse, Failure> {
        let shared = &*self.shared;
        let retry = match options.no_retry {
            true => RetryPolicy {
                max_tries: 1,
                ..shared.retry
            },
            false => shared.retry,
        };
        let started = shared.clock.now();
        let mut renewed = 0;
        let mut paid = None;
        let mut may_have_acted = false;
        loop {
            // Calls that need a token wait for it together, before they take a permit.
            let mut token = shared.tokens.get().await?;
            let permit = match shared.limiters.try_acquire(call.safety) {
                Some(permit) => permit,
                None => {
                    let permit = self.wait_for_permit(call.safety, started).await?;
                    // The token may have ended during the wait.
                    token = shared.tokens.get().await?;
                    permit
                }
            };
            let (mut request, progress) = parts.build(&shared.transport.http).await?;
            call.tries += 1;
            let this = TryInfo {
                operation,
                company: self.company(),
                request_id: call.request_id.as_str(),
                number: call.tries,
            };
            if let Some(observer) = &shared.observer {
                let added = observer.before_try(&this).into_iter();
                let added = added.filter_map(|(name, value)| Some((name?, value)));
                let added = added.filter(|(name, _)| !is_own_header(name.as_str()));
                request.headers_mut().extend(added);
            }
            self.apply_headers(&mut request, call, &token, operation.transfer);
            let sent = shared.clock.now();
            let span = tracing::debug_span!("try", number = call.tries);
            let result = self
                .attempt(request, progress, operation.transfer)
                .instrument(span)
                .await;
            let now = shared.clock.now();
            if let Some(observer) = &shared.observer {
                let response = result.as_ref().ok();
                let result = TryResult {
                    status: response.map(|response| response.status.as_u16()),
                    error: error_kind(result.as_ref().map(|response| response.status)),
                    elapsed: now.duration_since(sent).unwrap_or_default(),
                };
                observer.after_try(&this, &result);
            }
            call.responded_at = Some(now);
            if let Ok(response) = &result {
                permit.record_status(response.status);
            }
            drop(permit);
            let outcome = match &result {
                Ok(response) if response.status == StatusCode::UNAUTHORIZED && renewed == 0 => {
                    shared.tokens.reject(&token);
                    renewed = 1;
                    // A 401 is given before anything is done, so even a call that must not act
                    // twice may be sent again.
                    continue;
                }
                Ok(HttpResponse {
                    status, headers, ..
                }) => Outcome::of_status(status.as_u16(), retry_after(*status, headers, Some(now))),
                Err(failure) => failure.outcome(),
            };
            let elapsed = now.duration_since(started).unwrap_or_default();
            let fraction = random::fraction(&*shared.random);
            let tries = call.tries - renewed;
            let wait = retry.wait(call.safety, outcome, tries, elapsed, fraction);
            let Some(wait) = wait else {
                call.already_gone = may_have_acted
                    && parts.method == Method::DELETE
                    && matches!(&result, Ok(response) if is_gone(response.status));
                if result
                    .as_ref()
                    .is_ok_and(|response| response.status.is_success())
                {
                    shared.budget.succeeded(paid);
                }
                return result;
            };
            paid = shared.budget.withdraw(outcome);
            if paid.is_none() {
                call.budget_spent = true;
                tracing::debug!(tries = call.tries, "not trying again: the budget is spent");
                return result;
            }
            may_have_acted |= outcome.may_have_acted();
            tracing::debug!(tries = call.tries, ?wait, "trying again");
            shared.clock.sleep(wait).await;
        }
    }

    /// Waits for a permit, at most until the call's deadline.
    async fn wait_for_permit(
        &self,
        safety: Safety,
        started: SystemTime,
    ) -> Result<Permit, Failure> {
        let shared = &*self.shared;
        let elapsed = shared.clock.now().duration_since(started);
        let left = shared
            .retry
            .deadline
            .saturating_sub(elapsed.unwrap_or_default());
        let permit = pin!(shared.limiters.acquire(safety));
        let limit = pin!(async { shared.clock.limit(left).await });
        match future::select(permit, limit).await {
            Either::Left((permit, _)) => Ok(permit),
            Either::Right(_) => Err(Failure::ConcurrencyTimeout(left)),
        }
    }

    async fn attempt(
        &self,
        request: Request,
        progress: Option<UploadProgress>,
        transfer: Transfer,
    ) -> Result<HttpResponse, Failure> {
        let shared = &*self.shared;
        let started = shared.clock.now();
        let result = shared.transport.exchange(request, progress, transfer).await;
        let elapsed_ms = || {
            let elapsed = shared.clock.now().duration_since(started);
            elapsed.unwrap_or_default().as_millis() as u64
        };
        match &result {
            Ok(response) => {
                let status = response.status.as_u16();
                tracing::debug!(status, elapsed_ms = elapsed_ms(), "response");
            }
            Err(failure) => tracing::debug!(%failure, elapsed_ms = elapsed_ms(), "no response"),
        }
        result
    }

    /// Sets the headers that the service expects on every request.
    fn apply_headers(
        &self,
        request: &mut Request,
        call: &CallInfo,
        token: &Token,
        transfer: Transfer,
    ) {
        let headers = request.headers_mut();
        headers.reserve(5);
        headers.insert(AUTHORIZATION, token.bearer.clone());
        for name in [DOCUMENTED_SCOPE, OBSERVED_SCOPE] {
            match &self.scope {
                Some(scope) => headers.insert(name, scope.header.clone()),
                None => headers.remove(name),
            };
        }
        if let Ok(id) = HeaderValue::from_str(call.request_id.as_str()) {
            headers.insert(REQUEST_ID, id);
        }
        if !headers.contains_key(ACCEPT) {
            let accept = match transfer {
                Transfer::Download => "*/*",
                Transfer::Message | Transfer::Upload => "application/json",
            };
            headers.insert(ACCEPT, HeaderValue::from_static(accept));
        }
    }
}

fn is_gone(status: StatusCode) -> bool {
    matches!(status, StatusCode::NOT_FOUND | StatusCode::GONE)
}
