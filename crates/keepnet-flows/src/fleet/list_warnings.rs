//! What a person should look at in the list of a customer, as far as it is known without a call.

use keepnet_client::CompanyRef;
use keepnet_staff_list::{Validation, Warning, WarningKind};

use crate::sync::{SyncPlan, SyncReport};

/// The warnings of the list of a customer, as far as they are known before the first call: whether a column
/// without a field of its own fills a custom field is not. They have no content of cells.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ListWarnings {
    /// The customer.
    pub company: CompanyRef,
    /// The first warnings, at most [`KEPT`](ListWarnings::KEPT).
    pub warnings: Vec<Warning>,
    /// How many warnings there are.
    pub warning_count: u64,
}

impl ListWarnings {
    /// How many warnings of a list are kept.
    pub const KEPT: usize = 20;
}

/// The first warnings of a list and how many there are, without those of columns that may fill a custom
/// field.
pub(super) fn warnings_of_file(validation: &Validation) -> (Vec<Warning>, u64) {
    let may_be_custom = |it: &&Warning| it.kind == WarningKind::ColumnLeftOut;
    // The warnings about columns are among the first, and therefore kept.
    let left_out = validation.warnings().iter().filter(may_be_custom).count() as u64;
    let warnings = validation.warnings().iter();
    let warnings = warnings.filter(|it| !may_be_custom(it));
    (
        warnings.take(ListWarnings::KEPT).cloned().collect(),
        validation.warning_count() - left_out,
    )
}

/// How much a person should look at in the plan of a synchronization.
pub(super) fn count_of_plan(plan: &SyncPlan) -> u64 {
    let others = plan.possible_renames().len() + plan.possible_refusals().len();
    plan.warning_count() + others as u64
}

/// The same of a report, unless it has not kept all warnings.
pub(super) fn count_of_report(report: &SyncReport) -> Option<u64> {
    let others = report.possible_renames.len() + report.possible_refusals.len();
    Some(count_of_kept(&report.warnings)? + others as u64)
}

/// How many warnings a list has, unless not all are kept.
pub(super) fn count_of_kept(warnings: &[Warning]) -> Option<u64> {
    (warnings.len() < Validation::KEPT_WARNINGS).then_some(warnings.len() as u64)
}
