//! From what a call came back with to an [`Error`].

use std::borrow::Cow;

use progenitor_client::Error as RawError;
use reqwest::header::LOCATION;
use reqwest::{Response, StatusCode};

use super::client_error::Error;
use super::error_body::{ErrorBody, READ_LIMIT};
use super::failure::{Failure, TokenFailure};
use super::kind::ErrorKind;
use crate::Envelope;
use crate::call::{Call, read_limited};
use crate::retry::{Outcome, retry_after};

/// What fails where no token could be had, whatever the call.
const SIGNING_IN: &str = "signing in";

impl Error {
    /// Turns the error of a generated method into ours. Reads at most 64 KiB of an error body.
    ///
    /// [`open`](crate::open) and its siblings do this, and know more about the call where a method
    /// has dropped the response.
    pub async fn from_raw(operation: &'static str, raw: RawError<()>) -> Self {
        Self::from_raw_during(operation, None, raw).await
    }

    /// Turns an answer that is not a success into an error. Reads at most 64 KiB of its body.
    pub async fn from_response(operation: &'static str, response: Response) -> Self {
        Self::from_raw_during(operation, None, RawError::UnexpectedResponse(response)).await
    }

    pub(crate) async fn from_raw_during(
        operation: &'static str,
        call: Option<Call>,
        raw: RawError<()>,
    ) -> Self {
        match raw {
            RawError::UnexpectedResponse(response) => {
                let call = call.or_else(|| response.extensions().get().cloned());
                match response.extensions().get::<Failure>().cloned() {
                    Some(failure) => Self::from_failure(operation, call, failure),
                    None => Self::from_status(operation, call, response).await,
                }
            }
            RawError::InvalidResponsePayload(body, error) => {
                Self::from_payload(operation, call, &body, &error)
            }
            RawError::CommunicationError(error)
            | RawError::ResponseBodyError(error)
            | RawError::InvalidUpgrade(error) => {
                Self::from_failure(operation, call, Failure::transport(error))
            }
            RawError::ErrorResponse(value) => {
                let status = value.status();
                let kind = kind_of(status);
                Self::new(kind, kind.problem(None))
                    .with_call(operation, call)
                    .with_answer(status, ErrorBody::default())
            }
            // Both texts are made by generated code and may hold the value that would not serialise.
            RawError::InvalidRequest(_) | RawError::Custom(_) => {
                Self::new(ErrorKind::Invalid, "the request could not be built")
                    .with_call(operation, call)
            }
        }
    }

    pub(crate) fn from_failure(
        operation: &'static str,
        call: Option<Call>,
        failure: Failure,
    ) -> Self {
        let outcome = Outcome::of_failure(&failure);
        // Without a token the request itself was never sent.
        let (kind, outcome) = match &failure {
            Failure::Token(TokenFailure::Refused { .. }) => {
                return Self::from_refused_token(operation, call, failure);
            }
            Failure::Token(TokenFailure::Unusable) => (ErrorKind::Protocol, Outcome::NeverSent),
            Failure::Token(TokenFailure::Transport(error)) => {
                (kind_of_transport(error), Outcome::NeverSent)
            }
            Failure::Token(TokenFailure::TimedOut(_)) => (ErrorKind::Timeout, Outcome::NeverSent),
            Failure::Transport(error) => (kind_of_transport(error), outcome),
            Failure::File(_) => (ErrorKind::Io, outcome),
            Failure::TimedOut(_) | Failure::Crowded(_) => (ErrorKind::Timeout, outcome),
            Failure::TooLarge(_) => (ErrorKind::Protocol, outcome),
            Failure::Elsewhere(_) | Failure::Spent => (ErrorKind::Invalid, outcome),
        };
        let error = match &failure {
            Failure::Token(_) => Self::new(kind, failure.to_string()).with_action(SIGNING_IN),
            _ => Self::new(kind, failure.to_string()),
        };
        error
            .with_call(operation, call)
            .with_source(failure)
            .with_outcome(outcome, None)
    }

