//! The wrapper of almost every response.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, Visitor};
use serde::{Serialize, de};
use serde_json::Value;

use crate::error::{FAILED, flatten_messages};

/// The object that wraps the data of almost every response.
///
/// Read tolerantly: keys in any case, unknown keys skipped, everything optional. A success status
/// does not follow from HTTP 200; [`is_success`](Self::is_success) looks at the status word.
#[derive(Clone, Serialize, PartialEq, Eq)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct Envelope<T> {
    /// The data itself.
    pub data: Option<T>,
    /// `SUCCESS`, or a word that says what failed: `FAILED` where there is only `isSuccess: false`.
    pub status: Option<String>,
    /// A sentence for the user, unredacted.
    pub message: Option<String>,
    /// What is wrong with the input, unredacted.
    pub validation_messages: Vec<String>,
}

impl<T> Envelope<T> {
    /// Whether the status is missing or `SUCCESS`, compared without case.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.status
            .as_deref()
            .is_none_or(|status| status.eq_ignore_ascii_case("SUCCESS"))
    }
}

impl<T> Default for Envelope<T> {
    fn default() -> Self {
        Self {
            data: None,
            status: None,
            message: None,
            validation_messages: Vec::new(),
        }
    }
}

impl<T> fmt::Debug for Envelope<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Envelope")
            .field("status", &self.status)
            .field(
                "data",
                &self.data.as_ref().map(|_| format_args!("[not shown]")),
            )
            .field("validation_messages", &self.validation_messages.len())
            .finish_non_exhaustive()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Envelope<T> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        input.deserialize_map(EnvelopeVisitor(PhantomData))
    }
}

struct EnvelopeVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for EnvelopeVisitor<T> {
    type Value = Envelope<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an envelope of data, status, message and validationMessages")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Envelope<T>, A::Error> {
        let mut envelope = Envelope::default();
        while let Some(key) = map.next_key::<String>()? {
            match key.to_ascii_lowercase().as_str() {
                "data" => envelope.data = map.next_value()?,
                "status" => envelope.status = map.next_value::<Text>()?.0,
                "message" => envelope.message = map.next_value::<Text>()?.0,
                "issuccess" if envelope.status.is_none() => {
                    if map.next_value::<Value>()? == Value::Bool(false) {
                        envelope.status = Some(FAILED.to_owned());
                    }
                }
                "validationmessages" | "messages" => {
                    let messages: Value = map.next_value()?;
                    flatten_messages(&messages, &mut envelope.validation_messages);
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(envelope)
    }
}

/// Reads a text or a number; any other JSON type counts as missing.
struct Text(Option<String>);

impl<'de> de::Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        Ok(Self(match Value::deserialize(input)? {
            Value::String(text) => Some(text),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }))
    }
}
