//! Searching and exporting users.

use std::sync::Arc;

use serde_json::json;

use super::fields::{UserField, user_fields};
use super::view;
use crate::api::export::{ExportFile, ExportRequest};
use crate::call::Call;
use crate::http::{ApiError, HandlerResult, JsonObject, Reply};
use crate::search::Search;
use crate::state::{Company, State, User, UserIndex};

/// Handles `POST /api/target-users/search`. Deleted users are found as well, unless the filter
/// excludes them.
pub(crate) fn search(state: &mut State, call: &Call) -> HandlerResult {
    let body = call.body()?;
    let company = &mut state.companies[call.company];
    let search = parse_search(body, company, call)?;
    let criteria = ["filter", "orderBy", "ascending"].map(|name| body.get(name));
    let criteria = json!(criteria).to_string();
    let found = company.people.cached_search(criteria, |people| {
        let found = search.select(people.indexed(), |(_, user), field| field.read(user));
        found.into_iter().map(|(index, _)| index).collect()
    });
    let (page, total) = (search.page(found).to_vec(), found.len());
    let users = page.iter().filter_map(|&index| company.people.get(index));
    let rows = users.map(|user| view::row(user, company, call));
    Ok(Reply::data(search.rows_json(rows.collect(), total)))
}

/// Handles `POST /api/target-users/search-email`: the users with this address, in the form of a
/// single user.
pub(crate) fn search_email(state: &mut State, call: &Call) -> HandlerResult {
    let body = call.body()?;
    let address = body.text_or_empty("email")?.to_lowercase();
    let company = &state.companies[call.company];
    // The body has the paging of a search, and the address instead of a filter.
    let search = json!({
        "filter": {},
        "orderBy": body.text_or_empty("orderBy")?,
        "ascending": body.get("ascending"),
        "pageNumber": body.get("pageNumber"),
        "pageSize": body.get("pageSize"),
    });
    let search = parse_search(JsonObject::new(&search, "the body")?, company, call)?;
    let users = company.people.iter();
    let users = users.filter(|user| user.email.to_lowercase() == address);
    let found = search.select(users, |user, field| field.read(user));
    let page = search.page_json(&found, |user| view::detail(user, company));
    Ok(Reply::data(page))
}

/// Handles `POST /api/target-users/by-resource-ids`: the undeleted users with these ids.
pub(crate) fn by_ids(state: &mut State, call: &Call) -> HandlerResult {
    list_by_ids(state, call, |user| !user.deleted)
}

/// Handles `POST /api/target-users/include-deleted/by-resource-ids`.
pub(crate) fn by_ids_including_deleted(state: &mut State, call: &Call) -> HandlerResult {
    list_by_ids(state, call, |_| true)
}

/// Ids of other companies, or of nobody, are left out.
fn list_by_ids(state: &State, call: &Call, is_wanted: impl Fn(&User) -> bool) -> HandlerResult {
    let people = &state.companies[call.company].people;
    let ids = call.body()?.texts("targetUserResourceIds")?.into_iter();
    let found = ids.filter_map(|id| people.find(id.parse().ok()?));
    let users = found.filter_map(|index| Some((index, people.get(index)?)));
    let rows = users.filter(|(_, user)| is_wanted(user));
    let rows = rows.map(|(index, user)| view::contact(index as usize + 1, user));
    Ok(Reply::data(rows.collect()))
}

/// Handles `POST /api/target-users/search/export`.
pub(crate) fn export(state: &mut State, call: &Call) -> HandlerResult {
    export_users(state, call, |_| true)
}

/// Exports the users that a body asks for, out of those that `is_wanted` accepts.
pub(super) fn export_users(
    state: &State,
    call: &Call,
    is_wanted: impl Fn(UserIndex) -> bool,
) -> HandlerResult {
    // A large export is read in parts, so that it does not lock the state for long and does not
    // copy all users at once.
    const USERS_PER_PART: usize = 5_000;
    let request = ExportRequest::parse(call)?;
    let company = &state.companies[call.company];
    let search = parse_search(call.body()?, company, call)?;
    let users = company.people.indexed();
    let users = users.filter(|(index, _)| is_wanted(*index));
    let found = search.select(users, |(_, user), field| field.read(user));
    let wanted = request.select(&search, &found).iter();
    let wanted: Vec<_> = wanted.map(|(index, _)| *index).collect();
    let (core, company_index, dialect) = (Arc::clone(&call.core), call.company, call.dialect());
    let parts = (0..wanted.len()).step_by(USERS_PER_PART);
    let rows = parts.flat_map(move |start| {
        let state = core.state();
        let company = &state.companies[company_index];
        let part = &wanted[start..wanted.len().min(start + USERS_PER_PART)];
        // After a reset in the meantime, some users may not exist.
        let users = part.iter().filter_map(|&index| company.people.get(index));
        let rows = users.map(|user| view::export_row(user, company, dialect));
        rows.collect::<Vec<_>>()
    });
    request.reply(ExportFile {
        sheet_name: "Target Users",
        headers: view::export_headers(company),
        rows: Box::new(rows),
        list_sheet: None,
    })
}

pub(super) fn parse_search(
    body: JsonObject<'_>,
    company: &Company,
    call: &Call,
) -> Result<Search<UserField>, ApiError> {
    Search::parse(body, &user_fields(company, call.rules()))
}
