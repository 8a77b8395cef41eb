//! One writer per customer in this process.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OwnedMutexGuard;

/// The customers that this worker works on. The engine runs one handler of a customer at a time, but it
/// starts the next attempt of one whose connection it has lost before the worker has noticed the loss.
#[derive(Clone, Default)]
pub(in crate::company) struct Writers(Arc<Mutex<HashMap<String, Turn>>>);

type Turn = Arc<tokio::sync::Mutex<()>>;

impl Writers {
    /// Waits until no other attempt works on this customer; the next one waits until the guard is dropped.
    pub(in crate::company) async fn wait_for(&self, company_id: &str) -> OwnedMutexGuard<()> {
        let turn = {
            let mut turns = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            // A turn that only the map has is nobody's.
            turns.retain(|_, turn| Arc::strong_count(turn) > 1);
            Arc::clone(turns.entry(company_id.to_owned()).or_default())
        };
        turn.lock_owned().await
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    #[tokio::test]
    async fn second_writer_of_a_customer_waits() {
        let writers = Writers::default();
        let first = writers.wait_for("one").await;
        assert!(writers.wait_for("two").now_or_never().is_some());
        let mut second = Box::pin(writers.wait_for("one"));
        assert!((&mut second).now_or_never().is_none());
        drop(first);
        drop(second.await);
        assert!(writers.wait_for("one").now_or_never().is_some());
        assert_eq!(writers.0.lock().unwrap().len(), 1);
    }
}
