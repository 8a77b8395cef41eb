//! Waiting for a job of the service, by the clock and the random source of the client.

use std::time::{Duration, SystemTime};

use keepnet_client::Client;
use keepnet_client::clock::humanize;

use crate::{Error, ErrorKind, Result};

/// The wait after the first poll; each later one is half as long again.
const FIRST: Duration = Duration::from_secs(1);
const LONGEST: Duration = Duration::from_secs(15);

/// Waits between polls of a job, and gives up if the job makes no progress for too long.
pub(crate) struct Polling<S> {
    client: Client,
    stall_timeout: Duration,
    pause: Duration,
    last: Option<(S, SystemTime)>,
}

impl<S: PartialEq> Polling<S> {
    pub(crate) fn new(client: &Client, stall_timeout: Duration) -> Polling<S> {
        Polling {
            client: client.clone(),
            stall_timeout,
            pause: FIRST,
            last: None,
        }
    }

    /// Waits until the next poll. `state` is what the job shows now.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Timeout`], without a wait, if the job has shown the same state for the stall
    /// time-out. `job` names the job and its state in the message.
    pub(crate) async fn wait(&mut self, state: S, job: impl FnOnce() -> String) -> Result<()> {
        let now = self.client.clock().now();
        match &self.last {
            Some((last, since)) if *last == state => {
                if now.duration_since(*since).unwrap_or_default() >= self.stall_timeout {
                    let time = humanize(self.stall_timeout);
                    let problem = format!("{} has made no progress for {time}", job());
                    return Err(Error::new(ErrorKind::Timeout, problem));
                }
            }
            _ => self.last = Some((state, now)),
        }
        // The jitter takes up to a fifth off, so that many imports do not poll at the same time.
        let fraction = (self.client.random().next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
        let pause = self.pause.mul_f64(0.8 + 0.2 * fraction);
        self.pause = self.pause.mul_f64(1.5).min(LONGEST);
        self.client.clock().sleep(pause).await;
        Ok(())
    }
}

/// Looks for something that the service may show only after a while: up to three times, two seconds
/// apart.
pub(crate) async fn look_repeatedly<T, F>(
    client: &Client,
    mut look: impl FnMut() -> F,
) -> Result<Option<T>>
where
    F: Future<Output = Result<Option<T>>>,
{
    const BETWEEN: Duration = Duration::from_secs(2);
    for _ in 0..2 {
        if let Some(found) = look().await? {
            return Ok(Some(found));
        }
        client.clock().sleep(BETWEEN).await;
    }
    look().await
}
