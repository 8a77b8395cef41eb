//! The lists in which the service has the ids of time zones, languages and custom fields.

use keepnet_client::types::TargetUserCustomFieldValueDto;
use keepnet_staff_list::{CustomField, DataType, Field};

use crate::custom_fields::fetch_custom_fields;
use crate::{Company, Error, ErrorKind, Result};

/// The number of the service's lookup list of languages.
const LANGUAGES: i32 = 21;
/// What an entry of each list is called.
const TIME_ZONE: &str = "time zone";
const LANGUAGE: &str = "language";
const CUSTOM_FIELD: &str = "custom field";
/// The most entries that an error names.
const MOST_NAMED: usize = 10;

/// The time zones, languages and custom fields of a company. Rows of a search have their texts, and
/// requests that write need their ids.
#[derive(Clone, Debug, Default)]
pub(crate) struct UserLookups {
    time_zones: Vec<Entry>,
    languages: Vec<Entry>,
    custom_fields: Vec<CustomField>,
    /// Whether a list that this credential may not read is no error before something is looked up in it.
    may_be_unreadable: bool,
    /// The lists that it may not read, by the name of an entry, and why.
    unreadable: Vec<(&'static str, String)>,
}

/// An entry of a list: its id and its names. The first name is the one that rows show.
#[derive(Clone, Debug)]
struct Entry {
    id: String,
    names: Vec<String>,
}

impl UserLookups {
    /// Fetches all lists, with three requests.
    pub(crate) async fn fetch(company: &Company) -> Result<UserLookups> {
        let custom = Field::Custom(String::new());
        let fields = [Field::TimeZone, Field::PreferredLanguage, custom];
        UserLookups::fetch_for(company, &fields).await
    }

    /// Fetches the lists that these fields need; no list needs more than one request.
    pub(crate) async fn fetch_for<'a>(
        company: &Company,
        fields: impl IntoIterator<Item = &'a Field>,
    ) -> Result<UserLookups> {
        UserLookups::fetch_lists(company, fields, false).await
    }

    /// As [`fetch_for`](UserLookups::fetch_for), without the lists that this credential may not read. To
    /// look something up in one of them is an error.
    pub(crate) async fn fetch_readable<'a>(
        company: &Company,
        fields: impl IntoIterator<Item = &'a Field>,
    ) -> Result<UserLookups> {
        UserLookups::fetch_lists(company, fields, true).await
    }

    async fn fetch_lists<'a>(
        company: &Company,
        fields: impl IntoIterator<Item = &'a Field>,
        may_be_unreadable: bool,
    ) -> Result<UserLookups> {
        let (mut zone, mut language, mut custom) = (false, false, false);
        for field in fields {
            zone |= *field == Field::TimeZone;
            language |= *field == Field::PreferredLanguage;
            custom |= matches!(field, Field::Custom(_));
        }
        let mut lookups = UserLookups {
            may_be_unreadable,
            ..UserLookups::default()
        };
        if zone {
            let zones = company.raw().list_time_zones().await;
            let zones = lookups.readable(TIME_ZONE, zones)?;
            let zones = zones.and_then(|it| it.time_zone_list);
            let zones = zones.into_iter().flatten();
            lookups.time_zones = zones
                .filter_map(|zone| Entry::new(zone.id, [zone.display_name]))
                .collect();
        }
        if language {
            let languages = company.raw().list_lookups_by_type(LANGUAGES).await;
            let languages = lookups.readable(LANGUAGE, languages)?;
            lookups.languages = (languages.into_iter().flatten())
                .filter_map(|it| {
                    let names = [it.name, it.iso_friendly_name, it.code, it.iso_code];
                    Entry::new(it.resource_id, names)
                })
                .collect();
        }
        if custom {
            let fields = fetch_custom_fields(company).await;
            lookups.custom_fields = lookups.readable(CUSTOM_FIELD, fields)?.unwrap_or_default();
        }
        Ok(lookups)
    }

    /// `None` for a list that this credential may not read, or that this installation does not have.
    fn readable<T>(&mut self, what: &'static str, fetched: Result<T>) -> Result<Option<T>> {
        match fetched {
            Err(error)
                if self.may_be_unreadable
                    && matches!(error.kind(), ErrorKind::Permission | ErrorKind::NotFound) =>
            {
                self.unreadable.push((what, error.problem()));
                Ok(None)
            }
            fetched => fetched.map(Some),
        }
    }

    fn ensure_readable(&self, what: &'static str) -> Result<()> {
        match self.unreadable.iter().find(|(it, _)| *it == what) {
            Some((what, reason)) => Err(unreadable(what, reason)),
            None => Ok(()),
        }
    }

    /// The id of the time zone that rows of a search show with this text.
    pub(super) fn time_zone_of_row(&self, text: &str) -> Option<&str> {
        find_shown(&self.time_zones, text)
    }

    /// The id of the language that rows of a search show with this text.
    pub(super) fn language_of_row(&self, text: &str) -> Option<&str> {
        find_shown(&self.languages, text)
    }

    /// The id of the time zone with this id or displayed name, without regard to case.
    pub(super) fn time_zone(&self, text: &str) -> Result<&str> {
        self.ensure_readable(TIME_ZONE)?;
        find_named(&self.time_zones, text, TIME_ZONE)
    }

    /// The id of the language with this id, name or code, without regard to case. A code such as `en-US`
    /// is also meant by `en`, if no other code begins with it.
    pub(super) fn language(&self, text: &str) -> Result<&str> {
        self.ensure_readable(LANGUAGE)?;
        let short = format!("{}-", text.trim().to_lowercase());
        let is_meant = |name: &String| name.to_lowercase().starts_with(&short);
        let meant = self.languages.iter();
        let meant: Vec<_> = meant
            .filter(|entry| entry.names.iter().any(is_meant))
            .collect();
        match (
            find_named(&self.languages, text, LANGUAGE),
            meant.as_slice(),
        ) {
            (Err(error), _) if error.kind() == ErrorKind::Ambiguous => Err(error),
            (Err(_), [entry]) if matches!(short.len(), 3 | 4) => Ok(&entry.id),
            (Err(_), several @ [_, _, ..]) if matches!(short.len(), 3 | 4) => {
                Err(ambiguous(LANGUAGE, text, several))
            }
            (found, _) => found,
        }
    }

    /// The custom field with this name, without regard to case.
    pub(super) fn custom_field(&self, name: &str) -> Result<&CustomField> {
        self.ensure_readable(CUSTOM_FIELD)?;
        let wanted = name.trim().to_lowercase();
        let mut fields = self.custom_fields.iter();
        let found = fields.find(|field| field.name.trim().to_lowercase() == wanted);
        found.ok_or_else(|| {
            let fields = self.custom_fields.iter();
            unknown(
                CUSTOM_FIELD,
                name,
                fields.map(|it| (&*it.name, &*it.id)).collect(),
            )
        })
    }
}

