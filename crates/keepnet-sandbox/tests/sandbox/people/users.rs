//! Target users: search, edit, export.

use keepnet_sandbox::{Dialect, Rules, Sandbox};
use serde_json::{Value, json};

use crate::api::{ACME, Api, column, everything, search_with, start, validated};

const SEARCH: &str = "/api/target-users/search";

async fn acme(builder: keepnet_sandbox::Builder) -> (Sandbox, Api) {
    let (sandbox, reseller) = start(builder).await;
    let api = reseller.company(ACME);
    (sandbox, api)
}

#[tokio::test]
async fn users_are_found_by_each_kind_of_condition() {
    let (_sandbox, api) = acme(validated()).await;
    let check = async |items: Value, expected: &[&str]| {
        let data = api.post(SEARCH, &search_with(items.clone())).await.data();
        let names: Vec<_> = column(&data["results"], "email")
            .iter()
            .map(|email| email.split('@').next().unwrap())
            .collect();
        assert_eq!(names, expected, "{items}");
    };
    let by = |field: &str, operator: &str, value: Value| json!([{ "FieldName": field, "Operator": operator, "Value": value }]);
    let all = ["ada", "bob", "cem", "ivy", "dee", "sam"];
    check(json!([]), &all).await;
    check(by("Email", "Contains", json!("")), &all).await;
    check(by("Email", "Contains", json!(null)), &all).await;
    check(by("email", "=", json!("ADA@ACME.EXAMPLE")), &["ada"]).await;
    check(by("LastName", "Contains", json!("güneş")), &["cem"]).await;
    check(
        by("department", "!=", json!("Sales")),
        &["ada", "cem", "sam"],
    )
    .await;
    check(
        by("IsDeleted", "Contains", json!(false)),
        &["ada", "bob", "cem", "ivy", "sam"],
    )
    .await;
    check(by("IsDeleted", "Contains", json!(true)), &["dee"]).await;
    // The document has a text here, the web client sends a boolean.
    check(by("IsDeleted", "Contains", json!("true")), &["dee"]).await;
    check(by("status", "Include", json!("0")), &["ivy"]).await;
    check(by("Status", "Include", json!("1,0")), &all).await;
    check(by("Priority", "Include", json!("Low,Medium")), &all).await;
    check(by("TimeZoneId", "Include", json!("UTC,Blank")), &all).await;
    check(by("createTime", ">=", json!("01/01/2000 00:00")), &all).await;
    check(by("CreateTime", "<", json!("2000-01-01")), &[]).await;
    // The web client writes the key of the second bound in lower case.
    let range = json!([{ "FieldName": "Email", "Operator": ">=", "Value": "b" },
        { "FieldName": "Email", "Operator": "<=", "value": "d" }]);
    check(range, &["bob", "cem"]).await;

    let mut body = everything();
    body["filter"]["FilterGroups"] = json!([
        { "Condition": "AND", "FilterItems": [{ "FieldName": "IsDeleted", "Value": false, "Operator": "=" }], "FilterGroups": [] },
        { "Condition": "OR", "FilterItems": [
            { "FieldName": "FirstName", "Value": "ivy", "Operator": "Contains" },
            { "FieldName": "Department", "Value": "fin", "Operator": "Contains" },
            { "FieldName": "FirstName", "Value": "dee", "Operator": "Contains" },
        ], "FilterGroups": [] },
    ]);
    let data = api.post(SEARCH, &body).await.data();
    assert_eq!(column(&data["results"], "firstName"), ["Ada", "Ivy"]);
}

#[tokio::test]
async fn users_are_sorted_by_each_sortable_field() {
    let (_sandbox, api) = acme(validated()).await;
    for field in [
        "firstName",
        "LastName",
        "email",
        "phoneNumber",
        "department",
        "preferredLanguage",
        "managerFullName",
        "managerEmail",
        "priority",
        "status",
        "updateTime",
        "createTime",
        "TimeZoneId",
        "",
    ] {
        let mut body = everything();
        body["orderBy"] = json!(field);
        assert_eq!(
            api.post(SEARCH, &body).await.data()["totalNumberOfRecords"],
            6,
            "{field}"
        );
    }
    let mut body = everything();
    body["orderBy"] = json!("lastName");
    body["ascending"] = json!(false);
    let data = api.post(SEARCH, &body).await.data();
    assert_eq!(
        column(&data["results"], "lastName"),
        ["Winter", "Synced", "Summer", "Parted", "Idle", "Güneş"]
    );
    body["orderBy"] = json!("Office");
    assert_eq!(
        api.post(SEARCH, &body).await.error().0,
        400,
        "custom fields are not sortable"
    );
}

