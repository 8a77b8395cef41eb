//! Restores the request bodies that were cut down by hand.

use serde_json::Map;
use std::collections::BTreeSet;

use crate::normalize::pass::{Pass, Work};
use crate::{SpecError, openapi};

pub(crate) const PASS: Pass = Pass {
    name: "restore_bodies",
    reason: "request bodies were cut down by hand; the components they were cut from are still there",
    run,
};

const CONTENT: &str = "/requestBody/content";

fn run(work: &mut Work<'_>) -> Result<usize, SpecError> {
    let restored = &work.decisions.corrections.restored_bodies;
    let schemas = openapi::schemas(&work.document).into_iter();
    let components: BTreeSet<String> = schemas.flat_map(Map::keys).cloned().collect();
    openapi::change_operations(&mut work.document, |method, path, operation| {
        let is_cut = openapi::members(operation, CONTENT).any(|(media, body)| {
            media.contains("json") && body["schema"].get("properties").is_some()
        });
        if !is_cut {
            return Ok(0);
        }
        let place = openapi::place(method, path);
        let Some(component) = restored.get(&place) else {
            return Err(SpecError::at(
                place,
                "its JSON body is an inline schema; name the component that it was cut from under restored_bodies in corrections.toml",
            ));
        };
        if !components.contains(component) {
            return Err(SpecError::at(
                place,
                format!(
                    "corrections.toml restores its body from {component}, but the document does not have this schema"
                ),
            ));
        }
        for (_, body) in openapi::members_mut(operation, CONTENT) {
            body["schema"] = openapi::reference_to(component);
        }
        Ok(1)
    })
}
