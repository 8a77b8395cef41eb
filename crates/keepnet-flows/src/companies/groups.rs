//! The companies of a company group.

use std::collections::HashSet;
use std::sync::Arc;

use futures::FutureExt as _;
use futures::TryStreamExt as _;
use keepnet_client::types::GroupCompanySearchRequest;

use crate::lenient_json::path_id;
use crate::paging::{Items, ListOptions, Listing, Pages, convert_page, digest};
use crate::search::Conditions;
use crate::{Error, ErrorKind, Reseller, Result};

impl Reseller {
    /// The ids of the companies in the company group with this id, or else with this name.
    pub(super) async fn companies_of_group(&self, wanted: &str) -> Result<HashSet<String>> {
        let group = self.company_group(wanted.trim()).await?;
        let client = Arc::new(self.raw().reseller_wide());
        let filter = Conditions::default().filter();
        let search = move |number, size| {
            let (client, group) = (Arc::clone(&client), group.clone());
            let body = GroupCompanySearchRequest::default()
                .ascending(true)
                .filter(filter.clone())
                .order_by("CreateTime")
                .page_number(i32::try_from(number).unwrap_or(i32::MAX))
                .page_size(i32::try_from(size).unwrap_or(i32::MAX));
            async move {
                let page = client.search_company_group_companies(&group, &body).await?;
                Ok(convert_page(page, |row| {
                    row.company_resource_id.unwrap_or_default()
                }))
            }
            .boxed()
        };
        let listing = Listing {
            action: "listing the companies of the group",
            company: None,
            digest: digest([b"company group".as_slice()]),
            searches: vec![Box::new(search)],
            id: String::as_str,
        };
        Items::new(Pages::new(listing, &ListOptions::default()))
            .try_collect()
            .await
    }

    /// The id of a company group.
    async fn company_group(&self, wanted: &str) -> Result<String> {
        let groups = self.raw().reseller_wide().list_company_groups().await?;
        let named = |name: &Option<String>| {
            let name = name.as_deref().unwrap_or_default();
            name.trim().to_lowercase() == wanted.to_lowercase()
        };
        let by_id = groups
            .iter()
            .find(|group| group.resource_id.as_deref() == Some(wanted));
        let found: Vec<_> = match by_id {
            Some(group) => vec![group],
            None => groups.iter().filter(|group| named(&group.name)).collect(),
        };
        match *found {
            [group] => path_id(group.resource_id.clone())
                .ok_or_else(|| Error::new(ErrorKind::Protocol, "the group has no usable id")),
            [] => {
                let names = groups.iter().filter_map(|group| group.name.as_deref());
                let names: Vec<_> = names.take(10).collect();
                let hint = match names.is_empty() {
                    true => "there are no company groups".to_owned(),
                    false => format!("the groups are {}", names.join(", ")),
                };
                let problem = format!("there is no company group {wanted:?}");
                Err(Error::new(ErrorKind::NotFound, problem).with_hint(hint))
            }
            _ => {
                let problem = format!("{} company groups are named {wanted:?}", found.len());
                Err(Error::new(ErrorKind::Ambiguous, problem)
                    .with_hint("use the id of one of them"))
            }
        }
    }
}
