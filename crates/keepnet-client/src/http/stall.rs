//! Detects a body that stands still.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use crate::Clock;
use crate::error::TimedOut;

/// A consumer that asks again only after more than this was busy itself, so its pause does not count as
/// a standstill.
const ABSENCE: Duration = Duration::from_secs(1);

pub(super) type Limit = Pin<Box<dyn Future<Output = ()> + Send>>;

/// While a consumer waits, each period of `limit` must bring one byte a second.
pub(super) struct StallDetector {
    clock: Arc<dyn Clock>,
    limit: Duration,
    /// The period, which begins when nothing is there to be read.
    period: Option<Limit>,
    /// What came within the period.
    moved: u64,
    /// When the last part was handed to the consumer.
    handed: Option<SystemTime>,
}

impl StallDetector {
    pub(super) fn new(clock: Arc<dyn Clock>, limit: Duration) -> Self {
        Self {
            clock,
            limit,
            period: None,
            moved: 0,
            handed: None,
        }
    }

    /// The consumer asks for more. Where it has been away, the time until now is its own.
    pub(super) fn resume(&mut self) {
        if let Some(handed) = self.handed.take() {
            let away = self.clock.now().duration_since(handed).unwrap_or_default();
            if away > ABSENCE {
                self.restart();
            }
        }
    }

    pub(super) fn moved(&mut self, bytes: usize, cx: &mut Context<'_>) {
        let Some(period) = &mut self.period else {
            return;
        };
        self.moved += bytes as u64;
        // A period that ended unseen went by while the consumer looked elsewhere.
        if self.moved >= least(self.limit) || period.as_mut().poll(cx).is_ready() {
            self.restart();
        } else {
            self.handed = Some(self.clock.now());
        }
    }

    pub(super) fn poll_stalled(&mut self, cx: &mut Context<'_>) -> Poll<TimedOut> {
        let period = self
            .period
            .get_or_insert_with(|| self.clock.limit(self.limit));
        period.as_mut().poll(cx).map(|()| TimedOut::Stalled {
            bytes: self.moved,
            limit: self.limit,
        })
    }

    fn restart(&mut self) {
        self.period = None;
        self.moved = 0;
    }
}

/// How many bytes a transfer that does not stand still moves in this time.
pub(super) fn least(limit: Duration) -> u64 {
    limit.as_secs().max(1)
}
