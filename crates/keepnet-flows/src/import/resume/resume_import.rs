//! Carrying on from a ticket.

use std::fmt;
use std::io;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::{Duration, SystemTime};

use futures::future::BoxFuture;
use futures::stream::Stream;
use keepnet_staff_list::{Sheet, SheetError};

use super::recover::{Settled, settle};
use crate::company::Company;
use crate::error::{ErrorKind, Result, of_sheet};
use crate::import::confirm::{Confirm, Follow};
use crate::import::digest;
use crate::import::operation::{Known, Reporter, Watched};
use crate::import::preview::Preview;
use crate::import::progress::{Progress, Stage};
use crate::import::report::Receipt;
use crate::import::ticket::{Confirmation, Journal, Step, Ticket, TicketFolder};
use crate::import::upload::{self, Columns, Course, Prepared, Stand};
use crate::lenient_json::path_id;

/// The settings of an import that is carried on, made by
/// [`Company::resume_import`](crate::Company::resume_import).
///
/// [`start`](ResumeImport::start) it to watch it, or await it for what is left. Nothing is sent
/// before, and nothing is written in the company before what it gives is confirmed or awaited.
#[must_use = "nothing is carried on until this is started or awaited"]
pub struct ResumeImport {
    company: Company,
    folder: TicketFolder,
    id: String,
    file: Option<PathBuf>,
}

/// What is left of an import.
#[derive(Debug)]
#[must_use = "an import that was carried on still has to be confirmed or awaited"]
#[non_exhaustive]
#[allow(
    clippy::large_enum_variant,
    reason = "there is one of it, and it is taken apart at once"
)]
pub enum Resumed {
    /// Nothing is written yet: nobody confirmed it, or the service was never asked
    /// ([`Preview::was_confirmed`]).
    Preview(Preview),
    /// The service has it: it must not be asked for again, and this follows its job.
    Confirmed(Confirm),
    /// It was done already; nothing was sent.
    Done(Receipt),
}

impl Resumed {
    /// The receipt, confirming what nobody has confirmed yet.
    ///
    /// # Errors
    ///
    /// Those of awaiting a [`Confirm`].
    pub async fn confirm(self) -> Result<Receipt> {
        match self {
            Resumed::Preview(preview) => preview.confirm().await,
            Resumed::Confirmed(confirm) => confirm.await,
            Resumed::Done(receipt) => Ok(receipt),
        }
    }
}

impl Company {
    /// Carries on an import of this company from its ticket, wherever and however the process ended
    /// that began it.
    ///
    /// Nothing is done twice: what the service has already is used, the file is sent again only where
    /// the service has forgotten it and was not asked to import it, and whether it was asked is found
    /// out by the jobs that were not there before and by the number of users, which are waited for up
    /// to a minute after it was asked. Where that leaves it open, the error says [`ErrorKind::OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown).
    ///
    /// An import that nobody confirmed needs its file, with the content it had; one that the service
    /// took can be followed without, and then the rows that the service fails at have no numbers.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// # use keepnet_flows::{ClientConfig, Credentials, Reseller, Sheet, TryStreamExt};
    /// use keepnet_flows::TicketFolder;
    ///
    /// # let sandbox = keepnet_sandbox::Sandbox::builder().start().await?;
    /// # let config = ClientConfig::new(Credentials::new("sandbox-client", "sandbox-secret")).base_url(sandbox.url());
    /// # let reseller = Reseller::with_config(config).await?;
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
    /// // Once it is done, its ticket tells what it did, and nothing is sent.
    /// let again = acme.resume_import(&tickets, &ticket).await?.confirm().await?;
    /// assert_eq!(again, receipt);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    pub fn resume_import(&self, tickets: &TicketFolder, ticket: &Ticket) -> ResumeImport {
        ResumeImport::new(self.clone(), tickets, ticket)
    }
}

impl ResumeImport {
    fn new(company: Company, folder: &TicketFolder, ticket: &Ticket) -> ResumeImport {
        ResumeImport {
            company,
            folder: folder.clone(),
            id: ticket.id.clone(),
            file: None,
        }
    }

    /// Where the file is now. Default: where it was, if it is there.
    pub fn file(mut self, path: impl Into<PathBuf>) -> ResumeImport {
        self.file = Some(path.into());
        self
    }

