//! From what a call came back with to an [`Error`].

use progenitor_client::Error as RawError;
use reqwest::header::LOCATION;
use reqwest::{Response, StatusCode};

use crate::call::{Call, read_limited};
use crate::failure::{Failure, TokenFailure};
use crate::reply::{self, Reply};
use crate::retry::{Outcome, retry_after};
use crate::{Envelope, Error, ErrorKind};

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
                Self::new(kind, operation, advice(kind, None))
                    .during(call)
                    .answered(status, Reply::default())
            }
            // Both texts are made by generated code and may hold the value that would not serialise.
            RawError::InvalidRequest(_) | RawError::Custom(_) => Self::new(
                ErrorKind::Invalid,
                operation,
                "the request could not be built",
            )
            .during(call),
        }
    }

    pub(crate) fn from_failure(
        operation: &'static str,
        call: Option<Call>,
        failure: Failure,
    ) -> Self {
        let outcome = Outcome::of_failure(&failure);
        let detail = failure.to_string();
        let error = match &failure {
            Failure::Token(TokenFailure::Refused {
                status,
                reply,
                retry_after,
                redirect,
            }) => {
                let kind = match status.as_u16() {
                    400 | 401 => ErrorKind::Credentials,
                    _ => kind_of(*status),
                };
                let code = reply.code.as_deref();
                let outcome = match status.as_u16() {
                    429 | 500..=599 => Outcome::NeverSent,
                    _ => Outcome::Final,
                };
                let reason = match redirect {
                    Some(host) => not_followed(host),
                    None => advice(kind, code).to_owned(),
                };
                let detail = format!("signing in failed: {reason}");
                return Self::new(kind, operation, detail)
                    .during(call)
                    .answered(*status, reply.clone())
                    .ended(outcome, *retry_after);
            }
            // Without a token nothing was sent, or answered otherwise than with 401.
            Failure::Token(TokenFailure::Unusable) => {
                return Self::new(ErrorKind::Protocol, operation, detail)
                    .during(call)
                    .caused_by(failure)
                    .ended(Outcome::NeverSent, None);
            }
            Failure::Token(TokenFailure::Transport(error)) => {
                return Self::new(kind_of_transport(error), operation, detail)
                    .during(call)
                    .caused_by(failure)
                    .ended(Outcome::NeverSent, None);
            }
            Failure::Transport(error) => Self::new(kind_of_transport(error), operation, detail),
            Failure::File(_) => Self::new(ErrorKind::Io, operation, detail),
            Failure::Token(TokenFailure::TimedOut(_)) => {
                return Self::new(ErrorKind::Timeout, operation, detail)
                    .during(call)
                    .caused_by(failure)
                    .ended(Outcome::NeverSent, None);
            }
            Failure::TimedOut(_) | Failure::Crowded(_) => {
                Self::new(ErrorKind::Timeout, operation, detail)
            }
            Failure::TooLarge(_) => Self::new(ErrorKind::Protocol, operation, detail),
            Failure::Elsewhere(_) | Failure::Spent => {
                Self::new(ErrorKind::Invalid, operation, detail)
            }
        };
        error.during(call).caused_by(failure).ended(outcome, None)
    }

    async fn from_status(operation: &'static str, call: Option<Call>, response: Response) -> Self {
        let status = response.status();
        let hint = retry_after(
            status,
            response.headers(),
            call.as_ref().and_then(|call| call.answered),
        );
        let outcome = match status.as_u16() {
            429 | 500 | 502..=504 => Outcome::Busy {
                throttled: status == 429,
                hint,
            },
            _ => Outcome::Final,
        };
        let redirect = redirect_target(&response).map(|host| not_followed(&host));
        let (body, _) = read_limited(response, reply::READ_LIMIT).await;
        let reply = Reply::parse(&body);
        let kind = kind_of(status);
        let detail = redirect.unwrap_or_else(|| advice(kind, reply.code.as_deref()).to_owned());
        Self::new(kind, operation, detail)
            .during(call)
            .answered(status, reply)
            .ended(outcome, hint)
    }

    /// An answer with a success status whose body is not of the promised shape: either a failure
    /// whose data differs from that of a success, or a breach of the contract.
    fn from_payload(
        operation: &'static str,
        call: Option<Call>,
        body: &[u8],
        error: &serde_json::Error,
    ) -> Self {
        let reply = Reply::parse(body);
        if reply.is_rejection() {
            return Self::new(
                ErrorKind::Rejected,
                operation,
                advice(ErrorKind::Rejected, None),
            )
            .during(call)
            .answered(StatusCode::OK, reply);
        }
        let detail = if body.trim_ascii().is_empty() {
            "the answer is empty".to_owned()
        } else {
            format!(
                "the answer is not what the contract says: {}",
                reason(error)
            )
        };
        Self::new(ErrorKind::Protocol, operation, detail)
            .during(call)
            .answered(StatusCode::OK, Reply::default())
    }
}

impl Reply {
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

/// What to do about it.
fn advice(kind: ErrorKind, code: Option<&str>) -> &'static str {
    match (kind, code) {
        (ErrorKind::Credentials, Some("invalid_client")) => {
            "the client id or secret is wrong; check it in the company's REST API settings"
        }
        (ErrorKind::Credentials, _) => "the credentials were refused; check client id and secret",
        (ErrorKind::Permission, Some("PRIVACY_ERROR")) => {
            "the company's privacy setting denies access; ask the company to grant it"
        }
        (ErrorKind::Permission, Some("IP_RESTRICTED")) => {
            "this IP address is not on the credential's allow-list"
        }
        (ErrorKind::Permission, _) => {
            "not permitted; check the credential's role and that it manages this company"
        }
        (ErrorKind::NotFound, _) => "not found; check the ids, the company's included",
        (ErrorKind::Invalid, _) => "the service does not accept the input",
        (ErrorKind::Conflict, _) => "it clashes with what is there already",
        (ErrorKind::Throttled, _) => "too many requests; try again later",
        (ErrorKind::Unavailable, _) => "the service failed; try again later",
        (ErrorKind::Timeout, _) => "no answer in time; try again later",
        (ErrorKind::Rejected, _) => "the service did not do it",
        (ErrorKind::Config | ErrorKind::Protocol | ErrorKind::Io, _) => {
            "the answer is not what the contract says"
        }
    }
}

/// Where a redirect leads to: the host alone, for a query could hold anything.
pub(crate) fn redirect_target(response: &Response) -> Option<String> {
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
