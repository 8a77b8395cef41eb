//! Why an operation failed: the one error type of the workspace.

mod classify;
mod client_error;
mod error_body;
mod failed_call;
mod failure;
mod kind;
mod plain_words;
mod redact;
mod transport_error;

pub use client_error::Error;
pub use failed_call::FailedCall;
pub use kind::ErrorKind;
pub use redact::redact;

pub(crate) use classify::error_kind;
pub(crate) use error_body::{ErrorBody, FAILED, READ_LIMIT, flatten_messages};
pub(crate) use failure::{Failure, TimedOut, TokenFailure, is_web_page};
pub(crate) use transport_error::{TransportError, UnreadableFile};
