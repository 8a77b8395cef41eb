//! The access token: sharing, renewal, permissions.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use futures::FutureExt as _;
use futures::future::join_all;
use serde_json::json;

use crate::tests::service::{Answer, ONCE, READ, Service, call, company, pause};
use crate::{Concurrency, ErrorKind, Random};

#[tokio::test]
async fn parallel_calls_request_one_token() {
    let service = Service::api(|_, _| Answer::ok()).await;
    let (client, _) = service.client();
    let calls = (0..200).map(|_| call(&client, READ).into_future());
    for outcome in join_all(calls).await {
        outcome.unwrap();
    }
    assert_eq!((service.tokens(), service.calls().len()), (1, 200));
}

#[tokio::test]
async fn thousand_calls_need_one_token() {
    let wide = Concurrency::default().reads(100).writes_per_company(100);
    for (limits, operation) in [(Concurrency::default(), READ), (wide, READ), (wide, ONCE)] {
        for (revoked, tokens) in [(usize::MAX, 1), (500, 2)] {
            let service =
                Service::api(
                    move |request, number| match request.header("authorization") {
                        Some("Bearer token-1") if number > revoked => Answer::empty(401),
                        _ => Answer::ok(),
                    },
                )
                .await;
            let (client, _) = service.client_with(|config| config.concurrency(limits));
            let scoped = client.for_company(&company());
            let calls = (0..500).flat_map(|_| [call(&client, operation), call(&scoped, operation)]);
            let calls = calls.map(IntoFuture::into_future);
            for outcome in join_all(calls).await {
                outcome.unwrap();
            }
            let case = format!("{operation} {limits:?} revoked after {revoked}");
            assert_eq!(service.tokens(), tokens, "{case}");
            let refused = service.calls().len() - 1000;
            // With a company and without one.
            let in_flight = limits.reads.max(2 * limits.writes_per_company);
            assert!(refused <= in_flight, "{case}: {refused}");
            assert_eq!(refused > 0, tokens == 2, "{case}: {refused}");
        }
    }
}

#[tokio::test]
async fn waiting_calls_share_a_failed_token_request() {
    let service =
        Service::start(|_, _| Answer::json(400, &json!({"error": "invalid_client"}))).await;
    let (client, _) = service.client();
    let calls = (0..20).map(|_| call(&client, READ).into_future());
    for outcome in join_all(calls).await {
        let error = outcome.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials);
        assert_eq!(
            (error.status(), error.code()),
            (Some(400), Some("invalid_client"))
        );
        assert_eq!(error.tries(), 0);
    }
    assert_eq!((service.tokens(), service.calls().len()), (1, 0));
}

#[tokio::test]
async fn cancelled_caller_leaves_the_token_request() {
    let service = Service::api(|_, _| Answer::ok()).await;
    let (client, _) = service.client();
    let mut leader = Box::pin(client.token_info());
    let mut follower = Box::pin(client.token_info());
    assert!((&mut leader).now_or_never().is_none());
    assert!((&mut follower).now_or_never().is_none());
    drop(leader);
    follower.await.unwrap();
    assert_eq!(service.tokens(), 1);
}

#[tokio::test]
async fn token_request_without_callers_is_dropped() {
    let service = Service::start(|_, number| match number {
        1 => Answer::Silence,
        _ => Answer::token(number),
    })
    .await;
    let (client, _) = service.client();
    let mut abandoned = Box::pin(client.token_info());
    while service.tokens() == 0 {
        assert!((&mut abandoned).now_or_never().is_none());
        tokio::task::yield_now().await;
    }
    drop(abandoned);
    client.token_info().await.unwrap();
    assert_eq!(service.tokens(), 2);
}

#[tokio::test]
async fn refused_token_is_renewed_once() {
    for operation in [READ, ONCE] {
        let service = Service::api(|request, _| match request.header("authorization") {
            Some("Bearer token-1") => Answer::empty(401),
            _ => Answer::ok(),
        })
        .await;
        let (client, clock) = service.client();
        call(&client, operation).await.unwrap();
        assert_eq!(
            (service.tokens(), service.calls().len()),
            (2, 2),
            "{operation}"
        );
        assert!(clock.sleeps().is_empty());
    }
}

#[tokio::test]
async fn refused_new_token_is_an_error() {
    let service = Service::api(|_, _| Answer::empty(401)).await;
    let (client, _) = service.client();
    let error = call(&client, READ).await.unwrap_err();
    assert_eq!((error.kind(), error.tries()), (ErrorKind::Credentials, 2));
    assert_eq!((service.tokens(), service.calls().len()), (2, 2));
}

