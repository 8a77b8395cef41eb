//! The last resort of the report: a difference that no rule has a line for.

use serde_json::Value;

use super::change::{ChangeKind, Changes, Impact};

/// Reports the first place in which two contracts differ.
pub(super) fn compare(changes: &mut Changes, before: &Value, after: &Value) {
    if let Some(place) = first_difference("", before, after) {
        let detail = "no rule of the report covers this place; compare the contracts";
        changes.add(&place, ChangeKind::Other, detail, Impact::None);
    }
}

/// A list without its order, which no list of a contract gives a meaning to.
fn sorted(value: &Value) -> Option<Vec<String>> {
    let mut items: Vec<String> = value.as_array()?.iter().map(Value::to_string).collect();
    items.sort();
    Some(items)
}

fn first_difference(place: &str, before: &Value, after: &Value) -> Option<String> {
    if before == after || before.is_array() && sorted(before) == sorted(after) {
        return None;
    }
    let inner = match (before, after) {
        (Value::Object(old), Value::Object(new)) => {
            let keys = old
                .keys()
                .chain(new.keys().filter(|key| !old.contains_key(*key)));
            let mut places = keys.filter_map(|key| {
                let place = format!("{place}/{}", key.replace('~', "~0").replace('/', "~1"));
                first_difference(&place, &before[key], &after[key])
            });
            places.next()
        }
        (Value::Array(old), Value::Array(new)) if old.len() == new.len() => {
            let mut pairs = old.iter().zip(new).enumerate();
            pairs.find_map(|(index, (old, new))| {
                first_difference(&format!("{place}/{index}"), old, new)
            })
        }
        _ => None,
    };
    Some(inner.unwrap_or_else(|| place.to_owned()))
}
