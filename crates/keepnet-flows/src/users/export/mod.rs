//! Files that the service writes: the users of a company, and the template of a staff list.

mod completeness;
mod download;
mod file_format;

pub use download::{Export, SavedFile};
pub use file_format::FileFormat;
