//! A fault: its kind, and the calls that it applies to.

use std::ops::Range;
use std::time::Duration;

/// An injected fault, and the calls that it applies to. It is parsed from a text:
///
/// ```
/// # use keepnet_sandbox::Fault;
/// let fault: Fault = "status=429,retry-after=2,on=POST /api/target-users/search,nth=3".parse()?;
/// assert_eq!(fault.to_string(), "status=429,retry-after=2,on=POST /api/target-users/search,nth=3");
/// # Ok::<(), keepnet_sandbox::InvalidFault>(())
/// ```
///
/// The text is a kind, for most kinds with `=` and a value, followed by options; all are separated
/// by commas. `D` is a duration such as `250ms`, `2s` or `5m`.
///
/// | Kind | Effect |
/// |---|---|
/// | `latency=D`, `latency=D..D` | the response is delayed by this duration, or by a random duration between the two |
/// | `status=N` | the operation does not run; the response has the status 400, 401, 403, 404, 409, 429, 500, 502, 503 or 504. `retry-after=S` and `retry-after-date=S` add a `Retry-After` header that points `S` seconds ahead, as a number or as an HTTP date; `body=envelope` (the default), `body=html` or `body=empty` chooses the body |
/// | `envelope=STATUS` | the operation does not run; the response is 200 with this `status` in its envelope |
/// | `reset=before` | the connection is reset after the head of the request, before its body is read |
/// | `reset=after` | the operation runs, and the connection is reset instead of a response; a call that the operation refuses gets its response, and does not count |
/// | `reset=body` | the operation runs, and the connection is reset in the middle of the response body |
/// | `stall=D` | half of the response body is sent, then nothing for this duration, then the rest |
/// | `endless` | the response body has no announced length and never ends: spaces follow it |
/// | `truncate` | the response ends in the middle of its body, and looks complete |
/// | `content-type=T` | the response has this `Content-Type` |
/// | `token-lifetime=D` | the issued token expires after this duration, regardless of its `expires_in` |
/// | `token-revoked` | the token of the call becomes invalid, for this call and later ones |
/// | `transaction-expires` | the transaction of the call expires: 404 from now on |
/// | `mapping=fails`, `sticks`, `expires` | the created mapping job ends as `FinishedWithError`, never ends, or ends as `Expired` |
/// | `import=fails` | the started import job ends as failed |
/// | `foreign-import=N` | before the call, somebody else imports `N` people into the company that the call names; `job=fails` lets that job fail |
/// | `import=row-failures` | the import job completes, but does not import its first `rows=N` rows (default 1) |
///
/// | Option | Which calls it selects |
/// |---|---|
/// | `on=OPERATION` | the calls of one operation, by its name or its route: `search_target_users` or `POST /api/target-users/search`; the default, `any`, is every operation that the kind can apply to |
/// | `company=ID` | the calls whose headers name this company |
/// | `nth=N` | the n-th selected call, counted from 1, and no further one unless `count` is given |
/// | `count=N` | at most this many calls |
/// | `chance=P` | each call with this probability, more than 0 and at most 1 |
/// | `seed=N` | the seed of the random choice; the same seed selects the same calls |
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    pub(super) kind: Kind,
    pub(super) selector: CallSelector,
}

/// What goes wrong.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Kind {
    /// Start and end are equal for a fixed delay.
    Latency(Range<Duration>),
    Replace(Replacement),
    Reset(ResetPoint),
    Body(BodyFault),
    ContentType(String),
    TokenLifetime(Duration),
    TokenRevoked,
    TransactionExpires,
    Mapping(MappingFault),
    Import(ImportFault),
    ForeignImport(ForeignImport),
}

/// A response instead of the operation's.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Replacement {
    Status {
        code: u16,
        retry_after: Option<RetryAfter>,
        body: ErrorBody,
    },
    /// 200, with this `status` in the envelope.
    Envelope(String),
}

/// The time of a `Retry-After` header, in seconds from now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryAfter {
    Seconds(u32),
    Date(u32),
}

/// The body of an error response.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ErrorBody {
    Envelope,
    Html,
    Empty,
}

/// When the connection is reset.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ResetPoint {
    /// Before the body of the request is read.
    Before,
    /// After the operation has run, instead of a response.
    After,
    /// In the middle of the response body.
    Body,
}

/// A change to how the response body is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyFault {
    Stall(Duration),
    Truncate,
    Endless,
}

/// How a mapping job ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MappingFault {
    Fails,
    Sticks,
    Expires,
}

/// How an import job ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ImportFault {
    Fails,
    /// The job does not import its first rows, this many.
    RowFailures(usize),
}

/// An import by somebody else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ForeignImport {
    pub(crate) rows: usize,
    pub(crate) fails: bool,
}

/// The calls that a fault applies to.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct CallSelector {
    pub(super) on: Option<&'static str>,
    /// The id of the company that the headers of a call name.
    pub(super) company: Option<String>,
    pub(super) nth: Option<u64>,
    pub(super) count: Option<u64>,
    pub(super) chance: Option<f64>,
    pub(super) seed: Option<u64>,
}

const TOKEN: &str = "POST /connect/token";
const CREATE_MAPPING: &str = "POST /api/target-users/create-mapping";
const MAPPING_JOB: &str = "GET /api/target-users/mapping-job/{resourceId}";
const IMPORT: &str = "POST /api/target-users/{transactionId}/import";

impl Kind {
    /// Whether a fault of this kind has an effect on an operation.
    pub(super) fn applies_to(&self, operation: &str) -> bool {
        match self {
            Self::TokenLifetime(_) => operation == TOKEN,
            Self::TokenRevoked | Self::ForeignImport(_) => operation != TOKEN,
            Self::TransactionExpires => {
                operation.contains("{transactionId}")
                    || matches!(operation, CREATE_MAPPING | MAPPING_JOB)
            }
            Self::Mapping(_) => operation == CREATE_MAPPING,
            Self::Import(_) => operation == IMPORT,
            _ => true,
        }
    }

    /// Whether a fault of this kind changes what an accepted call starts, or hides that it was accepted,
    /// so that a refused call does not count.
    pub(super) fn needs_acceptance(&self) -> bool {
        matches!(
            self,
            Self::TokenLifetime(_)
                | Self::Mapping(_)
                | Self::Import(_)
                | Self::Reset(ResetPoint::After)
        )
    }
}

impl Fault {
    /// Whether a call of this operation in this company counts; no operation stands for an unknown path
    /// or method.
    pub(super) fn applies_to(&self, operation: Option<&str>, company: Option<&str>) -> bool {
        let name = operation.unwrap_or_default();
        let selector = &self.selector;
        let selected = selector.company.as_deref();
        self.kind.applies_to(name)
            && selector.on.is_none_or(|on| on == name)
            && selected.is_none_or(|selected| company == Some(selected))
    }
}
