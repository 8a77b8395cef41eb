//! The retry budget: what all calls of a client may spend on retries.

use std::time::Duration;

use serde_json::json;

use super::service::{Answer, READ, Service, call};
use crate::retry::Outcome;
use crate::retry::RetryBudget;
use crate::{ErrorKind, RetryPolicy, Safety};

const CAPACITY: u32 = 500;

#[derive(Debug, Default)]
struct Count {
    retries: u32,
    first: u32,
    later: u32,
}

/// Runs one script: calls under way side by side, each with a random outcome per try, in storms and
/// lulls.
fn run(seed: u64) -> Count {
    let mut random = fastrand::Rng::with_seed(seed);
    let (budget, policy) = (RetryBudget::new(CAPACITY), RetryPolicy::default());
    let failures = [
        Outcome::NeverSent,
        Outcome::Broken,
        Outcome::Busy {
            throttled: true,
            wait: None,
        },
        Outcome::Busy {
            throttled: false,
            wait: None,
        },
        Outcome::Final,
    ];
    let mut count = Count::default();
    let mut under_way = vec![(0, None); random.usize(1..40)];
    let mut failing = 0.0;
    for step in 0..4000 {
        if step % 500 == 0 {
            failing = random.f64() * 1.2;
        }
        let at = random.usize(..under_way.len());
        let (tries, paid) = &mut under_way[at];
        *tries += 1;
        if random.f64() >= failing {
            match paid {
                Some(_) => count.later += 1,
                None => count.first += 1,
            }
            budget.succeeded(*paid);
            under_way[at] = (0, None);
            continue;
        }
        let outcome = failures[random.usize(..failures.len())];
        *paid = policy
            .wait(Safety::Read, outcome, *tries, Duration::ZERO, 0.5)
            .and_then(|_| budget.withdraw(outcome));
        match paid {
            Some(_) => count.retries += 1,
            None => under_way[at] = (0, None),
        }
    }
    count
}

#[test]
fn retries_are_bounded_under_any_script_of_failures() {
    let mut tightest = 0.0_f64;
    for seed in 0..500 {
        let count = run(seed);
        let bound = count.later + (CAPACITY + count.first) / 5;
        assert!(count.retries <= bound, "seed {seed}: {count:?} > {bound}");
        tightest = tightest.max(f64::from(count.retries) / f64::from(bound));
    }
    assert!(tightest > 0.5, "the scripts come nowhere near: {tightest}");
}

#[tokio::test]
async fn failing_service_exhausts_the_retry_budget() {
    for (status, retries, kind) in [
        (503, 500 / 14, ErrorKind::Unavailable),
        (429, 500 / 5, ErrorKind::Throttled),
    ] {
        let service = Service::api(move |_, _| Answer::empty(status)).await;
        let (client, clock) = service.client();
        let mut errors = Vec::new();
        for _ in 0..50 {
            let clone = client.for_company(&super::service::company());
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

#[tokio::test]
async fn success_refills_the_budget_to_its_size() {
    let service = Service::api(|_, number| match number {
        1..=20 => Answer::ok(),
        21.. => Answer::empty(429),
        0 => unreachable!("requests are counted from 1"),
    })
    .await;
    let policy = RetryPolicy {
        budget: 5,
        ..RetryPolicy::default()
    };
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
    let policy = RetryPolicy {
        budget: 14 * 4,
        ..RetryPolicy::default()
    };
    let (client, _) = service.client_with(|config| config.retry(policy));
    for _ in 0..3 {
        let error = client.token_info().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unavailable);
    }
    assert_eq!(service.tokens(), 3 + 4);
}
