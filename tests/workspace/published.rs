//! From the published document to the contract; skipped with a message where the document is missing.

use keepnet_spec::{
    Contract, ContractDiff, Decisions, MissingDecision, NamesLock, Normalized, normalize,
    read_leniently, to_canonical_json,
};
use serde_json::{Value, json};
use std::{io::Write, path::PathBuf};

use crate::{decisions, read, root};

pub(crate) const DOCUMENT: &str = "keepnet-api-spec.json";

/// The folder of the published documents: from `KEEPNET_PUBLISHED_SPECS`, or beside the workspace.
pub(crate) fn published_folder(test: &str) -> Option<PathBuf> {
    let named = std::env::var_os("KEEPNET_PUBLISHED_SPECS").map(PathBuf::from);
    let folder = named.clone().unwrap_or_else(|| root("../shared/spec"));
    if folder.join(DOCUMENT).is_file() {
        return Some(folder);
    }
    assert!(named.is_none(), "{} has no {DOCUMENT}", folder.display());
    say_skipped(test, "no published document");
    None
}

/// Writes around the capture of the test runner: a skipped test without a message looks green.
pub(crate) fn say_skipped(test: &str, missing: &str) {
    let _ = writeln!(
        std::io::stderr(),
        "skipped: {test}: {missing}; name its folder in KEEPNET_PUBLISHED_SPECS"
    );
}

fn published_text(test: &str) -> Option<String> {
    let path = published_folder(test)?.join(DOCUMENT);
    Some(std::fs::read_to_string(&path).unwrap())
}

fn published(test: &str) -> Option<Value> {
    Some(read_leniently(&published_text(test)?).unwrap().0)
}

#[test]
fn committed_contract_is_that_of_the_document() {
    let Some(document) = published("contract") else {
        return;
    };
    let normalized = normalize(document, &decisions()).unwrap();
    assert_eq!(
        normalized.idle_passes().collect::<Vec<_>>(),
        Vec::<&str>::new()
    );
    assert!(
        to_canonical_json(&normalized.contract) == read("keepnet-api-spec.json"),
        "run `cargo xtask regen --from FILE`"
    );
    assert!(normalized.names.to_text() == read("crates/keepnet-spec/data/names.lock"));
}

#[test]
fn missing_decision_is_refused_with_one_line() {
    let Some(document) = published("refusals") else {
        return;
    };
    let search = "/paths/~1api~1target-users~1search/post";
    type Change = fn(&mut Value, &str);
    let cases: [(&str, Change, &str); 5] = [
        (
            "an operation removed",
            |document, _| {
                let paths = document["paths"].as_object_mut().unwrap();
                paths.remove("/api/target-users/search");
            },
            "POST /api/target-users/search: it is no longer published, but names.lock pins its name search_target_users; \
             without the line the method is removed, which breaks callers; \
             proposal: in names.lock, delete POST /api/target-users/search = search_target_users",
        ),
        (
            "a tag without an area",
            |document, at| document.pointer_mut(at).unwrap()["tags"] = json!(["Novelty"]),
            "POST /api/target-users/search: no area has its tag \"Novelty\"; add the tag to an area in areas.toml; \
             proposal: in areas.toml, add \"Novelty\" to target-users",
        ),
        (
            "a body of an unknown media type",
            |document, at| {
                let content = &mut document.pointer_mut(at).unwrap()["requestBody"]["content"];
                content["application/x-protobuf"] = json!({"schema": {}});
            },
            "POST /api/target-users/search: its body has the unknown media type application/x-protobuf; \
             add a rule to the media_types pass",
        ),
        (
            "an inline body",
            |document, at| {
                let content = &mut document.pointer_mut(at).unwrap()["requestBody"]["content"];
                *content = json!({"application/json": {"schema": {"type": "object", "properties": {"pageNumber": {}}}}});
            },
            "POST /api/target-users/search: its JSON body is written out in place; \
             name the component that it was cut from under restored_bodies in corrections.toml; \
             proposal: in corrections.toml, under [restored_bodies], add \"POST /api/target-users/search\" = \
             \"KeepnetLabs.DistributedService.Rest.Models.TargetUser.TargetUserSearchRequest\"",
        ),
        (
            "a schema that is gone",
            |document, at| {
                let schema = json!({"$ref": "#/components/schemas/Nowhere"});
                let content = &mut document.pointer_mut(at).unwrap()["requestBody"]["content"];
                *content = json!({"application/json": {"schema": schema}});
            },
            "Nowhere: the document refers to this schema, but does not have it",
        ),
    ];
    for (case, change, message) in cases {
        let mut changed = document.clone();
        change(&mut changed, search);
        let normalized = normalize(changed, &decisions());
        let error = normalized
            .and_then(Normalized::require_decided)
            .unwrap_err();
        assert_eq!(error.to_string(), message, "{case}");
    }
}

