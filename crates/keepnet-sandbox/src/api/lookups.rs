//! Lookups: the lists that forms offer.

use serde_json::{Value, json};

use crate::call::Call;
use crate::http::{ApiError, HandlerResult, Reply};
use crate::reference::{Language, LookupEntry, REFERENCE, find_license_module};
use crate::state::State;

/// The lookup types that are not empty in the sandbox.
const INDUSTRY_TYPE: i64 = 2;
const LICENSE_TYPE_TYPE: i64 = 3;
const LANGUAGE_TYPE: i64 = 21;
/// How long a client may cache a lookup.
const CACHE_SECONDS: i64 = 86_400;

/// Handles `GET /api/timezone/timezones`.
pub(crate) fn time_zones(_: &mut State, _: &Call) -> HandlerResult {
    let zones = REFERENCE.time_zones.iter();
    let zones = zones.map(|zone| json!({ "id": zone.id, "displayName": zone.display_name }));
    Ok(Reply::data(json!({
        "timeZoneList": zones.collect::<Value>(),
        "dateFormatList": ["DD/MM/YYYY", "MM/DD/YYYY", "YYYY/MM/DD"],
        "timeFormatList": ["24h", "12h"],
    })))
}

/// Handles `GET /api/lookups/{typeId}`: languages, industries and licence types; other lists are
/// empty.
pub(crate) fn by_type(_: &mut State, call: &Call) -> HandlerResult {
    let lookup_type = call.params.get("typeId").parse().ok();
    Ok(cacheable(call, lookup_type.into_iter().collect()))
}

/// Handles `POST /api/lookups`: several lists in one.
pub(crate) fn by_types(_: &mut State, call: &Call) -> HandlerResult {
    let types = call.body()?.list("typeIdList")?.into_iter().flatten();
    let types: Option<Vec<i64>> = types.map(Value::as_i64).collect();
    let types = types.ok_or_else(|| ApiError::input("typeIdList must be a list of numbers"))?;
    Ok(cacheable(call, types))
}

/// Handles `GET /api/lookups/licenses`: the licence types with their modules, and all modules.
pub(crate) fn licenses(_: &mut State, _: &Call) -> HandlerResult {
    let module = |module: &LookupEntry| json!({ "resourceId": module.id, "name": module.name, "isAvailable": true });
    let licenses = REFERENCE.license_types.iter().map(|license_type| {
        let names = license_type.modules.iter();
        let modules = names
            .filter_map(|name| find_license_module(name))
            .map(module);
        json!({
            "resourceId": license_type.id,
            "name": license_type.name,
            "licenseModules": modules.collect::<Value>(),
        })
    });
    Ok(Reply::data(json!({
        "licenses": licenses.collect::<Value>(),
        "allLicenseModules": REFERENCE.license_modules.iter().map(module).collect::<Value>(),
    })))
}

/// Handles `GET /api/languages`.
pub(crate) fn languages(_: &mut State, _: &Call) -> HandlerResult {
    let languages = (1..).zip(&REFERENCE.languages);
    let languages = languages.map(|(number, language): (u32, _)| {
        json!({
            "id": number,
            "resourceId": language.id,
            "name": language.name,
            "code": language.code,
            "isoCode": language.code,
            "isoFriendlyName": iso_friendly_name(language),
        })
    });
    Ok(Reply::data(languages.collect()))
}

fn cacheable(call: &Call, types: Vec<i64>) -> Reply {
    Reply::Lookup {
        data: types.into_iter().flat_map(entries).collect(),
        until: call.now().as_second() + CACHE_SECONDS,
    }
}

fn entries(lookup_type: i64) -> Vec<Value> {
    let entry = |number: usize, id: &str, name: &str, type_name: &str| {
        json!({
            "resourceId": id,
            "genericCodeTypeId": lookup_type,
            "genericCodeTypeName": type_name,
            "name": name,
            "code": null,
            "orderNumber": number,
            "isoCode": null,
            "isoFriendlyName": null,
        })
    };
    match lookup_type {
        INDUSTRY_TYPE => {
            let industry = &REFERENCE.industry;
            vec![entry(1, &industry.id, &industry.name, "Industry")]
        }
        LICENSE_TYPE_TYPE => {
            let types = (1..).zip(&REFERENCE.license_types);
            types
                .map(|(number, it)| entry(number, &it.id, &it.name, "License Type"))
                .collect()
        }
        LANGUAGE_TYPE => {
            let languages = (1..).zip(&REFERENCE.languages).map(|(number, language)| {
                let mut entry = entry(number, &language.id, &language.name, "Language");
                entry["code"] = json!(language.code);
                entry["isoCode"] = json!(language.code);
                entry["isoFriendlyName"] = json!(iso_friendly_name(language));
                entry
            });
            languages.collect()
        }
        _ => Vec::new(),
    }
}

fn iso_friendly_name(language: &Language) -> String {
    format!("{} ({})", language.name, language.code)
}
