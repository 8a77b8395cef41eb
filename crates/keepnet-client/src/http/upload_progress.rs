//! How much of an upload has been sent, and whether it still moves.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use super::stall::least;
use crate::error::TimedOut;
use crate::{Clock, RequestPhase, RequestWatch};

/// How many bytes of the files have been handed to the connection.
#[derive(Clone, Debug)]
pub(crate) struct UploadProgress(Arc<Counts>);

#[derive(Debug)]
struct Counts {
    sent: AtomicU64,
    total: AtomicU64,
    watch: RequestWatch,
}

impl UploadProgress {
    /// The progress of the upload that this watch shows.
    pub(crate) fn new(watch: RequestWatch) -> Self {
        Self(Arc::new(Counts {
            sent: AtomicU64::new(0),
            total: AtomicU64::new(0),
            watch,
        }))
    }

    pub(crate) fn expect(&self, bytes: u64) {
        self.0.total.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(crate) fn sent(&self, bytes: u64) {
        let before = self.0.sent.fetch_add(bytes, Ordering::Relaxed);
        if before + bytes >= self.0.total.load(Ordering::Relaxed) {
            self.0.watch.set(RequestPhase::Waiting);
        }
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
                self.0.watch.set(RequestPhase::Waiting);
                clock.limit(response).await;
                return TimedOut::FirstByte(response);
            }
            seen.push_back(sent);
            if seen.len() > LOOKS {
                let bytes = sent - seen.pop_front().unwrap_or_default();
                if bytes < least(stall) {
                    return TimedOut::Stalled {
                        bytes,
                        limit: stall,
                    };
                }
            }
            clock.limit(stall / LOOKS as u32).await;
        }
    }
}
