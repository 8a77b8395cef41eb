//! Gives each operation its name.

use std::collections::BTreeMap;

use crate::names::{OperationShape, choose_operation_names};
use crate::normalize::pass::{Pass, Work};
use crate::{SpecError, openapi};

pub(crate) const PASS: Pass = Pass {
    name: "operation_ids",
    reason: "948 of 949 operations have no id, and a generator takes the method name from it",
    run,
};

fn run(work: &mut Work<'_>) -> Result<usize, SpecError> {
    let shapes: BTreeMap<_, _> = openapi::operations(&work.document)
        .map(|(method, path, operation)| {
            let shape = OperationShape::of(method, path, operation, &work.document);
            (openapi::place(method, path), shape)
        })
        .collect();
    let names = choose_operation_names(&shapes, &work.names)?;
    let hits = openapi::change_operations(&mut work.document, |method, path, operation| {
        let name = names.get(&openapi::place(method, path));
        if let Some(name) = name {
            operation["operationId"] = name.as_str().into();
        }
        Ok(usize::from(name.is_some()))
    });
    work.names.set_operations(names);
    hits
}
