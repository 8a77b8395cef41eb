//! Faults: what goes wrong on request, which calls it hits, and how that is written as a text.

mod armed;
mod grammar;
mod plan;

use std::ops::Range;
use std::time::Duration;

pub(crate) use armed::Armed;
pub(crate) use grammar::GRAMMAR;
pub use grammar::InvalidFault;
pub(crate) use plan::{CutOff, Effects, Instead, Plan, Shaping};

/// Something that goes wrong, and the calls that it hits. It is read from a text:
///
/// ```
/// # use keepnet_sandbox::Fault;
/// let fault: Fault = "status=429,retry-after=2,on=POST /api/target-users/search,nth=3".parse()?;
/// assert_eq!(fault.to_string(), "status=429,retry-after=2,on=POST /api/target-users/search,nth=3");
/// # Ok::<(), keepnet_sandbox::InvalidFault>(())
/// ```
///
/// The text is a kind, perhaps with `=` and a value, followed by options, all parted by commas.
/// Durations are written `250ms`, `2s` or `5m`.
///
/// | Kind | What goes wrong |
/// |---|---|
/// | `latency=D`, `latency=D..D` | the answer is so much later; of two durations, anything from the one to the other |
/// | `status=N` | the operation does not run; the answer has the status 400, 401, 403, 404, 409, 429, 500, 502, 503 or 504. `retry-after=S` and `retry-after-date=S` name a time `S` seconds ahead, as a number or as an HTTP date; `body=envelope` (the default), `body=html` or `body=empty` |
/// | `envelope=STATUS` | the operation does not run; the answer is 200 with this `status` in its envelope |
/// | `reset=before` | the connection is reset when the head of the request has come, before its body is read |
/// | `reset=after` | the operation runs, and the connection is reset in place of an answer |
/// | `reset=body` | the connection is reset in the middle of the body of the answer |
/// | `stall=D` | half of the body is sent, nothing for so long, then the rest |
/// | `truncate` | the answer ends in the middle of its body, and looks complete |
/// | `content-type=T` | the answer says that it is something else |
/// | `token-lifetime=D` | the token that is issued dies after so long, whatever its `expires_in` says |
/// | `token-revoked` | the token of the call is not good any more, for this call and those after it |
/// | `transaction-expires` | the transaction that the call names is gone: 404 from now on |
/// | `mapping=fails`, `sticks`, `expires` | the mapping job that is created ends as `FinishedWithError`, never ends, or ends as `Expired` |
/// | `import=fails` | the import job that is started ends as failed |
/// | `import=row-failures` | the import job completes, but for its first `rows=N` rows (1 unless told) |
///
/// | Option | Which calls it hits |
/// |---|---|
/// | `on=OPERATION` | those of one operation, as `/_sandbox/requests` names it; all that the kind can hit unless told, or with `any` |
/// | `nth=N` | the n-th of them, from 1, and no further one unless `count` says so |
/// | `count=N` | so many of them at most |
/// | `chance=P` | each of them with this probability, more than 0 and at most 1 |
/// | `seed=N` | which ones those are; the same seed picks the same calls |
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    kind: Kind,
    calls: Calls,
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq)]
enum Kind {
    /// From the one to the other; both are the same where nothing is left to chance.
    Latency(Range<Duration>),
    Status {
        code: u16,
        retry_after: Option<RetryAfter>,
        body: ErrorBody,
    },
    Envelope(String),
    Reset(CutOff),
    Stall(Duration),
    Truncate,
    ContentType(String),
    TokenLifetime(Duration),
    TokenRevoked,
    TransactionExpires,
    Mapping(MappingFault),
    Import(ImportFault),
}

/// When to come back, in seconds from now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryAfter {
    Seconds(u32),
    Date(u32),
}

/// What the body of an error is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ErrorBody {
    #[default]
    Envelope,
    Html,
    Empty,
}

/// What becomes of a mapping job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MappingFault {
    Fails,
    Sticks,
    Expires,
}

/// What becomes of an import job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ImportFault {
    Fails,
    /// So many rows are not imported.
    Rows(usize),
}

/// Which calls a fault hits.
#[derive(Clone, Debug, Default, PartialEq)]
struct Calls {
    on: Option<String>,
    nth: Option<u64>,
    count: Option<u64>,
    chance: Option<f64>,
    seed: Option<u64>,
}

const TOKEN: &str = "POST /connect/token";
const CREATE_MAPPING: &str = "POST /api/target-users/create-mapping";
const MAPPING_JOB: &str = "GET /api/target-users/mapping-job/{resourceId}";
const IMPORT: &str = "POST /api/target-users/{transactionId}/import";

impl Kind {
    /// Whether a fault of this kind means anything for an operation.
    fn can_hit(&self, operation: &str) -> bool {
        match self {
            Self::TokenLifetime(_) => operation == TOKEN,
            Self::TokenRevoked => operation != TOKEN,
            Self::TransactionExpires => {
                operation.contains("{transactionId}")
                    || matches!(operation, CREATE_MAPPING | MAPPING_JOB)
            }
            Self::Mapping(_) => operation == CREATE_MAPPING,
            Self::Import(_) => operation == IMPORT,
            _ => true,
        }
    }
}

impl Fault {
    /// Whether calls of this operation count; `None` is a path or method that no operation has.
    fn concerns(&self, operation: Option<&str>) -> bool {
        let name = operation.unwrap_or_default();
        self.kind.can_hit(name) && self.calls.on.as_deref().is_none_or(|on| on == name)
    }
}
