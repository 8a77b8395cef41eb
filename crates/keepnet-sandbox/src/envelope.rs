//! The envelope that every JSON answer travels in.

use hyper::header::{ALLOW, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use hyper::{Response, StatusCode};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::clock;
use crate::delivery::Delivery;
use crate::dialect::Dialect;
use crate::fault::{ErrorBody, Instead, RetryAfter};

/// What an answer says that a fault made up.
const FAULT: &str = "The sandbox was told to answer so";

/// What an operation gives back.
pub(crate) type Answer = Result<Reply, Failure>;

/// Makes an answer.
pub(crate) struct Later(Box<dyn FnOnce() -> Answer + Send>);

impl Later {
    pub(crate) fn make(self) -> Answer {
        (self.0)()
    }
}

impl std::fmt::Debug for Later {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Later")
    }
}

/// A success.
#[derive(Debug)]
pub(crate) enum Reply {
    /// `data` in the envelope, with a sentence for the user.
    Data { data: Value, message: &'static str },
    /// The whole body: the token and, as documented, the preview.
    Bare(Value),
    /// A download.
    File {
        bytes: Vec<u8>,
        content_type: &'static str,
    },
    /// An answer that takes long to make, and is made when the state is free for others again.
    Later(Later),
    /// `data` in the envelope, which a client may keep until `until` (Unix seconds).
    Lookup { data: Value, until: i64 },
}

impl Reply {
    pub(crate) fn data(data: Value) -> Self {
        Self::Data { data, message: "" }
    }

    pub(crate) fn later(make: impl FnOnce() -> Answer + Send + 'static) -> Self {
        Self::Later(Later(Box::new(make)))
    }

    /// The id of what was created or changed.
    pub(crate) fn id(id: impl ToString, message: &'static str) -> Self {
        Self::Data {
            data: json!({ "resourceId": id.to_string() }),
            message,
        }
    }
}

/// An error answer: what the body says, and the status it comes with.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    status: StatusCode,
    body: FailureBody,
    allow: Option<String>,
}

#[derive(Debug, Clone)]
enum FailureBody {
    Envelope {
        code: &'static str,
        message: String,
        validation: Vec<String>,
    },
    OAuth {
        error: &'static str,
        description: &'static str,
    },
}

impl Failure {
    /// 400: the call is at fault.
    pub(crate) fn input(message: impl Into<String>) -> Self {
        let message = message.into();
        Self::envelope(
            StatusCode::BAD_REQUEST,
            "INPUT_ERROR",
            message.clone(),
            vec![message],
        )
    }

    /// 400, with one text per field at fault.
    pub(crate) fn validation(validation: Vec<String>) -> Self {
        Self::envelope(
            StatusCode::BAD_REQUEST,
            "INPUT_ERROR",
            "Invalid request".to_owned(),
            validation,
        )
    }

    pub(crate) fn unauthorised() -> Self {
        let message = "The bearer token is missing, unknown or expired".to_owned();
        Self::envelope(
            StatusCode::UNAUTHORIZED,
            "UNAUTHORIZED",
            message,
            Vec::new(),
        )
    }

    pub(crate) fn forbidden(message: impl Into<String>) -> Self {
        Self::envelope(
            StatusCode::FORBIDDEN,
            "FORBIDDEN",
            message.into(),
            Vec::new(),
        )
    }

    pub(crate) fn not_found(message: impl Into<String>) -> Self {
        Self::envelope(
            StatusCode::NOT_FOUND,
            "NOT_FOUND",
            message.into(),
            Vec::new(),
        )
    }

    pub(crate) fn not_allowed(allow: String) -> Self {
        let message = "The path is known, the method is not".to_owned();
        let failure = Self::envelope(
            StatusCode::METHOD_NOT_ALLOWED,
            "METHOD_NOT_ALLOWED",
            message,
            Vec::new(),
        );
        Self {
            allow: Some(allow),
            ..failure
        }
    }

    pub(crate) fn too_large(limit: u64) -> Self {
        let message = format!("The body is larger than {limit} bytes");
        Self::envelope(
            StatusCode::PAYLOAD_TOO_LARGE,
            "INPUT_ERROR",
            message,
            Vec::new(),
        )
    }

    pub(crate) fn unsupported_media_type(message: impl Into<String>) -> Self {
        Self::envelope(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "INPUT_ERROR",
            message.into(),
            Vec::new(),
        )
    }

    /// 500: the service trips over some bodies that it should have refused.
    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self::envelope(
            StatusCode::INTERNAL_SERVER_ERROR,
            "INTERNAL_SERVER_ERROR",
            message.into(),
            Vec::new(),
        )
    }

    /// 501: the service may have the operation, the sandbox does not.
    pub(crate) fn not_implemented(operation: &str) -> Self {
        Self::envelope(
            StatusCode::NOT_IMPLEMENTED,
            "NOT_IMPLEMENTED",
            format!("The sandbox does not answer {operation}"),
            Vec::new(),
        )
    }

    /// 400 in the form of OAuth 2.
    pub(crate) fn oauth(error: &'static str, description: &'static str) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            body: FailureBody::OAuth { error, description },
            allow: None,
        }
    }

    fn envelope(
        status: StatusCode,
        code: &'static str,
        message: String,
        validation: Vec<String>,
    ) -> Self {
        Self {
            status,
            body: FailureBody::Envelope {
                code,
                message,
                validation,
            },
            allow: None,
        }
    }
}

