//! Access to the parts of an OpenAPI document, which is held as plain JSON.

use serde_json::{Map, Value};
use std::collections::BTreeSet;

use crate::SpecError;
use crate::word_list::WordList;

pub(crate) const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];
/// Keywords that limit a value without changing its type.
pub(crate) const LIMITS: WordList = WordList(
    "exclusiveMaximum exclusiveMinimum maxItems maxLength maximum minItems minLength minimum multipleOf pattern uniqueItems",
);
/// The component that all envelopes share.
pub(crate) const ENVELOPE: &str = "Envelope";
/// The component that all pages share.
pub(crate) const PAGE: &str = "Page";
pub(crate) const SCHEMA_PREFIX: &str = "#/components/schemas/";

pub(crate) fn schemas(document: &Value) -> Option<&Map<String, Value>> {
    document.pointer("/components/schemas")?.as_object()
}

pub(crate) fn schemas_mut(document: &mut Value) -> Option<&mut Map<String, Value>> {
    document.pointer_mut("/components/schemas")?.as_object_mut()
}

/// The members of the object at `pointer`; none where there is no object.
pub(crate) fn members<'a>(
    value: &'a Value,
    pointer: &str,
) -> impl Iterator<Item = (&'a String, &'a Value)> {
    let object = value.pointer(pointer).and_then(Value::as_object);
    object.into_iter().flatten()
}

pub(crate) fn members_mut<'a>(
    value: &'a mut Value,
    pointer: &str,
) -> impl Iterator<Item = (&'a String, &'a mut Value)> {
    let object = value.pointer_mut(pointer).and_then(Value::as_object_mut);
    object.into_iter().flatten()
}

/// The items of the array at `pointer`; none where there is no array.
pub(crate) fn items<'a>(value: &'a Value, pointer: &str) -> impl Iterator<Item = &'a Value> {
    let array = value.pointer(pointer).and_then(Value::as_array);
    array.into_iter().flatten()
}

pub(crate) fn items_mut<'a>(
    value: &'a mut Value,
    pointer: &str,
) -> impl Iterator<Item = &'a mut Value> {
    let array = value.pointer_mut(pointer).and_then(Value::as_array_mut);
    array.into_iter().flatten()
}

/// The text at `key`, or an empty text.
pub(crate) fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// The texts of the array at `key`.
pub(crate) fn texts<'a>(value: &'a Value, key: &str) -> Vec<&'a str> {
    items(&value[key], "").filter_map(Value::as_str).collect()
}

/// The method, the path and the content of every operation.
pub(crate) fn operations(document: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    members(document, "/paths").flat_map(|(path, item)| {
        let operation = move |method| Some((method, path.as_str(), item.get(method)?));
        METHODS.into_iter().filter_map(operation)
    })
}

/// Calls `change` for every operation and returns the sum of the results; stops at the first error.
pub(crate) fn change_operations(
    document: &mut Value,
    mut change: impl FnMut(&str, &str, &mut Value) -> Result<usize, SpecError>,
) -> Result<usize, SpecError> {
    let mut count = 0;
    for (path, item) in members_mut(document, "/paths") {
        for method in METHODS {
            if let Some(operation) = item.get_mut(method) {
                count += change(method, path, operation)?;
            }
        }
    }
    Ok(count)
}

/// The name of an operation in messages and decision files, as in `POST /api/target-users`.
pub(crate) fn place(method: &str, path: &str) -> String {
    format!("{} {path}", method.to_uppercase())
}

/// A place without the names of its path parameters, which a request does not show.
pub(crate) fn route(place: &str) -> String {
    let segments = place.split('/').map(|segment| match segment {
        segment if segment.starts_with('{') && segment.ends_with('}') => "{}",
        literal => literal,
    });
    segments.collect::<Vec<_>>().join("/")
}

/// The names of the parameters of a path, in their order.
pub(crate) fn path_parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
}

/// The media type and the schema of the request body of an operation.
pub(crate) fn body(operation: &Value) -> Option<(&str, &Value)> {
    first_content(&operation["requestBody"])
}

/// The status of the first response of an operation, which in a contract is the only one.
pub(crate) fn status(operation: &Value) -> Option<&str> {
    let (status, _) = members(operation, "/responses").next()?;
    Some(status)
}

/// The media type and the schema of that response.
pub(crate) fn result(operation: &Value) -> Option<(&str, &Value)> {
    first_content(&operation["responses"][status(operation)?])
}

fn first_content(holder: &Value) -> Option<(&str, &Value)> {
    let (media, content) = members(holder, "/content").next()?;
    Some((media, &content["schema"]))
}

/// The name of the component that a `$ref` points to, also where it may be null.
pub(crate) fn reference(value: &Value) -> Option<&str> {
    let target = match value.get("$ref") {
        Some(target) => target,
        None => nullable_reference_part(value.as_object()?)?.get("$ref")?,
    };
    target.as_str()?.strip_prefix(SCHEMA_PREFIX)
}

/// The reference in `{"allOf": [{"$ref": …}], "nullable": true}`, which is how OpenAPI 3.0 writes a
/// reference that may be null.
pub(crate) fn nullable_reference(schema: &Map<String, Value>) -> Option<Map<String, Value>> {
    Some(nullable_reference_part(schema)?.clone())
}

fn nullable_reference_part(schema: &Map<String, Value>) -> Option<&Map<String, Value>> {
    let [part] = schema.get("allOf")?.as_array()?.as_slice() else {
        return None;
    };
    let has_more = schema
        .keys()
        .any(|key| !["allOf", "nullable", "readOnly", "writeOnly"].contains(&key.as_str()));
    part.as_object()
        .filter(|part| !has_more && part.contains_key("$ref"))
}

pub(crate) fn reference_to(name: &str) -> Value {
    serde_json::json!({ "$ref": format!("{SCHEMA_PREFIX}{name}") })
}

/// Every object of the tree, parents first.
pub(crate) fn each_object_mut(value: &mut Value, visit: &mut impl FnMut(&mut Map<String, Value>)) {
    if let Value::Object(map) = value {
        visit(map);
    }
    for (_, member) in members_mut(value, "") {
        each_object_mut(member, visit);
    }
    for item in items_mut(value, "") {
        each_object_mut(item, visit);
    }
}

/// Replaces the target of each `$ref` to a component for whose name `target` returns another.
pub(crate) fn change_references(value: &mut Value, target: impl Fn(&str) -> Option<String>) {
    each_object_mut(value, &mut |map| {
        if let Some(Value::String(reference)) = map.get_mut("$ref")
            && let Some(name) = reference.strip_prefix(SCHEMA_PREFIX)
            && let Some(target) = target(name)
        {
            *reference = target;
        }
    });
}

/// The names of all components that some parts of a document refer to, directly or through others;
/// also of those that the document does not have.
pub(crate) fn reachable<'a>(
    document: &'a Value,
    parts: impl Iterator<Item = &'a Value>,
) -> BTreeSet<String> {
    let mut reached = BTreeSet::new();
    let mut open: Vec<&Value> = parts.collect();
    while let Some(value) = open.pop() {
        if let Some(name) = reference(value)
            && reached.insert(name.to_owned())
        {
            open.push(&document["components"]["schemas"][name]);
        }
        open.extend(members(value, "").map(|(_, member)| member));
        open.extend(items(value, ""));
    }
    reached
}
