//! The run of an import from the file, or from the step in its ticket, to the preview.

use std::time::Duration;

use super::mapping_job::{create_mapping_job, watch_mapping_job};
use super::prepare::Prepared;
use super::rejections::Rejections;
use super::transfer::{mapped_columns, nothing_imported, reopen, send_file};
use crate::groups::{Membership, find_groups};
use crate::import::{ImportCounts, Journal, Preview, Progress, Reporter, Stage, TicketStep};
use crate::{Company, Error, ErrorKind, Result};

/// What the service has of an import already.
pub(crate) enum ServerState {
    Nothing,
    Uploaded { transaction: String },
    Mapping { transaction: String, job: String },
}

/// An import before its preview.
pub(crate) struct PreviewRun {
    pub(crate) company: Company,
    pub(crate) prepared: Prepared,
    pub(crate) journal: Journal,
    /// The groups to join; a resumed import looks for them when it needs them.
    pub(crate) groups: Option<Membership>,
    /// The counts that were confirmed before a crash.
    pub(crate) confirmed_counts: Option<ImportCounts>,
    pub(crate) reporter: Reporter,
}

/// A file that the service has mapped.
struct Mapped {
    transaction: String,
    job: String,
    rejections: Rejections,
}

impl PreviewRun {
    /// Continues from `state`. If what the service had has expired or makes no progress, the file is sent
    /// again: no user was created from it. After a refusal, the ticket is finished.
    pub(crate) async fn run(mut self, state: ServerState) -> Result<Preview> {
        let is_resumed = !matches!(state, ServerState::Nothing);
        let mapped = match self.map_from(state).await {
            Err(error) if is_resumed && (is_expired(&error) || has_stalled(&error)) => {
                self.map_from(ServerState::Nothing).await
            }
            mapped => mapped,
        };
        let mapped = match mapped {
            Err(error) if is_refusal(&error) => {
                self.journal.record_if_possible(TicketStep::Refused).await;
                return Err(error);
            }
            mapped => mapped?,
        };
        let step = TicketStep::Previewed {
            transaction: mapped.transaction.clone(),
            job: mapped.job.clone(),
            rows: mapped.rejections.counts,
        };
        self.journal.record(step).await?;
        Ok(Preview {
            company: self.company,
            journal: self.journal,
            transaction: mapped.transaction,
            mapping_job: mapped.job,
            validation: self.prepared.validation,
            domains: self.prepared.domains,
            counts: mapped.rejections.counts,
            rejected: mapped.rejections.problems,
            rejected_by_service: mapped.rejections.by_service,
            confirmed_counts: self.confirmed_counts,
        })
    }

    async fn map_from(&mut self, state: ServerState) -> Result<Mapped> {
        let (transaction, job) = match state {
            ServerState::Nothing => {
                if self.groups.is_none() {
                    self.groups = Some(self.find_groups().await?);
                }
                (self.send_file().await?, None)
            }
            ServerState::Uploaded { transaction } => (transaction, None),
            ServerState::Mapping { transaction, job } => (transaction, Some(job)),
        };
        let mapped = self.map(transaction.clone(), job).await;
        mapped.map_err(|error| error.with_transaction(&transaction))
    }

    async fn send_file(&mut self) -> Result<String> {
        self.journal.record(TicketStep::Uploading).await?;
        let rows = self.prepared.upload.rows();
        let progress = Progress::of(Stage::Uploading, 0, rows);
        self.reporter.report(progress).await;
        let transaction = send_file(&self.company, &self.prepared.upload).await;
        let transaction = transaction.map_err(nothing_imported).map_err(check_file)?;
        let _ = self.reporter.ids().transaction.set(transaction.clone());
        Ok(transaction)
    }

    async fn map(&mut self, transaction: String, job: Option<String>) -> Result<Mapped> {
        let (transaction, job) = match job {
            Some(job) => (transaction, job),
            None => self.create_mapping(transaction).await?,
        };
        let step = TicketStep::Mapping {
            transaction: transaction.clone(),
            job: job.clone(),
        };
        self.journal.record(step).await?;
        let stall_timeout = Duration::from_secs(self.journal.ticket.stall_timeout);
        let counts = watch_mapping_job(&self.company, &job, stall_timeout, &self.reporter).await?;
        let progress = Progress::of(Stage::Previewing, 0, counts.invalid);
        self.reporter.report(progress).await;
        let validation = &self.prepared.validation;
        let rejections = Rejections::fetch(&self.company, &transaction, validation, counts).await;
        let rejections = rejections.map_err(nothing_imported).map_err(check_file)?;
        Ok(Mapped {
            transaction,
            job,
            rejections,
        })
    }

    /// Creates the missing groups and the mapping job; returns the transaction and the job.
    async fn create_mapping(&mut self, transaction: String) -> Result<(String, String)> {
        // Only a new upload has its groups already.
        let groups = self.groups.take();
        let is_resumed = groups.is_none();
        let columns = self.uploaded_columns(&transaction).await?;
        let groups = match groups {
            Some(groups) => groups,
            None => self.find_groups().await?,
        };
        let groups = groups.create_missing(&self.company).await?;
        let created =
            create_mapping_job(&self.company, &transaction, columns, groups.clone()).await;
        match created {
            Ok(job) => Ok((transaction, job)),
            // The service accepts one mapping of a transaction, and it may have one from before the
            // crash.
            Err(error) if is_resumed && error.kind() == ErrorKind::Invalid => {
                let Some(transaction) = reopen(&self.company, &transaction).await else {
                    return Err(error);
                };
                let columns = self.uploaded_columns(&transaction).await?;
                let job = create_mapping_job(&self.company, &transaction, columns, groups).await;
                let job = job.map_err(nothing_imported).map_err(check_file)?;
                Ok((transaction, job))
            }
            Err(error) => Err(check_file(nothing_imported(error))),
        }
    }

    /// Records that the file is uploaded, and fetches its columns.
    async fn uploaded_columns(
        &mut self,
        transaction: &str,
    ) -> Result<Vec<keepnet_client::types::TargetUserFieldMapping>> {
        let step = TicketStep::Uploaded {
            transaction: transaction.to_owned(),
        };
        self.journal.record(step).await?;
        let columns = mapped_columns(&self.company, transaction, &self.prepared.upload).await;
        columns.map_err(nothing_imported).map_err(check_file)
    }

    async fn find_groups(&self) -> Result<Membership> {
        let ticket = &self.journal.ticket;
        find_groups(&self.company, &ticket.groups, ticket.create_groups).await
    }
}

/// Whether a new upload may succeed after this error.
fn is_expired(error: &Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::NotFound | ErrorKind::Invalid | ErrorKind::JobFailed | ErrorKind::Conflict
    )
}

/// Whether the mapping job makes no progress.
fn has_stalled(error: &Error) -> bool {
    error.kind() == ErrorKind::Timeout && error.operation().is_none()
}

/// Whether the same file and settings would end in the same way. What is not found for a call has expired.
fn is_refusal(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::NotFound => error.operation().is_none(),
        ErrorKind::Invalid
        | ErrorKind::Rejected
        | ErrorKind::Conflict
        | ErrorKind::Ambiguous
        | ErrorKind::JobFailed => true,
        _ => false,
    }
}

/// Adds the hint for a request that the service refuses.
fn check_file(error: Error) -> Error {
    match (error.kind(), error.hint()) {
        (ErrorKind::Invalid | ErrorKind::Rejected | ErrorKind::Conflict, None) => {
            error.with_hint("nothing was imported; check the file and run it again")
        }
        _ => error,
    }
}
