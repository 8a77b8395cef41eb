//! An invented document, changed in a hundred ways: each change is reported as the table of
//! [`keepnet_spec::diff`] says, and nothing else is reported.
//!
//! The cases are in `mutations.txt`: the changes, then the expected lines of the report.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

mod mutation;
mod survival;

use keepnet_spec::{
    Contract, ContractDiff, Decisions, EditorialChanges, NamesLock, SpecError, normalize,
    to_canonical_json,
};

use mutation::{Case, State};

const PUBLISHED: &str = include_str!("published.json");
const DECISIONS: &str = include_str!("decisions.json");
const CASES: &str = include_str!("mutations.txt");

fn state() -> State {
    State {
        document: serde_json::from_str(PUBLISHED).unwrap(),
        decisions: serde_json::from_str(DECISIONS).unwrap(),
        names: String::new(),
    }
}

fn decisions(state: &State) -> Result<Decisions, SpecError> {
    let part = |key: &str| state.decisions[key].clone();
    Ok(Decisions {
        names: NamesLock::parse(&state.names)?,
        areas: serde_json::from_value(part("areas")).unwrap(),
        retry_classes: serde_json::from_value(part("retry_classes")).unwrap(),
        corrections: serde_json::from_value(part("corrections")).unwrap(),
        ..Decisions::default()
    })
}

fn derive(state: &State) -> Result<(Contract, String), SpecError> {
    let normalized = normalize(state.document.clone(), &decisions(state)?)?.require_decided()?;
    let names = normalized.names.to_text();
    Ok((Contract::new(normalized.contract), names))
}

fn refused(error: &SpecError) -> Vec<String> {
    let text = error.to_string();
    let mut lines: Vec<String> = text.lines().map(|line| format!("refused {line}")).collect();
    lines.sort();
    lines
}

/// The semver step and the lines of the report about a case.
fn report(before: &Contract, original: &State, changed: &State) -> (&'static str, Vec<String>) {
    let after = match derive(changed) {
        Ok((after, _)) => after,
        Err(error) => return ("refused", refused(&error)),
    };
    let diff = match ContractDiff::between(before, &after) {
        Ok(diff) => diff,
        Err(error) => return ("refused", refused(&error)),
    };
    let text = diff.to_text();
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut lines: Vec<String> = text
        .lines()
        .filter(|line| line.starts_with("wire "))
        .map(words)
        .collect();
    let (old, new) = (
        to_canonical_json(&original.document),
        to_canonical_json(&changed.document),
    );
    let editorial = EditorialChanges::between(&old, &new).unwrap();
    if !editorial.is_empty() {
        lines.push(format!("editorial {editorial}"));
    }
    lines.sort();
    (diff.semver(), lines)
}

#[test]
fn changes_are_reported_as_the_table_says() {
    let mut original = state();
    let (before, names) = derive(&original).unwrap();
    original.names = names;
    let cases = Case::read(CASES);
    let mut wrong = String::new();
    for case in &cases {
        let mut changed = original.clone();
        case.apply(&mut changed);
        let (step, lines) = report(&before, &original, &changed);
        if step != case.step || lines != case.lines {
            wrong += &format!("== {} [{step}]\n{}\n", case.name, lines.join("\n"));
        }
    }
    assert!(wrong.is_empty(), "the report says otherwise:\n{wrong}");
    let reported = cases.iter().filter(|case| case.step != "refused").count();
    assert!(reported >= 100, "{reported} cases");
}

#[test]
fn names_survive_changes_of_the_document() {
    survival::check(PUBLISHED, &decisions(&state()).unwrap());
}

/// Run with `--features serde_json/preserve_order` as well: a feature of a build changes no byte.
#[test]
fn contract_does_not_depend_on_build_features() {
    let (contract, names) = derive(&state()).unwrap();
    assert_eq!(
        to_canonical_json(contract.document()),
        include_str!("contract.json")
    );
    assert_eq!(names, include_str!("names.lock"));
}
