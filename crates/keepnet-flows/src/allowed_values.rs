//! Asking a company and the service what a cell may say.

use keepnet_staff_list::{AllowedValues, Field, Mapping};

use crate::company::Company;
use crate::custom_fields;
use crate::error::{ErrorKind, Result};

/// The number under which the service lists the languages of users.
const LANGUAGES: i32 = 21;

impl Company {
    /// What this company allows in the columns of a mapping: its custom fields, and the time zones
    /// and languages of the service where a column has them. What this credential may not list
    /// remains unknown, and is then not checked here.
    ///
    /// # Errors
    ///
    /// If a call fails for another reason.
    pub async fn allowed_values(&self, mapping: &Mapping) -> Result<AllowedValues> {
        let doing = "asking what the company allows";
        let vocabulary = of(self, doing).await?;
        complete(vocabulary, self, doing, mapping).await
    }
}

/// The custom fields of a company; nothing is known where this credential may not list them.
pub(crate) async fn of(company: &Company, doing: &str) -> Result<AllowedValues> {
    let fields = if_allowed(custom_fields::all(company, doing).await)?;
    Ok(match fields {
        Some(fields) => AllowedValues::new().custom_fields(fields),
        None => AllowedValues::new(),
    })
}

/// Adds the lists that the mapped columns need.
pub(crate) async fn complete(
    vocabulary: AllowedValues,
    company: &Company,
    doing: &str,
    mapping: &Mapping,
) -> Result<AllowedValues> {
    let mut vocabulary = vocabulary;
    if mapping.column_of(&Field::TimeZone).is_some() {
        let listed = company.raw().list_time_zones().await;
        let listed = listed.map_err(|error| company.failed(doing, error));
        let zones = if_allowed(listed)?.and_then(|listed| listed.time_zone_list);
        let spellings = zones.into_iter().flatten();
        let spellings = spellings.flat_map(|zone| [zone.id, zone.display_name]);
        vocabulary = vocabulary.time_zones(spellings.flatten());
    }
    if mapping.column_of(&Field::PreferredLanguage).is_some() {
        let listed = company.raw().get_lookup(LANGUAGES).await;
        let listed = listed.map_err(|error| company.failed(doing, error));
        let languages = if_allowed(listed)?.into_iter().flatten();
        let spellings = languages.flat_map(|language| {
            [
                language.name,
                language.code,
                language.iso_code,
                language.iso_friendly_name,
            ]
        });
        vocabulary = vocabulary.languages(spellings.flatten());
    }
    Ok(vocabulary)
}

/// What this credential may not see, or this installation does not have, is left to the service to check.
fn if_allowed<T>(listed: Result<T>) -> Result<Option<T>> {
    match listed {
        Ok(listed) => Ok(Some(listed)),
        Err(error) => match error.kind() {
            ErrorKind::Permission | ErrorKind::NotFound => Ok(None),
            _ => Err(error),
        },
    }
}
