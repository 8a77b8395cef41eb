//! Reading JSON bodies the way the service does: property names without regard to case, unknown
//! ones ignored.

use serde_json::{Map, Value};

use crate::envelope::Failure;

/// A JSON object of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields<'a>(&'a Map<String, Value>);

impl<'a> Fields<'a> {
    /// `what` names the object in the error.
    pub(crate) fn of(value: &'a Value, what: &str) -> Result<Self, Failure> {
        value
            .as_object()
            .map(Self)
            .ok_or_else(|| Failure::input(format!("{what} must be a JSON object")))
    }

    /// The value as sent: an explicit null is `Some(Value::Null)`.
    pub(crate) fn get(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).or_else(|| {
            let found = self
                .0
                .iter()
                .find(|(key, _)| key.eq_ignore_ascii_case(name));
            found.map(|(_, value)| value)
        })
    }

    /// The value, taking null for absent.
    pub(crate) fn present(self, name: &str) -> Option<&'a Value> {
        self.get(name).filter(|value| !value.is_null())
    }

    pub(crate) fn text(self, name: &str) -> Result<Option<&'a str>, Failure> {
        self.typed(name, "text", Value::as_str)
    }

    pub(crate) fn flag(self, name: &str) -> Result<Option<bool>, Failure> {
        self.typed(name, "true or false", Value::as_bool)
    }

    pub(crate) fn integer(self, name: &str) -> Result<Option<i64>, Failure> {
        self.typed(name, "a whole number", Value::as_i64)
    }

    pub(crate) fn list(self, name: &str) -> Result<Option<&'a Vec<Value>>, Failure> {
        self.typed(name, "a list", Value::as_array)
    }

    /// A list of texts; absent and null are the empty list.
    pub(crate) fn texts(self, name: &str) -> Result<Vec<&'a str>, Failure> {
        let items = self.list(name)?.map_or(&[][..], Vec::as_slice);
        let texts: Option<Vec<_>> = items.iter().map(Value::as_str).collect();
        texts.ok_or_else(|| Failure::input(format!("{name} must be a list of texts")))
    }

    fn typed<T>(
        self,
        name: &str,
        kind: &str,
        read: fn(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, Failure> {
        match self.present(name) {
            None => Ok(None),
            Some(value) => read(value)
                .map(Some)
                .ok_or_else(|| Failure::input(format!("{name} must be {kind}"))),
        }
    }
}
