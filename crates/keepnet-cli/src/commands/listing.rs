//! The options of the commands that list: how many, which columns, and in which order.

use std::cmp::Ordering;

use clap::{Arg, Args};
use keepnet_flows::{ListDoubt, Priority};
use serde_json::Value;

use crate::exit::{CliError, Outcome, Result};
use crate::text::filled;
use crate::ui::{self, Columns, Format, Record, member};

/// How many, and which columns.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct PartOptions {
    /// List at most this many [default: all]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    /// Print these columns of a table or of CSV, separated by commas
    #[arg(long, value_name = "NAMES", value_delimiter = ',', value_parser = filled)]
    columns: Vec<String>,
}

#[derive(Clone, Debug, Default, Args)]
pub(crate) struct ListOptions {
    #[command(flatten)]
    part: PartOptions,
    /// Fetch the whole list, and sort it by this column [default: the list is not sorted]
    #[arg(long, value_name = "COLUMN", value_parser = sort_column)]
    sort: Option<String>,
    /// Sort in descending order [default: ascending]
    #[arg(long, requires = "sort")]
    descending: bool,
}

fn sort_column(name: &str) -> Result<String, &'static str> {
    Ok(key_of(&filled(name)?))
}

impl PartOptions {
    /// The columns to print. Mistakes in the options are reported before any request.
    ///
    /// # Errors
    ///
    /// If a column does not exist, or if the format has all keys.
    pub(super) fn columns<R: Record>(&self, format: Format) -> Result<Columns> {
        if !self.columns.is_empty() && format.is_json() {
            let problem = "--columns is for tables and CSV; a JSON document has all keys";
            return Err(CliError::usage(problem).with_hint("omit --columns, or use --output csv"));
        }
        let columns = self.columns.iter().map(|name| position::<R>(name.trim()));
        let columns = columns.collect::<Result<Vec<usize>>>()?;
        Ok(match columns.is_empty() {
            true => Columns::of::<R>(format),
            false => Columns::chosen(columns),
        })
    }

    /// What the limit leaves of a list.
    pub(super) fn part_of<'r, R>(&self, records: &'r [R]) -> &'r [R] {
        let limit = self.limit.and_then(|limit| usize::try_from(limit).ok());
        &records[..records.len().min(limit.unwrap_or(usize::MAX))]
    }

    /// Prints a list that was fetched as a whole.
    pub(super) fn print<R: Record>(&self, format: Format, records: &[R]) -> Result {
        self.print_list(format, records, true)
    }

    /// Prints a list, of which something may be missing if it is not complete.
    pub(super) fn print_list<R: Record>(
        &self,
        format: Format,
        records: &[R],
        is_complete: bool,
    ) -> Result {
        let columns = self.columns::<R>(format)?;
        let part = self.part_of(records);
        let mut list = ui::stdout(format).list::<R>(columns)?;
        for record in part {
            list.push(record)?;
        }
        let is_whole = part.len() == records.len();
        let outcome = match is_complete {
            true => Outcome::of_list(is_whole),
            false => Outcome::Incomplete,
        };
        list.finish(outcome, None)?;
        if !is_whole {
            say_part(part.len(), records.len());
        }
        Ok(outcome.status())
    }
}

/// Says that a list has more items than the limit.
pub(super) fn say_part(listed: usize, total: usize) {
    ui::print_message(&format!(
        "listed {listed} of {total}; a higher --limit lists more"
    ));
}

/// The warning about a list that may not have all of these.
pub(super) fn doubt_line(doubt: ListDoubt, what: &str) -> String {
    format!("warning: {}", doubt.about(what))
}

/// Refuses the options of a list beside those for many customers, whose rows are printed as they arrive.
pub(super) fn refuse_list_options(argument: Arg) -> Arg {
    match argument.get_id().as_str() {
        "companies" | "except" => {
            argument.conflicts_with_all(["limit", "columns", "sort", "descending"])
        }
        _ => argument,
    }
}

impl ListOptions {
    /// How many items are listed at most.
    pub(super) fn limit(&self) -> Option<u64> {
        self.part.limit
    }

