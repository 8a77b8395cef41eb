//! Finding users by their e-mail addresses or ids.

use std::collections::{HashMap, HashSet};

use futures::stream::TryStreamExt as _;
use keepnet_staff_list::{Field, normalize_email};

use super::edit::fetch_record;
use super::list::{LISTING, Users};
use super::row::UserRow;
use super::search::search;
use super::user::User;
use crate::paging::{ListDoubt, ListOptions, Listing, Pages};
use crate::search::Conditions;
use crate::{Company, Error, ErrorKind, Result};

/// How many e-mail addresses one search contains.
pub(crate) const EMAILS_PER_SEARCH: usize = 50;

impl Users {
    /// The user with this e-mail address, compared as the service compares addresses: without regard
    /// to case. Deleted users are found only if the conditions ask for them.
    ///
    /// The service searches for a part of the address; what it returns is compared here, so that a
    /// condition that it ignores cannot make another user pass for this one.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`] for an empty address, [`ErrorKind::Ambiguous`] if several users have the
    /// address, [`ErrorKind::Conflict`] and [`ErrorKind::Protocol`] if nobody is found in a list that may
    /// not be whole, and if the call fails.
    pub async fn find(mut self, email: &str) -> Result<Option<User>> {
        let company = self.company.clone();
        self.email = Some(email.trim().to_owned());
        let found = find_one(self, email).await;
        found.map_err(company.context(FINDING))
    }

    /// The user with this id, deleted or not, whatever the other conditions. It takes two requests,
    /// and three for a deleted user: only a search says who owns a user and whether they are deleted.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] if the company has no such user, [`ErrorKind::Protocol`] if the service
    /// shows the user but does not list them, and if a call fails.
    pub async fn get(self, id: &str) -> Result<User> {
        let user = get_one(&self.company, id).await;
        user.map_err(self.company.context(FINDING))
    }
}

const FINDING: &str = "finding the user";

async fn find_one(users: Users, email: &str) -> Result<Option<User>> {
    let wanted = normalize_email(email.trim()).into_owned();
    if wanted.is_empty() {
        return Err(Error::new(
            ErrorKind::Invalid,
            "no e-mail address was given",
        ));
    }
    let may_be_deleted = users.status.includes_deleted();
    let mut users = users.stream();
    let mut found: Vec<User> = Vec::new();
    while let Some(user) = users.try_next().await? {
        let is_wanted = normalize_email(user.email.trim()) == wanted;
        if is_wanted && (may_be_deleted || !user.is_deleted()) {
            found.push(user);
        }
    }
    if found.len() > 1 {
        let problem = format!("{} users have this e-mail address", found.len());
        let ids: Vec<_> = found.iter().map(|user| user.id.as_str()).collect();
        let hint = format!("use the id of one of them: {}", ids.join(", "));
        return Err(Error::new(ErrorKind::Ambiguous, problem).with_hint(hint));
    }
    match users.doubt() {
        Some(doubt) if found.is_empty() => Err(not_known(doubt)),
        _ => Ok(found.pop()),
    }
}

/// The error for a user who is not found in a list from which some may be missing.
pub(crate) fn not_known(doubt: ListDoubt) -> Error {
    let hint = "it is not known whether the company has the user; look again";
    doubt.into_error("users").with_hint(hint)
}

async fn get_one(company: &Company, id: &str) -> Result<User> {
    let record = fetch_record(company, id).await?;
    let email = record.value(&Field::Email);
    let email = email.ok_or_else(|| {
        let problem = "the service does not say the e-mail address of the user";
        Error::new(ErrorKind::Protocol, problem)
    })?;
    let user = find_by_id(company, id, email).await?;
    user.ok_or_else(|| {
        let problem = "the service shows the user but does not list them";
        Error::new(ErrorKind::Protocol, problem)
    })
}

/// The user with this id and e-mail address, deleted or not.
pub(crate) async fn find_by_id(company: &Company, id: &str, email: &str) -> Result<Option<User>> {
    let mut users = company.users().any_status();
    users.email = Some(email.trim().to_owned());
    let mut users = users.stream();
    while let Some(user) = users.try_next().await? {
        if user.id == id {
            return Ok(Some(user));
        }
    }
    match users.doubt() {
        Some(doubt) => Err(not_known(doubt)),
        None => Ok(None),
    }
}

/// The users with these e-mail addresses who are not deleted, by address in lower case.
pub(crate) async fn find_by_email(
    company: &Company,
    emails: &[&str],
) -> Result<HashMap<String, User>> {
    let found = find_rows(company, emails, false).await?;
    let last = |(email, mut rows): (String, Vec<UserRow>)| Some((email, rows.pop()?.into()));
    Ok(found.into_iter().filter_map(last).collect())
}

/// The rows of users who have one of these e-mail addresses and are deleted, or are not; by the address
/// in lower case.
///
/// # Errors
///
/// [`ErrorKind::Conflict`] and [`ErrorKind::Protocol`] if an address is not found in a list that may not be
/// whole, and if the call fails.
pub(crate) async fn find_rows(
    company: &Company,
    emails: &[&str],
    deleted: bool,
) -> Result<HashMap<String, Vec<UserRow>>> {
    let mut found: HashMap<String, Vec<UserRow>> = HashMap::new();
    // A search without conditions would find every user.
    if emails.is_empty() {
        return Ok(found);
    }
    let filter = Conditions::default()
        .with_deleted(deleted)
        .any_text_in("Email", emails)
        .filter();
    let listing = Listing {
        action: LISTING,
        company: Some(company.reference().clone()),
        searches: vec![search(company.clone(), None, filter, deleted)],
        digest: 0,
        id: |row: &UserRow| &row.resource_id,
    };
    let options = ListOptions {
        page_size: 1000,
        ..ListOptions::default()
    };
    let wanted: HashSet<_> = emails.iter().map(|it| normalize_email(it.trim())).collect();
    let mut pages = Pages::new(listing, &options);
    while let Some(rows) = pages.try_next().await? {
        for row in rows {
            let email = normalize_email(row.email.trim());
            if wanted.contains(&email) {
                found.entry(email.into_owned()).or_default().push(row);
            }
        }
    }
    match pages.doubt() {
        Some(doubt) if found.len() < wanted.len() => Err(not_known(doubt)),
        _ => Ok(found),
    }
}