#[tokio::test]
async fn pages_have_no_gap_and_no_overlap() {
    let (_sandbox, api) = acme(validated().users("Acme LLC", 1000)).await;
    let mut seen = std::collections::BTreeSet::new();
    for page in 1..=5 {
        let mut body = everything();
        body["pageSize"] = json!(250);
        body["pageNumber"] = json!(page);
        let data = api.post(SEARCH, &body).await.data();
        assert_eq!(data["totalNumberOfRecords"], 1006);
        assert_eq!(data["totalNumberOfPages"], 5);
        seen.extend(
            column(&data["results"], "resourceId")
                .into_iter()
                .map(str::to_owned),
        );
    }
    assert_eq!(seen.len(), 1006);
}

#[tokio::test]
async fn user_is_created_read_changed_and_deleted() {
    for dialect in crate::api::DIALECTS {
        let (sandbox, api) = acme(validated().dialect(dialect)).await;
        let fields = api.get("/api/custom-fields/company").await.data();
        let group = api
            .post(
                "/api/target-groups",
                &json!({ "name": "New starters", "priority": "High" }),
            )
            .await
            .data();
        let languages = api.get("/api/lookups/21").await;
        assert!(languages.headers.contains_key("lookup-expire"));
        let language = &languages.data()[0];
        let body = json!({
            "email": "new@acme.example", "firstName": "Nia", "lastName": "Newcomer", "priority": "High",
            "isActive": true, "timeZoneId": "Turkey Standard Time", "preferredLanguageId": language["resourceId"],
            "managerFirstName": "Ada", "managerLastName": "Winter", "managerEmail": "ada@acme.example",
            "targetGroupResourceIds": [group["resourceId"]],
            "customFields": [{ "resourceId": fields[0]["resourceId"], "value": "Berlin", "timestampValue": "" }],
        });
        let created = api.post("/api/target-users", &body).await.data();
        let path = format!(
            "/api/target-users/{}",
            created["resourceId"].as_str().unwrap()
        );
        let user = api.get(&path).await.data();
        assert_eq!(user["email"], "new@acme.example");
        assert_eq!(user["timeZoneId"], "Turkey Standard Time");
        assert_eq!(user["managerFullName"], "Ada Winter");
        assert_eq!(user["isActive"], true);

        let in_berlin =
            search_with(json!([{ "FieldName": "office", "Operator": "=", "Value": "Berlin" }]));
        let row = api.post(SEARCH, &in_berlin).await.data()["results"][0].take();
        assert_eq!(row["email"], "new@acme.example");
        assert_eq!(row["timeZone"], "(UTC+03:00) Istanbul");
        assert_eq!(row["preferredLanguage"], language["name"]);
        assert_eq!(row["customFieldValues"][0]["value"], "Berlin");
        let day_first = row["createTime"].as_str().unwrap().contains('/');
        assert_eq!(day_first, dialect == Dialect::Observed, "{row}");
        assert_eq!(row.get("isDeleted").is_some(), dialect == Dialect::Observed);

        let mut change = row.clone();
        change["lastName"] = json!("Renamed");
        api.put(&path, &change).await.data();
        assert_eq!(api.get(&path).await.data()["lastName"], "Renamed");
        assert_eq!(
            sandbox.state()["companies"][1]["groups"][2]["members"],
            1,
            "an update does not change the groups"
        );

        api.delete(&path).await.data();
        assert_eq!(
            api.delete(&path).await.error().0,
            404,
            "a deleted user cannot be deleted again"
        );
        assert_eq!(api.put(&path, &change).await.error().0, 404);
        let counts = api.get("/api/target-users/count-summary").await.data();
        assert_eq!(counts["totalNumberOfDeletedUsers"], 2);
        assert!(!counts["monthlyActiveUsers"].as_array().unwrap().is_empty());
    }
}

#[tokio::test]
async fn invalid_user_is_refused() {
    let (_sandbox, api) = acme(validated()).await;
    for (case, body) in [
        ("no address", json!({ "firstName": "Nia" })),
        ("invalid address", json!({ "email": "nia" })),
        (
            "existing address in another case",
            json!({ "email": "ADA@acme.example" }),
        ),
        (
            "too long name",
            json!({ "email": "n@acme.example", "firstName": "x".repeat(257) }),
        ),
        (
            "unknown priority",
            json!({ "email": "n@acme.example", "priority": "Urgent" }),
        ),
        (
            "unknown time zone",
            json!({ "email": "n@acme.example", "timeZoneId": "Mars" }),
        ),
        (
            "unknown custom field",
            json!({ "email": "n@acme.example", "customFields": [{ "resourceId": "x", "value": "y" }] }),
        ),
        ("no object", json!(["n@acme.example"])),
    ] {
        let response = api.post("/api/target-users", &body).await;
        assert_eq!(response.error(), (400, "INPUT_ERROR".to_owned()), "{case}");
    }
    let unknown_group = json!({ "email": "n@acme.example", "targetGroupResourceIds": ["nope"] });
    assert_eq!(
        api.post("/api/target-users", &unknown_group)
            .await
            .error()
            .0,
        404
    );
    assert_eq!(api.get("/api/target-users/nope").await.error().0, 404);
    let synced = search_with(
        json!([{ "FieldName": "Email", "Operator": "=", "Value": "sam@acme.example" }]),
    );
    let synced = api.post(SEARCH, &synced).await.data()["results"][0].take();
    assert_eq!(synced["isEditable"], false);
    let path = format!(
        "/api/target-users/{}",
        synced["resourceId"].as_str().unwrap()
    );
    assert_eq!(
        api.delete(&path).await.error().0,
        400,
        "an identity provider owns the user"
    );
}

