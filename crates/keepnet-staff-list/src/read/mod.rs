//! Reading a staff list from a workbook or a text file.

mod detect;
mod format;
mod row;
mod scan;
mod sheet;
mod text_file;
mod workbook;

pub use format::Format;
pub use row::{CellKind, Row};
pub use sheet::{Sheet, SheetOptions};
pub use text_file::{Delimiter, Encoding};
