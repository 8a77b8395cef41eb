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
const FORM: &str = "multipart/form-data";
const PLAIN_FORM: &str = "application/x-www-form-urlencoded";

fn run(work: &mut Work<'_>) -> Result<usize, SpecError> {
    let forms = &work.decisions.corrections.forms;
    openapi::change_operations(&mut work.document, |method, path, operation| {
        let mut hits = 0;
        if let Some(Value::Object(content)) = operation.pointer_mut("/requestBody/content") {
            let place = openapi::place(method, path);
            if content.contains_key(FORM) && !forms.contains(&place) {
                return Err(SpecError::at(
                    place,
                    "its body is a form with files; add it to forms in corrections.toml, so that its method takes a `Form`",
                ));
            }
            hits += usize::from(keep_one_of_body(content, &place)?);
        }
        for (_, response) in openapi::members_mut(operation, "/responses") {
            if let Some(Value::Object(content)) = response.get_mut("content") {
                // The spellings of JSON are one media type in a response.
                hits += usize::from(!content.iter().any(is_file) && keep_json(content));
            }
        }
        Ok(hits)
    })
}

fn keep_one_of_body(content: &mut Map<String, Value>, place: &str) -> Result<bool, SpecError> {
    let refuse = |problem: &str| Err(SpecError::at(place, problem));
    let is_known = |media: &str| {
        [JSON, "text/json", FORM, PLAIN_FORM].contains(&media) || media.ends_with("+json")
    };
    if let Some(media) = content.keys().find(|media| !is_known(media)) {
        return refuse(&format!(
            "its body has the unknown media type {media}; add a rule to the media_types pass"
        ));
    }
    if content.len() < 2 {
        return Ok(false);
    }
    let Some(json) = content.get(JSON) else {
        return refuse(
            "its body has several media types but not application/json; add a rule to the media_types pass",
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
