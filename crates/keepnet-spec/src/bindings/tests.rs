use super::*;
use serde_json::json;

/// Two areas that share a type, with a form, a download, a timestamp and people's data.
fn contract() -> Contract {
    let answer = |name: &str| json!({"200": {"description": "", "content": {"application/json": {"schema": crate::walk::reference_to(name)}}}});
    Contract::new(json!({
        "openapi": "3.0.4", "info": {"title": "T", "version": "v1"},
        "paths": {
            "/api/people/{id}": {
                "get": {"operationId": "get_person", "x-area": "people", "x-safety": "read", "responses": answer("EnvelopeOfPerson"),
                    "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}]},
                "post": {"operationId": "upload_photo", "x-area": "people", "x-safety": "once", "responses": answer("EnvelopeOfPerson"),
                    "requestBody": {"required": true, "content": {"multipart/form-data": {"schema": {"type": "object"}}}},
                    "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}]},
            },
            "/api/reports": {"post": {"operationId": "export_report", "x-area": "reports", "x-safety": "read",
                "requestBody": {"required": true, "content": {"application/json": {"schema": crate::walk::reference_to("ReportRequest")}}},
                "responses": {"200": {"description": "", "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}}}},
        },
        "components": {"schemas": {
            "Envelope": {"type": "object"},
            "EnvelopeOfPerson": {"allOf": [crate::walk::reference_to("Envelope"), {"type": "object", "properties": {"data": crate::walk::reference_to("Person")}}]},
            "Person": {"type": "object", "properties": {
                "age": {"type": "integer", "format": "int32"}, "born": {"type": "string", "format": "date-time"},
                "kind": crate::walk::reference_to("Kind"), "tags": {"type": "array", "items": {"type": "string"}}}},
            "Kind": {"type": "string", "x-known-values": ["VeryHigh"]},
            "ReportRequest": {"type": "object", "required": ["name"], "properties": {
                "name": {"type": "string", "minLength": 1, "maxLength": 5}, "kind": crate::walk::reference_to("Kind")}},
        }},
    }))
}

fn generated(areas: &[&str]) -> String {
    let wanted = areas.iter().map(|area| (*area).to_owned()).collect();
    generate(&contract(), &wanted).unwrap().client
}

fn check(text: &str, holds: &[&str], lacks: &[&str]) {
    let text: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in holds {
        assert!(text.contains(part), "missing: {part}\nin: {text}");
    }
    for part in lacks {
        assert!(!text.contains(part), "unwanted: {part}\nin: {text}");
    }
}

#[test]
fn an_area_brings_its_operations_and_the_types_they_reach() {
    check(
        &generated(&["people"]),
        &[
            "pub async fn get_person",
            "pub async fn upload_photo",
            "pub struct Person",
            "pub struct Kind",
        ],
        &["export_report", "ReportRequest"],
    );
    check(
        &generated(&["reports"]),
        &["pub async fn export_report", "ByteStream"],
        &["Person", "get_person"],
    );
    check(
        &generated(&[]),
        &["pub struct Client"],
        &["Person", "ReportRequest", "export_report"],
    );
}

#[test]
fn no_method_makes_headers_that_are_never_sent() {
    let text = generated(&["people", "reports"]);
    check(&text, &[".get(url)"], &["header_map"]);
}

#[test]
fn envelopes_timestamps_and_forms_are_the_run_time_s_own_types() {
    check(
        &generated(&["people"]),
        &[
            "crate::Envelope<crate::types::Person>",
            "pub born: ::std::option::Option<crate::Timestamp>",
            "form: &crate::Form",
            "format!(\"/api/people/{}\", encode_path(id))",
        ],
        &[
            "pub struct EnvelopeOfPerson",
            "pub struct Timestamp",
            "chrono",
        ],
    );
}

#[test]
fn answers_are_read_tolerantly_and_limits_are_left_to_the_service() {
    check(
        &generated(&["people", "reports"]),
        &[
            "deserialize_with = \"crate::tolerant::option\"",
            "deserialize_with = \"crate::tolerant::list\"",
            "pub name: ::std::string::String",
            "pub const VERY_HIGH: &'static str = \"VeryHigh\"",
        ],
        &["deny_unknown_fields", "ReportRequestName"],
    );
}

#[test]
fn no_generated_type_shows_its_fields() {
    check(
        &generated(&["people"]),
        &["finish_non_exhaustive"],
        &["Clone, Debug)] ///`Person`", "Debug)] pub struct Person"],
    );
}

#[test]
fn no_name_and_no_shape_depends_on_the_areas_that_are_on() {
    let items = |areas: &[&str]| {
        let file = syn::parse_file(&generated(areas)).unwrap();
        let mut items = std::collections::BTreeMap::new();
        for item in file.items {
            let syn::Item::Mod(module) = item else {
                continue;
            };
            for item in module.content.into_iter().flat_map(|(_, items)| items) {
                if let syn::Item::Struct(item) = item {
                    items.insert(item.ident.to_string(), quote::quote!(#item).to_string());
                }
            }
        }
        items
    };
    let all = items(&["people", "reports"]);
    for areas in [["people"], ["reports"]] {
        for (name, shape) in items(&areas) {
            assert_eq!(all.get(&name), Some(&shape), "{name}");
        }
    }
}

#[test]
fn the_table_lists_every_operation_whatever_areas_are_on() {
    let bindings = generate(&contract(), &BTreeSet::new()).unwrap();
    check(
        &bindings.operations,
        &[
            "Operation::new(\"export_report\", \"POST\", \"/api/reports\", \"reports\", Safety::Read, Transfer::Download), Operation::new(\"get_person\"",
            "\"upload_photo\", \"POST\", \"/api/people/{id}\", \"people\", Safety::Once, Transfer::Upload",
        ],
        &[],
    );
}
