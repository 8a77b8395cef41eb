//! One problem in one cell.

use std::fmt;
use std::sync::Arc;

use crate::field::Field;
use crate::read::Header;

/// A problem with a row; a row may have several.
///
/// Shown as `people.xlsx, row 14, column C "Mail": not an e-mail address`. The
/// content of the cell is never part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    pub(super) file: Arc<str>,
    pub(super) row: u32,
    pub(super) header: Arc<Header>,
    pub(super) field: Field,
    pub(super) reason: Reason,
}

impl Rejected {
    /// The file's name.
    pub fn file(&self) -> &str {
        &self.file
    }

    /// The row as a spreadsheet numbers it.
    pub fn row(&self) -> u32 {
        self.row
    }

    /// The header of the column.
    pub fn column(&self) -> &str {
        self.header.name()
    }

    /// The letter of the column.
    pub fn letter(&self) -> &str {
        self.header.letter()
    }

    /// The field that the column fills.
    pub fn field(&self) -> &Field {
        &self.field
    }

    /// What is wrong.
    pub fn reason(&self) -> &Reason {
        &self.reason
    }
}

impl fmt::Display for Rejected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Rejected {
            file,
            row,
            header,
            reason,
            ..
        } = self;
        write!(f, "{file}, row {row}, column {header}: {reason}")
    }
}

/// Why a row is not accepted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// There is no e-mail address, and nobody can be told apart without.
    #[error("no e-mail address")]
    MissingEmail,
    /// The text has not the form of an e-mail address.
    #[error("not an e-mail address")]
    NotAnEmail,
    /// The text has a character that is none, such as NUL.
    #[error("a character that cannot be shown; type the cell anew")]
    ControlCharacter,
    /// The text has more characters than the service takes.
    #[error("too long: {length} characters of at most {limit}")]
    TooLong {
        /// The most characters that are accepted.
        limit: usize,
        /// The characters there are.
        length: usize,
    },
    /// The text has other characters than a phone number.
    #[error("not a phone number; write it as +905300000000")]
    NotAPhone,
    /// The text is none of the five priorities.
    #[error("not a priority; use VeryLow, Low, Medium, High or VeryHigh")]
    UnknownPriority,
    /// The service lists no such time zone.
    #[error("not a time zone that the service lists; copy it from the list in the template")]
    UnknownTimeZone,
    /// The service lists no such language.
    #[error(
        "not a language that the service lists; write its name or code, such as English or en-US"
    )]
    UnknownLanguage,
    /// The company requires a value in this custom field.
    #[error("empty, but the company requires this field")]
    MissingValue,
    /// A custom field takes numbers only.
    #[error("not a number; use digits and a decimal point")]
    NotANumber,
    /// A custom field takes dates only.
    #[error("not a date")]
    NotADate,
    /// A custom field takes `True` and `False` only.
    #[error("neither True nor False")]
    NotATruthValue,
    /// An accepted row above has the same e-mail address, but for case.
    #[error("the e-mail address of row {first_row} again")]
    Duplicate {
        /// That row.
        first_row: u32,
    },
    /// The cell has a formula whose result was not saved.
    #[error(
        "a formula without a stored result; open the file in a spreadsheet program and save it, or replace the formula by its value"
    )]
    UncomputedFormula,
    /// The cell shows an error such as `#N/A`.
    #[error("the cell shows an error; correct its formula")]
    ErrorValue,
    /// Some, but not all, of the manager's names and e-mail are given.
    #[error(
        "empty, but another column names a manager; give first name, last name and e-mail of the manager, or none of them"
    )]
    IncompleteManager,
}
