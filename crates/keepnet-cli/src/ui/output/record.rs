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
