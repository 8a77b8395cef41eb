//! The wait that a response asks for.

use std::time::{Duration, SystemTime};

use http::StatusCode;
use http::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};

/// When the window of a rate limit ends.
const WINDOW_ENDS: [HeaderName; 2] = [
    HeaderName::from_static("ratelimit-reset"),
    HeaderName::from_static("x-ratelimit-reset"),
];
/// No window is so long; a larger number is a moment.
const YEAR: u64 = 365 * 24 * 3600;

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
    // Many services name the window in every response; only in a refusal it says when to come back.
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
