//! What a hook sees of the tries of a call, and what it can add to them.

use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures::FutureExt as _;
use http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};

use super::in_flight::token_or;
use crate::tests::service::{
    Answer, COMPANY, ONCE, READ, Service, UPLOAD, call, company, pause, upload,
};
use crate::{
    Client, CompanyId, ErrorKind, FilePart, Form, Observer, RequestInfo, RequestPhase,
    RequestWatch, TryInfo, TryResult, Wait,
};

type Seen = (u32, String, Option<u16>, Option<ErrorKind>);

#[derive(Debug, Default)]
struct Tries(Mutex<Vec<Seen>>);

impl Observer for Tries {
    fn before_try(&self, this: &TryInfo<'_>) -> HeaderMap {
        let value = |text: &str| HeaderValue::from_str(text).unwrap();
        let mut headers = HeaderMap::from_iter([
            (
                HeaderName::from_static("traceparent"),
                value(&format!("00-{}", this.number)),
            ),
            (
                HeaderName::from_static("x-keepnet-company-id"),
                value("other"),
            ),
            (AUTHORIZATION, value("other")),
        ]);
        for state in ["one=1", "two=2"] {
            headers.append(HeaderName::from_static("tracestate"), value(state));
        }
        headers
    }

    fn after_try(&self, this: &TryInfo<'_>, result: &TryResult) {
        assert_eq!(this.company.map(CompanyId::as_str), Some(COMPANY));
        let mut tries = self.0.lock().unwrap();
        tries.push((
            this.number,
            this.request_id.to_owned(),
            result.status,
            result.error,
        ));
    }
}

#[tokio::test]
async fn observer_sees_each_try_and_adds_headers() {
    let service = Service::api(|_, number| match number {
        1 => Answer::empty(401),
        2 => Answer::empty(503),
        3 => Answer::Reset,
        _ => Answer::ok(),
    })
    .await;
    let tries = Arc::new(Tries::default());
    let (client, _) = service.client_with(|config| config.observer(tries.clone()));
    let acme = client.for_company(&company());
    let mut call = call(&acme, READ);
    for name in ["traceparent", "tracestate"] {
        let stale = HeaderValue::from_static("stale");
        call = call.header(HeaderName::from_static(name), stale);
    }
    let (_, info) = call.with_response().await.unwrap();
    let id = info.request_id().to_owned();
    let expected = [
        (1, id.clone(), Some(401), Some(ErrorKind::Credentials)),
        (2, id.clone(), Some(503), Some(ErrorKind::Unavailable)),
        (3, id.clone(), None, Some(ErrorKind::Unavailable)),
        (4, id, Some(200), None),
    ];
    assert_eq!(*tries.0.lock().unwrap(), expected);
    for (request, number) in service.calls().iter().zip(1..) {
        let parent = format!("00-{number}");
        assert_eq!(request.values("traceparent"), [parent.as_str()]);
        assert_eq!(request.values("tracestate"), ["one=1", "two=2"]);
        assert_eq!(request.header("x-keepnet-company-id"), Some(COMPANY));
        assert!(
            request
                .header("authorization")
                .unwrap()
                .starts_with("Bearer ")
        );
    }
}

/// The waits so far, and how many of them have ended.
type SeenWaits = (Vec<(u32, Wait)>, usize);

#[derive(Clone, Debug, Default)]
struct Waits(Arc<Mutex<SeenWaits>>);

struct Waiting(Waits);

impl Drop for Waiting {
    fn drop(&mut self) {
        self.0.0.lock().unwrap().1 += 1;
    }
}

impl Observer for Waits {
    fn on_wait(&self, this: &TryInfo<'_>, wait: Wait) -> Option<Box<dyn Send>> {
        self.0.lock().unwrap().0.push((this.number, wait));
        Some(Box::new(Waiting(self.clone())))
    }
}

#[tokio::test]
async fn observer_sees_the_wait_for_a_throttle() {
    let service = Service::api(|_, number| match number {
        1 => Answer::empty(429).header("retry-after", "30"),
        _ => Answer::ok(),
    })
    .await;
    let waits = Waits::default();
    let (client, _) = service.client_with(|config| config.observer(Arc::new(waits.clone())));
    call(&client, ONCE).await.unwrap();
    let (seen, ended) = waits.0.lock().unwrap().clone();
    let [(2, Wait::NextTry { after, status })] = seen[..] else {
        panic!("{seen:?}");
    };
    assert_eq!((status, ended), (Some(429), 1));
    // Calls that are refused together are not tried again together.
    assert!((30..33).contains(&after.as_secs()), "{after:?}");
}

