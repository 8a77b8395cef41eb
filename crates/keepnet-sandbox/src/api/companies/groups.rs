//! The groups of companies of a reseller.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::api::scope;
use crate::api::validation::parse_name;
use crate::call::Call;
use crate::http::{ApiError, HandlerResult, JsonObject, Reply};
use crate::reference::REFERENCE;
use crate::resource_id::ResourceId;
use crate::search::{FieldValue, Getter, Search, SearchFields};
use crate::state::{Company, CompanyGroup, CompanyIndex, State};

/// Handles `GET /api/company-groups`.
pub(crate) fn list(state: &mut State, call: &Call) -> HandlerResult {
    let groups = groups(state, call).map(|group| {
        json!({
            "resourceId": group.id.to_string(),
            "name": group.name,
            "addedTime": call.dialect().timestamp(group.created),
            "companyCount": group.members.len(),
        })
    });
    Ok(Reply::data(groups.collect()))
}

/// Handles `POST /api/company-groups/search`.
pub(crate) fn search(state: &mut State, call: &Call) -> HandlerResult {
    let fields = SearchFields::new(find_group_field, &["name"], call.rules());
    let search = Search::parse(call.body()?, &fields)?;
    let found = search.select(groups(state, call), |&group, field| field(group));
    let page = search.page_json(&found, |group| {
        json!({
            "resourceId": group.id.to_string(),
            "name": group.name,
            "companyCount": group.members.len(),
            "createTime": call.dialect().timestamp(group.created),
        })
    });
    Ok(Reply::data(page))
}

/// Handles `POST /api/company-groups`.
pub(crate) fn create(state: &mut State, call: &Call) -> HandlerResult {
    let body = call.body()?;
    let name = parse_group_name(state, call, body, None)?;
    let members = find_companies(state, call, body)?;
    let id = state.ids.next();
    state.company_groups.push(CompanyGroup {
        id,
        name,
        reseller: call.caller.home,
        created: call.now(),
        members,
    });
    Ok(Reply::id(id, "The group was created"))
}

/// Handles `GET /api/company-groups/{resourceId}`.
pub(crate) fn show(state: &mut State, call: &Call) -> HandlerResult {
    let group = &state.company_groups[find(state, call)?];
    Ok(Reply::data(json!({
        "resourceId": group.id.to_string(),
        "name": group.name,
        "addedTime": call.dialect().timestamp(group.created),
        "companyCount": group.members.len(),
    })))
}

/// Handles `PUT /api/company-groups/{resourceId}`: the name and, if it is given, the whole list of
/// companies.
pub(crate) fn update(state: &mut State, call: &Call) -> HandlerResult {
    let (index, body) = (find(state, call)?, call.body()?);
    let id = state.company_groups[index].id;
    let name = parse_group_name(state, call, body, Some(id))?;
    let members = match body.get("companyResourceIdArray") {
        None | Some(Value::Null) => None,
        Some(_) => Some(find_companies(state, call, body)?),
    };
    let group = &mut state.company_groups[index];
    group.name = name;
    group.members = members.unwrap_or_else(|| std::mem::take(&mut group.members));
    Ok(Reply::id(id, "The group was updated"))
}

/// Handles `DELETE /api/company-groups/{resourceId}`. The companies of the group are kept.
pub(crate) fn delete(state: &mut State, call: &Call) -> HandlerResult {
    let index = find(state, call)?;
    let group = state.company_groups.remove(index);
    Ok(Reply::id(group.id, "The group was deleted"))
}

/// Handles `PUT /api/company-groups/{resourceId}/participants`, which adds companies: the web client
/// sends only the new ones.
pub(crate) fn add_companies(state: &mut State, call: &Call) -> HandlerResult {
    let index = find(state, call)?;
    let added = find_companies(state, call, call.body()?)?;
    let group = &mut state.company_groups[index];
    group.members.extend(added);
    Ok(Reply::id(group.id, "The companies were added"))
}

