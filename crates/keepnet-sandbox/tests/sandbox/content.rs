//! The recorded content of requests.

use keepnet_sandbox::Sandbox;
use serde_json::json;

use crate::api::{ACME, Api, start, validated};

#[tokio::test]
async fn content_is_recorded_where_it_is_asked_for() {
    let user = json!({ "email": "new@acme.example", "phoneNumber": "" });
    let (sandbox, reseller) = start(validated().record_content()).await;
    let api = reseller.company(ACME).with("x-request-id", "id-1");
    api.post("/api/target-users?source=a%20b", &user)
        .await
        .data();
    api.upload("people.csv", b"Email\nada@acme.example\n")
        .await
        .data();
    let [token, created, uploaded] = &sandbox.requests()[..] else {
        panic!("{:?}", sandbox.requests());
    };
    assert_eq!(created.operation_name(), Some("create_target_user"));
    let content = created.content.as_ref().unwrap();
    assert_eq!(content.query("source"), Some("a b"));
    assert_eq!(content.header("X-Request-Id"), Some("id-1"));
    assert_eq!(content.json(), Some(user.clone()));
    assert!(!content.body_is_truncated);
    let file = uploaded.content.as_ref().unwrap();
    assert!(String::from_utf8_lossy(&file.body).contains("ada@acme.example"));

    let secret = token.content.as_ref().unwrap();
    assert!(secret.body.is_empty(), "a token request has a secret");
    assert_eq!(content.header("authorization"), Some(""));
    let shown = format!("{:?}", sandbox.requests());
    for hidden in ["new@acme", "ada@acme", "id-1", "a b"] {
        assert!(!shown.contains(hidden), "{shown}");
    }

    let over_http = Api::anonymous(&sandbox)
        .get("/_sandbox/requests")
        .await
        .json();
    assert_eq!(over_http[1]["content"]["body"], user.to_string());
    assert_eq!(over_http[1]["content"]["query"], json!([["source", "a b"]]));
}

#[tokio::test]
async fn content_is_not_recorded_by_default() {
    let (sandbox, reseller) = start(Sandbox::builder()).await;
    reseller.get("/api/jobs").await.data();
    let requests = sandbox.requests();
    assert!(requests.iter().all(|request| request.content.is_none()));
}

#[tokio::test]
async fn unread_body_is_recorded_up_to_its_limit() {
    let fault = "status=503,on=create_target_user".parse().unwrap();
    let (sandbox, reseller) = start(Sandbox::builder().record_content().fault(fault)).await;
    let long = "x".repeat(2 * 1024 * 1024);
    let body = json!({ "email": long });
    let response = reseller
        .company(ACME)
        .post("/api/target-users", &body)
        .await;
    assert_eq!(response.status, 503);
    let content = sandbox.requests().pop().unwrap().content.unwrap();
    assert_eq!(content.body.len(), 1024 * 1024);
    assert!(content.body_is_truncated);
    assert_eq!(content.json(), None);
}
