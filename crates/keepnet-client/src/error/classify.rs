//! Makes an [`Error`] of a failed call.

use std::borrow::Cow;
use std::sync::Arc;

use http::StatusCode;
use http::header::HeaderMap;

use super::client_error::Error;
use super::error_body::ErrorBody;
use super::failure::{Failure, TokenFailure, is_web_page};
use super::kind::ErrorKind;
use crate::call_info::CallInfo;
use crate::retry::{Outcome, retry_after};

/// What fails where no token could be had, whatever the call.
const SIGNING_IN: &str = "signing in";

impl Error {
    pub(crate) fn from_failure(
        operation: &'static str,
        mut call: Option<CallInfo>,
        failure: Failure,
    ) -> Self {
        if let Some(call) = &mut call {
            call.may_have_acted |= failure.may_have_acted();
        }
        let kind = kind_of_failure(&failure);
        let outcome = match &failure {
            Failure::Token(TokenFailure::Refused { status, .. }) => {
                outcome_of_refused_token(*status)
            }
            Failure::Token(_) if kind == ErrorKind::Certificate => Outcome::Final,
            // Without a token the request itself was never sent.
            Failure::Token(_) => Outcome::NeverSent,
            // A deadline that ended a call before its first request, or after refused ones.
            Failure::TimedOut(_) if call.as_ref().is_some_and(|call| !call.may_have_acted) => {
                Outcome::NeverSent
            }
            _ => failure.outcome(),
        };
        if let Failure::Token(TokenFailure::Refused {
            status,
            body,
            retry_after,
            redirect,
        }) = failure
        {
            let problem = match redirect {
                Some(host) => not_followed(&host),
                None => kind.problem(body.code.as_deref()).to_owned(),
            };
            let error = Self::new(kind, problem)
                .with_action(SIGNING_IN)
                .with_call(operation, call)
                .with_response(status, *body)
                .with_outcome(outcome, retry_after);
            return match kind {
                // The address of the sign-in is the same for everybody.
                ErrorKind::NotFound => error.with_hint("check the base URL"),
                _ => error,
            };
        }
        if let Failure::Token(TokenFailure::Foreign(host)) = &failure {
            return Self::foreign(Arc::clone(host))
                .with_action(SIGNING_IN)
                .with_call(operation, call);
        }
        let error = match &failure {
            Failure::Token(_) => Self::new(kind, failure.to_string()).with_action(SIGNING_IN),
            _ => Self::new(kind, failure.to_string()),
        };
        let is_queue = matches!(failure, Failure::ConcurrencyTimeout(_));
        let error = error
            .with_call(operation, call)
            .with_source(failure)
            .with_outcome(outcome, None);
        match is_queue {
            true => error.with_hint("make fewer calls at once, or allow the client more requests"),
            false => error,
        }
    }

    pub(crate) fn from_status(
        call: CallInfo,
        status: StatusCode,
        headers: &HeaderMap,
        redirect: Option<&str>,
        body: &[u8],
    ) -> Self {
        let wait = retry_after(status, headers, call.responded_at);
        let outcome = match status.as_u16() {
            500 => Outcome::of_status(503, wait),
            status => Outcome::of_status(status, wait),
        };
        let body = ErrorBody::of_failure(body);
        let kind = kind_of(status);
        let problem = match redirect {
            Some(host) => Cow::Owned(not_followed(host)),
            None => kind.problem(body.code.as_deref()).into(),
        };
        Self::new(kind, problem)
            .with_call(call.operation, Some(call))
            .with_response(status, body)
            .with_outcome(outcome, wait)
    }

    /// A response with a success status whose body is not of the promised shape: either it reports a
    /// failure whose data differs from that of a success, or it breaks the contract.
    pub(crate) fn from_payload(
        call: CallInfo,
        status: StatusCode,
        body: &[u8],
        error: &serde_json::Error,
    ) -> Self {
        if ErrorBody::parse(body).is_rejection() {
            return Self::rejected(call, status, body);
        }
        if is_web_page(body) {
            return Self::of_web_page(call, status);
        }
        let problem = match body.trim_ascii() {
            [] => Cow::Borrowed("the response is empty"),
            _ => format!(
                "the response is not what the contract says: {}",
                reason(error)
            )
            .into(),
        };
        Self::unusable(call, status, problem)
    }

