//! Who is in which group.

use serde_json::{Value, json};

use super::record;
use super::search::{export_of, parse};
use super::selection::chosen;
use crate::envelope::{Answer, Failure, Reply};
use crate::groups;
use crate::request::Call;
use crate::state::World;

/// Answers `POST /api/target-groups/{resourceId}/users`: the members, or with `excludeGroupUsers`
/// all others.
pub(crate) fn members(world: &mut World, call: &Call) -> Answer {
    let company = &world.companies[call.company];
    let group = groups::named(company, call)?;
    let body = call.fields()?;
    let others = body.flag("excludeGroupUsers")?.unwrap_or(false);
    let search = parse(body, company, call)?;
    let users = (0u32..).zip(company.people.iter());
    let wanted = users
        .filter(|(index, _)| group.members.contains(index) != others)
        .map(|(_, user)| user);
    let found = search.select(wanted, |user, field| field.read(user));
    Ok(Reply::data(Value::Object(search.page(&found, |user| {
        record::row(user, company, call.dialect())
    }))))
}

/// Answers `POST /api/target-groups/{resourceId}/users/export`, as a file what
/// [`members`] answers.
pub(crate) fn export_members(world: &mut World, call: &Call) -> Answer {
    let world = &*world;
    let group = groups::named(&world.companies[call.company], call)?;
    let others = call.fields()?.flag("excludeGroupUsers")?.unwrap_or(false);
    export_of(world, call, |place| {
        u32::try_from(place).is_ok_and(|place| group.members.contains(&place)) != others
    })
}

/// Answers `PUT /api/target-groups/users`: adds users to groups.
pub(crate) fn add_to_groups(world: &mut World, call: &Call) -> Answer {
    let company = &mut world.companies[call.company];
    let body = call.fields()?;
    let groups = groups::named_in(body, company)?;
    if groups.is_empty() {
        return Err(Failure::input(
            "targetGroupResourceIds must name at least one group",
        ));
    }
    let ids = ("targetUserResourceIds", "excludedResourceIdList");
    for index in chosen(body, company, call, ids.0, ids.1)? {
        company.join(index, &groups);
    }
    Ok(Reply::Data {
        data: json!([]),
        message: "The users were added",
    })
}

/// Answers `DELETE /api/target-groups/{resourceId}/users`: the users stay in the company.
pub(crate) fn remove_from_group(world: &mut World, call: &Call) -> Answer {
    let company = &mut world.companies[call.company];
    let id = groups::named(company, call)?.id;
    let ids = ("targetUserResourceIds", "excludedResourceIdList");
    let users = chosen(call.fields()?, company, call, ids.0, ids.1)?;
    if let Some(group) = company.group_mut(id) {
        group
            .members
            .retain(|index| users.binary_search(&(*index as usize)).is_err());
    }
    Ok(Reply::id(id, "The users were removed"))
}
