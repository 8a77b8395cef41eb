//! What changed between two snapshots of the usage.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::snapshot::{BillingLine, BillingSnapshot};

/// What changed between two snapshots, made by [`BillingSnapshot::difference`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct BillingDifference {
    /// The month of the earlier snapshot.
    pub earlier_month: String,
    /// The month of the later snapshot.
    pub later_month: String,
    /// How many customers are in both. With none, the two are probably not of one reseller.
    pub common: u64,
    /// The changes, in the order of the ids of the customers.
    pub changes: Vec<BillingChange>,
}

/// A value of a customer that changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct BillingChange {
    /// The resource id of the customer.
    pub id: String,
    /// Its name, of the later snapshot if it is there.
    pub name: String,
    /// The field that changed; `added` or `removed` if the customer is in one of the snapshots only.
    pub field: String,
    /// The value in the earlier snapshot; null if it is unknown.
    pub before: Value,
    /// The value in the later snapshot; null if it is unknown.
    pub after: Value,
}

impl BillingSnapshot {
    /// What changed from this snapshot to a later one.
    pub fn difference(&self, later: &BillingSnapshot) -> BillingDifference {
        let by_id = |snapshot: &BillingSnapshot| -> BTreeMap<String, BillingLine> {
            let lines = snapshot.companies.iter();
            lines.map(|line| (line.id.clone(), line.clone())).collect()
        };
        let (before, after) = (by_id(self), by_id(later));
        let mut ids: Vec<&String> = before.keys().chain(after.keys()).collect();
        ids.sort_unstable();
        ids.dedup();
        let common = before.keys().filter(|id| after.contains_key(*id)).count();
        let changes = ids
            .into_iter()
            .flat_map(|id| changes(before.get(id), after.get(id)));
        BillingDifference {
            earlier_month: self.month.clone(),
            later_month: later.month.clone(),
            common: common as u64,
            changes: changes.collect(),
        }
    }
}

fn changes(before: Option<&BillingLine>, after: Option<&BillingLine>) -> Vec<BillingChange> {
    let change = |line: &BillingLine, field: &str, before: Value, after: Value| BillingChange {
        id: line.id.clone(),
        name: line.name.clone(),
        field: field.to_owned(),
        before,
        after,
    };
    let json = |line: &BillingLine| serde_json::to_value(line).unwrap_or_default();
    match (before, after) {
        (Some(line), None) => vec![change(
            line,
            "removed",
            line.name.clone().into(),
            Value::Null,
        )],
        (None, Some(line)) => vec![change(line, "added", Value::Null, line.name.clone().into())],
        (Some(earlier), Some(later)) => {
            let (before, after) = (json(earlier), json(later));
            let fields = after.as_object().into_iter().flatten();
            let changed = fields.filter(|(field, value)| before[field.as_str()] != **value);
            changed
                .map(|(field, value)| change(later, field, before[field].clone(), value.clone()))
                .collect()
        }
        (None, None) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn changed_added_and_removed_customers_are_listed() {
        let line = |id: &str, users: Option<u64>| BillingLine {
            id: id.to_owned(),
            name: format!("Customer {id}"),
            users,
            ..BillingLine::default()
        };
        let snapshot = |lines| BillingSnapshot::new("2026-11".to_owned(), lines, String::new());
        let before = snapshot(vec![
            line("a", Some(1)),
            line("b", Some(2)),
            line("c", None),
        ]);
        let after = snapshot(vec![
            line("b", Some(3)),
            line("c", None),
            line("d", Some(4)),
        ]);
        let difference = before.difference(&after);
        let changes = difference.changes.iter();
        let changes: Vec<_> = changes
            .map(|it| (it.id.as_str(), it.field.as_str(), &it.before, &it.after))
            .collect();
        assert_eq!(
            changes,
            [
                ("a", "removed", &json!("Customer a"), &Value::Null),
                ("b", "users", &json!(2), &json!(3)),
                ("d", "added", &Value::Null, &json!("Customer d")),
            ]
        );
        assert_eq!(difference.common, 2);
        assert!(after.difference(&after).changes.is_empty());
    }
}
