//! Target groups.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::validation::parse_name;
use crate::call::Call;
use crate::http::{ApiError, HandlerResult, JsonObject, Reply};
use crate::resource_id::ResourceId;
use crate::search::{FieldValue, Getter, Search, SearchFields};
use crate::state::{Company, Directory, Group, Priority, State};

/// Handles `GET /api/target-groups`.
pub(crate) fn list(state: &mut State, call: &Call) -> HandlerResult {
    let groups = state.companies[call.company].groups.iter();
    Ok(Reply::data(
        groups.map(|group| summary(group, call)).collect(),
    ))
}

/// Handles `POST /api/target-groups/search`.
pub(crate) fn search(state: &mut State, call: &Call) -> HandlerResult {
    search_groups(state, call, |_| true, row)
}

/// Handles `POST /api/target-groups/search/current-company`: the same groups with fewer properties.
pub(crate) fn search_current_company(state: &mut State, call: &Call) -> HandlerResult {
    const PROPERTIES: [&str; 7] = [
        "companyName",
        "createTime",
        "name",
        "priority",
        "resourceId",
        "updateTime",
        "userCount",
    ];
    let show = |company: &Company, group: &Group, call: &Call| {
        let mut row = row(company, group, call);
        PROPERTIES
            .iter()
            .map(|name| ((*name).to_owned(), row[*name].take()))
            .collect()
    };
    search_groups(state, call, |_| true, show)
}

/// Handles `POST /api/target-users/{resourceId}/groups`. The document declares rows of users, but
/// the service returns groups.
pub(crate) fn groups_of_user(state: &mut State, call: &Call) -> HandlerResult {
    let people = &state.companies[call.company].people;
    let user = call.find("The user", |id| people.find(id))?;
    let is_member = |group: &Group| group.members.contains(&user);
    search_groups(state, call, is_member, |_, group, call| {
        json!({
            "resourceId": group.id.to_string(),
            "name": group.name,
            "priority": group.priority.name(),
            "createTime": call.dialect().timestamp(group.created),
        })
    })
}

/// Handles `POST /api/target-groups`.
pub(crate) fn create(state: &mut State, call: &Call) -> HandlerResult {
    let id = state.ids.next();
    let company = &mut state.companies[call.company];
    let (name, priority) = parse(call.body()?, company, None)?;
    company.groups.push(Group {
        id,
        name,
        priority,
        created: call.now(),
        members: BTreeSet::new(),
        directory: None,
    });
    Ok(Reply::id(id, "The group was created"))
}

/// Handles `GET /api/target-groups/{resourceId}`.
pub(crate) fn show(state: &mut State, call: &Call) -> HandlerResult {
    let company = &state.companies[call.company];
    Ok(Reply::data(summary(find(company, call)?, call)))
}

/// Handles `PUT /api/target-groups/{resourceId}`. Clients send the whole row back, so all other
/// properties are ignored.
pub(crate) fn update(state: &mut State, call: &Call) -> HandlerResult {
    let company = &mut state.companies[call.company];
    let id = find_editable(company, call)?.id;
    let (name, priority) = parse(call.body()?, company, Some(id))?;
    if let Some(group) = company.group_mut(id) {
        group.name = name;
        group.priority = priority;
    }
    Ok(Reply::id(id, "The group was updated"))
}

/// Handles `DELETE /api/target-groups/{resourceId}`. The users of the group are kept.
pub(crate) fn delete(state: &mut State, call: &Call) -> HandlerResult {
    let company = &mut state.companies[call.company];
    let id = find_editable(company, call)?.id;
    company.groups.retain(|group| group.id != id);
    Ok(Reply::id(id, "The group was deleted"))
}

/// Finds the group of the path.
pub(super) fn find<'s>(company: &'s Company, call: &Call) -> Result<&'s Group, ApiError> {
    call.find("The group", |id| company.group(id))
}

/// Finds the group of the path: 400 if a directory fills it.
pub(super) fn find_editable<'s>(company: &'s Company, call: &Call) -> Result<&'s Group, ApiError> {
    ensure_editable(find(company, call)?)
}

