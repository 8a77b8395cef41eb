//! Why a file cannot be read.

#[derive(Debug, thiserror::Error)]
pub(crate) enum ReadError {
    #[error("The content of the file does not match its extension")]
    Format,
    #[error("The file exceeds the limit of {0}")]
    TooLarge(&'static str),
}
