//! Runs a call in a task of its own, within the limit of the whole call.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use futures::future::{self, Either};
use tokio_util::task::AbortOnDropHandle;
use tracing::instrument::WithSubscriber as _;
use tracing::{Instrument as _, field};

use super::call_target::CallTarget;
use super::request::RequestParts;
use crate::call_info::CallInfo;
use crate::error::{Failure, TimedOut, error_kind};
use crate::http::HttpResponse;
use crate::random::RequestId;
use crate::{CompanyId, Operation, Timeouts, Transfer};

/// The options of one call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CallOptions {
    pub(crate) timeouts: Timeouts,
    /// The call ends after this, whatever it carries and waits for.
    pub(crate) deadline: Option<Duration>,
    pub(crate) no_retry: bool,
}

impl CallOptions {
    /// The limit of the whole call, if it has one.
    pub(super) fn call_limit(&self, transfer: Transfer) -> Option<Duration> {
        let of_messages = || (transfer == Transfer::Message).then_some(self.timeouts.call);
        self.deadline.or_else(of_messages)
    }
}

impl CallTarget {
    /// Sends a request as this operation, with everything that a call gets.
    ///
    /// Dropping the future aborts the call.
    pub(crate) async fn dispatch(
        &self,
        operation: &'static Operation,
        parts: RequestParts,
        options: CallOptions,
    ) -> (CallInfo, Result<HttpResponse, Failure>) {
        let info = CallInfo {
            operation: operation.id,
            host: Arc::clone(&self.shared.transport.host),
            company: self.company().cloned(),
            request_id: RequestId::new(&*self.shared.random),
            tries: 0,
            budget_spent: false,
            already_gone: false,
            may_have_acted: false,
            responded_at: None,
            safety: operation.safety,
        };
        let span = tracing::info_span!(
            "keepnet",
            operation = operation.id,
            method = parts.method.as_str(),
            path = operation.path,
            company = self.company().map(CompanyId::as_str),
            request_id = info.request_id.as_str(),
            tries = field::Empty,
            status = field::Empty,
            error = field::Empty,
        );
        let ended = info.clone();
        let run = self.clone().run(operation, parts, options, info);
        let run = run.instrument(span.clone());
        let task = tokio::spawn(run.with_current_subscriber());
        let (info, outcome) = match AbortOnDropHandle::new(task).await {
            Ok(ended) => ended,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                Err(_) => (ended, Err(Failure::RuntimeStopped)),
            },
        };
        span.record("tries", info.tries);
        if let Ok(response) = &outcome {
            span.record("status", response.status.as_u16());
        }
        if !info.already_gone
            && let Some(kind) = error_kind(outcome.as_ref().map(|response| response.status))
        {
            span.record("error", field::debug(kind));
        }
        (info, outcome)
    }

    async fn run(
        self,
        operation: &'static Operation,
        parts: RequestParts,
        options: CallOptions,
        mut info: CallInfo,
    ) -> (CallInfo, Result<HttpResponse, Failure>) {
        let limit = options.call_limit(operation.transfer);
        let outcome = {
            let tries = pin!(self.send_with_retries(&mut info, &parts, operation, options));
            match limit {
                None => tries.await,
                Some(limit) => {
                    let timer = self.shared.clock.limit(limit);
                    match future::select(tries, timer).await {
                        Either::Left((outcome, _)) => outcome,
                        Either::Right(_) => Err(TimedOut::Call(limit).into()),
                    }
                }
            }
        };
        (info, outcome)
    }
}
