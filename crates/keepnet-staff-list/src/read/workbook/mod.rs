//! Reading workbooks, cell by cell if the format allows it.

mod archive;
mod book;
mod calamine_error;
mod cells;
mod layout;
mod number_format;
mod ole;
mod open_document;

pub(super) use book::{Workbook, Worksheet};
pub(super) use layout::Layout;
pub(crate) use layout::LayoutCursor;
