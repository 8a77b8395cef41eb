use serde_json::{Value, json};

use super::*;
use crate::walk;

/// A contract with one of everything that can change.
fn contract() -> Value {
    let json_of = |name: &str| json!({"application/json": {"schema": walk::reference_to(name)}});
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
            "EnvelopeOfAnswer": {"allOf": [walk::reference_to("Envelope"), {"properties": {"data": walk::reference_to("Answer")}}]},
            "Answer": {"type": "object", "properties": {"id": {"type": "string"}, "age": {"type": "integer", "format": "int32"}}},
            "Kind": {"type": "string", "x-known-values": ["A", "B"]},
            "Request": {"type": "object", "required": ["email"], "properties": {
                "email": {"type": "string", "minLength": 1, "maxLength": 320}, "kind": walk::reference_to("Kind"), "note": {"type": "string"}}},
        }},
    })
}

const CREATE: &str = "/paths/~1api~1people/post";
const GET: &str = "/paths/~1api~1people~1{id}/get";
const REQUEST: &str = "/components/schemas/Request";
const ANSWER: &str = "/components/schemas/Answer";

/// Sets a value at a place of the contract (null removes the key) and compares the changes that are reported.
fn check(place: &str, value: Value, expected: &[(&str, What, Impact, Impact)]) {
    let mut changed = contract();
    let (parent, key) = place.rsplit_once('/').unwrap();
    let parent = changed
        .pointer_mut(parent)
        .unwrap()
        .as_object_mut()
        .unwrap();
    let key = key.replace("~1", "/");
    match value {
        Value::Null => parent.remove(&key),
        value => parent.insert(key, value),
    };
    let drift = Drift::between(&Contract::new(contract()), &Contract::new(changed));
    let found: Vec<_> = drift
        .changes
        .iter()
        .map(|change| (change.place.as_str(), change.what, change.wire, change.rust))
        .collect();
    assert_eq!(found, expected, "{place}");
}

fn at(base: &str, rest: &str) -> String {
    format!("{base}{rest}")
}

#[test]
fn the_same_contract_has_not_drifted() {
    let drift = Drift::between(&Contract::new(contract()), &Contract::new(contract()));
    assert!(drift.is_empty());
    assert_eq!(
        (drift.wire(), drift.rust(), drift.semver()),
        (Impact::None, Impact::None, "patch")
    );
}

#[test]
fn changes_of_operations_are_classed() {
    use Impact::{Additive, Breaking, None};
    let get = "GET /api/people/{id}";
    let create = "POST /api/people";
    check(
        GET,
        Value::Null,
        &[(get, What::Removed, Breaking, Breaking)],
    );
    check(
        "/paths/~1api~1x",
        json!({"get": {"operationId": "get_x", "x-area": "people", "responses": {}}}),
        &[("GET /api/x", What::Added, Additive, Additive)],
    );
    check(
        &at(GET, "/operationId"),
        json!("fetch_person"),
        &[(get, What::Renamed, None, Breaking)],
    );
    check(
        &at(GET, "/x-area"),
        json!("other"),
        &[(get, What::Moved, None, Breaking)],
    );
    check(
        &at(GET, "/x-safety"),
        json!("once"),
        &[(get, What::Safety, None, None)],
    );
    check(
        &at(GET, "/parameters"),
        json!([]),
        &[
            (get, What::Removed, Breaking, Breaking),
            (get, What::Removed, Breaking, Breaking),
        ],
    );
    let id = json!({"name": "id", "in": "path", "required": true, "schema": {"type": "string"}});
    let depth = |schema: Value| json!({"name": "depth", "in": "query", "schema": schema});
    let int = || json!({"type": "integer", "format": "int32"});
    check(
        &at(GET, "/parameters"),
        json!([id, depth(json!({"type": "string"}))]),
        &[(get, What::Retyped, Breaking, Breaking)],
    );
    let more = json!({"name": "more", "in": "query", "schema": {"type": "string"}});
    check(
        &at(GET, "/parameters"),
        json!([id, depth(int()), more]),
        &[(get, What::Added, Additive, Breaking)],
    );
    let needed =
        json!({"name": "more", "in": "query", "required": true, "schema": {"type": "string"}});
    check(
        &at(GET, "/parameters"),
        json!([id, depth(int()), needed]),
        &[(get, What::Added, Breaking, Breaking)],
    );
    let bytes = json!({"200": {"content": {"application/octet-stream": {}}}});
    check(
        &at(GET, "/responses"),
        bytes,
        &[(get, What::MediaType, Breaking, Breaking)],
    );
    let form = json!({"content": {"multipart/form-data": {}}});
    check(
        &at(CREATE, "/requestBody"),
        form,
        &[(create, What::MediaType, Breaking, Breaking)],
    );
    check(
        &at(CREATE, "/requestBody"),
        Value::Null,
        &[(create, What::MediaType, Breaking, Breaking)],
    );
    let other = json!({"content": {"application/json": {"schema": walk::reference_to("Answer")}}});
    check(
        &at(CREATE, "/requestBody"),
        other,
        &[(create, What::Retyped, None, Breaking)],
    );
}

