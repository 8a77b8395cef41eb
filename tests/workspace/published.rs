//! From the published document to the contract; skipped, and said so, where the document is not at hand.

use keepnet_spec::{Decisions, normalise, read_leniently, to_canonical_json};
use serde_json::{Value, json};
use std::{io::Write, path::PathBuf};

use crate::{decisions, read, root};

/// The published document, from the folder that `KEEPNET_PUBLISHED_SPECS` names or from beside the workspace.
fn published(test: &str) -> Option<Value> {
    let named = std::env::var_os("KEEPNET_PUBLISHED_SPECS").map(PathBuf::from);
    let folder = named.clone().unwrap_or_else(|| root("../shared/spec"));
    let path = folder.join("keepnet-api-spec.json");
    match std::fs::read_to_string(&path) {
        Ok(text) => Some(read_leniently(&text).unwrap().0),
        Err(error) if named.is_some() => panic!("{}: {error}", path.display()),
        Err(_) => {
            // Past the capture of the test runner: a skipped test that says nothing looks green.
            let _ = writeln!(
                std::io::stderr(),
                "skipped: {test}: no published document; name its folder in KEEPNET_PUBLISHED_SPECS"
            );
            None
        }
    }
}

#[test]
fn the_committed_contract_and_names_are_those_of_the_published_document() {
    let Some(document) = published("contract") else {
        return;
    };
    let normalised = normalise(document, &decisions()).unwrap();
    assert_eq!(
        normalised.idle_passes().collect::<Vec<_>>(),
        Vec::<&str>::new()
    );
    assert!(
        to_canonical_json(&normalised.contract) == read("keepnet-api-spec.json"),
        "run `cargo xtask regen --from FILE`"
    );
    assert!(normalised.names.to_text() == read("crates/keepnet-spec/data/names.lock"));
}

#[test]
fn a_document_that_needs_a_decision_is_refused_with_one_line() {
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
            "POST /api/target-users/search: no longer published, but names.lock pins it as search_target_users; \
             delete that line to let the method go (breaking)",
        ),
        (
            "a tag no area claims",
            |document, at| document.pointer_mut(at).unwrap()["tags"] = json!(["Novelty"]),
            "POST /api/target-users/search: no area claims its tag \"Novelty\"; add the tag to an area in slices.toml",
        ),
        (
            "a body of an unknown media type",
            |document, at| {
                let content = &mut document.pointer_mut(at).unwrap()["requestBody"]["content"];
                content["application/x-protobuf"] = json!({"schema": {}});
            },
            "POST /api/target-users/search: a body of type application/x-protobuf is unknown; \
             teach the media_types pass what to do with it",
        ),
        (
            "a body written out in place",
            |document, at| {
                let content = &mut document.pointer_mut(at).unwrap()["requestBody"]["content"];
                *content = json!({"application/json": {"schema": {"type": "object", "properties": {"pageNumber": {}}}}});
            },
            "POST /api/target-users/search: its JSON body is written out in place; \
             name the component it was cut from in corrections.toml",
        ),
        (
            "a schema that is gone",
            |document, at| {
                let schema = json!({"$ref": "#/components/schemas/Nowhere"});
                let content = &mut document.pointer_mut(at).unwrap()["requestBody"]["content"];
                *content = json!({"application/json": {"schema": schema}});
            },
            "Nowhere: an operation points to this schema, but it is not in the document",
        ),
    ];
    for (case, change, message) in cases {
        let mut changed = document.clone();
        change(&mut changed, search);
        let error = normalise(changed, &decisions()).unwrap_err();
        assert_eq!(error.to_string(), message, "{case}");
    }
}

#[test]
fn a_name_that_two_operations_would_share_is_refused() {
    let Some(mut document) = published("name clash") else {
        return;
    };
    let operation = document["paths"]["/api/jobs"]["get"].clone();
    document["paths"]["/api/job"]["get"] = operation;
    let names = read("crates/keepnet-spec/data/names.lock") + "GET /api/job = list_jobs\n";
    let decisions = Decisions {
        names: keepnet_spec::NamesLock::parse(&names).unwrap(),
        ..decisions()
    };
    let error = normalise(document, &decisions).unwrap_err().to_string();
    assert_eq!(
        error,
        "GET /api/jobs: its name list_jobs is that of GET /api/job as well; pin a different one in names.lock"
    );
}
