//! Creating, reading, changing and deleting one target group.

use super::summary;
use crate::envelope::{Answer, Failure, Reply};
use crate::fields::Fields;
use crate::request::Call;
use crate::resource_id::ResourceId;
use crate::state::{Company, Group, Priority, World};

/// The longest name of a group.
const LONGEST_NAME: usize = 64;

/// Answers `POST /api/target-groups`.
pub(crate) fn create(world: &mut World, call: &Call) -> Answer {
    let id = world.ids.next();
    let company = &mut world.companies[call.company];
    let (name, priority) = read(call.fields()?, company, None)?;
    company.groups.push(Group {
        id,
        name,
        priority,
        created: call.core.settings.clock.now(),
        members: Default::default(),
    });
    Ok(Reply::id(id, "The group was created"))
}

/// Answers `GET /api/target-groups/{resourceId}`.
pub(crate) fn show(world: &mut World, call: &Call) -> Answer {
    let company = &world.companies[call.company];
    Ok(Reply::data(summary(named(company, call)?, call)))
}

/// Answers `PUT /api/target-groups/{resourceId}`. Clients send the whole row back.
pub(crate) fn update(world: &mut World, call: &Call) -> Answer {
    let company = &mut world.companies[call.company];
    let id = named(company, call)?.id;
    let (name, priority) = read(call.fields()?, company, Some(id))?;
    if let Some(group) = company.group_mut(id) {
        group.name = name;
        group.priority = priority;
    }
    Ok(Reply::id(id, "The group was updated"))
}

/// Answers `DELETE /api/target-groups/{resourceId}`: its users stay.
pub(crate) fn delete(world: &mut World, call: &Call) -> Answer {
    let company = &mut world.companies[call.company];
    let id = named(company, call)?.id;
    company.groups.retain(|group| group.id != id);
    Ok(Reply::id(id, "The group was deleted"))
}

/// The group that the path names: 404 if the company lacks it.
pub(crate) fn named<'w>(company: &'w Company, call: &Call) -> Result<&'w Group, Failure> {
    let id = call.id("resourceId", "The group")?;
    let group = company.group(id);
    group.ok_or_else(|| Failure::not_found("The group was not found"))
}

/// The name and priority of a body; `own` may keep its name.
fn read(
    body: Fields<'_>,
    company: &Company,
    own: Option<ResourceId>,
) -> Result<(String, Priority), Failure> {
    let name = body.text("name")?.unwrap_or_default().trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return Err(Failure::input(format!(
            "name must have 1 to {LONGEST_NAME} characters"
        )));
    }
    let priority = match body.text("priority")? {
        None | Some("") => Priority::Medium,
        Some(text) => {
            Priority::parse(text).ok_or_else(|| Failure::input(format!("{text} is no priority")))?
        }
    };
    let is_other = |group: &&Group| Some(group.id) != own;
    let taken = |group: &Group| group.name.to_lowercase() == name.to_lowercase();
    if company.groups.iter().filter(is_other).any(taken) {
        return Err(Failure::input("A group of this name is there already"));
    }
    Ok((name.to_owned(), priority))
}
