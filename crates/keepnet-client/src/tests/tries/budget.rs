//! The retry budget: what all calls of a client may spend on retries.

use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use futures::FutureExt as _;
use serde_json::json;

use crate::retry::Outcome;
use crate::retry::{PaidRetry, RetryBudget};
use crate::tests::service::{Answer, READ, Service, call, pause};
use crate::{Clock, CompanyId, ErrorKind, ManualClock, RetryPolicy, Safety};

const SIZE: u32 = 100;

/// Runs one script: calls under way side by side, each with a random outcome per try, in storms and
/// lulls. Returns how many retries and how many successes there were.
fn run(seed: u64) -> (u32, u32) {
    let mut random = fastrand::Rng::with_seed(seed);
    let (budget, policy) = (RetryBudget::new(SIZE), RetryPolicy::default());
    let failures = [
        Outcome::NeverSent,
        Outcome::Broken,
        Outcome::Busy {
            throttled: true,
            wait: None,
        },
        Outcome::Final,
    ];
    let companies = ["Acme", "Globex", "Initech"].map(|id| CompanyId::new(id).unwrap());
    let (mut retries, mut successes) = (0, 0);
    let mut under_way = vec![0; random.usize(1..40)];
    let mut failing = 0.0;
    for step in 0..4000 {
        if step % 500 == 0 {
            failing = random.f64() * 1.2;
        }
        let at = random.usize(..under_way.len());
        let tries = &mut under_way[at];
        let company = companies.get(at % (companies.len() + 1));
        *tries += 1;
        if random.f64() >= failing {
            successes += 1;
            budget.succeeded(company);
            *tries = 0;
            continue;
        }
        let outcome = failures[random.usize(..failures.len())];
        let wait = policy.wait(Safety::Read, outcome, *tries, Duration::MAX, 0.5);
        match wait.and_then(|_| budget.withdraw(company)) {
            // Every third one is cancelled during its wait.
            Some(paid) if random.f64() < 0.3 => {
                drop(paid);
                *tries = 0;
            }
            Some(paid) => {
                paid.spend();
                retries += 1;
            }
            None => *tries = 0,
        }
    }
    (retries, successes)
}

#[test]
fn retries_are_bounded_under_any_script_of_failures() {
    let mut tightest = 0.0_f64;
    for seed in 0..500 {
        let (retries, successes) = run(seed);
        let bound = SIZE + successes;
        assert!(retries <= bound, "seed {seed}: {retries} > {bound}");
        tightest = tightest.max(f64::from(retries) / f64::from(bound));
    }
    assert!(tightest > 0.5, "the scripts come nowhere near: {tightest}");
}

#[tokio::test]
async fn failing_company_exhausts_its_share() {
    let retries = SIZE as usize / 2;
    for (status, kind) in [(503, ErrorKind::Unavailable), (429, ErrorKind::Throttled)] {
        let service = Service::api(move |_, _| Answer::empty(status)).await;
        let (client, clock) = service.client();
        let mut errors = Vec::new();
        for _ in 0..50 {
            let clone = client.for_company(&crate::tests::service::company());
            errors.push(call(&clone, READ).await.unwrap_err());
        }
        assert_eq!(service.calls().len(), 50 + retries, "{status}");
        assert_eq!(clock.sleeps().len(), retries, "{status}");
        let (first, last) = (&errors[0], &errors[49]);
        assert_eq!(
            (first.tries(), first.is_retry_budget_spent()),
            (4, false),
            "{first}"
        );
        assert_eq!(
            (last.tries(), last.is_retry_budget_spent(), last.kind()),
            (1, true, kind),
            "{last}"
        );
        assert_eq!(last.status(), Some(status));
        assert!(last.is_retryable());
        assert!(
            last.to_string()
                .contains("not tried again because too many calls fail"),
            "{last}"
        );
    }
}

#[test]
fn companies_that_fail_leave_retries_to_others() {
    let company = |number: u32| CompanyId::new(format!("c{number}")).unwrap();
    // How many retries companies lose one after the other, and what is left for calls without a company.
    let check = |size: u32, lost: &[u32], left: u32| {
        let budget = RetryBudget::new(size);
        let spend = |company: Option<&CompanyId>| {
            let paid = std::iter::from_fn(|| budget.withdraw(company));
            paid.map(PaidRetry::spend).count() as u32
        };
        let companies = 0..lost.len() as u32;
        let found: Vec<_> = companies.map(|it| spend(Some(&company(it)))).collect();
        assert_eq!((found.as_slice(), spend(None)), (lost, left), "{size}");
        budget.succeeded(Some(&company(0)));
        assert_eq!(spend(None), 1.min(size), "{size}: a success gives one back");
    };
    check(0, &[0, 0], 0);
    check(1, &[1, 0], 0);
    check(2, &[1, 1, 0], 0);
    check(4, &[2, 1, 1, 0], 0);
    check(100, &[50, 25, 13, 6, 3, 2, 1, 0], 0);
}

#[tokio::test]
async fn successful_retry_is_refunded() {
    let service = Service::api(|_, number| match number % 2 {
        1 => Answer::empty(503),
        _ => Answer::ok(),
    })
    .await;
    let (client, _) = service.client();
    for _ in 0..100 {
        let data = call(&client, READ).await.unwrap();
        assert_eq!(data, json!({"id": 1}));
    }
    assert_eq!(service.calls().len(), 200);
}

/// A clock whose sleeps never end.
#[derive(Debug)]
struct Sleepless(ManualClock);

impl Clock for Sleepless {
    fn now(&self) -> SystemTime {
        self.0.now()
    }

    fn sleep(&self, _: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + 'static>> {
        drop(self.0.sleep(Duration::ZERO));
        Box::pin(std::future::pending())
    }
}

#[tokio::test]
async fn cancelled_wait_gives_its_budget_back() {
    let service = Service::api(|_, _| Answer::empty(503)).await;
    let clock = Arc::new(Sleepless(ManualClock::new(SystemTime::UNIX_EPOCH)));
    let (client, _) = service.client_with(|config| config.clock(clock.clone()));
    for round in 1..=150 {
        let mut cancelled = call(&client, READ).into_future();
        while clock.0.sleeps().len() < round {
            let outcome = (&mut cancelled).now_or_never();
            assert!(outcome.is_none(), "round {round}: {outcome:?}");
            tokio::task::yield_now().await;
        }
        drop(cancelled);
        pause().await;
    }
}

#[tokio::test]
async fn success_refills_the_budget_to_its_size() {
    let service = Service::api(|_, number| match number {
        1..=20 => Answer::ok(),
        21.. => Answer::empty(429),
        0 => unreachable!("requests are counted from 1"),
    })
    .await;
    let policy = RetryPolicy::default().budget(1);
    let (client, _) = service.client_with(|config| config.retry(policy));
    for _ in 0..20 {
        call(&client, READ).await.unwrap();
    }
    for tries in [2, 1] {
        let error = call(&client, READ).await.unwrap_err();
        assert_eq!(
            (error.tries(), error.is_retry_budget_spent()),
            (tries, true)
        );
    }
}

#[tokio::test]
async fn token_requests_share_the_retry_budget() {
    let service = Service::start(|_, _| Answer::empty(503)).await;
    let policy = RetryPolicy::default().budget(4);
    let (client, _) = service.client_with(|config| config.retry(policy));
    for _ in 0..3 {
        let error = client.token_info().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable);
    }
    assert_eq!(service.tokens(), 3 + 4);
}
