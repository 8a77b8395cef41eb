//! A response that is made from the contract alone: its shape is right, its values are made up.

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::document::{component, operation, success};
use crate::dialect::Dialect;

/// A made-up response of a success.
pub(crate) struct ExampleResponse {
    pub(crate) status: u16,
    pub(crate) body: ExampleBody,
}

/// The body of a made-up response.
pub(crate) enum ExampleBody {
    Json(Value),
    File,
    /// The contract declares no content.
    Empty,
}

impl ExampleResponse {
    /// Makes the response of an operation; `None` if the contract does not have the operation.
    pub(crate) fn of(route: &str, dialect: Dialect, now: Timestamp) -> Option<Self> {
        let (status, response) = success(operation(route)?)?;
        let content = &response["content"];
        let schema = &content["application/json"]["schema"];
        let mut example = Example {
            time: dialect.timestamp(now),
            open: Vec::new(),
        };
        let mut body = match content {
            Value::Null => ExampleBody::Empty,
            _ if schema.is_null() => ExampleBody::File,
            _ => ExampleBody::Json(example.value(schema)),
        };
        if let ExampleBody::Json(Value::Object(envelope)) = &mut body
            && envelope.contains_key("validationMessages")
        {
            envelope.insert("status".to_owned(), "SUCCESS".into());
            envelope.insert("message".to_owned(), "".into());
            envelope.insert("validationMessages".to_owned(), json!([]));
        }
        Some(Self { status, body })
    }
}

struct Example<'s> {
    time: String,
    /// The components that contain the current value, so that a recursive one ends.
    open: Vec<&'s str>,
}

impl<'s> Example<'s> {
    fn value(&mut self, schema: &'s Value) -> Value {
        if let Some((name, component)) = component(schema) {
            if self.open.contains(&name) {
                return Value::Null;
            }
            self.open.push(name);
            let value = self.value(component);
            self.open.pop();
            return value;
        }
        if let Some(parts) = schema["allOf"].as_array() {
            let mut whole = Map::new();
            for part in parts {
                match self.value(part) {
                    Value::Object(properties) => whole.extend(properties),
                    // A reference with more keywords beside it.
                    value if parts.len() == 1 => return value,
                    _ => {}
                }
            }
            return Value::Object(whole);
        }
        match schema["type"].as_str() {
            Some("object") => {
                let properties = schema["properties"].as_object().into_iter().flatten();
                let values = properties.map(|(name, schema)| (name.clone(), self.value(schema)));
                Value::Object(values.collect())
            }
            Some("array") => match self.value(&schema["items"]) {
                // A component that contains a list of itself.
                Value::Null => json!([]),
                item => json!([item]),
            },
            Some("string") => self.text(schema).into(),
            Some("integer") => 1.into(),
            Some("number") => 1.0.into(),
            Some("boolean") => true.into(),
            _ => Value::Null,
        }
    }

    fn text(&self, schema: &Value) -> String {
        if let Some(known) = schema["x-known-values"][0].as_str() {
            return known.to_owned();
        }
        let text = match schema["format"].as_str() {
            Some("date-time") => return self.time.clone(),
            Some("email") => return "person@sandbox.example".to_owned(),
            Some("uuid") => return "00000000-0000-4000-8000-000000000001".to_owned(),
            Some("byte") => return "c2FuZGJveA==".to_owned(),
            _ => "sandbox",
        };
        let length = |name: &str| schema[name].as_u64().and_then(|n| usize::try_from(n).ok());
        let mut text = text.to_owned();
        if let Some(shortest) = length("minLength") {
            text += &"-".repeat(shortest.saturating_sub(text.len()));
        }
        if let Some(longest) = length("maxLength") {
            text.truncate(longest);
        }
        text
    }
}
