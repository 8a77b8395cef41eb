//! The same change of many users, who are given by their e-mail addresses.

use std::collections::HashMap;
use std::fmt;

use keepnet_staff_list::{Field, normalize_email};

use super::members::{find_members, group_id};
use super::outcome::EditOutcome;
use super::ownership::{ensure_editable, ensure_own};
use super::plan::{EditPlan, Pending, Planned};
use super::record::UserRecord;
use super::report::EditedUser;
use super::user_edit::UserEdit;
use crate::edit_refusal::EditRefusal;
use crate::users::find::{EMAILS_PER_SEARCH, find_rows};
use crate::users::lookups::UserLookups;
use crate::users::row::UserRow;
use crate::users::row_properties::RowProperties;
use crate::users::status::UserStatus;
use crate::users::user::User;
use crate::{Company, Error, Result};

/// A change of many users, made by [`Company::edit_users`].
#[must_use = "nothing is changed unless its plan is applied"]
pub struct EditUsers {
    company: Company,
    edit: UserEdit,
    emails: Vec<String>,
}

impl Company {
    /// Changes the users with these e-mail addresses. Nothing is sent before
    /// [`plan`](EditUsers::plan), and nothing is written before [`EditPlan::apply`].
    pub fn edit_users<I>(&self, edit: UserEdit, emails: I) -> EditUsers
    where
        I: IntoIterator,
        I::Item: Into<String>,
    {
        EditUsers {
            company: self.clone(),
            edit,
            emails: emails.into_iter().map(Into::into).collect(),
        }
    }
}

impl EditUsers {
    /// Looks for the users, and decides what each needs: 50 addresses in a search, and another search
    /// for those that it does not find. It writes nothing.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`](crate::ErrorKind::Invalid), caused by an [`EditRefusal`], if a directory
    /// or the service itself fills the group; and if a call fails.
    pub async fn plan(self) -> Result<EditPlan> {
        let company = self.company.clone();
        self.find()
            .await
            .map_err(company.context("finding the users"))
    }

    async fn find(self) -> Result<EditPlan> {
        if let UserEdit::AddToGroup(group) | UserEdit::RemoveFromGroup(group) = &self.edit
            && !group.editable
        {
            return Err(EditRefusal::FilledGroup.into());
        }
        let lookups = match self.edit {
            UserEdit::Activate | UserEdit::Deactivate if !self.emails.is_empty() => {
                // Without a list, the record of a user who has a value of it is read.
                let fields = [Field::TimeZone, Field::PreferredLanguage];
                UserLookups::fetch_readable(&self.company, &fields).await?
            }
            _ => UserLookups::default(),
        };
        let mut seen = HashMap::new();
        let mut people = Vec::with_capacity(self.emails.len());
        for (first, emails) in (0..)
            .step_by(EMAILS_PER_SEARCH)
            .zip(self.emails.chunks(EMAILS_PER_SEARCH))
        {
            let wanted: Vec<_> = emails
                .iter()
                .map(|it| it.trim())
                .filter(|it| !it.is_empty())
                .collect();
            let found = self.find_chunk(&wanted).await?;
            for (number, email) in (first + 1..).zip(emails) {
                let key = normalize_email(email.trim()).into_owned();
                let planned = match seen.insert(key.clone(), number) {
                    Some(earlier) => {
                        let message = format!("the same e-mail address as number {earlier}");
                        finished(number, None, EditOutcome::Unchanged, message)
                    }
                    None => self.decide(number, found.rows.get(&key), &found.members, &lookups),
                };
                people.push(planned);
            }
        }
        Ok(EditPlan {
            company: self.company,
            edit: self.edit,
            people,
        })
    }

    /// Looks for the undeleted users, then for the other addresses among the deleted ones.
    async fn find_chunk(&self, emails: &[&str]) -> Result<Found> {
        let mut rows = find_rows(&self.company, emails, false).await?;
        let is_missing = |email: &&&str| !rows.contains_key(normalize_email(email).as_ref());
        let missing: Vec<_> = emails.iter().filter(is_missing).copied().collect();
        rows.extend(find_rows(&self.company, &missing, true).await?);
        let members = match &self.edit {
            UserEdit::AddToGroup(group) | UserEdit::RemoveFromGroup(group) => {
                find_members(&self.company, &group_id(group)?, emails).await?
            }
            _ => Vec::new(),
        };
        Ok(Found { rows, members })
    }

    fn decide(
        &self,
        number: u64,
        rows: Option<&Vec<UserRow>>,
        members: &[String],
        lookups: &UserLookups,
    ) -> Planned {
        let row = match rows.map(Vec::as_slice) {
            None | Some([]) => {
                let message = "nobody has this e-mail address";
                return finished(number, None, EditOutcome::Refused, message);
            }
            Some([row]) => row,
            // The same person was added and deleted more than once.
            Some([.., last]) if last.user_status() == UserStatus::Deleted => last,
            Some(several) => {
                let message = format!("{} users have this e-mail address", several.len());
                return finished(number, None, EditOutcome::Refused, message);
            }
        };
        let user = User::from(row.clone());
        let id = Some(user.id.clone());
        if let Err(refusal) = self.ensure_allowed(&user) {
            return finished(number, id, EditOutcome::Refused, refusal.problem());
        }
        let is_member = members.contains(&user.id);
        let is_so = match &self.edit {
            UserEdit::Deactivate => row.user_status().is_active() == Some(false),
            UserEdit::Activate => row.user_status().is_active() == Some(true),
            UserEdit::Delete => user.is_deleted(),
            UserEdit::AddToGroup(_) => is_member,
            UserEdit::RemoveFromGroup(_) => !is_member,
        };
        if is_so {
            return Planned::Finished(EditedUser {
                number,
                id,
                outcome: EditOutcome::Unchanged,
                message: None,
            });
        }
        Planned::Pending(Box::new(Pending {
            number,
            record: UserRecord::from_row(row, lookups, RowProperties::default()),
            user,
        }))
    }

    /// People of a directory may be in groups that no directory fills.
    fn ensure_allowed(&self, user: &User) -> Result<(), Error> {
        match &self.edit {
            UserEdit::Delete => ensure_own(user),
            UserEdit::Activate | UserEdit::Deactivate => ensure_editable(user),
            UserEdit::AddToGroup(_) if user.is_deleted() => Err(EditRefusal::Deleted.into()),
            UserEdit::AddToGroup(_) | UserEdit::RemoveFromGroup(_) => Ok(()),
        }
    }
}

/// What the service has for some addresses: the rows by address, and the ids of members of the group.
struct Found {
    rows: HashMap<String, Vec<UserRow>>,
    members: Vec<String>,
}

fn finished(
    number: u64,
    id: Option<String>,
    outcome: EditOutcome,
    message: impl Into<String>,
) -> Planned {
    Planned::Finished(EditedUser {
        number,
        id,
        outcome,
        message: Some(message.into()),
    })
}

impl fmt::Debug for EditUsers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EditUsers")
            .field("company", &self.company)
            .field("edit", &self.edit)
            .field("emails", &self.emails.len())
            .finish_non_exhaustive()
    }
}
