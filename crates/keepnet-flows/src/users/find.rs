//! Finding users by their e-mail addresses.

use std::collections::HashMap;

use futures::stream::TryStreamExt as _;
use keepnet_staff_list::normalize_email;

use super::list::LISTING;
use super::search::search;
use super::user::User;
use crate::paging::{ListOptions, Listing, Pages};
use crate::search::Conditions;
use crate::{Company, Result};

/// How many e-mail addresses one search contains.
pub(crate) const EMAILS_PER_SEARCH: usize = 50;

/// The users with these e-mail addresses who are not deleted, by address in lower case.
pub(crate) async fn find_by_email(
    company: &Company,
    emails: &[&str],
) -> Result<HashMap<String, User>> {
    let mut found = HashMap::new();
    // A search without conditions would find every user.
    if emails.is_empty() {
        return Ok(found);
    }
    let filter = Conditions::default()
        .with_deleted(false)
        .any_text_in("Email", emails)
        .filter();
    let listing = Listing {
        action: LISTING,
        company: Some(company.reference().clone()),
        searches: vec![search(company.clone(), None, filter, false)],
        digest: 0,
        id: |user: &User| &user.id,
    };
    let options = ListOptions {
        page_size: 1000,
        ..ListOptions::default()
    };
    let mut pages = Pages::new(listing, &options);
    while let Some(users) = pages.try_next().await? {
        let by_email = |user: User| (normalize_email(user.email.trim()).into_owned(), user);
        found.extend(users.into_iter().map(by_email));
    }
    Ok(found)
}