impl Entry {
    fn new(id: Option<String>, names: impl IntoIterator<Item = Option<String>>) -> Option<Entry> {
        let id = id.filter(|id| !id.trim().is_empty())?;
        let names = names.into_iter().flatten();
        let names = names.filter(|name| !name.trim().is_empty()).collect();
        Some(Entry { id, names })
    }
}

/// The id of the only entry that rows show with this text.
fn find_shown<'a>(entries: &'a [Entry], text: &str) -> Option<&'a str> {
    let shown = |entry: &&Entry| {
        entry
            .names
            .first()
            .is_some_and(|it| it.trim() == text.trim())
    };
    let mut found = entries.iter().filter(shown);
    match (found.next(), found.next()) {
        (Some(entry), None) => Some(&entry.id),
        _ => None,
    }
}

fn find_named<'a>(entries: &'a [Entry], text: &str, what: &str) -> Result<&'a str> {
    let wanted = text.trim().to_lowercase();
    let is_wanted = |name: &String| name.trim().to_lowercase() == wanted;
    if let Some(entry) = entries.iter().find(|entry| is_wanted(&entry.id)) {
        return Ok(&entry.id);
    }
    let named: Vec<_> = (entries.iter())
        .filter(|entry| entry.names.iter().any(is_wanted))
        .collect();
    match named.as_slice() {
        [entry] => Ok(&entry.id),
        [] => {
            let entries = entries.iter();
            let named = entries.filter_map(|it| Some((it.names.first()?.as_str(), it.id.as_str())));
            Err(unknown(what, text, named.collect()))
        }
        several => Err(ambiguous(what, text, several)),
    }
}

fn ambiguous(what: &str, text: &str, several: &[&Entry]) -> Error {
    let problem = format!("{} entries are the {what} {text:?}", several.len());
    let ids: Vec<_> = several.iter().map(|entry| entry.id.as_str()).collect();
    let hint = format!("use the id of one of them: {}", ids.join(", "));
    Error::new(ErrorKind::Ambiguous, problem).with_hint(hint)
}

/// The error of a list that may not be read: whether the value is in it is not known.
fn unreadable(what: &str, reason: &str) -> Error {
    let problem = format!("the {what}s of the company cannot be read: {reason}");
    Error::new(ErrorKind::Invalid, problem)
        .with_hint("give the account the right to read them, or leave the field out")
}

/// The error for a name that is in no list. Of the entries, given by name and id, it names similar
/// ones, or all if there are few.
fn unknown(what: &str, text: &str, entries: Vec<(&str, &str)>) -> Error {
    let wanted = text.trim().to_lowercase();
    let is_similar = |text: &str| {
        let text = text.to_lowercase();
        !wanted.is_empty() && (text.contains(&wanted) || wanted.contains(&text))
    };
    let is_few = entries.len() <= MOST_NAMED;
    let all: Vec<_> = entries.iter().map(|(name, _)| *name).collect();
    let entries = entries.into_iter();
    let similar = entries.filter(|(name, id)| is_similar(name) || is_similar(id));
    let mut similar: Vec<_> = similar.map(|(name, _)| name).collect();
    if similar.is_empty() && is_few {
        similar = all;
    }
    let hint = match similar.len() {
        0 => format!("use a {what} that the company has"),
        1..=MOST_NAMED => format!("use one of: {}", similar.join(", ")),
        more => {
            let named = similar[..MOST_NAMED].join(", ");
            format!("use one of: {named}, and {} more", more - MOST_NAMED)
        }
    };
    let problem = format!("there is no {what} {text:?}");
    Error::new(ErrorKind::Invalid, problem).with_hint(hint)
}

/// The value of a custom field in a request. A day or time is in both members, as the service's own
/// web client sends it.
pub(super) fn custom_value(
    id: &str,
    data_type: &DataType,
    value: &str,
) -> TargetUserCustomFieldValueDto {
    let item = TargetUserCustomFieldValueDto::default();
    let item = item.resource_id(id).value(value);
    match data_type {
        DataType::Date | DataType::DateTime if !value.is_empty() => item.timestamp_value(value),
        _ => item,
    }
}
