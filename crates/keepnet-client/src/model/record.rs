//! Reading and writing the generated types: every field optional, unknown fields skipped.
//!
//! The generated code says which field has which name; the rest is here, once for all types.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{
    Deserialize, DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, Visitor,
};
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::tolerant::{self, Tolerant};

/// A type that is read from a JSON object.
pub(crate) trait Record<'de>: Default {
    /// What a message says was expected.
    const EXPECTED: &'static str = "an object";

    /// Reads the value of a field, or skips it where the type has no such field.
    fn read_field<A: MapAccess<'de>>(
        &mut self,
        field: &str,
        value: FieldValue<'_, A>,
    ) -> Result<(), A::Error>;
}

/// The value of a field that is about to be read.
pub(crate) struct FieldValue<'a, A>(&'a mut A);

impl<'de, A: MapAccess<'de>> FieldValue<'_, A> {
    pub(crate) fn value<T: Deserialize<'de>>(self) -> Result<T, A::Error> {
        self.0.next_value()
    }

    pub(crate) fn read<T: Deserialize<'de>>(self, into: &mut T) -> Result<(), A::Error> {
        *into = self.value()?;
        Ok(())
    }

    /// Reads a list; null is the empty one.
    pub(crate) fn read_list<T: Deserialize<'de> + Default>(
        self,
        into: &mut T,
    ) -> Result<(), A::Error> {
        *into = self.0.next_value::<Option<T>>()?.unwrap_or_default();
        Ok(())
    }

    /// Reads a scalar from any JSON type that can hold it.
    pub(crate) fn read_scalar<T: Tolerant>(self, into: &mut Option<T>) -> Result<(), A::Error> {
        *into = self.0.next_value_seed(ScalarSeed(PhantomData))?;
        Ok(())
    }

    pub(crate) fn skip(self) -> Result<(), A::Error> {
        self.0.next_value::<IgnoredAny>().map(drop)
    }
}

struct ScalarSeed<T>(PhantomData<T>);

impl<'de, T: Tolerant> DeserializeSeed<'de> for ScalarSeed<T> {
    type Value = Option<T>;

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<Option<T>, D::Error> {
        tolerant::option(input)
    }
}

/// Reads a record field by field.
///
/// # Errors
///
/// Where the input is no object, or a field has a value that its type cannot hold.
pub(crate) fn deserialize_record<'de, R: Record<'de>, D: Deserializer<'de>>(
    input: D,
) -> Result<R, D::Error> {
    input.deserialize_map(RecordVisitor(PhantomData))
}

struct RecordVisitor<R>(PhantomData<R>);

impl<'de, R: Record<'de>> Visitor<'de> for RecordVisitor<R> {
    type Value = R;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(R::EXPECTED)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<R, A::Error> {
        let mut record = R::default();
        // One buffer for the names of all fields.
        let mut name = String::new();
        while map.next_key_seed(NameSeed(&mut name))?.is_some() {
            record.read_field(&name, FieldValue(&mut map))?;
        }
        Ok(record)
    }
}

struct NameSeed<'a>(&'a mut String);

impl<'de> DeserializeSeed<'de> for NameSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, input: D) -> Result<(), D::Error> {
        input.deserialize_identifier(self)
    }
}

impl Visitor<'_> for NameSeed<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<(), E> {
        self.0.clear();
        self.0.push_str(name);
        Ok(())
    }
}

/// Writes a record; fields without a value are left out.
pub(crate) struct RecordFields<M>(M);

impl<M: SerializeMap> RecordFields<M> {
    pub(crate) fn start<S: Serializer<SerializeMap = M>>(output: S) -> Result<Self, S::Error> {
        output.serialize_map(None).map(Self)
    }

    pub(crate) fn put<T: Serialize>(&mut self, field: &str, value: &T) -> Result<(), M::Error> {
        self.0.serialize_entry(field, value)
    }

    pub(crate) fn put_optional<T: Serialize>(
        &mut self,
        field: &str,
        value: &Option<T>,
    ) -> Result<(), M::Error> {
        match value {
            Some(value) => self.0.serialize_entry(field, value),
            None => Ok(()),
        }
    }

    /// Writes a list that is left out where it is empty.
    #[allow(dead_code, reason = "the areas that are on may have no such field")]
    pub(crate) fn put_list<'a, T>(&mut self, field: &str, list: &'a T) -> Result<(), M::Error>
    where
        T: Serialize,
        &'a T: IntoIterator,
    {
        match list.into_iter().next() {
            Some(_) => self.0.serialize_entry(field, list),
            None => Ok(()),
        }
    }

    pub(crate) fn end(self) -> Result<M::Ok, M::Error> {
        self.0.end()
    }
}

/// Reads a generated type: `received! { Name(self, field, value) { "a" => value.read(…)?, … } }`.
macro_rules! received {
    ($name:ident($this:ident, $field:ident, $value:ident) { $($wire:literal => $read:expr),* }) => {
        impl<'de> $crate::model::Record<'de> for $name {
            #[allow(unused_mut)]
            fn read_field<A: ::serde::de::MapAccess<'de>>(
                &mut $this,
                $field: &str,
                $value: $crate::model::FieldValue<'_, A>,
            ) -> Result<(), A::Error> {
                match $field {
                    $($wire => $read,)*
                    _ => $value.skip()?,
                }
                Ok(())
            }
        }
        impl<'de> ::serde::Deserialize<'de> for $name {
            fn deserialize<D: ::serde::Deserializer<'de>>(input: D) -> Result<Self, D::Error> {
                $crate::model::deserialize_record(input)
            }
        }
    };
}

/// Writes a generated type: `sent! { Name(self, fields) { fields.put("a", &self.a)?, … } }`.
macro_rules! sent {
    ($name:ident($this:ident, $fields:ident) { $($put:expr),* }) => {
        impl ::serde::Serialize for $name {
            fn serialize<S: ::serde::Serializer>(&$this, output: S) -> Result<S::Ok, S::Error> {
                #[allow(unused_mut)]
                let mut $fields = $crate::model::RecordFields::start(output)?;
                $($put;)*
                $fields.end()
            }
        }
    };
}

/// Builds a generated type: `setters! { Name { age(value: i32) age = Some(value); … } }`.
macro_rules! setters {
    ($name:ident { $($(#[$meta:meta])* $method:ident($value:ident: $ty:ty) $field:ident = $set:expr;)* }) => {
        impl $name {
            $(
                $(#[$meta])*
                #[inline]
                #[must_use]
                pub fn $method(mut self, $value: $ty) -> Self {
                    self.$field = $set;
                    self
                }
            )*
        }
    };
}

/// Shows the name of a generated type alone: its fields may hold people's data.
macro_rules! hide_fields {
    ($name:ident) => {
        impl ::std::fmt::Debug for $name {
            #[inline]
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.write_str(concat!(stringify!($name), " { .. }"))
            }
        }
    };
}

pub(crate) use {hide_fields, received, sent, setters};
