//! Companies, as a reseller and a company admin see them.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::export::{ExportFile, ExportRequest};
use super::scope;
use crate::call::Call;
use crate::clock;
use crate::dialect::Dialect;
use crate::http::{ApiError, HandlerResult, Reply};
use crate::reference::REFERENCE;
use crate::search::{FieldValue, Getter, Search, SearchFields};
use crate::seed::Role;
use crate::state::{Company, CompanyIndex, State};

/// How long each licence is valid.
const LICENSE_DURATION: SignedDuration = SignedDuration::from_hours(730 * 24);

/// A company in a search, with what its row shows besides.
#[derive(Clone, Copy)]
struct ListedCompany<'s> {
    company: &'s Company,
    reseller: &'s Company,
    now: Timestamp,
}

/// Handles `POST /api/companies/search`.
pub(crate) fn search(state: &mut State, call: &Call) -> HandlerResult {
    let now = call.now();
    let (search, found) = search_customers(state, call, now)?;
    let show = |listed: &ListedCompany<'_>| listed.row(call.dialect());
    let mut page = if call.body()?.is_set("isClustered")? {
        // The only row is the reseller, and the page of companies is nested in it.
        let reseller = &state.companies[call.caller.home];
        let mut parent = show(&ListedCompany {
            company: reseller,
            reseller,
            now,
        });
        parent["children"] = search.page(&found).iter().map(show).collect();
        search.page_json(&[parent], Value::clone)
    } else {
        search.page_json(&found, show)
    };
    let exceeded = customers(state, call).filter(|company| company.exceeds_license());
    page["limitExceededCompanyCount"] = json!(exceeded.count());
    Ok(Reply::data(page))
}

/// Handles `POST /api/companies/search/export`.
pub(crate) fn export(state: &mut State, call: &Call) -> HandlerResult {
    let request = ExportRequest::parse(call)?;
    let (search, found) = search_customers(state, call, call.now())?;
    let rows = request.select(&search, &found).iter();
    let rows: Vec<_> = rows.map(ListedCompany::export_row).collect();
    let headers = [
        "Company Name",
        "Reseller",
        "Industry",
        "License Type",
        "Number of Users",
        "Target Users",
        "License End",
        "Created",
    ];
    request.reply(ExportFile {
        sheet_name: "Companies",
        headers: headers.map(str::to_owned).to_vec(),
        rows: Box::new(rows.into_iter()),
        list_sheet: None,
    })
}

/// Handles `GET /api/companies/my`: the tree of companies that the caller may act in.
pub(crate) fn tree(state: &mut State, call: &Call) -> HandlerResult {
    let node = |company: &Company, children: Vec<Value>| {
        json!({
            "name": company.name,
            "resourceId": company.id,
            "logoUrl": null,
            "privacyDurationId": 1,
            "licenceExpired": false,
            "privacyDurationStartTime": null,
            "privacyDurationEndTime": null,
            "children": children,
        })
    };
    let children = match call.caller.role {
        Role::Reseller => customers(state, call)
            .map(|company| node(company, Vec::new()))
            .collect(),
        Role::CompanyAdmin => Vec::new(),
    };
    let root = node(&state.companies[call.caller.home], children);
    Ok(Reply::data(json!([root])))
}

/// Handles `GET /api/companies/{resourceId}`.
pub(crate) fn show(state: &mut State, call: &Call) -> HandlerResult {
    let company = &state.companies[find(state, call)?];
    Ok(Reply::data(json!({
        "resourceId": company.id,
        "name": company.name,
        "description": "",
        "industryResourceId": REFERENCE.industry.id,
        "industryName": REFERENCE.industry.name,
        "licenseTypeResourceId": REFERENCE.license_type.id,
        "licenseTypeName": REFERENCE.license_type.name,
        "licenseStartDate": call.dialect().timestamp(company.created),
        "licenseEndDate": call.dialect().timestamp(license_end(company)),
        "isNumberOfUsersLimited": company.license_limit.is_some(),
        "numberOfUsers": company.license_limit,
        "statusId": 1,
        "statusName": "Active",
        "licenseModules": [],
        "companyGroups": [],
        "targetUserCount": undeleted_users(company),
        "timeZoneId": "UTC",
        "dateFormat": "DD/MM/YYYY",
        "timeFormat": "24h",
        "tags": [],
        "hasAgenticAILicense": false,
    })))
}

/// Handles `GET /api/companies/{resourceId}/license-check`.
pub(crate) fn license_check(state: &mut State, call: &Call) -> HandlerResult {
    let company = &state.companies[find(state, call)?];
    Ok(Reply::data(json!({
        "isLimited": company.license_limit.is_some(),
        "licenseLimit": company.license_limit,
        "activeUserCount": company.people.counts().active,
        "totalUserCount": undeleted_users(company),
        "isLicenseExceeded": company.exceeds_license(),
    })))
}

