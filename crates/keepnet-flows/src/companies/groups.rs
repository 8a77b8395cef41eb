//! The companies of a company group.

use std::collections::HashSet;
use std::sync::Arc;

use futures::FutureExt as _;
use keepnet_client::types::GroupCompanySearchRequest;

use crate::lenient_json::path_id;
use crate::names::is_same_name;
use crate::paging::{ListDoubt, ListOptions, Listing, Pages, convert_page, digest};
use crate::search::Conditions;
use crate::{Error, ErrorKind, Reseller, Result};

/// The most groups that an error names.
const MOST_NAMED: usize = 10;

/// The companies of a company group.
pub(super) struct GroupMembers {
    /// Their ids.
    pub(super) ids: HashSet<String>,
    /// Why some may be missing.
    pub(super) doubt: Option<ListDoubt>,
}

impl Reseller {
    /// The companies in the company group with this id, or else with this name.
    pub(super) async fn companies_of_group(&self, wanted: &str) -> Result<GroupMembers> {
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
                convert_page(page, |row| row.company_resource_id.unwrap_or_default())
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
        let pages = Pages::new(listing, &ListOptions::default());
        let (ids, doubt) = pages.fetch_all().await?;
        Ok(GroupMembers {
            ids: ids.into_iter().collect(),
            doubt,
        })
    }

    /// The id of a company group.
    async fn company_group(&self, wanted: &str) -> Result<String> {
        // A group whose name the service does not say has an empty one.
        if wanted.is_empty() {
            return Err(
                Error::new(ErrorKind::Invalid, "the name of a company group is empty")
                    .with_hint("use the name or id of a company group"),
            );
        }
        let groups = self.raw().reseller_wide().list_company_groups().await?;
        let named = |name: &Option<String>| {
            name.as_deref()
                .is_some_and(|name| is_same_name(name, wanted))
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
                let names: Vec<_> = groups.iter().filter_map(|it| it.name.as_deref()).collect();
                let hint = match names.len() {
                    0 => "there are no company groups".to_owned(),
                    1..=MOST_NAMED => format!("the groups are {}", names.join(", ")),
                    count => format!(
                        "the groups are {}, and {} more",
                        names[..MOST_NAMED].join(", "),
                        count - MOST_NAMED
                    ),
                };
                let problem = format!("there is no company group {wanted:?}");
                Err(Error::new(ErrorKind::NotFound, problem).with_hint(hint))
            }
            _ => {
                let problem = format!("{} company groups are named {wanted:?}", found.len());
                let ids = found
                    .iter()
                    .filter_map(|group| group.resource_id.as_deref());
                let ids: Vec<_> = ids.collect();
                let hint = format!("use the id of one of them: {}", ids.join(", "));
                Err(Error::new(ErrorKind::Ambiguous, problem).with_hint(hint))
            }
        }
    }
}
