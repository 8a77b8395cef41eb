use serde_json::Value;

use super::{Pass, Work};
use crate::{SpecError, walk};

pub(super) const PASS: Pass = Pass {
    name: "restore_bodies",
    reason: "request bodies were cut down by hand; the components they were cut from are still there",
    run,
};

fn run(work: &mut Work<'_>) -> Result<usize, SpecError> {
    let restored = &work.decisions.corrections.restored_bodies;
    let components: Vec<String> = walk::schemas(&work.document)
        .map(|schemas| schemas.keys().cloned().collect())
        .unwrap_or_default();
    let mut bites = 0;
    walk::try_each_operation_mut(&mut work.document, |method, path, operation| {
        let place = walk::place(method, path);
        let Some(content) = operation
            .pointer_mut("/requestBody/content")
            .and_then(Value::as_object_mut)
        else {
            return Ok(());
        };
        let is_cut = content
            .iter()
            .any(|(media, body)| media.contains("json") && is_inline_object(&body["schema"]));
        if !is_cut {
            return Ok(());
        }
        let Some(component) = restored.get(&place) else {
            return Err(SpecError::at(
                place,
                "its JSON body is written out in place; name the component it was cut from in corrections.toml",
            ));
        };
        if !components.contains(component) {
            return Err(SpecError::at(
                place,
                format!(
                    "corrections.toml restores its body from {component}, which is not in the document"
                ),
            ));
        }
        for body in content.values_mut() {
            body["schema"] = walk::reference_to(component);
        }
        bites += 1;
        Ok(())
    })?;
    Ok(bites)
}

fn is_inline_object(schema: &Value) -> bool {
    schema.get("properties").is_some()
}
