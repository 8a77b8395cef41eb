//! One target user.

use std::borrow::Cow;

use jiff::Timestamp;

use crate::reference::{Language, REFERENCE, TimeZone};
use crate::resource_id::ResourceId;

/// A text of a user; borrowed where it comes from a fixed list, so that a million generated users
/// need little memory.
pub(crate) type UserText = Cow<'static, str>;

#[derive(Clone, Debug, Default)]
pub(crate) struct User {
    pub(crate) id: ResourceId,
    pub(crate) email: Box<str>,
    pub(crate) first_name: UserText,
    pub(crate) last_name: UserText,
    pub(crate) department: UserText,
    pub(crate) phone_number: UserText,
    pub(crate) priority: Priority,
    pub(crate) time_zone: Option<&'static TimeZone>,
    pub(crate) language: Option<&'static Language>,
    pub(crate) active: bool,
    pub(crate) deleted: bool,
    /// The directory that owns the user, who then can be neither edited nor deleted.
    pub(crate) directory: Option<Directory>,
    pub(crate) created: Timestamp,
    pub(crate) updated: Option<Timestamp>,
    pub(crate) manager: Option<Box<Manager>>,
    pub(crate) custom_values: Vec<(ResourceId, Box<str>)>,
}

impl User {
    /// Of this many generated users, the last is inactive.
    pub(super) const INACTIVE_IS_ONE_OF: usize = 20;

    pub(crate) fn new(id: ResourceId, email: &str, created: Timestamp) -> Self {
        Self {
            id,
            email: email.into(),
            active: true,
            created,
            ..Self::default()
        }
    }

    /// Generates a user: the same number always gives the same user.
    pub(crate) fn generate(
        id: ResourceId,
        number: usize,
        domain: &str,
        created: Timestamp,
    ) -> Self {
        let data = &*REFERENCE;
        let pick = |list: &'static [String], number: usize| {
            UserText::Borrowed(list[number % list.len()].as_str())
        };
        Self {
            first_name: pick(&data.first_names, number),
            last_name: pick(&data.last_names, number / data.first_names.len()),
            department: pick(&data.departments, number / 3),
            active: number % Self::INACTIVE_IS_ONE_OF != Self::INACTIVE_IS_ONE_OF - 1,
            ..Self::new(id, &format!("person{number}@{domain}"), created)
        }
    }

    /// Clears everything that a user may lack.
    pub(crate) fn clear_optional(&mut self) {
        self.first_name = UserText::default();
        self.last_name = UserText::default();
        self.department = UserText::default();
        self.phone_number = UserText::default();
        self.time_zone = None;
        self.language = None;
        self.manager = None;
        self.custom_values.clear();
    }

    pub(crate) fn custom_value(&self, field: ResourceId) -> Option<&str> {
        self.custom_values
            .iter()
            .find(|(id, _)| *id == field)
            .map(|(_, value)| value.as_ref())
    }

    /// Sets the value of a custom field; an empty value removes it.
    pub(crate) fn set_custom_value(&mut self, field: ResourceId, value: &str) {
        self.custom_values.retain(|(id, _)| *id != field);
        if !value.is_empty() {
            self.custom_values.push((field, value.into()));
        }
    }
}

/// What keeps a user or a group in step with a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Directory {
    Scim,
    /// Only users have it.
    Ldap,
    /// Only groups have it.
    Google,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Manager {
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    pub(crate) email: String,
}

impl Manager {
    pub(crate) fn full_name(&self) -> String {
        let full_name = format!("{} {}", self.first_name, self.last_name);
        full_name.trim().to_owned()
    }
}

/// The numbers are those of the failed rows of a job.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Priority {
    VeryLow = 1,
    Low,
    #[default]
    Medium,
    High,
    VeryHigh,
}

impl Priority {
    const NAMES: [(Self, &str); 5] = [
        (Self::VeryLow, "VeryLow"),
        (Self::Low, "Low"),
        (Self::Medium, "Medium"),
        (Self::High, "High"),
        (Self::VeryHigh, "VeryHigh"),
    ];

    pub(crate) fn name(self) -> &'static str {
        let (_, name) = Self::NAMES[self as usize - 1];
        name
    }

    /// Parses a name, without regard to case and spaces: files contain both `VeryHigh` and
    /// `Very High`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text: String = text.split_whitespace().collect();
        Self::NAMES
            .iter()
            .find(|(_, name)| name.eq_ignore_ascii_case(&text))
            .map(|(priority, _)| *priority)
    }
}
