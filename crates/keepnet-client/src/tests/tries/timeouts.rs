//! Time-outs: first byte, stall, whole try, deadline.

use std::pin::{Pin, pin};
use std::time::Duration;

use futures::{FutureExt as _, StreamExt as _};

use crate::tests::service::{Answer, FILE, ONCE, READ, Service, UPLOAD, call, file, pause, upload};
use crate::{Error, ErrorKind, FilePart, Form, ManualClock, Timeouts};

const SECOND: Duration = Duration::from_secs(1);
const JSON: &str = "application/json";

/// Moves the injected clock on by seconds until the call ends, and tells after how many.
async fn ends<T>(clock: &ManualClock, mut call: Pin<&mut impl Future<Output = T>>) -> (u64, T) {
    // The request is on its way before time passes.
    let mut looks = 30;
    for second in 0..1000 {
        for _ in 0..looks {
            if let Some(output) = (&mut call).now_or_never() {
                return (second, output);
            }
            pause().await;
        }
        looks = 2;
        clock.advance(SECOND);
    }
    panic!("nothing ended the call in 1000 s");
}

/// A call of each kind, which runs into this limit and no other.
async fn check(what: &'static str, answer: Answer, limit: u64, reason: &str) {
    let service = Service::api(move |_, _| answer.clone()).await;
    let (client, clock) = service.client();
    client.token_info().await.unwrap();
    let bytes = if what == "stuck upload" { 64 << 20 } else { 10 };
    let form = Form::new().file("File", FilePart::from_bytes("a.csv", vec![b'x'; bytes]));
    let (passed, error) = match what {
        "message" => ends(&clock, pin!(call(&client, ONCE).into_future())).await,
        "download" => {
            let whole = async { file(&client).await?.bytes().await };
            let (passed, outcome) = ends(&clock, pin!(whole)).await;
            (passed, outcome.map(|_| serde_json::Value::Null))
        }
        _ => ends(&clock, pin!(upload(&client, form).into_future())).await,
    };
    let error = error.unwrap_err();
    let case = format!("{what}: {error} after {passed} s");
    assert_eq!(error.kind(), ErrorKind::Timeout, "{case}");
    assert!(error.to_string().contains(reason), "{case}");
    // An upload is looked at every five seconds.
    let slack = if what.contains("upload") { 10 } else { 2 };
    let bounds = limit * u64::from(error.tries())..=(limit + slack) * u64::from(error.tries());
    assert!(bounds.contains(&passed), "{case}");
}

#[tokio::test]
async fn silent_socket_times_out_for_each_transfer() {
    check("message", Answer::Silence, 30, "no response for 30 s").await;
    check("download", Answer::Silence, 30, "no response for 30 s").await;
    check("upload", Answer::Silence, 300, "no response for 300 s").await;
    // The connection has taken what it could, and then nothing more.
    let stalled = "no byte moved in 20 s";
    check("stuck upload", Answer::Silence, 20, stalled).await;
}

#[tokio::test]
async fn stalled_body_times_out() {
    for (what, content_type) in [
        ("message", JSON),
        ("message", "text/plain"),
        ("upload", JSON),
        ("download", "text/csv"),
    ] {
        let stalled = "no byte moved in 20 s";
        check(what, Answer::Stall(content_type), 20, stalled).await;
    }
}

#[tokio::test]
async fn token_request_times_out_like_a_message() {
    for (answer, limit) in [(Answer::Silence, 30), (Answer::Stall(JSON), 20)] {
        let service = Service::start(move |_, _| answer.clone()).await;
        let (client, clock) = service.client();
        let (passed, outcome) = ends(&clock, pin!(client.token_info())).await;
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Timeout);
        let tries = service.tokens() as u64;
        assert!(
            (limit * tries..=(limit + 2) * tries).contains(&passed),
            "{passed}"
        );
    }
}

#[tokio::test]
async fn time_out_is_retried_for_a_read() {
    for (answer, limit) in [(Answer::Silence, 30), (Answer::Stall(JSON), 20)] {
        let shown = format!("{answer:?}");
        let service = Service::api(move |_, number| match number {
            1 | 2 => answer.clone(),
            _ => Answer::ok(),
        })
        .await;
        let (client, clock) = service.client();
        let (passed, outcome) = ends(&clock, pin!(call(&client, READ).into_future())).await;
        outcome.unwrap();
        assert_eq!(service.calls().len(), 3, "{shown}");
        assert!(
            (2 * limit..=2 * limit + 4).contains(&passed),
            "{shown}: {passed} s"
        );
    }
}

