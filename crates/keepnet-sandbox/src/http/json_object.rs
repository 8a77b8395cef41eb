//! Reading JSON bodies as the service does: the case of property names is ignored, and so are
//! unknown properties.

use serde_json::{Map, Value};

use super::error::ApiError;

/// A JSON object of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct JsonObject<'a>(&'a Map<String, Value>);

impl<'a> JsonObject<'a> {
    /// `name` is the name of the object in the error.
    pub(crate) fn new(value: &'a Value, name: &str) -> Result<Self, ApiError> {
        value
            .as_object()
            .map(Self)
            .ok_or_else(|| ApiError::input(format!("{name} must be a JSON object")))
    }

    /// The value of a property; `Some(Value::Null)` if the client sent a null.
    pub(crate) fn get(self, name: &str) -> Option<&'a Value> {
        let ignoring_case = || {
            let mut properties = self.0.iter();
            properties.find(|(known, _)| known.eq_ignore_ascii_case(name))
        };
        let exact = self.0.get(name);
        exact.or_else(|| ignoring_case().map(|(_, value)| value))
    }

    pub(crate) fn text(self, name: &str) -> Result<Option<&'a str>, ApiError> {
        self.typed(name, "text", Value::as_str)
    }

    /// A text; empty if it is absent or null.
    pub(crate) fn text_or_empty(self, name: &str) -> Result<&'a str, ApiError> {
        Ok(self.text(name)?.unwrap_or_default())
    }

    pub(crate) fn flag(self, name: &str) -> Result<Option<bool>, ApiError> {
        self.typed(name, "true or false", Value::as_bool)
    }

    /// Whether a flag is true; false if it is absent or null.
    pub(crate) fn is_set(self, name: &str) -> Result<bool, ApiError> {
        Ok(self.flag(name)?.unwrap_or(false))
    }

    pub(crate) fn integer(self, name: &str) -> Result<Option<i64>, ApiError> {
        self.typed(name, "a whole number", Value::as_i64)
    }

    pub(crate) fn list(self, name: &str) -> Result<Option<&'a Vec<Value>>, ApiError> {
        self.typed(name, "a list", Value::as_array)
    }

    /// The objects of a list; none if the list is absent or null.
    pub(crate) fn objects(
        self,
        name: &str,
    ) -> Result<impl Iterator<Item = Result<Self, ApiError>> + use<'a>, ApiError> {
        let item_name = format!("an item of {name}");
        let items = self.list(name)?.into_iter().flatten();
        Ok(items.map(move |item| Self::new(item, &item_name)))
    }

    /// The texts of a list; none if the list is absent or null.
    pub(crate) fn texts(self, name: &str) -> Result<Vec<&'a str>, ApiError> {
        let items = self.list(name)?.into_iter().flatten();
        let texts: Option<Vec<_>> = items.map(Value::as_str).collect();
        texts.ok_or_else(|| ApiError::input(format!("{name} must be a list of texts")))
    }

    fn typed<T>(
        self,
        name: &str,
        expected: &str,
        read: fn(&'a Value) -> Option<T>,
    ) -> Result<Option<T>, ApiError> {
        match self.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => read(value)
                .map(Some)
                .ok_or_else(|| ApiError::input(format!("{name} must be {expected}"))),
        }
    }
}
