//! Renaming and deleting groups.

use keepnet_client::types::UpdateTargetGroupRequest;

use super::create::check_name;
use super::find::{fetch_groups, find_editable};
use super::group::Group;
use crate::edit_refusal::EditRefusal;
use crate::lenient_json::path_id;
use crate::polling::look_repeatedly;
use crate::{Company, Error, ErrorKind, Result};

impl Company {
    /// Renames a group. Its priority is sent as it is; the people in it do not change.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`] for a name of no or more than 64 characters, and, caused by an
    /// [`EditRefusal`] and before any request, if a directory or the service itself fills the group;
    /// [`ErrorKind::Conflict`] if another group has the name; [`ErrorKind::OutcomeUnknown`] if the
    /// response was lost and the group has its old name: to rename it again does no harm.
    pub async fn rename_group(&self, group: &Group, name: &str) -> Result<Group> {
        let renamed = rename(self, group, name.trim()).await;
        renamed.map_err(self.context(format!("renaming the group {:?}", group.name)))
    }

    /// Deletes a group. The people in it stay in the company. A group that is gone already counts as
    /// deleted.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`], caused by an [`EditRefusal`] and before any request, if a directory or
    /// the service itself fills the group; [`ErrorKind::OutcomeUnknown`] if the response was lost and
    /// the group is still listed: to delete it again does no harm. The service refuses to delete a group
    /// that a campaign uses for those who clicked.
    pub async fn delete_group(&self, group: &Group) -> Result<()> {
        let deleted = delete(self, group).await;
        deleted.map_err(self.context(format!("deleting the group {:?}", group.name)))
    }
}

async fn rename(company: &Company, group: &Group, name: &str) -> Result<Group> {
    let id = editable_id(group)?;
    check_name(name)?;
    let groups = fetch_groups(company).await?;
    let is_other = |other: &&Group| other.id != group.id && other.is_named(name);
    if groups.iter().any(|other| is_other(&other)) {
        let problem = format!("another group is named {name:?}");
        return Err(Error::new(ErrorKind::Conflict, problem));
    }
    let current = groups.into_iter().find(|current| current.id == group.id);
    let current = current.ok_or_else(|| {
        let problem = "the company has no such group";
        Error::new(ErrorKind::NotFound, problem)
    })?;
    if current.name == name {
        return Ok(current);
    }
    let priority = current.priority.as_deref().unwrap_or_default();
    if priority.is_empty() {
        let problem = "the service does not say which priority the group has";
        return Err(Error::new(ErrorKind::Protocol, problem));
    }
    let body = UpdateTargetGroupRequest::default()
        .name(name)
        .priority(priority)
        .is_active(true);
    let renamed = Group {
        name: name.to_owned(),
        ..current
    };
    let call = company.raw().update_target_group(&id, &body);
    let error = match call.optional().await {
        Ok(_) => return Ok(renamed),
        Err(error) => error,
    };
    if !error.may_have_acted() {
        return Err(error);
    }
    let look = || async {
        let found = find_editable(&fetch_groups(company).await?, name)?;
        Ok(found.filter(|found| *found == id).map(drop))
    };
    match look_repeatedly(company.raw().client(), look).await {
        Ok(Some(())) => Ok(renamed),
        _ => Err(unknown(error, "the new name does not show so far")),
    }
}

async fn delete(company: &Company, group: &Group) -> Result<()> {
    let id = editable_id(group)?;
    let error = match company.raw().delete_target_group(&id).optional().await {
        Ok(_) => return Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => error,
    };
    if !error.may_have_acted() {
        return Err(error);
    }
    let look = || async {
        let groups = fetch_groups(company).await?;
        Ok(groups.iter().all(|group| group.id != id).then_some(()))
    };
    match look_repeatedly(company.raw().client(), look).await {
        Ok(Some(())) => Ok(()),
        _ => Err(unknown(error, "the group is still listed so far")),
    }
}

fn editable_id(group: &Group) -> Result<String> {
    if !group.editable {
        return Err(EditRefusal::FilledGroup.into());
    }
    let id = path_id(Some(group.id.clone()));
    id.ok_or_else(|| Error::new(ErrorKind::Invalid, "the group has no usable id"))
}

fn unknown(error: Error, state: &str) -> Error {
    let problem = format!("{}; {state}", error.problem());
    Error::new(ErrorKind::OutcomeUnknown, problem)
        .with_hint("run it again: to repeat it does no harm")
        .with_source(error)
}
