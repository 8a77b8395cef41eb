//! When a call is tried again.

use std::time::Duration;

use super::outcome::Outcome;
use crate::Safety;

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
    /// [permit](crate::Concurrency) included. Default 60 s. A service that asks for a longer wait
    /// gets none: the call returns the error it has.
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
        let (throttled, asked) = match outcome {
            Outcome::Busy { throttled, wait } => (throttled, wait),
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
        let wait = ceiling.mul_f64(fraction).max(asked.unwrap_or_default());
        (elapsed.saturating_add(wait) <= self.deadline).then_some(wait)
    }
}
