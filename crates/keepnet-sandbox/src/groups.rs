//! Target groups.

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::envelope::{Answer, Failure, Reply};
use crate::fields::Fields;
use crate::filter::{Datum, Vocabulary};
use crate::paging::Search;
use crate::request::Call;
use crate::resource_id::ResourceId;
use crate::state::{Company, Group, Priority, World};

/// The longest name of a group.
const LONGEST_NAME: usize = 64;

/// Answers `GET /api/target-groups`.
pub(crate) fn list(world: &mut World, call: &Call) -> Answer {
    let groups = world.companies[call.company].groups.iter().map(|group| {
        json!({
            "resourceId": group.id.to_string(),
            "name": group.name,
            "priority": group.priority.name(),
            "createDate": call.dialect().timestamp(group.created),
            "isEditable": true,
            "isScimGroup": false,
            "isGoogleGroup": false,
        })
    });
    Ok(Reply::data(groups.collect()))
}

/// Answers `POST /api/target-groups`.
pub(crate) fn create(world: &mut World, call: &Call) -> Answer {
    let body = call.fields()?;
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
    let company = &mut world.companies[call.company];
    if company
        .groups
        .iter()
        .any(|group| group.name.to_lowercase() == name.to_lowercase())
    {
        return Err(Failure::input("A group of this name is there already"));
    }
    let id = world.ids.next();
    let created = call.core.settings.clock.now();
    company.groups.push(Group {
        id,
        name: name.to_owned(),
        priority,
        created,
        members: Default::default(),
    });
    Ok(Reply::id(id, "The group was created"))
}

/// Answers `POST /api/target-groups/search`.
pub(crate) fn search(world: &mut World, call: &Call) -> Answer {
    let vocabulary = Vocabulary {
        field: &GroupField::parse,
        free_text: &[GroupField::Name],
        breaks_free_text: &|_| false,
        accept_equal: call.rules().accept_equal_operator,
    };
    let search = Search::parse(call.fields()?, &vocabulary, |_| true)?;
    let company = &world.companies[call.company];
    let found = search.select(company.groups.iter(), |group, field| field.read(group));
    Ok(Reply::data(Value::Object(
        search.page(&found, |group| row(company, group, call)),
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
