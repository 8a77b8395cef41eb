//! Snapshots of the data, and restoring them.

use std::time::Duration;

use keepnet_sandbox::{Pace, Sandbox};
use serde_json::json;

use crate::api::{ACME, Api, start, validated};
use crate::import::{ENGLISH, map, uploaded, wait_for_mapping};

#[tokio::test]
async fn restored_snapshot_has_the_data_of_its_time() {
    let (sandbox, reseller) = start(validated()).await;
    let api = reseller.company(ACME);
    let add = async |email: &str| {
        let body = json!({ "email": email, "phoneNumber": "" });
        api.post("/api/target-users", &body).await.data()
    };
    add("first@acme.example").await;
    let companies = sandbox.state()["companies"].clone();
    let snapshot = sandbox.snapshot();
    let second = add("second@acme.example").await;
    assert_ne!(sandbox.state()["companies"], companies);
    for _ in 0..2 {
        sandbox.restore(&snapshot);
        assert_eq!(sandbox.state()["companies"], companies);
        assert_eq!(add("second@acme.example").await, second, "ids repeat");
    }
    let calls = sandbox.requests().len();
    assert_eq!(calls, 5, "the recorded requests remain");
}

#[tokio::test]
async fn import_of_a_restored_snapshot_goes_on() {
    // The job advances in the background only, not with its polls.
    let pace = Pace::Every(Duration::from_millis(1));
    let (sandbox, reseller) = start(validated().pace(pace)).await;
    let api = reseller.company(ACME);
    let transaction = uploaded(&api, "acme-users.csv").await;
    let mapping = map(&api, &transaction, ENGLISH, json!([])).await.data();
    let job = mapping["resourceId"].as_str().unwrap();
    let snapshot = sandbox.snapshot();
    let counts = wait_for_mapping(&api, job).await;
    sandbox.restore(&snapshot);
    assert_ne!(sandbox.state()["transactions"][0]["state"], "mapped");
    assert_eq!(wait_for_mapping(&api, job).await, counts);
}

#[tokio::test]
async fn snapshot_is_taken_and_restored_over_http() {
    let (sandbox, reseller) = start(Sandbox::builder()).await;
    let control = Api::anonymous(&sandbox);
    let before = sandbox.state()["companies"].clone();
    let taken = control.post("/_sandbox/snapshots", &json!({})).await.json();
    assert_eq!(taken, json!({ "id": 1 }));
    let user = json!({ "email": "new@acme.example" });
    reseller
        .company(ACME)
        .post("/api/target-users", &user)
        .await
        .data();
    let restored = control.put("/_sandbox/snapshots/1", &json!({})).await;
    assert_eq!(restored.status, 200);
    assert_eq!(sandbox.state()["companies"], before);
    for id in ["0", "2", "x"] {
        let path = format!("/_sandbox/snapshots/{id}");
        assert_eq!(control.put(&path, &json!({})).await.status, 404, "{id}");
    }
}

#[tokio::test]
async fn running_import_is_finished_at_once() {
    for over_http in [false, true] {
        // By itself, the job would take an hour.
        let pace = Pace::Every(Duration::from_secs(3600));
        let (sandbox, reseller) = start(validated().pace(pace)).await;
        let fault = "foreign-import=3,count=1".parse().unwrap();
        sandbox.add_fault(fault);
        let api = reseller.company(ACME);
        api.get("/api/jobs").await.data();
        assert_eq!(sandbox.state()["jobs"][0]["statusName"], "Waiting");
        match over_http {
            true => {
                let control = Api::anonymous(&sandbox);
                let path = "/_sandbox/finish-imports";
                assert_eq!(control.post(path, &json!({})).await.status, 200);
            }
            false => sandbox.finish_imports(),
        }
        let job = sandbox.state()["jobs"][0].take();
        assert_eq!(
            (&job["statusName"], &job["created"]),
            (&json!("Completed"), &json!(3))
        );
    }
}
