//! Changing fields of one user: read, merge, send the whole record.

use std::collections::BTreeMap;
use std::fmt;

use futures::future::BoxFuture;
use keepnet_staff_list::{Field, Priority, normalize_email, validate_value};

use super::outcome::EditOutcome;
use super::ownership::ensure_editable;
use super::record::{UserRecord, fetch_record};
use super::write::write;
use crate::edit_refusal::EditRefusal;
use crate::same_text::is_same_text;
use crate::users::find::find_rows;
use crate::users::lookups::UserLookups;
use crate::users::user::User;
use crate::{Company, Error, ErrorKind, Result};

/// A change of one user, made by [`Company::update_user`]. Awaiting it makes the change.
#[must_use = "nothing is changed unless this is awaited"]
pub struct UpdateUser {
    company: Company,
    user: User,
    values: BTreeMap<Field, String>,
    active: Option<bool>,
    even_if_changed: bool,
    is_dry_run: bool,
}

impl Company {
    /// Changes fields of a user. Nothing is sent before it is awaited, which returns
    /// [`EditOutcome::Done`], or [`EditOutcome::Unchanged`] if the user has all the values.
    ///
    /// An update of the service replaces the whole record, so the record is read, merged and sent
    /// whole: two requests, and one more for each list that a time zone, language or custom field is
    /// looked up in. The groups of the user stay as they are.
    ///
    /// # Errors
    ///
    /// - [`ErrorKind::Invalid`] before any request, caused by an [`EditRefusal`], if a directory owns the
    ///   user or they are deleted; and if a value is refused, here or by the service.
    /// - [`ErrorKind::Conflict`] if the user is not as the given [`User`] says, unless
    ///   [`even_if_changed`](UpdateUser::even_if_changed) allows it; and if another user has the new
    ///   e-mail address.
    /// - [`ErrorKind::OutcomeUnknown`] if the response was lost and the user does not have the new
    ///   values: to run it again does no harm.
    ///
    /// If dropped while a request is in flight, the outcome is unknown.
    pub fn update_user(&self, user: &User) -> UpdateUser {
        UpdateUser {
            company: self.clone(),
            user: user.clone(),
            values: BTreeMap::new(),
            active: None,
            even_if_changed: false,
            is_dry_run: false,
        }
    }
}

impl UpdateUser {
    /// Sets a field. An empty value clears it, apart from the e-mail address and the priority, which
    /// every user has; the user is read again after that, because it is not proven that the service
    /// clears each field.
    pub fn with(mut self, field: Field, value: impl Into<String>) -> UpdateUser {
        self.values.insert(field, value.into());
        self
    }

    /// The e-mail address.
    pub fn email(self, email: impl Into<String>) -> UpdateUser {
        self.with(Field::Email, email)
    }

    /// The given name.
    pub fn first_name(self, name: impl Into<String>) -> UpdateUser {
        self.with(Field::FirstName, name)
    }

    /// The family name.
    pub fn last_name(self, name: impl Into<String>) -> UpdateUser {
        self.with(Field::LastName, name)
    }

    /// The department.
    pub fn department(self, name: impl Into<String>) -> UpdateUser {
        self.with(Field::Department, name)
    }

    /// The phone number with country code, such as `+905300000000`.
    pub fn phone_number(self, number: impl Into<String>) -> UpdateUser {
        self.with(Field::PhoneNumber, number)
    }

    /// How much attention the person needs.
    pub fn priority(self, priority: Priority) -> UpdateUser {
        self.with(Field::Priority, priority.wire_name())
    }

    /// The time zone, by its name in the service or its id, without regard to case.
    pub fn time_zone(self, name_or_id: impl Into<String>) -> UpdateUser {
        self.with(Field::TimeZone, name_or_id)
    }

    /// The language of trainings and mails, by name, code or id, without regard to case.
    pub fn language(self, name_or_id: impl Into<String>) -> UpdateUser {
        self.with(Field::PreferredLanguage, name_or_id)
    }

    /// The manager: given name, family name and e-mail address.
    pub fn manager(
        self,
        first_name: impl Into<String>,
        last_name: impl Into<String>,
        email: impl Into<String>,
    ) -> UpdateUser {
        self.with(Field::ManagerFirstName, first_name)
            .with(Field::ManagerLastName, last_name)
            .with(Field::ManagerEmail, email)
    }

    /// A field of the company's own, by its name without regard to case.
    pub fn custom_field(self, name: impl Into<String>, value: impl Into<String>) -> UpdateUser {
        self.with(Field::Custom(name.into()), value)
    }

    /// Whether the user is active.
    pub fn active(mut self, active: bool) -> UpdateUser {
        self.active = Some(active);
        self
    }

    /// Makes the change also if the user has changed since they were read. Fields that are not set keep
    /// the values that the service has now.
    pub fn even_if_changed(mut self) -> UpdateUser {
        self.even_if_changed = true;
        self
    }

    /// Only reads, and writes nothing: the outcome of a change is [`EditOutcome::Planned`].
    pub fn dry_run(mut self) -> UpdateUser {
        self.is_dry_run = true;
        self
    }

