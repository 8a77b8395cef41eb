//! The validation against the contract.

use keepnet_sandbox::{Dialect, Direction, Sandbox};
use serde_json::{Value, json};

use crate::api::{ACME, everything, start, validated};

#[tokio::test]
async fn report_counts_operations_and_deviations() {
    let (sandbox, reseller) = start(validated().dialect(Dialect::Observed)).await;
    let api = reseller.company(ACME);
    let search = "/api/target-users/search";
    for _ in 0..2 {
        api.post(search, &everything()).await.data();
    }
    api.get("/api/unknown").await;
    assert_eq!(api.get("/api/target-users/unknown").await.error().0, 404);
    let report = sandbox.take_contract_report();
    let operations: Vec<_> = report
        .operations
        .iter()
        .map(|(name, calls)| (name.as_str(), *calls))
        .collect();
    assert_eq!(
        operations,
        [
            ("GET /api/target-users/{resourceId}", 1),
            ("POST /api/target-users/search", 2)
        ]
    );
    let deviations: Vec<_> = report.deviations.keys().collect();
    assert_eq!(deviations, ["localised times", "undocumented columns"]);
    assert!(
        sandbox.take_contract_report().operations.is_empty(),
        "the report was taken"
    );
}

#[tokio::test]
async fn accepted_invalid_request_is_a_violation() {
    let (sandbox, reseller) = start(validated()).await;
    let mut body = everything();
    body["newVersion"] = json!("people's data");
    reseller
        .post("/api/target-users/search", &body)
        .await
        .data();
    let report = sandbox.take_contract_report();
    let [violation] = &report.violations[..] else {
        panic!("{report:?}");
    };
    assert_eq!(violation.direction, Direction::Request);
    assert_eq!(
        violation.to_string(),
        "POST /api/target-users/search: request at \"/newversion\": type"
    );
}

#[tokio::test]
async fn response_of_a_fault_is_not_validated() {
    let fault = "envelope=FAILED".parse().unwrap();
    let (sandbox, reseller) = start(validated()).await;
    sandbox.add_fault(fault);
    reseller.get("/api/target-groups").await;
    assert!(sandbox.take_contract_report().operations.is_empty());
}

#[test]
fn violation_fails_the_test() {
    let outcome = std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let (sandbox, reseller) = start(validated()).await;
            let body = json!({ "name": "New", "priority": "High", "isActive": Value::Null, "description": 1 });
            reseller.post("/api/target-groups", &body).await.data();
            let mut wrong = everything();
            wrong["newVersion"] = json!(3);
            reseller.post("/api/target-users/search", &wrong).await.data();
            sandbox.shutdown().await;
        });
    });
    let panic = outcome.join().unwrap_err();
    let message = panic.downcast_ref::<String>().unwrap();
    assert!(message.contains("the contract was broken"), "{message}");
}

#[tokio::test]
async fn unvalidated_sandbox_reports_nothing() {
    let (sandbox, reseller) = start(Sandbox::builder()).await;
    reseller.get("/api/jobs").await.data();
    assert!(sandbox.take_contract_report().operations.is_empty());
}

#[tokio::test]
async fn each_operation_is_answered_from_the_contract() {
    let contract: Value =
        serde_json::from_str(include_str!("../../keepnet-api-spec.json")).unwrap();
    for dialect in [Dialect::Documented, Dialect::Observed] {
        let builder = validated().dialect(dialect).answer_all_operations();
        let (sandbox, reseller) = start(builder).await;
        let (mut operations, mut made) = (0, 0);
        for (path, item) in contract["paths"].as_object().unwrap() {
            for method in item.as_object().unwrap().keys() {
                let Ok(method) = method.to_uppercase().parse() else {
                    continue;
                };
                let address = path.replace(['{', '}'], "");
                let response = reseller.send(method, &address, Default::default()).await;
                assert_ne!(response.status, 501, "{path}");
                operations += 1;
                if response.headers.contains_key("x-keepnet-sandbox") {
                    assert!(response.status.is_success(), "{path}: {response:?}");
                    made += 1;
                }
            }
        }
        let report = sandbox.take_contract_report();
        report.assert_no_violations();
        assert!(made > operations * 9 / 10, "{made} of {operations}");
    }
}

#[tokio::test]
async fn invalid_request_is_refused_with_its_places() {
    let builder = validated()
        .refuse_invalid_requests()
        .answer_all_operations();
    let (sandbox, reseller) = start(builder).await;
    let api = reseller.company(ACME);
    let check = async |path: &str, body: Value, expected: &[&str]| {
        let response = api.post(path, &body).await;
        let body = response.json();
        let problems = &body["ValidationMessages"];
        let expected = if expected.is_empty() {
            Value::Null
        } else {
            json!(expected)
        };
        assert_eq!(*problems, expected, "{path}: {body}");
    };
    check("/api/target-users/search", everything(), &[]).await;
    let phoneless = json!({ "email": "phoneless@acme.example" });
    check("/api/target-users", phoneless, &[]).await;
    check("/api/target-users", json!({}), &["\"/email\": required"]).await;
    let untyped = json!({ "email": ["people's data"] });
    check("/api/target-users", untyped, &["\"/email\": type"]).await;
    sandbox.shutdown().await;
}

#[tokio::test]
async fn bare_error_has_its_reason_in_a_header() {
    let (_sandbox, reseller) = start(validated()).await;
    let response = reseller.post("/api/target-users/search", &json!({})).await;
    assert_eq!(response.status, 500);
    let reason = response.headers["x-keepnet-sandbox-reason"]
        .to_str()
        .unwrap();
    assert!(reason.contains("filter"), "{reason}");
}
