//! HTTP: reading requests and writing responses.

mod body;
mod error;
mod json_object;
mod render;
mod reply;
mod request;
mod request_body;

pub(crate) use body::{ConnectionAborted, ResetSignal, ResponseBody, apply_body_faults, compress};
pub(crate) use error::ApiError;
pub(crate) use json_object::JsonObject;
pub(crate) use render::{json_response, render, render_replacement};
pub(crate) use reply::{HandlerResult, Reply};
pub(crate) use request::{header, media_type, parse_json, read_body};
pub(crate) use request_body::RequestBody;