    fn from_refused_token(operation: &'static str, call: Option<Call>, failure: Failure) -> Self {
        let Failure::Token(TokenFailure::Refused {
            status,
            body,
            retry_after,
            redirect,
        }) = failure
        else {
            return Self::from_failure(operation, call, failure);
        };
        let kind = match status.as_u16() {
            400 | 401 => ErrorKind::Credentials,
            _ => kind_of(status),
        };
        let outcome = match status.as_u16() {
            429 | 500..=599 => Outcome::NeverSent,
            _ => Outcome::Final,
        };
        let problem = match redirect {
            Some(host) => not_followed(&host),
            None => kind.problem(body.code.as_deref()).to_owned(),
        };
        Self::new(kind, problem)
            .with_action(SIGNING_IN)
            .with_call(operation, call)
            .with_answer(status, body)
            .with_outcome(outcome, retry_after)
    }

    async fn from_status(operation: &'static str, call: Option<Call>, response: Response) -> Self {
        let status = response.status();
        let answered = call.as_ref().and_then(|call| call.answered);
        let wait = retry_after(status, response.headers(), answered);
        let outcome = match status.as_u16() {
            429 | 500 | 502..=504 => Outcome::Busy {
                throttled: status == 429,
                hint: wait,
            },
            _ => Outcome::Final,
        };
        let redirect = redirect_host(&response);
        let (body, _) = read_limited(response, READ_LIMIT).await;
        let body = ErrorBody::parse(&body);
        let kind = kind_of(status);
        let problem = match redirect {
            Some(host) => Cow::Owned(not_followed(&host)),
            None => kind.problem(body.code.as_deref()).into(),
        };
        Self::new(kind, problem)
            .with_call(operation, call)
            .with_answer(status, body)
            .with_outcome(outcome, wait)
    }

    /// An answer with a success status whose body is not of the promised shape: either a failure
    /// whose data differs from that of a success, or a breach of the contract.
    fn from_payload(
        operation: &'static str,
        call: Option<Call>,
        body: &[u8],
        error: &serde_json::Error,
    ) -> Self {
        let reply = ErrorBody::parse(body);
        let (kind, problem, reply) = if reply.is_rejection() {
            let problem = ErrorKind::Rejected.problem(None).into();
            (ErrorKind::Rejected, problem, reply)
        } else {
            let problem = match body.trim_ascii() {
                [] => Cow::Borrowed("the answer is empty"),
                _ => format!(
                    "the answer is not what the contract says: {}",
                    reason(error)
                )
                .into(),
            };
            (ErrorKind::Protocol, problem, ErrorBody::default())
        };
        Self::new(kind, problem)
            .with_call(operation, call)
            .with_answer(StatusCode::OK, reply)
    }
}

impl ErrorBody {
    pub(crate) fn of_envelope<T>(envelope: &Envelope<T>) -> Self {
        let said = serde_json::json!({
            "status": envelope.status,
            "message": envelope.message,
            "validationMessages": envelope.validation_messages,
        });
        Self::parse(said.to_string().as_bytes())
    }
}

/// A network failure by phase. A connection that takes too long counts as unavailable.
fn kind_of_transport(error: &reqwest::Error) -> ErrorKind {
    if error.is_timeout() && !error.is_connect() {
        ErrorKind::Timeout
    } else if error.is_builder() {
        ErrorKind::Invalid
    } else {
        ErrorKind::Unavailable
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
        500..=599 => ErrorKind::Unavailable,
        _ => ErrorKind::Protocol,
    }
}

/// Where a redirect leads to: the host alone, for a query could hold anything.
pub(crate) fn redirect_host(response: &Response) -> Option<String> {
    let target = || {
        let location = response.headers().get(LOCATION)?.to_str().ok()?;
        Some(response.url().join(location).ok()?.host_str()?.to_owned())
    };
    response
        .status()
        .is_redirection()
        .then(|| target().unwrap_or_else(|| "an unknown host".to_owned()))
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
