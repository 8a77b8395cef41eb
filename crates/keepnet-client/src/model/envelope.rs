//! The wrapper of almost every response.

use std::fmt;

use serde::Serialize;
use serde::de::{Deserialize, Deserializer, MapAccess};
use serde_json::Value;

use super::record::{FieldValue, Record, deserialize_record};
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

impl<'de, T: Deserialize<'de>> Record<'de> for Envelope<T> {
    const EXPECTED: &'static str = "an envelope of data, status, message and validationMessages";

    fn read_field<A: MapAccess<'de>>(
        &mut self,
        field: &str,
        value: FieldValue<'_, A>,
    ) -> Result<(), A::Error> {
        match field.to_ascii_lowercase().as_str() {
            "data" => value.read(&mut self.data)?,
            "status" => self.status = text(value.value()?),
            "message" => self.message = text(value.value()?),
            "issuccess" if self.status.is_none() => {
                if value.value::<Value>()? == Value::Bool(false) {
                    self.status = Some(FAILED.to_owned());
                }
            }
            "validationmessages" | "messages" => {
                flatten_messages(&value.value()?, &mut self.validation_messages);
            }
            _ => value.skip()?,
        }
        Ok(())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Envelope<T> {
    fn deserialize<D: Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
        deserialize_record(input)
    }
}

/// A text or a number; any other JSON type counts as missing.
fn text(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