/// What is seen of a request: its operation, number and last number, and how far it was at its end.
type SeenRequest = (Option<&'static str>, u32, u32, Option<RequestPhase>);

#[derive(Clone, Debug, Default)]
struct Requests(Arc<Mutex<Vec<SeenRequest>>>);

/// A request of this index.
struct Sent(Requests, usize, RequestWatch);

impl Drop for Sent {
    fn drop(&mut self) {
        self.0.0.lock().unwrap()[self.1].3 = Some(self.2.phase());
    }
}

impl Observer for Requests {
    fn on_request(&self, request: &RequestInfo<'_>) -> Option<Box<dyn Send>> {
        assert_eq!(request.host, "127.0.0.1");
        let operation = request.operation.map(|operation| operation.id);
        let operation = operation.map(|id| crate::tests::service::operation(id).id);
        let mut requests = self.0.lock().unwrap();
        requests.push((operation, request.number, request.last_number, None));
        let index = requests.len() - 1;
        Some(Box::new(Sent(self.clone(), index, request.watch.clone())))
    }
}

/// The tokens are answered by the first script, the calls by the second.
async fn check_requests(
    tokens: fn(usize) -> Answer,
    calls: fn(usize) -> Answer,
    send: impl AsyncFn(&Client),
    expected: &[SeenRequest],
) {
    let service = Service::start(move |request, number| match request.is_token() {
        true => tokens(number),
        false => calls(number),
    })
    .await;
    let requests = Requests::default();
    let (client, clock) = service.client_with(|config| config.observer(Arc::new(requests.clone())));
    let mut sending = pin!(send(&client));
    while (&mut sending).now_or_never().is_none() {
        pause().await;
        clock.advance(Duration::from_secs(1));
    }
    let seen = requests.0.lock().unwrap().clone();
    assert_eq!(seen, expected);
}

#[tokio::test]
async fn observer_sees_requests_without_response() {
    use RequestPhase::{Receiving, Sending, Waiting};
    let token = Answer::token;
    let signed_in = (None, 1, 4, Some(Receiving));
    let read = |number, last, phase| (Some(READ), number, last, Some(phase));
    check_requests(
        |number| match number {
            1 => Answer::Silence,
            2 => Answer::Stall("application/json"),
            _ => Answer::token(number),
        },
        |number| match number {
            1 => Answer::empty(401),
            2 => Answer::Silence,
            _ => Answer::ok(),
        },
        async |client| drop(call(client, READ).await.unwrap()),
        &[
            (None, 1, 4, Some(Waiting)),
            (None, 2, 4, Some(Receiving)),
            (None, 3, 4, Some(Receiving)),
            read(1, 4, Receiving),
            signed_in,
            read(2, 5, Waiting),
            read(3, 5, Receiving),
        ],
    )
    .await;
    check_requests(
        token,
        |_| Answer::Silence,
        async |client| drop(call(client, ONCE).await.unwrap_err()),
        &[signed_in, (Some(ONCE), 1, 1, Some(Waiting))],
    )
    .await;
    for (bytes, phase) in [(10, Waiting), (64 << 20, Sending)] {
        check_requests(
            token,
            |_| Answer::Silence,
            async |client| {
                let file = FilePart::from_bytes("a.csv", vec![b'x'; bytes]);
                let form = Form::new().file("File", file);
                drop(upload(client, form).await.unwrap_err());
            },
            &[signed_in, (Some(UPLOAD), 1, 1, Some(phase))],
        )
        .await;
    }
}

#[tokio::test]
async fn dropped_wait_for_a_permit_ends() {
    let service = Service::gated(token_or(|_| Answer::ok())).await;
    let waits = Waits::default();
    let (client, _) = service.client_with(|config| config.observer(Arc::new(waits.clone())));
    client.token_info().await.unwrap();
    let send = || tokio::spawn(call(&client, ONCE).into_future());
    let ahead = [send(), send()];
    service.settled(2).await;
    let waiting = send();
    let count = || waits.0.lock().unwrap().clone();
    while count().0.is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(count(), (vec![(1, Wait::Permit)], 0));
    waiting.abort();
    assert!(waiting.await.unwrap_err().is_cancelled());
    while count().1 == 0 {
        tokio::task::yield_now().await;
    }
    service.open();
    for call in ahead {
        call.await.unwrap().unwrap();
    }
}
