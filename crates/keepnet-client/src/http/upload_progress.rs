//! How much of an upload has been sent, and whether it still moves.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::stall::least;
use crate::Clock;
use crate::error::TimedOut;

/// How many bytes of the files have been handed to the connection.
#[derive(Clone, Debug, Default)]
pub(crate) struct UploadProgress(Arc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    sent: AtomicU64,
    total: AtomicU64,
}

impl UploadProgress {
    pub(crate) fn expect(&self, bytes: u64) {
        self.0.total.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(crate) fn sent(&self, bytes: u64) {
        self.0.sent.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Completes when the upload has stood still for `stall`, give or take a quarter, or has been
    /// whole for `response`, and returns which limit it was.
    pub(super) async fn time_out(
        &self,
        clock: &dyn Clock,
        stall: Duration,
        response: Duration,
    ) -> TimedOut {
        const LOOKS: usize = 4;
        let mut seen = VecDeque::new();
        loop {
            let sent = self.0.sent.load(Ordering::Relaxed);
            if sent >= self.0.total.load(Ordering::Relaxed) {
                clock.limit(response).await;
                return TimedOut::FirstByte(response);
            }
            seen.push_back(sent);
            if seen.len() > LOOKS && sent - seen.pop_front().unwrap_or_default() < least(stall) {
                return TimedOut::Stalled(stall);
            }
            clock.limit(stall / LOOKS as u32).await;
        }
    }
}
