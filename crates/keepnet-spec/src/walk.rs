//! Small steps through an OpenAPI document held as plain JSON.

use serde_json::{Map, Value};
use std::collections::BTreeSet;

pub(crate) const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];
/// Keywords that bound a value without changing its type.
pub(crate) const LIMITS: [&str; 8] = [
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "pattern",
    "uniqueItems",
];
const SCHEMA_PREFIX: &str = "#/components/schemas/";

pub(crate) fn schemas(document: &Value) -> Option<&Map<String, Value>> {
    document.pointer("/components/schemas")?.as_object()
}

pub(crate) fn schemas_mut(document: &mut Value) -> Option<&mut Map<String, Value>> {
    document.pointer_mut("/components/schemas")?.as_object_mut()
}

/// Calls `visit` with `METHOD /path` and the operation, in document order of a sorted walk.
pub(crate) fn each_operation<'a>(
    document: &'a Value,
    mut visit: impl FnMut(&'a str, &'a str, &'a Value),
) {
    let Some(paths) = document.get("paths").and_then(Value::as_object) else {
        return;
    };
    for (path, item) in paths {
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                visit(method, path, operation);
            }
        }
    }
}

/// The same walk for changing operations; stops at the first error.
pub(crate) fn try_each_operation_mut<E>(
    document: &mut Value,
    mut visit: impl FnMut(&str, &str, &mut Value) -> Result<(), E>,
) -> Result<(), E> {
    let Some(paths) = document.get_mut("paths").and_then(Value::as_object_mut) else {
        return Ok(());
    };
    for (path, item) in paths.iter_mut() {
        for method in METHODS {
            if let Some(operation) = item.get_mut(method) {
                visit(method, path, operation)?;
            }
        }
    }
    Ok(())
}

/// `POST /api/target-users`: how an operation is named in messages and decision files.
pub(crate) fn place(method: &str, path: &str) -> String {
    format!("{} {path}", method.to_uppercase())
}

/// A place without the names of its path parameters: what a request looks like on the wire.
pub(crate) fn route(place: &str) -> String {
    let segments = place.split('/').map(|segment| match segment {
        segment if segment.starts_with('{') && segment.ends_with('}') => "{}",
        literal => literal,
    });
    segments.collect::<Vec<_>>().join("/")
}

/// The names of the parameters of a path, in their order.
pub(crate) fn parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
}

/// The component a `$ref` points to.
pub(crate) fn reference(value: &Value) -> Option<&str> {
    value.get("$ref")?.as_str()?.strip_prefix(SCHEMA_PREFIX)
}

pub(crate) fn reference_to(name: &str) -> Value {
    serde_json::json!({ "$ref": format!("{SCHEMA_PREFIX}{name}") })
}

/// Every object of the tree, parents first.
pub(crate) fn each_object_mut(value: &mut Value, visit: &mut impl FnMut(&mut Map<String, Value>)) {
    match value {
        Value::Object(map) => {
            visit(map);
            for child in map.values_mut() {
                each_object_mut(child, visit);
            }
        }
        Value::Array(items) => {
            for item in items {
                each_object_mut(item, visit);
            }
        }
        _ => {}
    }
}

/// The names of all components that a value points to directly.
pub(crate) fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            if let Some(name) = reference(value) {
                found.insert(name.to_owned());
            }
            for child in map.values() {
                references(child, found);
            }
        }
        Value::Array(items) => {
            for item in items {
                references(item, found);
            }
        }
        _ => {}
    }
}

/// Everything that can be reached from the components in `start`, themselves included.
pub(crate) fn closure(schemas: &Map<String, Value>, start: BTreeSet<String>) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<String> = start.into_iter().collect();
    while let Some(name) = open.pop() {
        let Some(schema) = schemas.get(&name) else {
            continue;
        };
        if reached.insert(name) {
            let mut next = BTreeSet::new();
            references(schema, &mut next);
            open.extend(next.into_iter().filter(|name| !reached.contains(name)));
        }
    }
    reached
}