    /// Starts to carry on.
    pub fn start(self) -> Resume {
        Resume {
            work: Watched::new(|reporter| run(self, reporter)),
        }
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

/// An import that is being carried on: a stream of [`Progress`], and a future of what is left of it.
///
/// It goes on while it is polled. Dropping it leaves the ticket to be carried on from once more.
#[must_use = "nothing is carried on unless it is polled or awaited"]
pub struct Resume {
    work: Watched<Resumed>,
}

impl Stream for Resume {
    type Item = Result<Progress>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.work.poll_progress(cx)
    }
}

impl IntoFuture for Resume {
    type Output = Result<Resumed>;
    type IntoFuture = BoxFuture<'static, Result<Resumed>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.work.finish())
    }
}

impl fmt::Debug for Resume {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resume").finish_non_exhaustive()
    }
}

async fn run(settings: ResumeImport, reporter: Reporter) -> Result<Resumed> {
    let company = settings.company;
    let ticket = settings.folder.find(&settings.id)?;
    belongs(&company, &ticket)?;
    if let Step::Done { receipt } = ticket.step {
        return Ok(Resumed::Done(named_after(*receipt)));
    }
    let (journal, ticket) = Journal::resume(settings.folder, &company, &settings.id)?;
    let since = SystemTime::UNIX_EPOCH + Duration::from_secs(ticket.updated);
    let file = File {
        given: settings.file,
        ticket: &ticket,
        company: &company,
        doing: format!("importing {}", ticket.file.name),
    };
    match ticket.step.clone() {
        Step::Done { receipt } => Ok(Resumed::Done(named_after(*receipt))),
        Step::Started { job, asked } | Step::Failed { job, asked } => {
            let job = id(&company, job)?;
            let follow = file.follow(*asked, journal, &reporter).await?;
            Ok(Resumed::Confirmed(Confirm::resumed(follow, Some(job))))
        }
        Step::Accepted(asked) => {
            let follow = file.follow(*asked, journal, &reporter).await?;
            Ok(Resumed::Confirmed(Confirm::resumed(follow, None)))
        }
        Step::Confirming(asked) => {
            let follow = file.follow(*asked, journal, &reporter).await?;
            let settled = settle(&follow, since).await;
            let within = follow.asked.transaction.clone();
            match settled.map_err(|error| error.with_transaction(&within))? {
                Settled::Job(job) => Ok(Resumed::Confirmed(Confirm::inferred(follow, job))),
                Settled::WithoutJob => Ok(Resumed::Confirmed(Confirm::resumed(follow, None))),
                Settled::NotTaken => {
                    let Follow { asked, journal, .. } = follow;
                    let stand = Stand::Mapping {
                        transaction: id(&company, asked.transaction)?,
                        job: id(&company, asked.mapping_job)?,
                    };
                    let mut course = file.course(journal, reporter).await?;
                    course.confirmed = Some(asked.rows);
                    course.go(stand).await.map(Resumed::Preview)
                }
            }
        }
        Step::Checked | Step::Uploading => {
            let course = file.course(journal, reporter).await?;
            course.go(Stand::Nothing).await.map(Resumed::Preview)
        }
        Step::Uploaded { transaction } => {
            let stand = Stand::Uploaded(id(&company, transaction)?);
            let course = file.course(journal, reporter).await?;
            course.go(stand).await.map(Resumed::Preview)
        }
        Step::Mapping { transaction, job }
        | Step::Previewed {
            transaction, job, ..
        } => {
            let stand = Stand::Mapping {
                transaction: id(&company, transaction)?,
                job: id(&company, job)?,
            };
            let course = file.course(journal, reporter).await?;
            course.go(stand).await.map(Resumed::Preview)
        }
    }
}

/// The staff list of a ticket, which may be somewhere else by now.
struct File<'a> {
    given: Option<PathBuf>,
    ticket: &'a Ticket,
    company: &'a Company,
    doing: String,
}

