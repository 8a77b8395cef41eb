//! Fixed lists: time zones, languages, an industry, a licence type, and the names of generated
//! users.

use std::sync::LazyLock;

use serde::Deserialize;

/// A time zone: its Windows id, and the text that rows show for it.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TimeZone {
    pub(crate) id: String,
    pub(crate) display_name: String,
}

/// A language that a user may prefer.
#[derive(Debug, PartialEq, Eq, Deserialize)]
pub(crate) struct Language {
    pub(crate) id: String,
    pub(crate) name: String,
    /// Such as `en-US`.
    pub(crate) code: String,
}

/// The only entry of a lookup.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct LookupEntry {
    pub(crate) id: String,
    pub(crate) name: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReferenceData {
    /// The industry of every company.
    pub(crate) industry: LookupEntry,
    /// The licence type of every company.
    pub(crate) license_type: LookupEntry,
    pub(crate) time_zones: Vec<TimeZone>,
    pub(crate) languages: Vec<Language>,
    pub(crate) first_names: Vec<String>,
    pub(crate) last_names: Vec<String>,
    pub(crate) departments: Vec<String>,
}

pub(crate) static REFERENCE: LazyLock<ReferenceData> = LazyLock::new(|| {
    // A unit test parses the same text, so the empty lists are never used.
    serde_json::from_str(include_str!("reference.json")).unwrap_or_default()
});

/// Finds a time zone by its id or its displayed text, in any case.
pub(crate) fn find_time_zone(text: &str) -> Option<&'static TimeZone> {
    REFERENCE.time_zones.iter().find(|zone| {
        zone.id.eq_ignore_ascii_case(text) || zone.display_name.eq_ignore_ascii_case(text)
    })
}

/// Finds a language by its name, its code or the first part of its code, in any case.
pub(crate) fn find_language(text: &str) -> Option<&'static Language> {
    REFERENCE.languages.iter().find(|language| {
        let (short_code, _) = language
            .code
            .split_once('-')
            .unwrap_or((&language.code, ""));
        [&language.name, &language.code, short_code]
            .iter()
            .any(|name| name.eq_ignore_ascii_case(text))
    })
}

pub(crate) fn find_language_by_id(id: &str) -> Option<&'static Language> {
    REFERENCE
        .languages
        .iter()
        .find(|language| language.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reference_json_is_complete() {
        let data: ReferenceData = serde_json::from_str(include_str!("reference.json")).unwrap();
        assert_eq!((data.time_zones.len(), data.languages.len()), (27, 22));
        assert_eq!((data.first_names.len(), data.last_names.len()), (12, 11));
        assert_eq!(data.departments.len(), 7);
    }
}
