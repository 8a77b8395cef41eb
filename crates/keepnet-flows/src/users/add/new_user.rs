//! A person to add.

use std::collections::BTreeMap;
use std::fmt;

use keepnet_client::types::CreateTargetUserRequest;
use keepnet_staff_list::{Field, Priority, ProblemKind, validate_value};

use crate::Result;
use crate::users::lookups::{UserLookups, custom_value};

/// A person to add to a company. Its `Debug` shows only the number of values.
///
/// When the person is added, the values are checked by the same rules as the rows of a staff list. An
/// empty value counts as none.
#[derive(Clone, Default, PartialEq, Eq)]
#[must_use]
pub struct NewUser {
    pub(super) row: Option<u32>,
    values: BTreeMap<Field, String>,
}

impl NewUser {
    /// A person with this e-mail address, which identifies them.
    pub fn new(email: impl Into<String>) -> NewUser {
        NewUser::default().with(Field::Email, email)
    }

    pub(super) fn from_row(row: u32) -> NewUser {
        NewUser {
            row: Some(row),
            ..NewUser::default()
        }
    }

    /// The given name; at most 256 characters.
    pub fn first_name(self, name: impl Into<String>) -> NewUser {
        self.with(Field::FirstName, name)
    }

    /// The family name; at most 256 characters.
    pub fn last_name(self, name: impl Into<String>) -> NewUser {
        self.with(Field::LastName, name)
    }

    /// The department; at most 256 characters.
    pub fn department(self, name: impl Into<String>) -> NewUser {
        self.with(Field::Department, name)
    }

    /// The phone number with country code, such as `+905300000000`; at most 17 characters.
    pub fn phone_number(self, number: impl Into<String>) -> NewUser {
        self.with(Field::PhoneNumber, number)
    }

    /// How much attention the person needs. Default: medium.
    pub fn priority(self, priority: Priority) -> NewUser {
        self.with(Field::Priority, priority.wire_name())
    }

    /// The person's manager: given name, family name and e-mail address, all three or none.
    pub fn manager(
        self,
        first_name: impl Into<String>,
        last_name: impl Into<String>,
        email: impl Into<String>,
    ) -> NewUser {
        self.with(Field::ManagerFirstName, first_name)
            .with(Field::ManagerLastName, last_name)
            .with(Field::ManagerEmail, email)
    }

    /// The time zone, by its name in the service or its id, without regard to case.
    pub fn time_zone(self, name_or_id: impl Into<String>) -> NewUser {
        self.with(Field::TimeZone, name_or_id)
    }

    /// The language of trainings and mails, by name, code or id, without regard to case.
    pub fn language(self, name_or_id: impl Into<String>) -> NewUser {
        self.with(Field::PreferredLanguage, name_or_id)
    }

    /// A field of the company's own, by its name without regard to case.
    pub fn custom_field(self, name: impl Into<String>, value: impl Into<String>) -> NewUser {
        self.with(Field::Custom(name.into()), value)
    }

    /// Any field that the service stores. A person with a time zone, language or custom field that the
    /// company does not have is not added.
    pub fn with(mut self, field: Field, value: impl Into<String>) -> NewUser {
        self.values.insert(field, value.into());
        self
    }

    /// The e-mail address.
    pub fn email(&self) -> &str {
        self.value(&Field::Email)
    }

    /// The same person with each value as it is sent.
    ///
    /// # Errors
    ///
    /// The problem of the first invalid value.
    pub(super) fn normalized(mut self) -> Result<NewUser, String> {
        self.values.entry(Field::Email).or_default();
        for (field, value) in &mut self.values {
            let invalid = |problem: ProblemKind| format!("{}: {problem}", field.label());
            *value = validate_value(field, value).map_err(invalid)?.into_owned();
            if !value.is_empty() && !can_be_set(field) {
                return Err(format!("{}: the service does not store it", field.label()));
            }
        }
        self.values.retain(|_, value| !value.is_empty());
        let fields = self.values.keys();
        match fields.filter(|field| field.is_manager()).count() {
            0 | 3 => Ok(self),
            _ => Err(ProblemKind::IncompleteManager.to_string()),
        }
    }

