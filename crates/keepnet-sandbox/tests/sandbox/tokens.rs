//! Tokens, and requests without a valid one.

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use keepnet_sandbox::{Rules, Seed};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::api::{Api, start, validated};

const GOOD: &str = "grant_type=client_credentials&client_id=sandbox-client&client_secret=sandbox-secret&scope=api1";

#[tokio::test]
async fn client_credentials_form_gets_a_token() {
    let sandbox = validated().start().await.unwrap();
    let response = Api::anonymous(&sandbox).token(GOOD).await;
    let body = response.json();
    assert_eq!(body["expires_in"], 3600);
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["scope"], "api1");
    let permissions = body["permissions"].as_array().unwrap();
    assert!(
        permissions.contains(&json!("target-users/{transactionId}/import|POST")),
        "{permissions:?}"
    );
    assert!(
        permissions.contains(&json!("companies/search|POST")),
        "{permissions:?}"
    );
    let parts = body["access_token"].as_str().unwrap().split('.').count();
    assert_eq!(parts, 3, "the token has the form of a JWT");
}

#[tokio::test]
async fn token_parts_are_base64url_without_padding() {
    let sandbox = validated().start().await.unwrap();
    let body = Api::anonymous(&sandbox).token(GOOD).await.json();
    let token = body["access_token"].as_str().unwrap();
    let parts: Vec<_> = token
        .split('.')
        .map(|part| BASE64_URL_SAFE_NO_PAD.decode(part).unwrap())
        .collect();
    let [header, claims, _] = &parts[..] else {
        panic!("{token}");
    };
    let header: Value = serde_json::from_slice(header).unwrap();
    assert_eq!(header, json!({ "alg": "none", "typ": "JWT" }));
    let claims: Value = serde_json::from_slice(claims).unwrap();
    assert_eq!(claims["user_company_name"], "Sandbox Reseller");
    assert_eq!(claims["reseller_access"], true);
}

#[tokio::test]
async fn form_values_are_decoded() {
    let seed = r#"{ "companies": [{ "name": "A" }],
        "clients": [{ "clientId": "id", "clientSecret": "a+b c", "role": "reseller", "company": "A" }] }"#;
    let seed = Seed::from_json(seed).unwrap();
    let sandbox = validated().seed(seed).start().await.unwrap();
    let form = "scope=api1&grant_type=client_credentials&client_id=id&client_secret=a%2Bb+c&flag";
    let response = Api::anonymous(&sandbox).token(form).await;
    assert_eq!(response.status, 200, "{response:?}");
}

#[tokio::test]
async fn company_admin_may_not_search_companies() {
    let sandbox = validated().start().await.unwrap();
    let form = GOOD.replace("sandbox-", "admin-");
    let body = Api::anonymous(&sandbox).token(&form).await.json();
    let permissions = body["permissions"].as_array().unwrap();
    assert!(
        !permissions.contains(&json!("companies/search|POST")),
        "{permissions:?}"
    );
    assert!(
        permissions.contains(&json!("companies/my|GET")),
        "{permissions:?}"
    );
}

#[tokio::test]
async fn invalid_token_request_is_refused() {
    let sandbox = validated().start().await.unwrap();
    let api = Api::anonymous(&sandbox);
    for (form, error) in [
        (GOOD.replace("sandbox-secret", "wrong"), "invalid_client"),
        (GOOD.replace("sandbox-client", "nobody"), "invalid_client"),
        (
            GOOD.replace("client_credentials", "password"),
            "unsupported_grant_type",
        ),
        (GOOD.replace("api1", "api2"), "invalid_scope"),
        (String::new(), "unsupported_grant_type"),
    ] {
        let response = api.token(&form).await;
        assert_eq!(
            (response.status.as_u16(), response.json()["error"].as_str()),
            (400, Some(error)),
            "{form}"
        );
    }
}

#[tokio::test]
async fn token_request_in_json_returns_500() {
    let sandbox = validated().start().await.unwrap();
    let body = json!({ "grant_type": "client_credentials", "client_id": "sandbox-client" });
    let response = Api::anonymous(&sandbox).post("/connect/token", &body).await;
    assert_eq!(response.error(), (500, "INTERNAL_SERVER_ERROR".to_owned()));
}

#[tokio::test]
async fn missing_unknown_or_expired_token_returns_401() {
    let mut rules = Rules::default();
    rules.token_lifetime = Duration::ZERO;
    let (sandbox, expired) = start(validated().rules(rules)).await;
    let anonymous = Api::anonymous(&sandbox);
    for api in [
        anonymous.clone(),
        anonymous.with("authorization", "Bearer nonsense"),
        expired,
    ] {
        assert_eq!(api.get("/api/jobs").await.error().0, 401, "{api:?}");
    }
}

#[tokio::test]
async fn refused_upload_is_drained_before_the_response() {
    let sandbox = validated().start().await.unwrap();
    let length = 8 << 20;
    let head = format!(
        "POST /api/target-users/upload HTTP/1.1\r\nhost: sandbox\r\ncontent-length: {length}\r\n\r\n"
    );
    let address = sandbox.url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&vec![b'x'; length]).await.unwrap();
    let mut response = [0; 12];
    stream.read_exact(&mut response).await.unwrap();
    assert_eq!(response, *b"HTTP/1.1 401");
}

#[tokio::test]
async fn error_property_case_depends_on_the_dialect() {
    for (dialect, keys) in [
        (
            keepnet_sandbox::Dialect::Documented,
            ["data", "message", "status", "validationMessages"].as_slice(),
        ),
        (
            keepnet_sandbox::Dialect::Observed,
            &["Message", "Status", "ValidationMessages"],
        ),
    ] {
        let sandbox = validated().dialect(dialect).start().await.unwrap();
        let Value::Object(body) = Api::anonymous(&sandbox).get("/api/jobs").await.json() else {
            panic!("the body is not an object");
        };
        assert_eq!(body.keys().collect::<Vec<_>>(), keys, "{dialect}");
    }
}
