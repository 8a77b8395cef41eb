//! The users of a file.

use std::path::{Path, PathBuf};

use futures::TryStreamExt as _;
use keepnet_flows::{
    AddOutcome, AddReport, AddReportFiles, AddUsers, Mapper, Sheet, UnknownDomains,
};

use super::outcome::file_rows;
use crate::commands::users::columns::{column_lines, refuse_guesses};
use crate::commands::users::domains::{with_domain_hint, with_unknown_domains};
use crate::commands::users::staff_list::{StaffList, rejected_lines, warning_lines};
use crate::config::{Context, GlobalOptions};
use crate::exit::{CliError, Outcome, Result};
use crate::interrupt::{Reached, ResumeHint};
use crate::text::counted;
use crate::ui::{
    self, Document, ProgressDisplay, ignore_closed_pipe, print_message, problem_lines,
};

/// What to do with the users of a file.
pub(super) struct Options {
    pub(super) groups: Vec<String>,
    pub(super) domains: Vec<String>,
    pub(super) dry_run: bool,
    pub(super) yes: bool,
    /// Where to save the report.
    pub(super) report: Option<PathBuf>,
}

pub(super) async fn run(
    global: &GlobalOptions,
    list: &StaffList,
    options: Options,
    hint: &ResumeHint,
) -> Result {
    // Mistakes in the file or the arguments are reported before any request.
    let (sheet, validation) = list.validate()?;
    if list.is_strict() {
        validation.ensure_no_warnings()?;
    }
    let is_asked = !(options.yes || options.dry_run);
    let advice = "add --yes to add them, or --dry-run to see what would be added";
    ui::ensure_confirmable(!is_asked, "adding users", advice)?;
    if let Some(folder) = &options.report {
        AddReportFiles::prepare_folder(folder).map_err(CliError::from_argument)?;
    }
    if options.yes {
        refuse_guesses(validation.mapping())?;
    }
    let context = Context::new(global).await?;
    let company = context.company().await?;
    let by_headers = Mapper::new().map(&sheet).ok();
    for line in column_lines(validation.mapping(), by_headers.as_ref()) {
        print_message(&line);
    }
    for line in warning_lines(validation.warnings(), validation.warning_count()) {
        print_message(&line);
    }
    let users = || -> Result<AddUsers> {
        let users = company.add_users_from_sheet(&sheet, &validation)?;
        let users = match options.domains.is_empty() {
            true => users,
            false => users.domains(options.domains.iter().cloned()),
        };
        Ok(options.groups.iter().fold(users, AddUsers::group))
    };
    if is_asked {
        let found = process(users()?.dry_run(), "looking up", None).await?;
        for line in details(&found) {
            print_message(&line);
        }
        print_message(&found.to_string());
        ui::require_confirmation(&question(&found)).await?;
    }
    let report = match options.dry_run {
        true => process(users()?.dry_run(), "looking up", None).await?,
        false => process(users()?, "adding", Some(hint)).await?,
    };
    let outcome = outcome(&report);
    let document = Document::new(&report, outcome);
    let output = ui::stdout(global.output);
    let (rows, summary) = (file_rows(&report), [report.to_string()]);
    let details = || details(&report);
    ignore_closed_pipe(output.report_with_summary(&document, &rows, details, &summary))?;
    if let Some(folder) = &options.report {
        save(&report, folder, &sheet)?;
    }
    Ok(outcome.status())
}

fn outcome(report: &AddReport) -> Outcome {
    let mut users = report.users.iter();
    let is_unknown = users.any(|user| user.outcome == AddOutcome::Unknown);
    match report.is_dry_run {
        true => Outcome::of_dry_run(report.is_complete()),
        false => Outcome::of_rows(report.is_complete()).or_unknown(is_unknown),
    }
}

fn save(report: &AddReport, folder: &Path, sheet: &Sheet) -> Result<()> {
    let saved = report.save_report(folder, sheet)?;
    let files = [saved.report, saved.added, saved.rejected, saved.duplicates];
    let files = files.iter().map(|path| path.display().to_string());
    print_message(&format!("saved {}", files.collect::<Vec<_>>().join(", ")));
    Ok(())
}

/// Asks for the confirmation: how many users are created, and whose they are.
fn question(found: &AddReport) -> String {
    let new = counted(found.rows.new, "user", "users");
    let existing = counted(found.rows.existing, "existing user", "existing users");
    let question = format!(
        "create {new} in {}, and leave {existing} unchanged?",
        found.company
    );
    with_unknown_domains(question, found.domains.as_ref())
}

/// Adds or looks up the users, and shows the progress on standard error.
async fn process(mut users: AddUsers, stage: &str, hint: Option<&ResumeHint>) -> Result<AddReport> {
    let mut display = ProgressDisplay::new();
    let total = users.expected();
    let mut added = Vec::new();
    display.update(stage, 0, total);
    hint.inspect(|hint| hint.set_reached(Reached::Users(0)));
    while let Some(user) = display.wait(users.try_next()).await.map_err(|error| {
        if error.find_source::<UnknownDomains>().is_some() {
            return with_domain_hint(error);
        }
        // A group in an argument is looked for before any user.
        if error.operation().is_none() && added.is_empty() {
            return CliError::from_argument(error);
        }
        let before = counted(added.len() as u64, "user", "users");
        CliError::from(error).with_hint(format!(
            "{before} of the file were handled before the error; run the command again: no user is \
             added twice"
        ))
    })? {
        added.push(user);
        hint.inspect(|hint| hint.set_reached(Reached::Users(added.len() as u64)));
        display.update(stage, added.len() as u64, total);
    }
    drop(display);
    Ok(users.report(added))
}

fn details(report: &AddReport) -> Vec<String> {
    let mut lines = rejected_lines(&report.rejected);
    let failed = report.users.iter().filter_map(|user| {
        let is_failed = matches!(user.outcome, AddOutcome::Failed | AddOutcome::Unknown);
        let message = user.message.as_deref().filter(|_| is_failed)?;
        let file = report.file.as_deref().unwrap_or_default();
        let row = user.row.unwrap_or_default();
        Some(format!("{file}, row {row}: {message}"))
    });
    lines.extend(problem_lines(failed, report.rows.failed));
    let note = report
        .domains
        .as_ref()
        .and_then(|it| it.note(&report.company));
    lines.extend(note.map(|note| format!("note: {note}")));
    lines
}
