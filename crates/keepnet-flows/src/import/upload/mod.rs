//! From the file to the preview: the file is checked, sent and mapped.

mod mapping_job;
mod prepare;
mod preview_rows;
mod preview_run;
mod rejections;
mod transfer;

pub(crate) use prepare::{
    Columns, ListedPeople, Prepared, ensure_own_list, prepare, selected_rows,
};
pub(crate) use preview_rows::{PreviewRow, PreviewRows, count_new};
pub(crate) use preview_run::{PreviewRun, ServerState};
pub(crate) use transfer::nothing_imported;
