//! Two hundred tasks against a service in trouble, for ten minutes of a clock that runs faster: nothing
//! waits longer than its limits, nothing is written twice, and nothing is left at the end.
//!
//! The run takes 12 s; `KEEPNET_SOAK_SECONDS=60` makes it take a minute, with the same ten minutes of
//! the clock, and limits the growth of the memory of the process, where Linux tells it.

mod fast_clock;
mod in_flight;
mod work;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::future::join_all;
use keepnet_client::{SeededRandom, Timeouts};
use keepnet_flows::{ClientConfig, Company, Credentials, Reseller};
use keepnet_sandbox::{Dialect, Rules, Sandbox};

use crate::flows::service::{ACME, GLOBEX};
use fast_clock::FastClock;
use in_flight::InFlight;
use work::{CALL, Step, Work};

const TASKS: usize = 200;
/// How long the tasks go on, by the injected clock.
const DURATION: Duration = Duration::from_secs(600);
/// The share of the requests that a fault hits.
const FAULTY: f64 = 0.05;
/// How much the memory may grow in a long run: the sandbox in the same process records up to 100,000
/// requests and the users that are added, and the test its steps.
const MOST_GROWTH: u64 = 96 << 20;
/// Latencies and stalls are longer than the limits of the client, by the real clock of the sandbox.
const FAULTS: [&str; 19] = [
    "latency=20ms",
    "latency=2s",
    "status=400",
    "status=401",
    "status=403",
    "status=404",
    "status=409",
    "status=429",
    "status=429,retry-after=2",
    "status=500",
    "status=502,body=html",
    "status=503,retry-after=1",
    "envelope=FAILED",
    "reset=before",
    "reset=after",
    "reset=body",
    "stall=2s",
    "truncate",
    "token-revoked",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_tasks_run_through_any_trouble() {
    let long = std::env::var("KEEPNET_SOAK_SECONDS").ok();
    let seconds = long.as_ref().map_or(12, |it| it.parse().unwrap());
    let clock = Arc::new(FastClock::new((600 / seconds).max(1)));
    let sandbox = sandbox(&clock).await;
    let alive_at_start = tokio::runtime::Handle::current()
        .metrics()
        .num_alive_tasks();
    let in_flight = InFlight::default();
    let reseller = reseller(&sandbox, &clock, &in_flight).await;
    let companies = [
        reseller.company(ACME).await.unwrap(),
        reseller.company(GLOBEX).await.unwrap(),
    ];
    for (number, fault) in FAULTS.iter().enumerate() {
        let chance = FAULTY / FAULTS.len() as f64;
        let fault = format!("{fault},chance={chance},seed={number}");
        sandbox.add_fault(fault.parse().unwrap());
    }
    let memory_at_start = resident_memory();
    let started = Instant::now();
    let tasks = (0..TASKS).map(|number| {
        let (company, clock) = (companies[number / 5 % 2].clone(), Arc::clone(&clock));
        tokio::spawn(Work::ALL[number % 5].repeat(number, company, clock, DURATION))
    });
    let mut steps = Vec::new();
    for task in join_all(tasks).await {
        let done = task.unwrap();
        assert!(!done.is_empty(), "a task makes no progress");
        steps.extend(done);
    }
    println!(
        "{} steps in {:.1?}\n{}",
        steps.len(),
        started.elapsed(),
        totals(&steps)
    );
    for step in &steps {
        step.check();
    }
    sandbox.clear_faults();
    check_users(&sandbox, &steps);
    check_permits(&sandbox, &companies, &in_flight).await;

    if let (Some(start), Some(end)) = (memory_at_start, resident_memory()) {
        println!("memory: {} MiB, then {} MiB", start >> 20, end >> 20);
        let grown = end.saturating_sub(start);
        assert!(long.is_none() || grown < MOST_GROWTH, "{grown} bytes more");
    }

    // Only the sandbox and this test hold the clock when the client is gone.
    drop((companies, reseller));
    let left = || {
        let tasks = tokio::runtime::Handle::current()
            .metrics()
            .num_alive_tasks();
        (tasks, Arc::strong_count(&clock))
    };
    let started = Instant::now();
    while left() != (alive_at_start, 2) {
        assert!(
            started.elapsed() < Duration::from_secs(10),
            "left: {:?}",
            left()
        );
        tokio::task::yield_now().await;
    }
}

/// The memory of this process in bytes, where the system tells it.
fn resident_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes << 10)
}

async fn sandbox(clock: &Arc<FastClock>) -> Sandbox {
    let read = Arc::clone(clock);
    let mut rules = Rules::default();
    rules.token_lifetime = Duration::from_secs(120);
    let builder = Sandbox::builder().dialect(Dialect::Observed).rules(rules);
    let builder = builder.users("Acme LLC", 60).users("Globex GmbH", 60);
    let now = move || keepnet_client::Clock::now(&*read).try_into().unwrap();
    builder.clock(now).start().await.unwrap()
}

async fn reseller(sandbox: &Sandbox, clock: &Arc<FastClock>, in_flight: &InFlight) -> Reseller {
    let config = ClientConfig::new(Credentials::new("sandbox-client", "sandbox-secret"))
        .base_url(sandbox.url())
        .timeouts(Timeouts::default().queue(CALL / 2).call(CALL))
        .observer(Arc::new(in_flight.clone()))
        .random(Arc::new(SeededRandom::new(7)))
        .clock(Arc::<FastClock>::clone(clock));
    Reseller::connect(config).await.unwrap()
}

/// How often each kind of step ended in which way, and how long the longest took.
fn totals(steps: &[Step]) -> String {
    let mut totals: BTreeMap<(Work, String), (u64, Duration)> = BTreeMap::new();
    for step in steps {
        let ended = step.error.as_ref().map(|(kind, _)| format!("{kind:?}"));
        let key = (step.work, ended.unwrap_or_else(|| "done".to_owned()));
        let (count, longest) = totals.entry(key).or_default();
        *count += 1;
        *longest = step.duration.max(*longest);
    }
    let line = |((work, ended), (count, longest)): ((Work, String), (u64, Duration))| {
        format!(
            "{work:?} {ended}: {count}, at most {:.0} s\n",
            longest.as_secs_f64()
        )
    };
    totals.into_iter().map(line).collect()
}

/// Whoever was added exists once.
fn check_users(sandbox: &Sandbox, steps: &[Step]) {
    let state = sandbox.state();
    let companies = state["companies"].as_array().unwrap();
    let mut existing = BTreeMap::new();
    for email in companies
        .iter()
        .flat_map(|it| it["emails"].as_array().unwrap())
    {
        *existing.entry(email.as_str().unwrap()).or_insert(0) += 1;
    }
    for email in steps.iter().filter_map(|step| step.added.as_deref()) {
        assert_eq!(existing.get(email), Some(&1), "{email}");
    }
}

/// All permits are free: as many calls as there may be at once are in flight together.
async fn check_permits(sandbox: &Sandbox, companies: &[Company], in_flight: &InFlight) {
    // Less than the time limits of the client, by the real clock.
    sandbox.add_fault("latency=500ms".parse().unwrap());
    in_flight.take_most();
    let reads = (0..8).map(|_| companies[0].count_users());
    join_all(reads).await;
    assert_eq!(in_flight.take_most(), 8);
    sandbox.clear_faults();
}
