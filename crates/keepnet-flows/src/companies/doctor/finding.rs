//! Something about a customer that needs a person.

use keepnet_client::CompanyRef;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Something about a customer that needs a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct CompanyFinding {
    /// The customer.
    pub company: CompanyRef,
    /// What was found.
    pub finding: FindingKind,
    /// The figures behind it, or why it is not known.
    pub detail: String,
    /// What to do.
    pub advice: String,
}

/// What was found about a customer. Those that end with `unknown` say that it could not be found out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FindingKind {
    /// It has more users than its licence covers.
    OverLimit,
    /// The service does not say whether it is over its limit.
    LimitUnknown,
    /// Its licence has ended.
    Expired,
    /// Its licence ends soon.
    ExpiresSoon,
    /// The end of its licence cannot be read.
    EndUnknown,
    /// Its privacy setting closes it to its reseller.
    Closed,
    /// Nobody who can sign in to its web application is active.
    NoActiveAdmin,
    /// It is not known whether it has an active admin.
    AdminsUnknown,
    /// Users have addresses in domains that are not verified; the service sends them no mail.
    UnverifiedDomain,
    /// It is not known whether the domains of its users are verified.
    DomainsUnknown,
    /// By the records that were given, its users were not synchronized completely within the time.
    NotSynced,
    /// It is not known whether its users were synchronized lately.
    SyncUnknown,
}

/// What was found in one place, before the customer is added to it.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) finding: FindingKind,
    pub(super) detail: String,
    pub(super) advice: String,
}

impl Found {
    pub(super) fn new(
        finding: FindingKind,
        detail: impl Into<String>,
        advice: impl Into<String>,
    ) -> Found {
        Found {
            finding,
            detail: detail.into(),
            advice: advice.into(),
        }
    }

    pub(super) fn about(self, company: CompanyRef) -> CompanyFinding {
        CompanyFinding {
            company,
            finding: self.finding,
            detail: self.detail,
            advice: self.advice,
        }
    }
}
