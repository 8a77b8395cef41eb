use std::pin::pin;
use std::time::Duration;

use futures::FutureExt as _;
use reqwest::Method;

use super::service::{Answer, ONCE, READ, Service, UNKNOWN, call, file};
use crate::{Client, Download, Envelope, Error, ErrorKind, FilePart, Form, Timeouts, open};

const TINY: Duration = Duration::from_millis(40);

/// Fails a call, a sign-in and a download against the answer, each with tiny time-outs.
async fn check(answer: Answer, timeouts: Timeouts) {
    let reply = answer.clone();
    let service = Service::api(move |_, _| reply.clone()).await;
    let (session, _) = service.session_with(|config| config.timeouts(timeouts));
    for (operation, tries) in [(READ, 4), (ONCE, 1)] {
        let error = open("any", call(&session, operation)).await.unwrap_err();
        let case = format!("{operation} {answer:?} {timeouts:?}: {error}");
        assert_eq!(error.kind(), ErrorKind::Timeout, "{case}");
        assert_eq!(error.tries(), tries, "{case}");
        assert_eq!(error.is_retryable(), operation == READ, "{case}");
    }
    let service = Service::start(move |_, _| answer.clone()).await;
    let (session, _) = service.session_with(|config| config.timeouts(timeouts));
    let error = session.token_info().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
}

#[tokio::test]
async fn a_socket_that_swallows_and_a_body_that_stalls_end_in_a_time_out() {
    for answer in [Answer::Silence, Answer::Stall("application/json")] {
        for timeouts in [
            Timeouts {
                read: TINY,
                ..Timeouts::default()
            },
            Timeouts {
                attempt: TINY,
                ..Timeouts::default()
            },
        ] {
            check(answer.clone(), timeouts).await;
        }
    }
}

#[tokio::test]
async fn a_download_that_stalls_ends_in_a_time_out() {
    for answer in [Answer::Silence, Answer::Stall("text/csv")] {
        let service = Service::api(move |_, _| answer.clone()).await;
        let (session, _) = service.session_with(|config| {
            config.timeouts(Timeouts {
                read: TINY,
                ..Timeouts::default()
            })
        });
        let error = Download::open("file", file(&session)).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    }
}

/// Uploads this many bytes to a service that never answers, and tells by the injected clock when the
/// client gives up.
async fn upload(bytes: usize) -> (Duration, Error) {
    let service = Service::api(|_, _| Answer::Silence).await;
    let (session, clock) = service.session();
    session.token_info().await.unwrap();
    let client = Client::from(session);
    let form = Form::new().file("File", FilePart::from_bytes("a.csv", vec![b'x'; bytes]));
    let path = "/api/upload".to_owned();
    let sent = client.send_form::<Envelope<u8>>(UNKNOWN, Method::POST, path, &form);
    let mut sent = pin!(open("upload", sent));
    while service.calls().is_empty() {
        assert!((&mut sent).now_or_never().is_none());
        tokio::task::yield_now().await;
    }
    let (step, mut passed) = (Duration::from_secs(1), Duration::ZERO);
    loop {
        clock.advance(step);
        passed += step;
        if let Some(outcome) = (&mut sent).now_or_never() {
            return (passed, outcome.unwrap_err());
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_watch_over_an_upload_keeps_the_injected_clock() {
    let limits = Timeouts::default();
    for (bytes, limit) in [(10, limits.upload_answer), (64 << 20, limits.read)] {
        let (passed, error) = upload(bytes).await;
        // The watch looks once in a read time-out, and may have looked while bytes still moved.
        let latest = limit + 2 * limits.read;
        assert!((limit..=latest).contains(&passed), "{bytes}: {passed:?}");
        assert_eq!((error.kind(), error.tries()), (ErrorKind::Timeout, 1));
        let expected = format!("no byte moved for {} s", limit.as_secs());
        assert!(error.to_string().contains(&expected), "{error}");
    }
}

#[tokio::test]
async fn a_message_above_the_limit_is_refused_and_the_error_names_the_limit() {
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
        let (session, _) = service.session();
        let outcome = open("read", call(&session, READ)).await;
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
