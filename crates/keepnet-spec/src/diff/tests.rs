//! The report of the changes between two small contracts.

use serde_json::{Value, json};
use std::collections::BTreeMap;

use super::*;
use crate::{Contract, PassHits, openapi};

/// A contract with one of everything that can change.
fn contract() -> Value {
    let json_of = |name: &str| json!({"application/json": {"schema": openapi::reference_to(name)}});
    json!({
        "paths": {
            "/api/people": {"post": {
                "operationId": "create_person", "x-area": "people", "x-safety": "once",
                "requestBody": {"content": json_of("Request")},
                "responses": {"200": {"content": json_of("EnvelopeOfAnswer")}}}},
            "/api/people/{id}": {"get": {
                "operationId": "get_person", "x-area": "people", "x-safety": "read",
                "parameters": [
                    {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}},
                    {"name": "depth", "in": "query", "schema": {"type": "integer", "format": "int32"}}],
                "responses": {"200": {"content": json_of("EnvelopeOfAnswer")}}}},
        },
        "components": {"schemas": {
            "Envelope": {"type": "object", "properties": {"status": {"type": "string"}}},
            "EnvelopeOfAnswer": {"allOf": [openapi::reference_to("Envelope"), {"properties": {"data": openapi::reference_to("Answer")}}]},
            "Answer": {"type": "object", "properties": {"id": {"type": "string"}, "age": {"type": "integer", "format": "int32"}}},
            "Kind": {"type": "string", "x-known-values": ["A", "B"]},
            "Request": {"type": "object", "required": ["email"], "properties": {
                "email": {"type": "string", "minLength": 1, "maxLength": 320}, "kind": openapi::reference_to("Kind"), "note": {"type": "string"}}},
        }},
    })
}

fn between(before: Value, after: Value) -> ContractDiff {
    ContractDiff::between(&Contract::new(before), &Contract::new(after)).unwrap()
}

const REQUEST: &str = "/components/schemas/Request";
const ANSWER: &str = "/components/schemas/Answer";

#[test]
fn same_contract_has_no_changes() {
    let diff = between(contract(), contract());
    assert!(diff.is_empty());
    assert_eq!(
        (diff.wire(), diff.rust(), diff.semver()),
        (Impact::None, Impact::None, "patch")
    );
}

#[test]
fn breaking_changes_are_reported_first() {
    let mut changed = contract();
    changed.pointer_mut(REQUEST).unwrap()["required"] = json!(["email", "note"]);
    changed.pointer_mut(ANSWER).unwrap()["properties"]["more"] = json!({"type": "string"});
    let diff = between(contract(), changed);
    assert_eq!(
        diff.to_markdown(),
        "## Changes of the contract\n\n\
         4 changes: 1 break the wire, 1 break Rust callers; semver step: major.\n\n\
         | where | what | wire | Rust |\n| --- | --- | --- | --- |\n\
         | `Request.note` | now required | BREAKING | - |\n\
         | `Request.note` | retyped (Option<String> → String) | - | BREAKING |\n\
         | `Answer.more` | added | additive | - |\n\
         | `Answer.more` | added (Option<String>) | - | additive |\n"
    );
    assert_eq!(
        diff.to_text(),
        "wire BREAKING rust -        Request.note: now required\n\
         wire -        rust BREAKING Request.note: retyped (Option<String> → String)\n\
         wire additive rust -        Answer.more: added\n\
         wire -        rust additive Answer.more: added (Option<String>)\n\
         4 changes: 1 break the wire, 1 break Rust callers; semver step: major.\n"
    );
    assert_eq!(
        diff.to_changelog("2026-03-09"),
        "- The contract of 2026-03-09: 4 changes: 1 break the wire, 1 break Rust callers; semver step: major.\n\
         \x20 - `Request.note`: now required **breaks the wire**\n\
         \x20 - `Request.note`: retyped (Option<String> → String) **breaks Rust callers**\n\
         \x20 - `Answer.more`: added\n\
         \x20 - `Answer.more`: added (Option<String>)\n"
    );
    let json = serde_json::to_value(&diff).unwrap();
    assert_eq!(json["changes"][1]["what"], "now_required");
}

