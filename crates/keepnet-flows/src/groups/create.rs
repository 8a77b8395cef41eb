//! Creating groups.

use keepnet_client::types::CreateTargetGroupRequest;
use keepnet_staff_list::Priority;

use super::find::{fetch_groups, find_editable};
use super::group::Group;
use crate::polling::look_repeatedly;
use crate::{Company, Error, ErrorKind, Result};

const LONGEST_NAME: usize = 64;

impl Company {
    /// The target group of this name, without regard to case. If there is none, it is created with
    /// this priority; an existing group is not changed.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`] for a name of no or more than 64 characters, and if the service or an
    /// identity provider fills the group of this name; [`ErrorKind::Ambiguous`] if several have the
    /// name; [`ErrorKind::OutcomeUnknown`] if it is not known whether the service created the group:
    /// creating it again does no harm.
    pub async fn create_group(&self, name: &str, priority: Priority) -> Result<Group> {
        let name = name.trim();
        let group = find_or_create(self, name, priority).await;
        group.map_err(self.context(format!("creating the group {name:?}")))
    }
}

async fn find_or_create(company: &Company, name: &str, priority: Priority) -> Result<Group> {
    check_name(name)?;
    let mut groups = fetch_groups(company).await?;
    let id = match find_editable(&groups, name)? {
        Some(id) => id,
        None => {
            let id = create(company, name, priority).await?;
            groups = fetch_groups(company).await?;
            id
        }
    };
    let created = groups.into_iter().find(|group| group.id == id);
    created.ok_or_else(|| {
        let problem = "the service does not list the group that it created";
        Error::new(ErrorKind::Protocol, problem)
    })
}

pub(super) fn check_name(name: &str) -> Result<()> {
    if (1..=LONGEST_NAME).contains(&name.chars().count()) {
        return Ok(());
    }
    let problem = format!("a group needs a name of 1 to {LONGEST_NAME} characters");
    Err(Error::new(ErrorKind::Invalid, problem))
}

/// Creates a group and returns its id. A call with an unknown outcome is never repeated; the group is
/// looked for instead.
pub(super) async fn create(company: &Company, name: &str, priority: Priority) -> Result<String> {
    let body = CreateTargetGroupRequest::default()
        .name(name)
        .priority(priority.wire_name());
    let created = company.raw().create_target_group(&body).await;
    let look = || async { find_editable(&fetch_groups(company).await?, name) };
    let error = match created.map(|created| created.resource_id) {
        Ok(Some(id)) => return Ok(id),
        Ok(None) => Error::new(ErrorKind::Protocol, "the response contains no id"),
        // Somebody else may have created it since the list was fetched.
        Err(error) if !error.may_have_acted() => return look().await?.ok_or(error),
        Err(error) => error,
    };
    if let Some(id) = look_repeatedly(company.raw().client(), look).await? {
        return Ok(id);
    }
    let problem = format!("{}, and no group of this name exists yet", error.problem());
    Err(Error::new(ErrorKind::OutcomeUnknown, problem)
        .with_hint("run it again later: it looks for the group before it creates one")
        .with_source(error))
}