#[tokio::test]
async fn rules_switch_unknown_behaviour() {
    let mut rules = Rules::default();
    rules.reject_duplicate_email = false;
    rules.require_phone_number = true;
    rules.accept_equal_operator = true;
    let (sandbox, api) = acme(validated().rules(rules)).await;
    assert_eq!(
        api.post("/api/target-users", &json!({ "email": "n@acme.example" }))
            .await
            .error()
            .0,
        400
    );
    let twice = json!({ "email": "Ada@acme.example", "phoneNumber": "+1" });
    api.post("/api/target-users", &twice).await.data();
    assert_eq!(sandbox.state()["companies"][1]["counters"]["created"], 0);
    let equal = search_with(
        json!([{ "FieldName": "Email", "Operator": "Equal", "Value": "ada@acme.example" }]),
    );
    assert_eq!(
        api.post(SEARCH, &equal).await.data()["totalNumberOfRecords"],
        1
    );
}

#[tokio::test]
async fn export_is_a_file_but_its_error_is_json() {
    let (_sandbox, api) = acme(validated().users("Acme LLC", 30)).await;
    let mut body = everything();
    body["pageSize"] = json!(10);
    body["exportType"] = json!("CSV");
    let lines = async |body: &Value| {
        let response = api.post("/api/target-users/search/export", body).await;
        assert_eq!(response.content_type, "text/csv");
        String::from_utf8(response.bytes.to_vec())
            .unwrap()
            .lines()
            .count()
    };
    body["reportAllPages"] = json!(false);
    assert_eq!(lines(&body).await, 11);
    body["reportAllPages"] = json!(true);
    assert_eq!(lines(&body).await, 37);
    body["exportType"] = json!("Excel");
    let response = api.post("/api/target-users/search/export", &body).await;
    assert!(response.bytes.starts_with(b"PK"), "{response:?}");
    body["exportType"] = json!("Csv");
    let response = api.post("/api/target-users/search/export", &body).await;
    assert_eq!(response.error().0, 400, "the service accepts CSV only");
    assert!(response.content_type.starts_with("application/json"));
}

#[tokio::test]
async fn groups_are_created_listed_and_searched() {
    let (_sandbox, api) = acme(validated()).await;
    api.post(
        "/api/target-groups",
        &json!({ "name": "Pilots", "priority": "VeryHigh" }),
    )
    .await
    .data();
    let again = api
        .post(
            "/api/target-groups",
            &json!({ "name": "pilots", "priority": "Low" }),
        )
        .await;
    assert_eq!(again.error().0, 400);
    assert_eq!(
        api.post("/api/target-groups", &json!({ "name": "" }))
            .await
            .error()
            .0,
        400
    );
    let listed = api.get("/api/target-groups").await.data();
    assert_eq!(column(&listed, "name"), ["All Staff", "Managers", "Pilots"]);
    let found =
        search_with(json!([{ "FieldName": "Name", "Operator": "Contains", "Value": "pil" }]));
    let found = api.post("/api/target-groups/search", &found).await.data();
    assert_eq!(column(&found["results"], "priority"), ["VeryHigh"]);
}

#[tokio::test]
async fn time_zones_have_windows_ids() {
    let (_sandbox, api) = acme(validated()).await;
    let zones = api.get("/api/timezone/timezones").await.data();
    assert!(column(&zones["timeZoneList"], "id").contains(&"Turkey Standard Time"));
}

#[tokio::test]
async fn large_export_is_complete_and_in_order() {
    let (_sandbox, api) = acme(validated().users("Acme LLC", 12_000)).await;
    let mut body = everything();
    body["exportType"] = json!("CSV");
    body["reportAllPages"] = json!(true);
    let response = api.post(&format!("{SEARCH}/export"), &body).await;
    let text = String::from_utf8(response.bytes.to_vec()).unwrap();
    let numbers = text.lines().filter_map(|line| {
        let number = line.split("person").nth(1)?.split('@').next()?;
        number.parse::<usize>().ok()
    });
    assert!(numbers.eq(0..12_000));
    assert_eq!(text.lines().count(), 12_000 + 6 + 1);
}
