//! The result of a handler.

use serde_json::{Value, json};

use super::error::ApiError;
use crate::contract::ExampleResponse;
use crate::test_double::Answer;

pub(crate) type HandlerResult = Result<Reply, ApiError>;

/// A success.
pub(crate) enum Reply {
    /// `data` in the envelope, with a message for the user.
    Data { data: Value, message: &'static str },
    /// The whole body: the token and, in the documented dialect, the preview.
    Bare(Value),
    /// A download. It is written on another thread after the state is unlocked, as it may take long.
    File {
        content_type: &'static str,
        write: Box<dyn FnOnce() -> Result<Vec<u8>, ApiError> + Send>,
    },
    /// What a stub answers in place of the operation.
    Stub(Answer),
    /// A response that is made from the contract alone.
    Example(ExampleResponse),
    /// `data` in the envelope, which a client may cache until `until` (Unix seconds).
    Lookup { data: Value, until: i64 },
}

impl Reply {
    pub(crate) fn data(data: Value) -> Self {
        Self::message("", data)
    }

    pub(crate) fn message(message: &'static str, data: Value) -> Self {
        Self::Data { data, message }
    }

    /// The id of a record that was created or changed.
    pub(crate) fn id(id: impl ToString, message: &'static str) -> Self {
        Self::message(message, json!({ "resourceId": id.to_string() }))
    }
}
