//! Writes parameters, bodies and responses out where an operation refers to a shared one.

use serde_json::Value;

use crate::openapi::{self, METHODS};

/// Replaces each reference to a shared part by the part, and gives the parameters of a path to each
/// of its operations. A reference to a part that does not exist stays.
pub(super) fn write_out(document: &mut Value) {
    let components = document["components"].clone();
    let Some(Value::Object(paths)) = document.get_mut("paths") else {
        return;
    };
    for item in paths.values_mut() {
        write_out_items(item, &components);
        let shared = item.as_object_mut().and_then(|it| it.remove("parameters"));
        for method in METHODS {
            let Some(operation) = item.get_mut(method).filter(|it| it.is_object()) else {
                continue;
            };
            write_out_items(operation, &components);
            add_parameters(operation, shared.as_ref());
            if let Some(body) = operation.get_mut("requestBody") {
                write_out_part(body, "requestBodies", &components);
            }
            for (_, response) in openapi::members_mut(operation, "/responses") {
                write_out_part(response, "responses", &components);
            }
        }
    }
}

fn write_out_items(holder: &mut Value, components: &Value) {
    for parameter in openapi::items_mut(holder, "/parameters") {
        write_out_part(parameter, "parameters", components);
    }
}

fn write_out_part(part: &mut Value, group: &str, components: &Value) {
    let prefix = format!("#/components/{group}/");
    let name = openapi::text(part, "$ref").strip_prefix(&prefix);
    if let Some(shared) = name.and_then(|name| components[group].get(name)) {
        *part = shared.clone();
    }
}

/// A parameter of the operation takes precedence over one of the path.
fn add_parameters(operation: &mut Value, shared: Option<&Value>) {
    let key = |parameter: &Value| (parameter["name"].clone(), parameter["in"].clone());
    let own: Vec<_> = openapi::items(operation, "/parameters").map(key).collect();
    let shared = shared.into_iter().flat_map(|list| openapi::items(list, ""));
    let added: Vec<Value> = shared
        .filter(|it| !own.contains(&key(it)))
        .cloned()
        .collect();
    if added.is_empty() {
        return;
    }
    match operation.get_mut("parameters") {
        Some(Value::Array(parameters)) => parameters.extend(added),
        _ => operation["parameters"] = added.into(),
    }
}
