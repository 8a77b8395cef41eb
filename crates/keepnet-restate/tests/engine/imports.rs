//! One customer: a killed worker, failures, and what the engine knows.

use std::time::Duration;

use serde_json::{Value, json};

use super::deployment::engine::Engine;
use super::deployment::{Deployment, import_of, worker_of};

const CUSTOMER: &str = "cuSt00000001";

#[tokio::test(flavor = "multi_thread")]
async fn killed_worker_is_continued_by_another() {
    let Some(binary) = Engine::binary() else {
        return;
    };
    let mut deployment = Deployment::start(binary, 1).await;
    deployment.write_list("people.csv", "one.example", 25);
    let import = format!("KeepnetCompany/{CUSTOMER}/import");
    let invocation = deployment
        .engine
        .send(&import, import_of("people.csv"))
        .await;
    let upload = deployment.request(CUSTOMER, "upload_target_users", 1).await;
    let first = worker_of(&upload).unwrap();
    let index = deployment
        .workers
        .names()
        .iter()
        .position(|it| *it == first);
    deployment.workers.kill(index.unwrap());

    let limit = Duration::from_secs(30);
    let result = deployment.engine.result_of(&invocation, limit).await;
    assert_eq!(result.status, 200, "{result:?}");
    assert_eq!(result.body["imported"], 25, "{result:?}");
    assert_eq!(result.body["outcome"], "incomplete", "{result:?}");
    assert_eq!(
        result.body["rejected_rows"],
        json!([[27, 27]]),
        "{result:?}"
    );
    let company = deployment.company(CUSTOMER);
    assert_eq!(company["users"]["total"], 25, "{company}");
    assert_eq!(company["counters"]["created"], 25, "{company}");
    let requests = deployment.sandbox.requests();
    let last = requests.iter().rev().find_map(worker_of).unwrap();
    assert_ne!(first, last);

    let status = format!("KeepnetCompany/{CUSTOMER}/status");
    let status = deployment.engine.call(&status, Value::Null).await.body;
    assert_eq!(status["import"]["step"], "done", "{status}");
    assert_eq!(status["keeps_ticket"], false, "{status}");
    deployment.assert_no_person_in_engine("people.csv").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_passing_failures_are_repeated() {
    let Some(binary) = Engine::binary() else {
        return;
    };
    let deployment = Deployment::start(binary, 1).await;
    deployment.write_list("people.csv", "one.example", 3);
    let engine = &deployment.engine;
    let import = format!("KeepnetCompany/{CUSTOMER}/import");
    let by_name = "KeepnetCompany/Customer%200001/import";
    for (handler, file, status, problem) in [
        (by_name, "people.csv", 400, "Invalid: "),
        (
            &import,
            "../people.csv",
            400,
            "Invalid: the name of the file",
        ),
        (&import, "nowhere.csv", 400, "Sheet: "),
    ] {
        let response = engine.call(handler, import_of(file)).await;
        let message = response.body["message"].as_str().unwrap();
        assert_eq!(response.status, status, "{file}: {response:?}");
        assert!(message.starts_with(problem), "{file}: {message}");
    }
    assert_eq!(deployment.sandbox.state()["counters"]["uploads"], 0);

    // The upload is not repeated by the client, but by the engine.
    let fault = "status=503,on=upload_target_users,count=2";
    deployment.sandbox.add_fault(fault.parse().unwrap());
    // The service does not get the first request for the import, and nobody knows.
    let fault = "reset=before,on=import_target_users,count=1";
    deployment.sandbox.add_fault(fault.parse().unwrap());
    let response = engine.call(&import, import_of("people.csv")).await;
    let message = response.body["message"].as_str().unwrap();
    assert_eq!(response.status, 409, "{response:?}");
    assert!(message.starts_with("OutcomeUnknown: "), "{message}");
    let requests = |operation: &str| {
        let requests = deployment.sandbox.requests();
        let of = requests
            .iter()
            .filter(|it| it.operation_name() == Some(operation));
        of.count()
    };
    assert_eq!(requests("upload_target_users"), 3);
    assert_eq!(requests("import_target_users"), 1);
    let status = format!("KeepnetCompany/{CUSTOMER}/status");
    let shown = engine.call(&status, Value::Null).await.body;
    assert_eq!(shown["keeps_ticket"], true, "{shown}");
    assert_eq!(
        shown["import"]["failure"]["kind"], "OutcomeUnknown",
        "{shown}"
    );

    // Asked again, the object resumes from its ticket: the file is not sent again.
    let response = engine.call(&import, import_of("people.csv")).await;
    assert_eq!(response.body["imported"], 3, "{response:?}");
    assert_eq!(requests("upload_target_users"), 3);
    assert_eq!(deployment.company(CUSTOMER)["counters"]["created"], 3);
    let shown = engine.call(&status, Value::Null).await.body;
    assert_eq!(shown["keeps_ticket"], false, "{shown}");
    deployment.assert_no_person_in_engine("people.csv").await;
}
