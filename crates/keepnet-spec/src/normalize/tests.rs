//! Each pass on a small document: the number of places that it changes, and its refusals.

use super::*;
use crate::Areas;
use serde_json::json;

/// Runs one pass over a document and compares the number of changed places and the value at a place.
pub(super) fn check(
    pass: &Pass,
    decisions: &Decisions,
    document: Value,
    hits: usize,
    place: &str,
    expected: Value,
) {
    let mut work = work(document, decisions);
    assert_eq!((pass.run)(&mut work).unwrap(), hits, "{}", pass.name);
    let found = work.document.pointer(place).cloned().unwrap_or(Value::Null);
    assert_eq!(found, expected, "{} at {place}", pass.name);
}

pub(super) fn refuses(pass: &Pass, decisions: &Decisions, document: Value, message: &str) {
    let mut work = work(document, decisions);
    let error = match (pass.run)(&mut work) {
        Ok(_) => work.missing[0].to_string(),
        Err(error) => error.to_string(),
    };
    assert_eq!(error, message);
}

fn work(document: Value, decisions: &Decisions) -> Work<'_> {
    Work {
        document,
        decisions,
        names: decisions.names.clone(),
        missing: Vec::new(),
    }
}

fn operation(method: &str, operation: Value) -> Value {
    json!({"paths": {"/api/x": {method: operation}}})
}

fn post(body: Value) -> Value {
    operation(
        "post",
        json!({"requestBody": {"content": body}, "responses": {"200": {}}}),
    )
}

fn schemas(schemas: Value) -> Value {
    json!({"components": {"schemas": schemas}})
}

pub(super) fn reference(name: &str) -> Value {
    crate::openapi::reference_to(name)
}

#[test]
fn body_cut_by_hand_is_restored() {
    let mut decisions = Decisions::default();
    let restored = &mut decisions.corrections.restored_bodies;
    restored.insert("POST /api/x".to_owned(), "A.Whole".to_owned());
    let cut = || {
        let mut document = post(json!({"application/json": {"schema": {"properties": {"a": {}}}}}));
        document["components"] = json!({"schemas": {"A.Whole": {}}});
        document
    };
    let place = "/paths/~1api~1x/post/requestBody/content/application~1json/schema";
    check(
        &restore_bodies::PASS,
        &decisions,
        cut(),
        1,
        place,
        reference("A.Whole"),
    );
    let whole = post(json!({"application/json": {"schema": reference("A.Whole")}}));
    check(
        &restore_bodies::PASS,
        &decisions,
        whole,
        0,
        place,
        reference("A.Whole"),
    );
    refuses(
        &restore_bodies::PASS,
        &Decisions::default(),
        cut(),
        "POST /api/x: its JSON body is written out in place; name the component that it was cut from under restored_bodies in corrections.toml",
    );
    let mut gone = cut();
    gone["components"] = json!({"schemas": {}});
    refuses(
        &restore_bodies::PASS,
        &decisions,
        gone,
        "POST /api/x: corrections.toml restores its body from A.Whole, but the document does not have this schema",
    );
}

#[test]
fn one_json_media_type_is_kept() {
    let decisions = Decisions::default();
    let schema = json!({"schema": {"type": "string"}});
    let four = json!({
        "application/json-patch+json": schema, "application/json": schema,
        "text/json": schema, "application/*+json": schema,
    });
    let place = "/paths/~1api~1x/post/requestBody/content";
    check(
        &media_types::PASS,
        &decisions,
        post(four),
        1,
        place,
        json!({"application/json": schema}),
    );
    let form = json!({"multipart/form-data": schema});
    check(
        &media_types::PASS,
        &decisions,
        post(form.clone()),
        0,
        place,
        form,
    );
    refuses(
        &media_types::PASS,
        &decisions,
        post(json!({"application/xml": schema})),
        "POST /api/x: its body has the unknown media type application/xml; add a rule to the media_types pass",
    );
    refuses(
        &media_types::PASS,
        &decisions,
        post(json!({"application/json": schema, "text/json": {"schema": {"type": "integer"}}})),
        "POST /api/x: the media types of its body have different schemas; add a rule to the media_types pass",
    );
}

