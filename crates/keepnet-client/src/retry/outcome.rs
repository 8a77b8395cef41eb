//! How one try ended, as far as repeating it goes.

use std::time::Duration;

use http::StatusCode;

use crate::Safety;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// A response or failure that a repetition would not change.
    Final,
    /// Certain that the service saw nothing of the request.
    NeverSent,
    /// The connection failed after the request may have arrived.
    Broken,
    /// A response that asks for a later try.
    Busy {
        throttled: bool,
        wait: Option<Duration>,
    },
}

impl Outcome {
    /// 408 says that the service did not wait for the request, 520 to 524 come from a proxy that got
    /// no usable response from it.
    pub(crate) fn of_status(status: u16, wait: Option<Duration>) -> Self {
        match status {
            408 | 429 | 502..=504 | 520..=524 => Self::Busy {
                throttled: status == 429,
                wait,
            },
            _ => Self::Final,
        }
    }

    /// Whether an operation of this class may be sent again after this outcome.
    pub(crate) fn permits(self, safety: Safety) -> bool {
        match self {
            Self::Final => false,
            // The service sends a 429 instead of doing anything.
            Self::NeverSent
            | Self::Busy {
                throttled: true, ..
            } => true,
            Self::Broken | Self::Busy { .. } => safety != Safety::Once,
        }
    }
}

/// Whether the service may have done what a request asks for, although the status does not say so. Of a
/// success, the body says it.
///
/// The service checks token, permission and input before it acts (400 to 404, 409), and sends 429
/// instead of acting. 408 and the 5xx may come from a proxy in front of a service that goes on working.
pub(crate) fn status_may_have_acted(status: StatusCode) -> bool {
    match status.as_u16() {
        200..=299 => false,
        408 => true,
        400..=499 | 501 | 505 => false,
        _ => true,
    }
}
