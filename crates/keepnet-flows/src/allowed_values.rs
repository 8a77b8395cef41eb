//! The values that a company allows in the columns of a staff list.

use keepnet_staff_list::{AllowedValues, CustomField, Field, Mapping};

use crate::custom_fields::fetch_custom_fields;
use crate::{Company, ErrorKind, Result};

/// The number of the service's lookup list of languages.
const LANGUAGES: i32 = 21;

impl Company {
    /// The values that this company allows in the columns of a mapping: its custom fields, and the
    /// time zones and languages of the service if a column has them. A list that this credential may
    /// not read allows every value; the service then checks the values of the import.
    ///
    /// # Errors
    ///
    /// If a call fails for another reason.
    pub async fn allowed_values(&self, mapping: &Mapping) -> Result<AllowedValues> {
        let values = async {
            let values = custom_field_values(self).await?;
            add_mapped_lists(values, self, mapping).await
        };
        values
            .await
            .map_err(self.context("fetching the allowed values"))
    }
}

/// The custom fields of a company.
pub(crate) async fn custom_field_values(company: &Company) -> Result<AllowedValues> {
    Ok(match readable_custom_fields(company).await? {
        Some(fields) => AllowedValues::new().custom_fields(fields),
        None => AllowedValues::new(),
    })
}

/// Adds the time zones and languages if the mapping has a column for them.
pub(crate) async fn add_mapped_lists(
    mut values: AllowedValues,
    company: &Company,
    mapping: &Mapping,
) -> Result<AllowedValues> {
    if mapping.column_of(&Field::TimeZone).is_some() {
        values = values.time_zones(list_time_zones(company).await?.concat());
    }
    if mapping.column_of(&Field::PreferredLanguage).is_some() {
        values = values.languages(list_languages(company).await?.concat());
    }
    Ok(values)
}

/// The custom fields of a company, if this credential may read them.
pub(crate) async fn readable_custom_fields(company: &Company) -> Result<Option<Vec<CustomField>>> {
    if_readable(fetch_custom_fields(company).await)
}

/// The spellings of each time zone; none if this credential may not read them.
pub(crate) async fn list_time_zones(company: &Company) -> Result<Vec<Vec<String>>> {
    let listed = company.raw().list_time_zones().await;
    let zones = if_readable(listed)?.and_then(|listed| listed.time_zone_list);
    let zones = zones.into_iter().flatten();
    let spellings = zones.map(|zone| [zone.id, zone.display_name].into_iter().flatten());
    Ok(spellings.map(Iterator::collect).collect())
}

/// The spellings of each language; none if this credential may not read them.
pub(crate) async fn list_languages(company: &Company) -> Result<Vec<Vec<String>>> {
    let listed = company.raw().list_lookups_by_type(LANGUAGES).await;
    let languages = if_readable(listed)?.into_iter().flatten();
    let spellings = languages.map(|language| {
        let names = [
            language.name,
            language.code,
            language.iso_code,
            language.iso_friendly_name,
        ];
        names.into_iter().flatten().collect()
    });
    Ok(spellings.collect())
}

/// `None` for a list that this credential may not read, or that this installation does not have.
fn if_readable<T>(listed: Result<T>) -> Result<Option<T>> {
    match listed {
        Err(error) if matches!(error.kind(), ErrorKind::Permission | ErrorKind::NotFound) => {
            Ok(None)
        }
        listed => listed.map(Some),
    }
}