#[test]
fn response_is_a_file_where_it_is_known_to_be() {
    let mut decisions = Decisions::default();
    let place = "/paths/~1api~1x/get/responses/200/content";
    let bytes =
        json!({"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}});
    let get = |answer: Value| operation("get", json!({"responses": {"200": answer}}));
    check(
        &downloads::PASS,
        &decisions,
        get(json!({"description": ""})),
        0,
        "/paths/~1api~1x/get/responses/200",
        json!({"description": ""}),
    );
    check(
        &downloads::PASS,
        &decisions,
        get(json!({"content": {"application/pdf": {}}})),
        1,
        place,
        bytes.clone(),
    );
    let row = json!({"application/json": {"schema": {"type": "object"}}});
    check(
        &downloads::PASS,
        &decisions,
        get(json!({"content": row})),
        0,
        place,
        row.clone(),
    );
    decisions
        .corrections
        .downloads
        .insert("GET /api/x".to_owned());
    check(
        &downloads::PASS,
        &decisions,
        get(json!({"content": row})),
        1,
        place,
        bytes,
    );
}

#[test]
fn disputed_response_is_untyped() {
    let mut decisions = Decisions::default();
    decisions
        .corrections
        .disputed_responses
        .insert("GET /api/x".to_owned());
    let document = operation(
        "get",
        json!({"responses": {"200": {"content": {"application/json": {"schema": {"type": "object"}}}}}}),
    );
    let place = "/paths/~1api~1x/get/responses/200/content/application~1json/schema";
    check(
        &disputed_responses::PASS,
        &decisions,
        document,
        1,
        place,
        json!({}),
    );
}

#[test]
fn declared_errors_are_dropped() {
    let decisions = Decisions::default();
    let document = operation(
        "get",
        json!({"responses": {"200": {}, "403": {}, "404": {}}}),
    );
    check(
        &undeclared_errors::PASS,
        &decisions,
        document,
        2,
        "/paths/~1api~1x/get/responses",
        json!({"200": {}}),
    );
    refuses(
        &undeclared_errors::PASS,
        &decisions,
        operation("get", json!({"responses": {"200": {}, "201": {}}})),
        "GET /api/x: it has 2 success responses; the bindings need exactly one",
    );
}

#[test]
fn sentences_are_dropped_and_fields_are_kept() {
    let decisions = Decisions::default();
    let document = json!({
        "openapi": "3.0.4", "info": {"title": "T", "description": "Prose."}, "servers": [],
        "components": {"schemas": {"A": {"type": "object", "title": "Prose", "properties": {
            "description": {"type": "string", "description": "Prose.", "example": "x"}}}}},
        "paths": {"/api/x": {"get": {"summary": "Prose.", "tags": ["X"], "responses": {"200": {"description": "OK"}}}}},
    });
    check(
        &facts_only::PASS,
        &decisions,
        document.clone(),
        5,
        "/components/schemas/A",
        json!({"type": "object", "properties": {"description": {"type": "string"}}}),
    );
    let place = "/paths/~1api~1x/get";
    check(
        &facts_only::PASS,
        &decisions,
        document,
        5,
        place,
        json!({"tags": ["X"], "responses": {"200": {"description": ""}}}),
    );
}

#[test]
fn envelopes_and_pages_share_one_base() {
    let (text, list, number) = (
        json!({"type": "string"}),
        json!({"type": "array"}),
        json!({"type": "integer"}),
    );
    let document = schemas(json!({
        "A.ServiceResult": {"properties": {"data": reference("A.Page"), "status": text, "message": text, "validationMessages": list}},
        "A.Page": {"properties": {"results": {"items": {}}, "pageNumber": number, "pageSize": number, "totalNumberOfPages": number, "totalNumberOfRecords": number}},
        "A.Other": {"properties": {"data": {}}},
    }));
    let expected = json!({"allOf": [reference("Envelope"), {"type": "object", "properties": {"data": reference("A.Page")}}]});
    check(
        &envelopes::PASS,
        &Decisions::default(),
        document.clone(),
        2,
        "/components/schemas/A.ServiceResult",
        expected,
    );
    check(
        &envelopes::PASS,
        &Decisions::default(),
        document,
        2,
        "/components/schemas/A.Other/properties",
        json!({"data": {}}),
    );
}

#[test]
fn filter_value_may_be_a_boolean() {
    let item = json!({"fieldName": {}, "operator": {}, "value": {"type": "string"}});
    let document = schemas(json!({"A.FilterItem": {"properties": item}}));
    let place = "/components/schemas/A.FilterItem/properties/value";
    check(
        &filter_values::PASS,
        &Decisions::default(),
        document,
        1,
        place,
        json!({"nullable": true}),
    );
}

#[test]
fn inline_schema_gets_its_own_name() {
    let mut document = operation(
        "get",
        json!({"responses": {"200": {"content": {"application/json": {"schema": {"properties": {"a": {"properties": {"b": {}}}}}}}}}}),
    );
    document["components"] = json!({"schemas": {}});
    let place = "/components/schemas/GetXAnswer/properties/a";
    check(
        &hoist::PASS,
        &Decisions::default(),
        document,
        2,
        place,
        reference("GetXAnswerA"),
    );
}

#[test]
fn schemas_are_renamed_with_their_references() {
    let mut document = schemas(json!({"KeepnetLabs.Core.IdResult": {"type": "object"}}));
    document["paths"] =
        json!({"/api/x": {"get": {"schema": reference("KeepnetLabs.Core.IdResult")}}});
    let place = "/paths/~1api~1x/get/schema";
    check(
        &schema_names::PASS,
        &Decisions::default(),
        document,
        1,
        place,
        reference("IdResult"),
    );
}

#[test]
fn response_may_omit_and_add_fields() {
    let mut decisions = Decisions::default();
    decisions
        .corrections
        .known_values
        .insert("Kind".to_owned(), vec!["A".to_owned()]);
    let mut document = schemas(json!({
        "Answer": {"type": "object", "required": ["a"], "additionalProperties": false},
        "Question": {"type": "object", "required": ["a"]},
        "Kind": {"type": "string"},
    }));
    document["paths"] = json!({"/api/x": {"get": {"responses": {"200": reference("Answer")}, "requestBody": reference("Question")}}});
    let place = "/components/schemas";
    let expected = json!({
        "Answer": {"type": "object"},
        "Question": {"type": "object", "required": ["a"]},
        "Kind": {"type": "string", "x-known-values": ["A"]},
    });
    check(
        &open_for_reading::PASS,
        &decisions,
        document.clone(),
        3,
        place,
        expected,
    );
    decisions
        .corrections
        .known_values
        .insert("Gone".to_owned(), vec![]);
    refuses(
        &open_for_reading::PASS,
        &decisions,
        document,
        "Gone: corrections.toml lists known values of this schema, but the contract does not have it; proposal: in corrections.toml, delete Gone",
    );
}

#[test]
fn body_is_required() {
    let place = "/paths/~1api~1x/post/requestBody/required";
    check(
        &bodies_required::PASS,
        &Decisions::default(),
        post(json!({})),
        1,
        place,
        json!(true),
    );
}

#[test]
fn unreachable_schemas_are_dropped() {
    let mut document = schemas(
        json!({"Used": {"items": reference("Inner")}, "Inner": {}, "Unused": reference("Inner")}),
    );
    document["paths"] = json!({"/api/x": {"get": {"responses": reference("Used")}}});
    let expected = json!({"Used": {"items": reference("Inner")}, "Inner": {}});
    check(
        &unused_schemas::PASS,
        &Decisions::default(),
        document.clone(),
        1,
        "/components/schemas",
        expected,
    );
    document["paths"]["/api/x"]["get"]["responses"] = reference("Missing");
    refuses(
        &unused_schemas::PASS,
        &Decisions::default(),
        document,
        "Missing: the document refers to this schema, but does not have it",
    );
}

#[test]
fn operation_gets_an_id_and_keeps_it() {
    let mut decisions = Decisions::default();
    let place = "/paths/~1api~1x/get/operationId";
    let document = operation("get", json!({"responses": {"200": {}}}));
    check(
        &operation_ids::PASS,
        &decisions,
        document.clone(),
        1,
        place,
        json!("get_x"),
    );
    decisions.names = NamesLock::parse("GET /api/x = fetch_x\n").unwrap();
    check(
        &operation_ids::PASS,
        &decisions,
        document,
        1,
        place,
        json!("fetch_x"),
    );
}

#[test]
fn tag_without_an_area_needs_a_decision() {
    let document = operation(
        "get",
        json!({"operationId": "get_x", "tags": ["New"], "responses": {"200": {}}}),
    );
    let areas: Areas =
        serde_json::from_value(json!({"default": [], "areas": {"new": ["New"]}})).unwrap();
    let decisions = Decisions {
        areas,
        ..Decisions::default()
    };
    check(
        &areas::PASS,
        &decisions,
        document.clone(),
        1,
        "/paths/~1api~1x/get/x-area",
        json!("new"),
    );
    check(
        &areas::PASS,
        &decisions,
        document.clone(),
        1,
        "/paths/~1api~1x/get/x-safety",
        json!("read"),
    );
    refuses(
        &areas::PASS,
        &Decisions::default(),
        document,
        "GET /api/x: no area has its tag \"New\"; add the tag to an area in areas.toml",
    );
}

#[test]
fn idle_pass_is_named() {
    let document = json!({"openapi": "3.0.4", "paths": {}, "components": {"schemas": {}}});
    let normalized = normalize(document, &Decisions::default()).unwrap();
    assert_eq!(normalized.idle_passes().next(), Some("restore_bodies"));
    assert_eq!(normalized.pass_hits.len(), PASSES.len());
}
