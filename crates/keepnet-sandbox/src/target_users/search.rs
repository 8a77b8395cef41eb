//! Finding users and handing them out as a file.

use std::sync::Arc;

use serde_json::{Value, json};

use super::record::{self, FREE_TEXT, UserField};
use crate::envelope::{Answer, Failure, Reply};
use crate::fields::Fields;
use crate::filter::Vocabulary;
use crate::paging::Search;
use crate::request::Call;
use crate::spreadsheet::{Rows, Written, write};
use crate::state::{Company, User, World};

/// Answers `POST /api/target-users/search`. Deleted users are in, unless the filter leaves them
/// out.
pub(crate) fn search(world: &mut World, call: &Call) -> Answer {
    let company = &mut world.companies[call.company];
    let search = parse(call.fields()?, company, call)?;
    let found = company.people.listed(search.criteria(), |people| {
        let users = people.iter().enumerate();
        let found = search.select(users, |(_, user), field| field.read(user));
        found.into_iter().map(|(place, _)| place as u32).collect()
    });
    let shown = search.cut(found).to_vec();
    let total = found.len();
    let company = &world.companies[call.company];
    let users = shown
        .iter()
        .filter_map(|&place| company.people.get(place as usize));
    let rows = users.map(|user| record::row(user, company, call.dialect()));
    Ok(Reply::data(Value::Object(
        search.answer(rows.collect(), total),
    )))
}

/// Answers `POST /api/target-users/search-email`: the users with this address, in the form of a
/// single user.
pub(crate) fn search_email(world: &mut World, call: &Call) -> Answer {
    let body = call.fields()?;
    let address = body.text("email")?.unwrap_or_default();
    let company = &world.companies[call.company];
    // The body has the paging of a search, and the address in the place of a filter.
    let paging = json!({
        "filter": {},
        "orderBy": body.text("orderBy")?.unwrap_or_default(),
        "ascending": body.get("ascending"),
        "pageNumber": body.get("pageNumber"),
        "pageSize": body.get("pageSize"),
    });
    let search = parse(Fields::of(&paging, "the body")?, company, call)?;
    let same = |user: &&User| user.email.to_lowercase() == address.to_lowercase();
    let found = search.select(company.people.iter().filter(same), |user, field| {
        field.read(user)
    });
    Ok(Reply::data(Value::Object(
        search.page(&found, |user| record::detail(user, company)),
    )))
}

/// Answers `POST /api/target-users/search/export`.
pub(crate) fn export(world: &mut World, call: &Call) -> Answer {
    export_of(world, call, |_| true)
}

/// The file of the users that a body asks for, of those that are wanted at all.
pub(super) fn export_of(world: &World, call: &Call, wanted: impl Fn(usize) -> bool) -> Answer {
    let body = call.fields()?;
    let name = body.text("exportType")?.unwrap_or_default();
    let format = call
        .dialect()
        .export_format(name)
        .ok_or_else(|| Failure::input("exportType is Excel, CSV or PDF"))?;
    let company = &world.companies[call.company];
    let search = parse(body, company, call)?;
    let users = company.people.iter().enumerate();
    let users = users.filter(|(place, _)| wanted(*place));
    let found = search.select(users, |(_, user), field| field.read(user));
    let shown = if body.flag("reportAllPages")?.unwrap_or(false) {
        &found[..]
    } else {
        search.cut(&found)
    };
    let places = shown.iter().map(|(place, _)| *place).collect();
    let file = Written {
        name: "Target Users",
        headers: record::export_headers(company),
        rows: lines(call, places),
        list: None,
    };
    write(format, file)
}

/// The lines of the users at these places, read so many at a time: a large export neither keeps
/// others waiting nor holds a second copy of everyone.
fn lines(call: &Call, places: Vec<usize>) -> Rows {
    const AT_ONCE: usize = 5_000;
    let (core, company, dialect) = (Arc::clone(&call.core), call.company, call.dialect());
    let parts = (0..places.len()).step_by(AT_ONCE);
    Box::new(parts.flat_map(move |start| {
        let world = core.world();
        let company = &world.companies[company];
        let part = &places[start..places.len().min(start + AT_ONCE)];
        // A reset in between leaves fewer people.
        let users = part.iter().filter_map(|&place| company.people.get(place));
        let lines = users.map(|user| record::export_line(user, company, dialect));
        lines.collect::<Vec<_>>()
    }))
}

pub(super) fn parse(
    body: Fields<'_>,
    company: &Company,
    call: &Call,
) -> Result<Search<UserField>, Failure> {
    let field = |name: &str| UserField::parse(name, company);
    // The time zone column is sorted under the name of its id.
    Search::parse(body, &vocabulary(&field, call), UserField::sortable)
}

/// How a filter over users is understood.
pub(super) fn vocabulary<'a>(
    field: &'a dyn Fn(&str) -> Option<UserField>,
    call: &Call,
) -> Vocabulary<'a, UserField> {
    Vocabulary {
        field,
        free_text: FREE_TEXT,
        breaks_free_text: &UserField::breaks_free_text,
        accept_equal: call.rules().accept_equal_operator,
    }
}
