//! The values that a company allows in a cell.

use std::collections::HashSet;

use crate::custom_field::CustomField;

/// The values that a company allows: its custom fields, and the time zones and languages that the
/// service lists.
///
/// `Company::allowed_values` of `keepnet-flows` fetches them. A list that is not set here is not
/// checked here; the service checks it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AllowedValues {
    pub(crate) custom_fields: Option<Vec<CustomField>>,
    pub(crate) time_zones: Option<HashSet<String>>,
    pub(crate) languages: Option<HashSet<String>>,
}

impl AllowedValues {
    /// No list is set yet.
    pub fn new() -> AllowedValues {
        AllowedValues::default()
    }

    /// Sets the custom fields of the company; without this call every name is accepted.
    #[must_use]
    pub fn custom_fields(mut self, fields: impl IntoIterator<Item = CustomField>) -> AllowedValues {
        self.custom_fields = Some(fields.into_iter().collect());
        self
    }

    /// Sets every spelling of every time zone, compared without regard to case. An empty list
    /// allows every time zone.
    #[must_use]
    pub fn time_zones<T: AsRef<str>>(
        mut self,
        zones: impl IntoIterator<Item = T>,
    ) -> AllowedValues {
        self.time_zones = spellings(zones);
        self
    }

    /// Sets every spelling of every language, compared without regard to case. A code such as
    /// `en-US` allows `en` as well. An empty list allows every language.
    #[must_use]
    pub fn languages<T: AsRef<str>>(
        mut self,
        languages: impl IntoIterator<Item = T>,
    ) -> AllowedValues {
        let mut languages = spellings(languages);
        if let Some(languages) = &mut languages {
            let short: Vec<_> = languages
                .iter()
                .filter_map(|language| language.split_once('-'))
                .filter(|(short, _)| short.len() == 2 || short.len() == 3)
                .map(|(short, _)| short.to_owned())
                .collect();
            languages.extend(short);
        }
        self.languages = languages;
        self
    }

    pub(crate) fn fields(&self) -> &[CustomField] {
        self.custom_fields.as_deref().unwrap_or_default()
    }
}

fn spellings<T: AsRef<str>>(listed: impl IntoIterator<Item = T>) -> Option<HashSet<String>> {
    let spellings: HashSet<_> = listed
        .into_iter()
        .map(|spelling| spelling.as_ref().trim().to_lowercase())
        .filter(|spelling| !spelling.is_empty())
        .collect();
    // An empty list means that the service keeps no list, not that it allows no value.
    (!spellings.is_empty()).then_some(spellings)
}
