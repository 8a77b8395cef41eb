//! The customers of a reseller.

use std::sync::Arc;

use futures::FutureExt as _;
use keepnet_client::types::{CompanySearchRequest, SearchCompanyDto};
use keepnet_client::{Client, Page, Timestamp, open};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::company::CompanyRef;
use crate::error::{Error, ErrorKind};
use crate::pages::{Items, MOST_AHEAD, PAGE, Pages, Position, Search, digest};
use crate::search::Conditions;

const DOING: &str = "listing the companies";

/// Which customers to list, made by [`Reseller::companies`](crate::Reseller::companies).
#[derive(Clone, Debug)]
#[must_use = "a search does nothing until it is streamed"]
pub struct Companies {
    client: Client,
    text: Option<String>,
    over_limit: bool,
    page_size: u32,
    pages_ahead: u32,
    resume: Option<String>,
}

impl Companies {
    pub(crate) fn new(client: Client) -> Companies {
        Companies {
            client,
            text: None,
            over_limit: false,
            page_size: PAGE,
            pages_ahead: MOST_AHEAD,
            resume: None,
        }
    }

    /// Only companies with this text in their name, without regard to case.
    pub fn search(mut self, text: impl Into<String>) -> Companies {
        self.text = Some(text.into()).filter(|text| !text.trim().is_empty());
        self
    }

    /// Only companies with more users than their licence covers.
    pub fn over_limit(mut self) -> Companies {
        self.over_limit = true;
        self
    }

    /// How many companies to fetch at a time: 1 to 99,999, default 250. Values outside are moved
    /// to the nearest bound.
    pub fn page_size(mut self, size: u32) -> Companies {
        self.page_size = size;
        self
    }

    /// How many pages to fetch at a time: 1 to 8, default 8; see [`Pages`].
    pub fn prefetch(mut self, pages: u32) -> Companies {
        self.pages_ahead = pages;
        self
    }

    /// Goes on where an earlier listing of the same companies stood, with its page size; see
    /// [`Pages::resume_token`]. A token of another listing makes the first item an error.
    pub fn resume(mut self, token: impl Into<String>) -> Companies {
        self.resume = Some(token.into());
        self
    }

    /// The companies, one at a time, in the order they were created.
    pub fn stream(self) -> Items<CompanySummary> {
        Items::new(self.pages())
    }

    /// The companies, one page at a time.
    pub fn pages(self) -> Pages<CompanySummary> {
        let id: fn(&CompanySummary) -> &str = |company| &company.id;
        let what = self.what();
        let at = match &self.resume {
            Some(token) => Position::read(token, what),
            None => Ok(Position::start(self.page_size, what)),
        };
        let ahead = self.pages_ahead;
        match at {
            Ok(at) => Pages::new(vec![self.into_search()], at, id).ahead(ahead),
            Err(problem) => {
                Pages::refused(Error::new(ErrorKind::Invalid, DOING, None, problem), id)
            }
        }
    }

    /// A digest of what is listed.
    fn what(&self) -> u64 {
        let text = self.text.as_deref().unwrap_or_default().trim();
        digest([b"companies", text.as_bytes(), &[u8::from(self.over_limit)]])
    }

    fn into_search(self) -> Search<CompanySummary> {
        let mut conditions = Conditions::default();
        if let Some(text) = &self.text {
            conditions = conditions.and("CompanyName", "Contains", text.trim());
        }
        let filter = conditions.filter();
        let client = Arc::new(self.client);
        let over_limit = self.over_limit;
        Box::new(move |number, size| {
            let client = Arc::clone(&client);
            let body = CompanySearchRequest {
                ascending: Some(true),
                filter: Some(filter.clone()),
                is_clustered: Some(false),
                is_target_user_count_exceeded_limit: Some(over_limit),
                order_by: Some("CreateTime".to_owned()),
                page_number: i32::try_from(number).ok(),
                page_size: i32::try_from(size).ok(),
            };
            async move {
                open("search_companies", client.search_companies(&body))
                    .await
                    .map(|page| page_of(page, CompanySummary::from))
                    .map_err(|error| Error::of_client(DOING, None, error))
            }
            .boxed()
        })
    }
}

/// The same page with its rows converted.
pub(crate) fn page_of<A, B>(page: Page<A>, convert: impl FnMut(A) -> B) -> Page<B> {
    let mut converted = Page::default();
    converted.results = page.results.into_iter().map(convert).collect();
    converted.page_number = page.page_number;
    converted.page_size = page.page_size;
    converted.total_number_of_pages = page.total_number_of_pages;
    converted.total_number_of_records = page.total_number_of_records;
    converted.counters = page.counters;
    converted
}

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
    /// When the licence ends, as the service writes it.
    pub license_end: Option<String>,
    /// Whether the licence has ended.
    pub license_expired: Option<bool>,
    /// When the company was created, as the service writes it.
    pub created: Option<String>,
}

impl CompanySummary {
    /// Whether it has more users than its licence covers.
    pub fn is_over_limit(&self) -> bool {
        matches!((self.user_limit, self.target_user_count), (Some(limit), Some(count)) if count > limit)
    }

    /// Id and name.
    pub fn reference(&self) -> CompanyRef {
        CompanyRef {
            id: self.id.clone(),
            name: self.name.clone(),
        }
    }
}

impl From<SearchCompanyDto> for CompanySummary {
    fn from(row: SearchCompanyDto) -> CompanySummary {
        let is_limited = row.is_number_of_users_limited != Some(false);
        CompanySummary {
            id: row.company_resource_id.unwrap_or_default(),
            name: row.company_name.unwrap_or_default(),
            reseller: row.reseller_name,
            industry: row.industry_name,
            license_type: row.license_type_name,
            // The service writes this number as a text.
            user_limit: row
                .number_of_users
                .filter(|_| is_limited)
                .and_then(|text| text.trim().parse().ok()),
            target_user_count: row.target_user_count.and_then(|it| it.try_into().ok()),
            inactive_user_count: row
                .inactive_target_user_count
                .and_then(|it| it.try_into().ok()),
            deleted_user_count: row
                .deleted_target_user_count
                .and_then(|it| it.try_into().ok()),
            license_end: row.license_end_date.and_then(shown),
            license_expired: row.licence_expired,
            created: row.create_time.and_then(shown),
        }
    }
}

/// The text of a time, if there is one.
pub(crate) fn shown(time: Timestamp) -> Option<String> {
    Some(time.into_string()).filter(|text| !text.is_empty())
}
