//! Roles: the list of them, and finding them by id.

use serde_json::json;

use crate::call::Call;
use crate::http::{ApiError, HandlerResult, Reply};
use crate::seed::Role;
use crate::state::{Company, State};

/// Handles `GET /api/roles`.
pub(crate) fn list(state: &mut State, call: &Call) -> HandlerResult {
    let roles = offered_roles(&state.companies[call.company]);
    let roles = roles.map(|role| json!({ "resourceId": role.id(), "name": role.name() }));
    Ok(Reply::data(roles.collect()))
}

/// Finds the roles with the ids in `roleResourceIdList`: at least one, and only roles that the
/// company offers.
pub(super) fn find_selected(company: &Company, call: &Call) -> Result<Vec<Role>, ApiError> {
    let ids = call.body()?.texts("roleResourceIdList")?;
    if ids.is_empty() {
        let problem = "Role should be selected".to_owned();
        return Err(ApiError::validation(vec![problem]));
    }
    let find = |id: &str| offered_roles(company).find(|role| role.id() == id);
    let roles: Option<Vec<_>> = ids.into_iter().map(find).collect();
    roles.ok_or_else(|| ApiError::not_found("A role was not found"))
}

/// A customer of a reseller has no customers of its own, so it has no resellers.
fn offered_roles(company: &Company) -> impl Iterator<Item = Role> {
    let is_reseller = company.parent.is_none();
    let is_offered = move |role: &Role| is_reseller || *role == Role::CompanyAdmin;
    Role::ALL.into_iter().filter(is_offered)
}
