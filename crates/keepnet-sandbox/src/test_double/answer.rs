//! The answer of a stub.

use std::fmt;

use serde_json::Value;

/// What a stub answers in place of the operation.
#[derive(Clone)]
pub struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: AnswerBody,
    /// How many requests are answered; `None` for all.
    pub(crate) times: Option<u64>,
}

/// The body of an answer.
#[derive(Clone)]
pub(crate) enum AnswerBody {
    /// `data` in the envelope of the dialect.
    Data(Value),
    /// An error in the envelope of the dialect, with this message.
    Error(String),
    Json(Value),
    File {
        content_type: String,
        bytes: Vec<u8>,
    },
}

impl Answer {
    /// 200, with this `data` in the envelope of the service.
    pub fn data(data: impl Into<Value>) -> Self {
        Self::new(200, AnswerBody::Data(data.into()))
    }

    /// 200, with this JSON as the whole body.
    pub fn json(body: impl Into<Value>) -> Self {
        Self::new(200, AnswerBody::Json(body.into()))
    }

    /// 200, with a file of this media type.
    pub fn file(content_type: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        let (content_type, bytes) = (content_type.into(), bytes.into());
        Self::new(
            200,
            AnswerBody::File {
                content_type,
                bytes,
            },
        )
    }

    /// An error of the service, with this HTTP status and message.
    pub fn error(status: u16, message: impl Into<String>) -> Self {
        Self::new(status, AnswerBody::Error(message.into()))
    }

    fn new(status: u16, body: AnswerBody) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body,
            times: None,
        }
    }

    /// Sets the HTTP status, from 200 to 599. A number outside becomes 500.
    pub fn with_status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    /// Adds a header. A name or a value that HTTP does not allow is left out.
    pub fn with_header(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Answers the next `times` requests only; later ones reach the operation. Default: all.
    pub fn times(mut self, times: u64) -> Self {
        self.times = Some(times);
        self
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}
