//! From the file to the preview: the file is checked, sent and mapped.

mod mapping_job;
mod prepare;
mod preview_rows;
mod rejections;
mod run;

pub(super) use prepare::{Columns, Prepared, nothing_imported, prepare, selected};
pub(super) use preview_rows::PreviewRows;
pub(super) use run::{Course, Stand};
