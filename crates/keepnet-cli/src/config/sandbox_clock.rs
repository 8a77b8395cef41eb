//! The time that a command with a sandbox of its own waits by.

use std::pin::Pin;
use std::time::{Duration, SystemTime};

use keepnet_client::Clock;

/// The longest wait. A job of the sandbox moves with each look at it, so that
/// a pause meant for a far and busy service would only keep a person waiting.
const LONGEST: Duration = Duration::from_millis(20);

/// The system's clock with short pauses.
#[derive(Debug, Default)]
pub(crate) struct SandboxClock(keepnet_client::SystemClock);

impl Clock for SandboxClock {
    fn now(&self) -> SystemTime {
        self.0.now()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + 'static>> {
        self.0.sleep(duration.min(LONGEST))
    }
}
