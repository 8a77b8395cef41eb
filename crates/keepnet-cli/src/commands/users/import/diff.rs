//! `users import --dry-run --diff`: the preview, and the fields of existing users that would change.

use futures::TryStreamExt as _;
use keepnet_flows::{
    ChangedUser, Field, ImportChanges, ImportReport, LicenseUse, Preview, RowProblem, Sheet,
};
use schemars::JsonSchema;
use serde::Serialize;

use super::license;
use crate::commands::users::staff_list::rejected_lines;
use crate::exit::Result;
use crate::ui::{self, Column, Format, Record, ignore_closed_pipe};

/// The report of a preview, and the changes that the import would make.
#[derive(Serialize, JsonSchema)]
pub(in crate::commands) struct ReportWithChanges<'a> {
    #[serde(flatten)]
    report: &'a ImportReport,
    /// The fields of existing users that the import would change.
    changes: &'a ImportChanges,
}

/// A field of a user that would change, or a problem of a rejected row.
#[derive(Serialize)]
struct Change<'a> {
    row: Option<u32>,
    id: Option<&'a str>,
    email: Option<&'a str>,
    field: Option<&'a Field>,
    old: Option<&'a str>,
    new: Option<&'a str>,
    message: Option<String>,
}

impl Record for Change<'_> {
    const COLUMNS: &'static [Column] = &[
        Column::whole("row"),
        Column::whole("id"),
        Column::name("email"),
        Column::whole("field"),
        Column::text("old"),
        Column::text("new"),
        Column::text("message"),
    ];
}

/// Prints the preview and the changes; a table has a line for each change as soon as it is found.
pub(super) async fn print(format: Format, preview: &Preview, sheet: Sheet) -> Result<()> {
    let mut changes = preview.changes(sheet);
    let print_lines = |lines: &[String]| ignore_closed_pipe(ui::stdout(Format::Table).lines(lines));
    if format == Format::Table {
        print_lines(&rejected_lines(preview.rejected()))?;
        while let Some(user) = changes.try_next().await? {
            print_lines(&lines(&user))?;
        }
        print_lines(&summary(
            preview,
            changes.counts(),
            license::read(preview).await.as_ref(),
        ))?;
        return Ok(());
    }
    let changes = changes.await?;
    let mut report = preview.report();
    report.license = license::read(preview).await;
    let document = ReportWithChanges {
        report: &report,
        changes: &changes,
    };
    let mut records: Vec<_> = changes.rows.iter().flat_map(changes_of).collect();
    records.extend(preview.rejected().iter().map(rejected));
    records.sort_by_key(|record| record.row);
    let summary = summary(preview, &changes, report.license.as_ref());
    let output = ui::stdout(format);
    ignore_closed_pipe(output.report_with_summary(&document, &records, Vec::new, &summary))?;
    Ok(())
}

/// The counts, and the seats of the licence.
fn summary(
    preview: &Preview,
    changes: &ImportChanges,
    license: Option<&LicenseUse>,
) -> Vec<String> {
    let counts = [changes.to_string(), preview.to_string()];
    counts
        .into_iter()
        .chain(license.map(license::line))
        .collect()
}

fn changes_of(user: &ChangedUser) -> impl Iterator<Item = Change<'_>> {
    user.fields.iter().map(|field| Change {
        row: Some(user.row),
        id: Some(&user.id),
        email: Some(&user.email),
        field: Some(&field.field),
        old: field.old.as_deref(),
        new: Some(&field.new),
        message: None,
    })
}

fn rejected(problem: &RowProblem) -> Change<'_> {
    Change {
        row: problem.row,
        id: None,
        email: None,
        field: problem.field.as_ref(),
        old: None,
        new: None,
        message: Some(problem.message()),
    }
}

/// Such as `row 14, ada@acme.example: department Sales -> Finance`.
fn lines(user: &ChangedUser) -> Vec<String> {
    let ChangedUser {
        row, email, fields, ..
    } = user;
    let lines = fields.iter().map(|field| {
        let old = field.old.as_deref().unwrap_or("(none)");
        format!(
            "row {row}, {email}: {} {old} -> {}",
            field.field.label(),
            field.new
        )
    });
    lines.collect()
}
