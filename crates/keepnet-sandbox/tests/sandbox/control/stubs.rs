//! Answers of a test in place of an operation.

use keepnet_sandbox::{Answer, Dialect, RequestPattern, Sandbox};
use serde_json::json;

use crate::api::{ACME, Api, GLOBEX, start};

const CHECK: &str = "POST /api/companies/teams-app/check";
const PATH: &str = "/api/companies/teams-app/check";

fn pattern() -> RequestPattern {
    RequestPattern::of(CHECK).unwrap()
}

#[tokio::test]
async fn stub_answers_an_operation_that_is_missing() {
    for dialect in [Dialect::Documented, Dialect::Observed] {
        let (sandbox, reseller) = start(Sandbox::builder().dialect(dialect)).await;
        assert_eq!(reseller.post(PATH, &json!({})).await.status, 501);
        sandbox.stub(pattern(), Answer::data(json!({ "installed": true })));
        let data = reseller.post(PATH, &json!({})).await.data();
        assert_eq!(data, json!({ "installed": true }), "{dialect}");
        sandbox.stub(pattern(), Answer::error(409, "not installed").times(1));
        let refused = reseller.post(PATH, &json!({})).await.error();
        assert_eq!(refused, (409, "CONFLICT".to_owned()), "{dialect}");
        assert_eq!(reseller.post(PATH, &json!({})).await.status, 200);
        let anonymous = Api::anonymous(&sandbox).post(PATH, &json!({})).await;
        assert_eq!(anonymous.status, 401, "the token is checked first");
    }
}

#[tokio::test]
async fn stub_answers_only_what_its_pattern_says() {
    let (sandbox, reseller) = start(Sandbox::builder()).await;
    let create = RequestPattern::of("create_target_user").unwrap();
    let pattern = create
        .in_company(ACME)
        .with_query("source", "hr")
        .with_header("X-Batch", "7")
        .with_json(json!({ "department": "Sales" }));
    let file = Answer::file("text/plain", "stub").with_header("x-stub", "yes");
    sandbox.stub(pattern, file.with_status(202));
    let check = async |company: &str, batch: &str, query: &str, department: &str, number: u32| {
        let api = reseller.company(company);
        let api = api.with("x-batch", if batch.is_empty() { "none" } else { "7" });
        let email = format!("user-{number}@acme.example");
        let body = json!({ "email": email, "department": department });
        let response = api.post(&format!("/api/target-users{query}"), &body).await;
        response.status.as_u16()
    };
    assert_eq!(check(ACME, "7", "?source=hr", "Sales", 1).await, 202);
    assert_eq!(check(GLOBEX, "7", "?source=hr", "Sales", 2).await, 200);
    assert_eq!(check(ACME, "", "?source=hr", "Sales", 3).await, 200);
    assert_eq!(check(ACME, "7", "", "Sales", 4).await, 200);
    assert_eq!(check(ACME, "7", "?source=hr", "Support", 5).await, 200);
}

#[tokio::test]
async fn stub_is_added_and_removed_over_http() {
    let (sandbox, reseller) = start(Sandbox::builder()).await;
    let control = Api::anonymous(&sandbox);
    let stub = json!({ "request": { "operation": CHECK, "company": ACME }, "data": { "x": 1 } });
    assert_eq!(control.post("/_sandbox/stubs", &stub).await.status, 200);
    let api = reseller.company(ACME);
    assert_eq!(api.post(PATH, &json!({})).await.data(), json!({ "x": 1 }));
    for (wrong, expected) in [
        (json!({ "request": { "operation": "fly" } }), "no operation"),
        (
            json!({ "request": { "operation": CHECK }, "speed": 1 }),
            "speed",
        ),
        (json!([]), "invalid length"),
    ] {
        let refused = control.post("/_sandbox/stubs", &wrong).await;
        assert_eq!(refused.status, 400, "{wrong}");
        let text = refused.json()["error"].to_string();
        assert!(text.contains(expected), "{text}");
    }
    assert_eq!(control.delete("/_sandbox/stubs").await.status, 200);
    assert_eq!(api.post(PATH, &json!({})).await.status, 501);
}