/// The same fraction of every range.
#[derive(Debug)]
struct Dice(f64);

impl Random for Dice {
    fn next_u64(&self) -> u64 {
        (self.0 * u64::MAX as f64) as u64
    }
}

#[tokio::test]
async fn token_is_renewed_before_it_expires() {
    for (life, fraction, renewed_after) in [
        (3600, 0.0, 3300),
        (3600, 0.5, 3270),
        (3600, 0.999, 3241),
        (86_400, 0.5, 86_400 - 330),
        // A short life is renewed after four fifths of it, less what the dice take.
        (1500, 0.0, 1200),
        (1500, 0.999, 1141),
        (100, 0.0, 80),
        (100, 0.999, 77),
        (1, 0.0, 1),
    ] {
        let service = Service::start(move |request, number| match request.is_token() {
            true => Answer::json(
                200,
                &json!({"access_token": format!("token-{number}"), "expires_in": life}),
            ),
            false => Answer::ok(),
        })
        .await;
        let (client, clock) = service.client_with(|config| config.random(Arc::new(Dice(fraction))));
        // Two lives: the dice fall once for each token.
        for (seconds, tokens) in [
            (0, 1),
            (renewed_after - 1, 1),
            (1, 2),
            (renewed_after - 1, 2),
            (1, 3),
        ] {
            clock.advance(Duration::from_secs(seconds));
            call(&client, READ).await.unwrap();
            pause().await;
            let case = format!("{life} s, dice {fraction}: {seconds} s later");
            assert_eq!(service.tokens(), tokens, "{case}");
        }
    }
}

#[tokio::test]
async fn renewal_times_differ_between_programs() {
    let mut moments = std::collections::BTreeSet::new();
    for seed in 0..20 {
        let service = Service::api(|_, _| Answer::ok()).await;
        let (client, clock) =
            service.client_with(|config| config.random(Arc::new(crate::SeededRandom::new(seed))));
        clock.advance(Duration::ZERO);
        call(&client, READ).await.unwrap();
        clock.advance(Duration::from_secs(3239));
        for second in 3240..=3300 {
            clock.advance(Duration::from_secs(1));
            call(&client, READ).await.unwrap();
            pause().await;
            if service.tokens() == 2 {
                moments.insert(second);
                break;
            }
        }
        assert_eq!(service.tokens(), 2, "seed {seed}");
    }
    assert!(moments.len() > 10, "{moments:?}");
}

#[tokio::test]
async fn failed_renewal_keeps_the_valid_token() {
    let service = Service::start(|request, number| match (request.is_token(), number) {
        (true, 1) => Answer::token(1),
        (true, _) => Answer::empty(500),
        _ => Answer::ok(),
    })
    .await;
    let (client, clock) = service.client();
    for (seconds, tokens) in [(0, 1), (3400, 2), (5, 2), (6, 3)] {
        clock.advance(Duration::from_secs(seconds));
        call(&client, READ).await.unwrap();
        pause().await;
        assert_eq!(service.tokens(), tokens, "after {seconds} more seconds");
    }
    clock.advance(Duration::from_secs(600));
    let error = call(&client, READ).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Unavailable, Some(500))
    );
}

#[tokio::test]
async fn token_request_is_retried() {
    let service = Service::start(|request, number| match (request.is_token(), number) {
        (true, 1) => Answer::empty(503),
        (true, 2) => Answer::Reset,
        (true, 3) => Answer::Cut,
        (true, _) => Answer::token(4),
        _ => Answer::ok(),
    })
    .await;
    let (client, clock) = service.client();
    call(&client, ONCE).await.unwrap();
    assert_eq!((service.tokens(), clock.sleeps().len()), (4, 3));
}

#[tokio::test]
async fn life_of_a_token_is_clamped() {
    for (life, lives) in [
        (json!(u64::MAX), 86_400),
        (json!(i64::MAX), 86_400),
        (json!(31_536_000), 86_400),
        (json!("18446744073709551615"), 86_400),
        (json!(0), 1),
        (json!(-1), 3600),
        (json!(null), 3600),
        (json!("soon"), 3600),
        (json!(1e300), 86_400),
        (json!([]), 3600),
    ] {
        let grant = json!({"access_token": "token-1", "expires_in": life});
        let service = Service::start(move |_, _| Answer::json(200, &grant)).await;
        let (client, clock) = service.client();
        let info = client.token_info().await.unwrap();
        let expected = crate::Clock::now(&*clock) + Duration::from_secs(lives);
        assert_eq!(info.expires_at, expected, "{life}");
    }
}

