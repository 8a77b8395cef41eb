//! Listing users.

use jiff::civil::DateTime;

use super::search::search;
use super::user::User;
use crate::company::Company;
use crate::error::ErrorKind;
use crate::groups::Group;
use crate::paging::{Items, MOST_AHEAD, PAGE, Pages, Position, Search, digest};
use crate::search::Conditions;

const DOING: &str = "listing the users";

/// Where a free text is looked for. The service fails on some other fields, such as the time zone.
const FREE_TEXT: [&str; 5] = [
    "FirstName",
    "LastName",
    "Email",
    "PhoneNumber",
    "Department",
];

/// Which users to list, made by [`Company::users`]. Conditions add up; the service applies them all.
///
/// Times are those that the service shows, to the minute: whether they are in UTC or in the time zone
/// of the company is not known. They are sent with the year first, which no order of day and month
/// can misread.
#[derive(Clone, Debug)]
#[must_use = "a search does nothing until it is streamed"]
pub struct Users {
    pub(super) company: Company,
    text: Option<String>,
    pub(super) status: Status,
    department: Option<String>,
    pub(super) group: Option<String>,
    times: Vec<(&'static str, &'static str, DateTime)>,
    page_size: u32,
    pages_ahead: u32,
    resume: Option<String>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Status {
    NotDeleted,
    Active,
    Inactive,
    Deleted,
    Any,
}

impl Company {
    /// Lists the users of this company; the deleted ones are left out unless asked for.
    pub fn users(&self) -> Users {
        Users::new(self.clone())
    }
}

impl Users {
    fn new(company: Company) -> Users {
        Users {
            company,
            text: None,
            status: Status::NotDeleted,
            department: None,
            group: None,
            times: Vec::new(),
            page_size: PAGE,
            pages_ahead: MOST_AHEAD,
            resume: None,
        }
    }

    /// Only users with this text in a name, the e-mail address, the phone number or the department,
    /// without regard to case.
    pub fn search(mut self, text: impl Into<String>) -> Users {
        self.text = Some(text.into()).filter(|text| !text.trim().is_empty());
        self
    }

    /// Only active users.
    pub fn active(self) -> Users {
        self.of(Status::Active)
    }

    /// Only inactive users.
    pub fn inactive(self) -> Users {
        self.of(Status::Inactive)
    }

    /// Only deleted users.
    pub fn deleted(self) -> Users {
        self.of(Status::Deleted)
    }

    /// All users: first those that are there, then the deleted ones.
    pub fn any_status(self) -> Users {
        self.of(Status::Any)
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

    /// Only users who were created at this time or later.
    pub fn created_from(self, time: DateTime) -> Users {
        self.at("CreateTime", ">=", time)
    }

    /// Only users who were created before this time.
    pub fn created_before(self, time: DateTime) -> Users {
        self.at("CreateTime", "<", time)
    }

    /// Only users who were last changed at this time or later.
    pub fn updated_from(self, time: DateTime) -> Users {
        self.at("UpdateTime", ">=", time)
    }

    /// Only users who were changed, and last so before this time.
    pub fn updated_before(self, time: DateTime) -> Users {
        self.at("UpdateTime", "<", time)
    }

    /// How many users to fetch at a time: 1 to 99,999, default 250. Values outside are moved to
    /// the nearest bound.
    pub fn page_size(mut self, size: u32) -> Users {
        self.page_size = size;
        self
    }

    /// How many pages to fetch at a time: 1 to 8, default 8; see [`Pages`].
    pub fn prefetch(mut self, pages: u32) -> Users {
        self.pages_ahead = pages;
        self
    }

    /// Goes on where an earlier listing of the same users stood, with its page size; see
    /// [`Pages::resume_token`]. A token of another listing makes the first item an error.
    pub fn resume(mut self, token: impl Into<String>) -> Users {
        self.resume = Some(token.into());
        self
    }

    /// The users, one at a time, in the order they were created.
    pub fn stream(self) -> Items<User> {
        Items::new(self.pages())
    }

    /// The users, one page at a time.
    pub fn pages(self) -> Pages<User> {
        let id: fn(&User) -> &str = |user| &user.id;
        let at = match &self.resume {
            Some(token) => Position::read(token, self.what()),
            None => Ok(Position::start(self.page_size, self.what())),
        };
        let at = match at {
            Ok(at) => at,
            Err(problem) => {
                let error = self.company.error(ErrorKind::Invalid, DOING, problem);
                return Pages::refused(
                    error.with_hint("use it with the same company and conditions as before"),
                    id,
                );
            }
        };
        let searches = match self.status {
            Status::NotDeleted => vec![self.among(None, false)],
            Status::Active => vec![self.among(Some("1"), false)],
            Status::Inactive => vec![self.among(Some("0"), false)],
            Status::Deleted => vec![self.among(None, true)],
            // Asked one by one, because a deleted user's own status may still say active.
            Status::Any => vec![self.among(None, false), self.among(None, true)],
        };
        Pages::new(searches, at, id).ahead(self.pages_ahead)
    }

    fn at(mut self, field: &'static str, operator: &'static str, time: DateTime) -> Users {
        self.times.push((field, operator, time));
        self
    }

    fn of(mut self, status: Status) -> Users {
        self.status = status;
        self
    }

    pub(super) fn conditions(&self, status: Option<&str>, deleted: Option<bool>) -> Conditions {
        let mut conditions = Conditions::default();
        if let Some(deleted) = deleted {
            conditions = conditions.and("IsDeleted", "Contains", deleted);
        }
        if let Some(status) = status {
            conditions = conditions.and("Status", "Include", status);
        }
        if let Some(department) = &self.department {
            conditions = conditions.and("Department", "=", department.trim());
        }
        for (field, operator, time) in &self.times {
            let time = time.strftime("%Y-%m-%d %H:%M").to_string();
            conditions = conditions.and(field, operator, time);
        }
        match &self.text {
            Some(text) => conditions.containing(text.trim(), &FREE_TEXT),
            None => conditions,
        }
    }

    fn among(&self, status: Option<&str>, deleted: bool) -> Search<User> {
        let filter = self.conditions(status, Some(deleted)).filter();
        search(self.company.clone(), self.group.clone(), filter, deleted)
    }

    /// A digest of what is listed.
    fn what(&self) -> u64 {
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
