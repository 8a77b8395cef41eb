//! The errors that concern a staff list as a whole.

use std::io;

use crate::encoding::Encoding;
use crate::field::Field;
use crate::limits::{Limit, Limits};

/// Why a staff list cannot be read, mapped or prepared.
///
/// Every message is one line that says what to do. None holds the content of a cell below the
/// headers. An invalid row is not an error: it is a [`RowProblem`](crate::RowProblem) of the
/// [`Validation`](crate::Validation).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SheetError {
    /// There is no such file.
    #[error("{file}: there is no such file; check the path")]
    Missing {
        /// The path as given.
        file: String,
    },
    /// The path is a directory.
    #[error("{file}: it is a folder; name a file in it")]
    Directory {
        /// The path as given.
        file: String,
    },
    /// The operating system refuses to read the file.
    #[error(
        "{file}: cannot be read: {source}; check its permissions, and close it in other programs"
    )]
    Unreadable {
        /// The file's name.
        file: String,
        /// The error of the operating system.
        source: io::Error,
    },
    /// The content is not a spreadsheet, whatever the file's name says.
    #[error("{file}: the content is not a spreadsheet but {found}; save the list as .xlsx or CSV")]
    NotASpreadsheet {
        /// The file's name.
        file: String,
        /// What the content is.
        found: &'static str,
    },
    /// The content is a spreadsheet, but damaged.
    #[error(
        "{file}: the workbook is damaged ({problem}); open it in a spreadsheet program and save it again"
    )]
    Damaged {
        /// The file's name.
        file: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The workbook is encrypted.
    #[error("{file}: the workbook is protected by a password; save a copy without one")]
    PasswordProtected {
        /// The file's name.
        file: String,
    },
    /// The file holds more than it may.
    #[error("{file}: more than {allowed} {}{}; {}", limit.noun(*allowed), at_row(*row), limit.remedy())]
    TooLarge {
        /// The file's name.
        file: String,
        /// The limit that is exceeded.
        limit: Limit,
        /// Its value.
        allowed: u64,
        /// The row at which it is exceeded, as a spreadsheet numbers it.
        row: Option<u32>,
    },
    /// The file does not say in which encoding its letters are.
    #[error(
        "{file}: {} holds letters in an encoding that the file does not state; {}, or save the list as UTF-8",
        place(*row, column.as_deref()),
        list_candidates(candidates)
    )]
    UnknownEncoding {
        /// The file's name.
        file: String,
        /// The row of the first such letter.
        row: Option<u32>,
        /// The letter of its column.
        column: Option<String>,
        /// The encodings in which the letters make words.
        candidates: Vec<Encoding>,
    },
    /// A part of the file is not in the encoding of the file.
    #[error(
        "{file}: {} holds bytes that are not {encoding}, unlike the rest of the file; type the cell again and save the list as UTF-8",
        place(*row, column.as_deref())
    )]
    BadBytes {
        /// The file's name.
        file: String,
        /// The row of the first such byte.
        row: Option<u32>,
        /// The letter of its column.
        column: Option<String>,
        /// The encoding of the file.
        encoding: Encoding,
    },
    /// The byte order mark of the file contradicts the given encoding.
    #[error("{file}: the file states that it is {encoding}; leave out the encoding")]
    MarkedEncoding {
        /// The file's name.
        file: String,
        /// The encoding that the file states.
        encoding: Encoding,
    },
    /// A quotation mark opens a cell that ends with the file.
    #[error(
        "{file}: line {line}: a quotation mark opens a cell and none closes it; close it, or delete the mark"
    )]
    OpenQuote {
        /// The file's name.
        file: String,
        /// The line in which the cell begins, from 1.
        line: u64,
    },
    /// A quotation mark opens a cell that a later row closes.
    #[error(
        "{file}: line {line}: a quotation mark opens a cell that holds what looks like further rows; close it, or delete the mark"
    )]
    SwallowedRows {
        /// The file's name.
        file: String,
        /// The line in which the cell begins, from 1.
        line: u64,
    },
    /// No cell has content.
    #[error("{file}: the file is empty; it needs a row of headers and a row per person")]
    Empty {
        /// The file's name.
        file: String,
    },
    /// There is a row of headers and nothing below it.
    #[error("{file}: the file has headers but no people; add a row per person")]
    HeadersOnly {
        /// The file's name.
        file: String,
    },
    /// The first row holds a person and not headers.
    #[error(
        "{file}: row {row} holds an e-mail address where the headers should be; add a row of headers above it"
    )]
    NoHeaders {
        /// The file's name.
        file: String,
        /// The row that should hold the headers.
        row: u32,
    },
    /// The row of the headers has no text.
    #[error(
        "{file}: row {row} should hold the headers, but none of its cells has a text; write a header above each column"
    )]
    BlankHeaders {
        /// The file's name.
        file: String,
        /// The row that should hold the headers.
        row: u32,
    },
    /// The given row of headers is blank or not in the file.
    #[error("{file}: row {row} is blank or not in the file; say which row holds the headers")]
    UnknownHeaderRow {
        /// The file's name.
        file: String,
        /// The row as given.
        row: u32,
    },
    /// There is no worksheet of the given name.
    #[error("{file}: no worksheet `{worksheet}`; the worksheets are {worksheets}")]
    UnknownWorksheet {
        /// The file's name.
        file: String,
        /// The name as given.
        worksheet: String,
        /// The names of all worksheets.
        worksheets: String,
    },
    /// More than one worksheet may be the one with the people.
    #[error("{file}: people may be on any of the worksheets {worksheets}; say which one to read")]
    AmbiguousWorksheet {
        /// The file's name.
        file: String,
        /// The names of the possible worksheets.
        worksheets: String,
    },
    /// No header names the e-mail address.
    #[error(
        "{file}: no column holds the e-mail address; found {headers}; map the column to the field Email"
    )]
    NoEmailColumn {
        /// The file's name.
        file: String,
        /// The headers found.
        headers: String,
    },
    /// A column fills a custom field that the company does not have.
    #[error("{file}: the company has no custom field `{field}`; {known}")]
    UnknownCustomField {
        /// The file's name.
        file: String,
        /// The custom field as given.
        field: String,
        /// The custom fields that the company has.
        known: String,
    },
    /// No column fills a custom field that everyone needs.
    #[error(
        "{file}: no column fills the custom field `{field}`, which the company requires; found {headers}; map a column to the field custom:{field}"
    )]
    MissingRequiredField {
        /// The file's name.
        file: String,
        /// The custom field.
        field: String,
        /// The headers found.
        headers: String,
    },
    /// Two columns match one field equally well.
    #[error("{file}: columns {first} and {second} could both be the {}; map one of them, such as {letter}, to the field {field}", field.label())]
    AmbiguousColumn {
        /// The file's name.
        file: String,
        /// The field in question.
        field: Field,
        /// The first column.
        first: String,
        /// The second column.
        second: String,
        /// The letter of the first column.
        letter: String,
    },
    /// A given column is not in the file.
    #[error("{file}: no column `{column}`; found {headers}")]
    UnknownColumn {
        /// The file's name.
        file: String,
        /// The column as given.
        column: String,
        /// The headers found.
        headers: String,
    },
    /// The header of a given column is in the file twice.
    #[error(
        "{file}: `{column}` is the header of columns {first} and {second}; name the column by its letter"
    )]
    AmbiguousHeader {
        /// The file's name.
        file: String,
        /// The column as given.
        column: String,
        /// The letter of the first column.
        first: String,
        /// The letter of the second column.
        second: String,
    },
    /// A `COLUMN=FIELD` that cannot be read.
    #[error("`{argument}` is not COLUMN=FIELD: {reason}")]
    BadMapArgument {
        /// The argument as given.
        argument: String,
        /// What is wrong with it.
        reason: String,
    },
    /// There are warnings where none is allowed.
    #[error("{file}: {}, and none is allowed; the first is: {first}", counted(*count))]
    Warnings {
        /// The file's name.
        file: String,
        /// How many warnings there are.
        count: u64,
        /// The first of them.
        first: String,
    },
    /// No row is left to upload.
    #[error("{file}: no row can be imported; correct the rejected rows first")]
    NothingToUpload {
        /// The file's name.
        file: String,
    },
    /// The temporary copy of the file cannot be written.
    #[error(
        "{file}: the temporary copy of the file cannot be written; check the space in the temporary folder"
    )]
    Temporary {
        /// The file's name.
        file: String,
        /// The error of the operating system.
        source: io::Error,
    },
}

