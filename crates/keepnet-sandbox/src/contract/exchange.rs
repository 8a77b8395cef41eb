//! A request and its response, as the contract sees them.

use serde_json::Value;

/// A call that an operation handled without an injected fault in place of the response.
#[cfg_attr(
    not(feature = "contract"),
    expect(dead_code, reason = "only the validation reads it")
)]
pub(crate) struct Exchange<'e> {
    pub(crate) operation: &'e str,
    /// The JSON body, if the operation reads one; null for an empty body.
    pub(crate) request_body: Option<&'e Value>,
    pub(crate) status: u16,
    pub(crate) content_type: &'e str,
    pub(crate) response_body: &'e [u8],
}
