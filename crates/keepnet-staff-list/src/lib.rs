//! Staff lists for Keepnet: read a workbook or a CSV file, map its columns to the fields of target
//! users, validate its rows, and prepare the file to send. Nothing here uses the network.
//!
//! ```
//! use keepnet_staff_list::{Field, Mapper, Sheet};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! # let path = folder.path().join("people.csv");
//! # std::fs::write(&path, "Mail,First name,Team\nada@acme.example,Ada,IT\nnobody,Bea,IT\n")?;
//! let sheet = Sheet::open(&path)?; // .xlsx, .xls, .ods or CSV
//! let mapper = Mapper::new().column("Team", Field::Department); // other headers match automatically
//! let mapping = mapper.map(&sheet)?;
//! let validation = sheet.validate(&mapping)?;
//! for problem in validation.problems() {
//!     eprintln!("{problem}"); // people.csv, row 3, column A "Mail": not an e-mail address
//! }
//! let upload = validation.prepare_upload(&sheet)?;
//! println!("{} people in {}", upload.rows(), upload.file_name());
//! # assert_eq!((validation.problems().len(), upload.rows()), (1, 1));
//! # Ok(())
//! # }
//! ```
//!
//! # Types by topic
//!
//! | topic | types |
//! | --- | --- |
//! | reading a file | [`Sheet`], [`SheetOptions`], [`Header`], [`Row`], [`CellKind`] |
//! | how a file is written | [`Format`], [`Encoding`], [`Delimiter`] |
//! | how large a file may be | [`Limits`], [`Limit`] |
//! | mapping columns to fields | [`Mapper`], [`Mapping`], [`MappedColumn`], [`Field`] |
//! | values of a company | [`AllowedValues`], [`CustomField`], [`DataType`], [`Priority`] |
//! | validating rows | [`Validation`], [`RowProblem`], [`ProblemKind`], [`RowCounts`], [`ValidationReport`] |
//! | what a person should look at | [`Warning`], [`WarningKind`] |
//! | validating a single value | [`validate_value`], [`normalized_value`], [`normalize_email`] |
//! | sending | [`Upload`], made by [`Validation::prepare_upload`] |
//! | text of cells and headers | [`header_key`], [`trim_invisible`], [`escape_formula`] |
//! | errors | [`SheetError`], [`UnknownEncoding`], [`UnknownField`], [`UnknownPriority`] |
//!
//! An invalid row is not an error: it is a [`RowProblem`] of the [`Validation`], and the other rows
//! can be sent. Files are hostile input: a file that would exhaust memory or time exceeds one of the
//! [`Limits`] and is refused before it is loaded.
//!
//! # Layers
//!
//! A module uses the modules of the lines below its own, and no others.
//!
//! ```text
//! prepare
//! validate
//! columns
//! read
//! warning
//! headers
//! allowed_values  error
//! custom_field
//! field  limits
//! email  encoding  priority
//! text
//! ```
#![forbid(unsafe_code)]

mod allowed_values;
mod columns;
mod custom_field;
mod email;
mod encoding;
mod error;
mod field;
mod headers;
mod limits;
mod prepare;
mod priority;
mod read;
mod text;
mod validate;
mod warning;

pub use allowed_values::AllowedValues;
pub use columns::{MappedColumn, Mapper, Mapping};
pub use custom_field::{CustomField, DataType};
pub use email::normalize_email;
pub use encoding::{Encoding, UnknownEncoding};
pub use error::SheetError;
pub use field::{Field, UnknownField};
pub use headers::Header;
pub use limits::{Limit, Limits};
pub use prepare::Upload;
pub use priority::{Priority, UnknownPriority};
pub use read::{CellKind, Delimiter, Format, Row, Sheet, SheetOptions};
pub use text::{escape_formula, header_key, trim_invisible};
pub use validate::{
    ProblemKind, RowCounts, RowProblem, Validation, ValidationReport, normalized_value,
    validate_value,
};
pub use warning::{Warning, WarningKind};

/// The README, compiled as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
