//! Restores the request bodies that were cut down by hand.

use serde_json::{Map, Value};
use std::cmp::Reverse;
use std::collections::BTreeSet;

use crate::names::TypeName;
use crate::normalize::missing::{CORRECTIONS, Edit, MissingDecision};
use crate::normalize::pass::{Pass, Work};
use crate::word_list::WordList;
use crate::{NamesLock, SpecError, openapi};

pub(crate) const PASS: Pass = Pass {
    name: "restore_bodies",
    reason: "request bodies were cut down by hand; the components they were cut from are still there",
    run,
};

const CONTENT: &str = "/requestBody/content";
/// Words in the name of a request that say nothing about its operation.
const ROLES: WordList = WordList("create dto model request update");

fn run(work: &mut Work<'_>) -> Result<usize, SpecError> {
    let (decisions, missing) = (work.decisions, &mut work.missing);
    let schemas = openapi::schemas(&work.document)
        .cloned()
        .unwrap_or_default();
    openapi::change_operations(&mut work.document, |method, path, operation| {
        let Some(cut) = cut_body(operation) else {
            return Ok(0);
        };
        let place = openapi::place(method, path);
        let listed = decisions.corrections.restored_bodies.get(&place);
        let known = decisions.bodies.get(&place);
        let before = known.and_then(|name| component_of(name, &schemas, &decisions.names));
        let component = match (listed, known) {
            (Some(listed), _) => Some(listed.clone()).filter(|it| schemas.contains_key(it)),
            // What the body was in the contract, it is again: nothing changes for a caller.
            (None, Some(_)) => before
                .clone()
                .filter(|it| covers(&schemas[it], &cut, &schemas)),
            (None, None) => None,
        };
        let component = component.or_else(|| {
            let best = before.or_else(|| best_component(&cut, path, &schemas));
            let problem = match listed {
                Some(listed) => format!(
                    "corrections.toml restores its body from {listed}, but the document does not have this schema"
                ),
                None => "its JSON body is written out in place; name the component that it was cut from under restored_bodies in corrections.toml".to_owned(),
            };
            let edit = best.as_ref().map(|best| match listed {
                Some(listed) => Edit::Replace { old: listed.clone(), new: best.clone() },
                None => Edit::AddLine {
                    table: "restored_bodies",
                    line: format!("{place:?} = {best:?}"),
                },
            });
            let proposal = edit.map(|edit| (CORRECTIONS, edit));
            missing.push(MissingDecision::new(&place, problem, proposal));
            best
        });
        let Some(component) = component else {
            return Ok(0);
        };
        for (_, body) in openapi::members_mut(operation, CONTENT) {
            body["schema"] = openapi::reference_to(&component);
        }
        Ok(1)
    })
}

/// The schema of a JSON body that is written out in place.
fn cut_body(operation: &Value) -> Option<Value> {
    let mut content = openapi::members(operation, CONTENT);
    let (_, body) = content.find(|(media, body)| {
        media.contains("json") && body["schema"].get("properties").is_some()
    })?;
    Some(body["schema"].clone())
}

/// The component that has this name in the contract.
fn component_of(name: &str, schemas: &Map<String, Value>, names: &NamesLock) -> Option<String> {
    let mut components = schemas.keys();
    let has_name = |full: &&String| names.schema(&TypeName::parse(full).key()) == Some(name);
    components.find(has_name).cloned()
}

/// The component that covers the cut body and is called most like the path: with the fewest other
/// words, then the most words of the path, then the fewest other fields.
fn best_component(cut: &Value, path: &str, schemas: &Map<String, Value>) -> Option<String> {
    let path = path.to_lowercase().replace(['-', '/', '_'], "");
    let candidates = schemas
        .iter()
        .filter(|(_, schema)| covers(schema, cut, schemas));
    let ranked = candidates.map(|(full, schema)| {
        let name = crate::names::short_name(full);
        let words = heck::ToSnakeCase::to_snake_case(name.as_str());
        let words: BTreeSet<&str> = words.split('_').collect();
        let shared = words.iter().filter(|word| path.contains(**word)).count();
        let is_other = |word: &&&str| !(path.contains(**word) || ROLES.contains(word));
        let others = words.iter().filter(is_other).count();
        let fields = openapi::members(schema, "/properties").count();
        ((Reverse(others), shared, Reverse(fields)), full)
    });
    let best = ranked.max_by_key(|(rank, full)| (*rank, *full))?;
    Some(best.1.clone())
}

/// Whether a schema has every field of another, with the same type; the service reads the names of
/// fields without regard to case.
fn covers(whole: &Value, cut: &Value, schemas: &Map<String, Value>) -> bool {
    let whole = match openapi::reference(whole) {
        Some(name) => schemas.get(name).unwrap_or(&Value::Null),
        None => whole,
    };
    if openapi::reference(cut).is_some() {
        return openapi::reference(cut).and_then(|name| schemas.get(name)) == Some(whole);
    }
    let same_type = cut["type"].is_null() || whole["type"] == cut["type"];
    let items = cut
        .get("items")
        .is_none_or(|cut| covers(&whole["items"], cut, schemas));
    same_type
        && items
        && openapi::members(cut, "/properties").all(|(field, cut)| {
            let mut fields = openapi::members(whole, "/properties");
            let whole = fields.find(|(name, _)| name.eq_ignore_ascii_case(field));
            whole.is_some_and(|(_, whole)| covers(whole, cut, schemas))
        })
}
