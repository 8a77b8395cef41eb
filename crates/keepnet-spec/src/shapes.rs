//! The shapes of the types that people review.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use crate::{Contract, SpecError, openapi};

/// The shapes of all types that some operations send or receive: a page for each area of the
/// operations, one field a line.
///
/// ```text
/// IdResult
///   resourceId: String?
/// ```
///
/// `?` is a field that may be missing or null, `1..=320` a limit on a length. An operation that the
/// contract does not have is an error.
pub fn shape_pages(
    contract: &Contract,
    operations: &[String],
) -> Result<BTreeMap<String, String>, SpecError> {
    let mut missing: BTreeSet<&str> = operations.iter().map(String::as_str).collect();
    let mut by_area: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
    for (_, _, operation) in openapi::operations(contract.document()) {
        if missing.remove(openapi::text(operation, "operationId")) {
            let area = openapi::text(operation, "x-area").to_owned();
            by_area.entry(area).or_default().push(operation);
        }
    }
    if let Some(missing) = missing.first() {
        return Err(SpecError::at(
            *missing,
            "areas.toml lists it under flows, but no operation has this name",
        ));
    }
    let pages = by_area.into_iter();
    Ok(pages
        .map(|(area, operations)| (area, page(contract, operations)))
        .collect())
}

fn page(contract: &Contract, operations: Vec<&Value>) -> String {
    let mut text = String::new();
    for name in openapi::reachable(contract.document(), operations.into_iter()) {
        let schema = contract.schema(&name);
        // Envelopes and pages are generic types; their payload has a shape of its own.
        if let Some(schema) = schema.filter(|schema| contract.generic(schema, "").is_none()) {
            write_shape(&mut text, contract, &name, schema);
        }
    }
    text
}

fn write_shape(text: &mut String, contract: &Contract, name: &str, schema: &Value) {
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        let values = openapi::texts(schema, "x-known-values").join(" ");
        let known = if values.is_empty() { "" } else { ", known: " };
        let ty = contract.rust_type(schema);
        let _ = writeln!(text, "{name} = {ty}{known}{values}");
        return;
    };
    let required = openapi::texts(schema, "required");
    let _ = writeln!(text, "{name}");
    for (field, schema) in properties {
        let is_required = required.contains(&field.as_str());
        let optional = if is_required { "" } else { "?" };
        let (ty, limits) = (contract.rust_type(schema), limits(schema));
        let _ = writeln!(text, "  {field}: {ty}{optional}{limits}");
    }
}

fn limits(schema: &Value) -> String {
    let number = |key: &str| schema.get(key).and_then(Value::as_u64);
    match (number("minLength"), number("maxLength")) {
        (None, None) => String::new(),
        (least, None) => format!("  {}..", least.unwrap_or(0)),
        (least, Some(most)) => format!("  {}..={most}", least.unwrap_or(0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn contract() -> Contract {
        Contract::new(json!({
            "paths": {"/api/x": {"post": {"operationId": "create_x", "x-area": "people", "requestBody": openapi::reference_to("Request")}}},
            "components": {"schemas": {
                "Kind": {"type": "string", "x-known-values": ["A", "B"]},
                "Request": {"required": ["email"], "properties": {
                    "email": {"type": "string", "minLength": 1, "maxLength": 320},
                    "kinds": {"type": "array", "items": openapi::reference_to("Kind")}}},
                "Other": {"type": "object"},
            }},
        }))
    }

    #[test]
    fn shape_is_a_line_per_field() {
        let text =
            "Kind = String, known: A B\nRequest\n  email: String  1..=320\n  kinds: Vec<Kind>?\n";
        let pages = shape_pages(&contract(), &["create_x".to_owned()]).unwrap();
        assert_eq!(
            pages,
            BTreeMap::from([("people".to_owned(), text.to_owned())])
        );
    }

    #[test]
    fn missing_operation_is_named() {
        let error = shape_pages(&contract(), &["gone".to_owned()]).unwrap_err();
        assert!(error.to_string().starts_with("gone: "), "{error}");
    }
}
