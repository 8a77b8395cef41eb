//! What stops `users import` and `users sync`: the service may still be writing for an earlier run.

use keepnet_flows::import::TicketError;
use keepnet_flows::{Company, Error, TicketFolder, UnfinishedWork, UnreadableTicket};

use super::resumable::{ResumableArguments, ResumableRun};
use crate::exit::{CliError, ExitStatus, Result};
use crate::text::rfc_3339;
use crate::ui::print_message;

/// Why a run is stopped, and what to do.
struct Obstacle {
    code: &'static str,
    problem: String,
    hint: String,
}

impl<A: ResumableArguments> ResumableRun<'_, A> {
    /// Fails if the service may still be writing into the customer for an earlier run.
    pub(super) async fn ensure_nothing_unfinished(
        &self,
        folder: Option<&TicketFolder>,
        company: &Company,
    ) -> Result<()> {
        let Some(folder) = folder else {
            return Ok(());
        };
        let own = A::own_ticket(company);
        let free = folder.ensure_nothing_unfinished(company, own.as_deref());
        free.await.map_err(|error| {
            let stopped = self.stopped_by_unfinished(&error, company);
            stopped.unwrap_or_else(|| with_folder_hint(error))
        })
    }

    /// Says what would stop the run, which writes nothing.
    pub(super) async fn warn_of_unfinished(&self, company: &Company) {
        // What only reads needs no folder.
        let Ok(Some(folder)) = self.folder() else {
            return;
        };
        let own = A::own_ticket(company);
        let free = folder.ensure_nothing_unfinished(company, own.as_deref());
        let Err(error) = free.await else {
            return;
        };
        let (problem, hint) = match self.obstacle(&error, company) {
            Some(it) => (it.problem, it.hint),
            None => (error.problem(), error.hint().unwrap_or_default().to_owned()),
        };
        print_message(&format!("warning: {problem}"));
        print_message(&format!("hint: {hint}"));
    }

    /// The error of a run that is stopped by what an earlier one has left, if `error` says so.
    pub(super) fn stopped_by_unfinished(
        &self,
        error: &Error,
        company: &Company,
    ) -> Option<CliError> {
        let it = self.obstacle(error, company)?;
        let stopped = CliError::new(ExitStatus::Running, it.problem);
        Some(stopped.with_code(it.code).with_hint(it.hint))
    }

    fn obstacle(&self, error: &Error, company: &Company) -> Option<Obstacle> {
        if let Some(work) = error.find_source::<UnfinishedWork>() {
            let (command, code, kind) = match work.is_sync() {
                true => ("users sync", "unfinished_sync", "synchronization with"),
                false => ("users import", "unfinished_import", "import of"),
            };
            let (file, since) = (&work.file, rfc_3339(work.created));
            let resume = self.resume_command_of(command, &work.ticket);
            return Some(Obstacle {
                code,
                problem: format!(
                    "an earlier {kind} {file} for {company} is unfinished since {since}; the service \
                     may still be running it"
                ),
                hint: format!("resume it with: {resume}, or start a second one with --again"),
            });
        }
        let unreadable = error.find_source::<UnreadableTicket>()?;
        let hint = unreadable.hint();
        Some(Obstacle {
            code: "unreadable_ticket",
            problem: not_known(unreadable),
            hint: format!("{hint}, or go on with --again"),
        })
    }
}

/// Adds the option that helps if the folder of the tickets cannot be used.
pub(super) fn with_folder_hint(error: Error) -> CliError {
    match error.find_source::<TicketError>() {
        Some(_) => CliError::from(error).with_hint("use another folder with --tickets DIR"),
        None => error.into(),
    }
}

/// Says that a run may be unfinished, of which nobody can read the ticket.
pub(super) fn not_known(unreadable: &UnreadableTicket) -> String {
    format!("it is not known whether an earlier run is unfinished: {unreadable}")
}
