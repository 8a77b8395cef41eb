//! A customer in a list.

use keepnet_client::types::SearchCompanyDto;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lenient_json::time_text;
use crate::names::is_same_name;
use keepnet_client::CompanyRef;

/// A customer in a list. What the service does not say is null.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct CompanySummary {
    /// The resource id.
    pub id: String,
    /// The name.
    pub name: String,
    /// The name of the reseller that manages it.
    pub reseller: Option<String>,
    /// The name of its industry.
    pub industry: Option<String>,
    /// The name of its licence type.
    pub license_type: Option<String>,
    /// Whether its licence has a limit. The number alone does not say it: the service stores 9999 for a
    /// company without a limit.
    pub is_limited: Option<bool>,
    /// How many users its licence covers; null without a limit, and if it is not known.
    pub user_limit: Option<u64>,
    /// The users that the service compares with the licence: the active ones, as the vendor's pages say
    /// today. Older texts call it the total.
    pub target_user_count: Option<u64>,
    /// How many users are inactive now.
    pub inactive_user_count: Option<u64>,
    /// How many users are deleted now.
    pub deleted_user_count: Option<u64>,
    /// The monthly figure of the current month, or of the one that is asked for, as the service counts it. The vendor describes it as the
    /// users added in the month, as those included in its bill, and as those active in it.
    pub monthly_user_count: Option<u64>,
    /// When the licence ends, in the words of the service, which do not say the time zone.
    pub license_end: Option<String>,
    /// Whether the licence has ended.
    pub license_expired: Option<bool>,
    /// When the company was created, in the words of the service, which do not say the time zone.
    pub created: Option<String>,
    /// Its tags.
    pub tags: Vec<String>,
    /// Whether its privacy setting lets its reseller act in it; null if the setting is for a time, which
    /// may be over.
    pub open_to_reseller: Option<bool>,
    /// The modules of its licence, by name; null if they are not asked for, or if the company cannot be read.
    pub modules: Option<Vec<String>>,
}

/// How many users a licence covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum UserLimit {
    /// This many active users.
    Users(u64),
    /// Any number.
    Unlimited,
    /// The service does not say.
    Unknown,
}

impl CompanySummary {
    /// How many users its licence covers.
    pub fn limit(&self) -> UserLimit {
        match (self.is_limited, self.user_limit) {
            (Some(false), _) => UserLimit::Unlimited,
            (Some(true), Some(users)) => UserLimit::Users(users),
            _ => UserLimit::Unknown,
        }
    }

    /// Whether it has more users than its licence covers; `None` if the service does not say.
    pub fn is_over_limit(&self) -> Option<bool> {
        match self.limit() {
            UserLimit::Users(limit) => Some(self.target_user_count? > limit),
            UserLimit::Unlimited => Some(false),
            UserLimit::Unknown => None,
        }
    }

    /// How many users it has beyond its licence; `None` if the service does not say.
    pub(super) fn users_over_limit(&self) -> Option<u64> {
        match self.limit() {
            UserLimit::Users(limit) => Some(self.target_user_count?.saturating_sub(limit)),
            UserLimit::Unlimited => Some(0),
            UserLimit::Unknown => None,
        }
    }

    /// Whether it has this tag, without regard to case.
    pub fn has_tag(&self, tag: &str) -> bool {
        self.tags.iter().any(|it| is_same_name(it, tag))
    }

    /// Id and name.
    pub fn reference(&self) -> CompanyRef {
        CompanyRef::new(self.id.clone(), self.name.clone())
    }
}

impl From<CompanySummary> for CompanyRef {
    fn from(company: CompanySummary) -> CompanyRef {
        CompanyRef::new(company.id, company.name)
    }
}

impl From<&CompanySummary> for CompanyRef {
    fn from(company: &CompanySummary) -> CompanyRef {
        company.reference()
    }
}

impl From<SearchCompanyDto> for CompanySummary {
    fn from(row: SearchCompanyDto) -> CompanySummary {
        let is_limited = row.is_number_of_users_limited;
        let limit = row.number_of_users.filter(|_| is_limited == Some(true));
        let count = |count: Option<i32>| count.and_then(|it| u64::try_from(it).ok());
        CompanySummary {
            id: row.company_resource_id.unwrap_or_default(),
            name: row.company_name.unwrap_or_default(),
            reseller: row.reseller_name,
            industry: row.industry_name,
            license_type: row.license_type_name,
            is_limited,
            // The service sends this number as a text.
            user_limit: limit.and_then(|text| text.trim().parse().ok()),
            target_user_count: count(row.target_user_count),
            inactive_user_count: count(row.inactive_target_user_count),
            deleted_user_count: count(row.deleted_target_user_count),
            monthly_user_count: count(row.monthly_active_user_count),
            license_end: row.license_end_date.and_then(time_text),
            license_expired: row.licence_expired,
            created: row.create_time.and_then(time_text),
            tags: row.tags.unwrap_or_default(),
            // 0 is never and 1 is always; 2 to 5 are for a time.
            open_to_reseller: match row.privacy_duration_id {
                Some(0) => Some(false),
                Some(1) => Some(true),
                _ => None,
            },
            modules: None,
        }
    }
}
