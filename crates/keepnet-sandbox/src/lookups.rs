//! Lists that forms are filled from.

use serde_json::{Value, json};

use crate::companies::{INDUSTRY, LICENSE_TYPE};
use crate::envelope::{Answer, Failure, Reply};
use crate::reference::{LANGUAGES, Language, TIME_ZONES};
use crate::request::Call;
use crate::state::World;

/// The types of lookups that are not empty here.
const INDUSTRY_TYPE: i64 = 2;
const LICENSE_TYPE_TYPE: i64 = 3;
const LANGUAGE_TYPE: i64 = 21;
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

/// Answers `GET /api/lookups/{typeId}`: languages, industries and licence types; other lists are
/// empty here.
pub(crate) fn by_type(_: &mut World, call: &Call) -> Answer {
    let kind = call.params.get("typeId").parse();
    Ok(kept(call, kind.map_or(Vec::new(), items)))
}

/// Answers `POST /api/lookups`: several lists in one.
pub(crate) fn by_types(_: &mut World, call: &Call) -> Answer {
    let kinds = call.fields()?.list("typeIdList")?;
    let kinds = kinds.map_or(&[][..], Vec::as_slice).iter();
    let kinds: Option<Vec<i64>> = kinds.map(Value::as_i64).collect();
    let kinds = kinds.ok_or_else(|| Failure::input("typeIdList must be a list of numbers"))?;
    Ok(kept(call, kinds.into_iter().flat_map(items).collect()))
}

/// Answers `GET /api/languages`.
pub(crate) fn languages(_: &mut World, _: &Call) -> Answer {
    let languages = (1..).zip(LANGUAGES).map(|(number, language): (u32, _)| {
        json!({
            "id": number,
            "resourceId": language.id,
            "name": language.name,
            "code": language.code,
            "isoCode": language.code,
            "isoFriendlyName": iso_friendly(language),
        })
    });
    Ok(Reply::data(languages.collect()))
}

fn kept(call: &Call, items: Vec<Value>) -> Reply {
    Reply::Lookup {
        data: Value::Array(items),
        until: call.core.settings.clock.now().as_second() + KEEP_SECONDS,
    }
}

/// One list.
fn items(kind: i64) -> Vec<Value> {
    let item = |number: usize, id: &str, name: &str, type_name: &str| {
        json!({
            "resourceId": id,
            "genericCodeTypeId": kind,
            "genericCodeTypeName": type_name,
            "name": name,
            "code": null,
            "orderNumber": number,
            "isoCode": null,
            "isoFriendlyName": null,
        })
    };
    match kind {
        INDUSTRY_TYPE => vec![item(1, INDUSTRY.0, INDUSTRY.1, "Industry")],
        LICENSE_TYPE_TYPE => vec![item(1, LICENSE_TYPE.0, LICENSE_TYPE.1, "License Type")],
        LANGUAGE_TYPE => {
            let languages = (1..).zip(LANGUAGES).map(|(number, language)| {
                let mut item = item(number, language.id, language.name, "Language");
                item["code"] = json!(language.code);
                item["isoCode"] = json!(language.code);
                item["isoFriendlyName"] = json!(iso_friendly(language));
                item
            });
            languages.collect()
        }
        _ => Vec::new(),
    }
}

fn iso_friendly(language: &Language) -> String {
    format!("{} ({})", language.name, language.code)
}
