//! Listing groups, and finding one by id or name.

use super::group::Group;
use crate::lenient_json::path_id;
use crate::{Company, Error, ErrorKind, Result};

impl Company {
    /// Lists the target groups of this company.
    ///
    /// # Errors
    ///
    /// If the call fails.
    pub async fn groups(&self) -> Result<Vec<Group>> {
        let groups = fetch_groups(self).await;
        groups.map_err(self.context("listing the groups"))
    }

    /// The target group with this id, or else with this name without regard to case.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::NotFound`] if there is none, and [`ErrorKind::Ambiguous`] if several have the name.
    pub async fn group(&self, name_or_id: &str) -> Result<Group> {
        let group = async {
            let (groups, wanted) = (fetch_groups(self).await?, name_or_id.trim());
            let group = find(&groups, wanted)?.cloned();
            group.ok_or_else(|| {
                not_found(wanted).with_hint("use the name or id of a group of this company")
            })
        };
        group.await.map_err(self.context("finding the groups"))
    }
}

pub(super) async fn fetch_groups(company: &Company) -> Result<Vec<Group>> {
    let groups = company.raw().list_target_groups().await?;
    Ok(groups.into_iter().map(Group::from).collect())
}

pub(super) fn not_found(name: &str) -> Error {
    Error::new(ErrorKind::NotFound, format!("there is no group {name:?}"))
}

fn find<'a>(groups: &'a [Group], wanted: &str) -> Result<Option<&'a Group>> {
    let has_id = |group: &&Group| !wanted.is_empty() && group.id == wanted;
    if let Some(group) = groups.iter().find(has_id) {
        return Ok(Some(group));
    }
    let named: Vec<_> = groups.iter().filter(|it| it.is_named(wanted)).collect();
    match named.as_slice() {
        [] => Ok(None),
        [group] => Ok(Some(group)),
        several => {
            let ids: Vec<_> = several.iter().map(|group| group.id.as_str()).collect();
            let problem = format!("{} groups are named {wanted:?}", several.len());
            let hint = format!("use the id of one of them: {}", ids.join(", "));
            Err(Error::new(ErrorKind::Ambiguous, problem).with_hint(hint))
        }
    }
}

/// The id of the group with this id or name, if people can be put into it.
pub(super) fn find_editable(groups: &[Group], wanted: &str) -> Result<Option<String>> {
    let Some(group) = find(groups, wanted)? else {
        return Ok(None);
    };
    if !group.editable {
        let problem =
            format!("the group {wanted:?} is filled by a synchronisation or by the service");
        return Err(Error::new(ErrorKind::Invalid, problem)
            .with_hint("use a group that is not filled automatically"));
    }
    let id = path_id(Some(group.id.clone()));
    id.map(Some)
        .ok_or_else(|| Error::new(ErrorKind::Protocol, "a group has no usable id"))
}
