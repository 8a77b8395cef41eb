//! Reading values the way the service writes them: numbers come as text, text as numbers, and any
//! field may be null or missing. Named by the generated types in `deserialize_with`.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{Deserialize, Deserializer, Error, Visitor};

/// A scalar that is read from more than its own JSON type.
pub trait Tolerant: Sized {
    /// What a message says was expected.
    const EXPECTED: &'static str;

    /// From a JSON boolean.
    fn from_bool(value: bool) -> Option<Self>;

    /// From a JSON number without a fraction.
    fn from_integer(value: i128) -> Option<Self>;

    /// From a JSON number with a fraction.
    fn from_float(value: f64) -> Option<Self>;

    /// From a JSON string.
    fn from_text(value: &str) -> Option<Self>;
}

/// Reads an optional scalar: null is `None`, and so is an empty text where it cannot be a value.
///
/// # Errors
///
/// A value that is none of the accepted forms; the message names what was expected, never the value.
pub fn option<'de, D: Deserializer<'de>, T: Tolerant>(input: D) -> Result<Option<T>, D::Error> {
    input.deserialize_any(Scalar(PhantomData))
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

struct Scalar<T>(PhantomData<T>);

impl<T: Tolerant> Scalar<T> {
    fn accept<E: Error>(value: Option<T>) -> Result<Option<T>, E> {
        match value {
            Some(value) => Ok(Some(value)),
            None => Err(E::custom(format_args!(
                "unusable value, expected {}",
                T::EXPECTED
            ))),
        }
    }
}

impl<'de, T: Tolerant> Visitor<'de> for Scalar<T> {
    type Value = Option<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(T::EXPECTED)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Option<T>, E> {
        Self::accept(T::from_bool(value))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Option<T>, E> {
        Self::accept(T::from_integer(value.into()))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Option<T>, E> {
        Self::accept(T::from_integer(value.into()))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Option<T>, E> {
        Self::accept(T::from_float(value))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Option<T>, E> {
        match T::from_text(value) {
            None if value.trim().is_empty() => Ok(None),
            value => Self::accept(value),
        }
    }

    fn visit_unit<E: Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_none<E: Error>(self) -> Result<Option<T>, E> {
        Ok(None)
    }

    fn visit_some<D: Deserializer<'de>>(self, input: D) -> Result<Option<T>, D::Error> {
        input.deserialize_any(self)
    }
}

macro_rules! integer {
    ($($type:ty),*) => {$(
        impl Tolerant for $type {
            const EXPECTED: &'static str = concat!("a whole number (", stringify!($type), ")");

            fn from_bool(_: bool) -> Option<Self> {
                None
            }

            fn from_integer(value: i128) -> Option<Self> {
                Self::try_from(value).ok()
            }

            // `1.0` is how some serialisers write a whole number.
            #[allow(clippy::cast_possible_truncation)]
            fn from_float(value: f64) -> Option<Self> {
                (value.fract() == 0.0 && value.abs() < 9e15)
                    .then_some(value as i128)
                    .and_then(Self::from_integer)
            }

            fn from_text(value: &str) -> Option<Self> {
                let value = value.trim();
                value.parse().ok().or_else(|| Self::from_float(value.parse().ok()?))
            }
        }
    )*};
}

integer!(i32, i64, u32, u64);

macro_rules! float {
    ($($type:ty),*) => {$(
        impl Tolerant for $type {
            const EXPECTED: &'static str = concat!("a number (", stringify!($type), ")");

            fn from_bool(_: bool) -> Option<Self> {
                None
            }

            #[allow(clippy::cast_precision_loss)]
            fn from_integer(value: i128) -> Option<Self> {
                Some(value as Self)
            }

            #[allow(clippy::cast_possible_truncation)]
            fn from_float(value: f64) -> Option<Self> {
                Some(value as Self)
            }

            fn from_text(value: &str) -> Option<Self> {
                value.trim().parse().ok().filter(|number: &Self| number.is_finite())
            }
        }
    )*};
}

float!(f32, f64);

impl Tolerant for bool {
    const EXPECTED: &'static str = "true or false";

    fn from_bool(value: bool) -> Option<Self> {
        Some(value)
    }

    fn from_integer(value: i128) -> Option<Self> {
        match value {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    fn from_float(_: f64) -> Option<Self> {
        None
    }

    fn from_text(value: &str) -> Option<Self> {
        match value.trim() {
            "1" => Some(true),
            "0" => Some(false),
            text if text.eq_ignore_ascii_case("true") => Some(true),
            text if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }
}

impl Tolerant for String {
    const EXPECTED: &'static str = "a text";

    fn from_bool(value: bool) -> Option<Self> {
        Some(value.to_string())
    }

    fn from_integer(value: i128) -> Option<Self> {
        Some(value.to_string())
    }

    fn from_float(value: f64) -> Option<Self> {
        Some(value.to_string())
    }

    fn from_text(value: &str) -> Option<Self> {
        Some(value.to_owned())
    }
}
