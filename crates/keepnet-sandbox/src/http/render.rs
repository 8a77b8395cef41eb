//! Writing responses in the dialect of the sandbox.

use hyper::header::{ALLOW, CONTENT_TYPE, HeaderName, HeaderValue, RETRY_AFTER};
use hyper::{Response, StatusCode};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::body::ResponseBody;
use super::error::{ApiError, ErrorCode};
use super::reply::{HandlerResult, Reply};
use crate::clock;
use crate::contract::{ExampleBody, ExampleResponse};
use crate::dialect::Dialect;
use crate::fault::{ErrorBody, Replacement, RetryAfter};
use crate::test_double::{Answer, AnswerBody};

/// The message of a response that an injected fault caused.
const FAULT_MESSAGE: &str = "The sandbox returned this response because of an injected fault";

const JSON: &str = "application/json; charset=utf-8";

/// Writes the result of a handler.
pub(crate) async fn render(dialect: Dialect, result: HandlerResult) -> Response<ResponseBody> {
    let rendered = match result {
        Ok(Reply::Data { data, message }) => Ok(success(dialect, data, message)),
        Ok(Reply::Bare(body)) => Ok(json_response(StatusCode::OK, &body)),
        Ok(Reply::File {
            content_type,
            write,
        }) => {
            let written = tokio::task::spawn_blocking(write).await;
            written
                .unwrap_or_else(|_| Err(ApiError::internal("The file could not be written")))
                .map(|bytes| response(StatusCode::OK, Some(content_type), bytes))
        }
        Ok(Reply::Lookup { data, until }) => {
            let mut response = success(dialect, data, "");
            let name = HeaderName::from_static("lookup-expire");
            response.headers_mut().insert(name, until.into());
            Ok(response)
        }
        Ok(Reply::Example(example)) => Ok(render_example(dialect, example)),
        Ok(Reply::Stub(answer)) => Ok(render_answer(dialect, answer)),
        Err(error) => Err(error),
    };
    rendered.unwrap_or_else(|error| render_error(dialect, error))
}

/// Writes the response that an injected fault puts in place of the operation's.
pub(crate) fn render_replacement(
    dialect: Dialect,
    replacement: &Replacement,
    now: Timestamp,
) -> Response<ResponseBody> {
    let (code, retry_after, body) = match replacement {
        Replacement::Envelope(status) => {
            let body = json!({
                "data": null,
                "status": status,
                "message": FAULT_MESSAGE,
                "validationMessages": [],
            });
            return json_response(StatusCode::OK, &body);
        }
        Replacement::Status {
            code,
            retry_after,
            body,
        } => (*code, retry_after, body),
    };
    let status = StatusCode::from_u16(code).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = match body {
        ErrorBody::Envelope => render_error(dialect, ApiError::new(status, FAULT_MESSAGE)),
        ErrorBody::Html => {
            let page = format!(
                "<!doctype html><html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>"
            );
            response(status, Some("text/html; charset=utf-8"), page.into_bytes())
        }
        ErrorBody::Empty => response(status, None, Vec::new()),
    };
    let retry_after = retry_after.map(|retry_after| match retry_after {
        RetryAfter::Seconds(seconds) => seconds.to_string(),
        RetryAfter::Date(seconds) => {
            let at = now.saturating_add(SignedDuration::from_secs(seconds.into()));
            clock::format_http_date(at.unwrap_or(Timestamp::MAX))
        }
    });
    insert_header(&mut response, RETRY_AFTER, retry_after);
    response
}

fn render_example(dialect: Dialect, example: ExampleResponse) -> Response<ResponseBody> {
    let status = StatusCode::from_u16(example.status).unwrap_or_default();
    let mut response = match example.body {
        ExampleBody::Json(mut body) => {
            if dialect == Dialect::Observed {
                remove_nulls(&mut body);
            }
            json_response(status, &body)
        }
        ExampleBody::File => response(
            status,
            Some("application/octet-stream"),
            b"sandbox".to_vec(),
        ),
        ExampleBody::Empty => response(status, None, Vec::new()),
    };
    let name = HeaderName::from_static("x-keepnet-sandbox");
    let value = HeaderValue::from_static("made from the contract");
    response.headers_mut().insert(name, value);
    response
}

