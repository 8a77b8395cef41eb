//! Names survive the usual changes of a published document: rebuilt assemblies, another order, new
//! operations and schemas, removed schemas.

use keepnet_spec::{Decisions, NamesLock, normalize, read_leniently, to_canonical_json};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The result for a document: the contract as it is written, and every pinned name.
struct Derived {
    contract: String,
    names: BTreeMap<String, String>,
    lock: NamesLock,
}

fn derive(text: &str, decisions: &Decisions) -> Derived {
    let (document, _) = read_leniently(text).unwrap();
    let normalized = normalize(document, decisions).unwrap_or_else(|error| panic!("{error}"));
    let lines = normalized.names.to_text();
    let pins = lines.lines().filter_map(|line| line.rsplit_once(" = "));
    Derived {
        contract: to_canonical_json(&normalized.contract),
        names: pins
            .map(|(key, name)| (key.to_owned(), name.to_owned()))
            .collect(),
        lock: normalized.names,
    }
}

/// Changes a document in every way that must not change names, with and without pinned names.
pub(crate) fn check(text: &str, decisions: &Decisions) {
    // Operations may be named by hand; the names of schemas always follow from the rules.
    let names = decisions.names.to_text();
    let operations = names.lines().filter(|line| !line.starts_with("schema "));
    let unpinned = Decisions {
        names: NamesLock::parse(&operations.collect::<Vec<_>>().join("\n")).unwrap(),
        ..decisions.clone()
    };
    let first = derive(text, &unpinned);
    let again = derive(&shuffled(&rebuilt(text)), &unpinned);
    assert!(again.names == first.names, "the rules depend on order");
    let pinned = derive(text, decisions);
    for (change, changed) in [
        ("assemblies are rebuilt", rebuilt(text)),
        ("members come in another order", shuffled(text)),
        ("written twice", text.to_owned()),
    ] {
        let again = derive(&changed, decisions);
        assert!(again.names == pinned.names, "{change}");
        assert!(again.contract == pinned.contract, "{change}");
    }
    let decisions = Decisions {
        names: pinned.lock.clone(),
        ..decisions.clone()
    };
    let (document, _) = read_leniently(text).unwrap();
    for (change, changed) in [
        ("an operation beside each", with_operations(&document)),
        ("a schema beside each", with_schemas(&document)),
    ] {
        let after = derive(&changed.to_string(), &decisions);
        assert!(after.names.len() > pinned.names.len(), "{change}");
        for (key, name) in &pinned.names {
            assert_eq!(after.names.get(key), Some(name), "{change}: {key}");
        }
    }
    const ROUNDS: usize = 2;
    for round in 0..ROUNDS {
        let dropped = dropped_in(round, ROUNDS, &pinned, &decisions);
        let after = derive(
            &without(&document, &dropped, &pinned).to_string(),
            &decisions,
        );
        assert!(!dropped.is_empty() && after.names.len() < pinned.names.len());
        for (key, name) in &pinned.names {
            match after.names.get(key) {
                Some(now) => assert_eq!(now, name, "schemas are dropped: {key}"),
                None => assert!(dropped.contains(name), "{key} went with others"),
            }
        }
    }
}

/// Another version in every assembly name, as each build of the service writes.
fn rebuilt(text: &str) -> String {
    let mut parts = text.split("Version=");
    let mut changed = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let rest = part.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
        changed += "Version=47.11.0.8";
        changed += rest;
    }
    assert!(changed != text);
    changed
}

/// The same JSON with the members of every object in another order.
fn shuffled(text: &str) -> String {
    let (document, _) = read_leniently(text).unwrap();
    let mut changed = String::new();
    write_shuffled(&document, &mut changed);
    changed
}

