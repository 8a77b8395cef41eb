//! Lists that are not what they were when their work was done.

use std::fmt;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader};
use std::path::{Path, PathBuf};

use futures::stream::{self, StreamExt as _};
use keepnet_client::CompanyRef;
use sha2::{Digest as _, Sha256};

use super::job::FleetJob;
use crate::{Error, ErrorKind, Result};

/// How many lists are read at a time.
const AT_A_TIME: usize = 8;

/// A customer of a run whose work is done, and whose list has changed since or cannot be compared. Only a
/// new run writes what it says now.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ChangedList {
    /// The customer.
    pub company: CompanyRef,
    /// The list that the fleet file names now.
    pub list: PathBuf,
    /// Why the list cannot be read; `None` if it can, and has another content.
    pub unreadable: Option<String>,
}

impl fmt::Display for ChangedList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (list, company) = (self.list.display(), &self.company);
        match &self.unreadable {
            None => write!(f, "{list} changed since the work for {company} was done"),
            Some(cause) => write!(
                f,
                "it is not known whether {list} changed since the work for {company} was done: it cannot be \
                 read ({cause})"
            ),
        }
    }
}

/// Compares the lists of work that is done with the files that the fleet file names now.
pub(super) async fn changed_lists(done: Vec<(FleetJob, PathBuf)>) -> Result<Vec<ChangedList>> {
    let compared = stream::iter(done).map(|(job, list)| {
        tokio::task::spawn_blocking(move || {
            let unreadable = match digest_of(&list) {
                Ok(sha256) if sha256 == job.sha256 => return None,
                Ok(_) => None,
                Err(error) => Some(error.to_string()),
            };
            Some(ChangedList {
                company: job.company,
                list,
                unreadable,
            })
        })
    });
    let mut compared = compared.buffered(AT_A_TIME);
    let mut changed = Vec::new();
    while let Some(list) = compared.next().await {
        changed.extend(list.map_err(|error| {
            let problem = "the comparison of the lists was interrupted";
            Error::new(ErrorKind::Io, problem).with_source(error)
        })?);
    }
    Ok(changed)
}

/// The digest of a file, as a sheet has it.
fn digest_of(path: &Path) -> io::Result<String> {
    let mut digest = Sha256::new();
    let mut file = BufReader::with_capacity(64 << 10, File::open(path)?);
    loop {
        let chunk = file.fill_buf()?;
        if chunk.is_empty() {
            break;
        }
        digest.update(chunk);
        let read = chunk.len();
        file.consume(read);
    }
    let bytes = digest.finalize();
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
