//! Companies, the search body, and the company headers.

use serde_json::{Value, json};

use crate::api::{ACME, Api, ELSEWHERE, GLOBEX, column, everything, search_with, start, validated};

const SEARCH: &str = "/api/companies/search";

#[tokio::test]
async fn reseller_sees_only_its_own_customers() {
    let (_sandbox, reseller) = start(validated()).await;
    let data = reseller.post(SEARCH, &everything()).await.data();
    assert_eq!(
        column(&data["results"], "companyName"),
        ["Acme LLC", "Globex GmbH"]
    );
    assert_eq!(data["results"][0]["companyResourceId"], ACME);
    assert_eq!(
        data["results"][0]["numberOfUsers"], "100",
        "the number is a text"
    );
    assert_eq!(data["totalNumberOfRecords"], 2);

    let tree = reseller.get("/api/companies/my").await.data();
    assert_eq!(tree[0]["name"], "Sandbox Reseller");
    assert_eq!(column(&tree[0]["children"], "resourceId"), [ACME, GLOBEX]);
}

#[tokio::test]
async fn company_admin_sees_only_its_own_company() {
    let sandbox = validated().start().await.unwrap();
    let admin = Api::admin(&sandbox).await;
    assert_eq!(admin.post(SEARCH, &everything()).await.error().0, 403);
    let tree = admin.get("/api/companies/my").await.data();
    assert_eq!(column(&tree, "resourceId"), [ACME]);
    assert_eq!(
        admin.get(&format!("/api/companies/{ACME}")).await.data()["name"],
        "Acme LLC"
    );
    assert_eq!(
        admin
            .get(&format!("/api/companies/{GLOBEX}"))
            .await
            .error()
            .0,
        404
    );
}

#[tokio::test]
async fn company_headers_select_the_company() {
    let sandbox = validated().start().await.unwrap();
    let reseller = Api::reseller(&sandbox).await;
    let admin = Api::admin(&sandbox).await;
    let both = |one: &str, other: &str| reseller.company(one).with("x-ir-company-id", other);
    for (case, api, expected) in [
        (
            "reseller, documented header",
            reseller.company(ACME),
            Ok("ada@acme.example"),
        ),
        (
            "reseller, other header",
            reseller.with("x-ir-company-id", GLOBEX),
            Ok("greta@globex.example"),
        ),
        (
            "reseller, both headers",
            both(ACME, ACME),
            Ok("ada@acme.example"),
        ),
        (
            "reseller, no header",
            reseller.clone(),
            Ok("desk@reseller.example"),
        ),
        (
            "reseller, empty header",
            reseller.company(""),
            Ok("desk@reseller.example"),
        ),
        (
            "reseller, headers that differ",
            both(ACME, GLOBEX),
            Err(400),
        ),
        (
            "reseller, unknown company",
            reseller.company("nObodysC0mp4"),
            Err(404),
        ),
        (
            "reseller, wrong case",
            reseller.company(&ACME.to_lowercase()),
            Err(404),
        ),
        (
            "reseller, another reseller's company",
            reseller.company(ELSEWHERE),
            Err(404),
        ),
        ("admin, no header", admin.clone(), Ok("ada@acme.example")),
        (
            "admin, own company",
            admin.company(ACME),
            Ok("ada@acme.example"),
        ),
        ("admin, another company", admin.company(GLOBEX), Err(404)),
    ] {
        let response = api.post("/api/target-users/search", &everything()).await;
        match expected {
            Ok(email) => assert_eq!(response.data()["results"][0]["email"], email, "{case}"),
            Err(status) => assert_eq!(response.error().0, status, "{case}"),
        }
    }
    let counters = sandbox.state()["counters"].take();
    assert_eq!(
        counters["resellerCallsWithoutCompany"], 2,
        "calls without a header are counted"
    );
}

