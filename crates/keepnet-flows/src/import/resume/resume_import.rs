//! Resuming an import in another process.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use futures::future::BoxFuture;
use keepnet_staff_list::Sheet;

use super::resume_run::resume;
use super::resumed::Resumed;
use super::ticket_sheet::GivenSheet;
use crate::import::{LongRunningOperation, Ticket, TicketStore};
use crate::{Company, Result};

impl Company {
    /// Resumes an import of this company from its ticket, after its process has ended in any way.
    ///
    /// Nothing is done twice. What the service has already is used, and the file is sent again only if
    /// the import was not requested, and the upload has expired, was refused, or makes no progress. If the process ended during the
    /// request, the new jobs and the user count show whether the service has accepted it; they are
    /// polled for up to a minute after the request. If they do not show it, the error is
    /// [`ErrorKind::OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown).
    ///
    /// An unconfirmed import needs its file with unchanged content. An accepted import can be watched
    /// without the file; the rows that the service fails to import then have no numbers.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// # use keepnet_flows::{ClientConfig, Credentials, Reseller, Sheet, TryStreamExt};
    /// use keepnet_flows::TicketFolder;
    ///
    /// # let sandbox = keepnet_sandbox::Sandbox::builder().start().await?;
    /// # let config = ClientConfig::new(Credentials::new("sandbox-client", "sandbox-secret")).base_url(sandbox.url());
    /// # let reseller = Reseller::connect(config).await?;
    /// # let folder = tempfile::tempdir()?;
    /// # let file = folder.path().join("people.csv");
    /// # std::fs::write(&file, "Email\nnia@acme.example\n")?;
    /// let acme = reseller.company("Acme LLC").await?;
    /// let tickets = TicketFolder::new(folder.path().join("imports"));
    /// let preview = acme.import_users(Sheet::open(&file)?).ticket(&tickets).await?;
    /// drop(preview); // the process ends here
    ///
    /// let unfinished = tickets.tickets()?.into_iter().find(|ticket| !ticket.is_finished());
    /// let ticket = unfinished.expect("it was not confirmed");
    /// let resumed = acme.resume_import(&tickets, &ticket).await?;
    /// let receipt = resumed.confirm().await?;
    /// assert_eq!(receipt.imported, 1);
    ///
    /// // The ticket of a finished import has its receipt, and nothing is sent.
    /// let again = acme.resume_import(&tickets, &ticket).await?.confirm().await?;
    /// assert_eq!(again, receipt);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    pub fn resume_import(
        &self,
        store: &(impl TicketStore + Clone),
        ticket: &Ticket,
    ) -> ResumeImport {
        ResumeImport {
            company: self.clone(),
            store: Arc::new(store.clone()),
            id: ticket.id.clone(),
            action: ticket.action(),
            sheet: GivenSheet::OfTicket,
            domains: None,
        }
    }
}

/// The settings of a resumed import, made by
/// [`Company::resume_import`](crate::Company::resume_import).
///
/// [`start`](ResumeImport::start) it to watch its progress, or await it for the rest of the import.
/// Nothing is sent before, and nothing is written in the company before that rest is confirmed or
/// awaited.
#[must_use = "nothing is resumed until this is started or awaited"]
pub struct ResumeImport {
    company: Company,
    store: Arc<dyn TicketStore>,
    id: String,
    action: String,
    sheet: GivenSheet,
    domains: Option<Vec<String>>,
}

/// An import that is being resumed, up to the [rest](Resumed) of it.
///
/// Dropping it keeps the ticket, from which the import can be resumed again.
pub type Resume = LongRunningOperation<Resumed>;

impl ResumeImport {
    /// Where the file is now. Default: the path in the ticket.
    pub fn file(mut self, path: impl Into<PathBuf>) -> ResumeImport {
        self.sheet = GivenSheet::AtPath(path.into());
        self
    }

    /// The staff list, such as one that was read from memory with
    /// [`Sheet::from_bytes`](keepnet_staff_list::Sheet::from_bytes): a ticket has no content. Default: the
    /// file at the path in the ticket.
    ///
    /// Its content must be that with which the import started, and it must be read in the same way; see
    /// [`TicketFile::sheet_options`](crate::import::TicketFile::sheet_options). Otherwise the error is
    /// [`ErrorKind::Conflict`](crate::ErrorKind::Conflict), and nothing is sent.
    pub fn sheet(mut self, sheet: Sheet) -> ResumeImport {
        self.sheet = GivenSheet::Opened(Arc::new(sheet));
        self
    }

    /// The domains that the people may have, in place of those in the ticket; see
    /// [`ImportUsers::domains`](crate::ImportUsers::domains). An import that was accepted is not compared.
    pub fn domains<T: Into<String>>(
        mut self,
        domains: impl IntoIterator<Item = T>,
    ) -> ResumeImport {
        self.domains = Some(domains.into_iter().map(Into::into).collect());
        self
    }

    /// Starts to resume the import.
    pub fn start(self) -> Resume {
        let company = self.company.clone();
        LongRunningOperation::new(&company, self.action, |reporter| async move {
            let ticket = self.store.find(&self.id).await?;
            let (company, sheet, domains) = (self.company, self.sheet, self.domains);
            resume(&company, self.store, ticket, sheet, domains, reporter).await
        })
    }
}

impl IntoFuture for ResumeImport {
    type Output = Result<Resumed>;
    type IntoFuture = BoxFuture<'static, Result<Resumed>>;

    fn into_future(self) -> Self::IntoFuture {
        self.start().into_future()
    }
}

impl fmt::Debug for ResumeImport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResumeImport")
            .field("company", &self.company)
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}
