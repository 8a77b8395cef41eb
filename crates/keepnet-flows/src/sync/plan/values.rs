//! Whether a value of the list and one of the company are the same.

use std::collections::HashMap;

use keepnet_staff_list::{CustomField, DataType, Field, Priority, header_key, normalize_email};

/// What is known about the values of a company: types of custom fields, and the spellings of time
/// zones and languages.
#[derive(Default)]
pub(crate) struct KnownValues {
    types: HashMap<String, DataType>,
    time_zones: Option<Spellings>,
    languages: Option<Spellings>,
}

/// The entries of a list of the service that a spelling means; several if a short code is shared.
struct Spellings(HashMap<String, Vec<usize>>);

impl KnownValues {
    pub(crate) fn new(custom_fields: &[CustomField]) -> KnownValues {
        let types = custom_fields.iter();
        let types = types.map(|field| (header_key(&field.name), field.data_type.clone()));
        KnownValues {
            types: types.collect(),
            ..KnownValues::default()
        }
    }

    /// Sets the spellings of each time zone; a list without entries is unknown.
    pub(crate) fn set_time_zones(&mut self, zones: &[Vec<String>]) {
        self.time_zones = Spellings::new(zones);
    }

    /// Sets the spellings of each language; a list without entries is unknown.
    pub(crate) fn set_languages(&mut self, languages: &[Vec<String>]) {
        self.languages = Spellings::new(languages);
    }

    /// Whether the service is not known to refuse the value.
    pub(crate) fn is_listed(&self, field: &Field, value: &str) -> bool {
        let spellings = self.spellings(field);
        spellings.is_none_or(|it| value.is_empty() || !it.entries(value).is_empty())
    }

    /// Whether the person has the value of the list already. Both are not empty.
    pub(crate) fn is_same(&self, field: &Field, old: &str, new: &str) -> bool {
        if old == new {
            return true;
        }
        match field {
            Field::Priority => {
                matches!((old.parse::<Priority>(), new.parse()), (Ok(old), Ok(new)) if old == new)
            }
            // The service may strip the signs between the digits.
            Field::PhoneNumber => digits(old) == digits(new),
            Field::TimeZone | Field::PreferredLanguage => {
                let shares_entry = |it: &Spellings| {
                    let entries = it.entries(old);
                    it.entries(new).iter().any(|entry| entries.contains(entry))
                };
                old.to_lowercase() == new.to_lowercase()
                    || self.spellings(field).is_some_and(shares_entry)
            }
            Field::Custom(name) => match self.types.get(&header_key(name)) {
                Some(DataType::Number) => {
                    matches!((old.parse::<f64>(), new.parse::<f64>()), (Ok(old), Ok(new)) if old == new)
                }
                Some(DataType::Boolean) => old.eq_ignore_ascii_case(new),
                Some(DataType::Email) => normalize_email(old) == normalize_email(new),
                _ => false,
            },
            _ => false,
        }
    }

    fn spellings(&self, field: &Field) -> Option<&Spellings> {
        match field {
            Field::TimeZone => self.time_zones.as_ref(),
            Field::PreferredLanguage => self.languages.as_ref(),
            _ => None,
        }
    }
}

impl Spellings {
    fn new(entries: &[Vec<String>]) -> Option<Spellings> {
        let mut spellings: HashMap<String, Vec<usize>> = HashMap::new();
        let mut add = |text: &str, entry: usize| {
            let text = text.trim().to_lowercase();
            if !text.is_empty() {
                spellings.entry(text).or_default().push(entry);
            }
        };
        for (entry, texts) in entries.iter().enumerate() {
            for text in texts {
                add(text, entry);
                // A code such as `en-US` is also meant by `en`.
                if let Some((short @ (2 | 3), _)) =
                    text.split_once('-').map(|it| (it.0.len(), it.1))
                {
                    add(&text[..short], entry);
                }
            }
        }
        (!spellings.is_empty()).then_some(Spellings(spellings))
    }

    fn entries(&self, text: &str) -> &[usize] {
        let entries = self.0.get(&text.trim().to_lowercase());
        entries.map_or(&[], Vec::as_slice)
    }
}

/// The digits of a phone number, and its plus.
fn digits(number: &str) -> String {
    let is_part = |letter: &char| letter.is_ascii_digit() || *letter == '+';
    number.chars().filter(is_part).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_of_a_value_is_no_change() {
        let number = CustomField::new("Badge").data_type(DataType::Number);
        let boolean = CustomField::new("Remote").data_type(DataType::Boolean);
        let mut values = KnownValues::new(&[number, boolean]);
        values.set_time_zones(&[vec![
            "Turkey Standard Time".to_owned(),
            "(UTC+03:00) Istanbul".to_owned(),
        ]]);
        let texts = |texts: &[&str]| texts.iter().map(|it| (*it).to_owned()).collect::<Vec<_>>();
        values.set_languages(&[
            texts(&["English (US)", "en-US"]),
            texts(&["English (UK)", "en-GB"]),
        ]);
        let badge = Field::Custom("badge".to_owned());
        let remote = Field::Custom("Remote".to_owned());
        let text = Field::Custom("Site".to_owned());
        for (field, old, new, expected) in [
            (&Field::Department, "IT", "IT", true),
            (&Field::Department, "IT", "it", false),
            (&Field::Priority, "VeryHigh", "Very High", true),
            (&Field::Priority, "High", "Low", false),
            (&Field::Priority, "odd", "other", false),
            (&Field::PhoneNumber, "+90 530 000", "+90530000", true),
            (&Field::PhoneNumber, "90530000", "+90530000", false),
            (
                &Field::TimeZone,
                "(UTC+03:00) Istanbul",
                "turkey standard time",
                true,
            ),
            (&Field::TimeZone, "(UTC+03:00) Istanbul", "UTC", false),
            (&Field::PreferredLanguage, "English (US)", "en", true),
            (&Field::PreferredLanguage, "English (UK)", "en", true),
            (&Field::PreferredLanguage, "English (UK)", "en-US", false),
            (&badge, "7", "7.0", true),
            (&badge, "7", "8", false),
            (&remote, "true", "True", true),
            (&text, "a", "A", false),
        ] {
            assert_eq!(
                values.is_same(field, old, new),
                expected,
                "{field} {old} {new}"
            );
        }
        assert!(values.is_listed(&Field::TimeZone, "turkey standard time"));
        assert!(!values.is_listed(&Field::TimeZone, "Atlantis"));
        assert!(values.is_listed(&Field::Department, "Atlantis"));
        assert!(KnownValues::default().is_listed(&Field::TimeZone, "Atlantis"));
    }
}
