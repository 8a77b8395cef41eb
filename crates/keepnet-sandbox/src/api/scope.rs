//! The company that a call acts in.

use hyper::header::HeaderMap;
use jiff::Timestamp;

use crate::http::{ApiError, header};
use crate::seed::Role;
use crate::state::{Caller, CompanyIndex, State};

/// The documented company header.
pub(crate) const KEEPNET_HEADER: &str = "x-keepnet-company-id";
/// The company header that the service's own clients send.
pub(crate) const IR_HEADER: &str = "x-ir-company-id";

/// The company that the headers name. Without a header this is the caller's own company: a reseller
/// who forgets the header acts in the company of the reseller.
pub(crate) fn company_of_call(
    state: &State,
    caller: &Caller,
    headers: &HeaderMap,
    now: Timestamp,
) -> Result<CompanyIndex, ApiError> {
    let id = match (header(headers, KEEPNET_HEADER), header(headers, IR_HEADER)) {
        ("", "") => return Ok(caller.home),
        (id, "") | ("", id) => id,
        (one, other) if one != other => {
            return Err(ApiError::input(
                "The two company headers name different companies",
            ));
        }
        (id, _) => id,
    };
    let company = find_accessible(state, caller, id)?;
    let entered = &state.companies[company];
    // The service lets a reseller into an expired company whatever its privacy setting is.
    if company != caller.home && entered.privacy == 0 && !entered.license.is_expired(now) {
        return Err(ApiError::privacy());
    }
    Ok(company)
}

/// Finds a company that the caller may act in.
pub(crate) fn find_accessible(
    state: &State,
    caller: &Caller,
    id: &str,
) -> Result<CompanyIndex, ApiError> {
    let found = state.find_company(id).filter(|&index| {
        let is_customer = state.companies[index].parent == Some(caller.home);
        index == caller.home || (caller.role == Role::Reseller && is_customer)
    });
    found.ok_or_else(|| ApiError::not_found("You manage no company with this id"))
}