    /// Whether ids have to be looked up for it.
    pub(super) fn needs_lookups(&self) -> bool {
        let mut fields = self.values.keys();
        fields.any(|field| {
            matches!(
                field,
                Field::TimeZone | Field::PreferredLanguage | Field::Custom(_)
            )
        })
    }

    /// # Errors
    ///
    /// If the company has no such time zone, language or custom field.
    pub(super) fn request(
        &self,
        groups: &[String],
        lookups: &UserLookups,
    ) -> Result<CreateTargetUserRequest> {
        let text = |field: Field| self.values.get(&field).cloned();
        let priority = self.value(&Field::Priority);
        let mut request = CreateTargetUserRequest::default()
            .email(self.email())
            .is_active(true)
            // The document requires it; the service's own web client sends an empty text for none.
            .phone_number(self.value(&Field::PhoneNumber))
            .priority(match priority {
                "" => Priority::default().wire_name(),
                priority => priority,
            })
            .target_group_resource_ids(groups);
        request.department = text(Field::Department);
        request.first_name = text(Field::FirstName);
        request.last_name = text(Field::LastName);
        request.manager_email = text(Field::ManagerEmail);
        request.manager_first_name = text(Field::ManagerFirstName);
        request.manager_last_name = text(Field::ManagerLastName);
        let zone = self.values.get(&Field::TimeZone);
        let zone = zone.map(|zone| lookups.time_zone(zone)).transpose()?;
        request.time_zone_id = zone.map(str::to_owned);
        let language = self.values.get(&Field::PreferredLanguage);
        let language = language.map(|it| lookups.language(it)).transpose()?;
        request.preferred_language_id = language.map(str::to_owned);
        let mut custom_fields = Vec::new();
        for (field, value) in &self.values {
            if let Field::Custom(name) = field {
                let field = lookups.custom_field(name)?;
                custom_fields.push(custom_value(&field.id, &field.data_type, value));
            }
        }
        if !custom_fields.is_empty() {
            request.custom_fields = Some(custom_fields);
        }
        Ok(request)
    }

    fn value(&self, field: &Field) -> &str {
        self.values.get(field).map_or("", String::as_str)
    }
}

impl fmt::Debug for NewUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewUser")
            .field("values", &self.values.len())
            .finish_non_exhaustive()
    }
}

/// Whether the call that creates a user can set the field.
fn can_be_set(field: &Field) -> bool {
    *field != Field::FullName
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn person_is_checked_by_the_rules_of_a_staff_list() {
        let check = |user: NewUser, expected: Result<&str, &str>| {
            let normalized = user.normalized();
            let email = normalized.as_ref().map(NewUser::email);
            assert_eq!(email.map_err(|it| it.as_str()), expected);
        };
        let ada = || NewUser::new(" ada@acme.example ");
        check(ada(), Ok("ada@acme.example"));
        check(
            ada().phone_number("").with(Field::TimeZone, " "),
            Ok("ada@acme.example"),
        );
        check(
            ada().manager("Bob", "Sand", "bob@acme.example"),
            Ok("ada@acme.example"),
        );
        check(NewUser::default(), Err("e-mail: no e-mail address"));
        check(NewUser::new("ada"), Err("e-mail: not an e-mail address"));
        check(
            ada().with(Field::Priority, "urgent"),
            Err("priority: not a priority; use VeryLow, Low, Medium, High or VeryHigh"),
        );
        check(
            ada().with(Field::FullName, "Ada Winter"),
            Err("full name: the service does not store it"),
        );
        let half = ada().manager("Bob", "", "").normalized().unwrap_err();
        assert!(half.contains("first name, last name and e-mail"), "{half}");
    }

    #[test]
    fn phone_number_and_priority_are_always_sent() {
        let lookups = UserLookups::default();
        let check = |user: NewUser, phone: &str, priority: &str| {
            let body =
                serde_json::to_value(user.normalized().unwrap().request(&[], &lookups).unwrap())
                    .unwrap();
            assert_eq!(
                (&body["phoneNumber"], &body["priority"]),
                (&phone.into(), &priority.into())
            );
        };
        let ada = || NewUser::new("ada@acme.example");
        check(ada(), "", "Medium");
        check(
            ada().phone_number("+90 530").priority(Priority::High),
            "+90 530",
            "High",
        );
        check(ada().with(Field::Priority, "very low"), "", "VeryLow");
    }
}
