use heck::ToUpperCamelCase;
use serde_json::{Map, Value};

use super::{Pass, Work};
use crate::{SpecError, walk};

pub(super) const PASS: Pass = Pass {
    name: "hoist",
    reason: "a generator names what is written in place by its surroundings, which differ between slices",
    run,
};

/// Hoisted components carry their final name from the start; the naming pass leaves them alone.
pub(super) const HOISTED: &str = "x-hoisted";

fn run(work: &mut Work<'_>) -> Result<usize, SpecError> {
    let mut hoisted = Map::new();
    if let Some(schemas) = walk::schemas_mut(&mut work.document) {
        for (name, schema) in schemas.iter_mut() {
            let short = crate::names::schemas::short_name(name);
            hoist_below(schema, &short, &mut hoisted)?;
        }
    }
    walk::try_each_operation_mut(&mut work.document, |method, path, operation| {
        let base = format!(
            "{method} {}",
            path.replace("/api/", " ").replace(['{', '}', '/'], " ")
        );
        let base = base.to_upper_camel_case();
        for (pointer, role) in [("/requestBody/content", "Body"), ("/responses", "Answer")] {
            let Some(found) = operation
                .pointer_mut(pointer)
                .and_then(Value::as_object_mut)
            else {
                continue;
            };
            for (key, holder) in found.iter_mut() {
                // A multipart body is a list of parts, not a type.
                if key == "multipart/form-data" {
                    continue;
                }
                let schemas: Vec<&mut Value> = match role {
                    "Body" => holder.get_mut("schema").into_iter().collect(),
                    _ => holder
                        .get_mut("content")
                        .and_then(Value::as_object_mut)
                        .into_iter()
                        .flat_map(|content| content.values_mut())
                        .filter_map(|media| media.get_mut("schema"))
                        .collect(),
                };
                for schema in schemas {
                    hoist(schema, &format!("{base}{role}"), &mut hoisted)?;
                }
            }
        }
        Ok::<_, SpecError>(())
    })?;
    let bites = hoisted.len();
    if let Some(schemas) = walk::schemas_mut(&mut work.document) {
        for (name, schema) in hoisted {
            if schemas.contains_key(&name) {
                return Err(SpecError::at(
                    name,
                    "a hoisted schema would take this name twice",
                ));
            }
            schemas.insert(name, schema);
        }
    }
    Ok(bites)
}

/// Moves an object with properties into the components and leaves a reference.
fn hoist(
    schema: &mut Value,
    name: &str,
    hoisted: &mut Map<String, Value>,
) -> Result<(), SpecError> {
    hoist_below(schema, name, hoisted)?;
    if schema.get("properties").is_none() || schema.get("allOf").is_some() {
        return Ok(());
    }
    let mut moved = std::mem::replace(schema, walk::reference_to(name));
    moved[HOISTED] = Value::from(true);
    match hoisted.insert(name.to_owned(), moved) {
        None => Ok(()),
        Some(_) => Err(SpecError::at(
            name,
            "two schemas written in place would take this name",
        )),
    }
}

fn hoist_below(
    schema: &mut Value,
    name: &str,
    hoisted: &mut Map<String, Value>,
) -> Result<(), SpecError> {
    let Some(map) = schema.as_object_mut() else {
        return Ok(());
    };
    if let Some(choice) = ["oneOf", "anyOf"]
        .into_iter()
        .find(|key| map.contains_key(*key))
    {
        return Err(SpecError::at(
            name,
            format!(
                "its schema is a choice ({choice}); teach the hoist pass how the bindings name one"
            ),
        ));
    }
    for (key, property) in map
        .get_mut("properties")
        .and_then(Value::as_object_mut)
        .into_iter()
        .flatten()
    {
        hoist(
            property,
            &format!("{name}{}", key.to_upper_camel_case()),
            hoisted,
        )?;
    }
    for (key, role) in [("items", "Item"), ("additionalProperties", "Value")] {
        if let Some(inner) = map.get_mut(key) {
            hoist(inner, &format!("{name}{role}"), hoisted)?;
        }
    }
    for inner in map
        .get_mut("allOf")
        .and_then(Value::as_array_mut)
        .into_iter()
        .flatten()
    {
        hoist_below(inner, name, hoisted)?;
    }
    Ok(())
}
