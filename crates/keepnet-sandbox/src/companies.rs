//! Companies, as a reseller and as a company admin see them.

use std::borrow::Cow;

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::clock;
use crate::envelope::{Answer, Failure, Reply};
use crate::filter::{Datum, Vocabulary};
use crate::paging::Search;
use crate::request::Call;
use crate::scope;
use crate::seed::Role;
use crate::spreadsheet::{Written, write};
use crate::state::{Company, CompanyIndex, World};

const LICENSE: SignedDuration = SignedDuration::from_hours(730 * 24);
pub(crate) const LICENSE_TYPE: (&str, &str) = ("lIcTyp3Annua", "Annual");
pub(crate) const INDUSTRY: (&str, &str) = ("iNdu5tryMade", "Manufacturing");

/// Answers `POST /api/companies/search`.
pub(crate) fn search(world: &mut World, call: &Call) -> Answer {
    let body = call.fields()?;
    let now = call.core.settings.clock.now();
    let reseller = &world.companies[call.caller.home];
    let (search, found) = found(world, call, now)?;
    let show = |company: &&Company| row(company, reseller, call, now);
    let mut page = if body.flag("isClustered")?.unwrap_or(false) {
        let mut parent = row(reseller, reseller, call, now);
        parent["children"] = search.cut(&found).iter().map(show).collect();
        search.page(&[parent], Value::clone)
    } else {
        search.page(&found, show)
    };
    let exceeded = managed(world, call)
        .filter(|company| company.exceeds_license())
        .count();
    page.insert("limitExceededCompanyCount".to_owned(), json!(exceeded));
    Ok(Reply::data(Value::Object(page)))
}

/// Answers `POST /api/companies/search/export`.
pub(crate) fn export(world: &mut World, call: &Call) -> Answer {
    let body = call.fields()?;
    let name = body.text("exportType")?.unwrap_or_default();
    let format = call.dialect().export_format(name);
    let format = format.ok_or_else(|| Failure::input("exportType is Excel, CSV or PDF"))?;
    let now = call.core.settings.clock.now();
    let (search, found) = found(world, call, now)?;
    let wanted = if body.flag("reportAllPages")?.unwrap_or(false) {
        &found[..]
    } else {
        search.cut(&found)
    };
    let reseller = &world.companies[call.caller.home];
    let lines = wanted.iter().map(|company| {
        let limit = company.license_limit.map(|limit| limit.to_string());
        vec![
            company.name.clone(),
            reseller.name.clone(),
            INDUSTRY.1.to_owned(),
            LICENSE_TYPE.1.to_owned(),
            limit.unwrap_or_default(),
            undeleted(company).to_string(),
            clock::day_first(company.created + LICENSE),
            clock::day_first(company.created),
        ]
    });
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
    let file = Written {
        name: "Companies",
        headers: headers.map(str::to_owned).to_vec(),
        rows: Box::new(lines.collect::<Vec<_>>().into_iter()),
        list: None,
    };
    write(format, file)
}

/// Answers `GET /api/companies/my`: the tree of companies that the caller may act in.
pub(crate) fn mine(world: &mut World, call: &Call) -> Answer {
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
    let managed = world
        .companies
        .iter()
        .filter(|company| company.parent == Some(call.caller.home));
    let children = match call.caller.role {
        Role::Reseller => managed.map(|company| node(company, Vec::new())).collect(),
        Role::CompanyAdmin => Vec::new(),
    };
    Ok(Reply::data(json!([node(
        &world.companies[call.caller.home],
        children
    )])))
}

/// Answers `GET /api/companies/{resourceId}`.
pub(crate) fn show(world: &mut World, call: &Call) -> Answer {
    let company = &world.companies[named(world, call)?];
    Ok(Reply::data(json!({
        "resourceId": company.id,
        "name": company.name,
        "description": "",
        "industryResourceId": INDUSTRY.0,
        "industryName": INDUSTRY.1,
        "licenseTypeResourceId": LICENSE_TYPE.0,
        "licenseTypeName": LICENSE_TYPE.1,
        "licenseStartDate": call.dialect().timestamp(company.created),
        "licenseEndDate": call.dialect().timestamp(company.created + LICENSE),
        "isNumberOfUsersLimited": company.license_limit.is_some(),
        "numberOfUsers": company.license_limit,
        "statusId": 1,
        "statusName": "Active",
        "licenseModules": [],
        "companyGroups": [],
        "targetUserCount": undeleted(company),
        "timeZoneId": "UTC",
        "dateFormat": "DD/MM/YYYY",
        "timeFormat": "24h",
        "tags": [],
        "hasAgenticAILicense": false,
    })))
}

/// Answers `GET /api/companies/{resourceId}/license-check`.
pub(crate) fn license_check(world: &mut World, call: &Call) -> Answer {
    let company = &world.companies[named(world, call)?];
    Ok(Reply::data(json!({
        "isLimited": company.license_limit.is_some(),
        "licenseLimit": company.license_limit,
        "activeUserCount": company.people.counts().active,
        "totalUserCount": undeleted(company),
        "isLicenseExceeded": company.exceeds_license(),
    })))
}

