//! Roles: the list of them, and finding them by id.

use serde_json::json;

use crate::call::Call;
use crate::http::{ApiError, HandlerResult, Reply};
use crate::seed::Role;
use crate::state::{Company, NamedRole, ROLES, State};

/// Handles `GET /api/roles`.
pub(crate) fn list(state: &mut State, call: &Call) -> HandlerResult {
    let company = &state.companies[call.company];
    let roles = ROLES.iter().filter(|role| is_offered(company, role));
    let roles = roles.map(|role| json!({ "resourceId": role.id, "name": role.name }));
    Ok(Reply::data(roles.collect()))
}

/// Finds the roles with the ids in `roleResourceIdList`: at least one, and only roles that the
/// company offers.
pub(super) fn find_selected(
    company: &Company,
    call: &Call,
) -> Result<Vec<&'static NamedRole>, ApiError> {
    let ids = call.body()?.texts("roleResourceIdList")?;
    if ids.is_empty() {
        let problem = "Role should be selected".to_owned();
        return Err(ApiError::validation(vec![problem]));
    }
    let find = |id: &str| {
        let mut roles = ROLES.iter();
        roles.find(|role| role.id == id && is_offered(company, role))
    };
    let roles: Option<Vec<_>> = ids.into_iter().map(find).collect();
    roles.ok_or_else(|| ApiError::not_found("A role was not found"))
}

/// A customer of a reseller has no customers of its own, so it has no resellers.
fn is_offered(company: &Company, role: &NamedRole) -> bool {
    role.role == Role::CompanyAdmin || company.parent.is_none()
}
