//! The fleet that a sandbox makes up: many customers of all kinds.

use std::collections::BTreeMap;

use keepnet_sandbox::{Builder, Seed};
use serde_json::{Value, json};

use crate::api::{Api, everything, start, validated};

const NOW: &str = "2026-11-27T12:00:00Z";

fn fleet(customers: usize, users: usize) -> Builder {
    let now = NOW.parse().unwrap();
    let seed = Seed::fleet(customers, users, now);
    validated().seed(seed).clock(move || now)
}

/// The rows of the customers, by the last digits of their names.
async fn rows(api: &Api) -> BTreeMap<usize, Value> {
    let mut body = everything();
    body["pageSize"] = 5000.into();
    let data = api.post("/api/companies/search", &body).await.data();
    let rows = data["results"].as_array().unwrap().iter().cloned();
    rows.map(|row| {
        let name = row["companyName"].as_str().unwrap();
        (
            name.strip_prefix("Customer ").unwrap().parse().unwrap(),
            row,
        )
    })
    .collect()
}

#[tokio::test]
async fn fleet_has_customers_of_each_kind() {
    let (_sandbox, api) = start(fleet(60, 40)).await;
    let rows = rows(&api).await;
    assert_eq!(rows.len(), 60);
    let check = |number: usize, limited: bool, limit: &str, expired: bool, privacy: u8| {
        let row = &rows[&number];
        assert_eq!(
            row["companyResourceId"],
            format!("cuSt{number:08}"),
            "{number}"
        );
        assert_eq!(row["targetUserCount"], 38, "{number}");
        assert_eq!(row["inactiveTargetUserCount"], 2, "{number}");
        assert_eq!(row["isNumberOfUsersLimited"], limited, "{number}");
        assert_eq!(row["numberOfUsers"], limit, "{number}");
        assert_eq!(row["licenceExpired"], expired, "{number}");
        assert_eq!(row["privacyDurationId"], privacy, "{number}");
    };
    check(1, true, "90", false, 1);
    check(10, false, "9999", false, 1);
    check(12, true, "37", false, 1);
    check(13, true, "90", true, 1);
    check(15, true, "38", false, 1);
    check(56, true, "90", false, 0);
    assert_eq!(rows[&15]["tags"], json!(["north", "key account"]));
    assert_eq!(rows[&4]["licenseEndDate"], "02/12/2026 12:00");
    let types = [1, 2, 3].map(|number| rows[&number]["licenseTypeName"].clone());
    assert_eq!(types, ["Training Only", "Complete", "Annual"]);

    let groups = api.get("/api/company-groups").await.data();
    let counts: Vec<_> = groups.as_array().unwrap().iter().collect();
    assert_eq!(counts.len(), 4);
    assert_eq!(counts[3]["name"], "Region 4");
    assert_eq!(counts[3]["companyCount"], 15);
}

/// What is computed before the users are generated equals what is counted afterwards.
#[tokio::test]
async fn figures_do_not_depend_on_generated_users() {
    let (_sandbox, api) = start(fleet(10, 100)).await;
    let before = rows(&api).await;
    for number in 1..=10 {
        let company = api.company(&format!("cuSt{number:08}"));
        let body = json!({ "pageNumber": 1, "pageSize": 500, "orderBy": "CreateTime",
            "ascending": true, "filter": { "Condition": "AND", "SearchInputTextValue": "",
            "FilterGroups": [] } });
        let users = company.post("/api/target-users/search", &body).await;
        if number != 6 {
            assert_eq!(users.data()["results"].as_array().unwrap().len(), 100);
        }
    }
    assert_eq!(rows(&api).await, before);
}

#[tokio::test]
async fn million_made_up_users_are_listed_at_once() {
    let (_sandbox, api) = start(fleet(1000, 1000)).await;
    let rows = rows(&api).await;
    assert_eq!(rows.len(), 1000);
    assert!(rows.values().all(|row| row["targetUserCount"] == 950));
}

#[tokio::test]
async fn two_customers_with_ids_may_share_a_name() {
    let company = |id: &str| json!({ "name": "Twin", "id": id, "reseller": "R" });
    let seed = json!({
        "companies": [{ "name": "R" }, company("tWin00000001"), company("tWin00000002")],
        "clients": [{ "clientId": "sandbox-client", "clientSecret": "sandbox-secret",
            "role": "reseller", "company": "R" }],
    });
    let seed = Seed::from_json(&seed.to_string()).unwrap();
    let (_sandbox, api) = start(validated().seed(seed)).await;
    let found = api
        .post("/api/companies/search", &everything())
        .await
        .data();
    assert_eq!(found["totalNumberOfRecords"], 2);
}
