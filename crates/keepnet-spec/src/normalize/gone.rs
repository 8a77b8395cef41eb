//! The decisions about operations that the document no longer has: each needs a new one.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

use super::decisions::Decisions;
use super::missing::{CORRECTIONS, Edit, MissingDecision, NAMES};
use crate::openapi;

/// The decisions without those about operations that are gone, and what has to be decided about each.
///
/// An operation that seems to have moved keeps its name and its corrections, so that the rest of the
/// report is about the rest of the document.
pub(super) fn without_gone_operations(
    document: &Value,
    decisions: &Decisions,
) -> (Decisions, Vec<MissingDecision>) {
    let published: BTreeSet<String> = openapi::operations(document)
        .map(|(method, path, _)| openapi::place(method, path))
        .collect();
    let mut decisions = decisions.clone();
    let mut missing = Vec::new();
    let pinned = decisions.names.operations(published.iter());
    let mut new: BTreeSet<&String> = published
        .iter()
        .filter(|it| !pinned.contains_key(*it))
        .collect();
    let mut moved: BTreeMap<String, String> = BTreeMap::new();
    for (place, name) in pinned
        .iter()
        .filter(|(place, _)| !published.contains(*place))
    {
        let line = format!("{place} = {name}");
        let pin = format!("it is no longer published, but names.lock pins its name {name}");
        decisions.names.remove_operation(place);
        let target = most_similar(place, &new).cloned();
        let (problem, edit) = match target {
            Some(target) => {
                new.remove(&target);
                decisions.names.pin_operation(&target, name);
                let edit = Edit::Replace {
                    old: line,
                    new: format!("{target} = {name}"),
                };
                let problem = format!("{pin}; it seems to have moved to {target}");
                moved.insert(place.clone(), target);
                (problem, edit)
            }
            None => (
                format!("{pin}; without the line the method is removed, which breaks callers"),
                Edit::Delete(line),
            ),
        };
        missing.push(MissingDecision::new(place, problem, Some((NAMES, edit))));
    }
    for place in decisions.corrections.places() {
        if published.contains(&place) {
            continue;
        }
        let route = openapi::route(&place);
        let renamed = published.iter().find(|it| openapi::route(it) == route);
        let target = renamed.or_else(|| moved.get(&place)).cloned();
        let edit = match &target {
            Some(target) => Edit::Replace {
                old: place.clone(),
                new: target.clone(),
            },
            None => Edit::Delete(place.clone()),
        };
        decisions.corrections.move_place(&place, target.as_deref());
        let problem = "corrections.toml has an entry for it, but the document does not";
        missing.push(MissingDecision::new(
            place,
            problem,
            Some((CORRECTIONS, edit)),
        ));
    }
    (decisions, missing)
}

/// The new operation of the same method whose path shares most words, if it shares half of them.
fn most_similar<'a>(place: &str, new: &BTreeSet<&'a String>) -> Option<&'a String> {
    let candidates = new.iter().map(|other| (similarity(place, other), *other));
    let best = candidates.max_by_key(|(similarity, _)| *similarity)?;
    (best.0 >= 50).then_some(best.1)
}

/// The share of the words of two places that both have, in percent; 0 if the methods differ.
fn similarity(one: &str, other: &str) -> usize {
    let parts = |place: &str| -> (String, BTreeSet<String>) {
        let (method, path) = place.split_once(' ').unwrap_or_default();
        let words = path
            .split(['/', '-'])
            .filter(|word| !["", "api"].contains(word));
        let words = words.map(|word| match word.starts_with('{') {
            true => "{}".to_owned(),
            false => word.trim_end_matches('s').to_lowercase(),
        });
        (method.to_owned(), words.collect())
    };
    let (one, other) = (parts(one), parts(other));
    let all = one.1.union(&other.1).count();
    match one.0 == other.0 && all > 0 {
        true => one.1.intersection(&other.1).count() * 100 / all,
        false => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moved_operation_is_recognised_by_its_words() {
        for (one, other, percent) in [
            ("GET /api/books/{id}", "GET /api/v2/books/{bookId}", 66),
            ("GET /api/books/{id}", "PUT /api/v2/books/{bookId}", 0),
            ("GET /api/book-list", "GET /api/books/list", 100),
            ("GET /api/books", "GET /api/members", 0),
        ] {
            assert_eq!(similarity(one, other), percent, "{one}, {other}");
        }
    }
}
