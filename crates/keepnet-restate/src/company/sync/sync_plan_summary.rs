//! What a synchronization would do, without people.

use keepnet_flows::import::RowNumbers;
use keepnet_flows::{
    Company, LicenseUse, PossibleRefusal, PossibleRename, RefusedPlan, Result, SyncCounts, SyncPlan,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::sync_request::SyncRequest;
use crate::files::Files;

/// What a synchronization would do: ids, a digest, counts and row numbers. Nothing is written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct SyncPlanSummary {
    /// The resource id of the customer.
    pub company: String,
    /// The name of the file without folders.
    pub file: String,
    /// The SHA-256 of the file, in hexadecimal digits.
    pub sha256: String,
    /// How many people it would concern.
    pub people: SyncCounts,
    /// Why the synchronization would end before anything is written; empty if it would not.
    pub refusals: Vec<RefusedPlan>,
    /// People and rows with another e-mail address that may be theirs.
    pub possible_renames: Vec<PossibleRename>,
    /// The people with a value that the service may refuse, by their resource ids.
    pub possible_refusals: Vec<PossibleRefusal>,
    /// The rows that are rejected, as far as they are known.
    pub rejected_rows: RowNumbers,
    /// How many warnings there are about the file.
    pub warnings: u64,
    /// The seats of the licence before and after; null where nobody joins, or it cannot be read.
    pub license: Option<LicenseUse>,
}

impl SyncPlanSummary {
    fn of(plan: &SyncPlan) -> SyncPlanSummary {
        let report = plan.report();
        SyncPlanSummary {
            company: report.company.id,
            file: report.file,
            sha256: plan.sha256().to_owned(),
            people: report.people,
            refusals: report.refusals,
            possible_renames: report.possible_renames,
            possible_refusals: report.possible_refusals,
            rejected_rows: report.rejected.iter().filter_map(|it| it.row).collect(),
            warnings: plan.warning_count(),
            license: report.license,
        }
    }
}

impl SyncRequest {
    /// Compares the list with the people. Without a ticket, it leaves alone what an earlier
    /// synchronization has begun.
    pub(in crate::company) async fn plan(
        self,
        company: Company,
        files: &Files,
    ) -> Result<SyncPlanSummary> {
        let file = files.fetch(&self.file).await?;
        let plan = self.settings(&company, file.path())?.plan().await?;
        Ok(SyncPlanSummary::of(&plan))
    }
}
