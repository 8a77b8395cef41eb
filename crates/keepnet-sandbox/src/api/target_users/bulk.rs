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
    let selected = find_selected(body, company, call, "items", "excludedItems", false)?;
    let is_owned = |index: &UserIndex| company.people[*index].directory.is_some();
    let (owned, deletable): (Vec<_>, Vec<_>) = selected.into_iter().partition(is_owned);
    // With `selectAll`, the caller has not named the users that cannot be deleted.
    if !owned.is_empty() && !body.is_set("selectAll")? {
        return Err(ApiError::owned_by_directory(call.rules()));
    }
    let now = call.now();
    for index in deletable {
        company.delete_user(index, now);
    }
    Ok(Reply::message(
        "The users were deleted",
        json!({ "resourceId": Value::Null }),
    ))
}

/// Finds the undeleted users that a body selects: those listed under `ids`, or with `selectAll` those
/// that the filter accepts and `excluded` does not list. A listed user that does not exist is a 404; so
/// is a deleted one, unless `ignore_deleted` leaves it out.
pub(super) fn find_selected(
    body: JsonObject<'_>,
    company: &Company,
    call: &Call,
    ids: &str,
    excluded: &str,
    ignore_deleted: bool,
) -> Result<Vec<UserIndex>, ApiError> {
    let find = |id: &str| company.people.find_undeleted(id.parse().ok()?);
    if !body.is_set("selectAll")? {
        let texts = body.texts(ids)?;
        if texts.is_empty() {
            return Err(ApiError::input(format!(
                "{ids} must name at least one user"
            )));
        }
        let is_deleted = |id: &&str| {
            let index = id.parse().ok().and_then(|id| company.people.find(id));
            index.is_some_and(|index| company.people[index].deleted)
        };
        let texts = texts.into_iter();
        let texts = texts.filter(|id| !(ignore_deleted && is_deleted(id)));
        let listed: Option<Vec<_>> = texts.map(find).collect();
        let mut listed = listed.ok_or_else(|| ApiError::not_found("A user was not found"))?;
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
