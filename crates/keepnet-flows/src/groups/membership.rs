//! The groups that imported or added people join.

use keepnet_staff_list::Priority;

use super::create::{check_name, create};
use super::find::{fetch_groups, find_editable, not_found};
use crate::names::is_same_name;
use crate::{Company, Result};

/// The groups that people join: the ids of existing groups, and the names of groups to create.
#[derive(Debug, Default)]
pub(crate) struct Membership {
    ids: Vec<String>,
    missing: Vec<String>,
}

/// Finds each group by id, or else by name without regard to case.
///
/// # Errors
///
/// If a group does not exist and `create` is false, if several have the name, and if the service or an
/// identity provider fills the group.
pub(crate) async fn find_groups(
    company: &Company,
    wanted: &[String],
    create: bool,
) -> Result<Membership> {
    let mut groups = Membership::default();
    if wanted.is_empty() {
        return Ok(groups);
    }
    let existing = fetch_groups(company).await?;
    for wanted in wanted.iter().map(|name| name.trim()) {
        let is_same = |name: &String| is_same_name(name, wanted);
        match find_editable(&existing, wanted)? {
            Some(id) if groups.ids.contains(&id) => {}
            Some(id) => groups.ids.push(id),
            None if !create => {
                return Err(
                    not_found(wanted).with_hint("use the name or id of a group of this company")
                );
            }
            None if groups.missing.iter().any(is_same) => {}
            None => {
                check_name(wanted)?;
                groups.missing.push(wanted.to_owned());
            }
        }
    }
    Ok(groups)
}

impl Membership {
    /// The ids of the groups that exist, and the names of those to create.
    pub(crate) fn into_parts(self) -> (Vec<String>, Vec<String>) {
        (self.ids, self.missing)
    }

    /// Creates the missing groups, and returns the ids of all.
    pub(crate) async fn create_missing(mut self, company: &Company) -> Result<Vec<String>> {
        for name in &self.missing {
            let id = create(company, name, Priority::default()).await;
            let action = || format!("creating the group {name:?}");
            self.ids.push(id.map_err(|it| it.with_action(action()))?);
        }
        Ok(self.ids)
    }
}
