//! What `users import` and `users sync` share: the ticket, the progress, and the command that resumes.

use std::cell::RefCell;
use std::path::Path;

use futures::TryStreamExt as _;
use keepnet_flows::{Company, CompanyRef, Error, LongRunningOperation, TicketFolder};

use crate::commands::pasted_command::{pasted_command, shell_quote, shown};
use crate::config::{GlobalOptions, ticket_folder};
use crate::exit::{CliError, ExitStatus, Result};
use crate::interrupt::{ResumeHint, until_interrupted};
use crate::ui::ProgressDisplay;

/// The arguments of a command that writes with a ticket.
pub(super) trait ResumableArguments {
    /// The command, such as `users import`.
    const COMMAND: &str;

    /// The folder of the tickets.
    fn tickets(&self) -> Option<&Path>;

    /// The folder of the report.
    fn report(&self) -> Option<&Path>;

    /// The file of the ticket to resume, if the command names it in place of the id.
    fn ticket_file(&self) -> Option<&Path> {
        None
    }

    /// The list that the command which resumes this ticket must name, ready to be pasted; none if the ticket
    /// knows where it is, or does not need it.
    fn list_to_name(&self, _folder: &TicketFolder, _id: &str) -> Option<String> {
        None
    }

    /// Whether a person wants the run beside an earlier one that may be unfinished.
    fn again(&self) -> bool;

    /// The id of the ticket with which a new run for the customer goes on.
    fn own_ticket(_company: &Company) -> Option<String> {
        None
    }

    /// Whether the command that resumes this one asks nothing.
    fn resumes_without_question(&self) -> bool;

    /// Whether the ticket with this id is finished, so that there is nothing to resume.
    fn is_finished(folder: &TicketFolder, id: &str) -> bool;
}

/// One run of a command that writes with a ticket.
pub(super) struct ResumableRun<'a, A> {
    pub(super) global: &'a GlobalOptions,
    pub(super) arguments: &'a A,
    pub(super) hint: ResumeHint,
    /// The folder of the ticket, and its id.
    ticket: RefCell<(Option<TicketFolder>, Option<String>)>,
}