/// Drips so many bytes each so many seconds; tells when the call gives up, if within 300 s.
async fn drips(operation: &'static str, bytes: usize, every: u64) -> Option<(u64, Error)> {
    let content_type = if operation == FILE { "text/csv" } else { JSON };
    let service = Service::api(move |_, _| Answer::Drip(content_type)).await;
    let (client, clock) = service.client();
    client.token_info().await.unwrap();
    let read = async {
        match operation {
            FILE => {
                let opened = file(&client).await;
                opened?.bytes().await.map(drop)
            }
            UPLOAD => upload(&client, Form::new()).await.map(drop),
            _ => call(&client, operation).await.map(drop),
        }
    };
    let mut read = pin!(read);
    while service.calls().is_empty() {
        assert!((&mut read).now_or_never().is_none());
        pause().await;
    }
    for second in 1..=300 {
        if second % every == 0 {
            service.drip(vec![b' '; bytes]).await;
        }
        for _ in 0..3 {
            pause().await;
            if let Some(outcome) = (&mut read).now_or_never() {
                return Some((second, outcome.unwrap_err()));
            }
        }
        clock.advance(SECOND);
    }
    None
}

#[tokio::test]
async fn transfer_below_one_byte_a_second_is_a_stall() {
    for (bytes, every, latest) in [
        (1, 2, Some(24)),
        (5, 10, Some(24)),
        (19, 19, Some(44)),
        (2, 1, None),
        (40, 15, None),
    ] {
        for operation in [FILE, ONCE, UPLOAD] {
            let case = format!("{bytes} bytes in {every} s, {operation}");
            let given_up = drips(operation, bytes, every).await;
            // A message that keeps moving is ended by the limit of the whole try.
            let (earliest, latest, reason) = match (latest, operation) {
                (Some(latest), _) => (20, latest, " moved in 20 s"),
                (None, ONCE | UPLOAD) => (60, 62, "not complete after 60 s"),
                (None, _) => {
                    assert!(given_up.is_none(), "{case}: {given_up:?}");
                    continue;
                }
            };
            let (passed, error) = given_up.unwrap();
            let case = format!("{case}: {error} after {passed} s");
            assert!((earliest..=latest).contains(&passed), "{case}");
            assert_eq!(error.kind(), ErrorKind::Timeout, "{case}");
            assert!(error.to_string().contains(reason), "{case}");
        }
    }
}

#[tokio::test]
async fn slow_consumer_is_not_a_stall() {
    for asked_before in [false, true] {
        let service = Service::api(|_, _| Answer::Drip("text/csv")).await;
        let (client, clock) = service.client();
        let opened = file(&client);
        let (_, download) = tokio::join!(service.drip("x".repeat(600)), opened);
        let mut stream = download.unwrap().into_stream();
        assert_eq!(stream.next().await.unwrap().unwrap().len(), 600);
        for _ in 0..10 {
            if asked_before {
                assert!(stream.next().now_or_never().is_none());
            }
            service.drip("y").await;
            clock.advance(600 * SECOND);
            pause().await;
            assert_eq!(stream.next().await.unwrap().unwrap(), "y");
            if !asked_before {
                clock.advance(600 * SECOND);
            }
        }
        service.drip("").await;
        assert!(stream.next().await.is_none());
    }
}

