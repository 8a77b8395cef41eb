//! Leaves responses untyped where the document and the service disagree.

use serde_json::json;

use crate::normalize::pass::{Pass, Work};
use crate::{SpecError, openapi};

pub(crate) const PASS: Pass = Pass {
    name: "disputed_responses",
    reason: "the document and the service disagree on a shape, and an untyped response reads both",
    run,
};

fn run(work: &mut Work<'_>) -> Result<usize, SpecError> {
    let disputed = &work.decisions.corrections.disputed_responses;
    openapi::change_operations(&mut work.document, |method, path, operation| {
        if !disputed.contains(&openapi::place(method, path)) {
            return Ok(0);
        }
        let mut hits = 0;
        for (status, response) in openapi::members_mut(operation, "/responses") {
            if status.starts_with('2') {
                response["content"] = json!({"application/json": {"schema": {}}});
                hits += 1;
            }
        }
        Ok(hits)
    })
}
