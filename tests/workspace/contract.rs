//! The committed contract, which people review when the published document changes.

use keepnet_spec::codegen::Surface;
use keepnet_spec::{
    Contract, Provenance, operation_list, sentences, shape_pages, to_canonical_json,
};

use crate::{SNAPSHOT_FOLDER, check_snapshot, decisions, read, root};

fn contract() -> Contract {
    Contract::parse(&read("keepnet-api-spec.json")).unwrap()
}

#[test]
fn operations_are_reviewed() {
    let contract = contract();
    let surface = Surface::of(&contract).unwrap();
    check_snapshot("operations", &operation_list(&contract, &surface));
}

#[test]
fn types_of_all_areas_are_reviewed() {
    let contract = contract();
    let pages = shape_pages(&contract, &Surface::of(&contract).unwrap());
    let areas = decisions().areas;
    let mut expected: Vec<String> = areas.names().into_iter().map(str::to_owned).collect();
    expected.push("shared".to_owned());
    expected.sort();
    assert_eq!(pages.keys().cloned().collect::<Vec<_>>(), expected);
    for (area, page) in pages {
        check_snapshot(&format!("shapes-{area}"), &page);
    }
}

/// One writer of snapshots: what insta writes is what `cargo xtask regen --check` accepts.
#[test]
fn insta_writes_the_same_snapshot_as_regen() {
    let folder = tempfile::tempdir().unwrap();
    let status = std::process::Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "contract::operations_are_reviewed"])
        .env("INSTA_UPDATE", "always")
        .env("INSTA_WORKSPACE_ROOT", root("."))
        .env(SNAPSHOT_FOLDER, folder.path())
        .output()
        .unwrap();
    assert!(status.status.success(), "{status:?}");
    let written = std::fs::read_to_string(folder.path().join("operations.snap")).unwrap();
    assert_eq!(written, read("tests/snapshots/operations.snap"));
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
    assert!(!operations.is_empty());
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
    assert_eq!(sentences(contract().document()), []);
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
