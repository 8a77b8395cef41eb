//! The people of a file.

use futures::TryStreamExt as _;
use keepnet_flows::{AddOutcome, AddReport, AddUsers, Sheet, Validation};

use crate::commands::users::staff_list::{StaffList, rejected_lines};
use crate::config::{Context, GlobalOptions};
use crate::exit::{Failure, Status};
use crate::text::counted;
use crate::ui::{self, Format, ProgressDisplay, ignore_closed_pipe, print_message, problem_lines};

pub(super) async fn run(
    global: &GlobalOptions,
    list: &StaffList,
    groups: Vec<String>,
    yes: bool,
) -> Result<Status, Failure> {
    // All that can be wrong without the service is found before it is asked.
    let sheet = list.open()?;
    let checked = sheet.validate(&list.mapper()?.map(&sheet)?)?;
    if !(yes || ui::is_interactive()) {
        return Err(Failure::new(
            Status::Usage,
            "adding people writes, and nobody can be asked here",
        )
        .hint("add --yes to add them; `keepnet users check` shows what is in the file"));
    }
    let context = Context::new(global).await?;
    let company = context.company().await?;
    let users = company.add_users_of_sheet(&sheet, &checked)?;
    let users = groups.into_iter().fold(users, AddUsers::group);
    if !yes && !is_confirmed(&sheet, &checked).await? {
        return Err(Failure::new(
            Status::Failed,
            "not confirmed; nothing was written",
        ));
    }
    let report = watched(users).await?;
    print(global.output, &report)?;
    Ok(match report.is_complete() {
        true => Status::Done,
        false => Status::Partial,
    })
}

/// Adds the people, and shows on standard error how far that is.
async fn watched(mut users: AddUsers) -> Result<AddReport, Failure> {
    let mut watch = ProgressDisplay::new();
    let total = users.expected();
    let mut done = Vec::new();
    watch.count("adding", 0, total);
    while let Some(user) = users.try_next().await.map_err(|error| {
        let done = counted(done.len() as u64, "person", "people");
        Failure::from(error).hint(format!(
            "{done} of the file came before; run it again, nobody is added twice"
        ))
    })? {
        done.push(user);
        watch.count("adding", done.len() as u64, total);
    }
    watch.clear();
    Ok(users.report(done))
}

async fn is_confirmed(sheet: &Sheet, checked: &Validation) -> Result<bool, Failure> {
    let rejected = checked.problems();
    for line in problem_lines(rejected, rejected.len() as u64) {
        print_message(&line);
    }
    let people = counted(checked.counts().valid, "person", "people");
    let question = format!(
        "add those of {people} in {} who are new?",
        sheet.file_name()
    );
    ui::confirm(&question).await
}

/// Prints the report; a pipe that nobody reads any more changes nothing about what was done.
fn print(format: Format, report: &AddReport) -> Result<(), Failure> {
    let output = ui::stdout(format);
    let printed = match format {
        Format::Table => output.lines(&lines(report)),
        Format::Json | Format::Ndjson => output.document(report),
        Format::Csv => output.records(&report.users),
    };
    Ok(ignore_closed_pipe(printed)?)
}

fn lines(report: &AddReport) -> Vec<String> {
    let mut lines = rejected_lines(&report.rejected);
    let failed = report.users.iter().filter_map(|user| {
        let is_failed = matches!(user.outcome, AddOutcome::Failed | AddOutcome::Unknown);
        let message = user.message.as_deref().filter(|_| is_failed)?;
        let file = report.file.as_deref().unwrap_or_default();
        Some(format!(
            "{file}, row {}: {message}",
            user.row.unwrap_or_default()
        ))
    });
    lines.extend(problem_lines(failed, report.rows.failed));
    lines.push(report.to_string());
    lines
}
