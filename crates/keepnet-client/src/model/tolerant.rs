//! Reading values the way the service writes them: numbers come as text, text as numbers, and any
//! field may be null or missing.

use serde::de::{Deserialize, Deserializer, Error};
use serde_json::Value;

/// A scalar that is read from more than its own JSON type.
pub trait Tolerant: Sized {
    /// What a message says was expected.
    const EXPECTED: &'static str;

    /// From a JSON value other than null; `None` where it cannot be one.
    fn from_json(value: Value) -> Option<Self>;
}

/// Reads an optional scalar: null is `None`, and so is an empty text where it cannot be a value.
///
/// # Errors
///
/// A value that is none of the accepted forms; the message names the expected form, never the value.
pub fn option<'de, D: Deserializer<'de>, T: Tolerant>(input: D) -> Result<Option<T>, D::Error> {
    let value = Value::deserialize(input)?;
    let is_missing = match &value {
        Value::Null => return Ok(None),
        Value::String(text) => text.trim().is_empty(),
        _ => false,
    };
    match T::from_json(value) {
        None if !is_missing => Err(D::Error::custom(format_args!(
            "unusable value, expected {}",
            T::EXPECTED
        ))),
        scalar => Ok(scalar),
    }
}

/// Reads a scalar that must be there.
///
/// # Errors
///
/// As for [`option`], and for null.
pub fn value<'de, D: Deserializer<'de>, T: Tolerant>(input: D) -> Result<T, D::Error> {
    option(input)?.ok_or_else(|| D::Error::custom(format_args!("null, expected {}", T::EXPECTED)))
}

/// Reads a list (or any type with a default): null is the empty one.
///
/// # Errors
///
/// Those of the type itself.
pub fn list<'de, D: Deserializer<'de>, T: Deserialize<'de> + Default>(
    input: D,
) -> Result<T, D::Error> {
    Option::deserialize(input).map(Option::unwrap_or_default)
}

/// A whole number; `1.0` is how some serializers write one.
fn whole(value: &Value) -> Option<i128> {
    let from_float =
        |value: f64| (value.fract() == 0.0 && value.abs() < 9e15).then_some(value as i128);
    match value {
        Value::Number(number) => match number.as_i128() {
            Some(number) => Some(number),
            None => from_float(number.as_f64()?),
        },
        Value::String(text) => match text.trim().parse() {
            Ok(number) => Some(number),
            Err(_) => from_float(text.trim().parse().ok()?),
        },
        _ => None,
    }
}

macro_rules! integer {
    ($($type:ty),*) => {$(
        impl Tolerant for $type {
            const EXPECTED: &'static str = concat!("a whole number (", stringify!($type), ")");

            fn from_json(value: Value) -> Option<Self> {
                whole(&value)?.try_into().ok()
            }
        }
    )*};
}

integer!(i32, i64, u32, u64);

macro_rules! float {
    ($($type:ty),*) => {$(
        impl Tolerant for $type {
            const EXPECTED: &'static str = concat!("a number (", stringify!($type), ")");

            fn from_json(value: Value) -> Option<Self> {
                match value {
                    Value::Number(number) => Some(number.as_f64()? as Self),
                    Value::String(text) => text.trim().parse().ok().filter(|it: &Self| it.is_finite()),
                    _ => None,
                }
            }
        }
    )*};
}

float!(f32, f64);

impl Tolerant for bool {
    const EXPECTED: &'static str = "true or false";

    fn from_json(value: Value) -> Option<Self> {
        match value {
            Value::Bool(value) => Some(value),
            Value::Number(number) => match number.as_i64() {
                Some(0) => Some(false),
                Some(1) => Some(true),
                _ => None,
            },
            Value::String(text) => match text.trim() {
                "1" => Some(true),
                "0" => Some(false),
                text => text.to_ascii_lowercase().parse().ok(),
            },
            _ => None,
        }
    }
}

impl Tolerant for String {
    const EXPECTED: &'static str = "a text";

    fn from_json(value: Value) -> Option<Self> {
        match value {
            Value::String(text) => Some(text),
            Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
            _ => None,
        }
    }
}
