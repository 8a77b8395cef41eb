//! The committed contract, which people review when the published document changes.

use keepnet_spec::{Contract, Provenance, operation_list, shape_pages, to_canonical_json};
use serde_json::{Value, json};

use crate::{check_snapshot, decisions, read};

fn contract() -> Contract {
    Contract::parse(&read("keepnet-api-spec.json")).unwrap()
}

#[test]
fn operations_are_reviewed() {
    check_snapshot("operations", &operation_list(&contract()));
}

#[test]
fn shapes_that_the_flows_use_are_reviewed() {
    let pages = shape_pages(&contract(), decisions().areas.flows()).unwrap();
    assert!(!pages.is_empty());
    for (area, page) in pages {
        check_snapshot(&format!("shapes-{area}"), &page);
    }
}

#[test]
fn contract_is_written_as_regen_writes_it() {
    let text = read("keepnet-api-spec.json");
    assert_eq!(to_canonical_json(contract().document()), text);
}

#[test]
fn provenance_agrees_with_contract_and_bindings() {
    let text = read("keepnet-api-spec.provenance.json");
    let provenance = Provenance::parse(&text).unwrap();
    assert_eq!(provenance.to_text(), text);
    let built_in = keepnet_client::CONTRACT;
    assert_eq!(built_in.sha256, provenance.sha256);
    assert_eq!(
        (built_in.date, built_in.source),
        (provenance.date.as_str(), provenance.source.as_str())
    );
    assert_eq!(
        (built_in.size, built_in.operations),
        (provenance.size, provenance.operations)
    );
    assert_eq!(built_in.operations, contract().operations().len());
    // The name of a file or an address, never a place on somebody's machine.
    let is_url = provenance.source.starts_with("https://");
    assert!(
        is_url || !provenance.source.contains(['/', '\\', '?', '@']),
        "{}",
        provenance.source
    );
}

#[test]
fn operations_have_a_name_an_area_and_a_class() {
    let operations = contract().operations();
    assert_eq!(operations.len(), 949);
    for operation in operations {
        assert!(
            syn::parse_str::<syn::Ident>(&operation.id).is_ok(),
            "{operation:?}"
        );
        assert!(
            !operation.area.is_empty() && !operation.result.is_empty(),
            "{operation:?}"
        );
    }
}

#[test]
fn contract_holds_no_sentence() {
    let mut sentences = Vec::new();
    collect_text(contract().document(), "", &mut sentences);
    assert!(sentences.is_empty(), "{sentences:?}");
}

#[test]
fn sentence_in_a_contract_is_found() {
    let contract = json!({"a": {"summary": "This is a whole sentence."}, "b": "not one"});
    let mut sentences = Vec::new();
    collect_text(&contract, "", &mut sentences);
    assert_eq!(sentences, ["summary: This is a whole sentence."]);
}

/// Any text of more than four words is prose; facts are names, paths, patterns and formats.
fn collect_text(value: &Value, key: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => map
            .iter()
            .for_each(|(key, value)| collect_text(value, key, found)),
        Value::Array(items) => items
            .iter()
            .for_each(|value| collect_text(value, key, found)),
        Value::String(text) => {
            let is_prose =
                text.split_whitespace().count() > 4 || (key == "description" && !text.is_empty());
            found.extend(is_prose.then(|| format!("{key}: {text}")));
        }
        _ => {}
    }
}

#[test]
fn features_of_the_client_are_the_areas() {
    let manifest: toml::Table = toml::from_str(&read("crates/keepnet-client/Cargo.toml")).unwrap();
    let features = manifest["features"].as_table().unwrap();
    let listed = |feature: &str| -> Vec<String> {
        let mut names: Vec<_> = features[feature]
            .as_array()
            .unwrap()
            .iter()
            .map(|name| name.as_str().unwrap().to_owned())
            .collect();
        names.sort();
        names
    };
    let areas = decisions().areas;
    assert_eq!(listed("full"), areas.names());
    assert_eq!(listed("default"), areas.defaults());
    for area in areas.names() {
        assert_eq!(listed(area), Vec::<String>::new(), "{area}");
    }
}
