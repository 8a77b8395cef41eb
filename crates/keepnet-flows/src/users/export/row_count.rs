//! Whether an exported file has as many users as the service states.

use std::io::Write as _;
use std::ops::ControlFlow;
use std::sync::{Arc, OnceLock};

use futures::future::{BoxFuture, FutureExt as _};
use keepnet_client::CompletenessCheck;
use keepnet_staff_list::{Sheet, SheetError};
use tempfile::NamedTempFile;

use super::completeness::FileEnd;
use super::file_format::FileFormat;
use crate::users::list::Users;
use crate::{Error, ErrorKind, Result};

/// How many users a file has, and how many it is to have.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct UserTotals {
    /// `None` if the rows of the file cannot be counted.
    pub(super) users: Option<u64>,
    /// `None` if the service does not state it, or stated another number before the export.
    pub(super) total: Option<u64>,
}

/// Counts the users of a file and compares them with the total of the service, which is asked for before
/// and after the export.
pub(super) struct UserCheck {
    end: FileEnd,
    /// A copy of a workbook, whose rows can only be counted when all of it is there.
    copy: Option<NamedTempFile>,
    users: Users,
    before: Option<u64>,
    totals: Arc<OnceLock<UserTotals>>,
}

impl UserCheck {
    /// Asks for the total. The check writes what it finds to `totals`.
    pub(super) async fn start(
        users: &Users,
        format: FileFormat,
        totals: Arc<OnceLock<UserTotals>>,
    ) -> Result<UserCheck> {
        let end = FileEnd::of(format);
        Ok(UserCheck {
            copy: match end {
                FileEnd::Csv(_) => None,
                FileEnd::Excel(_) => tempfile::Builder::new().suffix(".xlsx").tempfile().ok(),
            },
            end,
            before: users.total().await?,
            users: users.clone(),
            totals,
        })
    }

    async fn count(&mut self) -> Option<u64> {
        if let FileEnd::Csv(records) = &self.end {
            return Some(records.rows());
        }
        let copy = self.copy.take()?;
        let counted = tokio::task::spawn_blocking(move || rows_of_workbook(&copy));
        counted.await.ok()?.ok()
    }

    async fn compare(&mut self) -> Result<()> {
        let users = self.count().await;
        // The file is there; without a second total it is just not known whether it is complete.
        let after = self.users.total().await.ok().flatten();
        let total = after.filter(|_| after == self.before);
        let _ = self.totals.set(UserTotals { users, total });
        match (users, total) {
            (Some(users), Some(total)) if users != total => {
                let problem = format!("the file has {users} of {total} users");
                Err(Error::new(ErrorKind::Protocol, problem).with_hint("export them again"))
            }
            _ => Ok(()),
        }
    }
}

impl CompletenessCheck for UserCheck {
    fn update(&mut self, bytes: &[u8]) {
        self.end.update(bytes);
        // Without a complete copy the rows are not counted.
        self.copy = self.copy.take().and_then(|mut copy| {
            copy.write_all(bytes).ok()?;
            Some(copy)
        });
    }

    fn is_complete(&self) -> bool {
        self.end.is_complete()
    }

    fn verify(&mut self) -> BoxFuture<'_, Result<()>> {
        self.compare().boxed()
    }
}

/// The rows below the headers, which the service writes into the first row.
fn rows_of_workbook(file: &NamedTempFile) -> Result<u64, SheetError> {
    let sheet = match Sheet::options().header_row(1).open(file.path()) {
        Err(SheetError::HeadersOnly { .. }) => return Ok(0),
        sheet => sheet?,
    };
    let mut rows = 0;
    sheet.for_each_row(|_| {
        rows += 1;
        ControlFlow::Continue(())
    })?;
    Ok(rows)
}
