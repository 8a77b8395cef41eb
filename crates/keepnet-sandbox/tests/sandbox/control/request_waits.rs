//! Waiting until a program has sent requests.

use std::time::Duration;

use keepnet_sandbox::{RequestPattern, Sandbox, WaitError};
use serde_json::json;

use crate::api::{ACME, Api, GLOBEX, start};

const LIMIT: Duration = Duration::from_secs(20);

fn jobs() -> RequestPattern {
    RequestPattern::of("GET /api/jobs").unwrap()
}

#[tokio::test]
async fn wait_ends_when_the_requests_have_come() {
    let (sandbox, reseller) = start(Sandbox::builder()).await;
    let (acme, globex) = (reseller.company(ACME), reseller.company(GLOBEX));
    acme.get("/api/jobs").await.data();
    let waiting = sandbox.wait_for_requests(jobs().in_company(ACME), 2, LIMIT);
    let sending = async {
        globex.get("/api/jobs").await.data();
        acme.get("/api/target-groups").await;
        acme.get("/api/jobs?page=2").await.data();
    };
    let (found, ()) = tokio::join!(waiting, sending);
    assert_eq!(found.unwrap().len(), 2);
    // What has come already is not waited for: the token, and four requests.
    for at_least in [0, 5] {
        let found = sandbox.wait_for_requests(RequestPattern::any(), at_least, Duration::ZERO);
        assert_eq!(found.await.unwrap().len(), 5, "{at_least}");
    }
}

#[tokio::test]
async fn wait_in_vain_says_what_came() {
    let (sandbox, reseller) = start(Sandbox::builder()).await;
    reseller.company(GLOBEX).get("/api/jobs").await.data();
    reseller.get("/api/unknown").await;
    tokio::time::pause();
    let error = sandbox.wait_for_requests(jobs().in_company(ACME), 2, LIMIT);
    assert_eq!(
        error.await.unwrap_err().to_string(),
        "after 20s: expected at least 2 requests for list_jobs (GET /api/jobs) in the company xC5kfGz7w2Nz, \
         received 0; the nearest other request differs: it is in the company gL0bEx4mBh8Q; the requests in \
         all: 1 POST /connect/token, 1 GET /api/jobs, 1 GET of an unknown path"
    );
}

#[tokio::test]
async fn wait_for_content_needs_its_record() {
    let pattern = || jobs().with_query("page", "2");
    let (sandbox, _) = start(Sandbox::builder()).await;
    let error = sandbox.wait_for_requests(pattern(), 1, LIMIT).await;
    assert_eq!(error.unwrap_err(), WaitError::ContentNotRecorded);

    let (sandbox, reseller) = start(Sandbox::builder().record_content()).await;
    let acme = reseller.company(ACME);
    for page in [1, 2] {
        acme.get(&format!("/api/jobs?page={page}")).await.data();
    }
    let found = sandbox.wait_for_requests(pattern(), 1, LIMIT).await;
    assert_eq!(found.unwrap().len(), 1);
}

#[tokio::test]
async fn wait_ends_when_the_sandbox_stops() {
    let (sandbox, _) = start(Sandbox::builder()).await;
    let control = Api::anonymous(&sandbox);
    let wait = json!({ "request": { "operation": "GET /api/jobs" } });
    let (response, ()) = tokio::join!(control.post("/_sandbox/wait-for-requests", &wait), async {
        // Answered after the wait has begun, because both come over one runtime in this order.
        control.get("/_sandbox/health").await;
        sandbox.shutdown().await;
    });
    assert_eq!(response.status, 504);
}

#[tokio::test]
async fn wait_is_the_same_over_http() {
    let (sandbox, reseller) = start(Sandbox::builder()).await;
    let (control, acme) = (Api::anonymous(&sandbox), reseller.company(ACME));
    let path = "/_sandbox/wait-for-requests";
    let wait = json!({ "request": { "company": ACME }, "atLeast": 2, "withinSeconds": 20 });
    let (response, ()) = tokio::join!(control.post(path, &wait), async {
        acme.get("/api/jobs").await.data();
        acme.get("/api/target-groups").await;
    });
    assert_eq!(response.status, 200);
    assert_eq!(response.json()[0]["operationName"], "list_jobs");
    let check = async |wait, status: u16, expected: &str| {
        let response = control.post(path, &wait).await;
        assert_eq!(response.status, status, "{response:?}");
        let error = response.json()["error"].as_str().unwrap().to_owned();
        assert!(error.contains(expected), "{error}");
    };
    let vain = json!({ "request": { "operation": "delete_target_user" }, "withinSeconds": 0 });
    check(vain, 504, "received 0").await;
    let content = json!({ "request": { "query": { "page": "2" } } });
    check(content, 400, "record_content").await;
    check(
        json!({ "request": { "operation": "x" } }),
        400,
        "no operation",
    )
    .await;
}
