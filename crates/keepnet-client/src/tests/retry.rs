use std::time::Duration;

use serde_json::json;

use super::service::{Answer, IDEMPOTENT, ONCE, READ, Service, UNKNOWN, call};
use crate::{ErrorKind, open};

async fn sent(operation: &'static str, answer: Answer) -> (usize, crate::Error) {
    let service = Service::api(move |_, _| answer.clone()).await;
    let (session, _) = service.session();
    let error = open("operation", call(&session, operation))
        .await
        .unwrap_err();
    assert_eq!(error.tries() as usize, service.calls().len());
    (service.calls().len(), error)
}

#[tokio::test]
async fn only_what_may_run_twice_is_sent_again() {
    let failures = [
        (Answer::empty(429), 4, ErrorKind::Throttled),
        (Answer::empty(502), 4, ErrorKind::Unavailable),
        (Answer::empty(503), 4, ErrorKind::Unavailable),
        (Answer::empty(504), 4, ErrorKind::Unavailable),
        (Answer::Reset, 4, ErrorKind::Unavailable),
        (Answer::Cut, 4, ErrorKind::Unavailable),
        (Answer::empty(500), 1, ErrorKind::Unavailable),
        (Answer::empty(400), 1, ErrorKind::Invalid),
        (Answer::empty(409), 1, ErrorKind::Conflict),
    ];
    for (answer, tries, kind) in failures {
        for (operation, repeats) in [
            (READ, true),
            (IDEMPOTENT, true),
            (ONCE, false),
            (UNKNOWN, false),
        ] {
            let (calls, error) = sent(operation, answer.clone()).await;
            // A 429 says that nothing was done.
            let repeats = repeats || kind == ErrorKind::Throttled;
            let expected = if repeats { tries } else { 1 };
            assert_eq!(
                (calls, error.kind()),
                (expected, kind),
                "{operation} {answer:?}"
            );
            let may = repeats && !matches!(kind, ErrorKind::Invalid | ErrorKind::Conflict);
            assert_eq!(error.is_retryable(), may, "{operation} {answer:?}");
        }
    }
}

#[tokio::test]
async fn a_connection_that_was_never_made_is_tried_again_for_every_operation() {
    for operation in [READ, IDEMPOTENT, ONCE, UNKNOWN] {
        let service = Service::api(|_, _| Answer::ok()).await;
        let (session, clock) = service.session();
        session.token_info().await.unwrap();
        service.stop().await;
        let error = open("operation", call(&session, operation))
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.tries()),
            (ErrorKind::Unavailable, 4),
            "{operation}"
        );
        assert!(error.is_retryable());
        assert_eq!(clock.sleeps().len(), 3);
    }
}

#[tokio::test]
async fn every_try_carries_the_same_request_id_and_the_error_names_it() {
    let (_, error) = sent(READ, Answer::empty(503)).await;
    let service = Service::api(|_, _| Answer::empty(503)).await;
    let (session, _) = service.session();
    let again = open("operation", call(&session, READ)).await.unwrap_err();
    let calls = service.calls();
    let ids: Vec<_> = calls
        .iter()
        .map(|request| request.header("x-request-id"))
        .collect();
    assert_eq!(ids, vec![again.request_id(); 4]);
    assert_eq!(error.request_id().map(str::len), Some(36));
}

#[tokio::test]
async fn a_call_that_succeeds_at_last_is_a_success() {
    let service = Service::api(|_, number| match number {
        1 => Answer::Cut,
        2 => Answer::Reset,
        3 => Answer::empty(429),
        _ => Answer::ok(),
    })
    .await;
    let (session, _) = service.session();
    assert_eq!(
        open("read", call(&session, READ)).await.unwrap(),
        json!({"id": 1})
    );
}

