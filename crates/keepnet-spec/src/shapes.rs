//! The pages of types that people review when the document changes.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use heck::ToLowerCamelCase;
use serde_json::Value;

use crate::codegen::{Surface, TypeSurface};
use crate::{Contract, openapi};

/// The page of the types that several areas use.
const SHARED: &str = "shared";

/// The types of the bindings as they are generated: a page for each area, and one for the types that
/// several areas use; one field a line.
///
/// ```text
/// CreateBook  sent
///   title: String  1..=320
///   tags: Vec<String>  on the wire "Tags"
/// BookKind  sent received  text: Novel Atlas
/// ```
pub fn shape_pages(contract: &Contract, surface: &Surface) -> BTreeMap<String, String> {
    let mut areas: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut by_area: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for (_, _, operation) in openapi::operations(contract.document()) {
        let area = openapi::text(operation, "x-area");
        by_area.entry(area).or_default().push(operation);
    }
    for (area, operations) in by_area {
        for name in openapi::reachable(contract.document(), operations.into_iter()) {
            areas.entry(name).or_default().insert(area.to_owned());
        }
    }
    let mut pages: BTreeMap<String, String> = BTreeMap::new();
    for (name, found) in &surface.types {
        let used_by = areas.get(name).into_iter().flatten();
        let used_by: Vec<&String> = used_by.collect();
        let page = match used_by.as_slice() {
            [area] => area.as_str(),
            _ => SHARED,
        };
        let schema = contract.schema(name).unwrap_or(&Value::Null);
        write_shape(
            pages.entry(page.to_owned()).or_default(),
            name,
            found,
            schema,
        );
    }
    pages
}

fn write_shape(text: &mut String, name: &str, found: &TypeSurface, schema: &Value) {
    let sent = if found.is_sent { "  sent" } else { "" };
    let received = if found.is_received { "  received" } else { "" };
    let content = match found.content.as_str() {
        "" => String::new(),
        content => format!("  {content}"),
    };
    let values: Vec<&str> = found.values.values().map(String::as_str).collect();
    let colon = if values.is_empty() { "" } else { ": " };
    let _ = writeln!(
        text,
        "{name}{sent}{received}{content}{colon}{}",
        values.join(" ")
    );
    for (field, found) in &found.fields {
        let expected = field.trim_end_matches('_').to_lower_camel_case();
        let wire = match found.wire == expected {
            true => String::new(),
            false => format!("  on the wire {:?}", found.wire),
        };
        let limits = limits(&schema["properties"][&found.wire]);
        let _ = writeln!(text, "  {field}: {}{limits}{wire}", found.ty);
    }
}

/// Lengths as `1..=320`, other limits by name.
fn limits(schema: &Value) -> String {
    let number = |key: &str| schema.get(key).and_then(Value::as_u64);
    let mut text = match (number("minLength"), number("maxLength")) {
        (None, None) => String::new(),
        (least, None) => format!("  {}..", least.unwrap_or(0)),
        (least, Some(most)) => format!("  {}..={most}", least.unwrap_or(0)),
    };
    let limits = openapi::LIMITS.iter().chain(["readOnly", "writeOnly"]);
    for limit in limits.filter(|limit| !["minLength", "maxLength"].contains(limit)) {
        if let Some(value) = schema.get(limit) {
            let _ = write!(text, "  {limit} {value}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn shape_is_a_line_per_field() {
        let body = |name: &str| json!({"content": {"application/json": {"schema": openapi::reference_to(name)}}});
        let operation = |id: &str, area: &str, answer: &str| {
            json!({
                "operationId": id, "x-area": area, "x-safety": "once", "requestBody": body("Request"),
                "responses": {"200": body(answer)},
            })
        };
        let contract = Contract::new(json!({
            "paths": {
                "/api/x": {"post": operation("create_x", "people", "Answer")},
                "/api/y": {"post": operation("create_y", "places", "Request")},
            },
            "components": {"schemas": {
                "Kind": {"type": "string", "x-known-values": ["A", "B"]},
                "Answer": {"type": "object", "properties": {"ID": {"type": "string", "readOnly": true}}},
                "Request": {"type": "object", "properties": {
                    "email": {"type": "string", "minLength": 1, "maxLength": 320},
                    "kinds": {"type": "array", "items": openapi::reference_to("Kind")}}},
            }},
        }));
        let pages = shape_pages(&contract, &Surface::of(&contract).unwrap());
        let expected = [
            (
                "people",
                "Answer  received\n  id: Option<String>  readOnly true  on the wire \"ID\"\n",
            ),
            (
                "shared",
                "Kind  sent  received  text: A B\nRequest  sent  received\n  email: Option<String>  1..=320\n  kinds: Vec<Kind>\n",
            ),
        ];
        let expected = expected.map(|(area, page)| (area.to_owned(), page.to_owned()));
        assert_eq!(pages, BTreeMap::from(expected));
    }
}
