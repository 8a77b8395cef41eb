//! The tries of a call: token, permit, request, wait.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures::future::{self, Either};
use http::{HeaderMap, Method, Request, StatusCode};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tracing::Instrument as _;

use super::call_target::CallTarget;
use super::dispatch::CallOptions;
use super::request::RequestParts;
use crate::call_info::CallInfo;
use crate::error::{Failure, error_kind};
use crate::http::{HttpResponse, RequestContent, UploadProgress};
use crate::observer::is_own_header;
use crate::random;
use crate::retry::{Outcome, PaidRetry, retry_after, status_may_have_acted};
use crate::{
    Operation, RequestInfo, RetryPolicy, Safety, Timeouts, Transfer, TryInfo, TryResult, Wait,
};

impl CallTarget {
    pub(super) async fn send_with_retries(
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
        let call_limit = options.call_limit(operation.transfer);
        let mut token_renewed = false;
        let mut paid: Option<PaidRetry> = None;
        loop {
            // Calls that need a token wait for it together, before they take a permit.
            let mut token = shared.tokens.get().await?;
            // The permit of the company comes first, so that its calls do not hold those of others.
            let own_permit = match self.own_reads().filter(|_| call.safety == Safety::Read) {
                Some(reads) => Some(self.wait_for_permit(reads, options.timeouts.queue).await?),
                None => None,
            };
            let permits = shared.permits.of(call.safety, self.company());
            let permit = match Arc::clone(&permits).try_acquire_owned() {
                Ok(permit) => permit,
                Err(_) => {
                    let _waiting = self.observe_wait(call, operation, Wait::Permit);
                    let permit = self.wait_for_permit(permits, options.timeouts.queue);
                    let permit = permit.await?;
                    // The token may have ended during the wait.
                    token = shared.tokens.get().await?;
                    permit
                }
            };
            let (mut request, watch, progress) = parts.build(call.request_id.as_str()).await?;
            call.tries += 1;
            let this = TryInfo {
                operation,
                company: self.company(),
                request_id: call.request_id.as_str(),
                number: call.tries,
            };
            if let Some(observer) = &shared.observer {
                let added = observer.before_try(&this);
                replace_headers(request.headers_mut(), &added);
            }
            self.apply_headers(request.headers_mut(), call, &token, operation.transfer);
            if let Some(paid) = paid.take() {
                paid.spend();
            }
            let sent = shared.clock.now();
            // The limit of the whole call may end it while the request is in flight.
            let earlier_may_have_acted = std::mem::replace(&mut call.may_have_acted, true);
            let span = tracing::debug_span!("try", number = call.tries);
            let info = RequestInfo {
                operation: Some(operation),
                host: &shared.transport.host,
                number: call.tries,
                last_number: match call.safety {
                    Safety::Once => call.tries,
                    _ => retry.max_tries + u32::from(token_renewed),
                },
                watch,
            };
            let result = self
                .attempt(
                    request,
                    &info,
                    progress,
                    operation.transfer,
                    &options.timeouts,
                )
                .instrument(span)
                .await;
            drop((permit, own_permit));
            call.may_have_acted = earlier_may_have_acted
                || match &result {
                    Ok(response) => status_may_have_acted(response.status),
                    Err(failure) => failure.may_have_acted(),
                };
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
            let outcome = match &result {
                Ok(response) if response.status == StatusCode::UNAUTHORIZED => {
                    // A 401 is given before anything is done, so even a call that must not act
                    // twice may be sent again.
                    if shared.tokens.replace(&token, operation.id, token_renewed) {
                        token_renewed = true;
                        continue;
                    }
                    Outcome::Final
                }
                Ok(HttpResponse {
                    status, headers, ..
                }) => {
                    if token_renewed {
                        shared.tokens.accepted(operation.id);
                    }
                    Outcome::of_status(status.as_u16(), retry_after(*status, headers, Some(now)))
                }
                Err(failure) => failure.outcome(),
            };
            if is_success(&result) {
                shared.budget.succeeded(self.company());
                return result;
            }
            let elapsed = now.duration_since(started).unwrap_or_default();
            let left = call_limit.map_or(Duration::MAX, |limit| limit.saturating_sub(elapsed));
            let fraction = random::fraction(&*shared.random);
            let tries = call.tries - u32::from(token_renewed);
            let Some(wait) = retry.wait(call.safety, outcome, tries, left, fraction) else {
                call.already_gone = earlier_may_have_acted
                    && parts.method == Method::DELETE
                    && matches!(&result, Ok(response) if is_gone(response.status));
                return result;
            };
            paid = shared.budget.withdraw(self.company());
            if paid.is_none() {
                call.budget_spent = true;
                tracing::debug!(tries = call.tries, "not trying again: the budget is spent");
                return result;
            }
            tracing::debug!(tries = call.tries, ?wait, "trying again");
            let reason = Wait::NextTry {
                after: wait,
                status: result.as_ref().ok().map(|it| it.status.as_u16()),
            };
            let _waiting = self.observe_wait(call, operation, reason);
            shared.clock.sleep(wait).await;
        }
    }

    /// The permits of a company with its own limit.
    fn own_reads(&self) -> Option<Arc<Semaphore>> {
        self.scope.as_ref()?.reads.clone()
    }

    /// What the observer wants to have dropped at the end of the wait.
    fn observe_wait(
        &self,
        call: &CallInfo,
        operation: &Operation,
        wait: Wait,
    ) -> Option<Box<dyn Send>> {
        let next = TryInfo {
            operation,
            company: self.company(),
            request_id: call.request_id.as_str(),
            number: call.tries + 1,
        };
        self.shared.observer.as_ref()?.on_wait(&next, wait)
    }

    /// Waits in the queue, in the order of arrival.
    async fn wait_for_permit(
        &self,
        permits: Arc<Semaphore>,
        limit: Duration,
    ) -> Result<OwnedSemaphorePermit, Failure> {
        let timer = self.shared.clock.limit(limit);
        match future::select(pin!(permits.acquire_owned()), timer).await {
            Either::Left((Ok(permit), _)) => Ok(permit),
            // The semaphore is never closed.
            Either::Left((Err(_), _)) | Either::Right(_) => Err(Failure::ConcurrencyTimeout(limit)),
        }
    }

    async fn attempt(
        &self,
        request: Request<RequestContent>,
        info: &RequestInfo<'_>,
        progress: Option<UploadProgress>,
        transfer: Transfer,
        limits: &Timeouts,
    ) -> Result<HttpResponse, Failure> {
        let shared = &*self.shared;
        let started = shared.clock.now();
        let exchange = shared
            .transport
            .exchange(request, info, progress, transfer, limits);
        let result = exchange.await;
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
}

/// Puts the headers of an observer in place of those of the same name.
fn replace_headers(headers: &mut HeaderMap, added: &HeaderMap) {
    for name in added.keys().filter(|name| !is_own_header(name.as_str())) {
        headers.remove(name);
        for value in added.get_all(name) {
            headers.append(name, value.clone());
        }
    }
}

fn is_gone(status: StatusCode) -> bool {
    matches!(status, StatusCode::NOT_FOUND | StatusCode::GONE)
}

fn is_success(result: &Result<HttpResponse, Failure>) -> bool {
    result
        .as_ref()
        .is_ok_and(|response| response.status.is_success())
}
