//! Synchronizations whose workers and whose engine are killed end as if nothing had happened.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::{Value, json};

use super::deployment::Deployment;
use super::deployment::engine::Engine;
use super::deployment::staff::{Staff, id_of, list_options};
use super::kills::Kills;

const CUSTOMERS: usize = 20;
/// How long the fleet may take.
const LIMIT: Duration = Duration::from_secs(85);

#[tokio::test(flavor = "multi_thread")]
async fn killed_syncs_end_as_if_nothing_happened() {
    let Some(binary) = Engine::binary() else {
        return;
    };
    let staffs: Vec<Staff> = (1..=CUSTOMERS).map(Staff::of_customer).collect();
    let mut deployment = Deployment::of_staffs(binary, &staffs).await;
    let syncs = (1..=CUSTOMERS).map(|number| {
        let mut sync = list_options(&format!("people-{number}.csv"));
        sync["stall_timeout_seconds"] = json!(3);
        json!({"company": id_of(number), "sync": sync})
    });
    let fleet = json!({"syncs": syncs.collect::<Vec<Value>>(), "at_a_time": 6});
    let kills = Kills {
        workers: 20,
        engine_after: &[10],
        limit: LIMIT,
    };
    let (report, killed) = kills.during(&mut deployment, fleet).await;

    let fewest = CUSTOMERS / 4;
    let harmless = killed.assert_harmless(&deployment, &report, CUSTOMERS, fewest);
    harmless.await;
    let outcomes = report["companies"].as_array().unwrap().iter();
    let mut count = BTreeMap::<&str, usize>::new();
    outcomes.for_each(|it| {
        *count
            .entry(it["sync"]["outcome"].as_str().unwrap())
            .or_default() += 1
    });
    assert_eq!(count, BTreeMap::from([("complete", CUSTOMERS)]), "{report}");
    let state = deployment.sandbox.state();
    let jobs = state["jobs"].as_array().unwrap();
    for (index, staff) in staffs.iter().enumerate() {
        let id = id_of(index + 1);
        assert_eq!(deployment.people(&id).await, staff.after(), "{id}");
        let company = deployment.company(&id);
        assert_eq!(company["counters"]["created"], staff.joiners(), "{company}");
        assert_eq!(company["counters"]["deleted"], 0, "{company}");
        let jobs = jobs.iter().filter(|job| job["company"] == *id);
        let created = jobs.map(|job| job["created"].as_u64().unwrap());
        assert_eq!(created.sum::<u64>(), staff.joiners(), "{state}");
    }
}
