//! Which requests that write have no response yet: whether they are done is unknown.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use http::HeaderMap;
use keepnet_client::{Observer, Safety, TryInfo, TryResult};

/// The calls of the program that write. A signal ends the whole program, so there is one for all clients.
static WRITES: Mutex<Writes> = Mutex::new(Writes {
    unanswered: BTreeSet::new(),
    answered: 0,
});

fn writes() -> MutexGuard<'static, Writes> {
    WRITES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The calls that write, by their request ids, which are the same on every try.
#[derive(Debug)]
struct Writes {
    unanswered: BTreeSet<String>,
    answered: u64,
}

/// How many calls that write were sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct SentWrites {
    /// Without a response that says whether they are done.
    pub(super) unanswered: u64,
    /// With such a response.
    pub(super) answered: u64,
}

/// The calls of the program up to now.
pub(super) fn sent_writes() -> SentWrites {
    let writes = writes();
    SentWrites {
        unanswered: writes.unanswered.len() as u64,
        answered: writes.answered,
    }
}

/// Notes the calls that write.
#[derive(Debug)]
pub(crate) struct WriteObserver;

impl Observer for WriteObserver {
    fn before_try(&self, this: &TryInfo<'_>) -> HeaderMap {
        if this.operation.safety != Safety::Read {
            writes().unanswered.insert(this.request_id.to_owned());
        }
        HeaderMap::new()
    }

    fn after_try(&self, this: &TryInfo<'_>, result: &TryResult) {
        // A server error does not say whether the request was handled.
        let is_answered = result.status.is_some_and(|status| status < 500);
        if is_answered {
            let mut writes = writes();
            if writes.unanswered.remove(this.request_id) {
                writes.answered += 1;
            }
        }
    }
}