fn render_answer(dialect: Dialect, answer: Answer) -> Response<ResponseBody> {
    let invalid = StatusCode::INTERNAL_SERVER_ERROR;
    let status = StatusCode::from_u16(answer.status).unwrap_or(invalid);
    let mut response = match answer.body {
        AnswerBody::Data(data) => success(dialect, data, ""),
        AnswerBody::Error(message) => render_error(dialect, ApiError::new(status, message)),
        AnswerBody::Json(body) => json_response(status, &body),
        AnswerBody::File {
            content_type,
            bytes,
        } => {
            let mut response = response(status, None, bytes);
            insert_header(&mut response, CONTENT_TYPE, Some(content_type));
            response
        }
    };
    *response.status_mut() = status;
    for (name, value) in answer.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

/// A JSON response without the envelope.
pub(crate) fn json_response(status: StatusCode, body: &Value) -> Response<ResponseBody> {
    response(status, Some(JSON), body.to_string().into_bytes())
}

fn success(dialect: Dialect, mut data: Value, message: &str) -> Response<ResponseBody> {
    if dialect == Dialect::Observed {
        remove_nulls(&mut data);
    }
    let body = json!({
        "data": data,
        "status": "SUCCESS",
        "message": message,
        "validationMessages": [],
    });
    json_response(StatusCode::OK, &body)
}

fn render_error(dialect: Dialect, error: ApiError) -> Response<ResponseBody> {
    let (message, validation) = (error.message, error.validation);
    let status = match error.code {
        Some(ErrorCode::Envelope(code)) => code,
        Some(ErrorCode::OAuth(_)) | None => status_text(error.status),
    };
    let body = match (error.code, dialect) {
        (Some(ErrorCode::OAuth(code)), _) => {
            json!({ "error": code, "error_description": message })
        }
        (_, Dialect::Documented) => json!({
            "data": null,
            "status": status,
            "message": message,
            "validationMessages": validation,
        }),
        // The service writes errors in PascalCase and without `data`.
        (_, Dialect::Observed) => json!({
            "Message": message,
            "Status": status,
            "ValidationMessages": validation,
        }),
    };
    let mut response = json_response(error.status, &body);
    insert_header(&mut response, ALLOW, error.allow);
    let reason = HeaderName::from_static("x-keepnet-sandbox-reason");
    insert_header(&mut response, reason, error.reason.map(str::to_owned));
    response
}

/// The `status` text of an error body.
fn status_text(status: StatusCode) -> &'static str {
    match status.as_u16() {
        400 | 413 | 415 => "INPUT_ERROR",
        401 => "UNAUTHORIZED",
        403 => "FORBIDDEN",
        404 => "NOT_FOUND",
        405 => "METHOD_NOT_ALLOWED",
        409 => "CONFLICT",
        429 => "TOO_MANY_REQUESTS",
        501 => "NOT_IMPLEMENTED",
        502 => "BAD_GATEWAY",
        503 => "SERVICE_UNAVAILABLE",
        504 => "GATEWAY_TIMEOUT",
        _ => "INTERNAL_SERVER_ERROR",
    }
}

/// The service omits null properties, while the document declares them as nullable.
fn remove_nulls(value: &mut Value) {
    match value {
        Value::Object(map) => {
            map.retain(|_, value| !value.is_null());
            map.values_mut().for_each(remove_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(remove_nulls),
        _ => {}
    }
}

fn response(
    status: StatusCode,
    content_type: Option<&'static str>,
    body: Vec<u8>,
) -> Response<ResponseBody> {
    let mut response = Response::new(ResponseBody::complete(body));
    *response.status_mut() = status;
    if let Some(content_type) = content_type {
        let value = HeaderValue::from_static(content_type);
        response.headers_mut().insert(CONTENT_TYPE, value);
    }
    response
}

fn insert_header(response: &mut Response<ResponseBody>, name: HeaderName, value: Option<String>) {
    if let Some(value) = value.and_then(|value| value.try_into().ok()) {
        response.headers_mut().insert(name, value);
    }
}
