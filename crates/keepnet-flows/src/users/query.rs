//! Listing users.

use futures::FutureExt as _;
use keepnet_client::open;
use keepnet_client::types::{Filter, TargetUserSearchRequest};

use super::user::User;
use crate::companies::page_of;
use crate::company::Company;
use crate::export::{Export, FileFormat};
use crate::pages::{Items, Pages, Search};
use crate::search::Conditions;

/// Where a free text is looked for. The service fails on some other fields, such as the time zone.
const FREE_TEXT: [&str; 5] = [
    "FirstName",
    "LastName",
    "Email",
    "PhoneNumber",
    "Department",
];

/// Which users to list, made by [`Company::users`].
#[derive(Clone, Debug)]
#[must_use = "a search does nothing until it is streamed"]
pub struct Users {
    company: Company,
    text: Option<String>,
    status: Status,
    page_size: u32,
}

#[derive(Clone, Copy, Debug)]
enum Status {
    NotDeleted,
    Active,
    Inactive,
    Deleted,
    Any,
}

impl Users {
    pub(crate) fn new(company: Company) -> Users {
        Users {
            company,
            text: None,
            status: Status::NotDeleted,
            page_size: 1000,
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

    /// How many users to fetch at a time: 1 to 99,999, default 1,000. Values outside are moved to
    /// the nearest bound.
    pub fn page_size(mut self, size: u32) -> Users {
        self.page_size = size;
        self
    }

    /// The users, one at a time, in the order they were created.
    pub fn stream(self) -> Items<User> {
        Items::new(self.pages())
    }

    /// The users, one page at a time.
    pub fn pages(self) -> Pages<User> {
        let searches = match self.status {
            Status::NotDeleted => vec![self.among(None, false)],
            Status::Active => vec![self.among(Some("1"), false)],
            Status::Inactive => vec![self.among(Some("0"), false)],
            Status::Deleted => vec![self.among(None, true)],
            // Asked one by one, because a deleted user's own status may still say active.
            Status::Any => vec![self.among(None, false), self.among(None, true)],
        };
        Pages::new(searches, self.page_size, |user| &user.id)
    }

    /// The same users as a file that the service writes. Nothing is sent before it is saved or
    /// written.
    pub fn export(self, format: FileFormat) -> Export {
        let conditions = match self.status {
            Status::NotDeleted => self.conditions(None, Some(false)),
            Status::Active => self.conditions(Some("1"), Some(false)),
            Status::Inactive => self.conditions(Some("0"), Some(false)),
            Status::Deleted => self.conditions(None, Some(true)),
            // Where nothing is said of deletion, the service finds the deleted as well.
            Status::Any => self.conditions(None, None),
        };
        Export::users(self.company, conditions.filter(), format)
    }

    fn of(mut self, status: Status) -> Users {
        self.status = status;
        self
    }

    fn conditions(&self, status: Option<&str>, deleted: Option<bool>) -> Conditions {
        let mut conditions = Conditions::default();
        if let Some(deleted) = deleted {
            conditions = conditions.and("IsDeleted", "Contains", deleted);
        }
        if let Some(status) = status {
            conditions = conditions.and("Status", "Include", status);
        }
        match &self.text {
            Some(text) => conditions.containing(text.trim(), &FREE_TEXT),
            None => conditions,
        }
    }

    fn among(&self, status: Option<&str>, deleted: bool) -> Search<User> {
        let filter = self.conditions(status, Some(deleted)).filter();
        search(self.company.clone(), filter, deleted)
    }
}

/// The users that a filter lets through, in the order they were created.
pub(crate) fn search(company: Company, filter: Filter, deleted: bool) -> Search<User> {
    Box::new(move |number, size| {
        let company = company.clone();
        let body = TargetUserSearchRequest {
            ascending: Some(true),
            filter: Some(filter.clone()),
            new_version: None,
            order_by: Some("CreateTime".to_owned()),
            page_number: i32::try_from(number).ok(),
            page_size: i32::try_from(size).ok(),
        };
        async move {
            open(
                "search_target_users",
                company.raw().search_target_users(&body),
            )
            .await
            .map(|page| page_of(page, |row| User::of_row(row, deleted)))
            .map_err(|error| company.failed("listing the users", error))
        }
        .boxed()
    })
}
