//! The body of a failed response, in each of the formats that the service uses.

use std::fmt;

use serde_json::{Map, Value};

use super::redact::{REDACTED, is_harmless, redact};

/// Most bytes of an error body that are read.
pub(crate) const READ_LIMIT: usize = 64 * 1024;

/// Most bytes of an error body that are kept as they are.
const RAW_LIMIT: usize = 4 * 1024;

/// Words of OAuth that are not made of plain ones.
const OAUTH_CODES: [&str; 3] = [
    "invalid_grant",
    "temporarily_unavailable",
    "unsupported_grant_type",
];

/// The status of a response that reports no failure.
const SUCCESS: &str = "SUCCESS";

/// The status of a response that only says `isSuccess: false`, as the vendor's guide has it.
pub(crate) const FAILED: &str = "FAILED";

/// What the body of a failed response says, whichever format it has: the envelope in camelCase or
/// PascalCase, an OAuth error, ASP.NET problem details, HTML or nothing. All text but `raw` is redacted.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct ErrorBody {
    /// A machine-readable word such as `INPUT_ERROR` or `invalid_client`.
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) validation_messages: Vec<String>,
    /// The start of the body as it came, for those who ask for it.
    pub(crate) raw: Option<Box<str>>,
}

impl ErrorBody {
    /// Reads the body of a failed response, and keeps its start.
    pub(crate) fn of_failure(body: &[u8]) -> Self {
        let start = &body[..body.len().min(RAW_LIMIT)];
        let raw = String::from_utf8_lossy(start).trim().to_owned();
        Self {
            raw: (!raw.is_empty()).then(|| raw.into()),
            ..Self::parse(body)
        }
    }

    pub(crate) fn parse(body: &[u8]) -> Self {
        serde_json::from_slice(body)
            .map_or_else(|_| Self::default(), |object| Self::of_object(&object))
    }

    fn of_object(object: &Map<String, Value>) -> Self {
        let field = |names: &[&str]| {
            names.iter().find_map(|name| {
                object
                    .iter()
                    .find(|(key, value)| key.eq_ignore_ascii_case(name) && !value.is_null())
                    .map(|(_, value)| value)
            })
        };
        let mut validation_messages = Vec::new();
        if let Some(messages) = field(&["validationMessages", "errors", "messages"]) {
            flatten_messages(messages, &mut validation_messages);
        }
        let validation_messages = validation_messages
            .iter()
            .map(|message| redact(message))
            .filter(|message| !message.is_empty())
            .collect();
        Self {
            code: ["status", "error", "code"]
                .iter()
                .find_map(|name| word(field(&[name])?))
                .or_else(|| {
                    (field(&["isSuccess"])? == &Value::Bool(false)).then(|| FAILED.to_owned())
                }),
            message: ["message", "error_description", "detail", "title"]
                .iter()
                .find_map(|name| text(field(&[name])?)),
            validation_messages,
            raw: None,
        }
    }

    /// The failure that hides in a 200: a status that is there and is not `SUCCESS`.
    pub(crate) fn is_rejection(&self) -> bool {
        self.code
            .as_deref()
            .is_some_and(|code| !code.eq_ignore_ascii_case(SUCCESS))
    }

    /// Whether a body that may be something else is an envelope that reports a failure: its status
    /// word is not `SUCCESS`, and it has one of the fields `marks`. Data may have a status of its own.
    pub(crate) fn is_failed_envelope(body: &[u8], marks: &[&str]) -> bool {
        let Ok(object) = serde_json::from_slice::<Map<String, Value>>(body) else {
            return false;
        };
        let is_mark = |key: &String| marks.iter().any(|mark| key.eq_ignore_ascii_case(mark));
        object.keys().any(is_mark) && Self::of_object(&object).is_rejection()
    }

    /// Whether the body said anything in a known dialect.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl fmt::Debug for ErrorBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ErrorBody")
            .field("code", &self.code)
            .field("message", &self.message)
            .field("validation_messages", &self.validation_messages)
            .finish_non_exhaustive()
    }
}

/// A status word; the number that problem details put into `status` is not one.
fn word(value: &Value) -> Option<String> {
    let text = value.as_str()?.trim();
    let plain = text
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    // What the word means does not depend on whether it may be shown.
    let is_known = text.eq_ignore_ascii_case(SUCCESS) || OAUTH_CODES.contains(&text);
    let is_known = is_known || is_harmless(text);
    let shown = if is_known { text } else { REDACTED };
    (plain && (1..=64).contains(&text.len())).then(|| shown.to_owned())
}

fn text(value: &Value) -> Option<String> {
    let text = redact(value.as_str()?);
    (!text.is_empty()).then_some(text)
}

/// Flattens a list of texts, of `{message}` objects, or problem details' map of lists, whose keys are
/// the paths of the fields at fault.
pub(crate) fn flatten_messages(value: &Value, into: &mut Vec<String>) {
    flatten_at("", value, into);
}

fn flatten_at(path: &str, value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) if path.is_empty() => into.push(text.clone()),
        Value::String(text) => into.push(format!("{path}: {text}")),
        Value::Array(items) => items.iter().for_each(|item| flatten_at(path, item, into)),
        Value::Object(fields) => {
            let field = |names: &[&str]| {
                let known = |key: &str| names.iter().any(|name| key.eq_ignore_ascii_case(name));
                fields
                    .iter()
                    .find(|(key, _)| known(key))
                    .map(|(_, value)| value)
            };
            match field(&["message"]) {
                Some(message) => {
                    let own = field(&["field", "propertyName"]).and_then(Value::as_str);
                    flatten_at(own.unwrap_or(path), message, into);
                }
                None => fields
                    .iter()
                    .for_each(|(key, value)| flatten_at(key, value, into)),
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
