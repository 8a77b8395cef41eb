//! A customer in a list.

use keepnet_client::types::SearchCompanyDto;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::lenient_json::time_text;
use keepnet_client::CompanyRef;

/// A customer in a list.
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
    /// How many users its licence covers; null for no limit.
    pub user_limit: Option<u64>,
    /// How many users it has, without the deleted ones.
    pub target_user_count: Option<u64>,
    /// How many of them are inactive.
    pub inactive_user_count: Option<u64>,
    /// How many users were deleted.
    pub deleted_user_count: Option<u64>,
    /// When the licence ends, in the words of the service, which do not say the time zone.
    pub license_end: Option<String>,
    /// Whether the licence has ended.
    pub license_expired: Option<bool>,
    /// When the company was created, in the words of the service, which do not say the time zone.
    pub created: Option<String>,
}

impl CompanySummary {
    /// Whether it has more users than its licence covers.
    pub fn is_over_limit(&self) -> bool {
        matches!((self.user_limit, self.target_user_count), (Some(limit), Some(count)) if count > limit)
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
        let is_limited = row.is_number_of_users_limited != Some(false);
        let limit = row.number_of_users.filter(|_| is_limited);
        CompanySummary {
            id: row.company_resource_id.unwrap_or_default(),
            name: row.company_name.unwrap_or_default(),
            reseller: row.reseller_name,
            industry: row.industry_name,
            license_type: row.license_type_name,
            // The service sends this number as a text.
            user_limit: limit.and_then(|text| text.trim().parse().ok()),
            target_user_count: row.target_user_count.and_then(|it| it.try_into().ok()),
            inactive_user_count: row
                .inactive_target_user_count
                .and_then(|it| it.try_into().ok()),
            deleted_user_count: row
                .deleted_target_user_count
                .and_then(|it| it.try_into().ok()),
            license_end: row.license_end_date.and_then(time_text),
            license_expired: row.licence_expired,
            created: row.create_time.and_then(time_text),
        }
    }
}
