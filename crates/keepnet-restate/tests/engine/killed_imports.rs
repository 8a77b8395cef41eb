//! A fleet of imports whose workers and whose engine are killed ends as if nothing had happened.

use std::time::Duration;

use serde_json::{Value, json};

use super::deployment::Deployment;
use super::deployment::engine::Engine;
use super::deployment::staff::id_of;
use super::kills::Kills;

const CUSTOMERS: usize = 20;
/// How long the fleet may take.
const LIMIT: Duration = Duration::from_secs(85);

#[tokio::test(flavor = "multi_thread")]
async fn killed_fleet_ends_as_if_nothing_happened() {
    let Some(binary) = Engine::binary() else {
        return;
    };
    // Customer 6 of each fleet is closed to the reseller.
    let mut deployment = Deployment::start(binary, CUSTOMERS + 1).await;
    let numbers: Vec<usize> = (1..=CUSTOMERS + 1).filter(|it| *it != 6).collect();
    let imports = numbers.iter().map(|number| {
        let file = format!("people-{number}.csv");
        deployment.write_list(
            &file,
            &format!("customer-{number}.example"),
            people_of(*number),
        );
        let import = json!({"file": file, "groups": ["Starters"], "create_groups": true,
            "stall_timeout_seconds": 3});
        json!({"company": id_of(*number), "import": import})
    });
    let fleet = json!({"imports": imports.collect::<Vec<Value>>(), "at_a_time": 3});
    let kills = Kills {
        workers: 30,
        engine_after: &[10, 20],
        limit: LIMIT,
    };
    let (report, killed) = kills.during(&mut deployment, fleet).await;

    let fewest = CUSTOMERS / 2;
    let harmless = killed.assert_harmless(&deployment, &report, CUSTOMERS, fewest);
    harmless.await;
    let state = deployment.sandbox.state();
    let jobs = state["jobs"].as_array().unwrap();
    for number in numbers {
        let (id, people) = (id_of(number), people_of(number));
        let company = deployment.company(&id);
        assert_eq!(company["users"]["total"], people, "{company}");
        assert_eq!(company["counters"]["created"], people, "{company}");
        assert_eq!(company["counters"]["updated"], 0, "{company}");
        let groups = company["groups"].as_array().unwrap();
        assert_eq!(groups.len(), 1, "{company}");
        assert_eq!(groups[0]["members"], people, "{company}");
        let jobs: Vec<&Value> = jobs.iter().filter(|job| job["company"] == *id).collect();
        assert_eq!(jobs.len(), 1, "{jobs:?}");
        assert_eq!(jobs[0]["created"], people, "{jobs:?}");
    }
}

fn people_of(number: usize) -> usize {
    10 + number
}