/// Writes an answer as this face of the service would.
pub(crate) fn render(dialect: Dialect, answer: Answer) -> Response<Delivery> {
    match answer {
        Ok(Reply::Data { data, message }) => {
            json_response(StatusCode::OK, &success(dialect, data, message))
        }
        // Whoever renders has waited for it; this is the same without a thread of its own.
        Ok(Reply::Later(later)) => render(dialect, later.make()),
        Ok(Reply::Bare(body)) => json_response(StatusCode::OK, &body),
        Ok(Reply::File {
            bytes,
            content_type,
        }) => respond(StatusCode::OK, content_type, bytes),
        Ok(Reply::Lookup { data, until }) => {
            let mut response = json_response(StatusCode::OK, &success(dialect, data, ""));
            response.headers_mut().insert(
                HeaderName::from_static("lookup-expire"),
                HeaderValue::from(until),
            );
            response
        }
        Err(failure) => render_failure(dialect, failure),
    }
}

/// Writes the answer that a fault puts in the place of the operation's.
pub(crate) fn render_fault(
    dialect: Dialect,
    instead: &Instead,
    now: Timestamp,
) -> Response<Delivery> {
    let (code, retry_after, body) = match instead {
        Instead::Envelope(status) => {
            let body = json!({ "data": null, "status": status, "message": FAULT, "validationMessages": [] });
            return json_response(StatusCode::OK, &body);
        }
        Instead::Status {
            code,
            retry_after,
            body,
        } => (*code, *retry_after, *body),
    };
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = match body {
        ErrorBody::Envelope => render_failure(
            dialect,
            Failure::envelope(status, code_name(code), FAULT.to_owned(), Vec::new()),
        ),
        ErrorBody::Html => {
            let page = format!(
                "<!doctype html><html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>"
            );
            respond(status, "text/html; charset=utf-8", page.into_bytes())
        }
        ErrorBody::Empty => {
            let mut response = Response::new(Delivery::whole(Vec::new()));
            *response.status_mut() = status;
            response
        }
    };
    let when = retry_after.map(|when| match when {
        RetryAfter::Seconds(seconds) => HeaderValue::from(seconds),
        RetryAfter::Date(seconds) => {
            let at = now.saturating_add(SignedDuration::from_secs(seconds.into()));
            let date = clock::http_date(at.unwrap_or(Timestamp::MAX));
            HeaderValue::from_str(&date).unwrap_or(HeaderValue::from(seconds))
        }
    });
    if let Some(when) = when {
        response.headers_mut().insert(RETRY_AFTER, when);
    }
    response
}

/// The status text that goes with a status; the service spells some of them in a way of its own.
fn code_name(code: u16) -> &'static str {
    match code {
        400 => "INPUT_ERROR",
        401 => "UNAUTHORIZED",
        403 => "FORBIDDEN",
        404 => "NOT_FOUND",
        409 => "CONFLICT",
        429 => "TOO_MANY_REQUESTS",
        502 => "BAD_GATEWAY",
        503 => "SERVICE_UNAVAILABLE",
        504 => "GATEWAY_TIMEOUT",
        _ => "INTERNAL_SERVER_ERROR",
    }
}

/// A plain JSON answer.
pub(crate) fn json_response(status: StatusCode, body: &Value) -> Response<Delivery> {
    respond(
        status,
        "application/json; charset=utf-8",
        body.to_string().into_bytes(),
    )
}

fn render_failure(dialect: Dialect, failure: Failure) -> Response<Delivery> {
    let body = match failure.body {
        FailureBody::OAuth { error, description } => {
            json!({ "error": error, "error_description": description })
        }
        FailureBody::Envelope {
            code,
            message,
            validation,
        } => match dialect {
            Dialect::Documented => {
                json!({ "data": null, "status": code, "message": message, "validationMessages": validation })
            }
            Dialect::Observed => {
                json!({ "Message": message, "Status": code, "ValidationMessages": validation })
            }
        },
    };
    let mut response = json_response(failure.status, &body);
    if let Some(allow) = failure
        .allow
        .and_then(|allow| HeaderValue::from_str(&allow).ok())
    {
        response.headers_mut().insert(ALLOW, allow);
    }
    response
}

fn success(dialect: Dialect, mut data: Value, message: &str) -> Value {
    if dialect == Dialect::Observed {
        drop_nulls(&mut data);
    }
    json!({ "data": data, "status": "SUCCESS", "message": message, "validationMessages": [] })
}

/// The service leaves null properties out, whatever the document says.
fn drop_nulls(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|_, value| !value.is_null());
            map.values_mut().for_each(drop_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(drop_nulls),
        _ => {}
    }
}

fn respond(status: StatusCode, content_type: &'static str, body: Vec<u8>) -> Response<Delivery> {
    let mut response = Response::new(Delivery::whole(body));
    *response.status_mut() = status;
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
