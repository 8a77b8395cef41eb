//! What a person should look at before a list is sent, though it can be sent as it is.

use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::field::Field;
use crate::text::one_line;

/// Something that a person should look at before the list is sent. The list can be sent all the
/// same; [`Validation::ensure_no_warnings`](crate::Validation::ensure_no_warnings) makes an error of
/// it.
///
/// Displayed as `people.xlsx, row 14, column C "Phone": no country code …`. The content of a cell is
/// never part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct Warning {
    /// The file's name; not serialised, because a report names its file once.
    #[serde(skip)]
    pub file: Arc<str>,
    /// The kind, for programs.
    pub kind: WarningKind,
    /// The number of the row in a spreadsheet, from 1; null where the file as a whole is meant.
    pub row: Option<u32>,
    /// The header of the column; null where no single column is meant.
    pub column: Option<String>,
    /// The letter of the column.
    pub letter: Option<String>,
    /// The field that the column fills.
    pub field: Option<Field>,
    /// What is odd, without the place.
    pub message: String,
}

impl Warning {
    /// A warning about the file as a whole.
    pub(crate) fn new(file: &Arc<str>, kind: WarningKind) -> Warning {
        Warning {
            file: Arc::clone(file),
            kind,
            row: None,
            column: None,
            letter: None,
            field: None,
            message: kind.message().to_owned(),
        }
    }

    /// The same warning for a report, which names its file once.
    pub fn without_file(&self) -> Warning {
        Warning {
            file: Arc::default(),
            ..self.clone()
        }
    }

    /// Appends names of worksheets to the message.
    pub(crate) fn with_detail(mut self, detail: &str) -> Warning {
        self.message = format!("{}: {detail}", self.message);
        self
    }

    pub(crate) fn in_row(self, row: u32) -> Warning {
        Warning {
            row: Some(row),
            ..self
        }
    }

    pub(crate) fn in_column(self, header: &str, letter: &str, field: Option<&Field>) -> Warning {
        Warning {
            column: Some(header.to_owned()),
            letter: Some(letter.to_owned()),
            field: field.cloned(),
            ..self
        }
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if let Some(row) = self.row {
            write!(f, ", row {row}")?;
        }
        if let (Some(letter), Some(column)) = (&self.letter, &self.column) {
            write!(f, ", column {letter} \"{}\"", one_line(column))?;
        }
        write!(f, ": {}", self.message)
    }
}

/// The kind of a [`Warning`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum WarningKind {
    /// The letters of the file hardly make words in the encoding that was given.
    UnlikelyEncoding,
    /// The worksheet that is read is hidden.
    HiddenWorksheet,
    /// A hidden worksheet holds people as well, and is not read.
    OtherWorksheet,
    /// A column with a header fills no field, and nobody decided that.
    ColumnLeftOut,
    /// Cells without a header have content, which is left out.
    CellsWithoutHeader,
    /// The header only resembles a word for the field, or can mean something else.
    GuessedColumn,
    /// The row is hidden, by hand or by a filter, and is read all the same.
    HiddenRow,
    /// The cell is merged with the one beside or above it, and therefore empty.
    MergedCell,
    /// The text is a word that programs write where a value is missing, such as `NULL` and `#N/A`.
    ErrorWord,
    /// The phone number has neither a leading zero nor a country code.
    LostZeros,
    /// The e-mail address has an `İ` or `ı`, which counts as `i` when addresses are compared. It is not known
    /// whether the service does the same.
    OddLetterI,
    /// The text begins like a formula, and is sent with an apostrophe before it.
    EscapedFormula,
}

impl WarningKind {
    /// What is odd, without the place.
    pub fn message(self) -> &'static str {
        match self {
            WarningKind::UnlikelyEncoding => {
                "the letters hardly make words in the given encoding; look at some names"
            }
            WarningKind::HiddenWorksheet => "the people are on a hidden worksheet",
            WarningKind::OtherWorksheet => "a hidden worksheet holds people too and is not read",
            WarningKind::ColumnLeftOut => "fills no field and is not sent",
            WarningKind::CellsWithoutHeader => {
                "cells without a header have content that is not sent"
            }
            WarningKind::GuessedColumn => {
                "the header only resembles a word for the field; confirm it"
            }
            WarningKind::HiddenRow => "the row is hidden but is read",
            WarningKind::MergedCell => "merged with another cell and therefore empty",
            WarningKind::ErrorWord => "a word that stands for an error or a missing value",
            WarningKind::LostZeros => {
                "no country code and no leading zero, which a spreadsheet program may have removed"
            }
            WarningKind::OddLetterI => {
                "a Turkish \u{130} or \u{131}; it is not known whether the service takes it for an i, which is done here"
            }
            WarningKind::EscapedFormula => {
                "begins like a formula and is sent with an apostrophe before it"
            }
        }
    }
}

impl fmt::Display for WarningKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.message())
    }
}
