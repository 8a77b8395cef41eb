//! The same change of many users, given by their e-mail addresses: of `users` and of `groups`.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use clap::Args;
use keepnet_flows::{Company, EditReport, EditedUser, UserEdit};

use crate::exit::{CliError, ExitStatus, Result};
use crate::text::{counted, filled};
use crate::ui::{self, Document, Format, Record, print_message, problem_lines};

/// The users to change.
#[derive(Debug, Args)]
pub(crate) struct People {
    /// The e-mail addresses
    #[arg(value_name = "EMAIL", value_parser = filled, required_unless_present = "from")]
    emails: Vec<String>,
    /// Take the addresses of this file, one a line, or `-` for standard input
    #[arg(long, value_name = "FILE", conflicts_with = "emails")]
    from: Option<PathBuf>,
    /// Look the users up, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// How to confirm a change that is hard to take back.
#[derive(Debug, Args)]
pub(crate) struct Consent {
    /// Do it without asking
    #[arg(long)]
    yes: bool,
}

impl People {
    /// The addresses, in the order of the input.
    pub(crate) fn emails(&self) -> Result<Vec<String>> {
        let Some(path) = &self.from else {
            return Ok(self.emails.clone());
        };
        let text = read_text(path)
            .map_err(|error| CliError::about_file(ExitStatus::Usage, path, error))?;
        let lines = text.trim_start_matches('\u{feff}').lines().map(str::trim);
        let emails: Vec<_> = lines
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect();
        match emails.is_empty() {
            true => Err(CliError::about_file(
                ExitStatus::Usage,
                path,
                "it has no addresses",
            )),
            false => Ok(emails),
        }
    }

    /// Refuses a change that has to be confirmed where no question can be asked.
    pub(crate) fn ensure_confirmable(&self, consent: &Consent, change: &str) -> Result<()> {
        match consent.yes || self.dry_run || ui::is_interactive() {
            true => Ok(()),
            false => {
                let problem =
                    format!("{change} needs a confirmation, and no question can be asked");
                Err(CliError::usage(problem)
                    .with_hint("add --yes to do it, or --dry-run to see what would be done"))
            }
        }
    }

    /// Plans the change, asks if it has to be confirmed, makes it, and prints what became of each
    /// person. `ask` is the verb of the question.
    pub(crate) async fn change(
        &self,
        format: Format,
        company: &Company,
        edit: UserEdit,
        emails: Vec<String>,
        ask: Option<(&str, &Consent)>,
    ) -> Result {
        let plan = company.edit_users(edit, emails).plan().await;
        let plan = plan.map_err(CliError::from_argument)?;
        let planned = plan.report();
        if self.dry_run {
            return print(format, &planned);
        }
        if let Some((verb, consent)) = ask
            && planned.rows.planned > 0
            && !consent.yes
        {
            for line in lines(&planned) {
                print_message(&line);
            }
            let count = counted(planned.rows.planned, "user", "users");
            let question = match &planned.group {
                Some(group) => format!("{verb} {count} of the group {group:?} in {company}?"),
                None => format!("{verb} {count} in {company}?"),
            };
            if !ui::confirm(&question).await? {
                return Err(CliError::failed("not confirmed; nothing was written"));
            }
        }
        print(format, &plan.apply().await)
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
    let document = Document::of_rows(report, report.is_complete(), report.is_dry_run);
    let printed = ui::stdout(format).report(&document, &report.users, || lines(report));
    ui::ignore_closed_pipe(printed)?;
    Ok(match report.rows.unknown {
        0 => ExitStatus::for_rows(report.is_complete()),
        _ => ExitStatus::Running,
    })
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
    const COLUMNS: &'static [&'static str] = &["number", "id", "outcome", "message"];
}