impl SheetError {
    pub(crate) fn unreadable(file: &str, source: io::Error) -> SheetError {
        SheetError::Unreadable {
            file: file.to_owned(),
            source,
        }
    }

    pub(crate) fn damaged(file: &str, problem: &'static str) -> SheetError {
        SheetError::Damaged {
            file: file.to_owned(),
            problem,
        }
    }

    pub(crate) fn not_a_spreadsheet(file: &str, found: &'static str) -> SheetError {
        SheetError::NotASpreadsheet {
            file: file.to_owned(),
            found,
        }
    }

    pub(crate) fn password_protected(file: &str) -> SheetError {
        SheetError::PasswordProtected {
            file: file.to_owned(),
        }
    }

    pub(crate) fn too_large(
        file: &str,
        limits: &Limits,
        limit: Limit,
        row: Option<u32>,
    ) -> SheetError {
        SheetError::TooLarge {
            file: file.to_owned(),
            limit,
            allowed: limits.value(limit),
            row,
        }
    }
}

/// Refuses a file with more than `limit` allows.
pub(crate) fn ensure_within(
    file: &str,
    limits: &Limits,
    limit: Limit,
    actual: u64,
) -> Result<(), SheetError> {
    if actual > limits.value(limit) {
        return Err(SheetError::too_large(file, limits, limit, None));
    }
    Ok(())
}

fn at_row(row: Option<u32>) -> String {
    row.map(|row| format!(" (row {row})")).unwrap_or_default()
}

/// Such as `row 3, column B`.
fn place(row: Option<u32>, column: Option<&str>) -> String {
    match (row, column) {
        (Some(row), Some(column)) => format!("row {row}, column {column}"),
        (Some(row), None) => format!("row {row}"),
        (None, _) => "a row".to_owned(),
    }
}

/// Such as `it may be windows-1254 or cp857: say which`.
fn list_candidates(candidates: &[Encoding]) -> String {
    let names: Vec<_> = candidates.iter().map(|it| it.name()).collect();
    match names.split_last() {
        None => "no encoding that is known explains them; say which it is".to_owned(),
        Some((last, [])) => format!("it may be {last}: say which"),
        Some((last, others)) => format!("it may be {} or {last}: say which", others.join(", ")),
    }
}

fn counted(warnings: u64) -> String {
    match warnings {
        1 => "there is a warning".to_owned(),
        count => format!("there are {count} warnings"),
    }
}
