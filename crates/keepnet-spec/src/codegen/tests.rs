//! The bindings of small contracts: what they hold, and what they must not hold.

use super::*;
use serde_json::json;

/// Two areas that share a type, with a form, a download, a timestamp and people's data.
fn contract() -> Contract {
    let answer = |name: &str| json!({"200": {"description": "", "content": {"application/json": {"schema": crate::openapi::reference_to(name)}}}});
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
                "requestBody": {"required": true, "content": {"application/json": {"schema": crate::openapi::reference_to("ReportRequest")}}},
                "responses": {"200": {"description": "", "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}}}},
        },
        "components": {"schemas": {
            "Envelope": {"type": "object"},
            "EnvelopeOfPerson": {"allOf": [crate::openapi::reference_to("Envelope"), {"type": "object", "properties": {"data": crate::openapi::reference_to("Person")}}]},
            "Person": {"type": "object", "properties": {
                "age": {"type": "integer", "format": "int32"}, "born": {"type": "string", "format": "date-time"},
                "kind": crate::openapi::reference_to("Kind"), "tags": {"type": "array", "items": {"type": "string"}}}},
            "Kind": {"type": "string", "x-known-values": ["VeryHigh"]},
            "ReportRequest": {"type": "object", "required": ["name"], "properties": {
                "name": {"type": "string", "minLength": 1, "maxLength": 5}, "kind": crate::openapi::reference_to("Kind")}},
        }},
    }))
}

fn generated(areas: &[&str]) -> String {
    let wanted = areas.iter().map(|area| (*area).to_owned()).collect();
    generate(&contract(), &wanted).unwrap().client
}

fn check(text: &str, holds: &[&str], lacks: &[&str]) {
    let squeeze = |text: &str| text.split_whitespace().collect::<String>();
    let (shown, text) = (text, squeeze(text));
    for part in holds {
        assert!(
            text.contains(&squeeze(part)),
            "missing: {part}\nin: {shown}"
        );
    }
    for part in lacks {
        assert!(
            !text.contains(&squeeze(part)),
            "unwanted: {part}\nin: {shown}"
        );
    }
}

#[test]
fn area_brings_its_operations_and_their_types() {
    check(
        &generated(&["people"]),
        &[
            "pub fn get_person(&self, id: &str) -> Call<crate::types::Person>",
            "pub fn upload_photo(&self, id: &str, form: crate::Form,) -> Call<crate::types::Person>",
            "pub struct Person",
            "open_enum! { #[doc = \"`Kind` of the contract.\"] Kind {",
        ],
        &["export_report", "ReportRequest"],
    );
    check(
        &generated(&["reports"]),
        &["pub fn export_report(&self, body: &types::ReportRequest) -> Call<crate::Download>"],
        &["Person", "get_person"],
    );
    check(
        &generated(&[]),
        &["impl<S: Scope> ScopedClient<S> {}"],
        &["Person", "ReportRequest", "export_report"],
    );
}

#[test]
fn method_holds_no_machinery() {
    check(
        &generated(&["people", "reports"]),
        &[
            "Call::message(self.target(), &OPERATIONS[1usize], &[&id])",
            "Call::download(",
            ".json(body)",
            ".form(form)",
        ],
        &["async", "reqwest", "header"],
    );
}

#[test]
fn wrappers_and_times_are_hand_written_types() {
    check(
        &generated(&["people"]),
        &[
            "Call<crate::types::Person>",
            "pub born: ::std::option::Option<crate::Timestamp>",
            "form: crate::Form",
        ],
        &[
            "pub struct EnvelopeOfPerson",
            "pub struct Timestamp",
            "chrono",
        ],
    );
}

#[test]
fn responses_are_read_tolerantly() {
    check(
        &generated(&["people", "reports"]),
        &[
            "\"age\" => value.read_scalar(&mut self.age)?",
            "\"tags\" => value.read_list(&mut self.tags)?",
            "pub name: ::std::string::String",
            "VERY_HIGH = \"VeryHigh\"",
        ],
        &["deny_unknown_fields", "ReportRequestName"],
    );
}

