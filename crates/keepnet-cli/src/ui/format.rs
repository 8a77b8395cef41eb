//! The output formats.

use clap::ValueEnum;

/// How to print a result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// For people, fitted to the terminal
    #[default]
    Table,
    /// One JSON document
    Json,
    /// One JSON document a line, as they come
    Ndjson,
    /// Comma-separated, safe to open in a spreadsheet
    Csv,
}