impl<'a, A: ResumableArguments> ResumableRun<'a, A> {
    pub(super) fn new(global: &'a GlobalOptions, arguments: &'a A) -> ResumableRun<'a, A> {
        ResumableRun {
            global,
            arguments,
            hint: ResumeHint::of_change(),
            ticket: RefCell::default(),
        }
    }

    /// Runs the command until it ends or is interrupted; an error says how to resume it, if it can be
    /// resumed.
    pub(super) async fn until_interrupted(&self, command: impl Future<Output = Result>) -> Result {
        let command = async {
            command.await.map_err(|error| match self.hint.command() {
                Some(command) if !self.is_finished() => {
                    let with_list = self.command_with_list();
                    error.with_resume_command(&with_list.unwrap_or(command))
                }
                _ => error,
            })
        };
        until_interrupted(Some(&self.hint), command).await
    }

    /// Whether the ticket says that there is nothing to resume.
    fn is_finished(&self) -> bool {
        match &*self.ticket.borrow() {
            (Some(folder), Some(id)) => A::is_finished(folder, id),
            _ => false,
        }
    }

    /// The command that resumes this run, if it must name the list.
    fn command_with_list(&self) -> Option<String> {
        let ticket = self.ticket.borrow();
        let (Some(folder), Some(id)) = &*ticket else {
            return None;
        };
        let list = self.arguments.list_to_name(folder, id)?;
        Some(self.command_that_resumes(id, &format!(" {list}")))
    }

    /// The folder of the tickets; none for a command with its own sandbox, which ends with the command.
    pub(super) fn folder(&self) -> Result<Option<TicketFolder>> {
        let folder = match self.arguments.tickets() {
            None if self.global.sandbox => None,
            folder => Some(ticket_folder(folder)?),
        };
        let folder = match self.arguments.again() {
            true => folder.map(TicketFolder::ignore_unfinished),
            false => folder,
        };
        self.ticket.borrow_mut().0 = folder.clone();
        Ok(folder)
    }

    /// Sets the folder that has the ticket to resume.
    pub(super) fn set_folder(&self, folder: &TicketFolder) {
        self.ticket.borrow_mut().0 = Some(folder.clone());
    }

    /// Shows the progress of an operation until it ends, or until `is_enough`, and returns whether it was
    /// enough. From the first ticket on, an interruption says how to resume the operation.
    pub(super) async fn watch<T: 'static>(
        &self,
        operation: &mut LongRunningOperation<T>,
        is_enough: impl Fn(&LongRunningOperation<T>) -> bool,
    ) -> Result<bool, Error> {
        let mut display = ProgressDisplay::new();
        while let Some(progress) = display.wait(operation.try_next()).await? {
            if let Some(id) = operation.ticket_id() {
                self.set_resume_command(id);
            }
            let (stage, done, total) = (progress.stage, progress.done, progress.total);
            self.hint.set_progress(stage, done, total);
            display.show(&progress);
            if is_enough(operation) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(super) fn set_resume_command(&self, id: &str) {
        self.ticket.borrow_mut().1 = Some(id.to_owned());
        self.hint.set_command(Some(self.resume_command(id)));
    }

    /// The command that resumes an import or a synchronization, whichever this run is.
    pub(super) fn resume_command_of(&self, command: &str, id: &str) -> String {
        if command == A::COMMAND {
            return self.resume_command(id);
        }
        // It was confirmed, so that there is nothing to ask.
        let options = [("--tickets", self.arguments.tickets().map(shown))];
        let command = format!("{command} --resume {}", shell_quote(id));
        format!("{} --yes", pasted_command(self.global, &command, &options))
    }

    /// The command that resumes the operation of a ticket, ready to be pasted into a shell. The ticket
    /// contains the company, and the environment of the shell stays the same.
    pub(super) fn resume_command(&self, id: &str) -> String {
        self.command_that_resumes(id, "")
    }

    fn command_that_resumes(&self, id: &str, list: &str) -> String {
        let options = [
            ("--tickets", self.arguments.tickets().map(shown)),
            ("--report", self.arguments.report().map(shown)),
        ];
        let file = self.arguments.ticket_file().map(shown);
        let ticket = shell_quote(file.as_deref().unwrap_or(id));
        let command = format!("{} --resume {ticket}{list}", A::COMMAND);
        let command = pasted_command(self.global, &command, &options);
        let yes = if self.arguments.resumes_without_question() {
            " --yes"
        } else {
            ""
        };
        format!("{command}{yes}")
    }
}

/// Refuses to go on with what was begun for another customer than the one that the caller names.
pub(super) fn ensure_same_company(
    named: Company,
    owner: &CompanyRef,
    what: &str,
) -> Result<Company> {
    if named.id() == owner.id {
        return Ok(named);
    }
    let problem = format!("the {what} belongs to {owner}, not to {named}");
    Err(CliError::new(ExitStatus::Permission, problem)
        .with_hint("omit --company and KEEPNET_COMPANY_ID: the customer is in the file"))
}

#[cfg(test)]
mod tests {
    use clap::Parser as _;

    use super::*;
    use crate::cli::Cli;
    use crate::commands::{Command, users};

    #[cfg(unix)]
    #[test]
    fn resume_command_can_be_pasted() {
        let check = |line: &[&str], expected: &str| {
            let Cli { global, command } = Cli::try_parse_from(line).unwrap();
            let Command::Users(users::Command::Import(arguments)) = command else {
                panic!("{line:?}");
            };
            let run = ResumableRun::new(&global, &*arguments);
            assert_eq!(run.resume_command("0a1b"), expected);
        };
        check(
            &["keepnet", "--company", "Acme LLC", "users", "import", "f"],
            "keepnet users import --resume 0a1b",
        );
        check(
            &["keepnet", "--profile", "acme", "users", "import", "f"],
            "keepnet --profile acme users import --resume 0a1b",
        );
        check(
            &[
                "keepnet",
                "--base-url",
                "http://127.0.0.1:8080",
                "--secret-file",
                "my secret",
                "users",
                "import",
                "f",
                "--yes",
                "--tickets",
                "it's",
                "--report",
                "out",
            ],
            "keepnet --base-url http://127.0.0.1:8080 --secret-file 'my secret' users import \
             --resume 0a1b --tickets 'it'\\''s' --report out --yes",
        );
    }
}
