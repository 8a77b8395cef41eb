//! A clock that runs faster than the time of the machine.

use std::pin::Pin;
use std::time::{Duration, Instant, SystemTime};

use keepnet_client::Clock;

/// Sleeps and limits end after the same part of their duration, so that all proportions hold.
#[derive(Debug)]
pub(super) struct FastClock {
    started: Instant,
    speed: u32,
}

impl FastClock {
    pub(super) fn new(speed: u32) -> FastClock {
        FastClock {
            started: Instant::now(),
            speed,
        }
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.started.elapsed() * self.speed
    }

    fn wait(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + 'static>> {
        let wait = duration / self.speed;
        Box::pin(async move { tokio::time::sleep(wait).await })
    }
}

impl Clock for FastClock {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000) + self.elapsed()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + 'static>> {
        self.wait(duration)
    }

    fn limit(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + 'static>> {
        self.wait(duration)
    }
}
