use std::time::{Duration, SystemTime};

use reqwest::StatusCode;
use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};

use crate::Safety;
use crate::error::Failure;

/// When the window of a rate limit ends.
const WINDOW_ENDS: [HeaderName; 2] = [
    HeaderName::from_static("ratelimit-reset"),
    HeaderName::from_static("x-ratelimit-reset"),
];
/// No window is so long; a larger number is a moment.
const YEAR: u64 = 365 * 24 * 3600;

/// How often, how fast and how long a call is repeated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RetryPolicy {
    /// Most tries of one call, the first included. Default 4; 1 turns retrying off.
    pub max_tries: u32,
    /// Upper end of the first wait after a failure. Default 100 ms; doubles with each try.
    pub base: Duration,
    /// Upper end of the first wait after a 429. Default 1 s; doubles with each try.
    pub throttled_base: Duration,
    /// Upper end of any wait but one that the service asks for. Default 20 s.
    pub cap: Duration,
    /// No try starts later than this after the call began, waiting for a
    /// [place](crate::Concurrency) included. Default 60 s. A service that asks for a longer wait
    /// gets none: the call returns what it answered.
    pub deadline: Duration,
    /// What all calls of a client together may spend on retries: one costs 5 after a 429 and 14
    /// after any other failure, a call that succeeds with its first try pays in 1, and a retry that
    /// leads to success gets its cost back. Default (and most that is ever kept) 500. With less than
    /// the cost left, a call returns what it has and [says so](crate::Error::is_retry_budget_spent).
    pub budget: u32,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_tries: 4,
            base: Duration::from_millis(100),
            throttled_base: Duration::from_secs(1),
            cap: Duration::from_secs(20),
            deadline: Duration::from_secs(60),
            budget: 500,
        }
    }
}

/// The outcome of one try, as far as repeating it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// An answer or failure that a repetition would not change.
    Final,
    /// Certain that the service saw nothing of the request.
    NeverSent,
    /// The connection failed after the request may have arrived.
    Broken,
    /// An answer that asks for patience.
    Busy {
        throttled: bool,
        hint: Option<Duration>,
    },
}

impl Outcome {
    pub(crate) fn of_status(
        status: StatusCode,
        headers: &HeaderMap,
        now: Option<SystemTime>,
    ) -> Self {
        match status.as_u16() {
            429 => Self::Busy {
                throttled: true,
                hint: retry_after(status, headers, now),
            },
            502..=504 => Self::Busy {
                throttled: false,
                hint: retry_after(status, headers, now),
            },
            _ => Self::Final,
        }
    }

    pub(crate) fn of_failure(failure: &Failure) -> Self {
        match failure {
            Failure::Transport(error) => Self::of_transport(error),
            Failure::TimedOut(_) => Self::Broken,
            Failure::Crowded(_) => Self::NeverSent,
            _ => Self::Final,
        }
    }

    pub(crate) fn of_transport(error: &reqwest::Error) -> Self {
        if error.is_connect() {
            Self::NeverSent
        } else if error.is_builder() || error.is_redirect() {
            Self::Final
        } else {
            Self::Broken
        }
    }

    /// Whether an operation of this class may be sent again after this outcome.
    pub(crate) fn permits(self, safety: Safety) -> bool {
        match self {
            Self::Final => false,
            // A 429 is given in place of an answer: nothing was done.
            Self::NeverSent
            | Self::Busy {
                throttled: true, ..
            } => true,
            Self::Broken | Self::Busy { .. } => safety != Safety::Once,
        }
    }
}

impl RetryPolicy {
    /// How long to wait before the next try, or `None` to return what there is. `tries` counts
    /// those made, `fraction` is a random number from 0 to 1.
    pub(crate) fn wait(
        &self,
        safety: Safety,
        outcome: Outcome,
        tries: u32,
        elapsed: Duration,
        fraction: f64,
    ) -> Option<Duration> {
        if tries >= self.max_tries || !outcome.permits(safety) {
            return None;
        }
        let (throttled, hint) = match outcome {
            Outcome::Busy { throttled, hint } => (throttled, hint),
            _ => (false, None),
        };
        let base = if throttled {
            self.throttled_base
        } else {
            self.base
        };
        let ceiling = base
            .saturating_mul(2_u32.saturating_pow(tries - 1))
            .min(self.cap);
        let wait = ceiling.mul_f64(fraction).max(hint.unwrap_or_default());
        (elapsed.saturating_add(wait) <= self.deadline).then_some(wait)
    }
}

/// The wait a response asks for, in seconds or as a date. A date is held against the response's own
/// `Date`, so that a wrong clock on either side does no harm; one in the past means no wait. Where a
/// 429 has no `Retry-After`, the end of the rate limit's window is the wait.
pub(crate) fn retry_after(
    status: StatusCode,
    headers: &HeaderMap,
    now: Option<SystemTime>,
) -> Option<Duration> {
    let text = |name: HeaderName| Some(headers.get(name)?.to_str().ok()?.trim());
    let since = |until: SystemTime| {
        let sent = text(DATE).and_then(|date| httpdate::parse_http_date(date).ok());
        Some(until.duration_since(sent.or(now)?).unwrap_or_default())
    };
    if let Some(value) = text(RETRY_AFTER) {
        return match value.parse::<u64>() {
            Ok(seconds) => Some(Duration::from_secs(seconds)),
            Err(_) => since(httpdate::parse_http_date(value).ok()?),
        };
    }
    // Many services name the window in every answer; it says when to come back in a refusal alone.
    if status != StatusCode::TOO_MANY_REQUESTS {
        return None;
    }
    // No specification rules these: most services count seconds, some name a moment in Unix time.
    let reset: u64 = WINDOW_ENDS.into_iter().find_map(text)?.parse().ok()?;
    if reset < YEAR {
        return Some(Duration::from_secs(reset));
    }
    since(SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(reset))?)
}
