//! The time the client waits by, behind a trait so that a test waits in no time.

use std::fmt;
use std::pin::{Pin, pin};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use tokio::sync::watch;

/// Where the client reads the time, where it waits between tries, and how long it lets others keep
/// it waiting.
///
/// Only the time to make a connection is real time whatever the clock.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// The present time. Must never go backwards.
    fn now(&self) -> SystemTime;

    /// Completes after `duration`. Dropping the future cancels the wait.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + 'static>>;

    /// Completes after `duration`, to end something that happens beside it: a response that does not
    /// come, a transfer that stands still, a wait for other calls. Dropping the future lifts the limit.
    ///
    /// A clock that shortens its sleeps must not shorten this: what is limited takes real time, so a
    /// limit that completes at once would always win. Default: real time, on Tokio's timer.
    fn limit(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + 'static>> {
        Box::pin(async move { tokio::time::sleep(duration).await })
    }
}

/// The machine's clock: wall time as of its creation, advanced by the monotonic timer, so that a
/// corrected system time neither ends nor prolongs a wait. Sleeping needs a Tokio runtime with its
/// timer on.
#[derive(Debug)]
pub struct SystemClock {
    wall: SystemTime,
    started: Instant,
}

impl SystemClock {
    /// A clock that shows the present time.
    #[must_use]
    pub fn new() -> Self {
        Self {
            wall: SystemTime::now(),
            started: Instant::now(),
        }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        self.wall + self.started.elapsed()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + 'static>> {
        Box::pin(async move { tokio::time::sleep(duration).await })
    }
}

/// A clock for tests: a sleep returns at once, moves the time forward and is recorded. A limit ends
/// when the time has been [advanced](Self::advance) by as much, or after as much real time.
#[derive(Debug)]
pub struct ManualClock {
    state: Mutex<(SystemTime, Vec<Duration>)>,
    /// By how much the time was advanced in all, sleeps not counted.
    advanced: watch::Sender<Duration>,
}

impl ManualClock {
    /// A clock that stands at `now` until someone sleeps or [`advance`](Self::advance)s it.
    #[must_use]
    pub fn new(now: SystemTime) -> Self {
        Self {
            state: Mutex::new((now, Vec::new())),
            advanced: watch::Sender::default(),
        }
    }

    /// Moves the time forward without recording a sleep, and ends the limits that are reached.
    pub fn advance(&self, duration: Duration) {
        self.lock().0 += duration;
        self.advanced.send_modify(|advanced| *advanced += duration);
    }

    /// Every sleep asked for so far, in order.
    #[must_use]
    pub fn sleeps(&self) -> Vec<Duration> {
        self.lock().1.clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, (SystemTime, Vec<Duration>)> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> SystemTime {
        self.lock().0
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + 'static>> {
        let mut state = self.lock();
        state.0 += duration;
        state.1.push(duration);
        Box::pin(std::future::ready(()))
    }

    fn limit(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + 'static>> {
        let mut advanced = self.advanced.subscribe();
        let end = *advanced.borrow() + duration;
        Box::pin(async move {
            let reached = pin!(advanced.wait_for(|advanced| *advanced >= end));
            // The sender lives in the clock; should the clock go first, real time is left.
            let _ = tokio::time::timeout(duration, async {
                if reached.await.is_err() {
                    std::future::pending::<()>().await;
                }
            })
            .await;
        })
    }
}

/// A duration for people, such as `90 seconds`, `2 minutes` or `1 day 3 hours`: rounded up to whole seconds,
/// with the two largest units from two minutes on, and `more than a year` beyond 365 days.
#[must_use]
pub fn humanize(duration: Duration) -> String {
    const UNITS: [(&str, u64); 4] = [
        ("day", 24 * 60 * 60),
        ("hour", 60 * 60),
        ("minute", 60),
        ("second", 1),
    ];
    let count = |count: u64, unit: &str| match count {
        1 => format!("1 {unit}"),
        _ => format!("{count} {unit}s"),
    };
    let seconds = duration.as_secs() + u64::from(duration.subsec_nanos() > 0);
    if seconds < 120 {
        return count(seconds, "second");
    }
    let day = UNITS[0].1;
    if seconds > 365 * day {
        return "more than a year".to_owned();
    }
    let mut left = seconds;
    let mut parts = Vec::new();
    for (unit, length) in UNITS
        .into_iter()
        .skip_while(|(_, length)| *length > seconds)
        .take(2)
    {
        if left >= length {
            parts.push(count(left / length, unit));
            left %= length;
        }
    }
    parts.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_the_units_of_people() {
        let check = |seconds: f64, expected: &str| {
            let duration = Duration::from_secs_f64(seconds);
            assert_eq!(humanize(duration), expected, "{seconds}");
        };
        check(0.0, "0 seconds");
        check(0.2, "1 second");
        check(1.5, "2 seconds");
        check(119.0, "119 seconds");
        check(119.5, "2 minutes");
        check(150.0, "2 minutes 30 seconds");
        check(1800.0, "30 minutes");
        check(3600.0, "1 hour");
        check(3661.0, "1 hour 1 minute");
        check(86_400.0, "1 day");
        check(86_460.0, "1 day");
        check(97_200.0, "1 day 3 hours");
        check(365.0 * 86_400.0, "365 days");
        check(99_999_999_999_999.0, "more than a year");
    }
}
