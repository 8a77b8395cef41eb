//! Waiting for a job of the service, by the session's clock and random source.

use std::time::{Duration, SystemTime};

use keepnet_client::Client;

/// The wait after the first look; each later one is half as long again.
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(15);

/// Waits between looks at a job, and gives up when nothing has moved for too long.
pub(crate) struct Polling<M> {
    client: Client,
    patience: Duration,
    pause: Duration,
    last: Option<M>,
    moved: SystemTime,
}

impl<M: PartialEq> Polling<M> {
    pub(crate) fn new(client: &Client, patience: Duration) -> Polling<M> {
        let client = client.clone();
        Polling {
            moved: client.clock().now(),
            client,
            patience,
            pause: FIRST,
            last: None,
        }
    }

    /// Waits for the next look. `seen` is what the job shows now; false means that it has shown the
    /// same for longer than the patience, and nothing was waited for.
    pub(crate) async fn pause(&mut self, seen: M) -> bool {
        let now = self.client.clock().now();
        if self.last.as_ref() != Some(&seen) {
            self.last = Some(seen);
            self.moved = now;
        } else if self.standstill(now) >= self.patience {
            return false;
        }
        // The jitter takes up to a fifth off, so that many imports do not look at one time.
        let fraction = (self.client.random().next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
        let pause = self.pause.mul_f64(0.8 + 0.2 * fraction);
        self.pause = self.pause.mul_f64(1.5).min(LONGEST);
        self.client.clock().sleep(pause).await;
        true
    }

    pub(crate) fn patience(&self) -> Duration {
        self.patience
    }

    fn standstill(&self, now: SystemTime) -> Duration {
        now.duration_since(self.moved).unwrap_or_default()
    }
}
