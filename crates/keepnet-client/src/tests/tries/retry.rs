//! Which calls are tried again, how often and after which wait.

use std::time::Duration;

use serde_json::json;

use crate::ErrorKind;
use crate::tests::service::{Answer, DELETION, IDEMPOTENT, ONCE, READ, Service, UNKNOWN, call};

async fn sent(operation: &'static str, answer: Answer) -> (usize, crate::Error) {
    let service = Service::api(move |_, _| answer.clone()).await;
    let (client, _) = service.client();
    let error = call(&client, operation).await.unwrap_err();
    assert_eq!(error.tries() as usize, service.calls().len());
    (service.calls().len(), error)
}

#[tokio::test]
async fn only_repeatable_operations_are_retried() {
    let failures = [
        (Answer::empty(429), 4, ErrorKind::Throttled),
        (Answer::empty(502), 4, ErrorKind::Unavailable),
        (Answer::empty(503), 4, ErrorKind::Unavailable),
        (Answer::empty(504), 4, ErrorKind::Unavailable),
        (Answer::empty(408), 4, ErrorKind::Timeout),
        (Answer::empty(520), 4, ErrorKind::Unavailable),
        (Answer::empty(524), 4, ErrorKind::Unavailable),
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
async fn failed_connection_is_retried_for_every_class() {
    for operation in [READ, IDEMPOTENT, ONCE, UNKNOWN] {
        let service = Service::api(|_, _| Answer::ok()).await;
        let (client, clock) = service.client();
        client.token_info().await.unwrap();
        service.stop().await;
        let error = call(&client, operation).await.unwrap_err();
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
async fn callers_sent_away_together_come_back_apart() {
    for status in [429, 503] {
        let service = Service::api(move |_, number| match number {
            1..=8 => Answer::empty(status).header("retry-after", "5"),
            _ => Answer::ok(),
        })
        .await;
        let (client, clock) = service.client();
        let calls = (0..8).map(|_| call(&client, READ).into_future());
        for outcome in futures::future::join_all(calls).await {
            outcome.unwrap();
        }
        let mut sleeps = clock.sleeps();
        sleeps.sort();
        sleeps.dedup();
        assert_eq!(sleeps.len(), 8, "{status}: {sleeps:?}");
        let bounds = Duration::from_secs(5)..=Duration::from_secs(6);
        assert!(
            sleeps.iter().all(|sleep| bounds.contains(sleep)),
            "{sleeps:?}"
        );
        let spread = sleeps[7] - sleeps[0];
        assert!(spread > Duration::from_millis(200), "{status}: {sleeps:?}");
    }
}

#[tokio::test]
async fn request_id_is_the_same_on_every_try() {
    let (_, error) = sent(READ, Answer::empty(503)).await;
    let service = Service::api(|_, _| Answer::empty(503)).await;
    let (client, _) = service.client();
    let again = call(&client, READ).await.unwrap_err();
    let calls = service.calls();
    let ids: Vec<_> = calls
        .iter()
        .map(|request| request.header("x-request-id"))
        .collect();
    assert_eq!(ids, vec![again.request_id(); 4]);
    assert_eq!(error.request_id().map(str::len), Some(36));
}

#[tokio::test]
async fn call_succeeds_on_a_later_try() {
    let service = Service::api(|_, number| match number {
        1 => Answer::Cut,
        2 => Answer::Reset,
        3 => Answer::empty(429),
        _ => Answer::ok(),
    })
    .await;
    let (client, _) = service.client();
    assert_eq!(call(&client, READ).await.unwrap(), json!({"id": 1}));
}

#[tokio::test]
async fn waits_double_and_grow_when_throttled() {
    for (status, base) in [(503, 100), (429, 1000)] {
        let service = Service::api(move |_, _| Answer::empty(status)).await;
        let (client, clock) = service.client();
        call(&client, READ).await.unwrap_err();
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
async fn requested_wait_is_kept_up_to_its_limit() {
    const DATE: (&str, &str) = ("date", "Wed, 25 Mar 2026 07:49:00 GMT");
    // The injected clock is far from that date; what has no date is held against the clock.
    let (now, date) = (1_800_000_000_u64, 1_774_424_940_u64);
    let after = |value: &str| vec![("retry-after", value.to_owned())];
    let reset = |seconds: u64| vec![("ratelimit-reset", seconds.to_string())];
    let with = |mut headers: Vec<(&'static str, String)>, more: &[(&'static str, &str)]| {
        headers.extend(
            more.iter()
                .map(|(name, value)| (*name, (*value).to_owned())),
        );
        headers
    };
    let cases = [
        (after("7"), Ok(7)),
        (after("60"), Ok(60)),
        (after("61"), Err(61)),
        (after("soon"), Ok(0)),
        (
            with(after("Wed, 25 Mar 2026 07:49:30 GMT"), &[DATE]),
            Ok(30),
        ),
        (with(after("Wed, 25 Mar 2026 07:48:30 GMT"), &[DATE]), Ok(0)),
        (
            with(after("Wed, 25 Mar 2026 08:49:30 GMT"), &[DATE]),
            Err(3630),
        ),
        (after("Fri, 15 Jan 2027 08:00:20 GMT"), Ok(20)),
        (reset(9), Ok(9)),
        (reset(90), Err(90)),
        (reset(now + 12), Ok(12)),
        (reset(now - 12), Ok(0)),
        (with(reset(date + 25), &[DATE]), Ok(25)),
        (with(Vec::new(), &[("x-ratelimit-reset", "8")]), Ok(8)),
        (with(reset(9), &[("retry-after", "4")]), Ok(4)),
        (with(Vec::new(), &[("ratelimit-reset", "soon")]), Ok(0)),
    ];
    for (status, kind) in [(503, ErrorKind::Unavailable), (429, ErrorKind::Throttled)] {
        for (headers, expected) in cases.clone() {
            // Only a refusal speaks of the window; anywhere else it is in passing.
            let of_window = headers
                .iter()
                .any(|(name, _)| name.ends_with("ratelimit-reset"));
            let told = headers.iter().any(|(name, _)| *name == "retry-after");
            let expected = match status {
                503 if of_window && !told => Ok(0),
                _ => expected,
            };
            let case = format!("{status} {headers:?}");
            let service = Service::api(move |_, number| match number {
                1 => headers
                    .iter()
                    .fold(Answer::empty(status), |busy, (name, value)| {
                        busy.header(name, value)
                    }),
                _ => Answer::ok(),
            })
            .await;
            let (client, clock) = service.client();
            match (call(&client, READ).await, expected) {
                (Ok(_), Ok(seconds)) => {
                    let (asked, slept) = (Duration::from_secs(seconds), clock.sleeps()[0]);
                    let backoff = Duration::from_secs(1).max(asked / 10);
                    assert!(
                        (asked..=asked + backoff).contains(&slept),
                        "{case}: {slept:?}"
                    );
                }
                (Err(error), Err(seconds)) => {
                    let asked = Duration::from_secs(seconds);
                    assert_eq!(
                        (error.kind(), error.retry_after()),
                        (kind, Some(asked)),
                        "{case}"
                    );
                    assert!(error.is_retryable() && clock.sleeps().is_empty(), "{case}");
                    let said = format!("wait {} and", crate::clock::humanize(asked));
                    assert!(error.to_string().contains(&said), "{error}");
                }
                (outcome, expected) => panic!("{case}: {outcome:?}, expected {expected:?}"),
            }
        }
    }
}

#[tokio::test]
async fn no_try_starts_after_the_deadline() {
    let service = Service::api(|_, _| Answer::empty(429).header("retry-after", "25")).await;
    let (client, clock) = service.client();
    let limited = call(&client, READ).deadline(Duration::from_secs(70));
    let error = limited.await.unwrap_err();
    assert_eq!((error.kind(), error.tries()), (ErrorKind::Throttled, 3));
    assert_eq!(clock.sleeps().len(), 2);
}

#[tokio::test]
async fn call_without_retry_is_sent_once() {
    let service = Service::api(|_, _| Answer::empty(503)).await;
    let (client, _) = service.client();
    let error = call(&client, READ).no_retry().await.unwrap_err();
    let found = (error.status(), error.tries(), service.calls().len());
    assert_eq!(found, (Some(503), 1, 1));
}

#[tokio::test]
async fn call_without_token_is_retryable() {
    let check = async |token: Answer, retryable: bool| {
        let shown = format!("{token:?}");
        let service = Service::start(move |request, number| match (request.is_token(), number) {
            (true, 1) => Answer::token(1),
            (true, _) => token.clone(),
            // The first token is refused, and there is no other.
            (false, _) => Answer::empty(401),
        })
        .await;
        let (client, _) = service.client();
        let error = call(&client, ONCE).await.unwrap_err();
        assert_eq!(error.tries(), 1, "{shown}: {error}");
        assert_eq!(error.is_retryable(), retryable, "{shown}: {error}");
    };
    check(Answer::empty(500), true).await;
    check(Answer::empty(503), true).await;
    check(Answer::ok(), true).await;
    check(Answer::empty(401), false).await;
    check(Answer::empty(403), false).await;
}

#[tokio::test]
async fn repeated_deletion_that_finds_nothing_succeeds() {
    let lost: [fn() -> Answer; 4] = [
        || Answer::Reset,
        || Answer::Cut,
        || Answer::empty(503),
        || Answer::empty(504),
    ];
    let seen: [fn() -> Answer; 2] = [|| Answer::empty(429), || Answer::empty(401)];
    for (first, id, last, gone) in lost
        .iter()
        .flat_map(|first| [(*first, DELETION, 404, true), (*first, DELETION, 410, true)])
        // Nothing was deleted by a try that the service refused, and only a deletion means absence.
        .chain(seen.iter().map(|first| (*first, DELETION, 404, false)))
        .chain([
            (lost[0], IDEMPOTENT, 404, false),
            (lost[0], DELETION, 403, false),
        ])
    {
        let start = async || {
            Service::api(move |_, number| match number {
                1 => first(),
                _ => Answer::json(last, &json!({"status": "NOT_FOUND"})),
            })
            .await
        };
        let case = format!("{id} {last}");
        let (client, _) = start().await.client();
        let response = call(&client, id).raw().await.unwrap();
        assert_eq!(response.check().is_ok(), gone, "{case}");
        let (client, _) = start().await.client();
        match call(&client, id).with_response().await {
            Ok((data, info)) => {
                assert!(gone && info.is_already_gone(), "{case}");
                assert_eq!((info.status(), info.tries(), data), (last, 2, json!({})));
                assert_eq!(
                    call(&client, id).optional().await.unwrap_err().status(),
                    Some(last)
                );
            }
            Err(error) => assert!(!gone && error.status() == Some(last), "{case}: {error}"),
        }
    }
}
