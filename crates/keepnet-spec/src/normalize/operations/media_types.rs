//! Keeps one media type of each body and response.

use serde_json::{Map, Value};

use super::downloads::is_file;
use crate::normalize::pass::{Pass, Work};
use crate::{SpecError, openapi};

pub(crate) const PASS: Pass = Pass {
    name: "media_types",
    reason: "a JSON body lists four media types, and the first of them makes the service answer 400",
    run,
};

const JSON: &str = "application/json";
const TEXT_JSON: &str = "text/json";
const FORM: &str = "multipart/form-data";
const PLAIN_FORM: &str = "application/x-www-form-urlencoded";

fn run(work: &mut Work<'_>) -> Result<usize, SpecError> {
    openapi::change_operations(&mut work.document, |method, path, operation| {
        let place = openapi::place(method, path);
        let mut hits = 0;
        if let Some(Value::Object(content)) = operation.pointer_mut("/requestBody/content") {
            hits += usize::from(keep_one_of_body(content, &place)?);
        }
        let responses = openapi::members_mut(operation, "/responses");
        for (_, response) in responses.filter(|(status, _)| status.starts_with('2')) {
            if let Some(Value::Object(content)) = response.get_mut("content") {
                hits += usize::from(keep_one_of_response(content, &place)?);
            }
        }
        Ok(hits)
    })
}

/// The spellings of JSON are one media type in a response, and a file takes precedence.
fn keep_one_of_response(content: &mut Map<String, Value>, place: &str) -> Result<bool, SpecError> {
    if content.iter().any(is_file) {
        return Ok(false);
    }
    let is_json = |media: &str| [JSON, TEXT_JSON].contains(&media) || media.ends_with("+json");
    let has_json = content.keys().any(|media| is_json(media));
    // ASP.NET offers every JSON response as a plain text as well.
    let is_known = |media: &&String| is_json(media) || has_json && *media == "text/plain";
    if let Some(media) = content.keys().find(|media| !is_known(media)) {
        return Err(SpecError::at(
            place,
            format!(
                "its response has the media type {media}, for which the bindings have no type; add a rule to the media_types pass, or list the operation under downloads in corrections.toml"
            ),
        ));
    }
    let mut schemas = content
        .iter()
        .filter(|(media, _)| is_json(media))
        .map(|(_, media)| media.get("schema"));
    let first = schemas.next();
    if schemas.any(|other| Some(other) != first) {
        let problem = "the media types of its response have different schemas; add a rule to the media_types pass";
        return Err(SpecError::at(place, problem));
    }
    if !content.contains_key(JSON) {
        // One type for all spellings: the service writes the same bytes.
        let Some((_, schema)) = content.iter().find(|(media, _)| is_json(media)) else {
            return Ok(false);
        };
        let schema = schema.clone();
        *content = Map::from_iter([(JSON.to_owned(), schema)]);
        return Ok(true);
    }
    Ok(keep_json(content))
}

fn keep_one_of_body(content: &mut Map<String, Value>, place: &str) -> Result<bool, SpecError> {
    let refuse = |problem: &str| Err(SpecError::at(place, problem));
    let is_known = |media: &str| {
        [JSON, TEXT_JSON, FORM, PLAIN_FORM].contains(&media) || media.ends_with("+json")
    };
    if let Some(media) = content.keys().find(|media| !is_known(media)) {
        return refuse(&format!(
            "its body has the unknown media type {media}; add a rule to the media_types pass"
        ));
    }
    let is_alone = |media: &str| [JSON, FORM, PLAIN_FORM].contains(&media);
    if content.len() == 1 && content.keys().all(|media| is_alone(media)) {
        return Ok(false);
    }
    let Some(json) = content.get(JSON) else {
        return refuse(
            "its body has other media types but not application/json; add a rule to the media_types pass",
        );
    };
    let schema = json.get("schema");
    if content.values().any(|other| other.get("schema") != schema) {
        return refuse(
            "the media types of its body have different schemas; add a rule to the media_types pass",
        );
    }
    Ok(keep_json(content))
}

/// Whether one of several media types was kept.
fn keep_json(content: &mut Map<String, Value>) -> bool {
    let is_kept = content.len() > 1 && content.contains_key(JSON);
    if is_kept {
        content.retain(|media, _| media == JSON);
    }
    is_kept
}