    /// A web page with a success status. What became of the request is unknown.
    fn of_web_page(mut call: CallInfo, status: StatusCode) -> Self {
        call.may_have_acted = true;
        Self::foreign(Arc::clone(&call.host))
            .with_call(call.operation, Some(call))
            .with_status(status)
    }

    /// A response with a success status that does not say what the contract promises.
    pub(crate) fn unusable(
        mut call: CallInfo,
        status: StatusCode,
        problem: impl Into<Cow<'static, str>>,
    ) -> Self {
        call.may_have_acted = true;
        Self::new(ErrorKind::Protocol, problem)
            .with_call(call.operation, Some(call))
            .with_status(status)
    }

    /// HTTP reports success, the body does not.
    pub(crate) fn rejected(call: CallInfo, status: StatusCode, body: &[u8]) -> Self {
        let kind = ErrorKind::Rejected;
        Self::new(kind, kind.problem(None))
            .with_call(call.operation, Some(call))
            .with_response(status, ErrorBody::of_failure(body))
    }
}

/// What kind of failure it is as far as the status, or the lack of a response, says.
pub(crate) fn error_kind(result: Result<StatusCode, &Failure>) -> Option<ErrorKind> {
    match result {
        Ok(status) if status.is_success() => None,
        Ok(status) => Some(kind_of(status)),
        Err(failure) => Some(kind_of_failure(failure)),
    }
}

fn kind_of_failure(failure: &Failure) -> ErrorKind {
    match failure {
        Failure::Token(TokenFailure::Refused { status, .. }) => kind_of_refused_token(*status),
        Failure::Token(TokenFailure::Transport(error)) | Failure::Transport(error) => error.kind(),
        Failure::Token(TokenFailure::TimedOut(_))
        | Failure::TimedOut(_)
        | Failure::ConcurrencyTimeout(_) => ErrorKind::Timeout,
        Failure::Token(TokenFailure::Unusable | TokenFailure::Foreign(_))
        | Failure::TooLarge(_) => ErrorKind::Protocol,
        Failure::Token(TokenFailure::Source(_)) => ErrorKind::Credentials,
        Failure::Token(TokenFailure::Aborted) | Failure::RuntimeStopped => ErrorKind::Unavailable,
        Failure::File(_) => ErrorKind::Io,
    }
}

fn kind_of_refused_token(status: StatusCode) -> ErrorKind {
    match status.as_u16() {
        400 | 401 => ErrorKind::Credentials,
        _ => kind_of(status),
    }
}

/// The request that needed the token was never sent.
fn outcome_of_refused_token(status: StatusCode) -> Outcome {
    match status.as_u16() {
        501 | 505 => Outcome::Final,
        429 | 500..=599 => Outcome::NeverSent,
        _ => Outcome::Final,
    }
}

fn kind_of(status: StatusCode) -> ErrorKind {
    match status.as_u16() {
        401 => ErrorKind::Credentials,
        403 => ErrorKind::Permission,
        404 | 410 => ErrorKind::NotFound,
        408 => ErrorKind::Timeout,
        409 => ErrorKind::Conflict,
        429 => ErrorKind::Throttled,
        400..=499 => ErrorKind::Invalid,
        501 | 505 => ErrorKind::Unsupported,
        500..=599 => ErrorKind::Unavailable,
        _ => ErrorKind::Protocol,
    }
}

fn not_followed(host: &str) -> String {
    format!("the service redirects to {host}, which is not followed; check the base URL")
}

/// The part of a serde message that speaks of types; the rest may quote the offending value.
fn reason(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let place = format!("at line {} column {}", error.line(), error.column());
    match text.rsplit_once("expected ") {
        Some((_, expected)) => {
            let expected = expected
                .rsplit_once(" at line ")
                .map_or(expected, |(what, _)| what);
            format!("expected {expected} {place}")
        }
        None if error.is_eof() => "it breaks off".to_owned(),
        None if error.is_data() => format!("a field is missing or has another type {place}"),
        None => format!("it is not JSON {place}"),
    }
}
