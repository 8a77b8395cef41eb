//! Calls for many users, selected by id or by a filter.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::fields::{UserField, user_fields};
use crate::call::Call;
use crate::http::{ApiError, HandlerResult, JsonObject, Reply};
use crate::search::Filter;
use crate::state::{Company, State, UserIndex};

/// Handles `DELETE /api/target-users/bulk-delete`: deletes all selected users, or none.
pub(crate) fn bulk_delete(state: &mut State, call: &Call) -> HandlerResult {
    let company = &mut state.companies[call.company];
    let body = call.body()?;
    let selected = find_selected(body, company, call, "items", "excludedItems")?;
    let is_scim = |index: &UserIndex| company.people[*index].scim;
    let (scim, deletable): (Vec<_>, Vec<_>) = selected.into_iter().partition(is_scim);
    // With `selectAll`, the caller has not named the users that cannot be deleted.
    if !scim.is_empty() && !body.is_set("selectAll")? {
        return Err(ApiError::input(
            "A user belongs to an identity provider and cannot be edited here",
        ));
    }
    let now = call.now();
    for index in deletable {
        company.people.delete(index, now);
    }
    Ok(Reply::message(
        "The users were deleted",
        json!({ "resourceId": Value::Null }),
    ))
}

/// Finds the undeleted users that a body selects: those listed under `ids`, or with `selectAll` those
/// that the filter accepts and `excluded` does not list. A listed user that does not exist is a 404.
pub(super) fn find_selected(
    body: JsonObject<'_>,
    company: &Company,
    call: &Call,
    ids: &str,
    excluded: &str,
) -> Result<Vec<UserIndex>, ApiError> {
    let find = |id: &str| company.people.find_undeleted(id.parse().ok()?);
    if !body.is_set("selectAll")? {
        let listed: Option<Vec<_>> = body.texts(ids)?.into_iter().map(find).collect();
        let mut listed = listed.ok_or_else(|| ApiError::not_found("A user was not found"))?;
        if listed.is_empty() {
            return Err(ApiError::input(format!(
                "{ids} must name at least one user"
            )));
        }
        listed.sort_unstable();
        listed.dedup();
        return Ok(listed);
    }
    let filter = Filter::parse(body.get("filter"), &user_fields(company, call.rules()))?;
    let excluded: HashSet<_> = body.texts(excluded)?.into_iter().filter_map(find).collect();
    let wanted = company.people.indexed().filter(|(index, user)| {
        !user.deleted
            && !excluded.contains(index)
            && filter.accepts(&|field: &UserField| field.read(user))
    });
    Ok(wanted.map(|(index, _)| index).collect())
}
