//! The domains of users that a company has verified.

use serde_json::json;

use crate::call::Call;
use crate::http::{HandlerResult, Reply};
use crate::state::State;

/// Handles `GET /api/allow-list/search/unverified`: the domains of users that are not verified.
pub(crate) fn unverified(state: &mut State, call: &Call) -> HandlerResult {
    let company = &state.companies[call.company];
    let mut domains = company.people.domains();
    domains.retain(|domain| !company.verified_domains.contains(domain));
    Ok(Reply::data(json!(domains)))
}

/// Handles `GET /api/allow-list/search/verified`.
pub(crate) fn verified(state: &mut State, call: &Call) -> HandlerResult {
    Ok(Reply::data(json!(
        state.companies[call.company].verified_domains
    )))
}