#[test]
fn body_of_the_contract_needs_no_correction() {
    let Some(document) = published("cut bodies") else {
        return;
    };
    let listed = decisions().corrections.restored_bodies;
    let committed = Contract::parse(&read("keepnet-api-spec.json")).unwrap();
    let mut decisions = decisions();
    decisions.corrections.restored_bodies.clear();
    decisions.bodies = committed.bodies();
    let normalized = normalize(document.clone(), &decisions).unwrap();
    assert!(normalized.contract == *committed.document());
    // Two were given a field, or another type of a field, that the component does not have.
    let undecided: Vec<&str> = normalized
        .missing
        .iter()
        .map(|it| it.place.as_str())
        .collect();
    assert_eq!(
        undecided,
        [
            "POST /api/companies/search/export",
            "POST /api/training-reports/{enrollmentId}/users/search",
        ]
    );
    // Without the contract, each of them is a decision; all are listed at once, most with the right component.
    decisions.bodies.clear();
    let without = normalize(document, &decisions).unwrap();
    assert_eq!(without.missing.len(), listed.len());
    let right = |missing: &[MissingDecision]| {
        let lines = missing.iter().map(|it| it.to_string());
        lines
            .filter(|line| listed.values().any(|it| line.ends_with(&format!("{it:?}"))))
            .count()
    };
    assert_eq!(
        (right(&normalized.missing), right(&without.missing)),
        (2, 11)
    );
}

#[test]
fn new_key_of_all_envelopes_or_pages_is_one_change() {
    let Some(document) = published("new keys") else {
        return;
    };
    let committed = Contract::parse(&read("keepnet-api-spec.json")).unwrap();
    let mut changed = document.clone();
    for (known, key) in [
        (["data", "validationMessages"], "traceId"),
        (["results", "totalNumberOfPages"], "cursor"),
    ] {
        let schemas = &mut changed["components"]["schemas"];
        for schema in schemas.as_object_mut().unwrap().values_mut() {
            if known
                .iter()
                .all(|key| schema["properties"].get(*key).is_some())
            {
                schema["properties"][key] = json!({"type": "string", "nullable": true});
            }
        }
    }
    let normalized = normalize(changed, &decisions()).unwrap();
    assert!(normalized.names.to_text() == read("crates/keepnet-spec/data/names.lock"));
    let after = Contract::new(normalized.contract);
    let text = ContractDiff::between(&committed, &after).unwrap().to_text();
    let lines: Vec<_> = text
        .lines()
        .filter(|line| line.starts_with("wire "))
        .collect();
    assert_eq!(
        lines,
        [
            "wire additive rust -        Envelope.traceId: added",
            "wire additive rust -        Page.cursor: added",
        ]
    );
}

#[test]
fn shared_operation_name_is_refused() {
    let Some(mut document) = published("name clash") else {
        return;
    };
    let operation = document["paths"]["/api/jobs"]["get"].clone();
    document["paths"]["/api/job"]["get"] = operation;
    let names = read("crates/keepnet-spec/data/names.lock") + "GET /api/job = list_jobs\n";
    let decisions = Decisions {
        names: NamesLock::parse(&names).unwrap(),
        ..decisions()
    };
    let error = normalize(document, &decisions).unwrap_err().to_string();
    assert_eq!(
        error,
        "GET /api/jobs: its name list_jobs is also the name of GET /api/job; pin a different name in names.lock"
    );
}

