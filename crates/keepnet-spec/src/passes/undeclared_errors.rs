use serde_json::Value;

use super::{Pass, Work};
use crate::{SpecError, walk};

pub(super) const PASS: Pass = Pass {
    name: "undeclared_errors",
    reason: "940 operations declare no error; without the few others every failure keeps status, headers and body",
    run,
};

fn run(work: &mut Work<'_>) -> Result<usize, SpecError> {
    let mut bites = 0;
    walk::try_each_operation_mut(&mut work.document, |method, path, operation| {
        let Some(responses) = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut)
        else {
            return Err(SpecError::at(
                walk::place(method, path),
                "it has no responses",
            ));
        };
        let before = responses.len();
        responses.retain(|status, _| status.starts_with('2'));
        bites += before - responses.len();
        if responses.len() == 1 {
            return Ok(());
        }
        Err(SpecError::at(
            walk::place(method, path),
            format!(
                "it has {} success responses; the bindings need exactly one",
                responses.len()
            ),
        ))
    })?;
    Ok(bites)
}
