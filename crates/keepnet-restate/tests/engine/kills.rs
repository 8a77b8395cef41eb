//! Killing workers and the engine while a fleet runs.

use std::collections::HashMap;
use std::fmt;
use std::ops::Range;
use std::time::{Duration, Instant};

use keepnet_sandbox::{RecordedRequest, RequestPattern};
use serde_json::{Value, json};

use super::deployment::staff::CUSTOMER;
use super::deployment::{Deployment, worker_of};

/// How many requests arrive between two kills. An import or a synchronization takes more than 20, so a fleet
/// lasts longer than the kills.
const REQUESTS_BETWEEN_KILLS: Range<usize> = 3..14;

/// What to kill while a fleet runs.
pub(crate) struct Kills<'a> {
    /// How many workers, each at a random moment.
    pub(crate) workers: usize,
    /// The engine is killed, too, after so many workers.
    pub(crate) engine_after: &'a [usize],
    /// How long the fleet may take.
    pub(crate) limit: Duration,
}

/// What was killed, after how many requests of the service.
#[derive(Default)]
pub(crate) struct Killed {
    workers: Vec<(usize, String)>,
    engine: Vec<usize>,
}

impl Kills<'_> {
    /// Runs a fleet, and returns its report.
    pub(crate) async fn during(self, deployment: &mut Deployment, fleet: Value) -> (Value, Killed) {
        let started = Instant::now();
        let left = || self.limit.saturating_sub(started.elapsed());
        let seed = fastrand::u64(..);
        let mut random = fastrand::Rng::with_seed(seed);
        eprintln!("the seed is {seed}");
        let engine = &deployment.engine;
        let invocation = engine.send("KeepnetFleet/killed/run", fleet).await;
        let mut killed = Killed::default();
        while killed.workers.len() < self.workers {
            // The moments follow the requests, so that they do not depend on the speed of the machine.
            let received = deployment.sandbox.requests().len();
            let next = received + random.usize(REQUESTS_BETWEEN_KILLS);
            let any = RequestPattern::any();
            let arrived = deployment.sandbox.wait_for_requests(any, next, left());
            arrived.await.unwrap();
            let index = random.usize(..deployment.workers.names().len());
            let worker = deployment.workers.kill(index);
            let received = deployment.sandbox.requests().len();
            killed.workers.push((received, worker));
            if self.engine_after.contains(&killed.workers.len()) {
                killed.engine.push(deployment.sandbox.requests().len());
                deployment.engine.restart();
            }
            deployment.workers.add();
        }
        let engine = &deployment.engine;
        let progress = engine.call("KeepnetFleet/killed/progress", Value::Null);
        let progress = progress.await.body;
        assert_ne!(
            progress["done"], progress["total"],
            "the fleet ended before the last kill"
        );
        let report = engine.result_of(&invocation, left()).await.body;
        (report, killed)
    }
}

impl Killed {
    /// Fails unless every customer of the fleet is done, had one writer at a time, and the engine knows
    /// nobody of them. `fewest` customers at least must have changed their worker.
    pub(crate) async fn assert_harmless(
        &self,
        deployment: &Deployment,
        report: &Value,
        customers: usize,
        fewest: usize,
    ) {
        let done = json!({"total": customers, "done": customers, "failed": 0});
        assert_eq!(report["progress"], done, "{report}");
        let changes = self.assert_one_writer(&deployment.sandbox.requests());
        assert!(
            changes >= fewest,
            "only {changes} customers were interrupted"
        );
        deployment.assert_no_person_in_engine("people-7.csv").await;
        eprintln!("{self}");
    }

    /// Fails if two workers have written the same customer, unless the first had been killed between, or
    /// the engine; returns how often a customer has changed its worker.
    fn assert_one_writer(&self, requests: &[RecordedRequest]) -> usize {
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
                let mut workers = self.workers.iter();
                let has_ended = workers.any(|(at, name)| name == before && *at <= index);
                let mut engine = self.engine.iter();
                let is_restarted = engine.any(|killed| (at..=&index).contains(&killed));
                assert!(
                    has_ended || is_restarted,
                    "{company}: {before} and {worker} at {index}"
                );
                changes += 1;
            }
            last.insert(company, (worker, index));
        }
        changes
    }
}

impl fmt::Display for Killed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (workers, engines) = (self.workers.len(), self.engine.len());
        write!(f, "{workers} workers and {engines} engines killed")
    }
}
