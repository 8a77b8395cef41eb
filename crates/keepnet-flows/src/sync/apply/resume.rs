//! Resuming a synchronization in another process.

use std::fmt;
use std::path::PathBuf;

use futures::future::BoxFuture;

use super::apply_plan::{ApplyPlan, Work};
use super::close_import::close_import;
use super::saved::plan_again;
use crate::import::{LongRunningOperation, TicketFolder};
use crate::sync::report::SyncReceipt;
use crate::sync::ticket::{SyncJournal, SyncStep, SyncTicket};
use crate::{Company, Result};

impl Company {
    /// Resumes a synchronization of this company from its ticket, after its process has ended in any way.
    ///
    /// An import that the service has accepted is awaited, and not requested again. Then the people are
    /// listed, and the rest of the plan is done: people who are not as the plan saw them are skipped, and
    /// the receipt says how many. The list must be unchanged. The ticket of a finished synchronization
    /// has its receipt, and nothing is sent.
    pub fn resume_sync(&self, tickets: &TicketFolder, ticket: &SyncTicket) -> ResumeSync {
        ResumeSync {
            company: self.clone(),
            folder: tickets.clone(),
            id: ticket.id.clone(),
            name: ticket.plan.file.name.clone(),
            file: None,
        }
    }
}

/// The settings of a resumed synchronization, made by [`Company::resume_sync`].
#[must_use = "nothing is resumed until this is started or awaited"]
pub struct ResumeSync {
    company: Company,
    folder: TicketFolder,
    id: String,
    name: String,
    file: Option<PathBuf>,
}

/// A synchronization that is being resumed. Dropping it keeps the ticket.
pub type ResumeSyncRun = ApplyPlan;

impl ResumeSync {
    /// Where the list is now. Default: the path in the ticket.
    pub fn file(mut self, path: impl Into<PathBuf>) -> ResumeSync {
        self.file = Some(path.into());
        self
    }

    /// Starts to resume the synchronization.
    pub fn start(self) -> ResumeSyncRun {
        let company = self.company.clone();
        let action = format!("synchronizing {}", self.name);
        LongRunningOperation::new(&company, action, |reporter| async move {
            if let SyncStep::Done { receipt } = self.folder.find_sync(&self.id)?.step {
                return Ok(*receipt);
            }
            // Another process may have finished it until this one has the lock.
            let journal = SyncJournal::resume(&self.folder, &self.company, &self.id)?;
            let saved = journal.ticket.plan.clone();
            if let SyncStep::Done { receipt } = journal.ticket.step {
                return Ok(*receipt);
            }
            let earlier = match journal.imports() {
                Some(imports) => close_import(&self.company, &imports, &reporter).await?,
                None => None,
            };
            let folder = Some(self.folder);
            let plan = plan_again(&self.company, &saved, self.file, folder, &reporter);
            let mut plan = plan.await?;
            // They were answered before the first step.
            plan.refusals.clear();
            plan.remainder = saved.restrict(&mut plan);
            Work::begin(plan, &reporter).run(journal, earlier).await
        })
    }
}

impl IntoFuture for ResumeSync {
    type Output = Result<SyncReceipt>;
    type IntoFuture = BoxFuture<'static, Result<SyncReceipt>>;

    fn into_future(self) -> Self::IntoFuture {
        self.start().into_future()
    }
}

impl fmt::Debug for ResumeSync {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResumeSync")
            .field("company", &self.company)
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
