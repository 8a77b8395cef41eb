//! `users import --dry-run --diff`: the preview, with what would be changed of the people who are there.

use futures::TryStreamExt as _;
use keepnet_flows::{ChangedField, ChangedUser, ImportChanges, ImportReport, Preview, Sheet};
use serde::Serialize;

use crate::commands::users::staff_list::rejected_lines;
use crate::exit::Failure;
use crate::ui::{self, Format, Record, ignore_closed_pipe};

/// The report of a preview, and what would be changed.
#[derive(Serialize)]
struct Previewed<'a> {
    #[serde(flatten)]
    report: &'a ImportReport,
    changes: &'a ImportChanges,
}

/// A field of a person, as a line of its own.
#[derive(Serialize)]
struct Change<'a> {
    user: &'a ChangedUser,
    field: &'a ChangedField,
}

/// Prints the preview: people read each change as it is found, the other formats have them whole.
pub(super) async fn show(format: Format, preview: &Preview, sheet: Sheet) -> Result<(), Failure> {
    let mut changes = preview.changes(sheet);
    let output = || ui::stdout(format);
    match format {
        Format::Table => {
            ignore_closed_pipe(output().lines(&rejected_lines(preview.rejected())))?;
            while let Some(user) = changes.try_next().await? {
                let lines: Vec<_> = of(&user).map(|change| change.line()).collect();
                ignore_closed_pipe(output().lines(&lines))?;
            }
            let last = [changes.counts().to_string(), preview.to_string()];
            ignore_closed_pipe(output().lines(&last))?;
        }
        Format::Json | Format::Ndjson => {
            let previewed = Previewed {
                report: &preview.report(),
                changes: &changes.await?,
            };
            ignore_closed_pipe(output().document(&previewed))?;
        }
        Format::Csv => {
            let changes = changes.await?;
            let records: Vec<_> = changes.rows.iter().flat_map(of).collect();
            ignore_closed_pipe(output().records(&records))?;
        }
    }
    Ok(())
}

fn of(user: &ChangedUser) -> impl Iterator<Item = Change<'_>> {
    let fields = user.fields.iter();
    fields.map(move |field| Change { user, field })
}

impl Change<'_> {
    /// Such as `row 14, ada@acme.example: department Sales -> Finance`.
    fn line(&self) -> String {
        let ChangedUser { row, email, .. } = self.user;
        let ChangedField {
            field, old, new, ..
        } = self.field;
        let old = old.as_deref().unwrap_or("(none)");
        format!("row {row}, {email}: {} {old} -> {new}", field.label())
    }
}

impl Record for Change<'_> {
    const COLUMNS: &'static [&'static str] = &["row", "id", "email", "field", "old", "new"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.user.row.to_string(),
            self.user.id.clone(),
            self.user.email.clone(),
            self.field.field.to_string(),
            self.field.old.clone().unwrap_or_default(),
            self.field.new.clone(),
        ]
    }
}
