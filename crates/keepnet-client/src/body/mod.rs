//! Bodies that are not JSON: forms on the way out, files on the way in.

mod download;
mod form;
mod partial_file;

pub use download::{ByteStream, CompletenessCheck, Download};
pub use form::{FilePart, Form};
