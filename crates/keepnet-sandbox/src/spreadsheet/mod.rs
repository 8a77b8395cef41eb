//! Reading the files of rows that clients upload: `.xlsx`, `.xls` and `.csv`.

mod delimited;
mod error;
mod read;
mod table;
mod workbook;

pub(crate) use read::{FileType, read};
pub(crate) use table::Table;
