//! Licences, figures, groups and privacy of many customers, against a table made by hand.

use std::collections::BTreeMap;

use keepnet_sandbox::{Builder, MonthlyFigure, Rules, Seed};
use serde_json::{Value, json};

use crate::api::{Api, column, everything, search_with, start, validated};

const SEARCH: &str = "/api/companies/search";

/// Four customers: over the limit, unlimited, expired and closed, and closed.
fn fleet() -> Builder {
    let user = |name: &str, created: &str| json!({ "email": format!("{name}@one.example"), "created": created });
    let mut users = vec![
        user("ada", "2026-10-31T23:59:59Z"),
        user("bob", "2026-11-01T00:00:00Z"),
        user("cem", "2026-11-20T08:00:00Z"),
        user("dee", "2026-11-21T08:00:00Z"),
        user("eve", "2026-01-05T08:00:00Z"),
        user("fay", "2026-01-05T08:00:00Z"),
    ];
    users[3]["active"] = false.into();
    for (index, deleted_at) in [(4, "2026-10-15T00:00:00Z"), (5, "2026-11-02T00:00:00Z")] {
        users[index]["deleted"] = true.into();
        users[index]["deletedAt"] = deleted_at.into();
    }
    let seed = json!({
        "companies": [
            { "name": "Reseller", "id": "rEselLer0001" },
            { "name": "One", "id": "cOmpany00001", "reseller": "Reseller", "licenseLimit": 2,
              "licenseType": "Complete", "created": "2025-06-01T00:00:00Z",
              "licenseEnd": "2026-12-24T00:00:00Z", "tags": ["north", "gold"], "users": users },
            { "name": "Two", "id": "cOmpany00002", "reseller": "Reseller", "madeUpUsers": 30,
              "licenseModules": ["Incident Response"], "monthlyUsers": { "2026-11": 77, "2026-10": 5 } },
            { "name": "Three", "id": "cOmpany00003", "reseller": "Reseller", "licenseLimit": 50,
              "licenseType": "Training Only", "licenseEnd": "2026-11-01T00:00:00Z", "openToReseller": false },
            { "name": "Four", "id": "cOmpany00004", "reseller": "Reseller", "licenseLimit": 1,
              "madeUpUsers": 1, "openToReseller": false },
        ],
        "clients": [{ "clientId": "sandbox-client", "clientSecret": "sandbox-secret",
            "role": "reseller", "company": "Reseller" }],
        "companyGroups": [{ "name": "Odd", "reseller": "Reseller", "companies": ["One", "Three"] }],
    });
    let now = "2026-11-27T12:00:00Z".parse().unwrap();
    let seed = Seed::from_json(&seed.to_string()).unwrap();
    validated().seed(seed).clock(move || now)
}

/// These columns of the customers, by the name of the customer.
async fn table(api: &Api, body: &Value, columns: &[&str]) -> BTreeMap<String, Vec<Value>> {
    let data = api.post(SEARCH, body).await.data();
    let rows = data["results"].as_array().unwrap().iter();
    rows.map(|row| {
        let cells = columns.iter().map(|name| row[*name].clone()).collect();
        (row["companyName"].as_str().unwrap().to_owned(), cells)
    })
    .collect()
}

fn expected(rows: Value) -> BTreeMap<String, Vec<Value>> {
    serde_json::from_value(rows).unwrap()
}