#[tokio::test]
async fn waits_double_and_are_longer_when_throttled() {
    for (status, base) in [(503, 100), (429, 1000)] {
        let service = Service::api(move |_, _| Answer::empty(status)).await;
        let (session, clock) = service.session();
        open("read", call(&session, READ)).await.unwrap_err();
        let sleeps = clock.sleeps();
        assert_eq!(sleeps.len(), 3);
        for (doubling, sleep) in sleeps.iter().enumerate() {
            let ceiling = Duration::from_millis(base << doubling);
            assert!(*sleep <= ceiling, "{status}: {sleep:?} > {ceiling:?}");
        }
        assert!(
            sleeps
                .iter()
                .any(|sleep| *sleep > Duration::from_millis(base) / 10)
        );
    }
}

#[tokio::test]
async fn the_wait_the_service_asks_for_is_kept() {
    const DATE: &str = "Wed, 25 Mar 2026 07:49:00 GMT";
    let cases = [
        ("7", None, Some(7)),
        ("60", None, Some(60)),
        ("Wed, 25 Mar 2026 07:49:30 GMT", Some(DATE), Some(30)),
        ("Wed, 25 Mar 2026 07:48:30 GMT", Some(DATE), Some(0)),
        ("61", None, None),
        ("Wed, 25 Mar 2026 08:49:30 GMT", Some(DATE), None),
        ("soon", None, Some(0)),
    ];
    for (hint, date, expected) in cases {
        let service = Service::api(move |_, number| match number {
            1 => {
                let busy = Answer::empty(503).header("retry-after", hint);
                date.into_iter()
                    .fold(busy, |busy, date| busy.header("date", date))
            }
            _ => Answer::ok(),
        })
        .await;
        let (session, clock) = service.session();
        let outcome = open("read", call(&session, READ)).await;
        match expected {
            Some(seconds) => {
                outcome.unwrap();
                let sleep = clock.sleeps()[0];
                assert!(sleep >= Duration::from_secs(seconds), "{hint}: {sleep:?}");
                assert!(
                    sleep < Duration::from_secs(seconds) + Duration::from_secs(1),
                    "{hint}"
                );
            }
            None => {
                let error = outcome.unwrap_err();
                assert!(
                    error.retry_after() > Some(Duration::from_secs(60)),
                    "{hint}"
                );
                assert!(clock.sleeps().is_empty(), "{hint}");
            }
        }
    }
}

#[tokio::test]
async fn no_try_starts_after_the_deadline() {
    let service = Service::api(|_, _| Answer::empty(429).header("retry-after", "25")).await;
    let (session, clock) = service.session();
    let error = open("read", call(&session, READ)).await.unwrap_err();
    assert_eq!((error.tries(), clock.sleeps().len()), (3, 2));
}

#[tokio::test]
async fn a_body_that_cannot_be_copied_is_sent_once() {
    let service = Service::api(|_, _| Answer::empty(503)).await;
    let (session, _) = service.session();
    let stream = futures::stream::iter([Ok::<_, std::io::Error>("{}")]);
    let request = session
        .request(reqwest::Method::POST, "/api/read")
        .body(reqwest::Body::wrap_stream(stream))
        .build()
        .unwrap();
    let response = session.send(request, READ).await.unwrap();
    assert_eq!(
        (response.status().as_u16(), service.calls().len()),
        (503, 1)
    );
}

#[tokio::test]
async fn a_call_for_which_no_token_could_be_had_may_be_made_again() {
    let check = async |token: Answer, retryable: bool| {
        let shown = format!("{token:?}");
        let service = Service::start(move |request, number| match (request.is_token(), number) {
            (true, 1) => Answer::token(1),
            (true, _) => token.clone(),
            // The first token is refused, and there is no other.
            (false, _) => Answer::empty(401),
        })
        .await;
        let (session, _) = service.session();
        let error = open("operation", call(&session, ONCE)).await.unwrap_err();
        assert_eq!(error.tries(), 1, "{shown}: {error}");
        assert_eq!(error.is_retryable(), retryable, "{shown}: {error}");
    };
    check(Answer::empty(500), true).await;
    check(Answer::empty(503), true).await;
    check(Answer::ok(), true).await;
    check(Answer::empty(401), false).await;
    check(Answer::empty(403), false).await;
}
