//! A result as cells and as JSON.

use serde::Serialize;
use serde_json::Value;

/// A result that is a row of a table and a JSON object.
pub(crate) trait Record: Serialize {
    /// The names of its cells, which are the keys of its JSON object; `company_id` is the key `id` of
    /// the object `company`.
    const COLUMNS: &'static [&'static str];
    /// How many of the columns a table shows, from the first.
    const TABLE_COLUMNS: usize = usize::MAX;
    /// The columns that a table of one record leaves out.
    const HIDDEN: &'static [&'static str] = &[];
    /// What to say about a list without any such record.
    const NONE: &'static str = "";

    /// Its cells, in the order of the columns.
    fn cells(&self) -> Vec<String> {
        let record = serde_json::to_value(self).unwrap_or_default();
        let columns = Self::COLUMNS.iter();
        columns
            .map(|name| plain_text(member(&record, name)))
            .collect()
    }
}

/// A JSON value as text: a string without quotes, and nothing for null.
pub(crate) fn plain_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
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