#[test]
fn editorial_changes_are_counted_below_others() {
    let same = between(contract(), contract());
    let hits = ["restore_bodies", "facts_only"].map(|pass| PassHits { pass, count: 20 });
    let before = BTreeMap::from([
        ("restore_bodies".to_owned(), 11),
        ("facts_only".to_owned(), 20),
    ]);
    let editorial = EditorialChanges {
        texts: 2,
        bodies: 9,
        ..EditorialChanges::default()
    };
    let diff = same
        .with_pass_hits(&before, &hits)
        .with_editorial(editorial);
    assert_eq!(
        diff.to_markdown(),
        "## Changes of the contract\n\n\
         Nothing changed that a caller could notice; semver step: patch.\n\n\
         Editorial changes, which are only counted: 2 texts, 0 examples, 9 bodies cut by hand, 0 orders, 0 assembly versions.\n\n\
         Places that the passes change, before → now: restore_bodies 11 → 20.\n"
    );
    assert!(diff.is_empty(), "{diff:?}");
    let json = serde_json::to_value(&diff).unwrap();
    assert_eq!(
        (
            json["editorial"]["bodies"].as_u64(),
            json["passes"][0].as_str()
        ),
        (Some(9), Some("restore_bodies 11 → 20"))
    );
}

/// A published document with one of everything that is counted.
const BEFORE: &str = r#"{"info": {"title": "T"}, "tags": [{"name": "X", "description": "a"}],
    "paths": {"/a": {"post": {"summary": "s", "requestBody": {"content": {"application/json": {
        "schema": {"$ref": "x"}, "example": {"a": 1}}}}}}, "/b": {"get": {}}},
    "components": {"schemas": {"L`1[[B, V=1]]": {"type": "object", "properties": {
        "description": {"type": "string", "description": "d"}, "title": {"type": "string"}}}}}}"#;

const NONE: EditorialChanges = EditorialChanges {
    texts: 0,
    examples: 0,
    bodies: 0,
    orders: 0,
    assemblies: 0,
};

#[test]
fn editorial_changes_are_counted() {
    let text = EditorialChanges { texts: 1, ..NONE };
    let example = EditorialChanges {
        examples: 1,
        ..NONE
    };
    let body = EditorialChanges { bodies: 1, ..NONE };
    let order = EditorialChanges { orders: 1, ..NONE };
    let assembly = EditorialChanges {
        assemblies: 1,
        ..NONE
    };
    for (old, new, expected) in [
        (r#""title": "T""#, r#""title": "U""#, &text),
        (r#""description": "a""#, r#""description": "b""#, &text),
        (r#""summary": "s", "#, "", &text),
        (r#""description": "d""#, r#""description": "e""#, &text),
        (r#", "example": {"a": 1}"#, "", &example),
        (r#"{"a": 1}"#, r#"{"a": 2}"#, &example),
        (r#"{"a": 1}"#, r#"{"a":}"#, &example),
        (r#"{"$ref": "x"}"#, r#"{"properties": {"a": {}}}"#, &body),
        ("V=1", "V=2", &assembly),
        (
            r#""description": {"type": "string", "description": "d"}, "title": {"type": "string"}"#,
            r#""title": {"type": "string"}, "description": {"type": "string", "description": "d"}"#,
            &order,
        ),
        (r#""/a":"#, r#""/c":"#, &NONE),
        (
            r#""title": {"type": "string"}"#,
            r#""title": {"type": "integer"}"#,
            &NONE,
        ),
        ("x", "x", &NONE),
    ] {
        assert!(BEFORE.contains(old), "{old}");
        let after = BEFORE.replacen(old, new, 1);
        let found = EditorialChanges::between(BEFORE, &after).unwrap();
        assert_eq!(found, *expected, "{old} to {new}");
    }
}
