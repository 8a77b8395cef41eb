//! Declares the responses that are files.

use serde_json::{Value, json};

use crate::normalize::decisions::Corrections;
use crate::normalize::pass::{Pass, Work};
use crate::{SpecError, openapi};

pub(crate) const PASS: Pass = Pass {
    name: "downloads",
    reason: "a response without content is a file, and a generator would drop its bytes",
    run,
};

fn run(work: &mut Work<'_>) -> Result<usize, SpecError> {
    let Corrections {
        downloads,
        responses_without_content,
        ..
    } = &work.decisions.corrections;
    openapi::change_operations(&mut work.document, |method, path, operation| {
        let place = openapi::place(method, path);
        let is_known = downloads.contains(&place);
        let mut hits = 0;
        let responses = openapi::members_mut(operation, "/responses");
        for (_, response) in responses.filter(|(status, _)| status.starts_with('2')) {
            let is_empty = openapi::members(response, "/content").next().is_none();
            if is_empty && !is_known && !responses_without_content.contains(&place) {
                return Err(SpecError::at(
                    place,
                    "its success response has no content; if the operation returns a file or nothing, add it to responses_without_content in corrections.toml",
                ));
            }
            if is_known || is_empty || openapi::members(response, "/content").any(is_file) {
                response["content"] = json!({
                    "application/octet-stream": {"schema": {"type": "string", "format": "binary"}}
                });
                hits += 1;
            }
        }
        Ok(hits)
    })
}

/// A binary schema is a file, whatever its media type is.
pub(super) fn is_file((media, body): (&String, &Value)) -> bool {
    !media.contains("json") && !media.starts_with("text/") || body["schema"]["format"] == "binary"
}
