//! Reading the headers and the body of a request.

use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use hyper::StatusCode;
use hyper::header::{CONTENT_TYPE, HeaderMap};
use serde_json::Value;

use super::error::ApiError;
use super::request_body::RequestBody;

/// The largest JSON or form body, in bytes: far more than any search or selection needs.
const BODY_LIMIT: usize = 32 * 1024 * 1024;

/// The value of a header; empty if it is absent or not a text.
pub(crate) fn header<'h>(headers: &'h HeaderMap, name: &str) -> &'h str {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default().trim()
}

/// The media type of the body in lower case, without parameters.
pub(crate) fn media_type(headers: &HeaderMap) -> String {
    let content_type = header(headers, CONTENT_TYPE.as_str());
    let media_type = content_type.split(';').next().unwrap_or_default();
    media_type.trim().to_ascii_lowercase()
}

/// Parses a JSON body; an empty body is null.
pub(crate) fn parse_json(headers: &HeaderMap, body: &[u8]) -> Result<Value, ApiError> {
    if body.is_empty() {
        return Ok(Value::Null);
    }
    match media_type(headers).as_str() {
        // The document lists this type first, but the service returns 400 to it.
        "application/json-patch+json" => return Err(ApiError::input("Invalid request")),
        "application/json" | "text/json" => {}
        other if other.starts_with("application/") && other.ends_with("+json") => {}
        _ => {
            return Err(ApiError::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "Send the body as application/json",
            ));
        }
    }
    serde_json::from_slice(body).map_err(|_| ApiError::input("The body is not valid JSON"))
}

pub(crate) async fn read_body(body: &mut RequestBody) -> Result<Bytes, ApiError> {
    match Limited::new(body, BODY_LIMIT).collect().await {
        Ok(collected) => Ok(collected.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(ApiError::too_large(BODY_LIMIT as u64)),
        Err(_) => Err(ApiError::input("The body ended early")),
    }
}
