//! What a recorded request carried beside its path.

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use serde_json::{Value, json};

/// The query, the headers and the body of a request. They contain people's data, so `Debug` shows
/// their sizes only.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RequestContent {
    /// The parameters of the query, decoded, in their order.
    pub query: Vec<(String, String)>,
    /// The headers with names in lower case, in their order. The values of `authorization` and
    /// `cookie` are left out.
    pub headers: Vec<(String, String)>,
    /// The body, at most its first MiB. It is empty for a token request, which has a secret.
    pub body: Bytes,
    /// Whether the body has more than `body` contains.
    pub body_is_truncated: bool,
}

impl RequestContent {
    /// The first value of a query parameter, whose name is compared with its case.
    pub fn query(&self, name: &str) -> Option<&str> {
        let mut named = self.query.iter().filter(|(known, _)| known == name);
        named.next().map(|(_, value)| value.as_str())
    }

    /// The first value of a header, whose name is compared without its case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut named = self.headers.iter();
        named
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.as_str())
    }

    /// The body as JSON; `None` if it is something else, or longer than what was kept.
    pub fn json(&self) -> Option<Value> {
        serde_json::from_slice(&self.body).ok()
    }

    pub(super) fn to_json(&self) -> Value {
        let mut content = json!({
            "query": self.query,
            "headers": self.headers,
            "bodyIsTruncated": self.body_is_truncated,
        });
        match std::str::from_utf8(&self.body) {
            Ok(text) => content["body"] = text.into(),
            Err(_) => content["bodyBase64"] = BASE64_STANDARD.encode(&self.body).into(),
        }
        content
    }
}

impl fmt::Debug for RequestContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestContent")
            .field("query", &self.query.len())
            .field("headers", &self.headers.len())
            .field("body", &self.body.len())
            .finish_non_exhaustive()
    }
}