impl File<'_> {
    /// An import that nobody confirmed, which needs its file.
    async fn course(&self, journal: Journal, reporter: Reporter) -> Result<Course> {
        reporter.say(Progress::at(Stage::Checking)).await;
        let prepared = self.prepare().await?;
        let ticket = self.ticket;
        Ok(Course {
            company: self.company.clone(),
            doing: self.doing.clone(),
            prepared,
            selected: ticket.selected.clone(),
            groups: ticket.groups.clone(),
            create_groups: ticket.create_groups,
            found: None,
            mode: ticket.mode,
            patience: Duration::from_secs(ticket.patience),
            journal,
            known: Known::default(),
            reporter,
            confirmed: None,
        })
    }

    /// An import that was asked for, which can do without its file.
    async fn follow(
        &self,
        mut asked: Confirmation,
        journal: Journal,
        reporter: &Reporter,
    ) -> Result<Follow> {
        reporter.say(Progress::at(Stage::Checking)).await;
        let prepared = match self.prepare().await {
            Ok(prepared) => Some(prepared),
            // Who names a file wants to know what is wrong with it.
            Err(error) if self.given.is_some() => return Err(error),
            Err(_) => None,
        };
        let name: Arc<str> = self.ticket.file.name.as_str().into();
        for row in &mut asked.rejected {
            row.file = Arc::clone(&name);
        }
        Ok(Follow {
            company: self.company.clone(),
            doing: self.doing.clone(),
            file: name,
            sha256: self.ticket.file.sha256.clone(),
            mode: self.ticket.mode,
            patience: Duration::from_secs(self.ticket.patience),
            mapping: self.ticket.mapping.clone(),
            checked: prepared.map(|prepared| prepared.checked),
            asked,
            journal,
            reporter: reporter.clone(),
            accepted: Arc::new(OnceLock::new()),
        })
    }

    async fn prepare(&self) -> Result<Prepared> {
        let ticket = self.ticket;
        let path = self.given.as_ref().unwrap_or(&ticket.file.path);
        // The worksheet and the columns are those of this very content.
        if !self.is_the_same(path.clone()).await? {
            let problem = format!("{} is not the file that it began with", path.display());
            return Err(self
                .company
                .error(ErrorKind::Conflict, &self.doing, problem)
                .with_hint("name the file as it was, or start a new import"));
        }
        let mut options = Sheet::options();
        if let Some(worksheet) = &ticket.file.worksheet {
            options = options.worksheet(worksheet);
        }
        let columns = Columns::As(ticket.mapping.clone());
        upload::prepare(
            self.company,
            &self.doing,
            options.open(path).map_err(of_sheet)?,
            columns,
        )
        .await
    }

    async fn is_the_same(&self, path: PathBuf) -> Result<bool> {
        let file = path.display().to_string();
        let read = tokio::task::spawn_blocking(move || digest::of_file(&path)).await;
        match read.unwrap_or_else(|broken_off| Err(io::Error::other(broken_off))) {
            Ok(sha256) => Ok(sha256 == self.ticket.file.sha256),
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let missing = of_sheet(SheetError::Missing { file });
                Err(missing.with_hint(
                    "an import that is not confirmed needs its file: say where it is now",
                ))
            }
            Err(source) => Err(of_sheet(SheetError::Unreadable { file, source })),
        }
    }
}

/// A ticket carries on the import of its own company at its own service, and no other.
fn belongs(company: &Company, ticket: &Ticket) -> Result<()> {
    let doing = format!("carrying on the import {}", ticket.id);
    let base_url = company.raw().base_url();
    let problem = if ticket.company.id != company.id() {
        format!("it is of {}", ticket.company)
    } else if ticket.base_url != base_url {
        format!(
            "it is of the service {}, not of {base_url}",
            ticket.base_url
        )
    } else {
        return Ok(());
    };
    Err(company.error(ErrorKind::Conflict, doing, problem))
}

/// A ticket comes from a file, so that its ids are looked at before they stand in a path.
fn id(company: &Company, id: String) -> Result<String> {
    path_id(Some(id)).ok_or_else(|| {
        company.error(
            ErrorKind::Invalid,
            "reading the ticket",
            "it holds an id that cannot be used",
        )
    })
}

fn named_after(mut receipt: Receipt) -> Receipt {
    let name: Arc<str> = receipt.file.as_str().into();
    for row in &mut receipt.rejected {
        row.file = Arc::clone(&name);
    }
    receipt
}
