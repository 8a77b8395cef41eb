//! The rows that the service rejects, merged with those that were rejected here.

use std::sync::Arc;

use keepnet_staff_list::{RowProblem, Validation};

use super::mapping_job::MappingCounts;
use super::preview_rows::PreviewRows;
use crate::import::{ImportCounts, RowNumbers};
use crate::row_problems::sort_by_row;
use crate::{Company, Result};

/// The rejected rows of a mapped file.
pub(super) struct Rejections {
    pub(super) counts: ImportCounts,
    pub(super) problems: Vec<RowProblem>,
    /// The rows that are valid here, and that the service rejects.
    pub(super) by_service: RowNumbers,
}

impl Rejections {
    /// Fetches the rows that the service rejects, and adds those that were rejected here.
    pub(super) async fn fetch(
        company: &Company,
        transaction: &str,
        validation: &Validation,
        mut mapped: MappingCounts,
    ) -> Result<Rejections> {
        let file: Arc<str> = validation.file_name().into();
        let mut problems = Vec::new();
        let mut by_service = Vec::new();
        let mut rows = PreviewRows::new(company, transaction, "Error");
        while let Some(page) = rows.next().await? {
            mapped.new = page.new.unwrap_or(mapped.new);
            mapped.existing = page.existing.unwrap_or(mapped.existing);
            mapped.invalid = page.invalid.unwrap_or(mapped.invalid);
            for row in page.rows {
                let number = validation.row_of(&row.email);
                by_service.extend(number);
                if problems.len() < Validation::KEPT_PROBLEMS {
                    let found = row.problems.iter();
                    problems
                        .extend(found.map(|it| it.in_file(&file, number, validation.mapping())));
                }
            }
        }
        problems.truncate(Validation::KEPT_PROBLEMS);
        problems.extend_from_slice(validation.problems());
        sort_by_row(&mut problems);
        let local = validation.counts();
        Ok(Rejections {
            counts: ImportCounts {
                total: local.total,
                new: mapped.new,
                existing: mapped.existing,
                invalid: local.invalid + mapped.invalid,
                duplicate: local.duplicate,
            },
            problems,
            by_service: by_service.into_iter().collect(),
        })
    }
}
