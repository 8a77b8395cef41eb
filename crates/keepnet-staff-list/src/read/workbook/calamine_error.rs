//! The errors of calamine as errors of a staff list.
//!
//! The messages of calamine quote cells, so that only the kind of an error is used.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{OdsError, XlsError, XlsxError};

use crate::error::SheetError;
use crate::limits::{Limit, Limits};

/// The result of `read`; a panic in it is damage of the file. Hostile numbers overflow the
/// arithmetic of the reader in builds that check for overflow.
pub(super) fn catch_panic<T>(file: &str, read: impl FnOnce() -> T) -> Result<T, SheetError> {
    catch_unwind(AssertUnwindSafe(read))
        .map_err(|_| SheetError::damaged(file, "a number in it is out of range"))
}

pub(super) fn xlsx_error(file: &str, error: XlsxError) -> SheetError {
    let problem = match error {
        XlsxError::Password => return SheetError::password_protected(file),
        XlsxError::Io(source) => return io_error(file, source),
        XlsxError::Zip(_) => "its ZIP archive cannot be inflated",
        XlsxError::Xml(_) | XlsxError::XmlAttr(_) | XlsxError::XmlEof(_) => "its XML is broken",
        XlsxError::FileNotFound(_) | XlsxError::RelationshipNotFound => "a part is missing",
        XlsxError::WorksheetNotFound(_) => "a worksheet is missing",
        XlsxError::CellTAttribute(_) | XlsxError::ParseFloat(_) => "a cell's type is wrong",
        _ => UNKNOWN_PROBLEM,
    };
    SheetError::damaged(file, problem)
}

pub(super) fn xls_error(file: &str, error: XlsError) -> SheetError {
    match error {
        XlsError::Password => SheetError::password_protected(file),
        XlsError::Io(source) => io_error(file, source),
        _ => SheetError::damaged(file, UNKNOWN_PROBLEM),
    }
}

pub(super) fn ods_error(file: &str, limits: &Limits, error: OdsError) -> SheetError {
    match error {
        OdsError::Password => SheetError::password_protected(file),
        OdsError::Io(source) => io_error(file, source),
        OdsError::CellLimitExceeded { .. } => {
            SheetError::too_large(file, limits, Limit::GridCells, None)
        }
        _ => SheetError::damaged(file, UNKNOWN_PROBLEM),
    }
}

const UNKNOWN_PROBLEM: &str = "its content breaks the format";

/// A part that ends too early or is larger than announced is damage of the file; every other error
/// comes from the operating system.
fn io_error(file: &str, source: io::Error) -> SheetError {
    use io::ErrorKind::{InvalidData, InvalidInput, Other, UnexpectedEof};
    match source.kind() {
        InvalidData | InvalidInput | Other | UnexpectedEof => {
            SheetError::damaged(file, "a part is incomplete")
        }
        _ => SheetError::unreadable(file, source),
    }
}
