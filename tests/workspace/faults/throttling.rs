//! A service that throttles every second call for a while: no user is lost or created twice, and the
//! number of retries is bounded.

use keepnet_client::RetryPolicy;
use keepnet_flows::ErrorKind;

use super::environment::{Baseline, Environment, emails};
use super::flow::{Claim, Flow};
use super::invariants::all_differ;
use crate::flows::service::DIALECTS;

const SEEDS: u64 = 25;
/// How many retries may fail.
const SMALL_BUDGET: u32 = 10;
/// How often a flow is started at most, each time after the last run failed.
const MAX_RUNS: u64 = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn throttling_loses_nobody_and_doubles_nobody() {
    let mut largest_share = 0.0_f64;
    for dialect in DIALECTS {
        for flow in [Flow::Import, Flow::AddMany, Flow::List] {
            let baseline = Baseline::of(flow, dialect, super::seed()).await;
            for seed in super::seed()..super::seed() + SEEDS {
                let share = run_throttled(&baseline, seed).await;
                largest_share = largest_share.max(share);
            }
        }
    }
    assert!(
        largest_share > 0.1,
        "no run comes near the bound: {largest_share}"
    );
}

/// Runs the flow while the service throttles; returns how much of the bound on retries it used.
async fn run_throttled(baseline: &Baseline, seed: u64) -> f64 {
    let Baseline { flow, dialect, .. } = *baseline;
    let fault = format!("status=429,chance=0.5,seed={seed},count=60");
    let env = Environment::start(
        flow,
        dialect,
        seed,
        Environment::LONG,
        vec![fault.parse().unwrap()],
    )
    .await;
    let name = format!("{dialect} / {flow} / seed {seed}");
    let (mut runs, mut failed_runs) = (0, 0);
    let claim = loop {
        runs += 1;
        match flow
            .run_with(
                env.config()
                    .retry(RetryPolicy::default().budget(SMALL_BUDGET)),
                &env,
            )
            .await
        {
            Ok(claim) => break Some(claim),
            Err(error) => {
                failed_runs += 1;
                assert_eq!(error.kind(), ErrorKind::Throttled, "{name}: {error}");
                assert!(runs < MAX_RUNS, "{name}: {error}");
                if error.to_string().contains("has started") {
                    break None;
                }
            }
        }
    };
    env.sandbox.finish_imports();
    assert_eq!(env.final_state(), baseline.state, "{name}");
    assert!(all_differ(&emails(&env.acme())), "{name}");
    let imports = &env.sandbox.state()["counters"]["imports"];
    assert!(imports.as_u64().unwrap() <= 1, "{name}");
    if let (Some(Claim::Found(found)), Claim::Found(expected)) = (&claim, &baseline.claim) {
        assert_eq!(found, expected, "{name}");
    }

    let requests = env.sandbox.requests();
    let throttled = requests.iter().filter(|it| it.status == 429).count() as u64;
    let served = requests.len() as u64 - throttled;
    // Each 429 leads to a retry or to a failed call. A run has at most two failed calls, because two
    // additions run at a time, and three more for each addition that the flow itself repeats.
    let repeated = if flow == Flow::AddMany { 3 * 3 } else { 0 };
    let failed_calls = 2 * failed_runs + runs * repeated;
    // A served call gives one retry back; the budget of each run pays for the others.
    let bound = served + runs * u64::from(SMALL_BUDGET) + failed_calls;
    assert!(
        throttled <= bound,
        "{name}: {throttled} throttled calls, at most {bound}"
    );
    throttled as f64 / bound as f64
}
