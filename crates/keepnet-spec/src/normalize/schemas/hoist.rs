//! Moves inline schemas into the components.

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
    let mut inline = InlineSchemas::default();
    for (name, schema) in openapi::members_mut(&mut work.document, "/components/schemas") {
        inline.hoist_below(schema, &short_name(name))?;
    }
    openapi::change_operations(&mut work.document, |method, path, operation| {
        let path = path.replace("/api/", " ").replace(['{', '}', '/'], " ");
        let base = format!("{method} {path}").to_upper_camel_case();
        for (media, body) in openapi::members_mut(operation, "/requestBody/content") {
            // A multipart body is a list of parts, not a type.
            if media != "multipart/form-data"
                && let Some(schema) = body.get_mut("schema")
            {
                inline.hoist(schema, &format!("{base}Body"))?;
            }
        }
        for (_, response) in openapi::members_mut(operation, "/responses") {
            for (_, media) in openapi::members_mut(response, "/content") {
                if let Some(schema) = media.get_mut("schema") {
                    inline.hoist(schema, &format!("{base}Answer"))?;
                }
            }
        }
        Ok(0)
    })?;
    let hits = inline.hoisted.len();
    if let Some(schemas) = openapi::schemas_mut(&mut work.document) {
        if let Some(name) = inline
            .hoisted
            .keys()
            .find(|name| schemas.contains_key(*name))
        {
            let problem = "the document has a schema of this name; change the name that the hoist pass gives to an inline schema";
            return Err(SpecError::at(name, problem));
        }
        schemas.extend(inline.hoisted);
    }
    Ok(hits)
}

#[derive(Default)]
struct InlineSchemas {
    /// The schemas that are moved, by their new names.
    hoisted: Map<String, Value>,
}

impl InlineSchemas {
    /// Moves an object with properties into the components and leaves a reference.
    fn hoist(&mut self, schema: &mut Value, name: &str) -> Result<(), SpecError> {
        self.hoist_below(schema, name)?;
        if schema.get("properties").is_none() || schema.get("allOf").is_some() {
            return Ok(());
        }
        let mut moved = std::mem::replace(schema, openapi::reference_to(name));
        moved[HOISTED] = true.into();
        match self.hoisted.insert(name.to_owned(), moved) {
            None => Ok(()),
            Some(_) => Err(SpecError::at(
                name,
                "two inline schemas would have this name; change the names in the hoist pass",
            )),
        }
    }

    fn hoist_below(&mut self, schema: &mut Value, name: &str) -> Result<(), SpecError> {
        for (key, property) in openapi::members_mut(schema, "/properties") {
            let name = format!("{name}{}", key.to_upper_camel_case());
            self.hoist(property, &name)?;
        }
        for (key, role) in [("items", "Item"), ("additionalProperties", "Value")] {
            if let Some(inner) = schema.get_mut(key) {
                self.hoist(inner, &format!("{name}{role}"))?;
            }
        }
        for inner in openapi::items_mut(schema, "/allOf") {
            self.hoist_below(inner, name)?;
        }
        Ok(())
    }
}
