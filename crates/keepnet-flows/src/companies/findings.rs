//! What a reseller should look at among the customers.

use keepnet_client::CompanyRef;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::conditions::Basis;
use super::list::{Companies, today};
use super::summary::{CompanySummary, UserLimit};
use crate::Result;

/// Something about a customer that needs a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct CompanyFinding {
    /// The customer.
    pub company: CompanyRef,
    /// What was found.
    pub finding: FindingKind,
    /// The figures behind it.
    pub detail: String,
    /// What to do.
    pub advice: String,
}

/// What was found about a customer.
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
}

impl Companies {
    /// What needs a person among these customers, in the order of their creation; nothing is written.
    /// `expires_within` is in days from today, in UTC. Costs the requests of
    /// [`fetch`](Companies::fetch).
    ///
    /// # Errors
    ///
    /// Those of [`fetch`](Companies::fetch).
    pub async fn findings(self, expires_within: u32) -> Result<Vec<CompanyFinding>> {
        let now = self.now();
        let list = self.fetch().await?;
        let basis = Basis {
            today: today(now),
            order: list.order,
            members: None,
        };
        let companies = list.companies.iter().chain(&list.undecided);
        Ok(companies
            .flat_map(|company| company.findings(expires_within, &basis))
            .collect())
    }
}

impl CompanySummary {
    fn findings(&self, expires_within: u32, basis: &Basis) -> Vec<CompanyFinding> {
        use FindingKind::{Closed, EndUnknown, Expired, ExpiresSoon, LimitUnknown, OverLimit};
        let finding = |finding, detail: String, advice: &str| CompanyFinding {
            company: self.reference(),
            finding,
            detail,
            advice: advice.to_owned(),
        };
        let end = self.license_end.as_deref().unwrap_or("unknown");
        let count = |count: Option<u64>| count.map_or("unknown".to_owned(), |it| it.to_string());
        let seats = match self.limit() {
            UserLimit::Users(limit) => format!("a limit of {limit}"),
            UserLimit::Unlimited => "no limit".to_owned(),
            UserLimit::Unknown => "an unknown limit".to_owned(),
        };
        let users = format!("{} users, {seats}", count(self.target_user_count));
        let of_limit = match self.is_over_limit() {
            Some(true) => Some(finding(
                OverLimit,
                users,
                "deactivate users who have left, or extend the licence",
            )),
            Some(false) => None,
            None => Some(finding(
                LimitUnknown,
                users,
                "look at the licence of the company in the web client",
            )),
        };
        let of_end = match (
            self.has_expired(basis),
            self.expires_within(expires_within, basis),
        ) {
            (Some(true), _) => Some(finding(
                Expired,
                format!("its licence ended: {end}"),
                "renew the licence; its admins cannot sign in",
            )),
            (_, Some(true)) => Some(finding(
                ExpiresSoon,
                format!("its licence ends: {end}"),
                "renew the licence",
            )),
            (_, Some(false)) => None,
            (_, None) => Some(finding(
                EndUnknown,
                format!("the end of its licence cannot be read: {end}"),
                "look at the licence of the company in the web client",
            )),
        };
        // With an expired licence, a reseller may enter although the setting denies it.
        let is_closed = self.open_to_reseller == Some(false) && self.license_expired != Some(true);
        let of_privacy = is_closed.then(|| {
            finding(
                Closed,
                "its privacy setting denies its reseller".to_owned(),
                "ask an admin of the company to open it in its privacy settings",
            )
        });
        [of_limit, of_end, of_privacy]
            .into_iter()
            .flatten()
            .collect()
    }
}
