//! The output formats.

use clap::ValueEnum;

/// How to print a result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    /// A table that fits the terminal
    #[default]
    Table,
    /// One JSON document
    Json,
    /// One JSON document per line, printed as the results arrive
    Ndjson,
    /// Comma-separated values, safe to open in a spreadsheet program
    Csv,
}

impl Format {
    /// Whether a program reads the result and the errors.
    pub(crate) fn is_json(self) -> bool {
        matches!(self, Format::Json | Format::Ndjson)
    }
}