#[test]
fn names_survive_changes_of_the_document() {
    if let Some(text) = published_text("names survive") {
        crate::survival::check(&text, &decisions());
    }
}

#[test]
fn change_of_the_document_is_reported_alone() {
    let Some(document) = published("mutations") else {
        return;
    };
    let contract = |document: &Value| {
        let normalized = normalize(document.clone(), &decisions()).unwrap();
        Contract::new(normalized.contract)
    };
    let before = contract(&document);
    let request = "KeepnetLabs.DistributedService.Rest.Models.TargetUser.CreateTargetUserRequest";
    let schema = |field: &str| format!("/components/schemas/{request}/{field}");
    let count = "/paths/~1api~1target-users~1count-summary/get";
    let mut changed = document.clone();
    for (pointer, value) in [
        (schema("properties/firstName/maxLength"), json!(64)),
        (schema("properties/lastName/type"), json!("boolean")),
        (schema("properties/nickname"), json!({"type": "string"})),
        (
            format!("{count}/parameters"),
            json!([{"name": "since", "in": "query", "schema": {"type": "string"}}]),
        ),
        (format!("{count}/tags"), json!(["Company"])),
        (format!("{count}/summary"), json!("Other words.")),
    ] {
        let (parent, key) = pointer.rsplit_once('/').unwrap();
        changed.pointer_mut(parent).unwrap()[key] = value;
    }
    let diff = ContractDiff::between(&before, &contract(&changed)).unwrap();
    let report = diff.to_text();
    let lines: Vec<&str> = report
        .lines()
        .filter(|line| line.starts_with("wire"))
        .collect();
    assert_eq!(
        lines,
        [
            "wire BREAKING rust -        CreateTargetUserRequest.firstName: limit changed (maxLength: 256 → 64)",
            "wire BREAKING rust -        CreateTargetUserRequest.lastName: retyped (String → bool)",
            "wire -        rust BREAKING CreateTargetUserRequest.last_name: retyped (Option<String> → Option<bool>)",
            "wire -        rust BREAKING fn get_target_user_count_summary.feature: moved (target-users → companies)",
            "wire additive rust -        GET /api/target-users/count-summary: added (parameter since (query))",
            "wire additive rust -        CreateTargetUserRequest.nickname: added",
            "wire -        rust additive CreateTargetUserRequest.nickname: added (Option<String>)",
            "wire -        rust additive fn get_target_user_count_summary.since(): added (&str)",
            "wire -        rust -        GET /api/target-users/count-summary: moved (tag: TargetUser → Company)",
        ]
    );
}

#[test]
fn broken_live_export_is_repaired() {
    let Some(text) = published_text("broken export") else {
        return;
    };
    let (document, none) = read_leniently(&text).unwrap();
    assert_eq!(none, []);
    // An example value is cut out, as the live export does it.
    let operation = "{\"example\": {\"enrollmentPayload\":}, ";
    let place = text.find("\"requestBody\": {\n").unwrap();
    let place = place + text[place..].find('{').unwrap();
    let broken = format!("{}{operation}{}", &text[..place], &text[place + 1..]);
    assert!(serde_json::from_str::<Value>(&broken).is_err());
    let (repaired, repairs) = read_leniently(&broken).unwrap();
    let line = text[..place].lines().count();
    let named: Vec<_> = repairs
        .iter()
        .map(|repair| (repair.line, repair.key.as_str()))
        .collect();
    assert_eq!(named, [(line, "enrollmentPayload")]);
    let contract =
        |document| to_canonical_json(&normalize(document, &decisions()).unwrap().contract);
    assert!(contract(repaired) == contract(document));
}
