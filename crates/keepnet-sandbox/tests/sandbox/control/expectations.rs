//! What a test expects to be sent.

use std::panic::AssertUnwindSafe;

use keepnet_sandbox::{RequestPattern, Sandbox};
use serde_json::json;

use crate::api::{ACME, Api, GLOBEX, start};

const CREATE: &str = "create_target_user";

fn create() -> RequestPattern {
    RequestPattern::of(CREATE).unwrap()
}

/// The message of a failed verification; empty if it holds.
fn failure(sandbox: &Sandbox) -> String {
    let outcome = std::panic::catch_unwind(AssertUnwindSafe(|| sandbox.verify()));
    outcome.err().map_or_else(String::new, |panic| {
        *panic.downcast::<String>().unwrap_or_default()
    })
}

#[tokio::test]
async fn expectation_counts_what_it_matches() {
    let (sandbox, reseller) = start(Sandbox::builder()).await;
    let user = json!({ "email": "new@acme.example", "department": "Sales" });
    sandbox.expect(create().in_company(ACME), 2);
    sandbox.expect(create().with_json(json!({ "Department": "Sales" })), 1..);
    sandbox.expect(create().in_company(GLOBEX), 0);
    sandbox.expect(RequestPattern::of("GET /api/jobs").unwrap(), ..=3);
    let api = reseller.company(ACME);
    for status in [200, 400] {
        let response = api.post("/api/target-users", &user).await;
        assert_eq!(response.status, status, "the second address exists");
    }
    assert_eq!(failure(&sandbox), "");
    assert!(
        sandbox
            .requests()
            .iter()
            .all(|request| request.content.is_none())
    );
    sandbox.expect(create(), 1..=2);
    sandbox.reset().unwrap();
    assert_eq!(failure(&sandbox), "", "a reset removes expectations");
}

#[tokio::test]
async fn unmet_expectation_names_the_nearest_request() {
    let check = async |pattern: RequestPattern, expected: &str| {
        let (sandbox, reseller) = start(Sandbox::builder()).await;
        sandbox.expect(pattern, 1);
        let user = json!({ "email": "new@acme.example", "department": "Sales" });
        let api = reseller.company(ACME);
        api.post("/api/target-users?source=hr", &user).await.data();
        api.get("/api/jobs").await.data();
        let message = failure(&sandbox);
        assert!(message.contains(expected), "{message}");
        assert!(!message.contains("Support"), "{message}");
        assert!(!message.contains("new@acme.example"), "{message}");
    };
    check(
        create().with_json(json!({ "department": "Support" })),
        "expected 1 request for create_target_user (POST /api/target-users) with a JSON body, \
         received 0; the nearest other request differs: the JSON body differs at \"/department\"",
    )
    .await;
    check(
        create().in_company(GLOBEX),
        "in the company gL0bEx4mBh8Q, received 0; the nearest other request differs: \
         it is in the company xC5kfGz7w2Nz",
    )
    .await;
    check(
        create()
            .with_query("source", "file")
            .with_header("x-batch", "1"),
        "the query parameter source differs, the header x-batch differs",
    )
    .await;
    check(
        RequestPattern::of("GET /api/target-groups").unwrap(),
        "differs: it is POST",
    )
    .await;
}

#[tokio::test]
async fn too_many_requests_fail_the_verification() {
    let (sandbox, reseller) = start(Sandbox::builder()).await;
    sandbox.expect(RequestPattern::of("GET /api/jobs").unwrap(), 0);
    reseller.get("/api/jobs").await.data();
    let message = failure(&sandbox);
    assert!(message.contains("expected no request"), "{message}");
    assert!(message.ends_with("received 1"), "{message}");
}

#[test]
fn dropped_sandbox_verifies_its_expectations() {
    let outcome = std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let (sandbox, _) = start(Sandbox::builder()).await;
            sandbox.expect(create(), 1);
        });
    });
    let panic = outcome.join().unwrap_err();
    let message = panic.downcast_ref::<String>().unwrap();
    assert!(message.contains("received 0"), "{message}");
}

#[tokio::test]
async fn expectation_is_checked_over_http() {
    let (sandbox, reseller) = start(Sandbox::builder()).await;
    let control = Api::anonymous(&sandbox);
    let path = "/_sandbox/expectations";
    let expectation =
        json!({ "request": { "operation": CREATE, "json": { "email": "a@acme.example" } } });
    assert_eq!(control.post(path, &expectation).await.status, 200);
    let state = control.get(path).await.json();
    assert_eq!(state["met"], false);
    assert!(state["unmet"][0].as_str().unwrap().contains("received 0"));
    let user = json!({ "email": "a@acme.example" });
    reseller
        .company(ACME)
        .post("/api/target-users", &user)
        .await
        .data();
    assert_eq!(
        control.get(path).await.json(),
        json!({ "met": true, "unmet": [] })
    );
    assert_eq!(control.delete(path).await.status, 200);
}
