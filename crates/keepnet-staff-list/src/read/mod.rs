//! Reading a staff list from a workbook or a text file.

mod detect;
mod format;
mod header_row;
mod options;
mod row;
mod scan;
mod sheet;
mod snapshot;
mod text_file;
mod workbook;

pub use format::Format;
pub use options::SheetOptions;
pub use row::{CellKind, Row};
pub use sheet::Sheet;
pub use text_file::Delimiter;
pub(crate) use workbook::LayoutCursor;
