//! The table of operations.

use std::sync::LazyLock;

use crate::api::{
    allowed_domains, clients, companies, custom_fields, groups, import, jobs, lookups, roles,
    system_users, target_users,
};
use crate::contract::ServiceOperation;
use crate::route::Handler::{Json, Token, Upload};
use crate::route::{Access, Handler, Route};

/// All operations of the service: those that the sandbox has, then the others of the contract.
pub(crate) fn all() -> &'static [Route] {
    static ALL: LazyLock<Vec<Route>> = LazyLock::new(|| {
        let is_missing =
            |known: &&ServiceOperation| OPERATIONS.iter().all(|route| route.name != known.route);
        let operations = ServiceOperation::all().iter();
        let missing = operations.filter(is_missing).map(|known| Route {
            name: known.route,
            access: Access::AnyCompany,
            handler: Handler::Missing,
        });
        OPERATIONS.iter().copied().chain(missing).collect()
    });
    &ALL
}

/// A table of `name => access, handler`. It is a macro because each row then fits on one line.
macro_rules! operations {
    ($($name:literal => $access:ident, $handler:expr;)*) => {
        &[$(Route { name: $name, access: Access::$access, handler: $handler }),*]
    };
}

/// The operations that the sandbox has, by path.
pub(crate) static OPERATIONS: &[Route] = operations! {
    "POST /connect/token" => Anonymous, Token;
    "GET /api/allow-list/search/unverified" => InCompany, Json(allowed_domains::unverified);
    "GET /api/allow-list/search/verified" => InCompany, Json(allowed_domains::verified);
    "POST /api/companies/clients" => InCompany, Json(clients::create);
    "GET /api/companies/clients/generate-client-credentials" => InCompany, Json(clients::generate_credentials);
    "POST /api/companies/clients/search" => InCompany, Json(clients::search);
    "GET /api/companies/clients/{resourceId}" => InCompany, Json(clients::show);
    "PUT /api/companies/clients/{resourceId}" => InCompany, Json(clients::update);
    "DELETE /api/companies/clients/{resourceId}" => InCompany, Json(clients::delete);
    "GET /api/companies/my" => AnyCompany, Json(companies::tree);
    "POST /api/companies/search" => Resellers, Json(companies::search);
    "POST /api/companies/search/export" => Resellers, Json(companies::export);
    "GET /api/companies/{resourceId}" => AnyCompany, Json(companies::show);
    "GET /api/companies/{resourceId}/license-check" => AnyCompany, Json(companies::license_check);
    "GET /api/company-groups" => Resellers, Json(companies::list_groups);
    "POST /api/company-groups" => Resellers, Json(companies::create_group);
    "POST /api/company-groups/search" => Resellers, Json(companies::search_groups);
    "GET /api/company-groups/{resourceId}" => Resellers, Json(companies::show_group);
    "PUT /api/company-groups/{resourceId}" => Resellers, Json(companies::update_group);
    "DELETE /api/company-groups/{resourceId}" => Resellers, Json(companies::delete_group);
    "POST /api/company-groups/{resourceId}/companies/search" => Resellers, Json(companies::group_companies);
    "PUT /api/company-groups/{resourceId}/participants" => Resellers, Json(companies::add_companies);
    "DELETE /api/company-groups/{resourceId}/participants" => Resellers, Json(companies::remove_companies);
    "POST /api/custom-fields" => InCompany, Json(custom_fields::create);
    "POST /api/custom-fields/bulk-update" => InCompany, Json(custom_fields::replace_all);
    "GET /api/custom-fields/company" => InCompany, Json(custom_fields::list);
    "GET /api/jobs" => InCompany, Json(jobs::list);
    "GET /api/jobs/{resourceId}" => InCompany, Json(jobs::show);
    "GET /api/languages" => AnyCompany, Json(lookups::languages);
    "POST /api/lookups" => AnyCompany, Json(lookups::by_types);
    "GET /api/lookups/licenses" => AnyCompany, Json(lookups::licenses);
    "GET /api/lookups/{typeId}" => AnyCompany, Json(lookups::by_type);
    "GET /api/roles" => InCompany, Json(roles::list);
    "POST /api/system-users" => InCompany, Json(system_users::create);
    "POST /api/system-users/search" => InCompany, Json(system_users::search);
    "GET /api/target-groups" => InCompany, Json(groups::list);
    "POST /api/target-groups" => InCompany, Json(groups::create);
    "POST /api/target-groups/search" => InCompany, Json(groups::search);
    "POST /api/target-groups/search/current-company" => InCompany, Json(groups::search_current_company);
    "PUT /api/target-groups/users" => InCompany, Json(target_users::add_to_groups);
    "GET /api/target-groups/{resourceId}" => InCompany, Json(groups::show);
    "PUT /api/target-groups/{resourceId}" => InCompany, Json(groups::update);
    "DELETE /api/target-groups/{resourceId}" => InCompany, Json(groups::delete);
    "POST /api/target-groups/{resourceId}/users" => InCompany, Json(target_users::members);
    "DELETE /api/target-groups/{resourceId}/users" => InCompany, Json(target_users::remove_from_group);
    "POST /api/target-groups/{resourceId}/users/export" => InCompany, Json(target_users::export_members);
    "POST /api/target-users" => InCompany, Json(target_users::create);
    "DELETE /api/target-users/bulk-delete" => InCompany, Json(target_users::bulk_delete);
    "POST /api/target-users/by-resource-ids" => InCompany, Json(target_users::by_ids);
    "GET /api/target-users/count-summary" => InCompany, Json(target_users::count_summary);
    "POST /api/target-users/create-mapping" => InCompany, Json(import::create_mapping);
    "POST /api/target-users/example-file" => InCompany, Json(import::example_file);
    "POST /api/target-users/include-deleted/by-resource-ids" => InCompany, Json(target_users::by_ids_including_deleted);
    "GET /api/target-users/mapping-job/{resourceId}" => InCompany, Json(import::mapping_job);
    "POST /api/target-users/search" => InCompany, Json(target_users::search);
    "POST /api/target-users/search-email" => InCompany, Json(target_users::search_email);
    "POST /api/target-users/search/export" => InCompany, Json(target_users::export);
    "POST /api/target-users/upload" => InCompany, Upload;
    "GET /api/target-users/upload/{transactionId}" => InCompany, Json(import::upload_summary);
    "GET /api/target-users/{resourceId}" => InCompany, Json(target_users::show);
    "PUT /api/target-users/{resourceId}" => InCompany, Json(target_users::update);
    "DELETE /api/target-users/{resourceId}" => InCompany, Json(target_users::delete);
    "POST /api/target-users/{resourceId}/groups" => InCompany, Json(groups::groups_of_user);
    "POST /api/target-users/{transactionId}/import" => InCompany, Json(import::start);
    "POST /api/target-users/{transactionId}/search" => InCompany, Json(import::preview);
    "POST /api/target-users/{transactionId}/search/export" => InCompany, Json(import::export_preview);
    "PUT /api/target-users/{transactionId}/update" => InCompany, Json(import::reopen);
    "GET /api/timezone/timezones" => AnyCompany, Json(lookups::time_zones);
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_operation_is_in_the_contract() {
        for route in OPERATIONS {
            assert!(ServiceOperation::find(route.name).is_ok(), "{}", route.name);
        }
        assert_eq!(all().len(), ServiceOperation::all().len());
    }
}
