//! Target groups, bulk calls, and operations that the sandbox does not have.

use serde_json::{Value, json};

use crate::api::{ACME, Api, DIALECTS, column, everything, start, validated};

async fn group(api: &Api, name: &str) -> String {
    let body = json!({ "name": name, "priority": "High" });
    let data = api.post("/api/target-groups", &body).await.data();
    data["resourceId"].as_str().unwrap().to_owned()
}

async fn ids(api: &Api, names: &[&str]) -> Vec<Value> {
    let data = api
        .post("/api/target-users/search", &everything())
        .await
        .data();
    let rows = data["results"].as_array().unwrap().iter();
    rows.filter(|row| names.contains(&row["firstName"].as_str().unwrap()))
        .map(|row| row["resourceId"].clone())
        .collect()
}

async fn names(api: &Api, path: &str, body: &Value) -> Vec<String> {
    let data = api.post(path, body).await.data();
    let names = column(&data["results"], "firstName").into_iter();
    names.map(str::to_owned).collect()
}

#[tokio::test]
async fn deleting_a_group_keeps_its_users() {
    for dialect in DIALECTS {
        let (sandbox, reseller) = start(validated().dialect(dialect)).await;
        let api = reseller.company(ACME);
        let id = group(&api, "Pilots").await;
        let path = format!("/api/target-groups/{id}");
        let mut row = api.get(&path).await.data();
        assert_eq!(
            (&row["name"], &row["priority"]),
            (&json!("Pilots"), &json!("High"))
        );
        row["name"] = json!("Captains");
        row["isActive"] = json!(true);
        api.put(&path, &row).await.data();
        assert_eq!(api.get(&path).await.data()["name"], "Captains");
        row["name"] = json!("all staff");
        assert_eq!(
            api.put(&path, &row).await.error().0,
            400,
            "the name is taken"
        );

        let listed = api
            .post("/api/target-groups/search/current-company", &everything())
            .await
            .data();
        assert_eq!(
            column(&listed["results"], "name"),
            ["All Staff", "Managers", "Captains"]
        );
        api.delete(&path).await.data();
        assert_eq!(api.get(&path).await.error().0, 404);
        assert_eq!(api.delete(&path).await.error().0, 404);
        assert_eq!(sandbox.state()["companies"][1]["users"]["total"], 6);
    }
}

#[tokio::test]
async fn users_join_groups_by_id_and_by_filter() {
    for dialect in DIALECTS {
        let (_sandbox, reseller) = start(validated().dialect(dialect)).await;
        let api = reseller.company(ACME);
        let id = group(&api, "Pilots").await;
        let members = format!("/api/target-groups/{id}/users");
        let people = ids(&api, &["Ada", "Bob"]).await;
        let body = json!({ "targetUserResourceIds": people, "targetGroupResourceIds": [id] });
        api.put("/api/target-groups/users", &body).await.data();
        assert_eq!(names(&api, &members, &everything()).await, ["Ada", "Bob"]);

        let mut others = everything();
        others["excludeGroupUsers"] = json!(true);
        assert_eq!(
            names(&api, &members, &others).await,
            ["Cem", "Ivy", "Dee", "Sam"]
        );

        let of_ada = format!("/api/target-users/{}/groups", people[0].as_str().unwrap());
        let mut search = everything();
        search["orderBy"] = json!("name");
        let data = api.post(&of_ada, &search).await.data();
        assert_eq!(column(&data["results"], "name"), ["Pilots"]);

        let filter = json!({ "Condition": "AND", "FilterGroups": [{ "Condition": "AND", "FilterItems":
            [{ "FieldName": "Department", "Operator": "=", "Value": "Sales" }] }] });
        let all_sales = json!({ "selectAll": true, "targetUserResourceIds": [], "filter": filter,
            "excludedResourceIdList": [], "targetGroupResourceIds": [id] });
        api.put("/api/target-groups/users", &all_sales).await.data();
        assert_eq!(
            names(&api, &members, &everything()).await,
            ["Ada", "Bob", "Ivy"],
            "Dee is deleted"
        );

        let removed = json!({ "targetUserResourceIds": [people[0]] });
        let api_json = api.with("content-type", "application/json");
        let response = api_json
            .send(
                "DELETE".parse().unwrap(),
                &members,
                removed.to_string().into(),
            )
            .await;
        response.data();
        assert_eq!(names(&api, &members, &everything()).await, ["Bob", "Ivy"]);

        for wrong in [
            json!({ "targetUserResourceIds": ["unknown"], "targetGroupResourceIds": [id] }),
            json!({ "targetUserResourceIds": people, "targetGroupResourceIds": ["unknown"] }),
        ] {
            assert_eq!(
                api.put("/api/target-groups/users", &wrong).await.error().0,
                404,
                "{wrong}"
            );
        }
    }
}

