//! The Keepnet reseller use cases.
//!
//! The offline half reads a staff list, maps its columns to the fields of a
//! target user, checks every row and prepares what is uploaded. It needs no
//! network and no credentials:
//!
//! ```no_run
//! use keepnet_flows::{Mapper, Sheet};
//!
//! # fn main() -> Result<(), keepnet_flows::SheetError> {
//! let sheet = Sheet::open("people.xlsx")?;
//! let mapping = Mapper::new().map(&sheet)?;
//! let checked = sheet.check(&mapping)?;
//! for problem in checked.rejected() {
//!     eprintln!("{problem}"); // people.xlsx, row 14, column C "Mail": not an e-mail address
//! }
//! let upload = checked.upload(&sheet)?;
//! println!("{} people in {}", upload.rows(), upload.file_name());
//! # Ok(())
//! # }
//! ```
#![forbid(unsafe_code)]

pub mod check;
pub mod field;
pub mod mapping;
pub mod sheet;
pub mod upload;

pub use check::{CheckReport, Checked, Reason, Rejected};
pub use field::Field;
pub use mapping::{Mapper, Mapping};
pub use sheet::{Limits, Sheet, SheetError};
pub use upload::Upload;
