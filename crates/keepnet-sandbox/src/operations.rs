//! The operations that the sandbox answers.

use std::sync::LazyLock;

use crate::envelope::Answer;
use crate::request::Call;
use crate::state::World;
use crate::{
    clients, companies, custom_fields, groups, import, jobs, lookups, system_users, target_users,
};

/// One operation of the service.
#[derive(Clone, Copy, Debug)]
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
    /// The service has the operation, the sandbox does not.
    Missing,
}

/// Every operation of the service: those that the sandbox answers, and the others of the contract.
pub(crate) fn all() -> &'static [Route] {
    static ALL: LazyLock<Vec<Route>> = LazyLock::new(|| {
        let names = include_str!(concat!(env!("OUT_DIR"), "/operations.txt")).lines();
        let declared = names.filter_map(|name| name.split_once(' '));
        let others = declared.filter(|(method, path)| {
            let mut known = OPERATIONS.iter();
            !known.any(|route| route.method == *method && route.path == *path)
        });
        let missing =
            others.map(|(method, path)| route(method, path, Access::Everyone, Handler::Missing));
        let own = OPERATIONS.iter().copied();
        own.chain(missing).collect()
    });
    &ALL
}

/// The operations that the sandbox answers, by path.
pub(crate) static OPERATIONS: &[Route] = &[
    route("POST", "/connect/token", Access::Anonymous, Handler::Token),
    route(
        "POST",
        "/api/companies/search",
        Access::Resellers,
        Handler::Json(companies::search),
    ),
    in_company("POST", "/api/companies/clients", clients::create),
    in_company(
        "GET",
        "/api/companies/clients/generate-client-credentials",
        clients::generate_credentials,
    ),
    in_company("POST", "/api/companies/clients/search", clients::search),
    in_company("GET", "/api/companies/clients/{resourceId}", clients::show),
    in_company(
        "PUT",
        "/api/companies/clients/{resourceId}",
        clients::update,
    ),
    in_company(
        "DELETE",
        "/api/companies/clients/{resourceId}",
        clients::delete,
    ),
    route(
        "POST",
        "/api/companies/search/export",
        Access::Resellers,
        Handler::Json(companies::export),
    ),
    anywhere("GET", "/api/companies/my", companies::mine),
    anywhere("GET", "/api/companies/{resourceId}", companies::show),
    anywhere(
        "GET",
        "/api/companies/{resourceId}/license-check",
        companies::license_check,
    ),
    in_company("POST", "/api/custom-fields", custom_fields::create),
    in_company(
        "POST",
        "/api/custom-fields/bulk-update",
        custom_fields::replace_all,
    ),
    in_company("GET", "/api/custom-fields/company", custom_fields::list),
    in_company("GET", "/api/jobs", jobs::list),
    in_company("GET", "/api/jobs/{resourceId}", jobs::show),
    anywhere("GET", "/api/languages", lookups::languages),
    anywhere("POST", "/api/lookups", lookups::by_types),
    anywhere("GET", "/api/lookups/{typeId}", lookups::by_type),
    in_company("GET", "/api/roles", clients::roles),
    in_company("POST", "/api/system-users", system_users::create),
    in_company("POST", "/api/system-users/search", system_users::search),
    in_company("GET", "/api/target-groups", groups::list),
    in_company("POST", "/api/target-groups", groups::create),
    in_company("POST", "/api/target-groups/search", groups::search),
    in_company(
        "POST",
        "/api/target-groups/search/current-company",
        groups::search_current_company,
    ),
    in_company(
        "PUT",
        "/api/target-groups/users",
        target_users::add_to_groups,
    ),
    in_company("GET", "/api/target-groups/{resourceId}", groups::show),
    in_company("PUT", "/api/target-groups/{resourceId}", groups::update),
    in_company("DELETE", "/api/target-groups/{resourceId}", groups::delete),
    in_company(
        "POST",
        "/api/target-groups/{resourceId}/users",
        target_users::members,
    ),
    in_company(
        "DELETE",
        "/api/target-groups/{resourceId}/users",
        target_users::remove_from_group,
    ),
    in_company(
        "POST",
        "/api/target-groups/{resourceId}/users/export",
        target_users::export_members,
    ),
    in_company("POST", "/api/target-users", target_users::create),
    in_company(
        "DELETE",
        "/api/target-users/bulk-delete",
        target_users::bulk_delete,
    ),
    in_company(
        "POST",
        "/api/target-users/search-email",
        target_users::search_email,
    ),
    in_company(
        "POST",
        "/api/target-users/{resourceId}/groups",
        groups::of_user,
    ),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_that_is_answered_is_one_of_the_contract() {
        let names = include_str!(concat!(env!("OUT_DIR"), "/operations.txt"));
        for route in OPERATIONS {
            let name = route.name();
            assert!(names.lines().any(|line| line == name), "{name}");
        }
        assert_eq!(all().len(), names.lines().count());
    }
}
