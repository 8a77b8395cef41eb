use keepnet_sandbox::{Dialect, Direction, Sandbox};
use serde_json::{Value, json};

use crate::api::{ACME, everything, held, start};

#[tokio::test]
async fn a_report_lists_the_operations_touched_and_the_deviations_met() {
    let (sandbox, reseller) = start(held().dialect(Dialect::Observed)).await;
    let api = reseller.company(ACME);
    let search = "/api/target-users/search";
    for _ in 0..2 {
        api.post(search, &everything()).await.data();
    }
    api.get("/api/nowhere").await;
    assert_eq!(api.get("/api/target-users/nobody").await.error().0, 404);
    let report = sandbox.take_contract_report();
    let touched: Vec<_> = report
        .operations
        .iter()
        .map(|(name, calls)| (name.as_str(), *calls))
        .collect();
    assert_eq!(
        touched,
        [
            ("GET /api/target-users/{resourceId}", 1),
            ("POST /api/target-users/search", 2)
        ]
    );
    let met: Vec<_> = report.deviations.keys().collect();
    assert_eq!(met, ["localised times", "undocumented columns"]);
    assert!(
        sandbox.take_contract_report().operations.is_empty(),
        "it was taken"
    );
}

#[tokio::test]
async fn a_request_that_breaks_the_contract_is_named_though_the_sandbox_took_it() {
    let (sandbox, reseller) = start(held()).await;
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
async fn answers_that_a_fault_made_up_do_not_count() {
    let fault = "envelope=FAILED".parse().unwrap();
    let (sandbox, reseller) = start(held()).await;
    sandbox.add_fault(fault);
    reseller.get("/api/target-groups").await;
    assert!(sandbox.take_contract_report().operations.is_empty());
}

#[test]
fn a_sandbox_that_saw_a_violation_fails_its_test() {
    let outcome = std::thread::spawn(|| {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let (sandbox, reseller) = start(held()).await;
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
async fn a_sandbox_that_is_not_held_to_the_contract_reports_nothing() {
    let (sandbox, reseller) = start(Sandbox::builder()).await;
    reseller.get("/api/jobs").await.data();
    assert!(sandbox.take_contract_report().operations.is_empty());
}
