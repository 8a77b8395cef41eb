//! Declares the responses that are files.

use serde_json::{Value, json};

use crate::normalize::pass::{Pass, Work};
use crate::{SpecError, openapi};

pub(crate) const PASS: Pass = Pass {
    name: "downloads",
    reason: "files are declared as JSON, as a media type of their own or not at all, and a generator would drop their bytes",
    run,
};

fn run(work: &mut Work<'_>) -> Result<usize, SpecError> {
    let downloads = &work.decisions.corrections.downloads;
    openapi::change_operations(&mut work.document, |method, path, operation| {
        let is_known = downloads.contains(&openapi::place(method, path));
        let mut hits = 0;
        let responses = openapi::members_mut(operation, "/responses");
        for (_, response) in responses.filter(|(status, _)| status.starts_with('2')) {
            if is_known || openapi::members(response, "/content").any(is_file) {
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
    is_media_type_of_files(media) || body["schema"]["format"] == "binary"
}

fn is_media_type_of_files(media: &str) -> bool {
    let (kind, name) = media.split_once('/').unwrap_or_default();
    let is_document = ["octet-stream", "pdf", "zip"].contains(&name) || name.starts_with("vnd.");
    match kind {
        "image" => true,
        "application" => is_document && !name.ends_with("+json"),
        "text" => name == "csv",
        _ => false,
    }
}
