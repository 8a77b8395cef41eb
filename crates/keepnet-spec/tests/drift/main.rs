//! A made-up document, changed in a hundred ways: each change is reported as the table of
//! [`keepnet_spec::drift`] says, and nothing else is.
//!
//! The cases are in `mutations.txt`: what is changed, then what the report has to say.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

mod mutation;
mod survival;

use keepnet_spec::{
    Contract, Decisions, Drift, Editorial, NamesLock, SpecError, normalise, to_canonical_json,
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
        corrections: serde_json::from_value(part("corrections")).unwrap(),
    })
}

fn derive(state: &State) -> Result<(Contract, String), SpecError> {
    let normalised = normalise(state.document.clone(), &decisions(state)?)?;
    let names = normalised.names.to_text();
    Ok((Contract::new(normalised.contract), names))
}

/// What the report says about a case, in the form in which the case says it.
fn told(before: &Contract, original: &State, changed: &State) -> (&'static str, Vec<String>) {
    let after = match derive(changed) {
        Ok((after, _)) => after,
        Err(error) => return ("refused", vec![format!("refused {error}")]),
    };
    let drift = Drift::between(before, &after);
    let text = drift.to_text();
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
    let editorial = Editorial::between(&old, &new).unwrap();
    if !editorial.is_empty() {
        lines.push(format!("editorial {editorial}"));
    }
    lines.sort();
    (drift.semver(), lines)
}

#[test]
fn every_change_is_reported_as_the_table_says_and_no_other() {
    let mut original = state();
    let (before, names) = derive(&original).unwrap();
    original.names = names;
    let cases = Case::read(CASES);
    let mut wrong = String::new();
    for case in &cases {
        let mut changed = original.clone();
        case.apply(&mut changed);
        let (step, lines) = told(&before, &original, &changed);
        if step != case.step || lines != case.lines {
            wrong += &format!("== {} [{step}]\n{}\n", case.name, lines.join("\n"));
        }
    }
    assert!(wrong.is_empty(), "the report says otherwise:\n{wrong}");
    let drifting = cases.iter().filter(|case| case.step != "refused").count();
    assert!(drifting >= 100, "{drifting} cases");
}

#[test]
fn names_survive_rebuilt_assemblies_another_order_new_neighbours_and_schemas_that_go() {
    survival::check(PUBLISHED, &decisions(&state()).unwrap());
}

/// Run with `--features serde_json/preserve_order` as well: what a build has on changes no byte.
#[test]
fn the_contract_is_the_same_whatever_features_a_build_has_on() {
    let (contract, names) = derive(&state()).unwrap();
    assert_eq!(
        to_canonical_json(contract.document()),
        include_str!("contract.json")
    );
    assert_eq!(names, include_str!("names.lock"));
}
