//! The plan as text, and as a document with its users.

use keepnet_flows::{
    ErrorKind, Leavers, PossibleRename, RowProblem, SyncOutcome, SyncPlan, SyncRefusal, SyncReport,
    SyncRow,
};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::json;

use crate::commands::users::staff_list::{rejected_lines, warning_lines};
use crate::exit::{CliError, Outcome, Result};
use crate::text::counted;
use crate::ui::{self, Column, Format, Record, ignore_closed_pipe, plain_text};

/// The report of a plan, and what it does with each user.
#[derive(Serialize, JsonSchema)]
pub(in crate::commands) struct ReportWithRows<'a> {
    #[serde(flatten)]
    report: &'a SyncReport,
    /// What the plan does with each user, without those who stay as they are.
    rows: &'a [SyncRow],
}

/// A user in a plan, or a problem of a rejected row.
#[derive(Serialize)]
struct PlanRow<'a> {
    action: String,
    row: Option<u32>,
    id: Option<&'a str>,
    email: Option<&'a str>,
    reason: Option<String>,
}

impl Record for PlanRow<'_> {
    const COLUMNS: &'static [Column] = &[
        Column::whole("action"),
        Column::whole("row"),
        Column::whole("id"),
        Column::name("email"),
        Column::text("reason"),
    ];
}

/// Prints the plan on standard output, user by user if `diff` is set.
pub(super) fn print(format: Format, plan: &SyncPlan, diff: bool) -> Result<()> {
    let report = plan.report();
    let printed = match diff {
        false => ui::stdout(format).report_with_summary(
            &report,
            &report.rejected,
            || details(plan, false),
            &summary(plan),
        ),
        true => {
            let rows: Vec<SyncRow> = plan.rows().collect();
            let document = ReportWithRows {
                report: &report,
                rows: &rows,
            };
            let of_csv = match format {
                Format::Csv => plan_rows(&rows, plan.rejected()),
                _ => Vec::new(),
            };
            let details = || details(plan, true);
            ui::stdout(format).report_with_summary(&document, &of_csv, details, &summary(plan))
        }
    };
    Ok(ignore_closed_pipe(printed)?)
}

/// How a synchronization ended, or its plan.
pub(super) fn outcome(report: &SyncReport) -> Outcome {
    match report.outcome {
        SyncOutcome::Planned => Outcome::of_dry_run(report.people.rejected() == 0),
        SyncOutcome::Refused => Outcome::Refused,
        SyncOutcome::Complete => Outcome::Complete,
        SyncOutcome::Unverified => Outcome::Unverified,
        _ => Outcome::Incomplete,
    }
}

/// The rows of a plan and the problems of the rejected rows, in the order of the rows, and then the users
/// whom the list does not name.
fn plan_rows<'a>(rows: &'a [SyncRow], rejected: &'a [RowProblem]) -> Vec<PlanRow<'a>> {
    let planned = rows.iter().map(|row| PlanRow {
        action: row.action.to_string(),
        row: row.row,
        id: row.id.as_deref(),
        email: Some(&row.email),
        reason: row.reason.map(|reason| plain_text(&json!(reason))),
    });
    let rejected = rejected.iter().map(|problem| PlanRow {
        action: "reject".to_owned(),
        row: problem.row,
        id: None,
        email: None,
        reason: Some(problem.message()),
    });
    let mut rows: Vec<_> = planned.chain(rejected).collect();
    rows.sort_by_key(|row| row.row.unwrap_or(u32::MAX));
    rows
}

/// The plan for people: what to look at, and the counts.
pub(super) fn lines(plan: &SyncPlan, diff: bool) -> Vec<String> {
    let mut lines = details(plan, diff);
    lines.extend(summary(plan));
    lines
}

