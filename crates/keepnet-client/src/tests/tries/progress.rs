//! A call goes on whether its caller polls it or not, and ends when its caller goes away.

use std::time::Duration;

use futures::FutureExt as _;
use futures::future::join_all;

use crate::tests::service::{Answer, ONCE, READ, Service, call, company, pause, upload};
use crate::{CompanyId, FilePart, Form};

/// Longer than anything takes that does not wait for a limit.
const STALLED: Duration = Duration::from_secs(10);

async fn in_time<T>(call: impl Future<Output = T>) -> T {
    let ended = tokio::time::timeout(STALLED, call).await;
    ended.expect("the call stalls")
}

#[tokio::test]
async fn unpolled_calls_hold_no_permit() {
    for operation in [READ, ONCE] {
        let service = Service::api(|_, _| Answer::ok()).await;
        let (client, _) = service.client();
        client.token_info().await.unwrap();
        let mut left: Vec<_> = (0..20)
            .map(|_| call(&client, operation).into_future())
            .collect();
        for call in &mut left {
            assert!(call.now_or_never().is_none());
        }
        in_time(call(&client, operation).into_future())
            .await
            .unwrap();
        for outcome in in_time(join_all(left)).await {
            outcome.unwrap();
        }
        assert_eq!(service.calls().len(), 21);
    }
}

#[tokio::test]
async fn call_that_was_never_polled_sends_nothing() {
    let service = Service::api(|_, _| Answer::ok()).await;
    let (client, _) = service.client();
    drop(call(&client, READ).into_future());
    pause().await;
    assert!(service.received().is_empty());
}

#[tokio::test]
async fn hanging_renewal_does_not_block_a_valid_token() {
    let service = Service::start(|request, number| match (request.is_token(), number) {
        (true, 1) => Answer::token(1),
        (true, 2) => Answer::Silence,
        (true, _) => Answer::token(3),
        _ => Answer::ok(),
    })
    .await;
    let (client, clock) = service.client();
    call(&client, READ).await.unwrap();
    clock.advance(Duration::from_secs(3400));
    for _ in 0..3 {
        in_time(call(&client, READ).into_future()).await.unwrap();
    }
    pause().await;
    assert_eq!(service.tokens(), 2, "one renewal in the background");
    clock.advance(Duration::from_secs(61));
    for _ in 0..10 {
        pause().await;
    }
    assert_eq!(service.tokens(), 3, "it is tried again");
    in_time(call(&client, READ).into_future()).await.unwrap();
    let last = service.calls().pop().unwrap();
    assert_eq!(last.header("authorization"), Some("Bearer token-3"));
}

#[tokio::test]
async fn queue_does_not_count_against_an_upload() {
    let service = Service::gated(|request, number| match request.is_token() {
        true => Answer::token(number),
        false => Answer::ok(),
    })
    .await;
    let (client, clock) = service.client();
    client.token_info().await.unwrap();
    let uploads: Vec<_> = (0..5)
        .map(|_| {
            let file = FilePart::from_bytes("a.csv", vec![b'x'; 10]);
            tokio::spawn(upload(&client, Form::new().file("File", file)).into_future())
        })
        .collect();
    for waiting in [2, 2, 1] {
        service.settled(waiting).await;
        clock.advance(Duration::from_secs(100));
        service.settled(waiting).await;
        service.pass(waiting);
    }
    for outcome in in_time(join_all(uploads)).await {
        outcome.unwrap().unwrap();
    }
    assert_eq!(service.calls().len(), 5);
}

#[tokio::test]
async fn writes_of_companies_do_not_wait_for_each_other() {
    let service = Service::gated(|request, number| match request.is_token() {
        true => Answer::token(number),
        false => Answer::ok(),
    })
    .await;
    let (client, _) = service.client();
    let companies = [company(), CompanyId::new("gL0bEx4mBh8Q").unwrap()];
    let calls: Vec<_> = (0..4)
        .flat_map(|_| &companies)
        .map(|company| tokio::spawn(call(&client.for_company(company), ONCE).into_future()))
        .collect();
    service.settled(4).await;
    service.open();
    for outcome in in_time(join_all(calls)).await {
        outcome.unwrap().unwrap();
    }
}

#[tokio::test]
async fn dropped_call_closes_its_connection() {
    let service = Service::api(|_, _| Answer::Silence).await;
    let (client, _) = service.client();
    let mut dropped: Vec<_> = (0..8).map(|_| call(&client, READ).into_future()).collect();
    for call in &mut dropped {
        assert!(call.now_or_never().is_none());
    }
    while service.calls().len() < 8 {
        tokio::task::yield_now().await;
    }
    let mut waiting = call(&client, READ).into_future();
    assert!((&mut waiting).now_or_never().is_none());
    pause().await;
    assert_eq!(service.calls().len(), 8);
    drop(dropped);
    while service.calls().len() < 9 {
        tokio::task::yield_now().await;
    }
}
