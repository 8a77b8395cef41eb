//! What is known of a call while it runs and after it ended.

use std::sync::Arc;
use std::time::SystemTime;

use crate::random::RequestId;
use crate::{CompanyId, Safety};

#[derive(Clone, Debug)]
pub(crate) struct CallInfo {
    pub(crate) operation: &'static str,
    /// The host of the service.
    pub(crate) host: Arc<str>,
    pub(crate) company: Option<CompanyId>,
    /// Sent as `X-Request-Id`, the same on every try.
    pub(crate) request_id: RequestId,
    /// How many requests were sent, the one after a renewed token included.
    pub(crate) tries: u32,
    /// Whether another try was due but not paid for.
    pub(crate) budget_spent: bool,
    /// Whether a repeated deletion found nothing, after a try that may have deleted it.
    pub(crate) already_gone: bool,
    /// Whether a try may have done what the call asks for, although its response does not say so. While
    /// a request is in flight, it counts as one that may.
    pub(crate) may_have_acted: bool,
    pub(crate) safety: Safety,
    /// When the last try ended, by the injected clock.
    pub(crate) responded_at: Option<SystemTime>,
}
