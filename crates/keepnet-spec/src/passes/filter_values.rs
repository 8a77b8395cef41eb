use serde_json::{Value, json};

use super::{Pass, Work};
use crate::{SpecError, walk};

pub(super) const PASS: Pass = Pass {
    name: "filter_values",
    reason: "clients send booleans and numbers as the value of a filter item; the document says text",
    run,
};

fn run(work: &mut Work<'_>) -> Result<usize, SpecError> {
    let mut bites = 0;
    for schema in walk::schemas_mut(&mut work.document)
        .into_iter()
        .flat_map(|s| s.values_mut())
    {
        let properties = schema.get_mut("properties").and_then(Value::as_object_mut);
        let Some(properties) = properties else {
            continue;
        };
        let is_filter_item = ["fieldName", "operator", "value"]
            .iter()
            .all(|key| properties.contains_key(*key));
        if is_filter_item {
            properties.insert("value".to_owned(), json!({"nullable": true}));
            bites += 1;
        }
    }
    Ok::<_, SpecError>(bites)
}
