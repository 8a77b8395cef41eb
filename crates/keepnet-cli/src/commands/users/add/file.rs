//! The users of a file.

use futures::TryStreamExt as _;
use keepnet_flows::{AddOutcome, AddReport, AddUsers, Sheet, Validation};

use crate::commands::users::staff_list::{StaffList, rejected_lines};
use crate::config::{Context, GlobalOptions};
use crate::exit::{CliError, ExitStatus, Result};
use crate::text::counted;
use crate::ui::{self, ProgressDisplay, ignore_closed_pipe, print_message, problem_lines};

pub(super) async fn run(
    global: &GlobalOptions,
    list: &StaffList,
    groups: Vec<String>,
    yes: bool,
) -> Result {
    // Mistakes in the file or the arguments are reported before any request.
    let (sheet, validation) = list.validate()?;
    if !(yes || ui::is_interactive()) {
        return Err(CliError::usage(
            "adding users needs a confirmation, but this is not a terminal",
        )
        .with_hint("add --yes to add them; `keepnet users check` shows what is in the file"));
    }
    let context = Context::new(global).await?;
    let company = context.company().await?;
    let users = company.add_users_from_sheet(&sheet, &validation)?;
    let users = groups.into_iter().fold(users, AddUsers::group);
    if !yes && !confirm(&sheet, &validation).await? {
        return Err(CliError::failed("not confirmed; nothing was written"));
    }
    let report = add(users).await?;
    let output = ui::stdout(global.output);
    ignore_closed_pipe(output.report(&report, &report.users, || lines(&report)))?;
    Ok(ExitStatus::for_rows(report.is_complete()))
}

/// Adds the users, and shows the progress on standard error.
async fn add(mut users: AddUsers) -> Result<AddReport> {
    let mut display = ProgressDisplay::new();
    let total = users.expected();
    let mut added = Vec::new();
    display.update("adding", 0, total);
    while let Some(user) = users.try_next().await.map_err(|error| {
        let before = counted(added.len() as u64, "user", "users");
        CliError::from(error).with_hint(format!(
            "{before} of the file were handled before the error; run the command again: no user is \
             added twice"
        ))
    })? {
        added.push(user);
        display.update("adding", added.len() as u64, total);
    }
    drop(display);
    Ok(users.report(added))
}

async fn confirm(sheet: &Sheet, validation: &Validation) -> Result<bool> {
    for line in rejected_lines(validation.problems()) {
        print_message(&line);
    }
    let rows = counted(validation.counts().valid, "valid row", "valid rows");
    let question = format!(
        "{} has {rows}; add the users that do not exist yet?",
        sheet.file_name()
    );
    ui::confirm(&question).await
}

fn lines(report: &AddReport) -> Vec<String> {
    let mut lines = rejected_lines(&report.rejected);
    let failed = report.users.iter().filter_map(|user| {
        let is_failed = matches!(user.outcome, AddOutcome::Failed | AddOutcome::Unknown);
        let message = user.message.as_deref().filter(|_| is_failed)?;
        let file = report.file.as_deref().unwrap_or_default();
        let row = user.row.unwrap_or_default();
        Some(format!("{file}, row {row}: {message}"))
    });
    lines.extend(problem_lines(failed, report.rows.failed));
    lines.push(report.to_string());
    lines
}
