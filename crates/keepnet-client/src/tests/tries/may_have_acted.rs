//! Whether any try of a failed call may have acted on the service.

use std::pin::pin;
use std::time::Duration;

use futures::FutureExt as _;
use serde_json::json;

use crate::Error;
use crate::tests::service::{
    Answer, DELETION, IDEMPOTENT, ONCE, READ, Service, UNKNOWN, call, pause,
};

/// The error of a call whose tries get these answers, the last of them again and again.
async fn error_of(operation: &'static str, answers: &[Answer]) -> Error {
    let answers = answers.to_vec();
    let service = Service::api(move |_, number| {
        let last = answers.len();
        answers[number.min(last) - 1].clone()
    })
    .await;
    let (client, _) = service.client();
    call(&client, operation).await.unwrap_err()
}

#[tokio::test]
async fn single_answer_says_whether_it_may_have_acted() {
    let failed = json!({"data": null, "status": "FAILED"});
    let answers = [
        (Answer::empty(400), false),
        (Answer::empty(401), false),
        (Answer::empty(403), false),
        (Answer::empty(404), false),
        (Answer::empty(409), false),
        (Answer::empty(429), false),
        (Answer::empty(501), false),
        (Answer::empty(505), false),
        (Answer::json(200, &failed), false),
        (Answer::empty(302), true),
        (Answer::empty(408), true),
        (Answer::empty(500), true),
        (Answer::empty(502), true),
        (Answer::empty(503), true),
        (Answer::empty(504), true),
        (Answer::empty(524), true),
        (Answer::empty(200), true),
        (Answer::typed(200, "text/html", "<p>"), true),
        (Answer::json(200, &json!({"status": "SUCCESS"})), true),
        (Answer::Reset, true),
        (Answer::Cut, true),
    ];
    for (answer, may) in answers {
        for operation in [IDEMPOTENT, DELETION, ONCE, UNKNOWN] {
            let error = error_of(operation, std::slice::from_ref(&answer)).await;
            assert_eq!(error.may_have_acted(), may, "{operation} {answer:?}");
        }
        let error = error_of(READ, std::slice::from_ref(&answer)).await;
        assert!(
            !error.may_have_acted(),
            "a read changes nothing: {answer:?}"
        );
    }
}

#[tokio::test]
async fn earlier_try_counts_after_a_refusal() {
    let check = async |first: Answer, last: Answer, may: bool| {
        let case = format!("{first:?}, {last:?}");
        let error = error_of(IDEMPOTENT, &[first, last]).await;
        assert!(error.tries() > 1, "{case}");
        assert_eq!(error.may_have_acted(), may, "{case}");
    };
    let rejected = || Answer::json(200, &json!({"data": null, "status": "FAILED"}));
    check(Answer::Cut, Answer::empty(403), true).await;
    check(Answer::Reset, Answer::empty(404), true).await;
    check(Answer::empty(503), Answer::empty(429), true).await;
    check(Answer::empty(503), rejected(), true).await;
    check(Answer::empty(429), Answer::empty(403), false).await;
    check(Answer::empty(429), rejected(), false).await;
    check(Answer::empty(401), Answer::empty(400), false).await;
    check(Answer::empty(401), Answer::empty(500), true).await;
}

#[tokio::test]
async fn lost_token_does_not_hide_the_earlier_tries() {
    let check = async |first: Answer, token: Answer, may: bool| {
        let case = format!("{first:?}, {token:?}");
        let service = Service::start(move |request, number| match (request.is_token(), number) {
            (true, 1) => Answer::token(1),
            (true, _) => token.clone(),
            (false, 1) => first.clone(),
            (false, _) => Answer::empty(401),
        })
        .await;
        let (client, _) = service.client();
        let error = call(&client, IDEMPOTENT).await.unwrap_err();
        assert!(service.tokens() > 1, "{case}");
        assert_eq!(error.may_have_acted(), may, "{case}");
    };
    for token in [500, 503, 401, 200] {
        check(Answer::empty(401), Answer::empty(token), false).await;
        check(Answer::empty(503), Answer::empty(token), true).await;
        check(Answer::Cut, Answer::empty(token), true).await;
    }
}

#[tokio::test]
async fn call_without_a_request_cannot_have_acted() {
    let service = Service::api(|_, _| Answer::ok()).await;
    let (client, _) = service.client();
    client.token_info().await.unwrap();
    service.stop().await;
    let error = call(&client, ONCE).await.unwrap_err();
    assert_eq!((error.tries(), error.may_have_acted()), (4, false));
    assert!(!Error::new(crate::ErrorKind::Timeout, "a job stands still").may_have_acted());
}

#[tokio::test]
async fn deadline_counts_only_the_requests_sent() {
    let check = async |answers: fn(bool, usize) -> Answer, tries: u32, may: bool| {
        let service = Service::start(move |it, number| answers(it.is_token(), number)).await;
        let (client, clock) = service.client();
        let limited = call(&client, ONCE).deadline(Duration::from_secs(5));
        let mut limited = pin!(limited.into_future());
        let error = loop {
            if let Some(ended) = (&mut limited).now_or_never() {
                break ended.unwrap_err();
            }
            pause().await;
            if service.calls().len() as u32 == tries && service.tokens() > 0 {
                clock.advance(Duration::from_secs(1));
            }
        };
        let found = (error.tries(), error.may_have_acted());
        assert_eq!(found, (tries, may), "{error}");
        assert_eq!(error.is_retryable(), !may, "{error}");
    };
    check(|_, _| Answer::Silence, 0, false).await;
    let silent_call = |is_token, number| match is_token {
        true => Answer::token(number),
        false => Answer::Silence,
    };
    check(silent_call, 1, true).await;
    let silent_renewal = |is_token, number| match (is_token, number) {
        (true, 1) => Answer::token(1),
        (true, _) => Answer::Silence,
        (false, _) => Answer::empty(401),
    };
    check(silent_renewal, 1, false).await;
}

#[test]
fn call_of_a_stopped_runtime_may_have_acted() {
    let runtime = || {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap()
    };
    let (serving, calling) = (runtime(), runtime());
    let service = serving.block_on(Service::api(|_, _| Answer::Silence));
    let (client, _) = service.client();
    let mut sent = Box::pin(call(&client, ONCE).into_future());
    calling.block_on(async {
        while service.calls().is_empty() {
            assert!((&mut sent).now_or_never().is_none());
            pause().await;
        }
    });
    calling.shutdown_background();
    let error = serving.block_on(sent).unwrap_err();
    assert!(error.may_have_acted(), "{error}");
}