fn write_shuffled(value: &Value, out: &mut String) {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            // Any order that is neither that of the alphabet nor its reverse.
            keys.sort_by_key(|key| (key.bytes().map(usize::from).sum::<usize>() % 7, *key));
            keys.reverse();
            out.push('{');
            for (index, key) in keys.into_iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                out.push_str(&Value::from(key.as_str()).to_string());
                out.push(':');
                write_shuffled(&map[key], out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                write_shuffled(item, out);
            }
            out.push(']');
        }
        plain => out.push_str(&plain.to_string()),
    }
}

fn with_operations(document: &Value) -> Value {
    let mut changed = document.clone();
    for (index, (path, item)) in document["paths"].as_object().unwrap().iter().enumerate() {
        for (method, operation) in item.as_object().unwrap() {
            if operation.get("responses").is_none() {
                continue;
            }
            let mut beside = json!({
                "parameters": operation.get("parameters").cloned().unwrap_or(json!([])),
                "responses": {"200": {"content": {"application/json": {"schema": {"type": "string"}}}}},
            });
            if let Some(tags) = operation.get("tags") {
                beside["tags"] = tags.clone();
            }
            let paths = changed["paths"].as_object_mut().unwrap();
            let place = paths.entry(format!("{path}/novelty-{index}"));
            place.or_insert_with(|| json!({}))[method] = beside;
        }
    }
    changed
}

/// A schema of another shape under the short name of each.
fn with_schemas(document: &Value) -> Value {
    let mut changed = document.clone();
    let schemas = changed["components"]["schemas"].as_object_mut().unwrap();
    let names: Vec<String> = schemas.keys().cloned().collect();
    for name in names.iter().filter(|name| !name.contains('`')) {
        let short = name.rsplit(['.', '+']).next().unwrap();
        let shape = json!({"type": "object", "properties": {"novelty": {"type": "string"}}});
        schemas.insert(format!("Aaa.Novelty.{short}"), shape);
    }
    changed
}

/// Every n-th type name, except the names that the corrections need.
fn dropped_in(
    round: usize,
    rounds: usize,
    pinned: &Derived,
    decisions: &Decisions,
) -> BTreeSet<String> {
    let corrections = &decisions.corrections;
    let kept: BTreeSet<&String> = corrections
        .restored_bodies
        .values()
        .filter_map(|component| pinned.names.get(&format!("schema {component}")))
        .chain(corrections.known_values.keys())
        .collect();
    let types = pinned
        .names
        .iter()
        .filter(|(key, _)| key.starts_with("schema "));
    let names: BTreeSet<&String> = types.map(|(_, name)| name).collect();
    names
        .into_iter()
        .filter(|name| !kept.contains(name))
        .enumerate()
        .filter(|(index, _)| index % rounds == round)
        .map(|(_, name)| name.clone())
        .collect()
}

/// The document without the schemas of those names; references to them become texts.
fn without(document: &Value, dropped: &BTreeSet<String>, pinned: &Derived) -> Value {
    let is_dropped = |full: &str| {
        let pin = pinned.names.get(&format!("schema {full}"));
        pin.is_some_and(|name| dropped.contains(name))
    };
    let mut changed = document.clone();
    let schemas = changed["components"]["schemas"].as_object_mut().unwrap();
    schemas.retain(|full, _| !is_dropped(full));
    point_elsewhere(&mut changed, &|map: &Map<String, Value>| {
        let target = map.get("$ref").and_then(Value::as_str).unwrap_or_default();
        is_dropped(target.trim_start_matches("#/components/schemas/"))
    });
    changed
}

fn point_elsewhere(value: &mut Value, is_dropped: &dyn Fn(&Map<String, Value>) -> bool) {
    match value {
        Value::Object(map) if is_dropped(map) => {
            *value = json!({"type": "string", "nullable": true})
        }
        Value::Object(map) => map
            .values_mut()
            .for_each(|value| point_elsewhere(value, is_dropped)),
        Value::Array(items) => items
            .iter_mut()
            .for_each(|value| point_elsewhere(value, is_dropped)),
        _ => {}
    }
}