#[tokio::test]
async fn message_above_the_limit_is_refused() {
    const LIMIT: usize = 64 << 20;
    let message = |bytes: usize| {
        let frame = r#"{"data":""}"#.len();
        format!(r#"{{"data":"{}"}}"#, "x".repeat(bytes - frame))
    };
    for (bytes, announced, good) in [
        (LIMIT, true, true),
        (LIMIT + 1, true, false),
        (LIMIT + 1, false, false),
    ] {
        let body = message(bytes);
        let service = Service::api(move |_, _| match announced {
            true => Answer::typed(200, "application/json", body.clone()),
            false => Answer::Unannounced(body.clone()),
        })
        .await;
        let (client, _) = service.client();
        let outcome = call(&client, READ).await;
        if good {
            outcome.unwrap();
            continue;
        }
        let error = outcome.unwrap_err();
        assert_eq!((error.kind(), error.tries()), (ErrorKind::Protocol, 1));
        assert!(
            error
                .to_string()
                .contains("larger than the limit of 64 MiB"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn endless_message_is_refused_whatever_its_type() {
    for (content_type, operation) in [
        (JSON, READ),
        ("text/plain", READ),
        ("text/csv", UPLOAD),
        ("", UPLOAD),
    ] {
        let service = Service::api(move |_, _| Answer::Endless(content_type)).await;
        let (client, _) = service.client();
        let outcome = match operation {
            UPLOAD => upload(&client, Form::new()).await,
            _ => call(&client, operation).await,
        };
        let error = outcome.unwrap_err();
        let case = format!("{content_type:?} to {operation}: {error}");
        assert_eq!(error.kind(), ErrorKind::Protocol, "{case}");
        assert!(case.contains("larger than the limit of 64 MiB"), "{case}");
    }
    for content_type in ["text/csv", "application/json", ""] {
        let service = Service::api(move |_, _| Answer::Endless(content_type)).await;
        let (client, _) = service.client();
        let error = file(&client).await.unwrap().limit(1 << 20).bytes().await;
        assert_eq!(
            error.unwrap_err().kind(),
            ErrorKind::Protocol,
            "{content_type:?}"
        );
    }
}

#[tokio::test]
async fn limit_of_one_call_is_the_one_that_counts() {
    type Adjust = fn(Timeouts) -> Timeouts;
    let cases: [(Adjust, Answer, u64); 6] = [
        (|it| it.first_byte(200 * SECOND), Answer::Silence, 200),
        (|it| it.first_byte(7 * SECOND), Answer::Silence, 7),
        (|it| it.attempt(7 * SECOND), Answer::Silence, 7),
        (|it| it.stall(100 * SECOND), Answer::Stall(JSON), 100),
        (|it| it.call(7 * SECOND), Answer::Silence, 7),
        (
            |it| it.call(SECOND).first_byte(200 * SECOND),
            Answer::Silence,
            200,
        ),
    ];
    for (adjust, answer, limit) in cases {
        let case = format!("{:?}, {answer:?}", adjust(Timeouts::default()));
        let service = Service::api(move |_, _| answer.clone()).await;
        let (client, clock) = service.client();
        client.token_info().await.unwrap();
        let limited = call(&client, ONCE).timeouts(adjust);
        let (passed, outcome) = ends(&clock, pin!(limited.into_future())).await;
        assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Timeout, "{case}");
        assert!((limit..=limit + 2).contains(&passed), "{case}: {passed} s");
        // The next call has the limits of the client again.
        let (passed, _) = ends(&clock, pin!(call(&client, ONCE).into_future())).await;
        assert!((20..=32).contains(&passed), "{case}: {passed} s");
    }
}

#[tokio::test]
async fn each_default_leaves_room_for_what_it_contains() {
    let (limits, retry) = (Timeouts::default(), crate::RetryPolicy::default());
    assert!(limits.connect < limits.first_byte && limits.stall < limits.attempt);
    assert!(limits.first_byte < limits.attempt);
    let waits = (retry.longest_retry_after * 11 / 10) * (retry.max_tries - 1);
    let tries = limits.attempt * retry.max_tries + waits;
    assert!(limits.queue + tries < limits.call);
}

#[tokio::test]
async fn deadline_ends_the_whole_call() {
    for (answer, tries) in [(Answer::Silence, 1), (Answer::Stall(JSON), 1)] {
        let service = Service::api(move |_, _| answer.clone()).await;
        let (client, clock) = service.client();
        let call = call(&client, READ).deadline(7 * SECOND);
        let (passed, outcome) = ends(&clock, pin!(call.into_future())).await;
        let error = outcome.unwrap_err();
        assert_eq!((error.kind(), error.tries()), (ErrorKind::Timeout, tries));
        assert!((7..=9).contains(&passed), "{error} after {passed} s");
        assert!(error.to_string().contains("deadline of 7 s"), "{error}");
    }
    // A call that was never sent may be made again, whatever its class.
    let service = Service::start(|_, _| Answer::Silence).await;
    let (client, clock) = service.client();
    let call = call(&client, ONCE).deadline(SECOND);
    let (_, outcome) = ends(&clock, pin!(call.into_future())).await;
    let error = outcome.unwrap_err();
    assert_eq!((error.tries(), error.is_retryable()), (0, true), "{error}");
}