/// Parses the search of a body, and finds the companies in order.
fn search_customers<'s>(
    state: &'s State,
    call: &Call,
    now: Timestamp,
) -> Result<(Search<Getter<ListedCompany<'s>>>, Vec<ListedCompany<'s>>), ApiError> {
    let body = call.body()?;
    let fields = SearchFields {
        is_sortable: |name| {
            matches!(
                name,
                "companyname" | "name" | "targetusercount" | "licenseenddate" | "createtime"
            )
        },
        ..SearchFields::new(find_field, &["companyname"], call.rules())
    };
    let search = Search::parse(body, &fields)?;
    let only_exceeded = body.is_set("isTargetUserCountExceededLimit")?;
    let reseller = &state.companies[call.caller.home];
    let listed: Vec<_> = customers(state, call)
        .filter(|company| !only_exceeded || company.exceeds_license())
        .map(|company| ListedCompany {
            company,
            reseller,
            now,
        })
        .collect();
    let found = search.select(listed.iter(), |&listed, field| field(listed));
    let found = found.into_iter().copied().collect();
    Ok((search, found))
}

fn customers<'s>(state: &'s State, call: &Call) -> impl Iterator<Item = &'s Company> {
    let home = call.caller.home;
    let companies = state.companies.iter();
    companies.filter(move |company| company.parent == Some(home))
}

fn find(state: &State, call: &Call) -> Result<CompanyIndex, ApiError> {
    scope::find_accessible(state, &call.caller, call.params.get("resourceId"))
}

fn undeleted_users(company: &Company) -> usize {
    let counts = company.people.counts();
    counts.active + counts.inactive
}

fn license_end(company: &Company) -> Timestamp {
    company.created + LICENSE_DURATION
}

impl ListedCompany<'_> {
    fn is_license_expired(&self) -> bool {
        license_end(self.company) < self.now
    }

    fn row(&self, dialect: Dialect) -> Value {
        let company = self.company;
        let counts = company.people.counts();
        json!({
            "companyName": company.name,
            "companyResourceId": company.id,
            "resellerName": self.reseller.name,
            "industryName": REFERENCE.industry.name,
            "industryResourceId": REFERENCE.industry.id,
            "licenseTypeName": REFERENCE.license_type.name,
            "licenseTypeResourceId": REFERENCE.license_type.id,
            "isNumberOfUsersLimited": company.license_limit.is_some(),
            // The service writes this number as a text in rows, and as a number in a single company.
            "numberOfUsers": company.license_limit.map(|limit| limit.to_string()),
            "privacyDurationId": 1,
            "licenceExpired": self.is_license_expired(),
            "licenseEndDate": dialect.timestamp(license_end(company)),
            "createTime": dialect.timestamp(company.created),
            "targetUserCount": counts.active + counts.inactive,
            "children": [],
            "tags": [],
            "deletedTargetUserCount": counts.deleted,
            "inactiveTargetUserCount": counts.inactive,
            "monthlyActiveUserCount": counts.active,
        })
    }

    fn export_row(&self) -> Vec<String> {
        let company = self.company;
        let limit = company.license_limit.map(|limit| limit.to_string());
        vec![
            company.name.clone(),
            self.reseller.name.clone(),
            REFERENCE.industry.name.clone(),
            REFERENCE.license_type.name.clone(),
            limit.unwrap_or_default(),
            undeleted_users(company).to_string(),
            clock::format_day_first(license_end(company)),
            clock::format_day_first(company.created),
        ]
    }
}

fn find_field<'s>(name: &str) -> Option<Getter<ListedCompany<'s>>> {
    Some(match name {
        "companyname" | "name" => |listed| FieldValue::text(&listed.company.name),
        "resellername" => |listed| FieldValue::text(&listed.reseller.name),
        "industryresourceid" => |_| FieldValue::text(&REFERENCE.industry.id),
        "licensetyperesourceid" => |_| FieldValue::text(&REFERENCE.license_type.id),
        "targetusercount" => |listed| FieldValue::Number(undeleted_users(listed.company) as f64),
        "numberofusers" => |listed| {
            let limit = listed.company.license_limit;
            limit.map_or(FieldValue::Blank, |limit| FieldValue::Number(limit.into()))
        },
        "tags" => |_| FieldValue::Blank,
        "licenseenddate" => |listed| FieldValue::Time(license_end(listed.company)),
        "licenceexpired" => |listed| FieldValue::Flag(listed.is_license_expired()),
        "createtime" => |listed| FieldValue::Time(listed.company.created),
        _ => return None,
    })
}
