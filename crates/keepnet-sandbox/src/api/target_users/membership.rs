//! The users of groups.

use serde_json::json;

use super::bulk::find_selected;
use super::search::{export_users, parse_search};
use super::view;
use crate::api::groups;
use crate::call::Call;
use crate::http::{ApiError, HandlerResult, Reply};
use crate::state::{Company, State, UserIndex};

/// Handles `POST /api/target-groups/{resourceId}/users`: the members of a group, or with
/// `excludeGroupUsers` all other users.
pub(crate) fn members(state: &mut State, call: &Call) -> HandlerResult {
    let company = &state.companies[call.company];
    let is_wanted = parse_membership(company, call)?;
    let search = parse_search(call.body()?, company, call)?;
    let users = company.people.indexed();
    let users = users.filter(|(index, _)| is_wanted(*index));
    let found = search.select(users, |(_, user), field| field.read(user));
    let page = search.page_json(&found, |(_, user)| view::row(user, company, call));
    Ok(Reply::data(page))
}

/// Handles `POST /api/target-groups/{resourceId}/users/export`: the users of [`members`] as a file.
pub(crate) fn export_members(state: &mut State, call: &Call) -> HandlerResult {
    let is_wanted = parse_membership(&state.companies[call.company], call)?;
    export_users(state, call, is_wanted)
}

/// Handles `PUT /api/target-groups/users`: adds users to groups.
pub(crate) fn add_to_groups(state: &mut State, call: &Call) -> HandlerResult {
    let company = &mut state.companies[call.company];
    let groups = groups::find_selected(call.body()?, company)?;
    if groups.is_empty() {
        return Err(ApiError::input(
            "targetGroupResourceIds must name at least one group",
        ));
    }
    for user in find_selected_users(company, call)? {
        company.add_to_groups(user, &groups);
    }
    Ok(Reply::message("The users were added", json!([])))
}

/// Handles `DELETE /api/target-groups/{resourceId}/users`. The users remain in the company.
pub(crate) fn remove_from_group(state: &mut State, call: &Call) -> HandlerResult {
    let company = &mut state.companies[call.company];
    let id = groups::find_editable(company, call)?.id;
    let users = find_selected_users(company, call)?;
    if let Some(group) = company.group_mut(id) {
        group.members.retain(|index| !users.contains(index));
    }
    Ok(Reply::id(id, "The users were removed"))
}

/// Whether a user is a member of the group of the path or, with `excludeGroupUsers`, is not.
fn parse_membership<'s>(
    company: &'s Company,
    call: &Call,
) -> Result<impl Fn(UserIndex) -> bool + use<'s>, ApiError> {
    let group = groups::find(company, call)?;
    let excluded = call.body()?.is_set("excludeGroupUsers")?;
    Ok(move |index| group.members.contains(&index) != excluded)
}

/// Finds the users that a change of groups selects. The names differ from those of a bulk deletion.
fn find_selected_users(company: &Company, call: &Call) -> Result<Vec<UserIndex>, ApiError> {
    let (ids, excluded) = ("targetUserResourceIds", "excludedResourceIdList");
    let ignore_deleted = call.rules().ignore_deleted_group_members;
    find_selected(call.body()?, company, call, ids, excluded, ignore_deleted)
}