#[tokio::test]
async fn incomplete_search_body_is_refused() {
    let (_sandbox, reseller) = start(validated()).await;
    let without = |key: &str| {
        let mut body = everything();
        body.as_object_mut().unwrap().remove(key);
        body
    };
    let with = |key: &str, value: Value| {
        let mut body = everything();
        body[key] = value;
        body
    };
    let in_filter = |key: &str, value: Value| {
        let mut body = everything();
        body["filter"][key] = value;
        body
    };
    for (case, body, expected) in [
        ("null filter", with("filter", json!(null)), 500),
        ("no filter", without("filter"), 500),
        ("empty body", json!({}), 500),
        ("null order", with("orderBy", json!(null)), 400),
        ("no order", without("orderBy"), 400),
        (
            "unsupported order",
            with("orderBy", json!("Shoe Size")),
            400,
        ),
        ("page size 0", with("pageSize", json!(0)), 400),
        ("no page size", without("pageSize"), 400),
        ("page size 100000", with("pageSize", json!(100_000)), 400),
        ("page 0", with("pageNumber", json!(0)), 400),
        ("null condition", in_filter("Condition", json!(null)), 400),
        (
            "null text",
            in_filter("SearchInputTextValue", json!(null)),
            400,
        ),
        ("null groups", in_filter("FilterGroups", json!(null)), 400),
        (
            "unknown operator",
            search_with(json!([{ "FieldName": "CompanyName", "Operator": "Equal", "Value": "x" }])),
            400,
        ),
        (
            "unknown field",
            search_with(json!([{ "FieldName": "Mood", "Operator": "=", "Value": "x" }])),
            400,
        ),
        ("empty order", with("orderBy", json!("")), 200),
        ("page size 99999", with("pageSize", json!(99_999)), 200),
        (
            "no groups",
            json!({ "pageNumber": 1, "pageSize": 5, "orderBy": "CreateTime", "ascending": false,
            "filter": { "Condition": "AND", "SearchInputTextValue": "" } }),
            200,
        ),
        (
            "camel case",
            json!({ "PAGENUMBER": 1, "pagesize": 5, "OrderBy": "companyname", "Ascending": true, "extra": 1,
            "Filter": { "condition": "and", "searchInputTextValue": "", "filterGroups": [] } }),
            200,
        ),
    ] {
        assert_eq!(
            reseller.post(SEARCH, &body).await.status.as_u16(),
            expected,
            "{case}"
        );
    }
}

#[tokio::test]
async fn json_patch_content_type_returns_400() {
    let (_sandbox, reseller) = start(validated()).await;
    for (content_type, expected) in [
        ("application/json-patch+json", 400),
        ("text/plain", 415),
        ("application/json; charset=utf-8", 200),
        ("text/json", 200),
        ("application/problem+json", 200),
    ] {
        let api = reseller.with("content-type", content_type);
        let body = everything().to_string().into();
        let response = api.send(hyper::Method::POST, SEARCH, body).await;
        assert_eq!(response.status.as_u16(), expected, "{content_type}");
    }
}

#[tokio::test]
async fn companies_are_filtered_sorted_and_paged() {
    let (_sandbox, reseller) = start(validated().users("Acme LLC", 200)).await;
    let check = async |body: Value, expected: &[&str]| {
        let data = reseller.post(SEARCH, &body).await.data();
        assert_eq!(column(&data["results"], "companyName"), expected, "{body}");
        assert_eq!(data["limitExceededCompanyCount"], 1, "{body}");
    };
    let by = |field: &str, operator: &str, value: Value| {
        search_with(json!([{ "FieldName": field, "Operator": operator, "Value": value }]))
    };
    check(
        by("CompanyName", "Contains", json!("GLOB")),
        &["Globex GmbH"],
    )
    .await;
    check(by("companyName", "=", json!("acme llc")), &["Acme LLC"]).await;
    check(by("CompanyName", "!=", json!("Acme LLC")), &["Globex GmbH"]).await;
    check(by("TargetUserCount", ">=", json!(100)), &["Acme LLC"]).await;
    check(by("TargetUserCount", "<", json!("100")), &["Globex GmbH"]).await;
    check(
        by("LicenceExpired", "=", json!("false")),
        &["Acme LLC", "Globex GmbH"],
    )
    .await;
    check(
        by("CompanyName", "Contains", json!("")),
        &["Acme LLC", "Globex GmbH"],
    )
    .await;

    let mut body = everything();
    body["isTargetUserCountExceededLimit"] = json!(true);
    check(body, &["Acme LLC"]).await;

    let mut body = everything();
    body["orderBy"] = json!("CompanyName");
    body["ascending"] = json!(false);
    body["pageSize"] = json!(1);
    body["pageNumber"] = json!(2);
    check(body.clone(), &["Acme LLC"]).await;
    body["pageNumber"] = json!(3);
    check(body, &[]).await;

    let mut body = everything();
    body["isClustered"] = json!(true);
    let data = reseller.post(SEARCH, &body).await.data();
    assert_eq!(
        column(&data["results"], "companyName"),
        ["Sandbox Reseller"]
    );
    assert_eq!(
        column(&data["results"][0]["children"], "companyName"),
        ["Acme LLC", "Globex GmbH"]
    );
}

#[tokio::test]
async fn only_active_users_count_towards_the_licence() {
    let (_sandbox, reseller) = start(validated()).await;
    let check = reseller
        .get(&format!("/api/companies/{ACME}/license-check"))
        .await
        .data();
    let expected = json!({ "isLimited": true, "licenseLimit": 100, "activeUserCount": 4, "totalUserCount": 5,
        "isLicenseExceeded": false });
    assert_eq!(check, expected);
}

#[tokio::test]
async fn unknown_path_returns_404_unknown_method_405() {
    let (_sandbox, reseller) = start(validated()).await;
    assert_eq!(reseller.get("/api/unicorns").await.error().0, 404);
    let response = reseller.delete("/api/jobs").await;
    assert_eq!(response.error().0, 405);
    assert_eq!(response.headers["allow"], "GET");
    let upper_case = reseller.get("/API/COMPANIES/MY").await;
    assert_eq!(upper_case.status, 200, "the case of a path is ignored");
}
