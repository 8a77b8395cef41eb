//! The same change of many users, given by their e-mail addresses: of `users` and of `groups`.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use clap::Args;
use keepnet_flows::{Company, EditPlan, EditReport, EditedUser, Stage, UserEdit};

use crate::config::{Context, GlobalOptions};
use crate::exit::{CliError, ExitStatus, Outcome, Result};
use crate::interrupt::ResumeHint;
use crate::text::{counted, filled};
use crate::ui::{
    self, Column, Document, Format, ProgressDisplay, Record, print_message, problem_lines,
};

/// A change of this many users shows no progress.
const FEW: u64 = 20;

/// The users to change.
#[derive(Debug, Args)]
pub(crate) struct People {
    /// The e-mail addresses
    #[arg(value_name = "EMAIL", value_parser = filled, required_unless_present = "from")]
    emails: Vec<String>,
    /// Read the addresses from this file, one on each line, or `-` for standard input
    #[arg(long, value_name = "FILE", conflicts_with = "emails")]
    from: Option<PathBuf>,
    /// Show what would be done, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// The users to change, where the change is hard to take back.
#[derive(Debug, Args)]
pub(crate) struct ConfirmedPeople {
    #[command(flatten)]
    people: People,
    /// Make the change without asking
    #[arg(long, conflicts_with = "dry_run")]
    yes: bool,
}

impl ConfirmedPeople {
    /// Asks, and makes the change. `verb` is the verb of the question, and `change` is its subject if no
    /// question can be asked.
    pub(crate) async fn change(
        &self,
        global: &GlobalOptions,
        hint: &ResumeHint,
        verb: &str,
        change: &str,
        edit: impl AsyncFnOnce(&Company) -> Result<UserEdit>,
    ) -> Result {
        let people = &self.people;
        let emails = people.emails()?;
        let advice = "add --yes to do it, or --dry-run to see what would be done";
        ui::ensure_confirmable(self.yes || people.dry_run, change, advice)?;
        let verb = Some(verb).filter(|_| !self.yes);
        let change = people.change_if_confirmed(global, hint, emails, verb, edit);
        change.await
    }
}

impl People {
    /// Makes the change, without a question.
    pub(crate) async fn change(
        &self,
        global: &GlobalOptions,
        hint: &ResumeHint,
        edit: impl AsyncFnOnce(&Company) -> Result<UserEdit>,
    ) -> Result {
        let emails = self.emails()?;
        let change = self.change_if_confirmed(global, hint, emails, None, edit);
        change.await
    }

    /// Plans the change, asks with the verb if there is one, makes the change, and prints what became of
    /// each person.
    async fn change_if_confirmed(
        &self,
        global: &GlobalOptions,
        hint: &ResumeHint,
        emails: Vec<String>,
        verb: Option<&str>,
        edit: impl AsyncFnOnce(&Company) -> Result<UserEdit>,
    ) -> Result {
        let company = Context::new(global).await?.company().await?;
        let edit = edit(&company).await?;
        let plan = company.edit_users(edit, emails).plan().await;
        let plan = plan.map_err(CliError::from_argument)?;
        let planned = plan.report();
        if self.dry_run {
            return print(global.output, &planned);
        }
        if let Some(verb) = verb
            && planned.rows.planned > 0
        {
            for line in lines(&planned) {
                print_message(&line);
            }
            let count = counted(planned.rows.planned, "user", "users");
            let question = match &planned.group {
                Some(group) => format!("{verb} {count} of the group {group:?} in {company}?"),
                None => format!("{verb} {count} in {company}?"),
            };
            ui::require_confirmation(&question).await?;
        }
        print(global.output, &apply(plan, &planned, hint).await)
    }

    /// The addresses, in the order of the input.
    fn emails(&self) -> Result<Vec<String>> {
        let Some(path) = &self.from else {
            return Ok(self.emails.clone());
        };
        read_addresses(path)
    }
}

/// Makes the change, and says how far it is: on standard error, and if it is interrupted.
async fn apply(plan: EditPlan, planned: &EditReport, hint: &ResumeHint) -> EditReport {
    let total = planned.rows.planned;
    // Few users are changed before a line is read.
    let mut display = (total > FEW).then(ProgressDisplay::new);
    let mut show = |done| {
        hint.set_progress(Stage::Editing, done, Some(total));
        if let Some(display) = &mut display {
            display.update("changing users", done, Some(total));
        }
    };
    show(0);
    let mut done = 0;
    let applied = plan.apply_with(|_| {
        done += 1;
        show(done);
    });
    applied.await
}

/// Reads addresses, one on each line, from a file, or from standard input for `-`.
pub(crate) fn read_addresses(path: &Path) -> Result<Vec<String>> {
    let text = read_text(path).map_err(|error| {
        let problem = "the addresses cannot be read";
        CliError::about_file(ExitStatus::Usage, path, problem).with_source(error)
    })?;
    let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
    let emails: Vec<_> = lines
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect();
    match emails.is_empty() {
        true => Err(CliError::about_file(
            ExitStatus::Usage,
            path,
            "the file has no addresses",
        )),
        false => Ok(emails),
    }
}

fn read_text(path: &Path) -> io::Result<String> {
    if path != Path::new("-") {
        return fs::read_to_string(path);
    }
    let mut text = String::new();
    io::stdin().read_to_string(&mut text)?;
    Ok(text)
}

fn print(format: Format, report: &EditReport) -> Result {
    let outcome = match report.is_dry_run {
        true => Outcome::of_dry_run(report.is_complete()),
        false => Outcome::of_rows(report.is_complete()).or_unknown(report.rows.unknown > 0),
    };
    let document = Document::new(report, outcome);
    let printed = ui::stdout(format).report(&document, &report.users, || lines(report));
    ui::ignore_closed_pipe(printed)?;
    Ok(outcome.status())
}

/// One line for each person who is not as wanted, by the place in the input, and the sum.
fn lines(report: &EditReport) -> Vec<String> {
    let problems = report.users.iter().filter_map(|user| {
        let message = user.message.as_deref()?;
        let id = user.id.as_deref().map(|id| format!(" ({id})"));
        let id = id.unwrap_or_default();
        Some(format!("address {}{id}: {message}", user.number))
    });
    let count = report
        .users
        .iter()
        .filter(|it| it.message.is_some())
        .count() as u64;
    let mut lines = problem_lines(problems, count);
    lines.push(report.to_string());
    lines
}

impl Record for EditedUser {
    const COLUMNS: &'static [Column] = &[
        Column::whole("number"),
        Column::whole("id"),
        Column::whole("outcome"),
        Column::text("message"),
    ];
}
