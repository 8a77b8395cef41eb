//! Files that the service writes: the users of a company, and the template of a staff list.

mod completeness;
mod download;
mod file_format;
mod row_count;

pub use download::{Export, SavedFile, WrittenFile};
pub use file_format::FileFormat;
