//! The synchronizations that run in this process.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::format::digest_of_company;
use crate::{Company, Error, ErrorKind, Result};

/// The companies that are synchronized by this process, each with its service.
static RUNNING: Mutex<Option<HashSet<String>>> = Mutex::new(None);

/// The right to synchronize a company in this process, with a ticket or without one; given up when it is
/// dropped.
pub(super) struct RunningSync(String);

impl RunningSync {
    /// Refuses a company that is being synchronized.
    pub(super) fn begin(company: &Company) -> Result<RunningSync> {
        let name = digest_of_company(company);
        let is_first = running().get_or_insert_default().insert(name.clone());
        is_first.then(|| RunningSync(name)).ok_or_else(conflict)
    }
}

impl Drop for RunningSync {
    fn drop(&mut self) {
        running().get_or_insert_default().remove(&self.0);
    }
}

/// The error of a company that another run is writing.
fn conflict() -> Error {
    let problem = "another run is synchronizing this company";
    Error::new(ErrorKind::Conflict, problem).with_hint("wait until it ends")
}

fn running() -> MutexGuard<'static, Option<HashSet<String>>> {
    RUNNING.lock().unwrap_or_else(PoisonError::into_inner)
}
