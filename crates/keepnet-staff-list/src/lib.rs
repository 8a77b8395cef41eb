//! A staff list: its columns, its mistakes, and the file to send. Nothing here uses the network.
//!
//! ```no_run
//! use keepnet_staff_list::{Mapper, Sheet};
//!
//! # fn main() -> Result<(), keepnet_staff_list::SheetError> {
//! let sheet = Sheet::open("people.xlsx")?;
//! let mapping = Mapper::new().map(&sheet)?;
//! let checked = sheet.validate(&mapping)?;
//! for problem in checked.problems() {
//!     eprintln!("{problem}");
//! }
//! let upload = checked.upload(&sheet)?;
//! println!("{} people in {}", upload.rows(), upload.file_name());
//! # Ok(())
//! # }
//! ```
#![forbid(unsafe_code)]

mod columns;
mod custom_field;
mod field;
mod prepare;
mod priority;
mod read;
mod text;
mod validate;

pub use columns::{MappedColumn, Mapper, Mapping, header_key};
pub use custom_field::{CustomField, DataType};
pub use field::{Field, UnknownField};
pub use prepare::Upload;
pub use priority::{Priority, UnknownPriority};
pub use read::{
    CellKind, Delimiter, Encoding, Format, Header, Limit, Limits, Row, Sheet, SheetError,
    SheetOptions, trimmed,
};
pub use text::escape_formula;
pub use validate::{
    AllowedValues, ProblemKind, RowCounts, RowProblem, Validation, ValidationReport,
    normalize_email, normalized_value, validate_value,
};
