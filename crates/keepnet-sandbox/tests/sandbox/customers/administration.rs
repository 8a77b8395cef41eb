//! REST clients, roles, custom fields, system users and lookups.

use keepnet_sandbox::Seed;
use serde_json::{Value, json};

use crate::api::{ACME, Api, DIALECTS, GLOBEX, column, everything, start, validated};

const CLIENTS: &str = "/api/companies/clients";

async fn role(api: &Api, name: &str) -> Value {
    let roles = api.get("/api/roles").await.data();
    let mut roles = roles.as_array().unwrap().iter();
    roles.find(|role| role["name"] == name).unwrap()["resourceId"].clone()
}

async fn client(api: &Api, role: Value) -> Value {
    let credentials = api
        .get(&format!("{CLIENTS}/generate-client-credentials"))
        .await
        .data();
    json!({ "name": "Nightly import", "clientId": credentials["clientId"], "clientSecret": credentials["clientSecret"],
        "statusId": 1, "hasIpAddressRestriction": false, "allowedIpAddresses": [], "roleResourceIdList": [role] })
}

fn token_form(client: &Value) -> String {
    let text = |name: &str| client[name].as_str().unwrap().to_owned();
    let (id, secret) = (text("clientId"), text("clientSecret"));
    format!("grant_type=client_credentials&client_id={id}&client_secret={secret}&scope=api1")
}

#[tokio::test]
async fn client_gets_tokens_until_inactive_or_deleted() {
    for dialect in DIALECTS {
        let (sandbox, reseller) = start(validated().dialect(dialect)).await;
        let api = reseller.company(ACME);
        let mut body = client(&api, role(&api, "Company Admin").await).await;
        let created = api.post(CLIENTS, &body).await.data();
        let path = format!("{CLIENTS}/{}", created["resourceId"].as_str().unwrap());

        let (id, secret) = (
            body["clientId"].as_str().unwrap(),
            body["clientSecret"].as_str().unwrap(),
        );
        let own = Api::with_client(&sandbox, id, secret).await;
        let users = own
            .post("/api/target-users/search", &everything())
            .await
            .data();
        assert_eq!(
            users["results"][0]["email"], "ada@acme.example",
            "without a company header"
        );
        assert_eq!(own.company(GLOBEX).get("/api/jobs").await.error().0, 404);

        let shown = api.get(&path).await;
        assert!(
            !String::from_utf8_lossy(&shown.bytes).contains(secret),
            "the secret is never returned"
        );
        assert_eq!(
            shown.data()["roleResourceIdList"],
            body["roleResourceIdList"]
        );
        let mut search = everything();
        search["orderBy"] = json!("ClientName");
        let listed = api.post(&format!("{CLIENTS}/search"), &search).await.data();
        assert_eq!(
            column(&listed["results"], "clientName"),
            ["admin-client", "Nightly import"]
        );

        let anonymous = Api::anonymous(&sandbox);
        body["statusId"] = json!(0);
        api.put(&path, &body).await.data();
        assert_eq!(
            anonymous.token(&token_form(&body)).await.status,
            400,
            "inactive"
        );
        body["statusId"] = json!(1);
        api.put(&path, &body).await.data();
        assert_eq!(anonymous.token(&token_form(&body)).await.status, 200);
        api.delete(&path).await.data();
        assert_eq!(
            anonymous.token(&token_form(&body)).await.status,
            400,
            "deleted"
        );
        assert_eq!(
            own.get("/api/jobs").await.status,
            200,
            "tokens cannot be revoked"
        );
        assert_eq!(api.get(&path).await.error().0, 404);
    }
}

#[tokio::test]
async fn invalid_client_is_refused_with_the_reason() {
    let (_sandbox, reseller) = start(validated()).await;
    let api = reseller.company(ACME);
    let good = client(&api, role(&api, "Company Admin").await).await;
    let reseller_role = role(&reseller, "Reseller").await;
    let check = async |change: Value, status: u16, reason: &str| {
        let mut body = good.clone();
        for (name, value) in change.as_object().unwrap() {
            body[name] = value.clone();
        }
        let response = api.post(CLIENTS, &body).await;
        assert_eq!(response.error().0, status, "{change}");
        assert!(
            String::from_utf8_lossy(&response.bytes).contains(reason),
            "{response:?}"
        );
    };
    check(
        json!({ "roleResourceIdList": [] }),
        400,
        "Role should be selected",
    )
    .await;
    check(json!({ "roleResourceIdList": ["nobody"] }), 404, "role").await;
    check(
        json!({ "roleResourceIdList": [reseller_role] }),
        404,
        "role",
    )
    .await;
    check(
        json!({ "hasIpAddressRestriction": true, "allowedIpAddresses": ["300.1.1.1"] }),
        400,
        "Invalid ip address",
    )
    .await;
    check(
        json!({ "clientId": "sandbox-client" }),
        400,
        "already exists",
    )
    .await;
    check(json!({ "clientId": "x".repeat(33) }), 400, "1 to 32").await;
    check(json!({ "name": "" }), 400, "1 to 64").await;
}

