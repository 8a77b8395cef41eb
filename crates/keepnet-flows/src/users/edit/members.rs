//! Members of groups: looking for them, adding and removing them.

use std::collections::HashSet;

use futures::TryStreamExt as _;
use keepnet_client::types::{CreateTargetGroupUsersRequest, DeleteTargetGroupUsersRequest};
use keepnet_staff_list::normalize_email;

use super::outcome::EditOutcome;
use super::record::user_id;
use super::write::unknown_outcome;
use crate::groups::Group;
use crate::lenient_json::path_id;
use crate::paging::{ListOptions, Listing, Pages};
use crate::polling::look_repeatedly;
use crate::search::Conditions;
use crate::users::find::not_known;
use crate::users::list::LISTING;
use crate::users::row::UserRow;
use crate::users::search::search;
use crate::users::user::User;
use crate::{Company, Error, ErrorKind, Result};

/// How many users one request adds or removes: more are queued, and nothing says when the queue is
/// done.
pub(crate) const USERS_PER_CHANGE: usize = 25;

/// The ids of the members of a group who have one of these e-mail addresses.
///
/// # Errors
///
/// [`ErrorKind::Conflict`] and [`ErrorKind::Protocol`] if an address is not found in a list that may not be
/// whole, and if the call fails.
pub(crate) async fn find_members(
    company: &Company,
    group: &str,
    emails: &[&str],
) -> Result<Vec<String>> {
    // A search without conditions would find every member.
    if emails.is_empty() {
        return Ok(Vec::new());
    }
    let wanted: HashSet<_> = emails.iter().map(|email| normalize_email(email)).collect();
    let filter = Conditions::default()
        .with_deleted(false)
        .any_text_in("Email", emails)
        .filter();
    let group = Some(group.to_owned());
    let listing = Listing {
        action: LISTING,
        company: Some(company.reference().clone()),
        searches: vec![search(company.clone(), group, filter, false)],
        digest: 0,
        id: |row: &UserRow| &row.resource_id,
    };
    let options = ListOptions {
        page_size: 1000,
        ..ListOptions::default()
    };
    let mut pages = Pages::new(listing, &options);
    let (mut ids, mut found) = (Vec::new(), HashSet::new());
    while let Some(rows) = pages.try_next().await? {
        for row in rows {
            let email = normalize_email(row.email.trim()).into_owned();
            if wanted.contains(email.as_str()) {
                ids.push(row.resource_id);
                found.insert(email);
            }
        }
    }
    match pages.doubt() {
        Some(doubt) if found.len() < wanted.len() => Err(not_known(doubt)),
        _ => Ok(ids),
    }
}

/// Whether users join or leave a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MemberChange {
    Join,
    Leave,
}

impl MemberChange {
    /// Adds at most [`USERS_PER_CHANGE`] users to a group, or removes them, with one request. If the
    /// response was lost, the members are looked for.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::OutcomeUnknown`] if the response was lost and not all users are as wanted; and if
    /// the call fails.
    pub(super) async fn apply(
        self,
        company: &Company,
        group: &Group,
        users: &[&User],
    ) -> Result<EditOutcome> {
        let id = group_id(group)?;
        let users_ids = users.iter().map(|user| user_id(&user.id));
        let user_ids = users_ids.collect::<Result<Vec<_>>>()?;
        let changed = match self {
            MemberChange::Join => {
                let body = CreateTargetGroupUsersRequest::default()
                    .select_all(false)
                    .target_group_resource_ids([id.clone()])
                    .target_user_resource_ids(user_ids);
                let call = company.raw().add_target_group_users(&body);
                call.optional().await.map(drop)
            }
            MemberChange::Leave => {
                let body =
                    DeleteTargetGroupUsersRequest::default().target_user_resource_ids(user_ids);
                let call = company.raw().remove_target_group_users(&id, &body);
                call.optional().await.map(drop)
            }
        };
        let error = match changed {
            Ok(()) => return Ok(EditOutcome::Done),
            Err(error) => error,
        };
        if !error.may_have_acted() {
            return Err(error);
        }
        let emails: Vec<_> = users.iter().map(|user| user.email.as_str()).collect();
        let look = || async {
            let members = find_members(company, &id, &emails).await?;
            let is_wanted =
                |user: &&User| members.contains(&user.id) == (self == MemberChange::Join);
            Ok(users
                .iter()
                .copied()
                .all(|user| is_wanted(&user))
                .then_some(()))
        };
        match look_repeatedly(company.raw().client(), look).await {
            Ok(Some(())) => Ok(EditOutcome::Done),
            found => {
                let state = "the members of the group have not all changed so far";
                Err(unknown_outcome(error, found.err(), state))
            }
        }
    }
}

/// The id of a group, if it is safe in a path.
pub(super) fn group_id(group: &Group) -> Result<String> {
    let id = path_id(Some(group.id.clone()));
    id.ok_or_else(|| Error::new(ErrorKind::Invalid, "the group has no usable id"))
}
