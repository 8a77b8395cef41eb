//! When a call is tried again.

use std::time::Duration;

use super::outcome::Outcome;
use crate::Safety;

/// How often and how fast a call is repeated.
///
/// The wait before a try is a random part of an upper end that doubles with each try. Where the
/// service names a wait, that is kept, and up to a tenth of it is added at random, so that callers who
/// were sent away together do not come back together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RetryPolicy {
    pub(crate) max_tries: u32,
    pub(crate) base: Duration,
    pub(crate) throttled_base: Duration,
    pub(crate) cap: Duration,
    pub(crate) longest_retry_after: Duration,
    pub(crate) budget: u32,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            max_tries: 4,
            base: Duration::from_millis(100),
            throttled_base: Duration::from_secs(1),
            cap: Duration::from_secs(20),
            longest_retry_after: Duration::from_secs(60),
            budget: 100,
        }
    }
}

impl RetryPolicy {
    /// Most tries of one call, the first included. Default 4; 1 turns retrying off.
    #[must_use]
    pub fn max_tries(mut self, tries: u32) -> Self {
        self.max_tries = tries;
        self
    }

    /// Upper end of the first wait after a failure. Default 100 ms; doubles with each try.
    #[must_use]
    pub fn base(mut self, wait: Duration) -> Self {
        self.base = wait;
        self
    }

    /// Upper end of the first wait after a 429. Default 1 s; doubles with each try.
    #[must_use]
    pub fn throttled_base(mut self, wait: Duration) -> Self {
        self.throttled_base = wait;
        self
    }

    /// Upper end of any wait but one that the service asks for. Default 20 s.
    #[must_use]
    pub fn cap(mut self, wait: Duration) -> Self {
        self.cap = wait;
        self
    }

    /// The longest wait that the service may ask for. Default 60 s. If it asks for more, the call ends
    /// with the error that it has, which [says how long](crate::Error::retry_after).
    #[must_use]
    pub fn longest_retry_after(mut self, wait: Duration) -> Self {
        self.longest_retry_after = wait;
        self
    }

    /// How many retries all calls of a client together may lose: a retry takes one, a call that
    /// succeeds gives one back. Default (and most that is ever kept) 100. Without any left, a call
    /// returns what it has and [says so](crate::Error::is_retry_budget_spent). It protects a service
    /// that is down from the retries of many calls at once.
    ///
    /// A company may lose at most as many as it leaves to all others, so one alone at most half: one
    /// that fails for ever costs the others no retry.
    #[must_use]
    pub fn budget(mut self, retries: u32) -> Self {
        self.budget = retries;
        self
    }

    /// How long to wait before the next try, or `None` to return what there is. `tries` counts
    /// those made, `left` is what is left of the limit of the whole call, `fraction` is a random
    /// number from 0 to 1.
    pub(crate) fn wait(
        &self,
        safety: Safety,
        outcome: Outcome,
        tries: u32,
        left: Duration,
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
        let spread = base
            .saturating_mul(2_u32.saturating_pow(tries - 1))
            .min(self.cap);
        let wait = match asked {
            None => spread.mul_f64(fraction),
            Some(asked) if asked > self.longest_retry_after => return None,
            Some(asked) => asked + spread.max(asked / 10).mul_f64(fraction),
        };
        (wait < left).then_some(wait)
    }
}
