//! A fleet whose workers and whose engine are killed ends as if nothing had happened.

use std::collections::HashMap;
use std::ops::Range;
use std::time::{Duration, Instant};

use keepnet_sandbox::{RecordedRequest, RequestPattern};
use serde_json::{Value, json};

use super::deployment::{Deployment, worker_of};
use super::engine::Engine;

/// The ids of the customers of a fleet begin with this.
const CUSTOMER: &str = "cuSt";
const CUSTOMERS: usize = 20;
const KILLS: usize = 30;
/// The engine is killed, too, after so many workers.
const ENGINE_KILLS: [usize; 2] = [10, 20];
/// How many requests arrive between two kills. An import takes 22, so the fleet lasts longer than the kills.
const REQUESTS_BETWEEN_KILLS: Range<usize> = 3..14;
/// How long the fleet may take.
const LIMIT: Duration = Duration::from_secs(85);

/// What was killed, after how many requests of the service.
#[derive(Default)]
struct Killed {
    workers: Vec<(usize, String)>,
    engine: Vec<usize>,
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_fleet_ends_as_if_nothing_happened() {
    let Some(binary) = Engine::binary() else {
        return;
    };
    let started = Instant::now();
    let seed = fastrand::u64(..);
    let mut random = fastrand::Rng::with_seed(seed);
    println!("the seed is {seed}");
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
    let invocation = deployment
        .engine
        .send("KeepnetFleet/killed/run", fleet)
        .await;

    let mut killed = Killed::default();
    while killed.workers.len() < KILLS {
        // The moments follow the requests, so that they do not depend on the speed of the machine.
        let next = deployment.sandbox.requests().len() + random.usize(REQUESTS_BETWEEN_KILLS);
        let left = LIMIT.saturating_sub(started.elapsed());
        let any = RequestPattern::any();
        let arrived = deployment.sandbox.wait_for_requests(any, next, left).await;
        arrived.expect("the fleet stands still");
        let index = random.usize(..deployment.workers.names().len());
        let worker = deployment.workers.kill(index);
        killed
            .workers
            .push((deployment.sandbox.requests().len(), worker));
        if ENGINE_KILLS.contains(&killed.workers.len()) {
            killed.engine.push(deployment.sandbox.requests().len());
            deployment.engine.restart();
        }
        deployment.workers.add();
    }
    let progress = deployment
        .engine
        .call("KeepnetFleet/killed/progress", Value::Null)
        .await
        .body;
    assert_ne!(
        progress["done"], CUSTOMERS,
        "the fleet ended before the last kill"
    );
    let left = LIMIT.saturating_sub(started.elapsed());
    let report = deployment.engine.result_of(&invocation, left).await.body;

    assert_eq!(
        report["progress"],
        json!({"total": CUSTOMERS, "done": CUSTOMERS, "failed": 0}),
        "{report}"
    );
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
    assert_one_writer(&deployment.sandbox.requests(), &killed);
    deployment.assert_no_person_in_engine("people-7.csv").await;
    println!(
        "{KILLS} workers and {} engines killed in {:.1?}",
        killed.engine.len(),
        started.elapsed()
    );
}

/// Between two workers in the same customer, the first must have been killed, or the engine.
fn assert_one_writer(requests: &[RecordedRequest], killed: &Killed) {
    let mut last: HashMap<&str, (String, usize)> = HashMap::new();
    let mut changes = 0;
    for (index, request) in requests.iter().enumerate() {
        let company = request.company.as_deref();
        let customer = company.filter(|id| id.starts_with(CUSTOMER));
        let (Some(company), Some(worker)) = (customer, worker_of(request)) else {
            continue;
        };
        if let Some((before, at)) = last.get(company)
            && *before != worker
        {
            let mut workers = killed.workers.iter();
            let has_ended = workers.any(|(at, name)| name == before && *at <= index);
            let mut engine = killed.engine.iter();
            let is_restarted = engine.any(|killed| (at..=&index).contains(&killed));
            assert!(
                has_ended || is_restarted,
                "{company}: {before} and {worker} at {index}"
            );
            changes += 1;
        }
        last.insert(company, (worker, index));
    }
    assert!(
        changes >= CUSTOMERS / 2,
        "only {changes} imports were interrupted"
    );
}

fn id_of(number: usize) -> String {
    format!("{CUSTOMER}{number:08}")
}

fn people_of(number: usize) -> usize {
    10 + number
}