#[test]
fn changes_of_what_is_sent_are_classed() {
    use Impact::{Additive, Breaking, None};
    let email = |schema: Value| (at(REQUEST, "/properties/email"), schema);
    check(
        &at(REQUEST, "/properties/note"),
        Value::Null,
        &[("Request.note", What::Removed, None, Breaking)],
    );
    check(
        &at(REQUEST, "/properties/more"),
        json!({"type": "string"}),
        &[("Request.more", What::Added, Additive, Additive)],
    );
    check(
        &at(REQUEST, "/properties/note"),
        json!({"type": "integer"}),
        &[("Request.note", What::Retyped, Breaking, Breaking)],
    );
    check(
        &at(REQUEST, "/required"),
        json!(["email", "note"]),
        &[("Request.note", What::NowRequired, Breaking, Breaking)],
    );
    check(
        &at(REQUEST, "/required"),
        json!([]),
        &[("Request.email", What::NowOptional, None, Breaking)],
    );
    for (max, min, expected) in [
        (json!(100), json!(1), Breaking),
        (json!(400), json!(1), None),
        (Value::Null, json!(1), None),
        (json!(320), json!(8), Breaking),
        (json!(320), json!(0), None),
    ] {
        let mut schema = json!({"type": "string", "minLength": min});
        if !max.is_null() {
            schema["maxLength"] = max;
        }
        let (place, schema) = email(schema);
        check(
            &place,
            schema,
            &[("Request.email", What::Limit, expected, None)],
        );
    }
    let (place, schema) =
        email(json!({"type": "string", "minLength": 1, "maxLength": 320, "pattern": "@"}));
    check(
        &place,
        schema,
        &[("Request.email", What::Limit, Breaking, None)],
    );
}

#[test]
fn changes_of_what_is_received_are_classed() {
    use Impact::{Additive, Breaking, None};
    check(
        &at(ANSWER, "/properties/age"),
        Value::Null,
        &[("Answer.age", What::Removed, None, Breaking)],
    );
    check(
        &at(ANSWER, "/properties/more"),
        json!({"type": "string"}),
        &[("Answer.more", What::Added, Additive, Additive)],
    );
    check(
        &at(ANSWER, "/properties/age"),
        json!({"type": "string"}),
        &[("Answer.age", What::Retyped, Breaking, Breaking)],
    );
    check(
        &at(ANSWER, "/properties/age"),
        json!({"type": "integer", "format": "int64"}),
        &[("Answer.age", What::Retyped, Breaking, Breaking)],
    );
    let limited = json!({"type": "string", "maxLength": 5});
    check(
        &at(ANSWER, "/properties/id"),
        limited,
        &[("Answer.id", What::Limit, None, None)],
    );
}

#[test]
fn changes_of_types_and_known_values_are_classed() {
    use Impact::{Additive, Breaking, None};
    check(
        "/components/schemas/More",
        json!({"type": "object"}),
        &[("More", What::Added, None, Additive)],
    );
    check(
        "/components/schemas/Kind/x-known-values",
        json!(["A", "B", "C"]),
        &[("Kind", What::KnownValues, None, Additive)],
    );
    check(
        "/components/schemas/Kind/x-known-values",
        json!(["A"]),
        &[("Kind", What::KnownValues, None, Breaking)],
    );
    check(
        "/components/schemas/Kind/type",
        json!("integer"),
        &[("Kind", What::Retyped, Breaking, Breaking)],
    );
}

#[test]
fn the_report_puts_what_breaks_first() {
    let mut changed = contract();
    changed.pointer_mut(REQUEST).unwrap()["required"] = json!(["email", "note"]);
    changed.pointer_mut(ANSWER).unwrap()["properties"]["more"] = json!({"type": "string"});
    let drift = Drift::between(&Contract::new(contract()), &Contract::new(changed));
    assert_eq!(
        drift.to_markdown(),
        "## Changes of the contract\n\n\
         2 changes: 1 break the wire, 1 break Rust callers; semver step: major.\n\n\
         | where | what | wire | Rust |\n| --- | --- | --- | --- |\n\
         | `Request.note` | now required | BREAKING | BREAKING |\n\
         | `Answer.more` | added | additive | additive |\n"
    );
    assert_eq!(
        drift.to_text(),
        "wire BREAKING rust BREAKING Request.note: now required\n\
         wire additive rust additive Answer.more: added\n\
         2 changes: 1 break the wire, 1 break Rust callers; semver step: major.\n"
    );
    let json = serde_json::to_value(&drift).unwrap();
    assert_eq!(json["changes"][1]["what"], "now_required");
}
