use serde_json::Value;
use std::collections::BTreeMap;

use super::{Pass, Work};
use crate::{SpecError, names::operations, walk};

pub(super) const PASS: Pass = Pass {
    name: "operation_ids",
    reason: "948 of 949 operations have no id, and a generator takes the method name from it",
    run,
};

fn run(work: &mut Work<'_>) -> Result<usize, SpecError> {
    let mut shapes = BTreeMap::new();
    let schemas = walk::schemas(&work.document);
    walk::each_operation(&work.document, |method, path, operation| {
        let shape = operations::Shape::of(method, path, operation, schemas);
        shapes.insert(walk::place(method, path), shape);
    });
    let names = operations::choose(&shapes, &work.names)?;
    let mut bites = 0;
    walk::try_each_operation_mut(&mut work.document, |method, path, operation| {
        if let Some(name) = names.get(&walk::place(method, path)) {
            operation["operationId"] = Value::from(name.as_str());
            bites += 1;
        }
        Ok::<_, SpecError>(())
    })?;
    work.names.set_operations(names);
    Ok(bites)
}
