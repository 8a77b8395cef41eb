//! Leaves the value of a filter item untyped.

use serde_json::json;

use crate::normalize::pass::{Pass, Work};
use crate::{SpecError, openapi};

pub(crate) const PASS: Pass = Pass {
    name: "filter_values",
    reason: "clients send booleans and numbers as the value of a filter item; the document says text",
    run,
};

fn run(work: &mut Work<'_>) -> Result<usize, SpecError> {
    let mut hits = 0;
    for (_, schema) in openapi::members_mut(&mut work.document, "/components/schemas") {
        let has = |key: &&str| schema["properties"].get(*key).is_some();
        if ["fieldName", "operator", "value"].iter().all(has) {
            schema["properties"]["value"] = json!({"nullable": true});
            hits += 1;
        }
    }
    Ok(hits)
}
