use serde_json::Value;

use super::{Pass, Work};
use crate::{Safety, SpecError, walk};

pub(super) const PASS: Pass = Pass {
    name: "areas",
    reason: "cargo features cut the API by area, and a retry needs to know what may be sent twice",
    run,
};

fn run(work: &mut Work<'_>) -> Result<usize, SpecError> {
    let areas = &work.decisions.areas;
    let mut bites = 0;
    walk::try_each_operation_mut(&mut work.document, |method, path, operation| {
        let tag = operation
            .pointer("/tags/0")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let Some(area) = areas.of_tag(tag) else {
            return Err(SpecError::at(
                walk::place(method, path),
                format!("no area claims its tag {tag:?}; add the tag to an area in slices.toml"),
            ));
        };
        let id = operation["operationId"].as_str().unwrap_or_default();
        let safety = Safety::of(method, path, id);
        operation["x-area"] = Value::from(area);
        operation["x-safety"] = Value::from(safety.as_str());
        bites += 1;
        Ok(())
    })?;
    Ok(bites)
}
