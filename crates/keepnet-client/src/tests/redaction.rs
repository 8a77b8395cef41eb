//! Secrets and people stay out of Debug, errors and causes.

use std::error::Error as _;

use serde_json::json;

use super::service::{Answer, ONCE, READ, SECRET, Service, call, file};
use crate::{Client, ClientConfig, Credentials, Envelope, FilePart, Form, Page, redact};

const CANARIES: [&str; 4] = [SECRET, "token-1", "jane", "proxy-password"];

fn check(what: &str, text: &str) {
    for canary in CANARIES {
        assert!(!text.contains(canary), "{what} shows {canary}: {text}");
    }
}

#[tokio::test]
async fn debug_hides_secrets_and_people() {
    let service = Service::api(|request, _| match request.path.as_str() {
        "/api/file" => Answer::typed(200, "text/csv", "jane@canary.example"),
        _ => Answer::json(
            400,
            &json!({"message": "jane@canary.example exists", "validationMessages": ["<jane@canary.example>"]}),
        ),
    })
    .await;
    let (client, _) = service.client();
    let error = call(&client, READ).await.unwrap_err();
    let download = file(&client).await.unwrap();
    let credentials = Credentials::new("client-id", SECRET);
    let config =
        ClientConfig::new(credentials.clone()).proxy("http://u:proxy-password@proxy.example:3128");
    let page: Page<String> = serde_json::from_value(json!({"results": ["jane"]})).unwrap();
    let envelope = json!({"data": "jane", "message": "jane", "validationMessages": ["jane"]});
    let envelope: Envelope<String> = serde_json::from_value(envelope).unwrap();
    let form = Form::new()
        .text("Name", "jane")
        .file("File", FilePart::from_bytes("a.csv", "jane"));
    let mut seen = vec![
        ("error", format!("{error} {error:?} {error:#?}")),
        (
            "messages",
            format!(
                "{:?} {:?}",
                error.server_message(),
                error.validation_messages()
            ),
        ),
        ("download", format!("{download:?}")),
        ("credentials", format!("{credentials:?}")),
        ("config", format!("{config:?}")),
        ("page", format!("{page:?}")),
        ("envelope", format!("{envelope:?}")),
        ("form", format!("{form:?}")),
        ("client", format!("{client:?}")),
        ("token", format!("{:?}", client.token_info().await.unwrap())),
        (
            "client behind a proxy",
            format!("{:?}", Client::new(&config).unwrap()),
        ),
    ];
    let mut source = error.source();
    while let Some(cause) = source {
        seen.push(("cause", format!("{cause} {cause:?}")));
        source = cause.source();
    }
    for (what, text) in seen {
        check(what, &text);
    }
}

#[tokio::test]
async fn network_error_hides_the_query() {
    let service = Service::api(|_, _| Answer::Reset).await;
    let (client, _) = service.client();
    let error = call(&client, ONCE)
        .query("mail", &"jane")
        .await
        .unwrap_err();
    check("error", &format!("{error} {error:?}"));
    let mut source = error.source();
    while let Some(cause) = source {
        check("cause", &format!("{cause} {cause:?}"));
        source = cause.source();
    }
}

#[test]
fn redacted_message_is_one_line() {
    let long = "x".repeat(400);
    for (text, expected) in [
        (
            "User jane.doe@acme.example exists",
            "User [redacted] exists".to_owned(),
        ),
        ("<jane@acme.example>;", "[redacted]".to_owned()),
        ("a\r\n  b\tc", "a b c".to_owned()),
        ("mail=jane%40acme.example", "[redacted]".to_owned()),
        ("plain", "plain".to_owned()),
        (long.as_str(), format!("{}…", "x".repeat(300))),
    ] {
        assert_eq!(redact(text), expected);
    }
}
