use serde_json::{Map, Value};

use super::{Pass, Work};
use crate::{SpecError, names::schemas::SchemaNames, walk};

pub(super) const PASS: Pass = Pass {
    name: "schema_names",
    reason: ".NET names embed assembly versions, are up to 566 characters long and clash without regard to case",
    run,
};

fn run(work: &mut Work<'_>) -> Result<usize, SpecError> {
    let Some(schemas) = walk::schemas(&work.document) else {
        return Ok(0);
    };
    let names = SchemaNames::choose(schemas, &work.names)?;
    work.names.set_schemas(names.pins());
    let Some(schemas) = walk::schemas_mut(&mut work.document) else {
        return Ok(0);
    };
    let mut renamed = Map::new();
    let mut bites = 0;
    for (old, mut schema) in std::mem::take(schemas) {
        let new = names.of(&old);
        bites += usize::from(new != old);
        if let Some(map) = schema.as_object_mut() {
            map.remove(super::hoist::HOISTED);
        }
        // Schemas that share a name have the same shape; the naming saw to that.
        renamed.insert(new.to_owned(), schema);
    }
    *schemas = renamed;
    walk::each_object_mut(&mut work.document, &mut |map| {
        if let Some(target) = map.get("$ref").and_then(Value::as_str)
            && let Some(old) = target.strip_prefix("#/components/schemas/")
        {
            let new = walk::reference_to(names.of(old));
            map.insert("$ref".to_owned(), new["$ref"].clone());
        }
    });
    Ok(bites)
}