#[tokio::test]
async fn licences_and_seats_equal_the_table() {
    let (_sandbox, api) = start(fleet()).await;
    let columns = [
        "licenseTypeName",
        "isNumberOfUsersLimited",
        "numberOfUsers",
        "targetUserCount",
        "inactiveTargetUserCount",
        "deletedTargetUserCount",
        "licenceExpired",
        "privacyDurationId",
        "tags",
    ];
    assert_eq!(
        table(&api, &everything(), &columns).await,
        expected(json!({
            "One": ["Complete", true, "2", 3, 1, 2, false, 1, ["north", "gold"]],
            "Two": ["Annual", false, "9999", 29, 1, 0, false, 1, []],
            "Three": ["Training Only", true, "50", 0, 0, 0, true, 0, []],
            "Four": ["Annual", true, "1", 1, 0, 0, false, 0, []],
        }))
    );
    let mut exceeded = everything();
    exceeded["isTargetUserCountExceededLimit"] = true.into();
    assert_eq!(
        table(&api, &exceeded, &[]).await,
        expected(json!({ "One": [] }))
    );

    let check = api
        .get("/api/companies/cOmpany00001/license-check")
        .await
        .data();
    let seats = json!({ "isLimited": true, "licenseLimit": 2, "activeUserCount": 3,
        "totalUserCount": 4, "isLicenseExceeded": true });
    assert_eq!(check, seats);
    let two = api.get("/api/companies/cOmpany00002").await.data();
    assert_eq!(two["licenseModules"], json!(["lIcM0duIncid"]));
    assert_eq!(
        (&two["isNumberOfUsersLimited"], &two["numberOfUsers"]),
        (&json!(false), &json!(9999))
    );
    let one = api.get("/api/companies/cOmpany00001").await.data();
    assert_eq!(one["companyGroups"][0]["name"], "Odd");
    assert_eq!(one["licenseModules"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn inactive_users_count_where_the_rule_says_so() {
    let mut rules = Rules::default();
    rules.count_inactive_as_target_users = true;
    let (_sandbox, api) = start(fleet().rules(rules)).await;
    let counts = table(&api, &everything(), &["targetUserCount"]).await;
    assert_eq!(counts["One"], [4]);
}

#[tokio::test]
async fn licence_is_enforced_where_the_rule_says_so() {
    for (is_enforced, status) in [(false, 200), (true, 400)] {
        let mut rules = Rules::default();
        rules.refuse_beyond_license = is_enforced;
        let (_sandbox, reseller) = start(fleet().rules(rules)).await;
        let check = async |company: &str, is_active: bool, status: u16| {
            let body =
                json!({ "email": "new@one.example", "phoneNumber": "", "isActive": is_active });
            let api = reseller.company(company);
            let response = api.post("/api/target-users", &body).await;
            assert_eq!(response.status, status, "{company} {is_enforced}");
        };
        check("cOmpany00001", true, status).await;
        check("cOmpany00003", true, 200).await;
        check("cOmpany00002", true, 200).await;
    }
}

#[tokio::test]
async fn monthly_figure_equals_the_table() {
    let check = async |figure: MonthlyFigure, month: Option<&str>, one: u64, two: u64| {
        let mut rules = Rules::default();
        rules.monthly_figure = figure;
        let (_sandbox, api) = start(fleet().rules(rules)).await;
        let conditions = month.map(
            |month| json!([{ "FieldName": "MonthlyActiveUser", "Operator": "=", "Value": month }]),
        );
        let body = search_with(conditions.unwrap_or(json!([])));
        let figures = table(&api, &body, &["monthlyActiveUserCount"]).await;
        assert_eq!(figures.len(), 4, "the month hides no company");
        assert_eq!(figures["One"], [one], "{figure:?} {month:?}");
        assert_eq!(figures["Two"], [two], "{figure:?} {month:?}");
    };
    check(MonthlyFigure::Added, None, 3, 77).await;
    check(MonthlyFigure::Added, Some("2026-11"), 3, 77).await;
    check(MonthlyFigure::Added, Some("2026-10"), 1, 5).await;
    check(MonthlyFigure::Included, None, 5, 77).await;
    check(MonthlyFigure::Included, Some("2026-10"), 3, 5).await;

    let (_sandbox, api) = start(fleet()).await;
    let summary = api
        .company("cOmpany00001")
        .get("/api/target-users/count-summary")
        .await
        .data();
    let months = summary["monthlyActiveUsers"].as_array().unwrap();
    let counts: Vec<_> = months
        .iter()
        .rev()
        .take(2)
        .map(|month| month["count"].clone())
        .collect();
    assert_eq!(counts, [3, 1], "the same figure as in the list");
}

#[tokio::test]
async fn customers_are_filtered_as_the_web_client_does() {
    let (_sandbox, api) = start(fleet()).await;
    let check = async |field: &str, operator: &str, value: &str, expected: &[&str]| {
        let items = json!([{ "FieldName": field, "Operator": operator, "Value": value }]);
        let found = table(&api, &search_with(items), &[]).await;
        let names: Vec<&str> = found.keys().map(String::as_str).collect();
        assert_eq!(names, expected, "{field} {operator} {value}");
    };
    check(
        "LicenseTypeResourceId",
        "Include",
        "lIcTyp3Compl,lIcTyp3Train",
        &["One", "Three"],
    )
    .await;
    check(
        "ModuleResourceId",
        "Include",
        "lIcM0duIncid",
        &["One", "Two"],
    )
    .await;
    check("Tags", "=", "gold", &["One"]).await;
    check("Tags", "Contains", "nor", &["One"]).await;
    check("LicenceExpired", "=", "true", &["Three"]).await;
    check(
        "LicenseEndDate",
        "<=",
        "25/12/2026 00:00",
        &["One", "Three"],
    )
    .await;
    check("TargetUserCount", ">", "2", &["One", "Two"]).await;
    let licenses = api.get("/api/lookups/licenses").await.data();
    assert_eq!(licenses["licenses"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn closed_company_refuses_its_reseller() {
    let (_sandbox, api) = start(fleet()).await;
    let check = async |company: &str, expected: &str| {
        let response = api.company(company).get("/api/target-groups").await;
        let body = response.json();
        let status = body["status"].as_str().or(body["Status"].as_str());
        assert_eq!(status, Some(expected), "{company}");
    };
    check("cOmpany00001", "SUCCESS").await;
    check("cOmpany00003", "SUCCESS").await;
    check("cOmpany00004", "PRIVACY_ERROR").await;
    let shown = api.get("/api/companies/cOmpany00004").await;
    assert_eq!(shown.status, 200, "the list of companies still shows it");
}

#[tokio::test]
async fn company_groups_are_managed() {
    let (_sandbox, api) = start(fleet()).await;
    let groups = "/api/company-groups";
    let names = async || {
        let found = api
            .post(&format!("{groups}/search"), &everything())
            .await
            .data();
        let rows = found["results"].as_array().unwrap().iter();
        rows.map(|row| format!("{} {}", row["name"].as_str().unwrap(), row["companyCount"]))
            .collect::<Vec<_>>()
    };
    assert_eq!(names().await, ["Odd 2"]);
    let body = json!({ "name": "All", "companyResourceIdArray": ["cOmpany00001"] });
    let created = api.post(groups, &body).await.data();
    let path = format!("{groups}/{}", created["resourceId"].as_str().unwrap());
    assert_eq!(
        api.post(groups, &body).await.error().0,
        400,
        "the name exists"
    );
    let more = json!({ "companyResourceIdArray": ["cOmpany00002", "cOmpany00004"] });
    api.put(&format!("{path}/participants"), &more).await.data();
    assert_eq!(names().await, ["Odd 2", "All 3"]);
    let members = api
        .post(&format!("{path}/companies/search"), &everything())
        .await
        .data();
    assert_eq!(
        column(&members["results"], "companyName"),
        ["One", "Two", "Four"]
    );
    let unknown = json!({ "companyResourceIdArray": ["xC5kfGz7w2Nz"] });
    let refused = api.put(&format!("{path}/participants"), &unknown).await;
    assert_eq!(refused.error().0, 404);
    let renamed = json!({ "name": "Every", "companyResourceIdArray": null });
    api.put(&path, &renamed).await.data();
    assert_eq!(api.get(&path).await.data()["companyCount"], 3);
    api.delete(&path).await.data();
    assert_eq!(api.get(&path).await.status, 404);
    let list = api.get(groups).await.data();
    assert_eq!(column(&list, "name"), ["Odd"]);
}

#[tokio::test]
async fn missing_is_active_makes_a_user_inactive() {
    for is_required in [false, true] {
        let mut rules = Rules::default();
        rules.require_is_active = is_required;
        let (_sandbox, reseller) = start(fleet().rules(rules)).await;
        let api = reseller.company("cOmpany00001");
        let body = json!({ "email": "new@one.example", "phoneNumber": "" });
        let response = api.post("/api/target-users", &body).await;
        if is_required {
            assert_eq!(response.error().0, 400);
            continue;
        }
        let path = format!(
            "/api/target-users/{}",
            response.data()["resourceId"].as_str().unwrap()
        );
        assert_eq!(api.get(&path).await.data()["isActive"], false);
    }
}

#[tokio::test]
async fn unknown_values_of_a_seed_are_refused() {
    let check = async |property: &str, value: Value| {
        let mut company = json!({ "name": "One" });
        company[property] = value;
        let seed = json!({ "companies": [company], "clients": [] });
        let seed = Seed::from_json(&seed.to_string()).unwrap();
        let error = validated()
            .seed(seed)
            .start()
            .await
            .unwrap_err()
            .to_string();
        assert!(error.contains("\"Tomorrow\""), "{error}");
    };
    check("licenseType", json!("Tomorrow")).await;
    check("licenseModules", json!(["Tomorrow"])).await;
    check("licenseEnd", json!("Tomorrow")).await;
    check("created", json!("Tomorrow")).await;
}
