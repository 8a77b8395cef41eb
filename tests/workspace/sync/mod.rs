//! Making the people of a company those of a staff list.

mod applying;
mod failures;
mod guards;
mod obstacles;
mod pairs;
mod plans;
mod possible_refusals;
mod records;
mod saved_plans;
mod stores;
mod uncertain;
mod writes;

use keepnet_flows::{Company, Sheet, SyncUsers};
use keepnet_sandbox::{Dialect, Sandbox, Seed};
use serde_json::{Value, json};

use crate::flows::service::{ACME, Service};

/// The data of a service whose Acme LLC has these users.
pub(crate) fn seed_with(users: Vec<Value>, more: Value) -> Seed {
    let mut acme = json!({"name": "Acme LLC", "id": ACME, "reseller": "R", "users": users,
        "groups": ["Everybody"],
        "customFields": [{"name": "Office"}, {"name": "Staff Number"}]});
    let fields = acme.as_object_mut().unwrap();
    fields.extend(more.as_object().unwrap().clone());
    let seed = json!({
        "companies": [{"name": "R"}, acme, {"name": "Globex GmbH", "reseller": "R",
            "users": [{"email": "greta@globex.example"}]}],
        "clients": [{"clientId": "sandbox-client", "clientSecret": "sandbox-secret",
            "role": "reseller", "company": "R"}],
    });
    Seed::from_json(&seed.to_string()).unwrap()
}

/// A service whose Acme LLC has these users.
pub(crate) async fn service_with(dialect: Dialect, users: Vec<Value>, more: Value) -> Service {
    let seed = seed_with(users, more);
    Service::build(Sandbox::builder().dialect(dialect).seed(seed)).await
}

/// The same, with the bodies of the requests.
async fn recorded(dialect: Dialect, users: Vec<Value>, more: Value) -> Service {
    let seed = seed_with(users, more);
    let builder = Sandbox::builder().dialect(dialect).seed(seed);
    Service::build(builder.record_content()).await
}

pub(crate) fn user(email: &str, more: Value) -> Value {
    let mut user =
        json!({"email": email, "firstName": "Ada", "lastName": "Byron", "department": "IT"});
    user.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    user
}

/// `count` users of Acme with different names.
pub(crate) fn crowd(count: usize) -> Vec<Value> {
    let person = |number: usize| {
        let (first, last) = (format!("First{number}"), format!("Last{number}"));
        let email = format!("person{number}@acme.example");
        user(&email, json!({"firstName": first, "lastName": last}))
    };
    (0..count).map(person).collect()
}

/// The list that names the people of [`crowd`] as they are.
fn crowd_list(numbers: impl IntoIterator<Item = usize>) -> String {
    let row =
        |number: usize| format!("person{number}@acme.example,First{number},Last{number},IT\n");
    let rows: String = numbers.into_iter().map(row).collect();
    format!("Email,First Name,Last Name,Department\n{rows}")
}

pub(crate) fn sheet(text: &str) -> Sheet {
    Sheet::from_bytes("hr.csv", text.as_bytes()).unwrap()
}

fn sync(company: &Company, list: &str) -> SyncUsers {
    company.sync_users(sheet(list))
}

/// The operations that the sandbox received since `first`, without the sign-in and the search for the
/// company, such as `search_target_users`.
pub(crate) fn operations(service: &Service, first: usize) -> Vec<&'static str> {
    let requests = service.sandbox.requests();
    let names = requests[first..]
        .iter()
        .filter_map(|it| it.operation_name());
    names
        .filter(|name| !["create_token", "search_companies"].contains(name))
        .collect()
}
