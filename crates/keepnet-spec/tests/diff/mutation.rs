//! A case of `mutations.txt`: the changes, and the expected lines of the report.
//!
//! ```text
//! == a title is a number  [major]
//! set Lib.Books.Models.Book > properties/title {"type": "integer"}
//! wire BREAKING rust BREAKING Book.title: retyped (String → i64)
//! ```
//!
//! The place of a change starts at an operation, a schema, `document` or `decisions`; `*` is every
//! member, `-` the end of a list, `~1` a slash.

use serde_json::Value;

#[derive(Clone)]
pub(crate) struct State {
    pub(crate) document: Value,
    pub(crate) decisions: Value,
    pub(crate) names: String,
}

pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) step: String,
    changes: Vec<String>,
    pub(crate) lines: Vec<String>,
}

impl Case {
    pub(crate) fn read(text: &str) -> Vec<Case> {
        let mut cases: Vec<Case> = Vec::new();
        for line in text.lines().map(str::trim) {
            if let Some(heading) = line.strip_prefix("== ") {
                let (name, step) = heading.split_once('[').expect(heading);
                cases.push(Case {
                    name: name.trim().to_owned(),
                    step: step.trim_end_matches(']').to_owned(),
                    changes: Vec::new(),
                    lines: Vec::new(),
                });
            } else if let Some(case) = cases
                .last_mut()
                .filter(|_| !(line.is_empty() || line.starts_with("--- ")))
            {
                let is_reported = ["wire ", "editorial ", "refused "]
                    .iter()
                    .any(|word| line.starts_with(word));
                let list = if is_reported {
                    &mut case.lines
                } else {
                    &mut case.changes
                };
                list.push(line.to_owned());
            }
        }
        cases.iter_mut().for_each(|case| case.lines.sort());
        cases
    }

    pub(crate) fn apply(&self, state: &mut State) {
        for change in &self.changes {
            let (verb, rest) = change.split_once(' ').expect(change);
            let touched = match verb {
                "pin" => pin(state, rest),
                "unpin" => unpin(state, rest),
                "set" => set(state, rest),
                "remove" => at(state, rest, &mut |parent, key| drop(take(parent, key))),
                "rename" => rename(state, rest),
                "replace" => replace(state, rest),
                _ => panic!("{change}"),
            };
            assert!(touched > 0, "{change}");
        }
    }
}

/// `KEY = NAME`, in place of the old pin of the key.
fn pin(state: &mut State, line: &str) -> usize {
    let (key, _) = line.rsplit_once(" = ").expect(line);
    unpin(state, &format!("{key} = "));
    state.names += &format!("{line}\n");
    1
}

fn unpin(state: &mut State, start: &str) -> usize {
    let (gone, kept): (Vec<&str>, Vec<&str>) = state
        .names
        .lines()
        .partition(|line| line.starts_with(start));
    let count = gone.len();
    state.names = kept.into_iter().map(|line| format!("{line}\n")).collect();
    count
}

fn set(state: &mut State, change: &str) -> usize {
    let (place, value) = split_value(change);
    let value: Value = serde_json::from_str(value).expect(change);
    at(state, place, &mut |parent, key| match parent {
        Value::Array(items) if key == "-" => items.push(value.clone()),
        parent => *member(parent, key) = value.clone(),
    })
}

fn rename(state: &mut State, change: &str) -> usize {
    let (place, new) = change.split_once(" to ").expect(change);
    at(state, place, &mut |parent, key| {
        let value = take(parent, key);
        *member(parent, &new.replace("~1", "/")) = value;
    })
}

/// In the text of the whole document.
fn replace(state: &mut State, change: &str) -> usize {
    let (old, new) = change.split_once(" by ").expect(change);
    let text = state.document.to_string();
    state.document = serde_json::from_str(&text.replace(old, new)).expect(change);
    text.matches(old).count()
}

/// The JSON begins after the place, which holds braces of its own in a path.
fn split_value(text: &str) -> (&str, &str) {
    let place_end = text.find(" > ").map_or(0, |index| index + 3);
    let space = text[place_end..]
        .find(' ')
        .map_or(place_end, |index| place_end + index);
    text.split_at(space)
}

/// Calls `change` with the parent and the key of every place that is meant.
fn at(state: &mut State, place: &str, change: &mut dyn FnMut(&mut Value, &str)) -> usize {
    let (root, path) = place.split_once(" > ").expect(place);
    let keys: Vec<String> = path.split('/').map(|key| key.replace("~1", "/")).collect();
    let root = match root.split_once(' ') {
        _ if root == "document" => &mut state.document,
        _ if root == "decisions" => &mut state.decisions,
        Some((method, path)) if path.starts_with('/') => {
            &mut state.document["paths"][path][method.to_lowercase()]
        }
        _ => &mut state.document["components"]["schemas"][root],
    };
    assert!(!root.is_null(), "{place}");
    descend(root, &keys, change)
}

fn descend(value: &mut Value, keys: &[String], change: &mut dyn FnMut(&mut Value, &str)) -> usize {
    let (key, rest) = keys.split_first().unwrap();
    if rest.is_empty() && key != "*" {
        change(value, key);
        return 1;
    }
    let mut touched = 0;
    match value {
        Value::Object(map) if key == "*" => {
            for member in map.values_mut() {
                touched += descend(member, rest, change);
            }
        }
        value => touched += descend(member(value, key), rest, change),
    }
    touched
}

fn member<'a>(value: &'a mut Value, key: &str) -> &'a mut Value {
    match value {
        Value::Array(items) => &mut items[key.parse::<usize>().unwrap()],
        value => &mut value[key],
    }
}

fn take(parent: &mut Value, key: &str) -> Value {
    match parent {
        Value::Array(items) => items.remove(key.parse().unwrap()),
        parent => parent.as_object_mut().unwrap().remove(key).expect(key),
    }
}
