//! The recorded requests, the state, and errors at the start.

use keepnet_sandbox::{Seed, StartError};
use serde_json::{Value, json};

use crate::api::{ACME, Api, start, validated};

#[tokio::test]
async fn each_request_is_recorded_with_its_operation() {
    let (sandbox, reseller) = start(validated()).await;
    reseller
        .company(ACME)
        .get("/api/jobs?people=secret")
        .await
        .data();
    reseller.get("/api/unknown").await;
    let seen: Vec<_> = sandbox.requests();
    let summary: Vec<_> = seen
        .iter()
        .map(|seen| (seen.path.as_str(), seen.operation.as_deref(), seen.status))
        .collect();
    assert_eq!(
        summary,
        [
            ("/connect/token", Some("POST /connect/token"), 200),
            ("/api/jobs", Some("GET /api/jobs"), 200),
            ("/api/unknown", None, 404),
        ]
    );
    assert_eq!(seen[1].keepnet_company_id.as_deref(), Some(ACME));
    assert_eq!(seen[1].company.as_deref(), Some(ACME));
    assert_eq!(seen[1].client_id.as_deref(), Some("sandbox-client"));

    let over_http = Api::anonymous(&sandbox)
        .get("/_sandbox/requests")
        .await
        .json();
    assert_eq!(
        over_http.as_array().map(Vec::len),
        Some(3),
        "requests for /_sandbox are not recorded"
    );
    assert_eq!(over_http[1]["companyHeaders"]["X-KEEPNET-Company-Id"], ACME);
}

#[tokio::test]
async fn state_is_the_same_over_http_and_reset_restores_it() {
    let (sandbox, reseller) = start(validated()).await;
    let before = sandbox.state();
    let api = reseller.company(ACME);
    api.post("/api/target-users", &json!({ "email": "new@acme.example" }))
        .await
        .data();
    let anonymous = Api::anonymous(&sandbox);
    let over_http: Value = anonymous.get("/_sandbox/state").await.json();
    assert_eq!(over_http, sandbox.state());
    assert_eq!(
        over_http["companies"][1]["counters"],
        json!({ "created": 1, "updated": 0, "deleted": 0 })
    );
    assert_eq!(over_http["companies"][1]["users"]["total"], 7);
    assert_eq!(over_http["counters"]["usersCreated"], 1);

    anonymous.post("/_sandbox/reset", &json!({})).await;
    assert_eq!(sandbox.state()["companies"], before["companies"]);
    assert_eq!(
        api.get("/api/jobs").await.status,
        200,
        "tokens remain valid after a reset"
    );
    assert_eq!(
        anonymous.post("/_sandbox/state", &json!({})).await.status,
        405
    );
    assert_eq!(anonymous.get("/_sandbox/unknown").await.status, 404);
}

#[tokio::test]
async fn inconsistent_seed_is_refused() {
    let check = async |text: &str, expected: &str| {
        let error = match Seed::from_json(text) {
            Err(error) => error.to_string(),
            Ok(seed) => validated()
                .seed(seed)
                .start()
                .await
                .unwrap_err()
                .to_string(),
        };
        assert!(error.contains(expected), "{error}");
    };
    check("{}", "companies").await;
    check(
        r#"{"companies":[{"name":"A","color":1}],"clients":[]}"#,
        "color",
    )
    .await;
    check(
        r#"{"companies":[{"name":"A","reseller":"B"}],"clients":[]}"#,
        "\"B\"",
    )
    .await;
    check(
        r#"{"companies":[{"name":"A"},{"name":"A"}],"clients":[]}"#,
        "twice",
    )
    .await;
    check(r#"{"companies":[{"name":"A","users":[{"email":"x@a.example"},{"email":"X@a.example"}]}],"clients":[]}"#, "twice").await;
    let unknown = validated().users("Nobody", 5).start().await.unwrap_err();
    assert!(matches!(unknown, StartError::Seed(_)), "{unknown}");
}

#[tokio::test]
async fn port_in_use_is_an_error_with_advice() {
    let sandbox = validated().start().await.unwrap();
    let port = sandbox.url().rsplit(':').next().unwrap().parse().unwrap();
    let error = validated().port(port).start().await.unwrap_err();
    assert!(error.to_string().contains("another port"), "{error}");
    sandbox.shutdown().await;
    validated().port(port).start().await.unwrap();
}
