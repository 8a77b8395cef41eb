//! The operations that the sandbox answers.

use crate::envelope::Answer;
use crate::request::Call;
use crate::state::World;
use crate::{companies, groups, import, jobs, lookups, target_users};

/// One operation of the service.
#[derive(Debug)]
pub(crate) struct Route {
    pub(crate) method: &'static str,
    pub(crate) path: &'static str,
    pub(crate) access: Access,
    pub(crate) handler: Handler,
}

impl Route {
    /// The method and the path template, as requests are recorded under.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.method, self.path)
    }
}

/// Who may call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Anonymous,
    /// Everyone with a token; what is answered does not depend on the company headers.
    Everyone,
    /// Everyone with a token, in the company that the headers name.
    InCompany,
    Resellers,
}

/// How the body is read.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Handler {
    Token,
    Json(fn(&mut World, &Call) -> Answer),
    Upload,
}

/// Every operation, by path.
pub(crate) static OPERATIONS: &[Route] = &[
    route("POST", "/connect/token", Access::Anonymous, Handler::Token),
    route(
        "POST",
        "/api/companies/search",
        Access::Resellers,
        Handler::Json(companies::search),
    ),
    anywhere("GET", "/api/companies/my", companies::mine),
    anywhere("GET", "/api/companies/{resourceId}", companies::show),
    anywhere(
        "GET",
        "/api/companies/{resourceId}/license-check",
        companies::license_check,
    ),
    in_company("GET", "/api/custom-fields/company", lookups::custom_fields),
    in_company("GET", "/api/jobs", jobs::list),
    in_company("GET", "/api/jobs/{resourceId}", jobs::show),
    anywhere("GET", "/api/lookups/{typeId}", lookups::by_type),
    in_company("GET", "/api/target-groups", groups::list),
    in_company("POST", "/api/target-groups", groups::create),
    in_company("POST", "/api/target-groups/search", groups::search),
    in_company("POST", "/api/target-users", target_users::create),
    in_company(
        "GET",
        "/api/target-users/count-summary",
        target_users::count_summary,
    ),
    in_company(
        "POST",
        "/api/target-users/create-mapping",
        import::create_mapping,
    ),
    in_company(
        "POST",
        "/api/target-users/example-file",
        import::example_file,
    ),
    in_company(
        "GET",
        "/api/target-users/mapping-job/{resourceId}",
        import::mapping_job,
    ),
    in_company("POST", "/api/target-users/search", target_users::search),
    in_company(
        "POST",
        "/api/target-users/search/export",
        target_users::export,
    ),
    route(
        "POST",
        "/api/target-users/upload",
        Access::InCompany,
        Handler::Upload,
    ),
    in_company(
        "GET",
        "/api/target-users/upload/{transactionId}",
        import::upload_summary,
    ),
    in_company("GET", "/api/target-users/{resourceId}", target_users::show),
    in_company(
        "PUT",
        "/api/target-users/{resourceId}",
        target_users::update,
    ),
    in_company(
        "DELETE",
        "/api/target-users/{resourceId}",
        target_users::delete,
    ),
    in_company(
        "POST",
        "/api/target-users/{transactionId}/import",
        import::start,
    ),
    in_company(
        "POST",
        "/api/target-users/{transactionId}/search",
        import::preview,
    ),
    in_company(
        "POST",
        "/api/target-users/{transactionId}/search/export",
        import::export_preview,
    ),
    in_company(
        "PUT",
        "/api/target-users/{transactionId}/update",
        import::reopen,
    ),
    anywhere("GET", "/api/timezone/timezones", lookups::time_zones),
];

const fn anywhere(
    method: &'static str,
    path: &'static str,
    handler: fn(&mut World, &Call) -> Answer,
) -> Route {
    route(method, path, Access::Everyone, Handler::Json(handler))
}

const fn in_company(
    method: &'static str,
    path: &'static str,
    handler: fn(&mut World, &Call) -> Answer,
) -> Route {
    route(method, path, Access::InCompany, Handler::Json(handler))
}

const fn route(
    method: &'static str,
    path: &'static str,
    access: Access,
    handler: Handler,
) -> Route {
    Route {
        method,
        path,
        access,
        handler,
    }
}