#[tokio::test]
async fn custom_fields_are_created_and_replaced() {
    for dialect in DIALECTS {
        let (_sandbox, reseller) = start(validated().dialect(dialect)).await;
        let api = reseller.company(ACME);
        let shirt = json!({ "name": "Shirt", "fieldDataType": "String", "ownerType": "Company", "isActive": true, "isRequired": false });
        api.post("/api/custom-fields", &shirt).await.data();
        assert_eq!(
            api.post("/api/custom-fields", &shirt).await.error().0,
            400,
            "the name is taken"
        );
        let fields = api.get("/api/custom-fields/company").await.data();
        assert_eq!(column(&fields, "name"), ["Office", "Badge Number", "Shirt"]);

        let mut office = fields[0].clone();
        office["name"] = json!("Site");
        let list = json!({ "targetUserCustomFields": [office, { "name": "Car", "fieldDataType": "Boolean", "ownerType": "Company" }] });
        api.post("/api/custom-fields/bulk-update", &list)
            .await
            .data();
        let after = api.get("/api/custom-fields/company").await.data();
        assert_eq!(column(&after, "name"), ["Site", "Car"]);
        assert_eq!(after[0]["resourceId"], fields[0]["resourceId"]);
        let unknown = json!({ "targetUserCustomFields": [{ "resourceId": "nothing", "name": "X", "fieldDataType": "Date", "ownerType": "Company" }] });
        assert_eq!(
            api.post("/api/custom-fields/bulk-update", &unknown)
                .await
                .error()
                .0,
            404
        );
    }
}

#[tokio::test]
async fn system_user_is_created_in_the_named_company() {
    for dialect in DIALECTS {
        let (_sandbox, reseller) = start(validated().dialect(dialect)).await;
        let api = reseller.company(ACME);
        let admin = role(&api, "Company Admin").await;
        let body = json!({ "firstName": "Uma", "lastName": "Operator", "email": "uma@globex.example",
            "phoneNumber": "+49 30 000000", "statusId": 1, "roleResourceIdList": [admin], "companyResourceId": GLOBEX });
        api.post("/api/system-users", &body).await.data();
        assert_eq!(
            api.post("/api/system-users", &body).await.error().0,
            400,
            "the address is taken"
        );
        let path = "/api/system-users/search";
        let of_acme = api.post(path, &everything()).await.data();
        let admin = &of_acme["results"][0];
        assert_eq!(of_acme["totalNumberOfRecords"], 1);
        assert_eq!(admin["email"], "admin@acme-llc.example");
        let found = reseller
            .company(GLOBEX)
            .post(path, &everything())
            .await
            .data();
        let row = &found["results"][1];
        assert_eq!(
            (&row["roles"], &row["phoneNumber"]),
            (&json!("Company Admin"), &json!("+4930000000"))
        );
        assert_eq!(row["companyName"], "Globex GmbH");
    }
}

#[tokio::test]
async fn domains_of_users_are_verified_or_not() {
    let seed = Seed::from_json(
        &json!({
            "companies": [
                { "name": "Me" },
                { "name": "Initech", "id": "iNit00000001", "reseller": "Me", "systemUsers": [],
                  "verifiedDomains": ["Initech.example"],
                  "users": [{ "email": "a@initech.example" }, { "email": "b@Branch.example" },
                            { "email": "c@gone.example", "deleted": true }] },
            ],
            "clients": [{ "clientId": "sandbox-client", "clientSecret": "sandbox-secret",
                "role": "reseller", "company": "Me" }],
        })
        .to_string(),
    );
    let (_sandbox, reseller) = start(validated().seed(seed.unwrap())).await;
    let api = reseller.company("iNit00000001");
    let (unverified, verified) = (
        "/api/allow-list/search/unverified",
        "/api/allow-list/search/verified",
    );
    assert_eq!(api.get(unverified).await.data(), json!(["branch.example"]));
    assert_eq!(api.get(verified).await.data(), json!(["initech.example"]));
    let admin = role(&api, "Company Admin").await;
    let body = json!({ "firstName": "Uma", "lastName": "Operator", "email": "uma@branch.example",
        "phoneNumber": "+4930000000", "statusId": 1, "roleResourceIdList": [admin] });
    api.post("/api/system-users", &body).await.data();
    assert_eq!(
        api.get(unverified).await.data(),
        json!([]),
        "of the first admin"
    );
}

#[tokio::test]
async fn lookups_are_returned_singly_and_together() {
    for dialect in DIALECTS {
        let (_sandbox, api) = start(validated().dialect(dialect)).await;
        let languages = api.get("/api/lookups/21").await.data();
        let several = api
            .post("/api/lookups", &json!({ "typeidlist": [2, 21] }))
            .await;
        assert!(several.headers.contains_key("lookup-expire"));
        let several = several.data();
        assert_eq!(several[0]["genericCodeTypeName"], "Industry");
        assert_eq!(
            several.as_array().unwrap()[1..],
            languages.as_array().unwrap()[..]
        );
        let plain = api.get("/api/languages").await.data();
        assert_eq!(
            column(&plain, "resourceId"),
            column(&languages, "resourceId")
        );
        assert_eq!(api.get("/api/lookups/77").await.data(), json!([]));
    }
}

#[tokio::test]
async fn company_export_matches_the_search() {
    let (sandbox, reseller) = start(validated()).await;
    let mut body = everything();
    body["exportType"] = json!("CSV");
    body["pageSize"] = json!(1);
    let path = "/api/companies/search/export";
    let page = reseller.post(path, &body).await;
    assert_eq!(page.content_type, "text/csv");
    assert_eq!(String::from_utf8_lossy(&page.bytes).lines().count(), 2);
    body["reportAllPages"] = json!(true);
    let all = reseller.post(path, &body).await;
    let text = String::from_utf8(all.bytes.to_vec()).unwrap();
    let names: Vec<_> = text
        .lines()
        .map(|line| line.split(',').next().unwrap())
        .collect();
    assert_eq!(names, ["Company Name", "Acme LLC", "Globex GmbH"]);
    let admin = Api::admin(&sandbox).await;
    assert_eq!(admin.post(path, &body).await.error().0, 403);
}
