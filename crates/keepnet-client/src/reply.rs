use serde_json::Value;

use crate::redact::redact;

/// Most bytes of an error body that are read.
pub(crate) const READ_LIMIT: usize = 64 * 1024;

/// What a failing answer says, in whichever of its dialects: the envelope in camelCase or
/// PascalCase, an OAuth error, ASP.NET problem details, HTML or nothing. All text is redacted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Reply {
    /// A machine-readable word such as `INPUT_ERROR` or `invalid_client`.
    pub(crate) code: Option<String>,
    pub(crate) message: Option<String>,
    pub(crate) validation_messages: Vec<String>,
}

impl Reply {
    pub(crate) fn parse(body: &[u8]) -> Self {
        let Ok(Value::Object(object)) = serde_json::from_slice(body) else {
            return Self::default();
        };
        let field = |names: &[&str]| {
            names.iter().find_map(|name| {
                object
                    .iter()
                    .find(|(key, value)| key.eq_ignore_ascii_case(name) && !value.is_null())
                    .map(|(_, value)| value)
            })
        };
        let mut validation_messages = Vec::new();
        if let Some(messages) = field(&["validationMessages", "errors"]) {
            flatten(messages, &mut validation_messages);
        }
        let validation_messages = validation_messages
            .iter()
            .map(|message| redact(message))
            .filter(|message| !message.is_empty())
            .collect();
        Self {
            code: ["status", "error", "code"]
                .iter()
                .find_map(|name| word(field(&[name])?)),
            message: ["message", "error_description", "detail", "title"]
                .iter()
                .find_map(|name| text(field(&[name])?)),
            validation_messages,
        }
    }

    /// The failure that hides in a 200: a status that is there and is not `SUCCESS`.
    pub(crate) fn is_rejection(&self) -> bool {
        self.code
            .as_deref()
            .is_some_and(|code| !code.eq_ignore_ascii_case("SUCCESS"))
    }

    /// Whether the body said anything in a known dialect.
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// A status word; the number that problem details put into `status` is not one.
fn word(value: &Value) -> Option<String> {
    let text = value.as_str()?.trim();
    let plain = text
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
    (plain && (1..=64).contains(&text.len())).then(|| text.to_owned())
}

fn text(value: &Value) -> Option<String> {
    let text = redact(value.as_str()?);
    (!text.is_empty()).then_some(text)
}

/// Flattens a list of texts, of `{message}` objects, or problem details' map of lists.
pub(crate) fn flatten(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) => into.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| flatten(item, into)),
        Value::Object(fields) => {
            let message = fields
                .iter()
                .find(|(key, _)| key.eq_ignore_ascii_case("message"));
            match message {
                Some((_, message)) => flatten(message, into),
                None => fields.values().for_each(|item| flatten(item, into)),
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
