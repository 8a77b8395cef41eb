//! Fleets with a failure, schedules, and exports.

use std::time::Duration;

use serde_json::{Value, json};

use super::deployment::engine::Engine;
use super::deployment::{Deployment, import_of};

#[tokio::test(flavor = "multi_thread")]
async fn schedule_runs_fleets_until_it_is_stopped() {
    let Some(binary) = Engine::binary() else {
        return;
    };
    let deployment = Deployment::start(binary, 2).await;
    let engine = &deployment.engine;
    deployment.write_list("people.csv", "one.example", 4);
    let imports = json!([
        {"company": "cuSt00000001", "import": import_of("people.csv")},
        {"company": "cuSt00000002", "import": import_of("nowhere.csv")},
    ]);
    // It waits for the import of its customer.
    let syncs = json!([{"company": "cuSt00000001", "sync": {"file": "people.csv"}}]);
    let schedule = json!({"every_seconds": 1, "fleet": {"imports": imports, "syncs": syncs}});
    let started = engine.call("KeepnetSchedule/daily/start", schedule).await;
    assert_eq!(started.status, 200, "{started:?}");
    let status = || engine.call("KeepnetSchedule/daily/status", Value::Null);
    // The second fleet has started when it sends its list.
    let upload = "upload_target_users";
    deployment.request("cuSt00000001", upload, 2).await;
    let stopped = engine.call("KeepnetSchedule/daily/stop", Value::Null).await;
    assert_eq!(stopped.status, 200, "{stopped:?}");
    let shown = status().await.body;
    assert_eq!(shown["is_active"], false, "{shown}");
    let started = shown["started"].as_u64().unwrap();
    assert!(started >= 2, "{shown}");

    let fleets: Vec<String> = (1..=started).map(|it| format!("daily-{it}")).collect();
    for fleet in &fleets {
        let result = engine.result_of_fleet(fleet, Duration::from_secs(30)).await;
        let expected = json!({"total": 3, "done": 2, "failed": 1});
        assert_eq!(result.body["progress"], expected, "{fleet}: {result:?}");
        let sync = &result.body["companies"][2]["sync"];
        assert_eq!(sync["people"]["stay"], 4, "{fleet}: {result:?}");
    }
    // The second fleet finds everybody there.
    let company = deployment.company("cuSt00000001");
    assert_eq!(company["counters"]["created"], 4, "{company}");
    assert_eq!(status().await.body["started"], started);

    let export = json!({"file": "exports/users.csv"});
    let saved = engine
        .call("KeepnetCompany/cuSt00000001/export", export)
        .await;
    assert_eq!(saved.status, 200, "{saved:?}");
    let file = deployment.files.path().join("exports/users.csv");
    let text = std::fs::read_to_string(file).unwrap();
    assert_eq!(saved.body["bytes"], text.len(), "{saved:?}");
    assert_eq!(text.matches("@one.example").count(), 4, "{text}");
    deployment.assert_no_person_in_engine("people.csv").await;
}
