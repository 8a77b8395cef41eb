use serde_json::{Value, json};

use super::{Corrections, Pass, Work};
use crate::{SpecError, walk};

pub(super) const PASS: Pass = Pass {
    name: "downloads",
    reason: "an answer without content is a file, and a generator would drop its bytes",
    run,
};

fn run(work: &mut Work<'_>) -> Result<usize, SpecError> {
    let Corrections {
        downloads,
        answers_without_content,
        ..
    } = &work.decisions.corrections;
    let mut bites = 0;
    walk::try_each_operation_mut(&mut work.document, |method, path, operation| {
        let place = walk::place(method, path);
        let is_known = downloads.contains(&place);
        let responses = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut);
        for (status, response) in responses.into_iter().flatten() {
            if !status.starts_with('2') {
                continue;
            }
            if !is_known && is_empty(response) && !answers_without_content.contains(&place) {
                return Err(SpecError::at(
                    place,
                    "its success has no content; if it answers a file or nothing, add it to answers_without_content in corrections.toml",
                ));
            }
            if is_known || answers_a_file(response) {
                response["content"] = json!({
                    "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
                });
                bites += 1;
            }
        }
        Ok::<_, SpecError>(())
    })?;
    Ok(bites)
}

fn is_empty(response: &Value) -> bool {
    let content = response.get("content").and_then(Value::as_object);
    content.is_none_or(|content| content.is_empty())
}

fn answers_a_file(response: &Value) -> bool {
    match response.get("content").and_then(Value::as_object) {
        None => true,
        Some(content) => {
            content.is_empty()
                || content.iter().any(|(media, body)| {
                    !(media.contains("json") || media.starts_with("text/"))
                        || body.pointer("/schema/format").and_then(Value::as_str) == Some("binary")
                })
        }
    }
}