    /// Whether the list is sorted here, which needs all of it.
    pub(super) fn is_sorted(&self) -> bool {
        self.sort.is_some()
    }

    /// The columns to print. Mistakes in the options are reported before any request.
    ///
    /// # Errors
    ///
    /// If a column does not exist, if the list cannot be sorted by it, or if the format has all keys.
    pub(super) fn columns<R: Record>(&self, format: Format) -> Result<Columns> {
        let columns = self.part.columns::<R>(format)?;
        if let Some(column) = &self.sort {
            position::<R>(column)?;
            if R::UNSORTED.contains(&column.as_str()) {
                let problem = format!("a list cannot be sorted by {column}");
                return Err(CliError::usage(problem)
                    .with_hint("choose another column; without --sort the list keeps its order"));
            }
        }
        Ok(columns)
    }

    /// Sorts a complete list, if the options ask for it. Records with equal values keep their order.
    pub(super) fn sort<R: Record>(&self, records: &mut [R]) {
        let Some(column) = &self.sort else {
            return;
        };
        records.sort_by_cached_key(|record| {
            let record = serde_json::to_value(record).unwrap_or_default();
            let key = SortKey::of(column, member(&record, column));
            match self.descending {
                true => (None, Some(std::cmp::Reverse(key))),
                false => (Some(key), None),
            }
        });
    }

    /// Prints a list that was fetched as a whole.
    pub(super) fn print<R: Record>(&self, format: Format, mut records: Vec<R>) -> Result {
        self.columns::<R>(format)?;
        self.sort(&mut records);
        self.part.print(format, &records)
    }

    /// Prints a list of which something is missing.
    pub(super) fn print_incomplete<R: Record>(
        &self,
        format: Format,
        mut records: Vec<R>,
    ) -> Result {
        self.columns::<R>(format)?;
        self.sort(&mut records);
        self.part.print_list(format, &records, false)
    }
}

/// The position of a column, whose name is that of a key or of a header.
fn position<R: Record>(name: &str) -> Result<usize> {
    let key = key_of(name);
    let position = R::COLUMNS.iter().position(|column| column.name == key);
    position.ok_or_else(|| {
        let names = R::COLUMNS.iter().map(|column| column.name);
        let names = names.collect::<Vec<_>>().join(", ");
        CliError::usage(format!("there is no column {name:?}"))
            .with_hint(format!("the columns are {names}"))
    })
}

/// A value that can be compared: no value first, then numbers, then texts without regard to case.
#[derive(Debug, PartialEq)]
enum SortKey {
    None,
    Bool(bool),
    Number(f64),
    Text(String),
}

impl SortKey {
    fn of(column: &str, value: &Value) -> SortKey {
        let priority = value.as_str().filter(|_| column == "priority");
        if let Some(priority) = priority.and_then(|it| it.parse::<Priority>().ok()) {
            return SortKey::Number(f64::from(priority as u8));
        }
        match value {
            Value::Null => SortKey::None,
            Value::Bool(value) => SortKey::Bool(*value),
            Value::Number(number) => SortKey::Number(number.as_f64().unwrap_or_default()),
            Value::String(text) => SortKey::Text(text.to_lowercase()),
            other => SortKey::Text(other.to_string()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            SortKey::None => 0,
            SortKey::Bool(_) => 1,
            SortKey::Number(_) => 2,
            SortKey::Text(_) => 3,
        }
    }
}

impl Eq for SortKey {}

impl PartialOrd for SortKey {
    fn partial_cmp(&self, other: &SortKey) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for SortKey {
    fn cmp(&self, other: &SortKey) -> Ordering {
        match (self, other) {
            (SortKey::Bool(one), SortKey::Bool(other)) => one.cmp(other),
            (SortKey::Number(one), SortKey::Number(other)) => one.total_cmp(other),
            (SortKey::Text(one), SortKey::Text(other)) => one.cmp(other),
            (one, other) => one.rank().cmp(&other.rank()),
        }
    }
}

/// The key of a column that is written like a key or like a header.
fn key_of(name: &str) -> String {
    name.trim().to_lowercase().replace([' ', '-'], "_")
}
