use serde_json::Value;

use super::{Pass, Work};
use crate::{SpecError, walk};

pub(super) const PASS: Pass = Pass {
    name: "bodies_required",
    reason: "the service answers 400 or 500 to a missing body that the document calls optional",
    run,
};

fn run(work: &mut Work<'_>) -> Result<usize, SpecError> {
    let mut bites = 0;
    walk::try_each_operation_mut(&mut work.document, |_, _, operation| {
        if let Some(body) = operation.get_mut("requestBody")
            && body.get("required") != Some(&Value::Bool(true))
        {
            body["required"] = Value::Bool(true);
            bites += 1;
        }
        Ok::<_, SpecError>(())
    })?;
    Ok(bites)
}
