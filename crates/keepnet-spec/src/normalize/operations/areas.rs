//! Gives each operation its area and its retry class.

use serde_json::Value;

use crate::normalize::pass::{Pass, Work};
use crate::{SpecError, openapi};

pub(crate) const PASS: Pass = Pass {
    name: "areas",
    reason: "cargo features select operations by area, and a retry needs to know what may be sent twice",
    run,
};

fn run(work: &mut Work<'_>) -> Result<usize, SpecError> {
    let areas = &work.decisions.areas;
    openapi::change_operations(&mut work.document, |method, path, operation| {
        let tag = operation.pointer("/tags/0").and_then(Value::as_str);
        let tag = tag.unwrap_or_default();
        let Some(area) = areas.of_tag(tag) else {
            return Err(SpecError::at(
                openapi::place(method, path),
                format!("no area has its tag {tag:?}; add the tag to an area in areas.toml"),
            ));
        };
        let safety = work.decisions.retry_classes.of(method, path);
        operation["x-area"] = area.into();
        operation["x-safety"] = safety.as_str().into();
        Ok(1)
    })
}
