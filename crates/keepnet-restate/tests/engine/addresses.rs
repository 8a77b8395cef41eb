//! Staff lists at an address.

use serde_json::json;

use super::deployment::engine::Engine;
use super::deployment::list_server::{Answer, ListServer};
use super::deployment::{Deployment, import_of, list_of};

const CUSTOMER: &str = "cuSt00000001";

#[tokio::test(flavor = "multi_thread")]
async fn only_a_whole_list_of_an_address_is_imported() {
    let Some(binary) = Engine::binary() else {
        return;
    };
    let lists = ListServer::start().await;
    let deployment = Deployment::with_lists_at(binary, lists.url()).await;
    let import = format!("KeepnetCompany/{CUSTOMER}/import");
    let list = list_of("one.example", 3);
    let whole = || Answer::Whole(list.clone());
    let check = async |case: &str, answers: Vec<Answer>, requests: usize, expected: (u16, &str)| {
        let (name, (status, problem)) = (format!("{case}.csv"), expected);
        lists.answer(&name, answers);
        let response = deployment.engine.call(&import, import_of(&name)).await;
        assert_eq!(response.status, status, "{case}: {response:?}");
        let message = response.body["message"].as_str().unwrap_or_default();
        assert!(message.contains(problem), "{case}: {message}");
        assert_eq!(lists.requests(&name), requests, "{case}");
    };
    // What does not pass by itself is requested once.
    let redirection = Answer::Status("302 Found");
    check("moved", vec![redirection], 1, (500, "Rejected: ")).await;
    let missing = Answer::Status("404 Not Found");
    check("missing", vec![missing], 1, (404, "NotFound: ")).await;
    check(
        "large",
        vec![Answer::TooLarge],
        1,
        (400, "larger than 200 MiB"),
    )
    .await;
    let endless = Answer::WithoutLength(list.clone());
    check("endless", vec![endless], 1, (500, "does not say how long")).await;
    assert_eq!(deployment.sandbox.state()["counters"]["uploads"], 0);

    // The next attempt finds another list, after the file was sent once.
    let fault = "status=503,on=upload_target_users,count=1";
    deployment.sandbox.add_fault(fault.parse().unwrap());
    let other = Answer::Whole(list_of("two.example", 4));
    check("changed", vec![whole(), other], 2, (409, "Conflict: ")).await;
    assert_eq!(deployment.company(CUSTOMER)["users"]["total"], 0);

    // The engine tries again until the list is there as a whole.
    let unavailable = Answer::Status("503 Service Unavailable");
    let answers = vec![Answer::Cut(list.clone()), unavailable, whole()];
    check("late", answers, 3, (200, "")).await;
    assert_eq!(deployment.company(CUSTOMER)["counters"]["created"], 3);

    // A request can say which content it means.
    let request = json!({"file": "late.csv", "sha256": "0".repeat(64)});
    let response = deployment.engine.call(&import, request).await;
    assert_eq!(response.status, 409, "{response:?}");
    deployment.assert_no_person_in_engine("late.csv").await;
}