/// Handles `DELETE /api/company-groups/{resourceId}/participants`.
pub(crate) fn remove_companies(state: &mut State, call: &Call) -> HandlerResult {
    let index = find(state, call)?;
    let removed = find_companies(state, call, call.body()?)?;
    let group = &mut state.company_groups[index];
    group.members.retain(|member| !removed.contains(member));
    Ok(Reply::id(group.id, "The companies were removed"))
}

/// Handles `POST /api/company-groups/{resourceId}/companies/search`.
pub(crate) fn companies(state: &mut State, call: &Call) -> HandlerResult {
    let group = &state.company_groups[find(state, call)?];
    let fields = SearchFields::new(find_company_field, &["companyname"], call.rules());
    let search = Search::parse(call.body()?, &fields)?;
    let members = group.members.iter().map(|&index| &state.companies[index]);
    let found = search.select(members, |&company, field| field(company));
    let page = search.page_json(&found, |company| {
        json!({
            "companyName": company.name,
            "companyResourceId": company.id,
            "companyStatusId": 1,
            "companyStatusName": "Active",
            "industryName": REFERENCE.industry.name,
            "industryResourceId": REFERENCE.industry.id,
            "licenseTypeName": company.license.kind.name,
            "licenseTypeResourceId": company.license.kind.id,
            "isNumberOfUsersLimited": company.license.limit.is_some(),
            "numberOfUsers": company.license.stored_limit().to_string(),
            "licenseEndDate": call.dialect().timestamp(company.license.end),
            "createTime": call.dialect().timestamp(company.created),
        })
    });
    Ok(Reply::data(page))
}

/// The groups of the caller.
fn groups<'s>(state: &'s State, call: &Call) -> impl Iterator<Item = &'s CompanyGroup> {
    let home = call.caller.home;
    let groups = state.company_groups.iter();
    groups.filter(move |group| group.reseller == home)
}

/// The position of the group of the path.
fn find(state: &State, call: &Call) -> Result<usize, ApiError> {
    let home = call.caller.home;
    call.find("The group", |id| {
        let mut groups = state.company_groups.iter();
        groups.position(|group| group.id == id && group.reseller == home)
    })
}

/// The companies that a body lists, all of which the caller manages.
fn find_companies(
    state: &State,
    call: &Call,
    body: JsonObject<'_>,
) -> Result<BTreeSet<CompanyIndex>, ApiError> {
    let ids = body.texts("companyResourceIdArray")?.into_iter();
    ids.map(|id| scope::find_accessible(state, &call.caller, id))
        .collect()
}

/// The name of a body. `own` is the group that may keep its name.
fn parse_group_name(
    state: &State,
    call: &Call,
    body: JsonObject<'_>,
    own: Option<ResourceId>,
) -> Result<String, ApiError> {
    let name = parse_name(body)?;
    let mut others = groups(state, call).filter(|group| Some(group.id) != own);
    if others.any(|other| other.name.to_lowercase() == name.to_lowercase()) {
        return Err(ApiError::input("A group with this name already exists"));
    }
    Ok(name)
}

fn find_group_field(name: &str) -> Option<Getter<CompanyGroup>> {
    Some(match name {
        "name" => |group| FieldValue::text(&group.name),
        "companycount" => |group| FieldValue::Number(group.members.len() as f64),
        "createtime" => |group| FieldValue::Time(group.created),
        _ => return None,
    })
}

fn find_company_field(name: &str) -> Option<Getter<Company>> {
    Some(match name {
        "companyname" => |company| FieldValue::text(&company.name),
        "industryresourceid" => |_| FieldValue::text(&REFERENCE.industry.id),
        "licensetyperesourceid" => |company| FieldValue::text(&company.license.kind.id),
        "licenseenddate" => |company| FieldValue::Time(company.license.end),
        "createtime" => |company| FieldValue::Time(company.created),
        _ => return None,
    })
}
