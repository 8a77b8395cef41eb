//! Marks every request body as required.

use crate::normalize::pass::{Pass, Work};
use crate::{SpecError, openapi};

pub(crate) const PASS: Pass = Pass {
    name: "bodies_required",
    reason: "the service answers 400 or 500 to a missing body that the document calls optional",
    run,
};

fn run(work: &mut Work<'_>) -> Result<usize, SpecError> {
    openapi::change_operations(&mut work.document, |_, _, operation| {
        let body = operation.get_mut("requestBody");
        let Some(body) = body.filter(|body| body["required"] != true) else {
            return Ok(0);
        };
        body["required"] = true.into();
        Ok(1)
    })
}
