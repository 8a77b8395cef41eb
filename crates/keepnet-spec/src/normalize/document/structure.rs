//! Finds what the contract would lose without a message.

use serde_json::Value;

use super::allowed_keys::{self as keys, AllowedKeys};
use crate::openapi::{self, METHODS, SCHEMA_PREFIX};
use crate::word_list::WordList;
use crate::{SpecError, names::TypeName};

const TYPES: WordList = WordList("array boolean integer number object string");

/// Every place of a document that the contract or the bindings cannot express.
pub(super) fn problems(document: &Value) -> Vec<SpecError> {
    let mut found = Problems::default();
    let version = openapi::text(document, "openapi");
    if !version.starts_with("3.0.") {
        let problem = format!("it is written in OpenAPI {version:?}; the passes read 3.0");
        found.add("the document", problem);
    }
    found.check_keys("the document", document, &keys::DOCUMENT);
    found.check_keys("the components", &document["components"], &keys::COMPONENTS);
    for server in openapi::items(document, "/servers") {
        found.check_keys("the document", server, &keys::SERVER);
    }
    for (name, scheme) in openapi::members(document, "/components/securitySchemes") {
        let place = format!("the security scheme {name}");
        found.check_keys(&place, scheme, &keys::SECURITY_SCHEME);
    }
    let operations = openapi::operations(document).map(|(_, _, operation)| operation);
    let reached = openapi::reachable(document, operations);
    let schemas = openapi::members(document, "/components/schemas");
    // A schema that no operation reaches is no interface fact.
    for (name, schema) in schemas.filter(|(name, _)| reached.contains(*name)) {
        found.check_schema(&TypeName::parse(name).key(), schema);
    }
    for (path, item) in openapi::members(document, "/paths") {
        found.check_keys(path, item, &keys::PATH);
        for method in METHODS {
            if let Some(operation) = item.get(method) {
                found.check_operation(&openapi::place(method, path), operation);
            }
        }
    }
    found.0
}

#[derive(Default)]
struct Problems(Vec<SpecError>);

impl Problems {
    fn add(&mut self, place: &str, problem: impl Into<String>) {
        self.0.push(SpecError::at(place, problem));
    }

    fn check_keys(&mut self, place: &str, object: &Value, allowed: &AllowedKeys) {
        if !object.is_object() && !object.is_null() {
            self.add(place, format!("{} is not a JSON object", allowed.kind));
        }
        for key in allowed.unknown_in(object) {
            let kind = allowed.kind;
            self.add(
                place,
                format!("{kind} with the key {key} is not understood; extend the structure check and the passes"),
            );
        }
    }

    fn check_operation(&mut self, place: &str, operation: &Value) {
        self.check_keys(place, operation, &keys::OPERATION);
        for parameter in openapi::items(operation, "/parameters") {
            self.check_parameter(place, parameter);
        }
        if let Some(body) = operation.get("requestBody") {
            self.check_keys(place, body, &keys::BODY);
            self.check_content(place, body);
        }
        for (_, response) in openapi::members(operation, "/responses") {
            self.check_keys(place, response, &keys::RESPONSE);
            self.check_content(place, response);
        }
    }

    fn check_parameter(&mut self, place: &str, parameter: &Value) {
        self.check_keys(place, parameter, &keys::PARAMETER);
        let name = openapi::text(parameter, "name");
        let default = match parameter["in"] == "path" {
            true => ("simple", false),
            false => ("form", true),
        };
        let style = parameter.get("style").is_none_or(|it| it == default.0);
        let explode = parameter.get("explode").is_none_or(|it| it == default.1);
        if !(style && explode) {
            let problem = format!("the parameter {name} is written in a style that no request has");
            self.add(place, problem);
        }
        self.check_schema(&format!("{place}, parameter {name}"), &parameter["schema"]);
    }

    fn check_content(&mut self, place: &str, holder: &Value) {
        for (media, content) in openapi::members(holder, "/content") {
            let place = format!("{place}, {media}");
            self.check_keys(&place, content, &keys::MEDIA);
            let is_plain = |encoding: &Value| *encoding == serde_json::json!({"style": "form"});
            let mut encodings = openapi::members(content, "/encoding");
            if let Some((field, _)) = encodings.find(|(_, encoding)| !is_plain(encoding)) {
                let problem = format!("the encoding of {field} is none that the bindings write");
                self.add(&place, problem);
            }
            self.check_schema(&place, &content["schema"]);
        }
    }

    fn check_schema(&mut self, place: &str, schema: &Value) {
        self.check_keys(place, schema, &keys::SCHEMA);
        match &schema["type"] {
            Value::Null => {}
            Value::String(name) if TYPES.contains(name) => {}
            other => {
                let problem = format!("the type {other} is none of OpenAPI 3.0; extend the passes");
                self.add(place, problem);
            }
        }
        if let Some(target) = schema.get("$ref") {
            let is_schema = target
                .as_str()
                .is_some_and(|it| it.starts_with(SCHEMA_PREFIX));
            let others = schema.as_object().into_iter().flatten();
            let mut others = others.filter(|(key, _)| {
                !["$ref", "description", "title"].contains(&key.as_str()) && !key.starts_with("x-")
            });
            if !is_schema {
                self.add(place, format!("the reference {target} is none to a schema"));
            } else if let Some((key, _)) = others.next() {
                let problem = format!("{key} beside a reference has no meaning in OpenAPI 3.0");
                self.add(place, problem);
            }
        }
        if schema.get("allOf").is_some() && openapi::reference(&without_texts(schema)).is_none() {
            self.add(
                place,
                "a schema composed of others has no type in the bindings; write a pass that writes it out",
            );
        }
        for (field, inner) in openapi::members(schema, "/properties") {
            self.check_schema(&format!("{place}.{field}"), inner);
        }
        for (key, role) in [("items", "items"), ("additionalProperties", "values")] {
            if let Some(inner) = schema.get(key).filter(|it| !it.is_boolean()) {
                self.check_schema(&format!("{place}, {role}"), inner);
            }
        }
    }
}

/// The schema without what the contract ignores.
fn without_texts(schema: &Value) -> Value {
    let mut schema = schema.clone();
    if let Some(map) = schema.as_object_mut() {
        map.retain(|key, _| !keys::SCHEMA.ignores(key));
    }
    schema
}
