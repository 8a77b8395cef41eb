//! An import, from the ticket that it is resumed from to its summary.

use std::path::Path;

use keepnet_flows::import::TicketStep;
use keepnet_flows::{Company, Error, ErrorKind, Result, Resumed, Ticket};

use super::import_request::ImportRequest;
use super::import_summary::ImportSummary;
use crate::company::attempt::{Attempt, KeptTicket, ShownTicket, Work, restored};
use crate::company::list_reading::has_content;
use crate::files::{Files, LocalFile};

impl Work for ImportRequest {
    type Ticket = Ticket;
    type Summary = ImportSummary;
    const STEP: &str = "step of the import";
    const STATUS: &str = "import";
    const KEPT: &str = "kept import";

    fn file(&self) -> &str {
        &self.file
    }

    async fn run(
        self,
        company: Company,
        files: Files,
        mut attempt: Attempt<ImportRequest>,
    ) -> Result<ImportSummary> {
        let file = files.fetch(&self.file).await;
        let ticket = match attempt.last.take() {
            Some(last) => Some(last),
            None => attempt.kept.take().and_then(|kept| self.same(kept, &file)),
        };
        let ticket = ticket.map(restored).transpose()?;
        let file = match (&ticket, file) {
            // The service has the content of an import that was confirmed.
            (Some(ticket), Err(error))
                if ticket.is_confirmed() && error.kind() == ErrorKind::NotFound =>
            {
                None
            }
            (_, file) => Some(file?),
        };
        let path = file.as_ref().map(LocalFile::path);
        let (tickets, progress) = (attempt.tickets(ticket.clone()), &attempt.progress);
        let preview = match ticket {
            Some(ticket) => {
                let mut resume = company.resume_import(&tickets, &ticket);
                if let Some(path) = path {
                    resume = resume.file(path);
                }
                match progress.follow(resume.start()).await? {
                    Resumed::Preview(preview) => preview,
                    Resumed::Confirmed(import) => {
                        let receipt = progress.follow(import).await?;
                        return Ok(ImportSummary::of(&receipt));
                    }
                    Resumed::Done(receipt) => return Ok(ImportSummary::of(&receipt)),
                    _ => {
                        let problem = "this version does not know the rest of the import";
                        return Err(Error::new(ErrorKind::Unsupported, problem));
                    }
                }
            }
            None => {
                let path = path.unwrap_or_else(|| Path::new(""));
                let import = self.settings(&company, path)?.ticket(&tickets);
                progress.follow(import.start()).await?
            }
        };
        let receipt = progress.follow(preview.confirm()).await?;
        Ok(ImportSummary::of(&receipt))
    }

    fn shown(ticket: &Ticket) -> ShownTicket {
        ShownTicket {
            sha256: ticket.file.sha256.clone(),
            id: ticket.id.clone(),
            step: step_name(&ticket.step),
            since: ticket.updated,
        }
    }
}

impl ImportRequest {
    /// The ticket, if it is that of this request and of the content that the file has now.
    fn same(
        &self,
        kept: KeptTicket<ImportRequest, Ticket>,
        file: &Result<LocalFile>,
    ) -> Option<Ticket> {
        let file = file.as_ref().ok()?;
        let is_same = kept.request == *self && has_content(file, &kept.ticket.file.sha256);
        is_same.then_some(kept.ticket)
    }
}

fn step_name(step: &TicketStep) -> &'static str {
    match step {
        TicketStep::Checked => "checked",
        TicketStep::Uploading => "uploading",
        TicketStep::Uploaded { .. } => "uploaded",
        TicketStep::Mapping { .. } => "mapping",
        TicketStep::Previewed { .. } => "previewed",
        TicketStep::Refused => "refused",
        TicketStep::Confirming(_) => "confirming",
        TicketStep::Accepted(_) => "accepted",
        TicketStep::Started { .. } => "started",
        TicketStep::Failed { .. } => "failed",
        TicketStep::Done { .. } => "done",
        _ => "unknown",
    }
}
