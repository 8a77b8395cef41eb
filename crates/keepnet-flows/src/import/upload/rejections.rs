//! The rows that the service rejects, beside those rejected here.

use std::sync::Arc;

use keepnet_staff_list::Validation;

use super::mapping_job::Sorted;
use super::preview_rows::PreviewRows;
use crate::company::Company;
use crate::error::Result;
use crate::import::counts::ImportCounts;
use crate::import::row_numbers::RowNumbers;
use crate::rejected::{in_order, service_problem};
use keepnet_staff_list::RowProblem;

/// What the service rejects, and what was rejected here.
pub(super) struct Rejections {
    pub(super) counts: ImportCounts,
    pub(super) problems: Vec<RowProblem>,
    /// The rows that passed the check here and are rejected by the service.
    pub(super) by_service: RowNumbers,
}

impl Rejections {
    /// Fetches the rows that the service rejects, and puts them beside those rejected here.
    pub(super) async fn read(
        company: &Company,
        transaction: &str,
        checked: &Validation,
        mut sorted: Sorted,
    ) -> Result<Rejections> {
        let file: Arc<str> = checked.file_name().into();
        let doing = format!("reading the preview of {file}");
        let mut problems = Vec::new();
        let mut by_service = Vec::new();
        let mut rows = PreviewRows::new(company, &doing, transaction, "Error");
        while let Some(page) = rows.next().await? {
            sorted.new = page.new.unwrap_or(sorted.new);
            sorted.existing = page.existing.unwrap_or(sorted.existing);
            sorted.invalid = page.invalid.unwrap_or(sorted.invalid);
            for row in page.rows {
                let number = checked.row_of(&row.email);
                by_service.extend(number);
                if problems.len() >= Validation::KEPT_PROBLEMS {
                    continue;
                }
                let problem = |field: Option<&str>, message: &str| {
                    service_problem(&file, number, field, message, checked.mapping())
                };
                if row.problems.is_empty() {
                    problems.push(problem(None, ""));
                }
                for (field, message) in &row.problems {
                    problems.push(problem(field.as_deref(), message));
                }
            }
        }
        problems.truncate(Validation::KEPT_PROBLEMS);
        problems.extend(checked.problems().iter().cloned());
        in_order(&mut problems);
        let local = checked.counts();
        Ok(Rejections {
            counts: ImportCounts {
                total: local.total,
                new: sorted.new,
                existing: sorted.existing,
                invalid: local.invalid + local.duplicate + sorted.invalid,
            },
            problems,
            by_service: by_service.into_iter().collect(),
        })
    }
}
