//! A problem with a row.

use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::columns::MappedColumn;
use crate::field::Field;
use crate::text::one_line;

/// A problem with a row; a row may have several.
///
/// Displayed as `people.xlsx, row 14, column C "Mail": not an e-mail address`. The content of the
/// cell is never part of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct RowProblem {
    /// The file's name; not serialised, because a report names its file once.
    #[serde(skip)]
    pub file: Arc<str>,
    /// The number of the row in a spreadsheet, from 1; null if the service reports a row that cannot
    /// be found in the file.
    pub row: Option<u32>,
    /// The header of the column; null where the problem is not in a single column.
    pub column: Option<String>,
    /// The letter of the column.
    pub letter: Option<String>,
    /// The field that the column fills.
    pub field: Option<Field>,
    /// What is wrong.
    #[serde(rename = "message")]
    #[schemars(with = "String")]
    pub kind: ProblemKind,
}

impl RowProblem {
    /// A problem that is not in a single column.
    pub fn new(file: impl Into<Arc<str>>, row: Option<u32>, kind: ProblemKind) -> RowProblem {
        RowProblem {
            file: file.into(),
            row,
            column: None,
            letter: None,
            field: None,
            kind,
        }
    }

    /// The same problem in a column of the file.
    #[must_use]
    pub fn in_column(self, column: &MappedColumn) -> RowProblem {
        RowProblem {
            column: Some(column.column().to_owned()),
            letter: Some(column.letter().to_owned()),
            field: Some(column.field().clone()),
            ..self
        }
    }

    /// What is wrong, without the place.
    pub fn message(&self) -> String {
        self.kind.to_string()
    }
}

impl fmt::Display for RowProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        match self.row {
            Some(row) => write!(f, ", row {row}")?,
            None => f.write_str(", a row")?,
        }
        if let (Some(letter), Some(column)) = (&self.letter, &self.column) {
            write!(f, ", column {letter} \"{}\"", one_line(column))?;
        }
        write!(f, ": {}", self.kind)
    }
}

/// What is wrong with a row. Its `Display` is a message that does not quote the cell.
///
/// Serialised as that message, and read back as [`ProblemKind::Other`], except
/// [`ProblemKind::Duplicate`], which a report keeps apart. Two kinds with the same
/// message are equal, so that a report that was read back equals the one that was written.
#[derive(Clone, Debug, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(from = "String", into = "String")]
#[non_exhaustive]
pub enum ProblemKind {
    /// There is no e-mail address, which identifies a person.
    #[error("no e-mail address")]
    MissingEmail,
    /// The text does not have the form of an e-mail address.
    #[error("not an e-mail address")]
    NotAnEmail,
    /// The text has a control character, such as NUL.
    #[error("a character that cannot be shown; type the cell again")]
    ControlCharacter,
    /// The text has U+FFFD, which stands for a letter that an earlier program could not save.
    #[error("a letter that was lost when the file was saved; type the cell again")]
    LostLetter,
    /// The text has more characters than the service accepts.
    #[error("too long: {length} characters of at most {limit}")]
    TooLong {
        /// The most characters that the service accepts.
        limit: usize,
        /// The number of characters in the cell.
        length: usize,
    },
    /// The text is not a phone number.
    #[error("not a phone number; write it as +905300000000")]
    NotAPhone,
    /// The text is not one of the five priorities.
    #[error("not a priority; use VeryLow, Low, Medium, High or VeryHigh")]
    UnknownPriority,
    /// The service does not list this time zone.
    #[error("not a time zone that the service lists; copy it from the list in the template")]
    UnknownTimeZone,
    /// The service does not list this language.
    #[error(
        "not a language that the service lists; write its name or code, such as English or en-US"
    )]
    UnknownLanguage,
    /// The company requires a value in this custom field.
    #[error("empty, but the company requires this field")]
    MissingValue,
    /// A full name has more than two words, and the file does not say which are the family name.
    #[error(
        "more than two names; separate first and last name, or map the column yourself: then the last word is the last name"
    )]
    UnclearName,
    /// A custom field takes numbers only.
    #[error("not a number; use digits and a decimal point")]
    NotANumber,
    /// A custom field takes dates only.
    #[error("not a date")]
    NotADate,
    /// A custom field takes `True` and `False` only.
    #[error("neither True nor False")]
    NotABoolean,
    /// A valid row above has the same e-mail address, without regard to case.
    #[error("the same e-mail address as row {first_row}")]
    Duplicate {
        /// That row.
        first_row: u32,
    },
    /// The cell has a formula whose result was not saved with the file.
    #[error(
        "a formula without a stored result; open the file in a spreadsheet program and save it, or replace the formula by its value"
    )]
    UncomputedFormula,
    /// The cell shows an error such as `#N/A`.
    #[error("the cell shows an error; correct its formula")]
    ErrorValue,
    /// Only a part of the manager's first name, last name and e-mail address is given.
    #[error(
        "empty, but another column names a manager; give first name, last name and e-mail of the manager, or none of them"
    )]
    IncompleteManager,
    /// A problem that this crate does not define, such as one that the service reports.
    #[error("{0}")]
    Other(String),
}

impl PartialEq for ProblemKind {
    fn eq(&self, other: &ProblemKind) -> bool {
        self.to_string() == other.to_string()
    }
}

impl From<String> for ProblemKind {
    fn from(message: String) -> ProblemKind {
        let rest = message.strip_prefix("the e-mail address of row ");
        let first_row = rest.and_then(|rest| rest.strip_suffix(" again")?.parse().ok());
        match first_row {
            Some(first_row) => ProblemKind::Duplicate { first_row },
            None => ProblemKind::Other(message),
        }
    }
}

impl From<ProblemKind> for String {
    fn from(kind: ProblemKind) -> String {
        kind.to_string()
    }
}
