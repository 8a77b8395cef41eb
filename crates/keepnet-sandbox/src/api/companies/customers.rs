//! Companies, as a reseller and a company admin see them.

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};

use super::monthly_users;
use crate::api::export::{ExportFile, ExportRequest};
use crate::api::scope;
use crate::call::Call;
use crate::clock;
use crate::dialect::Dialect;
use crate::http::{ApiError, HandlerResult, Reply};
use crate::reference::REFERENCE;
use crate::rules::Rules;
use crate::search::{FieldValue, Getter, Search, SearchFields};
use crate::seed::Role;
use crate::state::{Company, CompanyIndex, State};

/// A company in a search, with what its row shows besides.
#[derive(Clone, Copy)]
struct ListedCompany<'s> {
    company: &'s Company,
    reseller: &'s Company,
    now: Timestamp,
    rules: &'s Rules,
    /// The month of the monthly figure.
    month: Date,
}

/// Handles `POST /api/companies/search`.
pub(crate) fn search(state: &mut State, call: &Call) -> HandlerResult {
    let (search, found) = search_customers(state, call)?;
    let show = |listed: &ListedCompany<'_>| listed.row(call.dialect());
    let mut page = if call.body()?.is_set("isClustered")? {
        // The only row is the reseller, and the page of companies is nested in it.
        let reseller = &state.companies[call.caller.home];
        let mut parent = show(&ListedCompany {
            company: reseller,
            reseller,
            now: call.now(),
            rules: call.rules(),
            month: monthly_users::current_month(call.now()),
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
    let (search, found) = search_customers(state, call)?;
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
            "privacyDurationId": company.privacy,
            "licenceExpired": company.license.is_expired(call.now()),
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
    let index = find(state, call)?;
    let company = &state.companies[index];
    let groups = state.company_groups.iter();
    let groups = groups.filter(|group| group.members.contains(&index));
    let groups =
        groups.map(|group| json!({ "resourceId": group.id.to_string(), "name": group.name }));
    let modules = company.license.modules.iter().map(|module| &module.id);
    Ok(Reply::data(json!({
        "resourceId": company.id,
        "name": company.name,
        "description": "",
        "industryResourceId": REFERENCE.industry.id,
        "industryName": REFERENCE.industry.name,
        "licenseTypeResourceId": company.license.kind.id,
        "licenseTypeName": company.license.kind.name,
        "licenseStartDate": call.dialect().timestamp(company.created),
        "licenseEndDate": call.dialect().timestamp(company.license.end),
        "isNumberOfUsersLimited": company.license.limit.is_some(),
        "numberOfUsers": company.license.stored_limit(),
        "statusId": 1,
        "statusName": "Active",
        "licenseModules": modules.collect::<Vec<_>>(),
        "companyGroups": groups.collect::<Value>(),
        "targetUserCount": target_users(company, call.rules()),
        "timeZoneId": "UTC",
        "dateFormat": "DD/MM/YYYY",
        "timeFormat": "24h",
        "tags": company.tags,
        "hasAgenticAILicense": false,
    })))
}

/// Handles `GET /api/companies/{resourceId}/license-check`.
pub(crate) fn license_check(state: &mut State, call: &Call) -> HandlerResult {
    let company = &state.companies[find(state, call)?];
    Ok(Reply::data(json!({
        "isLimited": company.license.limit.is_some(),
        "licenseLimit": company.license.limit,
        "activeUserCount": company.people.counts().active,
        "totalUserCount": company.people.counts().undeleted(),
        "isLicenseExceeded": company.exceeds_license(),
    })))
}

/// Parses the search of a body, and finds the companies in order.
fn search_customers<'s>(
    state: &'s State,
    call: &'s Call,
) -> Result<(Search<Getter<ListedCompany<'s>>>, Vec<ListedCompany<'s>>), ApiError> {
    let body = call.body()?;
    let fields = SearchFields {
        is_sortable: |name| {
            matches!(
                name,
                "companyname"
                    | "name"
                    | "resellername"
                    | "industryname"
                    | "licensetypename"
                    | "numberofusers"
                    | "tags"
                    | "targetusercount"
                    | "licenseenddate"
                    | "createtime"
            )
        },
        ..SearchFields::new(find_field, &["companyname"], call.rules())
    };
    let search = Search::parse(body, &fields)?;
    let only_exceeded = body.is_set("isTargetUserCountExceededLimit")?;
    let reseller = &state.companies[call.caller.home];
    let now = call.now();
    let month = selected_month(&call.json).unwrap_or(monthly_users::current_month(now));
    let listed: Vec<_> = customers(state, call)
        .filter(|company| !only_exceeded || company.exceeds_license())
        .map(|company| ListedCompany {
            company,
            reseller,
            now,
            rules: call.rules(),
            month,
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

/// The month that a condition on the monthly figure selects. The condition hides no company.
fn selected_month(body: &Value) -> Option<Date> {
    match body {
        Value::Array(items) => items.iter().find_map(selected_month),
        Value::Object(properties) => {
            let text = |name: &str| {
                let mut named = properties.iter();
                let found = named.find(|(known, _)| known.eq_ignore_ascii_case(name));
                found.and_then(|(_, value)| value.as_str())
            };
            if text("FieldName").is_some_and(|name| name.eq_ignore_ascii_case("MonthlyActiveUser"))
            {
                return monthly_users::parse_month(text("Value")?);
            }
            properties.values().find_map(selected_month)
        }
        _ => None,
    }
}

fn target_users(company: &Company, rules: &Rules) -> usize {
    let counts = company.people.counts();
    if rules.count_inactive_as_target_users {
        counts.undeleted()
    } else {
        counts.active
    }
}

impl ListedCompany<'_> {
    fn is_license_expired(&self) -> bool {
        self.company.license.is_expired(self.now)
    }

    fn target_users(&self) -> usize {
        target_users(self.company, self.rules)
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
            "licenseTypeName": company.license.kind.name,
            "licenseTypeResourceId": company.license.kind.id,
            "isNumberOfUsersLimited": company.license.limit.is_some(),
            // The service writes this number as a text in rows, and as a number in a single company.
            "numberOfUsers": company.license.stored_limit().to_string(),
            "privacyDurationId": company.privacy,
            "licenceExpired": self.is_license_expired(),
            "licenseEndDate": dialect.timestamp(company.license.end),
            "createTime": dialect.timestamp(company.created),
            "targetUserCount": self.target_users(),
            "children": [],
            "tags": company.tags,
            "deletedTargetUserCount": counts.deleted,
            "inactiveTargetUserCount": counts.inactive,
            "monthlyActiveUserCount":
                monthly_users::count(company, self.month, self.rules.monthly_figure),
        })
    }

    fn export_row(&self) -> Vec<String> {
        let company = self.company;
        let limit = company.license.limit.map(|limit| limit.to_string());
        vec![
            company.name.clone(),
            self.reseller.name.clone(),
            REFERENCE.industry.name.clone(),
            company.license.kind.name.clone(),
            limit.unwrap_or_default(),
            self.target_users().to_string(),
            clock::format_day_first(company.license.end),
            clock::format_day_first(company.created),
        ]
    }
}

fn find_field<'s>(name: &str) -> Option<Getter<ListedCompany<'s>>> {
    Some(match name {
        "companyname" | "name" => |listed| FieldValue::text(&listed.company.name),
        "resellername" => |listed| FieldValue::text(&listed.reseller.name),
        "industryresourceid" => |_| FieldValue::text(&REFERENCE.industry.id),
        "industryname" => |_| FieldValue::text(&REFERENCE.industry.name),
        "licensetyperesourceid" => |listed| FieldValue::text(&listed.company.license.kind.id),
        "licensetypename" => |listed| FieldValue::text(&listed.company.license.kind.name),
        "moduleresourceid" => |listed| {
            let modules = listed.company.license.modules.iter();
            FieldValue::List(modules.map(|module| module.id.as_str()).collect())
        },
        "targetusercount" => |listed| FieldValue::Number(listed.target_users() as f64),
        "numberofusers" => {
            |listed| FieldValue::Number(listed.company.license.stored_limit().into())
        }
        "tags" => {
            |listed| FieldValue::List(listed.company.tags.iter().map(String::as_str).collect())
        }
        "monthlyactiveuser" => {
            |listed| FieldValue::Text(listed.month.strftime("%Y-%m").to_string().into())
        }
        "licenseenddate" => |listed| FieldValue::Time(listed.company.license.end),
        "licenceexpired" => |listed| FieldValue::Flag(listed.is_license_expired()),
        "createtime" => |listed| FieldValue::Time(listed.company.created),
        _ => return None,
    })
}
