//! Credentials and tokens from a vault.

use std::fmt;
use std::pin::pin;
use std::sync::Mutex;
use std::time::Duration;

use futures::future::{BoxFuture, FutureExt as _};
use serde_json::json;

use crate::tests::service::{Answer, READ, SECRET, Service, call, pause};
use crate::{AccessToken, Credentials, ErrorKind, SignIn, TokenSource, TokenSourceError};

type Script =
    Box<dyn Fn(usize) -> BoxFuture<'static, Result<SignIn, TokenSourceError>> + Send + Sync>;

/// Gives what the script says, which is told the number of the request, starting at 1.
struct Vault {
    script: Script,
    asked: Mutex<usize>,
}

impl Vault {
    fn new(
        script: impl Fn(usize) -> BoxFuture<'static, Result<SignIn, TokenSourceError>>
        + Send
        + Sync
        + 'static,
    ) -> Self {
        Self {
            script: Box::new(script),
            asked: Mutex::new(0),
        }
    }
}

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault")
    }
}

impl TokenSource for Vault {
    fn sign_in(&self) -> BoxFuture<'_, Result<SignIn, TokenSourceError>> {
        let mut asked = self.asked.lock().unwrap();
        *asked += 1;
        (self.script)(*asked)
    }
}

fn secret(secret: &str) -> Result<SignIn, TokenSourceError> {
    Ok(SignIn::Credentials(Credentials::new("client-id", secret)))
}

/// Grants a token for this secret alone.
async fn service(secret: &'static str) -> Service {
    Service::start(move |request, number| match request.is_token() {
        false => Answer::ok(),
        // The body is read after the script has decided, so the secret is told by the length.
        true if request.header("content-length") == Some(&body_length(secret).to_string()) => {
            Answer::token(number)
        }
        true => Answer::json(400, &json!({"error": "invalid_client"})),
    })
    .await
}

fn body_length(secret: &str) -> usize {
    format!("grant_type=client_credentials&client_id=client-id&client_secret={secret}&scope=api1")
        .len()
}

#[tokio::test]
async fn rotated_secret_is_sent_at_once() {
    let service = service("new-secret").await;
    let vault = Vault::new(|asked| {
        let present = secret(if asked < 4 { "old" } else { "new-secret" });
        async { present }.boxed()
    });
    let (client, _) = service.client_from(vault, |config| config);
    for _ in 0..3 {
        let error = call(&client, READ).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Credentials, "{error}");
    }
    assert_eq!(service.tokens(), 1, "the old secret is sent once");
    call(&client, READ).await.unwrap();
    assert_eq!(service.tokens(), 2);
}

#[tokio::test]
async fn issued_token_is_used_and_replaced() {
    let service = Service::start(|request, _| match request.header("authorization") {
        Some("Bearer issued-1") => Answer::empty(401),
        _ => Answer::ok(),
    })
    .await;
    let vault = Vault::new(|asked| {
        let life = Some(Duration::from_secs(1000));
        let token = SignIn::Token(AccessToken::new(format!("issued-{asked}"), life));
        async { Ok(token) }.boxed()
    });
    let (client, clock) = service.client_from(vault, |config| config);
    let check = async |authorization: &str| {
        call(&client, READ).await.unwrap();
        pause().await;
        let last = service.calls().pop().unwrap();
        assert_eq!(last.header("authorization"), Some(authorization));
    };
    check("Bearer issued-2").await;
    // Renewed in the background, before it ends.
    clock.advance(Duration::from_secs(800));
    check("Bearer issued-2").await;
    check("Bearer issued-3").await;
    assert_eq!(service.tokens(), 0);
}

#[tokio::test]
async fn failing_source_is_a_retryable_error() {
    type FailingSource = fn() -> BoxFuture<'static, Result<SignIn, TokenSourceError>>;
    let cases: [(FailingSource, ErrorKind); 3] = [
        (
            || async { Err("the vault is sealed".into()) }.boxed(),
            ErrorKind::Credentials,
        ),
        (|| std::future::pending().boxed(), ErrorKind::Timeout),
        (
            || async { panic!("a mistake") }.boxed(),
            ErrorKind::Unavailable,
        ),
    ];
    for (fails, kind) in cases {
        let service = Service::api(|_, _| Answer::ok()).await;
        let vault = Vault::new(move |asked| match asked {
            1 => fails(),
            _ => async { secret(SECRET) }.boxed(),
        });
        let (client, clock) = service.client_from(vault, |config| config);
        let mut failed = pin!(call(&client, READ).into_future());
        let outcome = loop {
            if let Some(outcome) = (&mut failed).now_or_never() {
                break outcome;
            }
            pause().await;
            clock.advance(Duration::from_secs(1));
        };
        let error = outcome.unwrap_err();
        let case = format!("{error:?}");
        assert_eq!((error.kind(), error.tries()), (kind, 0), "{case}");
        assert!(error.is_retryable(), "{case}");
        if kind == ErrorKind::Credentials {
            assert!(case.contains("the vault is sealed"), "{case}");
        }
        call(&client, READ).await.unwrap();
    }
}
