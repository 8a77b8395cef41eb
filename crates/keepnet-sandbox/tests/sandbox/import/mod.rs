//! The steps of an import, which the tests of its parts share.

mod files;
mod rows;
mod transactions;

use keepnet_sandbox::Dialect;
use serde_json::{Value, json};

use crate::api::{Api, Response, column, everything, search_with};

/// The headers of the fixtures and their fields, as the service's web client writes them.
pub(crate) const ENGLISH: &[(&str, &str)] = &[
    ("First Name", "FirstName"),
    ("Last Name", "LastName"),
    ("Email Address", "Email"),
    ("Phone Number", "PhoneNumber"),
    ("Department", "Department"),
    ("Time Zone", "TimeZone"),
    ("Priority", "Priority"),
    ("Preferred Language", "Preferred Language"),
];
pub(crate) const TURKISH: &[(&str, &str)] = &[
    ("Ad", "firstName"),
    ("Soyad", "lastName"),
    ("E-posta", "email"),
    ("Telefon", "phoneNumber"),
];
pub(crate) const LOOSE: &[(&str, &str)] = &[
    ("first name", "FirstName"),
    ("Last Name", "LastName"),
    ("E-mail", "Email"),
    ("Notes", "None Selected"),
];

pub(crate) fn fixture(name: &str) -> Vec<u8> {
    let path = format!(
        "{}/../../fixtures/import/{name}",
        env!("CARGO_MANIFEST_DIR")
    );
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

pub(crate) async fn uploaded(api: &Api, file: &str) -> String {
    let data = api.upload(file, &fixture(file)).await.data();
    data["transactionId"].as_str().unwrap().to_owned()
}

pub(crate) async fn map(
    api: &Api,
    transaction: &str,
    columns: &[(&str, &str)],
    groups: Value,
) -> Response {
    let mappings = columns
        .iter()
        .map(|(column, field)| json!({ "excelColumnName": column, "fieldName": field }));
    let body = json!({ "transactionId": transaction, "fieldMappings": mappings.collect::<Value>(),
        "targetGroupResourceIds": groups });
    api.post("/api/target-users/create-mapping", &body).await
}

/// The counts of a mapping job.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct RowCounts {
    pub(crate) new: u64,
    pub(crate) existing: u64,
    pub(crate) invalid: u64,
}

impl RowCounts {
    pub(crate) fn total(self) -> u64 {
        self.new + self.existing + self.invalid
    }
}

/// Polls until the mapping is done, and returns its counts. Checks that counts and statuses only
/// advance.
pub(crate) async fn wait_for_mapping(api: &Api, job: &str) -> RowCounts {
    let mut before = RowCounts::default();
    let mut statuses = Vec::new();
    loop {
        let data = api
            .get(&format!("/api/target-users/mapping-job/{job}"))
            .await
            .data();
        let count = |name: &str| data[name].as_u64().unwrap();
        let counts = RowCounts {
            new: count("newUserCount"),
            existing: count("existingUserCount"),
            invalid: count("invalidUserCount"),
        };
        assert!(
            counts.new >= before.new
                && counts.existing >= before.existing
                && counts.invalid >= before.invalid,
            "{counts:?} after {before:?}"
        );
        before = counts;
        let status = data["status"].as_str().unwrap().to_owned();
        let finished = status == "Finished";
        if statuses.last() != Some(&status) {
            statuses.push(status);
        }
        if finished {
            assert_eq!(counts.total(), count("totalRowCount"));
            let order = ["Idle", "Running", "Finished"];
            assert!(
                statuses
                    .iter()
                    .is_sorted_by_key(|status| order.iter().position(|known| known == status))
            );
            return counts;
        }
    }
}

pub(crate) async fn map_and_wait(
    api: &Api,
    transaction: &str,
    columns: &[(&str, &str)],
) -> RowCounts {
    let job = map(api, transaction, columns, json!([])).await.data();
    wait_for_mapping(api, job["resourceId"].as_str().unwrap()).await
}

pub(crate) async fn import_all(api: &Api, dialect: Dialect, transaction: &str) -> Response {
    let mode = if dialect == Dialect::Documented {
        "All"
    } else {
        "ImportAll"
    };
    api.post(
        &format!("/api/target-users/{transaction}/import"),
        &json!({ "ImportType": mode }),
    )
    .await
}

/// Polls the newest job until it is completed, and returns its detail.
pub(crate) async fn wait_for_job(api: &Api) -> Value {
    let mut statuses = vec![];
    loop {
        let jobs = api.get("/api/jobs").await.data();
        let newest = &jobs[0];
        let status = newest["status"].as_i64().unwrap();
        assert!(
            statuses.last().is_none_or(|last| *last <= status),
            "{statuses:?} then {status}"
        );
        statuses.push(status);
        if newest["isFinished"] == true {
            assert_eq!((status, newest["progress"].as_f64()), (3, Some(100.0)));
            return api
                .get(&format!(
                    "/api/jobs/{}",
                    newest["resourceId"].as_str().unwrap()
                ))
                .await
                .data();
        }
    }
}

pub(crate) async fn preview(
    api: &Api,
    dialect: Dialect,
    transaction: &str,
    status: &str,
) -> (Value, Value) {
    let mut body =
        search_with(json!([{ "FieldName": "Status", "Operator": "Include", "Value": status }]));
    body["filter"]
        .as_object_mut()
        .unwrap()
        .remove("SearchInputTextValue");
    let response = api
        .post(&format!("/api/target-users/{transaction}/search"), &body)
        .await;
    let mut result = if dialect == Dialect::Observed {
        response.data()
    } else {
        response.json()
    };
    (result["items"]["results"].take(), result)
}

pub(crate) async fn emails(api: &Api) -> Vec<String> {
    let data = api
        .post("/api/target-users/search", &everything())
        .await
        .data();
    column(&data["results"], "email")
        .into_iter()
        .map(str::to_owned)
        .collect()
}
