//! Fixed lists: time zones, languages, an industry, licence types and modules, and the names of
//! generated users.

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

/// An entry of a lookup.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct LookupEntry {
    pub(crate) id: String,
    pub(crate) name: String,
}

/// A licence type, and the names of the modules that are part of it.
#[derive(Debug, Default, PartialEq, Eq, Deserialize)]
pub(crate) struct LicenseType {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) modules: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReferenceData {
    /// The industry of every company.
    pub(crate) industry: LookupEntry,
    /// The licence types; a company has the first unless its seed says otherwise.
    pub(crate) license_types: Vec<LicenseType>,
    pub(crate) license_modules: Vec<LookupEntry>,
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

/// Finds a licence type by its name.
pub(crate) fn find_license_type(name: &str) -> Option<&'static LicenseType> {
    let mut types = REFERENCE.license_types.iter();
    types.find(|license_type| license_type.name == name)
}

/// Finds a module of licences by its name.
pub(crate) fn find_license_module(name: &str) -> Option<&'static LookupEntry> {
    let mut modules = REFERENCE.license_modules.iter();
    modules.find(|module| module.name == name)
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
        for license_type in &data.license_types {
            for module in &license_type.modules {
                assert!(find_license_module(module).is_some(), "{module}");
            }
        }
    }
}