    pub(super) async fn send(self) -> Result<EditOutcome> {
        ensure_editable(&self.user)?;
        let values = self.validated()?;
        let lookups = UserLookups::fetch_for(&self.company, values.keys()).await?;
        let mut before = fetch_record(&self.company, &self.user.id).await?;
        before.require_shown(
            self.user.time_zone.as_deref(),
            self.user.preferred_language.as_deref(),
        );
        if !self.even_if_changed {
            let fields = changed_fields(&self.user, &before);
            if !fields.is_empty() {
                return Err(EditRefusal::ChangedMeanwhile { fields }.into());
            }
        }
        let mut record = before.clone();
        for (field, value) in &values {
            record.set(field, value, &lookups)?;
        }
        if let Some(active) = self.active {
            record.set_active(active);
        }
        let wanted = Wanted {
            record: &record,
            fields: values.keys().collect(),
            active: self.active,
        };
        if wanted.differing(&before).is_empty() {
            return Ok(EditOutcome::Unchanged);
        }
        ensure_email_is_free(&self.company, &before, &record).await?;
        // A record that cannot be sent is no plan.
        record.request()?;
        if self.is_dry_run {
            return Ok(EditOutcome::Planned);
        }
        self.put(&wanted).await
    }

    /// Writes the record. That the service clears a field is unproven, so the user is read after that.
    async fn put(&self, wanted: &Wanted<'_>) -> Result<EditOutcome> {
        let is_reached = |now: &UserRecord| wanted.differing(now).is_empty();
        let outcome = write(&self.company, wanted.record, is_reached).await?;
        if wanted.clears() {
            let now = fetch_record(&self.company, &self.user.id).await?;
            let kept = wanted.differing(&now);
            if !kept.is_empty() {
                let problem = format!("the service kept: {}", kept.join(", "));
                return Err(Error::new(ErrorKind::Rejected, problem)
                    .with_hint("clear the field in the web application"));
            }
        }
        Ok(outcome)
    }

    /// The values as they are sent.
    fn validated(&self) -> Result<BTreeMap<Field, String>> {
        let invalid = |problem: String| Error::new(ErrorKind::Invalid, problem);
        let mut values = BTreeMap::new();
        for (field, value) in &self.values {
            let value = validate_value(field, value)
                .map_err(|problem| invalid(format!("{}: {problem}", field.label())))?;
            if *field == Field::Priority && value.is_empty() {
                return Err(invalid("every user has a priority".to_owned()));
            }
            values.insert(field.clone(), value.into_owned());
        }
        Ok(values)
    }
}

/// Refuses a new address that another user has: what the service answers to it is unproven.
pub(crate) async fn ensure_email_is_free(
    company: &Company,
    before: &UserRecord,
    after: &UserRecord,
) -> Result<()> {
    let email = |record: &UserRecord| {
        normalize_email(record.value(&Field::Email).unwrap_or_default()).into_owned()
    };
    let wanted = email(after);
    if wanted == email(before) {
        return Ok(());
    }
    let owners = find_rows(company, &[&wanted], false).await?;
    let mut owners = owners.into_values().flatten();
    match owners.any(|owner| owner.resource_id != after.id()) {
        true => {
            let problem = "another user has the new e-mail address";
            Err(Error::new(ErrorKind::Conflict, problem))
        }
        false => Ok(()),
    }
}

/// What an update is to reach.
struct Wanted<'a> {
    record: &'a UserRecord,
    fields: Vec<&'a Field>,
    active: Option<bool>,
}

impl Wanted<'_> {
    /// The names of what differs from the record that the service has.
    fn differing(&self, now: &UserRecord) -> Vec<&str> {
        let fields = self.fields.iter().copied();
        let differs = |field: &&Field| !is_same(field, now.value(field), self.record.value(field));
        let mut names: Vec<_> = fields.filter(differs).map(Field::label).collect();
        if self.active.is_some() && self.active != now.is_active() {
            names.push("status");
        }
        names
    }

    fn clears(&self) -> bool {
        let mut fields = self.fields.iter();
        fields.any(|field| self.record.value(field).is_none())
    }
}

/// The fields in which the given user is not as the record. Time zone and language are not compared:
/// one has their names, and the other their ids. Neither is an empty field whose property the service
/// did not show with the user: it was not read.
fn changed_fields(user: &User, record: &UserRecord) -> Vec<Field> {
    let built_in = [
        (Field::Email, Some(user.email.as_str())),
        (Field::FirstName, user.first_name.as_deref()),
        (Field::LastName, user.last_name.as_deref()),
        (Field::Department, user.department.as_deref()),
        (Field::PhoneNumber, user.phone_number.as_deref()),
        (Field::Priority, user.priority.as_deref()),
    ];
    let custom = user.custom_fields.iter();
    let custom = custom.map(|it| (Field::Custom(it.name.clone()), it.value.as_deref()));
    let differing = built_in.into_iter().chain(custom).filter(|(field, value)| {
        let value = value.filter(|value| !value.trim().is_empty());
        let is_known = value.is_some() || user.properties.has(field);
        is_known && !is_same(field, record.value(field), value)
    });
    differing.map(|(field, _)| field).collect()
}

/// Whether the service takes two values for the same. It removes the spaces of phone numbers.
pub(crate) fn is_same(field: &Field, one: Option<&str>, other: Option<&str>) -> bool {
    let (Some(one), Some(other)) = (one, other) else {
        return one == other;
    };
    match field {
        Field::PhoneNumber => {
            let digits = |text: &str| text.split_whitespace().collect::<String>();
            digits(one) == digits(other)
        }
        Field::Priority => one.parse::<Priority>().ok() == other.parse().ok(),
        _ => is_same_text(one.trim(), other.trim()),
    }
}

impl IntoFuture for UpdateUser {
    type Output = Result<EditOutcome>;
    type IntoFuture = BoxFuture<'static, Result<EditOutcome>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let company = self.company.clone();
            let outcome = self.send().await;
            outcome.map_err(company.context("changing the user"))
        })
    }
}

impl fmt::Debug for UpdateUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UpdateUser")
            .field("company", &self.company)
            .field("user", &self.user)
            .field("values", &self.values.len())
            .finish_non_exhaustive()
    }
}
