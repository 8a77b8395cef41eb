//! The rows that the mode of an import selects.

use crate::Result;
use crate::import::{Confirmation, ImportMode, Preview, PreviewRows, RowNumbers};

/// The selected rows, by the ids of the service and by their numbers in the file.
pub(super) struct SelectedRows {
    pub(super) ids: Vec<String>,
    numbers: RowNumbers,
    new: u64,
}

impl SelectedRows {
    /// Fetches the rows that the service accepts, and selects those of the mode.
    pub(super) async fn fetch(preview: &Preview) -> Result<SelectedRows> {
        let statuses = match preview.mode() {
            ImportMode::New => "New",
            ImportMode::Existing => "Exists",
            ImportMode::All | ImportMode::Selected => "New,Exists,SCIM",
        };
        let takes_unknown_rows = preview.mode() != ImportMode::Selected;
        let (mut ids, mut numbers, mut new) = (Vec::new(), Vec::new(), 0);
        let mut rows = PreviewRows::new(&preview.company, &preview.transaction, statuses);
        while let Some(page) = rows.next().await? {
            for row in page.rows {
                let number = preview.validation.row_of(&row.email);
                let is_selected = number.map_or(takes_unknown_rows, |it| preview.is_selected(it));
                if let Some(id) = row.id.filter(|_| is_selected) {
                    ids.push(id);
                    numbers.extend(number);
                    new += u64::from(row.status.eq_ignore_ascii_case("New"));
                }
            }
        }
        Ok(SelectedRows {
            ids,
            numbers: numbers.into_iter().collect(),
            new,
        })
    }

    /// Restricts a confirmation of all accepted rows to these rows.
    pub(super) fn narrow(&self, confirmation: &mut Confirmation) {
        confirmation.expected = self.ids.len() as u64;
        confirmation.expected_new = self.new;
        let accepted = std::mem::replace(&mut confirmation.rows_to_import, self.numbers.clone());
        let skipped = accepted.iter().filter(|row| !self.numbers.contains(*row));
        confirmation.skipped_rows = skipped.collect();
    }
}