fn details(plan: &SyncPlan, diff: bool) -> Vec<String> {
    let mut lines = warning_lines(plan.warnings(), plan.warning_count());
    if diff {
        lines.extend(plan.rows().flat_map(|row| row_lines(&row)));
    }
    lines.extend(rejected_lines(plan.rejected()));
    for rename in plan.possible_renames() {
        lines.push(format!("note: {}; --key COLUMN tells", rename_text(rename)));
    }
    let refusals = plan.possible_refusals().iter();
    lines.extend(refusals.map(|refusal| format!("note: {refusal}")));
    lines
}

/// The counts, the seats of the licence, and the refusals.
fn summary(plan: &SyncPlan) -> Vec<String> {
    let mut lines = vec![plan.to_string()];
    lines.extend(plan.license().map(ToString::to_string));
    // The first refusal becomes the error.
    let others = plan.refusals().iter().skip(1);
    lines.extend(others.map(|refusal| format!("refused: {refusal}")));
    lines
}

/// Such as `row 14 may be the user …, who would leave: same name and department`.
pub(in crate::commands) fn rename_text(rename: &PossibleRename) -> String {
    let (row, id, field) = (rename.row, &rename.id, rename.field.label());
    let becomes = match rename.leaves {
        true => "leave",
        false => "get another name",
    };
    format!("row {row} may be the user {id}, who would {becomes}: same name and {field}")
}

/// Such as `change row 14, ada@acme.example: department Sales -> Finance`.
fn row_lines(row: &SyncRow) -> Vec<String> {
    let mut place = row.action.to_string();
    if let Some(number) = row.row {
        place += &format!(" row {number}");
    }
    place += &format!(", {}", row.email);
    let mut lines: Vec<String> = row
        .fields
        .iter()
        .map(|field| {
            let old = field.old.as_deref().unwrap_or("(none)");
            let new = match field.new.as_str() {
                "" => "(none)",
                new => new,
            };
            format!("{place}: {} {old} -> {new}", field.field.label())
        })
        .collect();
    if row.activates {
        lines.push(format!("{place}: becomes active"));
    }
    if row.returns {
        lines.push(format!("{place}: returns after a deletion"));
    }
    if let Some(reason) = row.reason {
        lines.push(format!("{place}: {reason}"));
    }
    if lines.is_empty() {
        lines.push(place);
    }
    lines
}

/// Asks for the confirmation: how many users join, change and leave, and whose they are.
pub(super) fn question(plan: &SyncPlan) -> String {
    let (company, counts) = (plan.company(), plan.counts());
    let users = |count| counted(count, "user", "users");
    let (join, change) = (users(counts.join), users(counts.change));
    let leave = match plan.options().leavers {
        Leavers::Delete => format!("delete {}", users(counts.leave)),
        _ => format!("deactivate {}", users(counts.leave)),
    };
    format!("create {join} in {company}, change {change}, and {leave}?")
}

/// Adds the option that allows what is refused.
pub(super) fn with_option(error: keepnet_flows::Error) -> CliError {
    // A group in an argument is looked for before anything is sent.
    if error.operation().is_none() && error.kind() == ErrorKind::NotFound {
        return CliError::from_group(error);
    }
    let refusal = error.find_source::<SyncRefusal>();
    let is_refused = refusal.is_some();
    let option = refusal.map(|refusal| match refusal.setter() {
        Some("at_most_leavers") => Some("--max-leavers N"),
        Some("domains") => Some("--domains DOMAIN"),
        Some("overwrite") => Some("--overwrite COLUMN"),
        Some("smaller_list") => Some("--smaller-list"),
        Some("unreadable_rows") => Some("--unreadable-rows"),
        Some("beyond_license") => Some("--beyond-license"),
        _ => None,
    });
    let error = match is_refused {
        true => CliError::from(error).with_code(Outcome::Refused.word()),
        false => CliError::from(error),
    };
    match option.flatten() {
        Some(option) => error.with_hint(format!(
            "nothing was written; look at the plan with --diff; if the file is right, add {option}"
        )),
        None => error,
    }
}
