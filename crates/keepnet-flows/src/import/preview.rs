//! What an import would do.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use super::confirm::Confirm;
use super::mapping_job::Sorted;
use super::preview_rows::PreviewRows;
use super::rejected::{self, RejectedRow};
use super::report::{ImportCounts, ImportReport};
use super::settings::ImportMode;
use crate::check::Checked;
use crate::company::{Company, CompanyRef};
use crate::error::Result;
use crate::mapping::Mapping;

/// What an import would do; nothing is written yet.
///
/// [`confirm`](Preview::confirm) it to import the people. Dropping it writes nothing: the service
/// forgets an unconfirmed transaction by itself.
///
/// It holds the e-mail addresses of the file, to find rows again; its `Debug` shows none.
#[must_use = "nothing is imported until the preview is confirmed"]
pub struct Preview {
    pub(super) plan: Plan,
    pub(super) counts: ImportCounts,
    pub(super) rejected: Vec<RejectedRow>,
}

/// What is known once the service has mapped the file.
pub(super) struct Plan {
    pub(super) company: Company,
    pub(super) transaction: String,
    pub(super) checked: Checked,
    pub(super) sorted: Sorted,
    pub(super) mode: ImportMode,
    pub(super) selected: Vec<String>,
    pub(super) patience: Duration,
}

impl Preview {
    /// The customer.
    pub fn company(&self) -> &Company {
        &self.plan.company
    }

    /// The file's name.
    pub fn file(&self) -> &str {
        self.plan.checked.file_name()
    }

    /// The upload transaction.
    pub fn transaction_id(&self) -> &str {
        &self.plan.transaction
    }

    /// Which people would be imported.
    pub fn mode(&self) -> ImportMode {
        self.plan.mode
    }

    /// Which column fills which field.
    pub fn mapping(&self) -> &Mapping {
        self.plan.checked.mapping()
    }

    /// How many people are in the file, and how many of them are new, are there already, or are
    /// rejected.
    pub fn counts(&self) -> ImportCounts {
        self.counts
    }

    /// How many people would be imported, by the mode and the counts.
    pub fn to_import(&self) -> u64 {
        match self.plan.mode {
            ImportMode::All => self.counts.new + self.counts.existing,
            ImportMode::New => self.counts.new,
            ImportMode::Existing => self.counts.existing,
            ImportMode::Selected => self.selected_rows().len() as u64,
        }
    }

    /// What is wrong with the rows that will not be imported, in the order of the rows: what was
    /// found here, and what the service found. At most [`Checked::KEPT_PROBLEMS`] of each are kept.
    pub fn rejected(&self) -> &[RejectedRow] {
        &self.rejected
    }

    /// The preview as data; `imported` and `failed` are 0.
    pub fn report(&self) -> ImportReport {
        ImportReport {
            company: self.plan.company.reference().clone(),
            file: self.file().to_owned(),
            transaction_id: self.plan.transaction.clone(),
            rows: self.counts,
            imported: 0,
            failed: 0,
            job: None,
            rejected: self.rejected.clone(),
        }
    }

    /// Imports the people, as a stream of progress and a future of the [`Receipt`](super::Receipt).
    /// Nothing is sent before that is polled.
    ///
    /// It takes the preview, so that nobody is imported twice:
    ///
    /// ```compile_fail,E0382
    /// # async fn demo(preview: keepnet_flows::Preview) -> keepnet_flows::Result<()> {
    /// let receipt = preview.confirm().await?;
    /// let receipt = preview.confirm().await?;
    /// # Ok(()) }
    /// ```
    ///
    /// Once is fine:
    ///
    /// ```no_run
    /// # async fn demo(preview: keepnet_flows::Preview) -> keepnet_flows::Result<()> {
    /// let receipt = preview.confirm().await?;
    /// # Ok(()) }
    /// ```
    pub fn confirm(self) -> Confirm {
        Confirm::new(self)
    }

    /// Fetches the rows that the service rejects, and puts them beside those rejected here.
    pub(super) async fn read(plan: Plan) -> Result<Preview> {
        let file: Arc<str> = plan.checked.file_name().into();
        let doing = format!("reading the preview of {file}");
        let mut sorted = plan.sorted;
        let mut rejected = Vec::new();
        let mut rows = PreviewRows::new(&plan.company, &doing, &plan.transaction, "Error");
        while let Some(page) = rows.next().await? {
            sorted.new = page.new.unwrap_or(sorted.new);
            sorted.existing = page.existing.unwrap_or(sorted.existing);
            sorted.invalid = page.invalid.unwrap_or(sorted.invalid);
            for row in page.rows {
                let number = plan.checked.row_of(&row.email);
                let problem = |field: Option<&str>, message: &str| {
                    let mapping = plan.checked.mapping();
                    RejectedRow::of_service(&file, number, field, message, mapping)
                };
                if row.problems.is_empty() {
                    rejected.push(problem(None, ""));
                }
                for (field, message) in &row.problems {
                    rejected.push(problem(field.as_deref(), message));
                }
            }
            if rejected.len() >= Checked::KEPT_PROBLEMS {
                rejected.truncate(Checked::KEPT_PROBLEMS);
                break;
            }
        }
        rejected.extend(rejected::of_check(&plan.checked));
        in_order(&mut rejected);
        let local = plan.checked.counts();
        let counts = ImportCounts {
            total: local.total,
            new: sorted.new,
            existing: sorted.existing,
            invalid: local.invalid + local.duplicate + sorted.invalid,
        };
        Ok(Preview {
            plan,
            counts,
            rejected,
        })
    }

    /// The rows of the people that were selected.
    pub(super) fn selected_rows(&self) -> HashSet<u32> {
        let selected = self.plan.selected.iter();
        selected
            .filter_map(|email| self.plan.checked.row_of(email))
            .collect()
    }

    pub(super) fn reference(&self) -> CompanyRef {
        self.plan.company.reference().clone()
    }
}

/// Rows in their order, and those without a number behind them.
pub(super) fn in_order(rejected: &mut [RejectedRow]) {
    rejected.sort_by_key(|problem| problem.row.unwrap_or(u32::MAX));
}

impl fmt::Display for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ImportCounts {
            total,
            new,
            existing,
            invalid,
        } = self.counts;
        write!(
            f,
            "{} for {}: {total} people, {new} new, {existing} existing, {invalid} rejected; nothing is written yet",
            self.file(),
            self.company(),
        )
    }
}

impl fmt::Debug for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Preview")
            .field("company", &self.plan.company)
            .field("file", &self.file())
            .field("transaction_id", &self.plan.transaction)
            .field("mode", &self.plan.mode)
            .field("counts", &self.counts)
            .field("rejected", &self.rejected.len())
            .finish_non_exhaustive()
    }
}
