use keepnet_sandbox::{Seed, StartError};
use serde_json::{Value, json};

use crate::api::{ACME, Api, held, start};

#[tokio::test]
async fn every_request_is_recorded_with_where_it_went() {
    let (sandbox, reseller) = start(held()).await;
    reseller
        .company(ACME)
        .get("/api/jobs?people=secret")
        .await
        .data();
    reseller.get("/api/nowhere").await;
    let seen: Vec<_> = sandbox.requests();
    let brief: Vec<_> = seen
        .iter()
        .map(|seen| (seen.path.as_str(), seen.operation.as_deref(), seen.status))
        .collect();
    assert_eq!(
        brief,
        [
            ("/connect/token", Some("POST /connect/token"), 200),
            ("/api/jobs", Some("GET /api/jobs"), 200),
            ("/api/nowhere", None, 404),
        ]
    );
    assert_eq!(seen[1].keepnet_company_id.as_deref(), Some(ACME));
    assert_eq!(seen[1].company.as_deref(), Some(ACME));
    assert_eq!(seen[1].client_id.as_deref(), Some("sandbox-client"));

    let wire = Api::anonymous(&sandbox)
        .get("/_sandbox/requests")
        .await
        .json();
    assert_eq!(
        wire.as_array().map(Vec::len),
        Some(3),
        "looking leaves no trace"
    );
    assert_eq!(wire[1]["companyHeaders"]["X-KEEPNET-Company-Id"], ACME);
}

#[tokio::test]
async fn the_state_over_the_wire_is_the_state_in_the_program_and_a_reset_restores_it() {
    let (sandbox, reseller) = start(held()).await;
    let before = sandbox.state();
    let api = reseller.company(ACME);
    api.post("/api/target-users", &json!({ "email": "new@acme.example" }))
        .await
        .data();
    let anonymous = Api::anonymous(&sandbox);
    let wire: Value = anonymous.get("/_sandbox/state").await.json();
    assert_eq!(wire, sandbox.state());
    assert_eq!(
        wire["companies"][1]["counters"],
        json!({ "created": 1, "updated": 0, "deleted": 0 })
    );
    assert_eq!(wire["companies"][1]["users"]["total"], 7);
    assert_eq!(wire["counters"]["usersCreated"], 1);

    anonymous.post("/_sandbox/reset", &json!({})).await;
    assert_eq!(sandbox.state()["companies"], before["companies"]);
    assert_eq!(
        api.get("/api/jobs").await.status,
        200,
        "tokens outlive a reset"
    );
    assert_eq!(
        anonymous.post("/_sandbox/state", &json!({})).await.status,
        405
    );
    assert_eq!(anonymous.get("/_sandbox/nothing").await.status, 404);
}

#[tokio::test]
async fn a_seed_that_does_not_hold_together_is_named() {
    let check = async |text: &str, expected: &str| {
        let error = match Seed::from_json(text) {
            Err(error) => error.to_string(),
            Ok(seed) => held().seed(seed).start().await.unwrap_err().to_string(),
        };
        assert!(error.contains(expected), "{error}");
    };
    check("{}", "companies").await;
    check(
        r#"{"companies":[{"name":"A","mood":1}],"clients":[]}"#,
        "mood",
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
    let unknown = held().users("Nobody", 5).start().await.unwrap_err();
    assert!(matches!(unknown, StartError::Seed(_)), "{unknown}");
}

#[tokio::test]
async fn a_taken_port_is_an_error_that_says_what_to_do() {
    let sandbox = held().start().await.unwrap();
    let port = sandbox.url().rsplit(':').next().unwrap().parse().unwrap();
    let error = held().port(port).start().await.unwrap_err();
    assert!(error.to_string().contains("another port"), "{error}");
    sandbox.shutdown().await;
    held().port(port).start().await.unwrap();
}
