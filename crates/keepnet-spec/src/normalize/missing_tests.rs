//! The decisions that small documents need: all at once, each with its proposal.

use super::tests::{check, reference, refuses};
use super::*;
use serde_json::json;

#[test]
fn body_is_restored_from_the_contract_before() {
    let decisions = Decisions {
        names: NamesLock::parse("schema A.Whole = Whole\n").unwrap(),
        bodies: [("POST /api/x".to_owned(), "Whole".to_owned())].into(),
        ..Decisions::default()
    };
    let document = |cut: Value| {
        let mut document = json!({"openapi": "3.0.4", "paths": {"/api/x": {"post": {
            "requestBody": {"content": {"application/json": {"schema": {"properties": cut}}}},
            "responses": {"200": {"content": {"application/json": {"schema": {"type": "string"}}}}},
        }}}});
        let text = json!({"type": "string"});
        document["components"] =
            json!({"schemas": {"A.Whole": {"properties": {"a": text, "b": text}}}});
        document
    };
    let place = "/paths/~1api~1x/post/requestBody/content/application~1json/schema";
    let pass = &restore_bodies::PASS;
    let cut = document(json!({"a": {"type": "string"}}));
    check(
        pass,
        &decisions,
        cut.clone(),
        1,
        place,
        reference("A.Whole"),
    );
    let undecided = "POST /api/x: its JSON body is written out in place; name the component that it was cut from under restored_bodies in corrections.toml";
    let proposal = "; proposal: in corrections.toml, under [restored_bodies], add \"POST /api/x\" = \"A.Whole\"";
    refuses(
        pass,
        &Decisions::default(),
        cut,
        &format!("{undecided}{proposal}"),
    );
    let another = document(json!({"a": {"type": "integer"}}));
    // The component is still there, but it does not cover the body.
    refuses(pass, &decisions, another, &format!("{undecided}{proposal}"));
}

#[test]
fn all_missing_decisions_are_listed_at_once() {
    let text = json!({"responses": {"200": {"content": {"application/json": {"schema": {"type": "string"}}}}}});
    let document = json!({"openapi": "3.0.4", "paths": {"/api/v2/books": {"get": text}, "/api/rooms": {"get": text}}, "components": {"schemas": {}}});
    let mut decisions = Decisions {
        names: NamesLock::parse("GET /api/books = list_books\nGET /api/gone = list_gone\n")
            .unwrap(),
        ..Decisions::default()
    };
    let downloads = &mut decisions.corrections.downloads;
    downloads.extend(["GET /api/books", "GET /api/gone"].map(str::to_owned));
    decisions
        .corrections
        .known_values
        .insert("Kind".to_owned(), Vec::new());
    let normalized = normalize(document, &decisions).unwrap();
    let lines: Vec<String> = normalized.missing.iter().map(|it| it.to_string()).collect();
    assert_eq!(
        lines,
        [
            "GET /api/books: it is no longer published, but names.lock pins its name list_books; it seems to have moved to GET /api/v2/books; proposal: in names.lock, replace GET /api/books = list_books by GET /api/v2/books = list_books",
            "GET /api/gone: it is no longer published, but names.lock pins its name list_gone; without the line the method is removed, which breaks callers; proposal: in names.lock, delete GET /api/gone = list_gone",
            "GET /api/books: corrections.toml has an entry for it, but the document does not; proposal: in corrections.toml, replace GET /api/books by GET /api/v2/books",
            "GET /api/gone: corrections.toml has an entry for it, but the document does not; proposal: in corrections.toml, delete GET /api/gone",
            "Kind: corrections.toml lists known values of this schema, but the contract does not have it; proposal: in corrections.toml, delete Kind",
            "GET /api/rooms: no area has its tag \"\"; add the tag to an area in areas.toml",
        ]
    );
    let operation = &normalized.contract["paths"]["/api/v2/books"]["get"];
    assert_eq!(operation["operationId"], "list_books");
}