/// The service's web client changes no group of a directory, so the service must refuse it as well.
fn ensure_editable(group: &Group) -> Result<&Group, ApiError> {
    match group.directory {
        None => Ok(group),
        Some(_) => Err(ApiError::input("A directory fills the group")),
    }
}

/// Finds the groups with the ids in `targetGroupResourceIds`: 400 if a directory fills one.
pub(super) fn find_selected(
    body: JsonObject<'_>,
    company: &Company,
) -> Result<Vec<ResourceId>, ApiError> {
    let find = |id: &str| company.group(id.parse().ok()?);
    let ids = body.texts("targetGroupResourceIds")?.into_iter();
    ids.map(|id| {
        let group = find(id).ok_or_else(|| ApiError::not_found("The group was not found"))?;
        Ok(ensure_editable(group)?.id)
    })
    .collect()
}

/// The page of groups that a body asks for, out of those that `is_wanted` accepts.
fn search_groups(
    state: &State,
    call: &Call,
    is_wanted: impl Fn(&Group) -> bool,
    show: impl Fn(&Company, &Group, &Call) -> Value,
) -> HandlerResult {
    let fields = SearchFields::new(find_field, &["name"], call.rules());
    let search = Search::parse(call.body()?, &fields)?;
    let company = &state.companies[call.company];
    let groups = company.groups.iter().filter(|group| is_wanted(group));
    let found = search.select(groups, |&group, field| field(group));
    let page = search.page_json(&found, |group| show(company, group, call));
    Ok(Reply::data(page))
}

/// The name and the priority of a body. `own` is the group that may keep its name.
fn parse(
    body: JsonObject<'_>,
    company: &Company,
    own: Option<ResourceId>,
) -> Result<(String, Priority), ApiError> {
    let name = parse_name(body)?;
    let priority = match body.text_or_empty("priority")? {
        "" => Priority::Medium,
        text => Priority::parse(text)
            .ok_or_else(|| ApiError::input(format!("{text} is not a priority")))?,
    };
    let mut others = company.groups.iter().filter(|group| Some(group.id) != own);
    if others.any(|other| other.name.to_lowercase() == name.to_lowercase()) {
        return Err(ApiError::input("A group with this name already exists"));
    }
    Ok((name, priority))
}

/// What a single group and the plain list show.
fn summary(group: &Group, call: &Call) -> Value {
    json!({
        "resourceId": group.id.to_string(),
        "name": group.name,
        "priority": group.priority.name(),
        "createDate": call.dialect().timestamp(group.created),
        "isEditable": group.directory.is_none(),
        "isScimGroup": group.directory == Some(Directory::Scim),
        "isGoogleGroup": group.directory == Some(Directory::Google),
    })
}

fn row(company: &Company, group: &Group, call: &Call) -> Value {
    let members = group.members.iter().map(|&index| &company.people[index]);
    let members: Vec<_> = members.filter(|user| !user.deleted).collect();
    let with_phone = members.iter().filter(|user| !user.phone_number.is_empty());
    json!({
        "resourceId": group.id.to_string(),
        "name": group.name,
        "companyName": company.name,
        "userCount": members.len(),
        "userCountWithPhoneNumber": with_phone.count(),
        "priority": group.priority.name(),
        "createTime": call.dialect().timestamp(group.created),
        "updateTime": null,
        "isEditable": group.directory.is_none(),
        "scimSettingName": (group.directory == Some(Directory::Scim)).then_some("SCIM"),
        "ldapConfigName": null,
        "isSelected": false,
        "isScimGroup": group.directory == Some(Directory::Scim),
        "isGoogleGroup": group.directory == Some(Directory::Google),
    })
}

fn find_field(name: &str) -> Option<Getter<Group>> {
    Some(match name {
        "name" => |group| FieldValue::text(&group.name),
        "priority" => |group| FieldValue::named(group.priority.name(), group.priority as i64),
        "usercount" => |group| FieldValue::Number(group.members.len() as f64),
        "createtime" => |group| FieldValue::Time(group.created),
        _ => return None,
    })
}
