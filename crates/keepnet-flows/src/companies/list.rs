//! Listing the customers of a reseller.

use std::sync::Arc;

use futures::FutureExt as _;
use keepnet_client::ResellerClient;
use keepnet_client::types::{CompanySearchRequest, Filter};

use super::summary::CompanySummary;
use crate::Reseller;
use crate::paging::{Items, ListOptions, Listing, Pages, Search, convert_page, digest};
use crate::search::Conditions;

impl Reseller {
    /// Lists the customers.
    pub fn companies(&self) -> Companies {
        Companies {
            client: self.raw().reseller_wide(),
            text: None,
            over_limit: false,
            options: ListOptions::default(),
        }
    }
}

/// Which customers to list, made by [`Reseller::companies`].
#[derive(Clone, Debug)]
#[must_use = "a search does nothing until it is streamed"]
pub struct Companies {
    client: ResellerClient,
    text: Option<String>,
    over_limit: bool,
    options: ListOptions,
}

impl Companies {
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
        self.options.page_size = size;
        self
    }

    /// How many pages to fetch at a time: 1 to 8, default 8; see [`Pages`].
    pub fn prefetch(mut self, pages: u32) -> Companies {
        self.options.prefetch = pages;
        self
    }

    /// Continues an earlier listing of the same companies, with its page size; see
    /// [`Pages::resume_token`]. A token of another listing makes the first item an error.
    pub fn resume(mut self, token: impl Into<String>) -> Companies {
        self.options.resume = Some(token.into());
        self
    }

    /// The companies, one at a time, in the order they were created.
    pub fn stream(self) -> Items<CompanySummary> {
        Items::new(self.pages())
    }

    /// The companies, one page at a time.
    pub fn pages(self) -> Pages<CompanySummary> {
        let text = self.text.as_deref().unwrap_or_default().trim();
        let digest = digest([b"companies", text.as_bytes(), &[u8::from(self.over_limit)]]);
        let options = self.options.clone();
        let listing = Listing {
            action: "listing the companies",
            company: None,
            digest,
            searches: vec![self.into_search()],
            id: |company: &CompanySummary| &company.id,
        };
        Pages::new(listing, &options)
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
            let number = i32::try_from(number).unwrap_or(i32::MAX);
            let size = i32::try_from(size).unwrap_or(i32::MAX);
            let body = search_body(filter.clone(), over_limit, number, size);
            async move {
                let page = client.search_companies(&body).await?;
                Ok(convert_page(page, CompanySummary::from))
            }
            .boxed()
        })
    }
}

/// The companies with this name.
pub(super) fn named(name: &str) -> Filter {
    Conditions::default().and("CompanyName", "=", name).filter()
}

pub(super) fn search_body(
    filter: Filter,
    over_limit: bool,
    number: i32,
    size: i32,
) -> CompanySearchRequest {
    CompanySearchRequest::default()
        .ascending(true)
        .filter(filter)
        .is_clustered(false)
        .is_target_user_count_exceeded_limit(over_limit)
        .order_by("CreateTime")
        .page_number(number)
        .page_size(size)
}
