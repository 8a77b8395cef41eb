//! One customer: a synchronization that is refused, stopped, resumed and repeated.

use serde_json::{Value, json};

use super::deployment::Deployment;
use super::deployment::engine::Engine;
use super::deployment::staff::{Staff, id_of, list_options};

#[tokio::test(flavor = "multi_thread")]
async fn stopped_sync_is_resumed_by_the_same_request() {
    let Some(binary) = Engine::binary() else {
        return;
    };
    let staffs = [1, 2].map(Staff::of_customer);
    let deployment = Deployment::of_staffs(binary, &staffs).await;
    let (engine, id) = (&deployment.engine, id_of(1));
    let sync = format!("KeepnetCompany/{id}/sync");
    let options = || list_options("people-1.csv");
    let with = |name: &str, value: Value| {
        let mut options = options();
        options[name] = value;
        options
    };

    // What is odd is refused before anything is written.
    let wrong = "0".repeat(64);
    for (request, code, problem) in [
        (
            with("at_most_leavers", json!({"count": 1})),
            409,
            "2 of 19 people would leave, more than 1",
        ),
        (
            with("sha256", json!(wrong)),
            409,
            "people-1.csv has the SHA-256 ",
        ),
        (with("key", json!("Badge")), 400, "Badge"),
        (with("file", json!("nowhere.csv")), 400, "Sheet: "),
    ] {
        let response = engine.call(&sync, request).await;
        let message = response.body["message"].as_str().unwrap();
        assert_eq!(response.status, code, "{response:?}");
        assert!(message.contains(problem), "{message}");
    }
    let counters = &deployment.company(&id)["counters"];
    assert_eq!(*counters, json!({"created": 0, "updated": 0, "deleted": 0}));
    assert_eq!(deployment.sandbox.state()["counters"]["uploads"], 0);

    // A plan says the same, and keeps no ticket.
    let plan = format!("KeepnetCompany/{id}/plan");
    let refused = with("at_most_leavers", json!({"count": 1}));
    for (request, code) in [(refused, Some("too_many_leavers")), (options(), None)] {
        let planned = engine.call(&plan, request).await.body;
        assert_eq!(planned["people"]["join"], staffs[0].joiners(), "{planned}");
        assert_eq!(planned["people"]["leave"], 2, "{planned}");
        assert_eq!(planned["refusals"][0]["code"].as_str(), code, "{planned}");
    }
    let status = format!("KeepnetCompany/{id}/status");
    let shown = engine.call(&status, Value::Null).await.body;
    assert_eq!(shown["sync"]["summary"], Value::Null, "{shown}");
    assert_eq!(shown["keeps_sync_ticket"], false, "{shown}");
    let counters = &deployment.company(&id)["counters"];
    assert_eq!(*counters, json!({"created": 0, "updated": 0, "deleted": 0}));

    let strict = |number| {
        let mut options = list_options(&format!("people-{number}.csv"));
        options["strict"] = json!(true);
        options
    };
    for (number, again) in [(1, options()), (2, strict(2))] {
        let (id, staff) = (id_of(number), &staffs[number - 1]);
        let sync = format!("KeepnetCompany/{id}/sync");
        let status = format!("KeepnetCompany/{id}/status");
        let options = list_options(&format!("people-{number}.csv"));
        // The list of users is not available for a while; then one leaver may not be written.
        for fault in [
            "status=503,on=search_target_users,count=6",
            "status=403,on=update_target_user,nth=2,count=9",
        ] {
            deployment.sandbox.add_fault(fault.parse().unwrap());
        }
        let response = engine.call(&sync, options).await;
        let message = response.body["message"].as_str().unwrap();
        assert_eq!(response.status, 403, "{response:?}");
        assert!(message.starts_with("Permission: "), "{message}");
        let shown = engine.call(&status, Value::Null).await.body;
        assert_eq!(shown["keeps_sync_ticket"], true, "{shown}");
        assert_eq!(shown["sync"]["step"], "leaving", "{shown}");
        deployment.sandbox.clear_faults();

        // The same request resumes it, and another one makes a new plan. Nobody is imported again.
        let uploads = deployment.sandbox.state()["counters"]["uploads"].clone();
        let is_resumed = number == 1;
        let response = engine.call(&sync, again).await;
        assert_eq!(response.body["outcome"], "complete", "{response:?}");
        let joined = if is_resumed { staff.joiners() } else { 0 };
        assert_eq!(response.body["joined"], joined, "{response:?}");
        assert_eq!(deployment.people(&id).await, staff.after());
        assert_eq!(deployment.sandbox.state()["counters"]["uploads"], uploads);
        let shown = engine.call(&status, Value::Null).await.body;
        assert_eq!(shown["keeps_sync_ticket"], false, "{shown}");
        assert_eq!(shown["sync"]["step"], "done", "{shown}");
        let created = &deployment.company(&id)["counters"]["created"];
        assert_eq!(*created, staff.joiners());
    }

    // Repeated, it finds everybody as the list says.
    let again = engine.call(&sync, options()).await;
    let rows = staffs[0].list().lines().count() - 1;
    assert_eq!(again.body["people"]["stay"], rows, "{again:?}");
    deployment.assert_no_person_in_engine("people-1.csv").await;
}
