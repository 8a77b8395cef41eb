//! Fixed lists: time zones, languages, and the material of made-up people.

use jiff::Timestamp;

use crate::resource_id::ResourceId;
use crate::state::{Text, User};

/// A time zone under its Windows id, and the text that rows show for it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TimeZone {
    pub(crate) id: &'static str,
    pub(crate) display_name: &'static str,
}

/// A language that a user may prefer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Language {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    pub(crate) code: &'static str,
}

/// The time zone that a file or a filter means: by id or by displayed text, without regard to case.
pub(crate) fn time_zone(text: &str) -> Option<&'static TimeZone> {
    TIME_ZONES.iter().find(|zone| {
        zone.id.eq_ignore_ascii_case(text) || zone.display_name.eq_ignore_ascii_case(text)
    })
}

/// The language that a file means: by name or code, without regard to case.
pub(crate) fn language(text: &str) -> Option<&'static Language> {
    let named = |language: &&Language| {
        language.name.eq_ignore_ascii_case(text)
            || language.code.eq_ignore_ascii_case(text)
            || language
                .code
                .split('-')
                .next()
                .is_some_and(|short| short.eq_ignore_ascii_case(text))
    };
    LANGUAGES.iter().find(named)
}

pub(crate) fn language_by_id(id: &str) -> Option<&'static Language> {
    LANGUAGES.iter().find(|language| language.id == id)
}

/// A person for company load: the same number always gives the same person.
pub(crate) fn made_up_user(id: ResourceId, number: usize, domain: &str, joined: Timestamp) -> User {
    let pick =
        |list: &[&'static str], stride: usize| Text::Borrowed(list[number / stride % list.len()]);
    User {
        first_name: pick(&FIRST_NAMES, 1),
        last_name: pick(&LAST_NAMES, FIRST_NAMES.len()),
        department: pick(&DEPARTMENTS, 3),
        active: number % 20 != 19,
        ..User::new(id, &format!("person{number}@{domain}"), joined)
    }
}

const FIRST_NAMES: [&str; 12] = [
    "Alex", "Bora", "Chen", "Dana", "Elif", "Femi", "Gita", "Hugo", "Ines", "Jonas", "Kaya",
    "Łucja",
];
const LAST_NAMES: [&str; 11] = [
    "Aydın",
    "Brandt",
    "Costa",
    "Dvořák",
    "Eriksen",
    "Fontaine",
    "Grönlund",
    "Haddad",
    "Ito",
    "Jansen",
    "Kovács",
];
const DEPARTMENTS: [&str; 7] = [
    "Finance",
    "Human Resources",
    "IT",
    "Legal",
    "Operations",
    "Research, Development",
    "Sales",
];

const fn zone(id: &'static str, display_name: &'static str) -> TimeZone {
    TimeZone { id, display_name }
}

pub(crate) static TIME_ZONES: &[TimeZone] = &[
    zone("Hawaiian Standard Time", "(UTC-10:00) Hawaii"),
    zone(
        "Pacific Standard Time",
        "(UTC-08:00) Pacific Time (US & Canada)",
    ),
    zone(
        "Mountain Standard Time",
        "(UTC-07:00) Mountain Time (US & Canada)",
    ),
    zone(
        "Central Standard Time",
        "(UTC-06:00) Central Time (US & Canada)",
    ),
    zone(
        "Eastern Standard Time",
        "(UTC-05:00) Eastern Time (US & Canada)",
    ),
    zone(
        "Atlantic Standard Time",
        "(UTC-04:00) Atlantic Time (Canada)",
    ),
    zone("E. South America Standard Time", "(UTC-03:00) Brasilia"),
    zone("Azores Standard Time", "(UTC-01:00) Azores"),
    zone("UTC", "(UTC) Coordinated Universal Time"),
    zone(
        "GMT Standard Time",
        "(UTC+00:00) Dublin, Edinburgh, Lisbon, London",
    ),
    zone(
        "W. Europe Standard Time",
        "(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna",
    ),
    zone(
        "Romance Standard Time",
        "(UTC+01:00) Brussels, Copenhagen, Madrid, Paris",
    ),
    zone(
        "Central European Standard Time",
        "(UTC+01:00) Sarajevo, Skopje, Warsaw, Zagreb",
    ),
    zone("GTB Standard Time", "(UTC+02:00) Athens, Bucharest"),
    zone("South Africa Standard Time", "(UTC+02:00) Harare, Pretoria"),
    zone("Israel Standard Time", "(UTC+02:00) Jerusalem"),
    zone("Turkey Standard Time", "(UTC+03:00) Istanbul"),
    zone("Arab Standard Time", "(UTC+03:00) Kuwait, Riyadh"),
    zone("Arabian Standard Time", "(UTC+04:00) Abu Dhabi, Muscat"),
    zone("Pakistan Standard Time", "(UTC+05:00) Islamabad, Karachi"),
    zone(
        "India Standard Time",
        "(UTC+05:30) Chennai, Kolkata, Mumbai, New Delhi",
    ),
    zone(
        "SE Asia Standard Time",
        "(UTC+07:00) Bangkok, Hanoi, Jakarta",
    ),
    zone(
        "China Standard Time",
        "(UTC+08:00) Beijing, Chongqing, Hong Kong, Urumqi",
    ),
    zone(
        "Singapore Standard Time",
        "(UTC+08:00) Kuala Lumpur, Singapore",
    ),
    zone("Tokyo Standard Time", "(UTC+09:00) Osaka, Sapporo, Tokyo"),
    zone(
        "AUS Eastern Standard Time",
        "(UTC+10:00) Canberra, Melbourne, Sydney",
    ),
    zone(
        "New Zealand Standard Time",
        "(UTC+12:00) Auckland, Wellington",
    ),
];

const fn lang(id: &'static str, name: &'static str, code: &'static str) -> Language {
    Language { id, name, code }
}

pub(crate) static LANGUAGES: &[Language] = &[
    lang("lAng0Arab1cA", "Arabic", "ar-SA"),
    lang("lAng0Ch1nesB", "Chinese", "zh-CN"),
    lang("lAng0Czech0C", "Czech", "cs-CZ"),
    lang("lAng0Dan1shD", "Danish", "da-DK"),
    lang("lAng0Dutch0E", "Dutch", "nl-NL"),
    lang("lAng0Engl1sF", "English", "en-US"),
    lang("lAng0F1nn1sG", "Finnish", "fi-FI"),
    lang("lAng0FrencHH", "French", "fr-FR"),
    lang("lAng0GermaNJ", "German", "de-DE"),
    lang("lAng0Greek0K", "Greek", "el-GR"),
    lang("lAng0HungarL", "Hungarian", "hu-HU"),
    lang("lAng0Ital1aM", "Italian", "it-IT"),
    lang("lAng0JapanEN", "Japanese", "ja-JP"),
    lang("lAng0Norw3gP", "Norwegian", "nb-NO"),
    lang("lAng0Pol1shQ", "Polish", "pl-PL"),
    lang("lAng0PortugR", "Portuguese", "pt-PT"),
    lang("lAng0Roman1S", "Romanian", "ro-RO"),
    lang("lAng0Russ1aT", "Russian", "ru-RU"),
    lang("lAng0Span1sU", "Spanish", "es-ES"),
    lang("lAng0Swed1sV", "Swedish", "sv-SE"),
    lang("lAng0Turk1sW", "Turkish", "tr-TR"),
    lang("lAng0Ukra1nX", "Ukrainian", "uk-UA"),
];
