//! Whether a customer has somebody who can sign in and administrate it.

use std::sync::Arc;

use futures::FutureExt as _;
use keepnet_client::types::{SearchSystemUserRequest, SystemUserSearchDto};

use super::finding::{FindingKind, Found};
use crate::paging::{ListDoubt, ListOptions, Listing, Pages, convert_page, digest};
use crate::search::Conditions;
use crate::{Company, Result};

const LISTING: &str = "listing the admins";
/// The roles of the service that include the administration of a company, in lower case and without
/// blanks. The service writes the first one in both ways.
const ADMIN_ROLES: [&str; 3] = ["companyadmin", "reseller", "root"];
const ACTIVE: i32 = 1;
const INACTIVE: i32 = 0;

/// What is found in the system users of a company.
pub(super) async fn find_in_admins(company: &Company) -> Option<Found> {
    let listed = list(company).await;
    match listed.map_err(company.context(LISTING)) {
        Ok((users, None)) => judge(&users),
        // An admin may have been added, or may be missing.
        Ok((users, Some(doubt))) => judge(&users).map(|found| {
            Found::new(
                FindingKind::AdminsUnknown,
                format!("{}; {}", found.detail, doubt.about("system users")),
                "check the customer again",
            )
        }),
        Err(error) => Some(Found::new(
            FindingKind::AdminsUnknown,
            error.problem(),
            error.hint().unwrap_or(LOOK),
        )),
    }
}

const LOOK: &str = "look at the system users of the company in the web client";

/// A person who signs in to the web application, as far as it concerns the administration.
#[derive(Clone, Debug)]
struct SystemUser {
    id: String,
    is_active: Option<bool>,
    roles: Option<String>,
}

impl SystemUser {
    /// Whether one of the roles is known to include the administration. What another role includes is
    /// not known: a company makes roles of its own.
    fn is_admin(&self) -> bool {
        let roles = self.roles.iter().flat_map(|roles| roles.split(','));
        let mut names = roles.map(|role| role.to_lowercase().replace(char::is_whitespace, ""));
        names.any(|name| ADMIN_ROLES.contains(&name.as_str()))
    }
}

fn judge(users: &[SystemUser]) -> Option<Found> {
    let is_active_admin = |user: &&SystemUser| user.is_active == Some(true) && user.is_admin();
    if users.iter().any(|user| is_active_admin(&user)) {
        return None;
    }
    // Whoever may be active may be an admin by a role that is not known here.
    let possible = users.iter().filter(|user| user.is_active != Some(false));
    Some(match (users.len(), possible.count()) {
        (0, _) => Found::new(
            FindingKind::NoActiveAdmin,
            "it has no system users",
            "add a system user with the role Company Admin",
        ),
        (all, 0) => Found::new(
            FindingKind::NoActiveAdmin,
            format!("none of its system users is active: 0 of {all}"),
            "activate a system user with the role Company Admin, or add one",
        ),
        (all, possible) => Found::new(
            FindingKind::AdminsUnknown,
            format!(
                "{possible} of its {all} system users may be active, none of them with a role that is \
                 known to include the administration"
            ),
            LOOK,
        ),
    })
}

/// The system users of a company, and why some may be missing.
async fn list(company: &Company) -> Result<(Vec<SystemUser>, Option<ListDoubt>)> {
    let client = Arc::new(company.raw().clone());
    let filter = Conditions::default().filter();
    let search = move |number, size| {
        let client = Arc::clone(&client);
        let body = SearchSystemUserRequest::default()
            .ascending(true)
            .filter(filter.clone())
            .order_by("CreateTime")
            .page_number(i32::try_from(number).unwrap_or(i32::MAX))
            .page_size(i32::try_from(size).unwrap_or(i32::MAX));
        async move {
            let page = client.search_system_users(&body).await?;
            convert_page(page, SystemUser::from)
        }
        .boxed()
    };
    let listing = Listing {
        action: LISTING,
        company: Some(company.reference().clone()),
        digest: digest([b"system users".as_slice()]),
        searches: vec![Box::new(search)],
        id: |user: &SystemUser| &user.id,
    };
    let pages = Pages::new(listing, &ListOptions::default());
    pages.fetch_all().await
}

impl From<SystemUserSearchDto> for SystemUser {
    fn from(row: SystemUserSearchDto) -> SystemUser {
        SystemUser {
            id: row.resource_id.unwrap_or_default(),
            is_active: match row.status_id {
                Some(ACTIVE) => Some(true),
                Some(INACTIVE) => Some(false),
                _ => None,
            },
            roles: row.roles,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn admins_are_there_missing_or_unknown() {
        let user = |is_active: Option<bool>, roles: Option<&str>| SystemUser {
            id: String::new(),
            is_active,
            roles: roles.map(str::to_owned),
        };
        let check = |users: &[SystemUser], expected: Option<FindingKind>| {
            let found = judge(users).map(|found| found.finding);
            assert_eq!(found, expected, "{users:?}");
        };
        let (active, inactive) = (Some(true), Some(false));
        let admin = Some("Company Admin");
        check(&[user(active, admin)], None);
        check(&[user(active, Some("Auditor, companyadmin"))], None);
        check(
            &[user(inactive, admin), user(active, Some("Reseller"))],
            None,
        );
        check(&[], Some(FindingKind::NoActiveAdmin));
        check(&[user(inactive, admin)], Some(FindingKind::NoActiveAdmin));
        let unknown = Some(FindingKind::AdminsUnknown);
        check(
            &[user(inactive, admin), user(active, Some("Auditor"))],
            unknown,
        );
        check(&[user(active, None)], unknown);
        check(&[user(None, admin)], unknown);
        check(
            &[user(active, Some("Company Administration Reader"))],
            unknown,
        );
    }
}
