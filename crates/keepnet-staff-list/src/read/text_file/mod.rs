//! Reading text files with delimiters, in any of the usual encodings.

mod delimiter;
mod detect;
mod file;
mod plausible;
mod records;
mod utf8_reader;

pub use delimiter::Delimiter;

pub(super) use file::TextFile;
