//! Reading text files with delimiters, in any of the usual encodings.

mod delimiter;
mod encoding;
mod file;
mod utf8_reader;

pub use delimiter::Delimiter;
pub use encoding::Encoding;
pub(super) use file::TextFile;