#[tokio::test]
async fn bulk_delete_deletes_all_users_or_none() {
    let check = async |body: Value, status: u16, left: &[&str]| {
        let (_sandbox, reseller) = start(validated()).await;
        let api = reseller.company(ACME);
        let mut body = body;
        for list in ["items", "excludedItems"] {
            let named: Vec<String> = serde_json::from_value(body[list].take()).unwrap();
            let named: Vec<&str> = named.iter().map(String::as_str).collect();
            body[list] = json!(ids(&api, &named).await);
        }
        let json = api.with("content-type", "application/json");
        let path = "/api/target-users/bulk-delete";
        let response = json
            .send("DELETE".parse().unwrap(), path, body.to_string().into())
            .await;
        assert_eq!(response.status, status, "{body}");
        let mut search = everything();
        search["filter"]["FilterGroups"][0]["FilterItems"] =
            json!([{ "FieldName": "IsDeleted", "Operator": "=", "Value": false }]);
        assert_eq!(
            names(&api, "/api/target-users/search", &search).await,
            left,
            "{body}"
        );
    };
    let everyone = ["Ada", "Bob", "Cem", "Ivy", "Sam"];
    check(
        json!({ "items": ["Ada", "Cem"], "excludedItems": [], "selectAll": false }),
        200,
        &["Bob", "Ivy", "Sam"],
    )
    .await;
    check(
        json!({ "items": ["Ada", "Dee"], "excludedItems": [] }),
        404,
        &everyone,
    )
    .await;
    check(
        json!({ "items": ["Ada", "Sam"], "excludedItems": [] }),
        400,
        &everyone,
    )
    .await;
    check(json!({ "items": [], "excludedItems": [] }), 400, &everyone).await;
    check(
        json!({ "items": [], "excludedItems": ["Bob"], "selectAll": true, "filter": {} }),
        200,
        &["Bob", "Sam"],
    )
    .await;
}

#[tokio::test]
async fn search_email_finds_a_user_by_address() {
    let (_sandbox, reseller) = start(validated()).await;
    let api = reseller.company(ACME);
    let body = json!({ "email": "ADA@acme.example", "pageNumber": 1, "pageSize": 10, "orderBy": "Email", "ascending": true });
    let data = api
        .post("/api/target-users/search-email", &body)
        .await
        .data();
    assert_eq!(data["totalNumberOfRecords"], 1);
    assert_eq!(data["results"][0]["firstName"], "Ada");
}

#[tokio::test]
async fn missing_operation_returns_501_with_its_name() {
    let sandbox = validated().start().await.unwrap();
    let reseller = Api::reseller(&sandbox).await;
    for (method, path, expected) in [
        (
            "GET",
            "/api/companies/x/logo",
            "GET /api/companies/{resourceId}/logo",
        ),
        // A literal segment precedes a placeholder also among the missing operations.
        ("GET", "/api/scim/fields", "GET /api/scim/fields"),
        (
            "POST",
            "/API/Trainings/Search",
            "POST /api/trainings/search",
        ),
    ] {
        let response = reseller
            .send(method.parse().unwrap(), path, "".into())
            .await;
        assert_eq!(
            response.error(),
            (501, "NOT_IMPLEMENTED".to_owned()),
            "{path}"
        );
        let message = response.json()["Message"].take();
        assert!(message.as_str().unwrap().ends_with(expected), "{message}");
        let anonymous = Api::anonymous(&sandbox);
        let response = anonymous
            .send(method.parse().unwrap(), path, "".into())
            .await;
        assert_eq!(response.status, 401, "{path}");
    }
    assert_eq!(reseller.get("/api/unicorns").await.error().0, 404);
}
