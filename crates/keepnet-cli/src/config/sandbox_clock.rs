//! The clock of a command that brings its own sandbox.

use std::pin::Pin;
use std::time::{Duration, SystemTime};

use keepnet_client::{Clock, SystemClock};

/// The longest pause. A job of the sandbox proceeds with each poll, so that a pause meant for a busy
/// service would only delay the command.
const MAX_PAUSE: Duration = Duration::from_millis(20);

/// The system's clock, with short pauses.
#[derive(Debug, Default)]
pub(super) struct SandboxClock(SystemClock);

impl Clock for SandboxClock {
    fn now(&self) -> SystemTime {
        self.0.now()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + 'static>> {
        self.0.sleep(duration.min(MAX_PAUSE))
    }
}
