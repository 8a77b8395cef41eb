//! `users import --dry-run --diff`: the preview, and the fields of existing users that would change.

use futures::TryStreamExt as _;
use keepnet_flows::{ChangedUser, Field, ImportChanges, ImportReport, Preview, Sheet};
use schemars::JsonSchema;
use serde::Serialize;

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

/// A field of a user that would change.
#[derive(Serialize)]
struct Change<'a> {
    row: u32,
    id: &'a str,
    email: &'a str,
    field: &'a Field,
    old: Option<&'a str>,
    new: &'a str,
}

impl Record for Change<'_> {
    const COLUMNS: &'static [Column] = &[
        Column::whole("row"),
        Column::whole("id"),
        Column::name("email"),
        Column::whole("field"),
        Column::text("old"),
        Column::text("new"),
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
        print_lines(&[changes.counts().to_string(), preview.to_string()])?;
        return Ok(());
    }
    let changes = changes.await?;
    let document = ReportWithChanges {
        report: &preview.report(),
        changes: &changes,
    };
    let records: Vec<_> = changes.rows.iter().flat_map(changes_of).collect();
    ignore_closed_pipe(ui::stdout(format).report(&document, &records, Vec::new))?;
    Ok(())
}

fn changes_of(user: &ChangedUser) -> impl Iterator<Item = Change<'_>> {
    user.fields.iter().map(|field| Change {
        row: user.row,
        id: &user.id,
        email: &user.email,
        field: &field.field,
        old: field.old.as_deref(),
        new: &field.new,
    })
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
