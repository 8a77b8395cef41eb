//! Which company, host and path a request goes to.

use std::collections::HashMap;
use std::sync::Mutex;

use http::header::{AUTHORIZATION, HeaderName, HeaderValue};

use super::service::{Answer, COMPANY, Caller, ONCE, READ, Service, call, company, file, upload};
use crate::{CompanyId, ErrorKind, FilePart, Form};

#[tokio::test]
async fn scoped_call_sends_both_company_headers() {
    let service = Service::api(|_, number| match number {
        1 => Answer::empty(503),
        _ => Answer::ok(),
    })
    .await;
    let (client, _) = service.client();
    call(&client.for_company(&company()), READ).await.unwrap();
    call(&client, READ).await.unwrap();
    let calls = service.calls();
    for (request, expected) in calls.iter().zip([Some(COMPANY), Some(COMPANY), None]) {
        assert_eq!(request.header("x-keepnet-company-id"), expected);
        assert_eq!(request.header("x-ir-company-id"), expected);
    }
    assert_eq!((calls.len(), service.tokens()), (3, 1));
}

#[tokio::test]
async fn scope_survives_retry_renewal_and_clone() {
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
    let (client, _) = service.client();
    let scoped = client.for_company(&company());
    let callers: [(_, Box<dyn Caller>); 4] = [
        (None, Box::new(scoped.client().reseller_wide())),
        (Some(COMPANY), Box::new(scoped.clone())),
        (
            Some("aaaaaaaaaaaa"),
            Box::new(scoped.client().for_company(&others[0])),
        ),
        (
            Some("bbbbbbbbbbbb"),
            Box::new(client.clone().for_company(&others[1]).clone()),
        ),
    ];
    for (expected, caller) in &callers {
        let before = service.calls().len();
        call(&**caller, READ).await.unwrap();
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
async fn client_headers_replace_those_of_the_caller() {
    let service = Service::api(|_, _| Answer::ok()).await;
    let (client, _) = service.client();
    let other = || HeaderValue::from_static("other");
    call(&client, READ)
        .query("a", &"b")
        .header(HeaderName::from_static("x-keepnet-company-id"), other())
        .header(HeaderName::from_static("x-ir-company-id"), other())
        .header(AUTHORIZATION, other())
        .await
        .unwrap();
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
async fn redirect_is_never_followed() {
    for status in [301, 302, 303, 307, 308] {
        for what in ["message", "once", "form", "download", "sign in"] {
            let elsewhere = Service::start(|_, _| Answer::ok()).await;
            let host = elsewhere.url.replace("127.0.0.1", "localhost");
            let target = format!("{host}/canary-path?secret=canary-query");
            let service = Service::start(move |request, number| {
                match request.is_token() && what != "sign in" {
                    true => Answer::token(number),
                    false => Answer::empty(status).header("location", &target),
                }
            })
            .await;
            let client = service.client().0.for_company(&company());
            let error = match what {
                "message" => call(&client, READ).await.unwrap_err(),
                "once" => call(&client, ONCE).await.unwrap_err(),
                "download" => file(&client).await.unwrap_err(),
                "sign in" => client.client().token_info().await.unwrap_err(),
                _ => {
                    let form = Form::new().file("File", FilePart::from_bytes("a.csv", "a;b"));
                    upload(&client, form).await.unwrap_err()
                }
            };
            let case = format!("{status} {what}: {error}");
            let found = (error.kind(), error.status(), error.is_retryable());
            assert_eq!(found, (ErrorKind::Protocol, Some(status), false), "{case}");
            assert!(case.contains("redirects to localhost, which"), "{case}");
            assert!(!format!("{error:?}").contains("canary"), "{case}");
            assert!(elsewhere.received().is_empty(), "{case}");
        }
    }
}

#[tokio::test]
async fn redirect_error_names_the_host() {
    for (location, host) in [
        (
            Some("https://user:canary@other.example:444/canary"),
            "other.example",
        ),
        (Some("//other.example/canary"), "other.example"),
        (Some("/canary?canary"), "127.0.0.1"),
        (Some("https://"), "an unknown host"),
        (None, "an unknown host"),
    ] {
        let service = Service::api(move |_, _| {
            let answer = Answer::empty(302);
            location
                .into_iter()
                .fold(answer, |answer, to| answer.header("location", to))
        })
        .await;
        let error = call(&service.client().0, READ).await.unwrap_err();
        let line = format!("{error} {error:?}");
        assert!(
            line.contains(&format!("redirects to {host}, which")),
            "{line}"
        );
        assert!(!line.contains("canary"), "{line}");
    }
}

#[tokio::test]
async fn token_goes_to_the_configured_host_only() {
    let elsewhere = Service::start(|_, _| Answer::ok()).await;
    let service = Service::api(|_, _| Answer::ok()).await;
    let (client, _) = service.client();
    let operation = crate::Operation::find("list_jobs").unwrap();
    for path in [
        elsewhere.url.clone(),
        format!("@{}/api/jobs", elsewhere.url),
    ] {
        let error = client
            .reseller_wide()
            .call(operation, &path, None)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid, "{path}");
    }
    assert!(elsewhere.received().is_empty() && service.received().is_empty());
}

#[tokio::test]
async fn empty_or_dot_path_parameter_is_not_sent() {
    let service = Service::api(|_, _| Answer::ok()).await;
    let (client, _) = service.client();
    for id in ["", ".", ".."] {
        let error = client
            .reseller_wide()
            .delete_target_user(id)
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid, "{id:?}");
        assert!(
            error.to_string().starts_with("delete_target_user: "),
            "{error}"
        );
    }
    assert!(service.received().is_empty());
    client
        .reseller_wide()
        .delete_target_user("a/../b")
        .await
        .unwrap();
    assert_eq!(service.calls()[0].path, "/api/target-users/a%2F..%2Fb");
}
