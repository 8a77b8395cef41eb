use serde_json::{Map, Value};

use super::{Pass, Work};
use crate::{SpecError, walk};

pub(super) const PASS: Pass = Pass {
    name: "media_types",
    reason: "a JSON body lists four media types, and the first of them makes the service answer 400",
    run,
};

const JSON: &str = "application/json";
const FORM: &str = "multipart/form-data";
const PLAIN_FORM: &str = "application/x-www-form-urlencoded";

fn run(work: &mut Work<'_>) -> Result<usize, SpecError> {
    let mut bites = 0;
    let forms = &work.decisions.corrections.forms;
    walk::try_each_operation_mut(&mut work.document, |method, path, operation| {
        let place = walk::place(method, path);
        if let Some(content) = operation
            .pointer_mut("/requestBody/content")
            .and_then(Value::as_object_mut)
        {
            if content.contains_key(FORM) && !forms.contains(&place) {
                return Err(SpecError::at(
                    place,
                    "its body is a form with files; if nothing but its parts needs code, add it to forms in corrections.toml",
                ));
            }
            bites += keep_one(content, &place)?;
        }
        let responses = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut);
        for response in responses
            .into_iter()
            .flat_map(|responses| responses.values_mut())
        {
            if let Some(content) = response.get_mut("content").and_then(Value::as_object_mut) {
                bites += keep_one_answer(content);
            }
        }
        Ok(())
    })?;
    Ok(bites)
}

fn keep_one(content: &mut Map<String, Value>, place: &str) -> Result<usize, SpecError> {
    for media in content.keys() {
        let known = media == JSON || media.ends_with("+json") || media == "text/json";
        if !known && media != FORM && media != PLAIN_FORM {
            return Err(SpecError::at(
                place,
                format!(
                    "a body of type {media} is unknown; teach the media_types pass what to do with it"
                ),
            ));
        }
    }
    if content.len() < 2 {
        return Ok(0);
    }
    let Some(kept) = content.get(JSON).cloned() else {
        return Err(SpecError::at(
            place,
            "its body has several media types but not application/json; teach the media_types pass which to keep",
        ));
    };
    if content
        .values()
        .any(|other| other.get("schema") != kept.get("schema"))
    {
        return Err(SpecError::at(
            place,
            "its media types have different schemas; teach the media_types pass which to keep",
        ));
    }
    content.clear();
    content.insert(JSON.to_owned(), kept);
    Ok(1)
}

/// Answers in several JSON spellings are one; a binary schema is a file whatever its type says.
fn keep_one_answer(content: &mut Map<String, Value>) -> usize {
    let is_file = content
        .keys()
        .any(|media| !media.contains("json") && !media.starts_with("text/"))
        || content
            .values()
            .any(|body| body.pointer("/schema/format").and_then(Value::as_str) == Some("binary"));
    if is_file || content.len() < 2 {
        return 0;
    }
    let Some(kept) = content.get(JSON).cloned() else {
        return 0;
    };
    content.clear();
    content.insert(JSON.to_owned(), kept);
    1
}
