//! Moves schemas that are written in place into the components.

use heck::ToUpperCamelCase;
use serde_json::{Map, Value};

use crate::names::{HOISTED, short_name};
use crate::normalize::pass::{Pass, Work};
use crate::{SpecError, openapi};

pub(crate) const PASS: Pass = Pass {
    name: "hoist",
    reason: "a generator names an inline schema after its surroundings, which depend on the chosen areas",
    run,
};

fn run(work: &mut Work<'_>) -> Result<usize, SpecError> {
    let mut hoisted = Map::new();
    for (name, schema) in openapi::members_mut(&mut work.document, "/components/schemas") {
        hoist_below(schema, &short_name(name), &mut hoisted)?;
    }
    openapi::change_operations(&mut work.document, |method, path, operation| {
        let path = path.replace("/api/", " ").replace(['{', '}', '/'], " ");
        let base = format!("{method} {path}").to_upper_camel_case();
        for (media, body) in openapi::members_mut(operation, "/requestBody/content") {
            // A multipart body is a list of parts, not a type.
            if media != "multipart/form-data"
                && let Some(schema) = body.get_mut("schema")
            {
                hoist(schema, &format!("{base}Body"), &mut hoisted)?;
            }
        }
        for (_, response) in openapi::members_mut(operation, "/responses") {
            for (_, media) in openapi::members_mut(response, "/content") {
                if let Some(schema) = media.get_mut("schema") {
                    hoist(schema, &format!("{base}Answer"), &mut hoisted)?;
                }
            }
        }
        Ok(0)
    })?;
    let hits = hoisted.len();
    if let Some(schemas) = openapi::schemas_mut(&mut work.document) {
        for (name, schema) in hoisted {
            if schemas.contains_key(&name) {
                let problem = "the document has a schema of this name; change the name that the hoist pass gives to an inline schema";
                return Err(SpecError::at(name, problem));
            }
            schemas.insert(name, schema);
        }
    }
    Ok(hits)
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
    let mut moved = std::mem::replace(schema, openapi::reference_to(name));
    moved[HOISTED] = true.into();
    match hoisted.insert(name.to_owned(), moved) {
        None => Ok(()),
        Some(_) => Err(SpecError::at(
            name,
            "two inline schemas would have this name; change the names in the hoist pass",
        )),
    }
}

fn hoist_below(
    schema: &mut Value,
    name: &str,
    hoisted: &mut Map<String, Value>,
) -> Result<(), SpecError> {
    let mut choices = ["oneOf", "anyOf"].into_iter();
    if let Some(choice) = choices.find(|key| schema.get(key).is_some()) {
        return Err(SpecError::at(
            name,
            format!(
                "its schema is a choice ({choice}); the bindings have no type for a choice, so extend the hoist pass"
            ),
        ));
    }
    for (key, property) in openapi::members_mut(schema, "/properties") {
        let name = format!("{name}{}", key.to_upper_camel_case());
        hoist(property, &name, hoisted)?;
    }
    for (key, role) in [("items", "Item"), ("additionalProperties", "Value")] {
        if let Some(inner) = schema.get_mut(key) {
            hoist(inner, &format!("{name}{role}"), hoisted)?;
        }
    }
    for inner in openapi::items_mut(schema, "/allOf") {
        hoist_below(inner, name, hoisted)?;
    }
    Ok(())
}
