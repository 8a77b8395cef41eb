//! Which company a call acts in.

use hyper::header::HeaderMap;

use crate::auth::Caller;
use crate::envelope::Failure;
use crate::seed::Role;
use crate::state::{CompanyIndex, World};

/// The documented company header.
pub(crate) const KEEPNET_HEADER: &str = "x-keepnet-company-id";
/// The company header that the service's own clients send.
pub(crate) const IR_HEADER: &str = "x-ir-company-id";

/// The company that the headers name; without them, the caller's own: a reseller who forgets the
/// header acts in the reseller's company.
pub(crate) fn company(
    world: &World,
    caller: &Caller,
    headers: &HeaderMap,
) -> Result<CompanyIndex, Failure> {
    let id = match (header(headers, KEEPNET_HEADER), header(headers, IR_HEADER)) {
        (None, None) => return Ok(caller.home),
        (Some(one), Some(other)) if one != other => {
            return Err(Failure::input(
                "The two company headers name different companies",
            ));
        }
        (Some(id), _) | (None, Some(id)) => id,
    };
    within_reach(world, caller, id)
        .ok_or_else(|| Failure::not_found("No company with this id is managed by you"))
}

/// The company with this id, if the caller may act in it.
pub(crate) fn within_reach(world: &World, caller: &Caller, id: &str) -> Option<CompanyIndex> {
    let index = world.company(id)?;
    let managed =
        caller.role == Role::Reseller && world.companies[index].parent == Some(caller.home);
    (index == caller.home || managed).then_some(index)
}

/// The value of a company header; an empty one is as good as none.
pub(crate) fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get(name)?
        .to_str()
        .ok()
        .map(str::trim)
        .filter(|value| !value.is_empty())
}
