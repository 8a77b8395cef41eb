//! A result as cells and as JSON.

use serde::Serialize;
use serde_json::Value;

use super::column::Column;
use crate::ui::format::Format;

/// A result that is a row of a table and a JSON object.
pub(crate) trait Record: Serialize {
    /// Its cells, whose names are the keys of its JSON object; `company_id` is the key `id` of the
    /// object `company`.
    const COLUMNS: &'static [Column];
    /// How many of the columns a table of several records shows, from the first.
    const TABLE_COLUMNS: usize = usize::MAX;
    /// The columns that a table leaves out unless it is asked for them.
    const HIDDEN: &'static [&'static str] = &[];
    /// The columns by which a list cannot be sorted: times of the service, and lists of values.
    const UNSORTED: &'static [&'static str] = &[];
    /// What to say about a list without any such record.
    const NONE: &'static str = "";

    /// Its cells, in the order of the columns.
    fn cells(&self) -> Vec<String> {
        let record = serde_json::to_value(self).unwrap_or_default();
        let columns = Self::COLUMNS.iter();
        columns
            .map(|column| plain_text(member(&record, column.name)))
            .collect()
    }
}

/// The columns of a list, in their order.
#[derive(Clone, Debug)]
pub(crate) struct Columns(Vec<usize>);

impl Columns {
    /// The columns that a format shows by itself.
    pub(crate) fn of<R: Record>(format: Format) -> Columns {
        let all = 0..R::COLUMNS.len();
        match format {
            Format::Table => {
                let shown = all.take(R::TABLE_COLUMNS);
                let is_shown = |at: &usize| !R::HIDDEN.contains(&R::COLUMNS[*at].name);
                Columns(shown.filter(is_shown).collect())
            }
            _ => Columns(all.collect()),
        }
    }

    /// The columns at these positions.
    pub(crate) fn chosen(positions: Vec<usize>) -> Columns {
        Columns(positions)
    }

    pub(super) fn of_record<R: Record>(&self) -> Vec<Column> {
        let chosen = self.0.iter();
        let chosen = chosen.filter_map(|position| R::COLUMNS.get(*position));
        chosen.copied().collect()
    }

    pub(super) fn cells<R: Record>(&self, record: &R) -> Vec<String> {
        let cells = record.cells();
        let chosen = self.0.iter().filter_map(|position| cells.get(*position));
        chosen.cloned().collect()
    }
}

/// A JSON value as text: a string without quotes, nothing for null, the items of a list with `; ` between
/// them, and the members of an object as `key=value` with `, ` between them.
pub(crate) fn plain_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(plain_text).collect();
            items.join("; ")
        }
        Value::Object(members) => {
            let members = members.iter().filter(|(_, value)| !value.is_null());
            let members = members.map(|(key, value)| format!("{key}={}", plain_text(value)));
            members.collect::<Vec<_>>().join(", ")
        }
        Value::Bool(_) | Value::Number(_) => value.to_string(),
    }
}

/// The member of a record that a column shows.
pub(crate) fn member<'v>(record: &'v Value, column: &str) -> &'v Value {
    const NONE: &Value = &Value::Null;
    if let Some(value) = record.get(column) {
        return value;
    }
    let nested = column.split_once('_');
    let nested = nested.and_then(|(object, key)| record.get(object)?.get(key));
    nested.unwrap_or(NONE)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn nested_values_have_no_signs_of_json() {
        let check = |value: Value, expected: &str| assert_eq!(plain_text(&value), expected);
        check(json!(null), "");
        check(json!(1.5), "1.5");
        check(json!([]), "");
        check(json!({}), "");
        check(json!(["north", "key account"]), "north; key account");
        check(
            json!([{"month": "May", "count": 3, "note": null}, {"month": "June", "count": 4}]),
            "count=3, month=May; count=4, month=June",
        );
    }
}
