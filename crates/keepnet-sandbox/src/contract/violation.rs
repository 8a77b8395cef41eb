//! One violation of the contract.

use std::fmt;

use serde::Deserialize;

/// One place where a request or a response does not match the contract. It never contains the value
/// at that place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct Violation {
    /// The operation, such as `POST /api/target-users/search`.
    pub operation: String,
    /// Whether the request or the response is wrong.
    pub direction: Direction,
    /// The place, as a JSON pointer; in a request, property names are in lower case.
    pub pointer: String,
    /// The broken rule: a keyword of JSON Schema, `content-type`, `json` for a response that is not
    /// JSON, or `operation` for an operation that the contract does not have.
    pub rule: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            operation,
            direction,
            pointer,
            rule,
        } = self;
        write!(f, "{operation}: {direction} at \"{pointer}\": {rule}")
    }
}

/// Which part of an exchange violates the contract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// The request of the client, which the sandbox accepted.
    Request,
    /// The response of the sandbox.
    Response,
}

impl fmt::Display for Direction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Request => "request",
            Self::Response => "response",
        })
    }
}