#[test]
fn generated_type_shows_no_field() {
    check(
        &generated(&["people"]),
        &[
            "#[derive(Clone, Default)] #[non_exhaustive] pub struct Person",
            "hide_fields! { Person }",
        ],
        &["Debug)] pub struct Person"],
    );
}

#[test]
fn types_that_are_sent_have_setters() {
    check(
        &generated(&["people", "reports"]),
        &["setters! { ReportRequest {
            kind(value: impl Into<Kind>) kind = ::std::option::Option::Some(value.into());
            #[doc = \"Required by the contract.\"] name(value: impl Into<::std::string::String>) name = value.into();
        } }"],
        // What is only received is not built.
        &["setters! { Person"],
    );
}

/// A field for each kind of value, and those whose names the type itself needs.
#[test]
fn setter_takes_what_a_caller_has() {
    let contract = Contract::new(json!({
        "openapi": "3.0.4", "info": {"title": "T", "version": "v1"},
        "paths": {"/api/people": {"post": {"operationId": "create_person", "x-area": "people", "x-safety": "once",
            "requestBody": {"required": true, "content": {"application/json": {"schema": crate::openapi::reference_to("NewPerson")}}},
            "responses": {"200": {"description": "", "content": {"application/json": {"schema": {"type": "string"}}}}}}}},
        "components": {"schemas": {
            "Home": {"type": "object", "properties": {"street": {"type": "string"}}},
            "NewPerson": {"type": "object", "properties": {
                "age": {"type": "integer", "format": "int32"}, "default": {"type": "boolean"},
                "home": crate::openapi::reference_to("Home"),
                "tags": {"type": "array", "items": {"type": "string"}}}},
        }},
    }));
    let wanted = BTreeSet::from(["people".to_owned()]);
    check(
        &generate(&contract, &wanted).unwrap().client,
        &[
            "age(value: i32) age = ::std::option::Option::Some(value);",
            "default_(value: bool) default = ::std::option::Option::Some(value);",
            "home(value: Home) home = ::std::option::Option::Some(value);",
            "tags(value: impl Into<::std::vec::Vec<::std::string::String>>) tags = value.into();",
        ],
        &[],
    );
}

#[test]
fn no_name_depends_on_the_areas_that_are_on() {
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

/// An operation with two path parameters of one type and a query parameter.
#[test]
fn parameters_cannot_be_swapped() {
    let text = |name: &str, place: &str| {
        let required = place == "path";
        json!({"name": name, "in": place, "required": required, "schema": {"type": "string"}})
    };
    let contract = Contract::new(json!({
        "openapi": "3.0.4", "info": {"title": "T", "version": "v1"},
        "paths": {"/api/roles/{userId}/{roleId}": {"delete": {
            "operationId": "delete_role", "x-area": "people", "x-safety": "once",
            "parameters": [text("roleId", "path"), text("userId", "path"), text("header", "query")],
            "responses": {"200": {"description": "", "content": {"application/json": {"schema": {"type": "string"}}}}}}}},
        "components": {"schemas": {}},
    }));
    let wanted = BTreeSet::from(["people".to_owned()]);
    check(
        &generate(&contract, &wanted).unwrap().client,
        &[
            "user_id: path::UserId<'_>, role_id: path::RoleId<'_>,) -> Call<::std::string::String, query::DeleteRole>",
            "&[&user_id, &role_id]",
            "impl<T> Call<T, query::DeleteRole>",
            "pub fn header_(self, value: &str) -> Self { self.query(\"header\", &value) }",
            "pub struct UserId<'a>(pub &'a str);",
        ],
        &[],
    );
}

#[test]
fn table_lists_the_operations_of_all_areas() {
    let bindings = generate(&contract(), &BTreeSet::new()).unwrap();
    check(
        &bindings.operations,
        &[
            "Operation { id: \"export_report\", method: \"POST\", path: \"/api/reports\", area: \"reports\", safety: Safety::Read, transfer: Transfer::Download, wrapping: Wrapping::File }, Operation { id: \"get_person\"",
            "id: \"upload_photo\", method: \"POST\", path: \"/api/people/{id}\", area: \"people\", safety: Safety::Once, transfer: Transfer::Upload, wrapping: Wrapping::Envelope",
        ],
        &[],
    );
}