#[tokio::test]
async fn endless_401_costs_few_sign_ins() {
    let service = Service::api(|request, _| match request.path.as_str() {
        "/api/read" => Answer::empty(401),
        _ => Answer::ok(),
    })
    .await;
    let (client, clock) = service.client();
    for _ in 0..100 {
        let calls = (0..5).map(|_| call(&client, READ).into_future());
        for outcome in join_all(calls).await {
            assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Credentials);
        }
        call(&client, ONCE).await.unwrap();
        clock.advance(Duration::from_secs(6));
    }
    // Ten minutes: the first token, and one after 0, 1, 3 and 7 minutes.
    assert_eq!(service.tokens(), 5);
}

#[tokio::test]
async fn wrong_secret_is_not_sent_for_each_call() {
    for status in [400, 401, 403] {
        let service =
            Service::start(move |_, _| Answer::json(status, &json!({"error": "invalid_client"})))
                .await;
        let (client, clock) = service.client();
        for _ in 0..100 {
            let error = call(&client, READ).await.unwrap_err();
            assert_eq!(error.status(), Some(status));
            clock.advance(Duration::from_secs(6));
        }
        // Ten minutes: one after 0, 1, 3 and 7 minutes.
        assert_eq!(service.tokens(), 4, "{status}");
    }
}

#[tokio::test]
async fn token_request_is_an_unscoped_form() {
    let service = Service::api(|_, _| Answer::ok()).await;
    let (client, _) = service.client();
    client
        .for_company(&crate::tests::service::company())
        .client()
        .token_info()
        .await
        .unwrap();
    let request = &service.received()[0];
    assert_eq!(
        request.body,
        "grant_type=client_credentials&client_id=client-id&client_secret=canary-secret&scope=api1"
    );
    assert_eq!(
        request.header("content-type"),
        Some("application/x-www-form-urlencoded")
    );
    assert_eq!(request.header("x-keepnet-company-id"), None);
}

#[tokio::test]
async fn token_info_shows_the_claims() {
    let payload = json!({
        "user_company_resourceid": "abc", "user_company_name": "Reseller Ltd", "role": ["Reseller"],
    });
    let payload = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(payload.to_string());
    let service = Service::start(move |_, _| {
        Answer::json(
            200,
            &json!({
                "access_token": format!("e30.{payload}.x"), "expires_in": "1800",
                "permissions": ["companies/search|POST"],
            }),
        )
    })
    .await;
    let (client, clock) = service.client();
    let info = client.token_info().await.unwrap();
    assert_eq!(
        info.expires_at,
        crate::Clock::now(&*clock) + Duration::from_secs(1800)
    );
    assert_eq!(info.permissions, ["companies/search|POST"]);
    assert_eq!(info.company_id.as_deref(), Some("abc"));
    assert_eq!(info.company_name.as_deref(), Some("Reseller Ltd"));
    assert_eq!(info.role.as_deref(), Some("Reseller"));
}

#[tokio::test]
async fn permission_is_known_before_the_call() {
    let (list_jobs, update) = ("list_jobs", "update_target_user");
    for (list, operation, expected) in [
        (json!(["jobs|GET"]), list_jobs, Some(true)),
        (json!(["/API/Jobs|get"]), list_jobs, Some(true)),
        (json!(["jobs|POST"]), list_jobs, Some(false)),
        (
            json!(["jobs/{id}|GET", "job|GET", "|GET", "jobs"]),
            list_jobs,
            Some(false),
        ),
        (
            json!(["a|GET", "target-users/{resourceid}|PUT"]),
            update,
            Some(true),
        ),
        (json!(["target-users/one|PUT"]), update, Some(false)),
        (json!(["jobs|GET"]), "no_such_operation", None),
        (json!([]), list_jobs, None),
        (json!(null), list_jobs, None),
    ] {
        let grant = json!({"access_token": "token-1", "permissions": list});
        let service = Service::start(move |_, _| Answer::json(200, &grant)).await;
        let (client, _) = service.client();
        assert_eq!(
            client.permits(operation).await.unwrap(),
            expected,
            "{list} {operation}"
        );
        assert_eq!(service.received().len(), 1);
    }
}

#[tokio::test]
async fn response_without_token_is_a_protocol_error() {
    for body in ["", "{}", "<html>", r#"{"access_token": "a\nb"}"#] {
        let service =
            Service::start(move |_, _| Answer::typed(200, "application/json", body)).await;
        let (client, _) = service.client();
        let error = client.token_info().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{body}");
    }
}
