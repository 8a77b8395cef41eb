//! Which properties a row has, so that a missing one is not taken for an empty value.

use std::borrow::Cow;

use keepnet_staff_list::Field;
use serde::de::value::CowStrDeserializer;
use serde::de::{DeserializeSeed, MapAccess};

/// The properties of a row that an update writes and that may be missing.
///
/// The document has no manager on rows, and the service may leave out what is null.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct RowProperties(u16);

/// The properties, each with its field; that of the custom fields has no name.
const PROPERTIES: [(&str, Field); 10] = [
    ("firstName", Field::FirstName),
    ("lastName", Field::LastName),
    ("department", Field::Department),
    ("phoneNumber", Field::PhoneNumber),
    ("timeZone", Field::TimeZone),
    ("preferredLanguage", Field::PreferredLanguage),
    ("managerFirstName", Field::ManagerFirstName),
    ("managerLastName", Field::ManagerLastName),
    ("managerEmail", Field::ManagerEmail),
    ("customFieldValues", Field::Custom(String::new())),
];

impl RowProperties {
    /// What either of them has.
    pub(crate) fn or(self, other: RowProperties) -> RowProperties {
        RowProperties(self.0 | other.0)
    }

    /// Whether the row has the property of this field. Of a field without a property of its own, it is not
    /// noted.
    pub(crate) fn has(self, field: &Field) -> bool {
        let position = PROPERTIES.iter().position(|(_, it)| it == field);
        position.is_some_and(|position| self.0 & (1 << position) != 0)
    }

    /// The fields whose property is missing.
    pub(crate) fn missing(self) -> impl Iterator<Item = Field> {
        let fields = PROPERTIES.into_iter().enumerate();
        fields
            .filter(move |(position, _)| self.0 & (1 << position) == 0)
            .map(|(_, (_, field))| field)
    }

    fn note(&mut self, key: &str) {
        if let Some(position) = PROPERTIES.iter().position(|(name, _)| *name == key) {
            self.0 |= 1 << position;
        }
    }
}

/// An object that notes its keys while it is read.
pub(super) struct NotedKeys<'a, A> {
    map: A,
    properties: &'a mut RowProperties,
}

impl<'a, A> NotedKeys<'a, A> {
    pub(super) fn new(map: A, properties: &'a mut RowProperties) -> NotedKeys<'a, A> {
        NotedKeys { map, properties }
    }
}

impl<'de, A: MapAccess<'de>> MapAccess<'de> for NotedKeys<'_, A> {
    type Error = A::Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, A::Error> {
        let Some(key) = self.map.next_key::<Cow<'_, str>>()? else {
            return Ok(None);
        };
        self.properties.note(&key);
        seed.deserialize(CowStrDeserializer::new(key)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, A::Error> {
        self.map.next_value_seed(seed)
    }
}
