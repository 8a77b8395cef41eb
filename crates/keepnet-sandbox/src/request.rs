//! One call of an operation, after routing, authorisation and scoping.

use std::sync::Arc;

use hyper::header::{CONTENT_TYPE, HeaderMap};
use serde_json::Value;

use crate::auth::Caller;
use crate::dialect::Dialect;
use crate::envelope::Failure;
use crate::fault::Effects;
use crate::fields::Fields;
use crate::resource_id::ResourceId;
use crate::router::Params;
use crate::rules::Rules;
use crate::server::Core;
use crate::state::CompanyIndex;

/// The largest JSON or form body: far above any search or selection a client sends.
pub(crate) const BODY_LIMIT: u64 = 32 * 1024 * 1024;

/// What a handler is given.
pub(crate) struct Call {
    pub(crate) core: Arc<Core>,
    pub(crate) caller: Caller,
    /// The company the call acts in.
    pub(crate) company: CompanyIndex,
    pub(crate) params: Params,
    /// Null when the request had no body.
    pub(crate) body: Value,
    /// What is to go wrong with what the call starts.
    pub(crate) effects: Effects,
}

impl Call {
    pub(crate) fn dialect(&self) -> Dialect {
        self.core.settings.dialect
    }

    pub(crate) fn rules(&self) -> &Rules {
        &self.core.settings.rules
    }

    /// The body, which must be an object.
    pub(crate) fn fields(&self) -> Result<Fields<'_>, Failure> {
        Fields::of(&self.body, "the body")
    }

    /// The id in a placeholder; a text that is no id belongs to nothing.
    pub(crate) fn id(&self, param: &str, what: &str) -> Result<ResourceId, Failure> {
        self.params
            .get(param)
            .parse()
            .map_err(|_| Failure::not_found(format!("{what} not found")))
    }
}

/// Reads a JSON body, which the service wants as `application/json`: it answers 400 to the JSON
/// Patch type that its document lists first.
pub(crate) fn parse_json(headers: &HeaderMap, body: &[u8]) -> Result<Value, Failure> {
    if body.is_empty() {
        return Ok(Value::Null);
    }
    let content_type = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let essence = content_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .to_ascii_lowercase();
    match essence.as_str() {
        "application/json-patch+json" => return Err(Failure::input("Invalid request")),
        "application/json" | "text/json" => {}
        other if other.starts_with("application/") && other.ends_with("+json") => {}
        _ => {
            return Err(Failure::unsupported_media_type(
                "Send the body as application/json",
            ));
        }
    }
    serde_json::from_slice(body).map_err(|_| Failure::input("The body is not valid JSON"))
}
