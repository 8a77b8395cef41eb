//! Resuming a synchronization in another process.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use futures::future::BoxFuture;
use keepnet_staff_list::Sheet;

use super::apply_plan::{ApplyPlan, Work};
use super::close_import::close_import;
use super::saved::{ensure_same_company, plan_again};
use crate::import::{LongRunningOperation, TicketStore};
use crate::sync::list::GivenList;
use crate::sync::report::SyncReceipt;
use crate::sync::ticket::{SyncJournal, SyncStep, SyncStore, SyncTicket};
use crate::{Company, Error, ErrorKind, Result};

impl Company {
    /// Resumes a synchronization of this company from its ticket in this store, after its process has
    /// ended in any way.
    ///
    /// An import that the service has accepted is awaited, and not requested again. Then the people are
    /// listed, and the rest of the plan is done: people who are not as the plan saw them are skipped, and
    /// the receipt says how many. The list must be unchanged. The ticket of a finished synchronization
    /// has its receipt, and nothing is sent.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// # use keepnet_flows::{ClientConfig, Credentials, Reseller, Sheet, TicketMemory, TryStreamExt};
    /// # let sandbox = keepnet_sandbox::Sandbox::builder().start().await?;
    /// # let config = ClientConfig::new(Credentials::new("sandbox-client", "sandbox-secret")).base_url(sandbox.url());
    /// # let reseller = Reseller::connect(config).await?;
    /// # let acme = reseller.company("Acme LLC").await?;
    /// # let (list, tickets) = ("Email\nnia@acme.example\n", TicketMemory::new());
    /// # let open = || Sheet::from_bytes("hr.csv", list);
    /// let settings = acme.sync_users(open()?).leavers(keepnet_flows::Leavers::Keep);
    /// let plan = settings.smaller_list().ticket(&tickets).plan().await?;
    /// let mut running = plan.apply();
    /// running.try_next().await?;
    /// drop(running); // it is interrupted
    ///
    /// let ticket = acme.unfinished_sync(&tickets).await?.expect("it was interrupted");
    /// let receipt = acme.resume_sync(&tickets, &ticket).sheet(open()?).await?;
    /// assert_eq!(receipt.report().joined, 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    pub fn resume_sync(
        &self,
        store: &(impl TicketStore<SyncTicket> + Clone),
        ticket: &SyncTicket,
    ) -> ResumeSync {
        ResumeSync {
            company: self.clone(),
            store: Arc::new(store.clone()),
            id: ticket.id.clone(),
            salt: ticket.plan.salt.clone(),
            name: ticket.plan.file.name.clone(),
            list: GivenList::OfPlan,
        }
    }
}

/// The settings of a resumed synchronization, made by [`Company::resume_sync`].
#[must_use = "nothing is resumed until this is started or awaited"]
pub struct ResumeSync {
    company: Company,
    store: SyncStore,
    id: String,
    /// The plan of the ticket, as its random text names it.
    salt: String,
    name: String,
    list: GivenList,
}

/// A synchronization that is being resumed. Dropping it keeps the ticket.
pub type ResumeSyncRun = ApplyPlan;

impl ResumeSync {
    /// Where the list is now. Default: the path in the ticket.
    pub fn file(mut self, path: impl Into<PathBuf>) -> ResumeSync {
        self.list = GivenList::AtPath(path.into());
        self
    }

    /// The list, such as one in memory: a ticket has no content. It must have the content with which the
    /// plan was made, and it must be read in the same way; see
    /// [`TicketFile::sheet_options`](crate::import::TicketFile::sheet_options). Otherwise the error is
    /// [`ErrorKind::Conflict`], and nothing is sent. Default: the file at the path in the ticket.
    pub fn sheet(mut self, sheet: Sheet) -> ResumeSync {
        self.list = GivenList::Opened(Arc::new(sheet));
        self
    }

    /// Starts to resume the synchronization.
    pub fn start(self) -> ResumeSyncRun {
        let company = self.company.clone();
        let action = format!("synchronizing {}", self.name);
        LongRunningOperation::new(&company, action, |reporter| async move {
            let ticket = self.store.find(&self.id).await?;
            self.ensure_same_plan(&ticket)?;
            if let SyncStep::Done { receipt } = ticket.step {
                return Ok(*receipt);
            }
            ensure_same_company(&self.company, &ticket.plan)?;
            // Another process may have finished it until this one has the lock.
            let store = self.store.clone();
            let journal = SyncJournal::resume(store.clone(), &self.company, &self.id).await?;
            let ticket = journal.ticket().await;
            self.ensure_same_plan(&ticket)?;
            if let SyncStep::Done { receipt } = ticket.step {
                return Ok(*receipt);
            }
            let saved = ticket.plan;
            let sheet = self.list.open(&saved.file).await?;
            let closed = close_import(&self.company, &journal, Some(&sheet), &reporter);
            let earlier = closed.await?;
            let plan = plan_again(&self.company, &saved, sheet, Some(store), &reporter);
            let mut plan = plan.await?;
            // They were answered before the first step.
            plan.refusals.clear();
            plan.remainder = saved.restrict(&mut plan);
            Work::begin(plan, &reporter).run(journal, earlier).await
        })
    }

    /// Refuses the ticket of a later synchronization.
    fn ensure_same_plan(&self, ticket: &SyncTicket) -> Result<()> {
        if ticket.plan.salt == self.salt {
            return Ok(());
        }
        let problem = format!("{} is the ticket of a later synchronization now", self.id);
        Err(Error::new(ErrorKind::Conflict, problem).with_hint("read the ticket again"))
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
