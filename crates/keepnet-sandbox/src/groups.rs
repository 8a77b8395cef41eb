//! Target groups.

mod edit;

pub(crate) use edit::{create, delete, named, show, update};

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::envelope::{Answer, Failure, Reply};
use crate::fields::Fields;
use crate::filter::{Datum, Vocabulary};
use crate::paging::Search;
use crate::request::Call;
use crate::resource_id::ResourceId;
use crate::state::{Company, Group, World};

/// Answers `GET /api/target-groups`.
pub(crate) fn list(world: &mut World, call: &Call) -> Answer {
    let groups = world.companies[call.company].groups.iter();
    Ok(Reply::data(
        groups.map(|group| summary(group, call)).collect(),
    ))
}

/// Answers `POST /api/target-groups/search`.
pub(crate) fn search(world: &mut World, call: &Call) -> Answer {
    found(world, call, |_| true, row)
}

/// Answers `POST /api/target-groups/search/current-company`: the same groups with fewer columns.
pub(crate) fn search_current_company(world: &mut World, call: &Call) -> Answer {
    const COLUMNS: [&str; 7] = [
        "companyName",
        "createTime",
        "name",
        "priority",
        "resourceId",
        "updateTime",
        "userCount",
    ];
    found(
        world,
        call,
        |_| true,
        |company, group, call| {
            let mut row = row(company, group, call);
            if let Some(row) = row.as_object_mut() {
                row.retain(|name, _| COLUMNS.contains(&name.as_str()));
            }
            row
        },
    )
}

/// Answers `POST /api/target-users/{resourceId}/groups`. The document has rows of users here; the
/// web client reads groups.
pub(crate) fn of_user(world: &mut World, call: &Call) -> Answer {
    let people = &world.companies[call.company].people;
    let user = people.find(call.id("resourceId", "The user")?);
    let user = user.ok_or_else(|| Failure::not_found("The user was not found"))?;
    let is_in = |group: &Group| group.members.contains(&(user as u32));
    found(world, call, is_in, |_, group, call| {
        json!({
            "resourceId": group.id.to_string(),
            "name": group.name,
            "priority": group.priority.name(),
            "createTime": call.dialect().timestamp(group.created),
        })
    })
}

/// The page of groups that a search asks for, of those that are wanted at all.
fn found(
    world: &World,
    call: &Call,
    wanted: impl Fn(&Group) -> bool,
    show: impl Fn(&Company, &Group, &Call) -> Value,
) -> Answer {
    let vocabulary = Vocabulary {
        field: &GroupField::parse,
        free_text: &[GroupField::Name],
        breaks_free_text: &|_| false,
        accept_equal: call.rules().accept_equal_operator,
    };
    let search = Search::parse(call.fields()?, &vocabulary, |_| true)?;
    let company = &world.companies[call.company];
    let groups = company.groups.iter().filter(|group| wanted(group));
    let found = search.select(groups, |group, field| field.read(group));
    Ok(Reply::data(Value::Object(
        search.page(&found, |group| show(company, group, call)),
    )))
}

/// The groups that a body lists under `targetGroupResourceIds`: 404 if the company lacks one.
pub(crate) fn named_in(body: Fields<'_>, company: &Company) -> Result<Vec<ResourceId>, Failure> {
    let known = |id: &str| {
        id.parse()
            .ok()
            .and_then(|id| company.group(id))
            .map(|group| group.id)
    };
    let ids = body.texts("targetGroupResourceIds")?.into_iter();
    ids.map(|id| known(id).ok_or_else(|| Failure::not_found("The group was not found")))
        .collect()
}

/// What a single group and the plain list show.
fn summary(group: &Group, call: &Call) -> Value {
    json!({
        "resourceId": group.id.to_string(),
        "name": group.name,
        "priority": group.priority.name(),
        "createDate": call.dialect().timestamp(group.created),
        "isEditable": true,
        "isScimGroup": false,
        "isGoogleGroup": false,
    })
}

fn row(company: &Company, group: &Group, call: &Call) -> Value {
    let members = group
        .members
        .iter()
        .map(|&index| &company.people[index as usize])
        .filter(|user| !user.deleted);
    let (users, with_phone) = members.fold((0u32, 0u32), |(users, with_phone), user| {
        (
            users + 1,
            with_phone + u32::from(!user.phone_number.is_empty()),
        )
    });
    json!({
        "resourceId": group.id.to_string(),
        "name": group.name,
        "companyName": company.name,
        "userCount": users,
        "userCountWithPhoneNumber": with_phone,
        "priority": group.priority.name(),
        "createTime": call.dialect().timestamp(group.created),
        "updateTime": null,
        "isEditable": true,
        "scimSettingName": null,
        "ldapConfigName": null,
        "isSelected": false,
        "isScimGroup": false,
        "isGoogleGroup": false,
    })
}

#[derive(Clone, Copy, Debug)]
enum GroupField {
    Name,
    Priority,
    UserCount,
    CreateTime,
}

impl GroupField {
    fn parse(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "name" => Some(Self::Name),
            "priority" => Some(Self::Priority),
            "usercount" => Some(Self::UserCount),
            "createtime" => Some(Self::CreateTime),
            _ => None,
        }
    }

    fn read<'r>(self, group: &&'r Group) -> Datum<'r> {
        match self {
            Self::Name => Datum::Text(Cow::Borrowed(&group.name)),
            Self::Priority => Datum::Named {
                name: group.priority.name(),
                code: group.priority as i64,
            },
            Self::UserCount => Datum::Number(group.members.len() as f64),
            Self::CreateTime => Datum::Time(group.created),
        }
    }
}
