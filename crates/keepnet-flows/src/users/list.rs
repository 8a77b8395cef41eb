//! Listing users.

use jiff::civil::DateTime;

use super::row::UserRow;
use super::search::search;
use super::user::User;
use crate::groups::Group;
use crate::paging::{Items, ListOptions, Listing, Pages, Search, digest};
use crate::search::Conditions;
use crate::{Company, Result};

pub(super) const LISTING: &str = "listing the users";

/// The fields of a free-text search. The service fails on some other fields, such as the time zone.
const FREE_TEXT: [&str; 5] = [
    "FirstName",
    "LastName",
    "Email",
    "PhoneNumber",
    "Department",
];

impl Company {
    /// Lists the users of this company. By default the deleted ones are left out.
    pub fn users(&self) -> Users {
        Users {
            company: self.clone(),
            text: None,
            status: Status::NotDeleted,
            email: None,
            department: None,
            group: None,
            times: Vec::new(),
            options: ListOptions::default(),
        }
    }
}

/// Which users to list, made by [`Company::users`]. Conditions add up; the service applies them all.
///
/// Times are those that the service shows, to the minute. It is not known whether they are in UTC or in
/// the time zone of the company. They are sent with the year first, so that no order of day and month
/// can be confused.
#[derive(Clone, Debug)]
#[must_use = "a search does nothing until it is streamed"]
pub struct Users {
    pub(super) company: Company,
    text: Option<String>,
    pub(super) status: Status,
    pub(super) email: Option<String>,
    department: Option<String>,
    pub(super) group: Option<String>,
    times: Vec<(&'static str, &'static str, DateTime)>,
    options: ListOptions,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Status {
    NotDeleted,
    Active,
    Inactive,
    Deleted,
    Any,
}

impl Status {
    /// The searches for users of this status: the value of the field `Status`, and whether they are
    /// deleted. The field of a deleted user may still say active.
    pub(super) fn searches(self) -> &'static [(Option<&'static str>, bool)] {
        match self {
            Status::NotDeleted => &[(None, false)],
            Status::Active => &[(Some("1"), false)],
            Status::Inactive => &[(Some("0"), false)],
            Status::Deleted => &[(None, true)],
            Status::Any => &[(None, false), (None, true)],
        }
    }

    pub(super) fn includes_deleted(self) -> bool {
        self.searches().iter().any(|(_, deleted)| *deleted)
    }
}

impl Users {
    /// Only users with this text in a name, the e-mail address, the phone number or the department,
    /// without regard to case.
    pub fn search(mut self, text: impl Into<String>) -> Users {
        self.text = Some(text.into()).filter(|text| !text.trim().is_empty());
        self
    }

    /// Only active users.
    pub fn active(self) -> Users {
        self.with_status(Status::Active)
    }

    /// Only inactive users.
    pub fn inactive(self) -> Users {
        self.with_status(Status::Inactive)
    }

    /// Only deleted users.
    pub fn deleted(self) -> Users {
        self.with_status(Status::Deleted)
    }

    /// All users: first those that are not deleted, then the deleted ones.
    pub fn any_status(self) -> Users {
        self.with_status(Status::Any)
    }

    /// Only users of this department: its whole name, without regard to case.
    pub fn department(mut self, name: impl Into<String>) -> Users {
        self.department = Some(name.into()).filter(|name| !name.trim().is_empty());
        self
    }

    /// Only users in this group; see [`Company::group`].
    pub fn group(mut self, group: &Group) -> Users {
        self.group = Some(group.id.clone());
        self
    }

    pub(crate) fn in_group(mut self, id: &str) -> Users {
        self.group = Some(id.to_owned());
        self
    }

    /// Only users who were created at this time or later.
    pub fn created_from(self, time: DateTime) -> Users {
        self.with_time("CreateTime", ">=", time)
    }

    /// Only users who were created before this time.
    pub fn created_before(self, time: DateTime) -> Users {
        self.with_time("CreateTime", "<", time)
    }

    /// Only users who were last changed at this time or later.
    pub fn updated_from(self, time: DateTime) -> Users {
        self.with_time("UpdateTime", ">=", time)
    }

