//! The search for users, one page at a time.

use futures::FutureExt as _;
use keepnet_client::Page;
use keepnet_client::types::{Filter, TargetGroupUsersSearchRequest, TargetUserSearchRequest};

use super::row::UserRow;
use crate::Company;
use crate::paging::{Search, convert_page};

/// The users that match a filter, in the order they were created; only members of the group if there
/// is one. `deleted` is what the filter asks for: not every row says whether the user is deleted.
pub(super) fn search<T: From<UserRow> + 'static>(
    company: Company,
    group: Option<String>,
    filter: Filter,
    deleted: bool,
) -> Search<T> {
    Box::new(move |number, size| {
        let (company, group, filter) = (company.clone(), group.clone(), filter.clone());
        let page_number = i32::try_from(number).ok();
        let page_size = i32::try_from(size).ok();
        async move {
            let client = company.raw();
            let page: Page<UserRow> = match group {
                Some(group) => {
                    let mut body = TargetGroupUsersSearchRequest::default()
                        .ascending(true)
                        .exclude_group_users(false)
                        .filter(filter)
                        .order_by("CreateTime");
                    body.page_number = page_number;
                    body.page_size = page_size;
                    let call = client.search_target_group_users(&group, &body);
                    call.data_as().await?
                }
                None => {
                    let mut body = TargetUserSearchRequest::default()
                        .ascending(true)
                        .filter(filter)
                        .order_by("CreateTime");
                    body.page_number = page_number;
                    body.page_size = page_size;
                    client.search_target_users(&body).data_as().await?
                }
            };
            convert_page(page, |mut row| {
                row.is_deleted.get_or_insert(deleted);
                T::from(row)
            })
        }
        .boxed()
    })
}
