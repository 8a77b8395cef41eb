//! `users import --dry-run --diff`: the preview, with what would be changed of the people who are there.

use futures::TryStreamExt as _;
use keepnet_flows::{ChangedField, ChangedUser, ImportChanges, ImportReport, Preview, Sheet};
use serde::Serialize;

use super::unless_unread;
use crate::arguments::Format;
use crate::exit::Failure;
use crate::output::{self, Record};
use crate::staff_list::show_rejected;

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
    let output = || output::stdout(format);
    match format {
        Format::Table => {
            unless_unread(output().lines(&show_rejected(preview.rejected())))?;
            while let Some(user) = changes.try_next().await? {
                let lines: Vec<_> = of(&user).map(|change| change.line()).collect();
                unless_unread(output().lines(&lines))?;
            }
            let last = [changes.counts().to_string(), preview.to_string()];
            unless_unread(output().lines(&last))
        }
        Format::Json | Format::Ndjson => {
            let previewed = Previewed {
                report: &preview.report(),
                changes: &changes.await?,
            };
            unless_unread(output().document(&previewed))
        }
        Format::Csv => {
            let changes = changes.await?;
            let records: Vec<_> = changes.rows.iter().flat_map(of).collect();
            unless_unread(output().records(&records))
        }
    }
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
