//! A service that refuses every second call for a while: nobody is lost, nobody is there twice, and
//! the calls that are made again are bounded.

use std::time::Duration;

use keepnet_client::RetryPolicy;
use keepnet_flows::ErrorKind;

use super::flow::{Claim, Flow};
use super::invariants::all_differ;
use super::site::{Site, Undisturbed, emails};
use crate::flows::service::DIALECTS;

const SEEDS: u64 = 25;
/// What a retry costs after a 429.
const COST: u64 = 5;
/// The default but for a budget that ten retries in vain use up.
const THRIFTY: RetryPolicy = RetryPolicy {
    max_tries: 4,
    base: Duration::from_millis(100),
    throttled_base: Duration::from_secs(1),
    cap: Duration::from_secs(20),
    deadline: Duration::from_secs(60),
    budget: 50,
};
/// How often a flow is run at most, each time after the one before gave up.
const RUNS: u64 = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_storm_of_refusals_loses_nobody_doubles_nobody_and_is_answered_with_restraint() {
    let mut tightest = 0.0_f64;
    for dialect in DIALECTS {
        for flow in [Flow::Import, Flow::AddMany, Flow::List] {
            let undisturbed = Undisturbed::of(flow, dialect, super::seed()).await;
            for seed in super::seed()..super::seed() + SEEDS {
                let share = weather(&undisturbed, seed).await;
                tightest = tightest.max(share);
            }
        }
    }
    assert!(
        tightest > 0.1,
        "the storms come nowhere near the bound: {tightest}"
    );
}

/// Runs the flow through one storm; gives how much of the bound on retries it used.
async fn weather(undisturbed: &Undisturbed, seed: u64) -> f64 {
    let Undisturbed { flow, dialect, .. } = *undisturbed;
    let storm = format!("status=429,chance=0.5,seed={seed},count=60");
    let site = Site::start(dialect, seed, Site::LONG, vec![storm.parse().unwrap()]).await;
    let name = format!("{dialect} / {flow} / seed {seed}");
    let (mut runs, mut given_up) = (0, 0);
    let claim = loop {
        runs += 1;
        match flow.run_with(site.config().retry(THRIFTY), &site).await {
            Ok(claim) => break Some(claim),
            Err(error) => {
                given_up += 1;
                assert_eq!(error.kind(), ErrorKind::Throttled, "{name}: {error}");
                assert!(runs < RUNS, "{name}: {error}");
                if error.to_string().contains("has started") {
                    break None;
                }
            }
        }
    };
    site.settle().await;
    assert_eq!(site.held(), undisturbed.held, "{name}");
    assert!(all_differ(&emails(&site.acme())), "{name}");
    let imports = &site.sandbox.state()["counters"]["imports"];
    assert!(imports.as_u64().unwrap() <= 1, "{name}");
    if let (Some(Claim::Found(found)), Claim::Found(expected)) = (&claim, &undisturbed.claim) {
        assert_eq!(found, expected, "{name}");
    }

    let requests = site.sandbox.requests();
    let refused = requests.iter().filter(|it| it.status == 429).count() as u64;
    let served = requests.len() as u64 - refused;
    // A refusal is answered with a retry, or with giving the call up: at most two of them in a run,
    // as two additions go side by side, and three for each addition that is asked for again.
    let asked_again = if flow == Flow::AddMany { 3 * 3 } else { 0 };
    let given_up = 2 * given_up + runs * asked_again;
    // A retry that leads to success gets its cost back, so no more than the calls that were served
    // cost nothing; all others are paid for out of the budget of a run and what first tries pay in.
    let bound = served + (runs * u64::from(THRIFTY.budget) + served) / COST + given_up;
    assert!(
        refused <= bound,
        "{name}: {refused} refusals, at most {bound}"
    );
    refused as f64 / bound as f64
}
