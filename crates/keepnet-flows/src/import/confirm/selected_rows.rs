//! The rows that the mode of an import selects.

use std::sync::Arc;

use keepnet_staff_list::{ProblemKind, RowProblem};

use super::sample::Person;
use crate::Result;
use crate::import::{Confirmation, ImportMode, Preview, PreviewRows, RowNumbers};
use crate::row_problems::sort_by_row;
use crate::users::EMAILS_PER_SEARCH;

/// The selected rows, by the ids of the service and by their numbers in the file.
pub(super) struct SelectedRows {
    pub(super) ids: Vec<String>,
    /// The first of the people, new ones and existing ones.
    pub(super) people: Vec<Person>,
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
        let mut people: Vec<Person> = Vec::new();
        let mut rows = PreviewRows::new(&preview.company, &preview.transaction, statuses);
        while let Some(page) = rows.next().await? {
            for row in page.rows {
                let person = Person::of_row(preview, &row);
                let number = preview.validation.row_of(&row.email);
                let is_selected = number.map_or(takes_unknown_rows, |it| preview.is_selected(it));
                if let Some(id) = row.id.filter(|_| is_selected) {
                    ids.push(id);
                    numbers.extend(number);
                    let is_new = row.status.eq_ignore_ascii_case("New");
                    new += u64::from(is_new);
                    let known = people
                        .iter()
                        .filter(|person| person.is_new == is_new)
                        .count();
                    people.extend(person.filter(|_| known < EMAILS_PER_SEARCH));
                }
            }
        }
        Ok(SelectedRows {
            ids,
            people,
            numbers: numbers.into_iter().collect(),
            new,
        })
    }

    /// Restricts a confirmation of all accepted rows to these rows. A selected row that the service
    /// neither accepts nor rejects, such as one whose address it spells otherwise, is reported.
    pub(super) fn narrow(&self, preview: &Preview, confirmation: &mut Confirmation) {
        if preview.mode() == ImportMode::Selected {
            let file: Arc<str> = preview.file().into();
            let is_known = |row: &u32| {
                self.numbers.contains(*row) || preview.rejected_by_service.contains(*row)
            };
            let selected = preview.journal.ticket.selected.iter();
            for row in selected.filter(|row| !is_known(row)) {
                let problem = "the service shows no row with this e-mail address";
                let kind = ProblemKind::Other(problem.to_owned());
                let problem = RowProblem::new(Arc::clone(&file), Some(row), kind);
                confirmation.rejected.push(problem);
            }
            sort_by_row(&mut confirmation.rejected);
        }
        confirmation.expected = self.ids.len() as u64;
        confirmation.expected_new = self.new;
        let accepted = std::mem::replace(&mut confirmation.rows_to_import, self.numbers.clone());
        let skipped = accepted.iter().filter(|row| !self.numbers.contains(*row));
        confirmation.skipped_rows = skipped.collect();
    }
}
