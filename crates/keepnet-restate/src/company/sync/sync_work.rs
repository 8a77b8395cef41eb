//! A synchronization, from the ticket that it is resumed from to its summary.

use keepnet_flows::{Company, Error, Result, SyncReceipt, SyncStep, SyncTicket};
use serde_json::Value;

use super::sync_request::SyncRequest;
use super::sync_summary::SyncSummary;
use crate::company::attempt::{Attempt, KeptTicket, ShownTicket, Work, restored};
use crate::company::list_reading::has_content;
use crate::files::{Files, LocalFile};

/// The property of a ticket with its plan, which does not change from one step to the next.
const PLAN: &str = "plan";

impl Work for SyncRequest {
    type Ticket = SyncTicket;
    type Summary = SyncSummary;
    const STEP: &str = "step of the synchronization";
    const STATUS: &str = "sync";
    const KEPT: &str = "kept sync";

    fn file(&self) -> &str {
        &self.file
    }

    async fn run(
        self,
        company: Company,
        files: Files,
        mut attempt: Attempt<SyncRequest>,
    ) -> Result<SyncSummary> {
        let file = files.fetch(&self.file).await?;
        let (last, kept) = (attempt.last.take(), attempt.kept.take());
        let start = self.start_of(last, kept, &file);
        let progress = &attempt.progress;
        let receipt = match start {
            Start::Resume(ticket) => {
                let ticket = restored(ticket)?;
                let tickets = attempt.tickets(Some(ticket.clone()));
                let resume = company.resume_sync(&tickets, &ticket).file(file.path());
                progress.follow(resume.start()).await?
            }
            Start::Anew { earlier } => {
                let earlier = earlier.map(restored).transpose()?;
                let tickets = attempt.tickets(earlier);
                let sync = self.settings(&company, file.path())?.ticket(&tickets);
                let plan = progress.follow(sync.plan()).await?;
                progress.follow(plan.apply()).await?
            }
        };
        ensure_everybody_was_tried(&receipt)?;
        Ok(SyncSummary::of(&receipt))
    }

    fn shown(ticket: &SyncTicket) -> ShownTicket {
        ShownTicket {
            sha256: ticket.plan.file.sha256.clone(),
            id: ticket.id.clone(),
            step: match ticket.step {
                SyncStep::Editing => "editing",
                SyncStep::Importing { .. } => "importing",
                SyncStep::Leaving => "leaving",
                SyncStep::Done { .. } => "done",
                _ => "unknown",
            },
            since: ticket.updated,
        }
    }

    /// The plan has an entry for each person whom it writes, so the journal has it once.
    fn to_journal(ticket: &SyncTicket, last: Option<&SyncTicket>) -> serde_json::Result<Value> {
        let mut value = serde_json::to_value(ticket)?;
        if last.is_some_and(|last| last.plan == ticket.plan)
            && let Some(ticket) = value.as_object_mut()
        {
            ticket.remove(PLAN);
        }
        Ok(value)
    }

    fn from_journal(
        mut ticket: Value,
        last: Option<&SyncTicket>,
    ) -> serde_json::Result<SyncTicket> {
        if let (Some(ticket), Some(last)) = (ticket.as_object_mut(), last)
            && !ticket.contains_key(PLAN)
        {
            ticket.insert(PLAN.to_owned(), serde_json::to_value(&last.plan)?);
        }
        serde_json::from_value(ticket)
    }
}

/// Where an attempt starts.
enum Start {
    Resume(SyncTicket),
    /// With a new plan. An earlier synchronization is ended before.
    Anew {
        earlier: Option<SyncTicket>,
    },
}

impl SyncRequest {
    /// `last` is the ticket in the journal, `kept` that of an earlier request.
    fn start_of(
        &self,
        last: Option<SyncTicket>,
        kept: Option<KeptTicket<SyncRequest, SyncTicket>>,
        file: &LocalFile,
    ) -> Start {
        let Some(KeptTicket { request, ticket }) = kept else {
            return match last {
                Some(last) => Start::Resume(last),
                None => Start::Anew { earlier: None },
            };
        };
        let earlier = match last {
            // This request has a plan of its own.
            Some(last) if last.plan.salt != ticket.plan.salt => return Start::Resume(last),
            // An attempt has resumed the earlier one, or begun to end it.
            Some(last) => last,
            None => ticket,
        };
        match request == *self && has_content(file, &earlier.plan.file.sha256) {
            true => Start::Resume(earlier),
            false => Start::Anew {
                earlier: Some(earlier),
            },
        }
    }
}

/// An error that everybody would have got is that of the synchronization; its ticket can be resumed.
fn ensure_everybody_was_tried(receipt: &SyncReceipt) -> Result<()> {
    match receipt.stopped_by() {
        None => Ok(()),
        Some(stop) => {
            let failed = receipt.report().failed;
            let problem = format!("{}; {failed} people were not written", stop.problem);
            Err(Error::new(stop.kind, problem).with_hint("repeat the request to resume it"))
        }
    }
}