    /// Only users whose last change was before this time. Users without any change are left out.
    pub fn updated_before(self, time: DateTime) -> Users {
        self.with_time("UpdateTime", "<", time)
    }

    /// How many users to fetch at a time: 1 to 99,999, default 250. Values outside are moved to
    /// the nearest bound.
    pub fn page_size(mut self, size: u32) -> Users {
        self.options.page_size = size;
        self
    }

    /// How many pages to fetch at a time: 1 to 8, default 8; see [`Pages`].
    pub fn prefetch(mut self, pages: u32) -> Users {
        self.options.prefetch = pages;
        self
    }

    /// Continues an earlier listing of the same users, with its page size; see
    /// [`Pages::resume_token`]. A token of another listing makes the first item an error.
    pub fn resume(mut self, token: impl Into<String>) -> Users {
        self.options.resume = Some(token.into());
        self
    }

    /// The users, one at a time, in the order they were created.
    pub fn stream(self) -> Items<User> {
        Items::new(self.pages())
    }

    /// The users, one page at a time.
    pub fn pages(self) -> Pages<User> {
        self.pages_of(|user| &user.id)
    }

    /// The rows as the service sends them, one page at a time.
    #[allow(dead_code, reason = "for flows that write many users")]
    pub(crate) fn rows(self) -> Pages<UserRow> {
        self.pages_of(|row| &row.resource_id)
    }

    fn pages_of<T: From<UserRow> + 'static>(self, id: fn(&T) -> &str) -> Pages<T> {
        let listing = Listing {
            action: LISTING,
            company: Some(self.company.reference().clone()),
            searches: self.searches(),
            digest: self.digest(),
            id,
        };
        Pages::new(listing, &self.options)
    }

    /// How many users match, if the service states it. It is asked for with one request, or with two if
    /// the users have any status.
    pub(super) async fn total(&self) -> Result<Option<u64>> {
        let mut total = 0;
        for search in self.searches::<User>() {
            let page = search(1, 1).await?;
            match page.total_number_of_records {
                Some(stated) if stated >= page.results.len() as u64 => total += stated,
                _ => return Ok(None),
            }
        }
        Ok(Some(total))
    }

    /// The searches whose results follow one another.
    fn searches<T: From<UserRow> + 'static>(&self) -> Vec<Search<T>> {
        let searches = self.status.searches().iter().map(|(status, deleted)| {
            let filter = self.conditions(*status, Some(*deleted)).filter();
            search(self.company.clone(), self.group.clone(), filter, *deleted)
        });
        searches.collect()
    }

    fn with_time(mut self, field: &'static str, operator: &'static str, time: DateTime) -> Users {
        self.times.push((field, operator, time));
        self
    }

    fn with_status(mut self, status: Status) -> Users {
        self.status = status;
        self
    }

    pub(super) fn conditions(&self, status: Option<&str>, deleted: Option<bool>) -> Conditions {
        let mut conditions = Conditions::default();
        if let Some(deleted) = deleted {
            conditions = conditions.with_deleted(deleted);
        }
        if let Some(status) = status {
            conditions = conditions.and("Status", "Include", status);
        }
        if let Some(email) = &self.email {
            conditions = conditions.and("Email", "Contains", email);
        }
        if let Some(department) = &self.department {
            conditions = conditions.and("Department", "=", department.trim());
        }
        for (field, operator, time) in &self.times {
            let time = time.strftime("%Y-%m-%d %H:%M").to_string();
            conditions = conditions.and(field, operator, time);
        }
        match &self.text {
            Some(text) => conditions.text_in_any_of(text.trim(), &FREE_TEXT),
            None => conditions,
        }
    }

    /// Identifies the conditions in a resume token.
    fn digest(&self) -> u64 {
        let times = format!("{:?}", self.times);
        digest([
            b"users",
            self.company.id().as_bytes(),
            format!("{:?}", self.status).as_bytes(),
            self.text.as_deref().unwrap_or_default().as_bytes(),
            self.department.as_deref().unwrap_or_default().as_bytes(),
            self.group.as_deref().unwrap_or_default().as_bytes(),
            times.as_bytes(),
        ])
    }
}
