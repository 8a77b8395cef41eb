//! Finding users by their e-mail addresses.

use std::collections::HashMap;

use futures::stream::TryStreamExt as _;
use keepnet_staff_list::normalize_email;

use super::search::search;
use super::user::User;
use crate::company::Company;
use crate::error::Result;
use crate::paging::{Pages, Position};
use crate::search::Conditions;

/// So many people are looked for in one search.
pub(crate) const LOOKED_FOR: usize = 50;

/// Those who are there and not deleted, by e-mail address in lower case.
pub(crate) async fn by_email(company: &Company, emails: &[&str]) -> Result<HashMap<String, User>> {
    let mut known = HashMap::new();
    // No condition at all would find everybody.
    if emails.is_empty() {
        return Ok(known);
    }
    let filter = Conditions::default()
        .and("IsDeleted", "Contains", false)
        .containing_any("Email", emails)
        .filter();
    let search = search(company.clone(), None, filter, false);
    let mut pages = Pages::new(vec![search], Position::start(1000, 0), |user| &user.id);
    while let Some(users) = pages.try_next().await? {
        known.extend(
            users
                .into_iter()
                .map(|user| (normalize_email(user.email.trim()).into_owned(), user)),
        );
    }
    Ok(known)
}
