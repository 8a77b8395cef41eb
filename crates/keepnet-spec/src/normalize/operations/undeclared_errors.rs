//! Drops the few declared errors, so that each operation has one response.

use serde_json::Value;

use crate::normalize::pass::{Pass, Work};
use crate::{SpecError, openapi};

pub(crate) const PASS: Pass = Pass {
    name: "undeclared_errors",
    reason: "940 operations declare no error; without the few others every failure keeps status, headers and body",
    run,
};

fn run(work: &mut Work<'_>) -> Result<usize, SpecError> {
    openapi::change_operations(&mut work.document, |method, path, operation| {
        let refuse = |problem: &str| Err(SpecError::at(openapi::place(method, path), problem));
        let Some(Value::Object(responses)) = operation.get_mut("responses") else {
            return refuse("it has no responses");
        };
        let before = responses.len();
        responses.retain(|status, _| status.starts_with('2'));
        match responses.len() {
            1 => Ok(before - 1),
            count => refuse(&format!(
                "it has {count} success responses; the bindings need exactly one"
            )),
        }
    })
}
