//! Whether a value of the list and one of the company are the same.

use std::collections::HashMap;

use keepnet_staff_list::{
    CustomField, DataType, Field, Priority, header_key, normalize_email, trim_invisible,
};

use crate::companies::DateOrder;
use crate::same_text::is_same_text;

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
        if is_same_text(old, new) {
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
                    matches!((digits_of_number(old), digits_of_number(new)), (Some(old), Some(new)) if old == new)
                }
                Some(DataType::Date) => {
                    matches!((date(old), date(new)), (Some(old), Some(new)) if old == new)
                }
                Some(DataType::DateTime) => {
                    let same_date =
                        matches!((date(old), date(new)), (Some(old), Some(new)) if old == new);
                    same_date && time_of_day(old) == time_of_day(new)
                }
                Some(DataType::Boolean) => old.eq_ignore_ascii_case(new),
                Some(DataType::Email) => normalize_email(old) == normalize_email(new),
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether a field is a date of the company's own.
    pub(crate) fn is_date(&self, field: &Field) -> bool {
        let Field::Custom(name) = field else {
            return false;
        };
        let data_type = self.types.get(&header_key(name));
        matches!(data_type, Some(DataType::Date | DataType::DateTime))
    }

    /// Whether it is known that two values which are written differently are different. `03/04/2026`
    /// alone does not say which number is the day.
    pub(crate) fn is_comparable(&self, field: &Field, old: &str, new: &str) -> bool {
        !self.is_date(field) || (date(old).is_some() && date(new).is_some())
    }

    /// A key as keys are compared: without regard to case, and a number without leading zeros.
    pub(crate) fn key(&self, field: &Field, value: &str) -> String {
        let data_type = match field {
            Field::Custom(name) => self.types.get(&header_key(name)),
            _ => None,
        };
        let number = match data_type {
            Some(DataType::Number) => digits_of_number(value),
            _ => None,
        };
        number.unwrap_or_else(|| trim_invisible(value).to_lowercase())
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

/// A number without the zeros that do not count. Staff numbers can be longer than a float is exact.
fn digits_of_number(text: &str) -> Option<String> {
    let text = text.trim();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let are_digits = |text: &str| text.bytes().all(|it| it.is_ascii_digit());
    if whole.is_empty() || !are_digits(whole) || !are_digits(part) {
        return None;
    }
    let whole = whole.trim_start_matches('0');
    let part = part.trim_end_matches('0');
    Some(match (whole, part) {
        ("", "") => "0".to_owned(),
        (whole, "") => format!("{sign}{whole}"),
        (whole, part) => format!("{sign}{whole}.{part}"),
    })
}

/// The date at the start of a text, unless the order of day and month would have to be guessed.
fn date(text: &str) -> Option<jiff::civil::Date> {
    DateOrder::Unknown.parse(text)
}

/// The digits behind the date, without zeros at the end: midnight is often left out.
fn time_of_day(text: &str) -> String {
    let (_, time) = text.trim().split_once(['T', ' ']).unwrap_or_default();
    let digits: String = time.chars().filter(char::is_ascii_digit).collect();
    digits.trim_end_matches('0').to_owned()
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
        let start = CustomField::new("Start").data_type(DataType::Date);
        let boolean = CustomField::new("Remote").data_type(DataType::Boolean);
        let mut values = KnownValues::new(&[number, boolean, start]);
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
        let start = Field::Custom("Start".to_owned());
        for (field, old, new, expected) in [
            (&Field::Department, "IT", "IT", true),
            (&Field::Department, "IT", "it", false),
            (&Field::LastName, "Güneş", "Gu\u{308}nes\u{327}", true),
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
            (&badge, "7", "007", true),
            (&badge, "7", "8", false),
            (&badge, "9007199254740993", "9007199254740992", false),
            (&start, "15/01/2024 00:00", "2024-01-15", true),
            (&start, "16/01/2024", "2024-01-15", false),
            (&start, "04/03/2024", "2024-03-04", false),
            (&remote, "true", "True", true),
            (&text, "a", "A", false),
        ] {
            assert_eq!(
                values.is_same(field, old, new),
                expected,
                "{field} {old} {new}"
            );
        }
        assert!(values.is_comparable(&start, "16/01/2024", "2024-01-15"));
        assert!(!values.is_comparable(&start, "04/03/2024", "2024-03-04"));
        assert!(values.is_listed(&Field::TimeZone, "turkey standard time"));
        assert!(!values.is_listed(&Field::TimeZone, "Atlantis"));
        assert!(values.is_listed(&Field::Department, "Atlantis"));
        assert!(KnownValues::default().is_listed(&Field::TimeZone, "Atlantis"));
    }
}