/// What the body asks for, and the companies that it finds, in order.
fn found<'w>(
    world: &'w World,
    call: &Call,
    now: Timestamp,
) -> Result<(Search<CompanyField>, Vec<&'w Company>), Failure> {
    let body = call.fields()?;
    let vocabulary = Vocabulary {
        field: &CompanyField::parse,
        free_text: &[CompanyField::Name],
        breaks_free_text: &|_| false,
        accept_equal: call.rules().accept_equal_operator,
    };
    let search = Search::parse(body, &vocabulary, |field| field.sortable())?;
    let only_exceeded = body
        .flag("isTargetUserCountExceededLimit")?
        .unwrap_or(false);
    let wanted = managed(world, call).filter(|company| !only_exceeded || company.exceeds_license());
    let reseller = &world.companies[call.caller.home];
    let found = search.select(wanted, |company, field| field.read(company, reseller, now));
    Ok((search, found))
}

fn managed<'w>(world: &'w World, call: &Call) -> impl Iterator<Item = &'w Company> {
    let home = call.caller.home;
    let companies = world.companies.iter();
    companies.filter(move |company| company.parent == Some(home))
}

fn named(world: &World, call: &Call) -> Result<CompanyIndex, Failure> {
    let found = scope::within_reach(world, &call.caller, call.params.get("resourceId"));
    found.ok_or_else(|| Failure::not_found("No company with this id is managed by you"))
}

fn undeleted(company: &Company) -> usize {
    let counts = company.people.counts();
    counts.active + counts.inactive
}

fn row(company: &Company, reseller: &Company, call: &Call, now: Timestamp) -> Value {
    let counts = company.people.counts();
    json!({
        "companyName": company.name,
        "companyResourceId": company.id,
        "resellerName": reseller.name,
        "industryName": INDUSTRY.1,
        "industryResourceId": INDUSTRY.0,
        "licenseTypeName": LICENSE_TYPE.1,
        "licenseTypeResourceId": LICENSE_TYPE.0,
        "isNumberOfUsersLimited": company.license_limit.is_some(),
        // The service writes this number as a text.
        "numberOfUsers": company.license_limit.map(|limit| limit.to_string()),
        "privacyDurationId": 1,
        "licenceExpired": company.created + LICENSE < now,
        "licenseEndDate": call.dialect().timestamp(company.created + LICENSE),
        "createTime": call.dialect().timestamp(company.created),
        "targetUserCount": counts.active + counts.inactive,
        "children": [],
        "tags": [],
        "deletedTargetUserCount": counts.deleted,
        "inactiveTargetUserCount": counts.inactive,
        "monthlyActiveUserCount": counts.active,
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CompanyField {
    Name,
    ResellerName,
    Industry,
    LicenseType,
    TargetUserCount,
    NumberOfUsers,
    Tags,
    LicenseEndDate,
    LicenseExpired,
    CreateTime,
}

impl CompanyField {
    fn parse(name: &str) -> Option<Self> {
        Some(match name.to_ascii_lowercase().as_str() {
            "companyname" | "name" => Self::Name,
            "resellername" => Self::ResellerName,
            "industryresourceid" => Self::Industry,
            "licensetyperesourceid" => Self::LicenseType,
            "targetusercount" => Self::TargetUserCount,
            "numberofusers" => Self::NumberOfUsers,
            "tags" => Self::Tags,
            "licenseenddate" => Self::LicenseEndDate,
            "licenceexpired" => Self::LicenseExpired,
            "createtime" => Self::CreateTime,
            _ => return None,
        })
    }

    fn sortable(self) -> bool {
        matches!(
            self,
            Self::Name | Self::TargetUserCount | Self::LicenseEndDate | Self::CreateTime
        )
    }

    fn read<'r>(self, company: &&'r Company, reseller: &'r Company, now: Timestamp) -> Datum<'r> {
        match self {
            Self::Name => Datum::Text(Cow::Borrowed(&company.name)),
            Self::ResellerName => Datum::Text(Cow::Borrowed(&reseller.name)),
            Self::Industry => Datum::text(INDUSTRY.0),
            Self::LicenseType => Datum::text(LICENSE_TYPE.0),
            Self::TargetUserCount => Datum::Number(undeleted(company) as f64),
            Self::NumberOfUsers => company
                .license_limit
                .map_or(Datum::Blank, |limit| Datum::Number(f64::from(limit))),
            Self::Tags => Datum::Blank,
            Self::LicenseEndDate => Datum::Time(company.created + LICENSE),
            Self::LicenseExpired => Datum::Flag(company.created + LICENSE < now),
            Self::CreateTime => Datum::Time(company.created),
        }
    }
}
