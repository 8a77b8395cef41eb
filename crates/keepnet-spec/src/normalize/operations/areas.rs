//! Gives each operation its area and its retry class.

use serde_json::Value;
use std::collections::BTreeMap;

use crate::normalize::missing::{AREAS, Edit, MissingDecision};
use crate::normalize::pass::{Pass, Work};
use crate::{Areas, SpecError, openapi};

pub(crate) const PASS: Pass = Pass {
    name: "areas",
    reason: "cargo features select operations by area, and a retry needs to know what may be sent twice",
    run,
};

fn run(work: &mut Work<'_>) -> Result<usize, SpecError> {
    let decisions = work.decisions;
    let proposed = propose(&work.document, &decisions.areas);
    for (tag, Proposed { place, area }) in &proposed {
        let edit = area.clone().map(|list| Edit::AddItem {
            list,
            item: tag.clone(),
        });
        let problem = format!("no area has its tag {tag:?}; add the tag to an area in areas.toml");
        let proposal = edit.map(|edit| (AREAS, edit));
        work.missing
            .push(MissingDecision::new(place, problem, proposal));
    }
    openapi::change_operations(&mut work.document, |method, path, operation| {
        let tag = tag(operation);
        let proposed = proposed.get(tag).and_then(|it| it.area.as_deref());
        let area = decisions
            .areas
            .of_tag(tag)
            .or(proposed)
            .unwrap_or_default()
            .to_owned();
        operation["x-area"] = area.into();
        operation["x-safety"] = decisions.retry_classes.of(method, path).as_str().into();
        Ok(1)
    })
}

fn tag(operation: &Value) -> &str {
    let tag = operation.pointer("/tags/0").and_then(Value::as_str);
    tag.unwrap_or_default()
}

/// What is proposed for a tag without an area.
struct Proposed {
    /// The first operation with the tag.
    place: String,
    area: Option<String>,
}

/// The area of each new tag: that of the operations whose paths begin most like those of the tag, or
/// else of the tags that begin like it.
fn propose(document: &Value, areas: &Areas) -> BTreeMap<String, Proposed> {
    let mut proposed: BTreeMap<String, Proposed> = BTreeMap::new();
    let mut operations: Vec<_> = openapi::operations(document).collect();
    // A proposal must not depend on the order of members in the document.
    operations.sort_by_key(|(method, path, _)| (*path, *method));
    for &(method, path, operation) in &operations {
        let new = tag(operation);
        if areas.of_tag(new).is_some() || proposed.contains_key(new) {
            continue;
        }
        let known = operations
            .iter()
            .filter_map(|(_, other, operation)| {
                let area = areas.of_tag(tag(operation))?;
                Some((
                    common_segments(path, other),
                    common_start(new, tag(operation)),
                    area,
                ))
            })
            .filter(|(segments, start, _)| *segments > 0 || *start > 3);
        let best = known.max_by_key(|(segments, start, _)| (*segments, *start));
        let found = Proposed {
            place: openapi::place(method, path),
            area: best.map(|(_, _, area)| area.to_owned()),
        };
        proposed.insert(new.to_owned(), found);
    }
    proposed
}

/// The number of segments after `/api` with which two paths begin alike.
fn common_segments(one: &str, other: &str) -> usize {
    let segments = |path: &str| -> Vec<String> {
        let path = path.strip_prefix("/api").unwrap_or(path);
        path.split('/').skip(1).map(str::to_owned).collect()
    };
    let (one, other) = (segments(one), segments(other));
    one.iter()
        .zip(&other)
        .take_while(|(one, other)| one == other)
        .count()
}

/// The number of letters with which two tags begin alike.
fn common_start(one: &str, other: &str) -> usize {
    one.chars()
        .zip(other.chars())
        .take_while(|(one, other)| one == other)
        .count()
}
