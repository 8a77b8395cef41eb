//! Lists that forms are filled from.

use serde_json::{Value, json};

use crate::envelope::{Answer, Reply};
use crate::reference::{LANGUAGES, TIME_ZONES};
use crate::request::Call;
use crate::state::World;

/// The lookup type of languages.
const LANGUAGE_TYPE: &str = "21";
/// Lookups may be kept for a day.
const KEEP_SECONDS: i64 = 86_400;

/// Answers `GET /api/timezone/timezones`.
pub(crate) fn time_zones(_: &mut World, _: &Call) -> Answer {
    let zones = TIME_ZONES
        .iter()
        .map(|zone| json!({ "id": zone.id, "displayName": zone.display_name }));
    Ok(Reply::data(json!({
        "timeZoneList": zones.collect::<Value>(),
        "dateFormatList": ["DD/MM/YYYY", "MM/DD/YYYY", "YYYY/MM/DD"],
        "timeFormatList": ["24h", "12h"],
    })))
}

/// Answers `GET /api/lookups/{typeId}`: the languages; other lists are empty here.
pub(crate) fn by_type(_: &mut World, call: &Call) -> Answer {
    let languages = if call.params.get("typeId") == LANGUAGE_TYPE {
        LANGUAGES
    } else {
        &[]
    };
    let items = (1..).zip(languages).map(|(number, language): (u32, _)| {
        json!({
            "resourceId": language.id,
            "genericCodeTypeId": 21,
            "genericCodeTypeName": "Language",
            "name": language.name,
            "code": language.code,
            "orderNumber": number,
            "isoCode": language.code,
            "isoFriendlyName": format!("{} ({})", language.name, language.code),
        })
    });
    let until = call.core.settings.clock.now().as_second() + KEEP_SECONDS;
    Ok(Reply::Lookup {
        data: items.collect(),
        until,
    })
}

/// Answers `GET /api/custom-fields/company`.
pub(crate) fn custom_fields(world: &mut World, call: &Call) -> Answer {
    let fields =
        (1..)
            .zip(&world.companies[call.company].custom_fields)
            .map(|(number, field): (u32, _)| {
                json!({
                    "resourceId": field.id.to_string(),
                    "name": field.name,
                    "ownerType": "Company",
                    "fieldDataType": field.data_type,
                    "targetGroupResourceId": null,
                    "isActive": true,
                    "sortOrder": number,
                    "isRequired": field.required,
                    "isEditable": true,
                })
            });
    Ok(Reply::data(fields.collect()))
}
