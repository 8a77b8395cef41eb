//! The time the client waits by, behind a trait so that a test waits in no time.

use std::fmt;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// Where the client reads the time and where it waits between tries.
///
/// Only waiting goes through the clock; the time-outs of a socket are real time.
pub trait Clock: fmt::Debug + Send + Sync + 'static {
    /// The present time. Must never go backwards.
    fn now(&self) -> SystemTime;

    /// Completes after `duration`. Dropping the future cancels the wait.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + 'static>>;
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

/// A clock for tests: a sleep returns at once, moves the time forward and is recorded.
#[derive(Debug)]
pub struct ManualClock {
    state: Mutex<(SystemTime, Vec<Duration>)>,
}

impl ManualClock {
    /// A clock that stands at `now` until someone sleeps or [`advance`](Self::advance)s it.
    #[must_use]
    pub fn new(now: SystemTime) -> Self {
        Self {
            state: Mutex::new((now, Vec::new())),
        }
    }

    /// Moves the time forward without recording a sleep.
    pub fn advance(&self, duration: Duration) {
        self.lock().0 += duration;
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
}
