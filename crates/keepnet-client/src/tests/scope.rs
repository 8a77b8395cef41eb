use std::collections::HashMap;
use std::sync::Mutex;

use reqwest::Method;

use super::service::{Answer, COMPANY, READ, Service, call, company};
use crate::{Client, CompanyId, ErrorKind, open};

#[tokio::test]
async fn a_scoped_call_carries_both_company_headers_and_an_unscoped_one_none() {
    let service = Service::api(|_, number| match number {
        1 => Answer::empty(503),
        _ => Answer::ok(),
    })
    .await;
    let (session, _) = service.session();
    open("read", call(&session.for_company(&company()), READ))
        .await
        .unwrap();
    open("read", call(&session, READ)).await.unwrap();
    let calls = service.calls();
    for (request, expected) in calls.iter().zip([Some(COMPANY), Some(COMPANY), None]) {
        assert_eq!(request.header("x-keepnet-company-id"), expected);
        assert_eq!(request.header("x-ir-company-id"), expected);
    }
    assert_eq!((calls.len(), service.tokens()), (3, 1));
}

#[tokio::test]
async fn no_retry_renewal_or_clone_loses_the_scope() {
    let others = ["aaaaaaaaaaaa", "bbbbbbbbbbbb"].map(|id| CompanyId::new(id).unwrap());
    // Refused, broken, throttled and at last answered, for each company by its own count.
    let counts = Mutex::new(HashMap::<Option<String>, usize>::new());
    let service = Service::api(move |request, _| {
        let scope = request.header("x-keepnet-company-id").map(str::to_owned);
        let mut counts = counts.lock().unwrap();
        let tries = counts.entry(scope).or_default();
        *tries += 1;
        match *tries {
            1 => Answer::empty(401),
            2 => Answer::Reset,
            3 => Answer::Cut,
            4 => Answer::empty(429),
            _ => Answer::ok(),
        }
    })
    .await;
    let (session, _) = service.session();
    let scoped = session.for_company(&company());
    let sessions = [
        (None, session.clone()),
        (Some(COMPANY), scoped.clone()),
        (Some("aaaaaaaaaaaa"), scoped.for_company(&others[0])),
        (
            Some("bbbbbbbbbbbb"),
            Client::from(scoped)
                .for_company(&others[1])
                .session()
                .clone(),
        ),
    ];
    for (expected, session) in &sessions {
        let before = service.calls().len();
        open("read", call(&session.clone(), READ)).await.unwrap();
        let sent = service.calls().split_off(before);
        assert_eq!(sent.len(), 5, "{expected:?}");
        for request in sent {
            for header in ["x-keepnet-company-id", "x-ir-company-id"] {
                assert_eq!(request.header(header), *expected, "{header}");
            }
        }
    }
}

#[tokio::test]
async fn the_session_decides_the_scope_and_drops_the_generator_s_version_header() {
    let service = Service::api(|_, _| Answer::ok()).await;
    let (session, _) = service.session();
    let request = session
        .request(Method::GET, "/api/read?a=b")
        .header("X-KEEPNET-Company-Id", "other")
        .header("X-IR-COMPANY-ID", "other")
        .header("api-version", "v1")
        .build()
        .unwrap();
    session.send(request, READ).await.unwrap();
    let request = &service.calls()[0];
    for dropped in [
        "x-keepnet-company-id",
        "x-ir-company-id",
        "api-version",
        "referer",
    ] {
        assert_eq!(request.header(dropped), None, "{dropped}");
    }
    assert_eq!(request.path, "/api/read?a=b");
    assert_eq!(request.header("authorization"), Some("Bearer token-1"));
    assert!(
        request
            .header("user-agent")
            .unwrap()
            .starts_with("keepnet-rust/")
    );
}

#[tokio::test]
async fn no_redirect_is_followed() {
    for status in [301, 302, 303, 307, 308] {
        let elsewhere = Service::start(|_, _| Answer::ok()).await;
        let target = format!(
            "{}/x?secret=1",
            elsewhere.url.replace("127.0.0.1", "localhost")
        );
        let to = target.clone();
        let service = Service::api(move |_, _| Answer::empty(status).header("location", &to)).await;
        let (session, _) = service.session();
        let error = open("read", call(&session.for_company(&company()), READ))
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.status()),
            (ErrorKind::Protocol, Some(status))
        );
        let line = error.to_string();
        assert!(
            line.contains("localhost") && !line.contains("secret"),
            "{line}"
        );

        let service =
            Service::start(move |_, _| Answer::empty(status).header("location", &target)).await;
        let (session, _) = service.session();
        session.token_info().await.unwrap_err();
        assert!(elsewhere.received().is_empty(), "{status}");
    }
}

#[tokio::test]
async fn the_token_goes_to_the_configured_host_alone() {
    let elsewhere = Service::start(|_, _| Answer::ok()).await;
    let service = Service::api(|_, _| Answer::ok()).await;
    let (session, _) = service.session();
    let request = reqwest::Request::new(Method::GET, elsewhere.url.parse().unwrap());
    let error = session.send(request, READ).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    assert!(elsewhere.received().is_empty() && service.received().is_empty());
}
