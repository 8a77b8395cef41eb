//! Calls for many users at once, picked by id or by a filter.

use std::collections::HashSet;

use serde_json::{Value, json};

use super::record::UserField;
use super::search::vocabulary;
use crate::envelope::{Answer, Failure, Reply};
use crate::fields::Fields;
use crate::filter::Filter;
use crate::request::Call;
use crate::state::{Company, World};

/// Answers `DELETE /api/target-users/bulk-delete`: all of the users that are named, or none.
pub(crate) fn bulk_delete(world: &mut World, call: &Call) -> Answer {
    let company = &mut world.companies[call.company];
    let body = call.fields()?;
    let everyone = body.flag("selectAll")?.unwrap_or(false);
    let chosen = chosen(body, company, call, "items", "excludedItems")?;
    // Whoever selects everyone has not named those that cannot be deleted.
    let (owned, free): (Vec<_>, Vec<_>) = chosen
        .into_iter()
        .partition(|&index| company.people[index].scim);
    if !owned.is_empty() && !everyone {
        return Err(Failure::input(
            "A user belongs to an identity provider and cannot be edited here",
        ));
    }
    let now = call.core.settings.clock.now();
    for index in free {
        company.people.delete(index, now);
    }
    Ok(Reply::Data {
        data: json!({ "resourceId": Value::Null }),
        message: "The users were deleted",
    })
}

/// Where the undeleted users are that a body picks: those it lists under `ids`, or with `selectAll`
/// those that its filter accepts and `excluded` does not list. 404 for a listed one that is not
/// there.
pub(super) fn chosen(
    body: Fields<'_>,
    company: &Company,
    call: &Call,
    ids: &str,
    excluded: &str,
) -> Result<Vec<usize>, Failure> {
    let place = |id: &str| {
        let index = id.parse().ok().and_then(|id| company.people.find(id));
        index.filter(|&index| !company.people[index].deleted)
    };
    if !body.flag("selectAll")?.unwrap_or(false) {
        let listed = body.texts(ids)?.into_iter().map(place);
        let mut found: Vec<usize> = listed
            .collect::<Option<_>>()
            .ok_or_else(|| Failure::not_found("A user was not found"))?;
        found.sort_unstable();
        found.dedup();
        return if found.is_empty() {
            Err(Failure::input(format!("{ids} must name at least one user")))
        } else {
            Ok(found)
        };
    }
    let field = |name: &str| UserField::parse(name, company);
    let filter = Filter::parse(body.get("filter"), &vocabulary(&field, call))?;
    let spared: HashSet<usize> = body
        .texts(excluded)?
        .into_iter()
        .filter_map(place)
        .collect();
    let users = company.people.iter().enumerate();
    let wanted = users.filter(|(index, user)| {
        !user.deleted
            && !spared.contains(index)
            && filter.accepts(&|field: &UserField| field.read(user))
    });
    Ok(wanted.map(|(index, _)| index).collect())
}
