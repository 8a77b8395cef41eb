//! From the file, or from wherever a ticket says, to the preview.

use std::time::Duration;

use super::mapping_job::{self, Sorted};
use super::prepare::{self as steps, Prepared};
use super::rejections::Rejections;
use crate::company::Company;
use crate::error::{Error, ErrorKind, Result};
use crate::groups::{self, Groups};
use crate::import::counts::ImportCounts;
use crate::import::mode::ImportMode;
use crate::import::operation::{Known, Reporter};
use crate::import::preview::{Plan, Preview};
use crate::import::progress::{Progress, Stage};
use crate::import::row_numbers::RowNumbers;
use crate::import::ticket::{Journal, Step};

/// What the service has of an import already.
#[derive(Clone)]
pub(in crate::import) enum Stand {
    Nothing,
    Uploaded(String),
    Mapping { transaction: String, job: String },
}

/// An import on its way to the preview.
pub(in crate::import) struct Course {
    pub(in crate::import) company: Company,
    pub(in crate::import) doing: String,
    pub(in crate::import) prepared: Prepared,
    pub(in crate::import) selected: RowNumbers,
    pub(in crate::import) groups: Vec<String>,
    pub(in crate::import) create_groups: bool,
    /// The groups as they are now; looked for again where the import is carried on.
    pub(in crate::import) found: Option<Groups>,
    pub(in crate::import) mode: ImportMode,
    pub(in crate::import) patience: Duration,
    pub(in crate::import) journal: Journal,
    pub(in crate::import) known: Known,
    pub(in crate::import) reporter: Reporter,
    pub(in crate::import) confirmed: Option<ImportCounts>,
}

/// A mapped file.
struct Mapped {
    transaction: String,
    job: String,
    rejections: Rejections,
}

impl Course {
    /// Goes on from `stand`. Where the service has forgotten what it had, the file is sent again:
    /// nobody was created from it.
    pub(in crate::import) async fn go(mut self, stand: Stand) -> Result<Preview> {
        let is_resumed = !matches!(stand, Stand::Nothing);
        let mapped = match self.mapped(stand).await {
            Err(error) if is_resumed && is_gone(&error) => self.mapped(Stand::Nothing).await,
            mapped => mapped,
        };
        let Mapped {
            transaction,
            job,
            rejections,
        } = mapped?;
        let step = Step::Previewed {
            transaction: transaction.clone(),
            job: job.clone(),
            rows: rejections.counts,
        };
        self.journal.record(step).await?;
        Ok(Preview {
            plan: Plan {
                company: self.company,
                transaction,
                mapping_job: job,
                checked: self.prepared.checked,
                sha256: self.prepared.sha256,
                mode: self.mode,
                selected: self.selected,
                patience: self.patience,
                journal: self.journal,
                confirmed: self.confirmed,
            },
            counts: rejections.counts,
            rejected: rejections.problems,
            rejected_by_service: rejections.by_service,
        })
    }

    async fn mapped(&mut self, stand: Stand) -> Result<Mapped> {
        let (transaction, job, groups) = match stand {
            Stand::Nothing => {
                let groups = match self.found.take() {
                    Some(groups) => groups,
                    None => self.find_groups().await?,
                };
                (self.send().await?, None, Some(groups))
            }
            Stand::Uploaded(transaction) => (transaction, None, None),
            Stand::Mapping { transaction, job } => (transaction, Some(job), None),
        };
        let within = transaction.clone();
        let mapped = self.map(transaction, job, groups).await;
        mapped.map_err(|error| error.with_transaction(&within))
    }

    async fn send(&mut self) -> Result<String> {
        self.journal.record(Step::Uploading).await?;
        let rows = self.prepared.upload.rows();
        self.reporter
            .say(Progress::of(Stage::Uploading, 0, rows))
            .await;
        let transaction = steps::send(&self.company, &self.doing, &self.prepared.upload).await?;
        let _ = self.known.transaction.set(transaction.clone());
        Ok(transaction)
    }

    async fn map(
        &mut self,
        transaction: String,
        job: Option<String>,
        groups: Option<Groups>,
    ) -> Result<Mapped> {
        let (transaction, job) = match job {
            Some(job) => (transaction, job),
            None => self.create_mapping(transaction, groups).await?,
        };
        let step = Step::Mapping {
            transaction: transaction.clone(),
            job: job.clone(),
        };
        self.journal.record(step).await?;
        let watched = mapping_job::watch(
            &self.company,
            &self.doing,
            &job,
            self.patience,
            &self.reporter,
        );
        let sorted: Sorted = watched.await?;
        self.reporter
            .say(Progress::of(Stage::Previewing, 0, sorted.invalid))
            .await;
        let checked = &self.prepared.checked;
        let rejections = Rejections::read(&self.company, &transaction, checked, sorted).await?;
        Ok(Mapped {
            transaction,
            job,
            rejections,
        })
    }

    /// Has the rows mapped: transaction and mapping job.
    async fn create_mapping(
        &mut self,
        transaction: String,
        groups: Option<Groups>,
    ) -> Result<(String, String)> {
        let is_resumed = groups.is_none();
        let step = Step::Uploaded {
            transaction: transaction.clone(),
        };
        self.journal.record(step).await?;
        let columns = self.columns(&transaction).await?;
        let groups = match groups {
            Some(groups) => groups,
            None => self.find_groups().await?,
        };
        let groups = groups.ids(&self.company).await?;
        let (company, doing) = (&self.company, &self.doing);
        let created =
            mapping_job::create(company, doing, &transaction, columns, groups.clone()).await;
        match created {
            Ok(job) => Ok((transaction, job)),
            // A mapping that was asked for before the crash stands in the way of a second one.
            Err(error) if is_resumed && error.kind() == ErrorKind::Invalid => {
                let Some(reopened) = steps::reopen(company, &transaction).await else {
                    return Err(error);
                };
                let step = Step::Uploaded {
                    transaction: reopened.clone(),
                };
                self.journal.record(step).await?;
                let columns = self.columns(&reopened).await?;
                let (company, doing) = (&self.company, &self.doing);
                let job = mapping_job::create(company, doing, &reopened, columns, groups).await?;
                Ok((reopened, job))
            }
            Err(error) => Err(error),
        }
    }

    async fn columns(
        &self,
        transaction: &str,
    ) -> Result<Vec<keepnet_client::types::TargetUserFieldMapping>> {
        let upload = &self.prepared.upload;
        steps::columns(&self.company, &self.doing, transaction, upload).await
    }

    async fn find_groups(&self) -> Result<Groups> {
        groups::find(&self.company, &self.groups, self.create_groups).await
    }
}

/// Whether a new upload may do what the old one cannot any more.
fn is_gone(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::NotFound | ErrorKind::Invalid | ErrorKind::JobFailed | ErrorKind::Conflict
    )
}
