//! Putting users into a group, and taking them out.

use super::members::{find_members, group_id};
use super::outcome::EditOutcome;
use super::plan::{EditPlan, Pending, Planned};
use super::record::UserRecord;
use super::report::{EditReport, EditedUser};
use super::user_edit::UserEdit;
use crate::edit_refusal::EditRefusal;
use crate::groups::Group;
use crate::users::find::EMAILS_PER_SEARCH;
use crate::users::user::User;
use crate::{Company, Result};

impl Company {
    /// Puts users into a group: members are looked for, 50 users in a search, and the others are added,
    /// 25 with one request, which is as many as the service adds at once. Deleted users are refused;
    /// people of a directory may join.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`](crate::ErrorKind::Invalid), caused by an [`EditRefusal`], before any
    /// request if a directory or the service itself fills the group; and if the members cannot be
    /// listed. What goes wrong later is an outcome of the report.
    pub async fn add_to_group(&self, group: &Group, users: &[User]) -> Result<EditReport> {
        let edit = UserEdit::AddToGroup(group.clone());
        let plan = plan(self, group, edit, users).await;
        let plan = plan.map_err(self.context("adding users to the group"))?;
        Ok(plan.apply().await)
    }

    /// Takes users out of a group; they stay in the company. As
    /// [`add_to_group`](Company::add_to_group).
    ///
    /// # Errors
    ///
    /// Those of [`add_to_group`](Company::add_to_group).
    pub async fn remove_from_group(&self, group: &Group, users: &[User]) -> Result<EditReport> {
        let edit = UserEdit::RemoveFromGroup(group.clone());
        let plan = plan(self, group, edit, users).await;
        let plan = plan.map_err(self.context("removing users from the group"))?;
        Ok(plan.apply().await)
    }
}

async fn plan(
    company: &Company,
    group: &Group,
    edit: UserEdit,
    users: &[User],
) -> Result<EditPlan> {
    if !group.editable {
        return Err(EditRefusal::FilledGroup.into());
    }
    let id = group_id(group)?;
    let is_joining = matches!(edit, UserEdit::AddToGroup(_));
    let mut people = Vec::with_capacity(users.len());
    let mut number = 0;
    for users in users.chunks(EMAILS_PER_SEARCH) {
        let emails: Vec<_> = users.iter().map(|user| user.email.as_str()).collect();
        let members = find_members(company, &id, &emails).await?;
        for user in users {
            number += 1;
            let is_so = members.contains(&user.id) == is_joining;
            let (outcome, message) = match user.is_deleted() {
                true if is_joining => {
                    (EditOutcome::Refused, Some(EditRefusal::Deleted.to_string()))
                }
                _ if is_so => (EditOutcome::Unchanged, None),
                _ => {
                    people.push(Planned::Pending(Box::new(Pending {
                        number,
                        user: user.clone(),
                        record: UserRecord::default(),
                    })));
                    continue;
                }
            };
            people.push(Planned::Finished(EditedUser {
                number,
                id: Some(user.id.clone()),
                outcome,
                message,
            }));
        }
    }
    Ok(EditPlan {
        company: company.clone(),
        edit,
        people,
    })
}
