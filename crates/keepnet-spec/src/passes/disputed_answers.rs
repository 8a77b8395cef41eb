use serde_json::{Value, json};

use super::{Pass, Work};
use crate::{SpecError, walk};

pub(super) const PASS: Pass = Pass {
    name: "disputed_answers",
    reason: "where the document and the service disagree on a shape, an untyped answer reads both",
    run,
};

fn run(work: &mut Work<'_>) -> Result<usize, SpecError> {
    let disputed = &work.decisions.corrections.disputed_answers;
    let mut bites = 0;
    walk::try_each_operation_mut(&mut work.document, |method, path, operation| {
        if !disputed.contains(&walk::place(method, path)) {
            return Ok(());
        }
        let responses = operation
            .get_mut("responses")
            .and_then(Value::as_object_mut);
        for (_, response) in responses
            .into_iter()
            .flatten()
            .filter(|(status, _)| status.starts_with('2'))
        {
            response["content"] = json!({"application/json": {"schema": {}}});
            bites += 1;
        }
        Ok::<_, SpecError>(())
    })?;
    Ok(bites)
}
