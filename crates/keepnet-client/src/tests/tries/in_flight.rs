//! Limits on the number of requests in flight.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::join_all;

use crate::tests::service::{
    Answer, Caller, IDEMPOTENT, ONCE, READ, Service, UNKNOWN, call, company, pause,
};
use crate::{Concurrency, ErrorKind};

pub(super) fn token_or(
    script: impl Fn(usize) -> Answer + Send + Sync + 'static,
) -> impl Fn(&crate::tests::service::Received, usize) -> Answer + Send + Sync + 'static {
    move |request, number| match request.is_token() {
        true => Answer::token(number),
        false => script(number),
    }
}

fn spawn(
    client: &(impl Caller + Clone + Send + Sync + 'static),
    operation: &'static str,
) -> tokio::task::JoinHandle<Result<serde_json::Value, crate::Error>> {
    let client = client.clone();
    tokio::spawn(async move { call(&client, operation).await })
}

#[tokio::test]
async fn calls_in_flight_stay_within_the_limit() {
    let few = Concurrency::default().reads(3).writes_per_company(0);
    for (operation, most, limits) in [
        (READ, 8, Concurrency::default()),
        (IDEMPOTENT, 2, Concurrency::default()),
        (ONCE, 2, Concurrency::default()),
        (UNKNOWN, 2, Concurrency::default()),
        (READ, 3, few),
        (ONCE, 1, few),
    ] {
        let service = Service::gated(token_or(|_| Answer::ok())).await;
        let (client, _) = service.client_with(|config| config.concurrency(limits));
        let scoped = client.for_company(&company());
        let calls: Vec<_> = (0..20)
            .flat_map(|_| [spawn(&scoped, operation), spawn(&scoped, operation)])
            .collect();
        service.settled(most).await;
        service.open();
        for outcome in join_all(calls).await {
            outcome.unwrap().unwrap();
        }
        assert_eq!(service.most_at_once(), most, "{operation}");
        assert_eq!(service.calls().len(), 40, "{operation}");
    }
}

#[tokio::test]
async fn limited_company_leaves_reads_to_others() {
    let service = Service::gated(token_or(|_| Answer::ok())).await;
    let limits = Concurrency::default().reads(3);
    let (client, _) = service.client_with(|config| config.concurrency(limits));
    let limited = client.for_company(&company()).limit_reads(2);
    let hanging: Vec<_> = (0..20).map(|_| spawn(&limited.clone(), READ)).collect();
    service.settled(2).await;
    let other = spawn(&client.for_company(&company()), READ);
    service.settled(3).await;
    service.open();
    for outcome in join_all(hanging.into_iter().chain([other])).await {
        outcome.unwrap().unwrap();
    }
    assert_eq!(service.most_at_once(), 3);
}

#[tokio::test]
async fn hanging_writes_do_not_block_reads() {
    let service = Service::gated(token_or(|_| Answer::ok())).await;
    let (client, _) = service.client();
    let calls = [ONCE, ONCE, ONCE, READ, READ].map(|operation| spawn(&client, operation));
    service.settled(4).await;
    service.open();
    for outcome in join_all(calls).await {
        outcome.unwrap().unwrap();
    }
}

#[tokio::test]
async fn cancelled_call_frees_its_permit() {
    let service = Service::gated(token_or(|_| Answer::ok())).await;
    let (client, _) = service.client();
    let sending = [ONCE, ONCE].map(|operation| spawn(&client, operation));
    service.settled(2).await;
    let mut waiting: Vec<_> = (0..50).map(|_| call(&client, ONCE).into_future()).collect();
    for call in &mut waiting {
        assert!(call.now_or_never().is_none());
    }
    pause().await;
    // The next in line is granted the place of a call that was cancelled, and leaves with it.
    sending[0].abort();
    while !sending[0].is_finished() {
        tokio::task::yield_now().await;
    }
    drop(waiting);
    let last = spawn(&client, ONCE);
    service.open();
    last.await.unwrap().unwrap();
    let [cancelled, kept] = sending;
    assert!(cancelled.await.unwrap_err().is_cancelled());
    kept.await.unwrap().unwrap();
}

#[tokio::test]
async fn wait_for_a_permit_has_a_limit() {
    for (limit, set) in [(30 * 60, None), (7, Some(Duration::from_secs(7)))] {
        let service = Service::gated(token_or(|_| Answer::ok())).await;
        let (client, clock) = service.client();
        client.token_info().await.unwrap();
        // The calls ahead wait for the service longer than this one may wait for its place.
        let day = Duration::from_secs(86_400);
        let slow = || {
            call(&client, ONCE)
                .timeouts(|it| it.first_byte(day))
                .into_future()
        };
        let sending: Vec<_> = (0..2).map(|_| tokio::spawn(slow())).collect();
        service.settled(2).await;
        let waiting = call(&client, ONCE);
        let waiting = waiting.timeouts(|it| set.map_or(it, |limit| it.queue(limit)));
        let mut waiting = waiting.into_future();
        for seconds in [0, limit - 1] {
            clock.advance(Duration::from_secs(seconds));
            assert!((&mut waiting).now_or_never().is_none());
            pause().await;
        }
        clock.advance(Duration::from_secs(1));
        let error = waiting.await.unwrap_err();
        assert_eq!((error.kind(), error.tries()), (ErrorKind::Timeout, 0));
        assert!(error.is_retryable(), "the service saw nothing of it");
        let said = format!("own queue for {limit} s");
        assert!(error.to_string().contains(&said), "{error}");
        service.open();
        for outcome in join_all(sending).await {
            outcome.unwrap().unwrap();
        }
        assert_eq!(service.calls().len(), 2);
    }
}

/// Every second call is refused when it comes first, until 120 calls have come.
#[tokio::test]
async fn throttled_calls_are_neither_lost_nor_doubled() {
    const CALLS: usize = 200;
    let seen = Arc::new(Mutex::new(HashMap::<String, usize>::new()));
    let done = Arc::new(Mutex::new(HashMap::<String, usize>::new()));
    let (arrivals, effects) = (seen.clone(), done.clone());
    let service = Service::api(move |request, _| {
        let id = request.header("x-request-id").unwrap().to_owned();
        let mut arrivals = arrivals.lock().unwrap();
        let number = arrivals.len() + 1;
        let tries = arrivals.entry(id.clone()).or_default();
        *tries += 1;
        if *tries == 1 && number <= 120 && number % 2 == 0 {
            return Answer::empty(429).header("retry-after", "1");
        }
        *effects.lock().unwrap().entry(id).or_default() += 1;
        Answer::ok()
    })
    .await;
    let (client, _) = service.client();
    for operation in [READ, IDEMPOTENT] {
        let (before, sent) = (done.lock().unwrap().len(), service.calls().len());
        let calls: Vec<_> = (0..CALLS).map(|_| spawn(&client, operation)).collect();
        for outcome in join_all(calls).await {
            outcome.unwrap().unwrap();
        }
        let done = done.lock().unwrap();
        assert_eq!(done.len() - before, CALLS, "{operation}: lost");
        assert!(
            done.values().all(|times| *times == 1),
            "{operation}: doubled"
        );
        assert_eq!(service.calls().len() - sent, CALLS + 60, "{operation}");
        seen.lock().unwrap().clear();
    }
    assert_eq!(service.calls().len(), 2 * (CALLS + 60));
    assert!(service.most_at_once() <= 8);
}
