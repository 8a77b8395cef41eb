//! Secrets and people stay out of Debug, errors and causes.

use std::error::Error as _;

use serde_json::json;

use super::service::{Answer, ONCE, READ, SECRET, Service, call, file};
use crate::{Client, ClientConfig, Credentials, Envelope, FilePart, Form, Page, redact};

const CANARIES: [&str; 6] = [
    SECRET,
    "token-1",
    "jane",
    "canary.example",
    "5550009876",
    "proxy-password",
];

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
            &json!({
                "message": "jane@canary.example exists, jane&#64;canary.example too",
                "status": "jane",
                "errors": {"jane": ["jane%2540canary.example"], "Email": ["+49 5550009876, Jane"]},
            }),
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
        (
            "base URL",
            format!(
                "{:?}",
                ClientConfig::new(credentials).base_url("https://u:proxy-password@host.example")
            ),
        ),
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
fn only_known_words_of_a_message_are_shown() {
    let long = "x y ".repeat(1000) + &"user ".repeat(100);
    let many = "user ".repeat(100);
    let withheld = "the service's text is withheld";
    for (text, expected) in [
        (
            "User jane.doe@acme.example exists",
            "User [redacted] exists",
        ),
        ("User ada&#64;acme.example exists", "User [redacted] exists"),
        ("value ada%2540acme.example", "value [redacted]"),
        (
            "Ada Lovelace is already a user",
            "[redacted] is already a user",
        ),
        ("Müller, Jürgen: duplicate", "[redacted] duplicate"),
        ("phone +44 20 7946 0958 is used", "phone [redacted] is used"),
        (
            "phone zero two zero seven is used",
            "phone zero two zero [redacted] is used",
        ),
        ("user.ada is locked", "[redacted] is locked"),
        ("adaUser is locked", "[redacted] is locked"),
        (
            "The 'PageNumber' field is required.",
            "The 'PageNumber' field is required.",
        ),
        (
            "No e-mail; see selectedResourceIds",
            "No e-mail; [redacted] selectedResourceIds",
        ),
        ("userEMail is required", "userEMail is required"),
        (
            "It was not found; it may have expired",
            "It was not found; it may have expired",
        ),
        (
            "The name may not contain @",
            "The name may not contain [redacted]",
        ),
        ("The link will expire.", "The [redacted] will expire."),
        ("user may has no phone", "user [redacted] has no phone"),
        ("user May have", "user [redacted] have"),
        ("the name is may", "the name is [redacted]"),
        ("may jones", withheld),
        ("a\r\n  user\tis", "a user is"),
        ("<jane@acme.example>;", withheld),
        ("Ada Lovelace", withheld),
        ("Bu kullanıcı zaten var", withheld),
        (" \n", ""),
    ] {
        assert_eq!(redact(text), expected, "{text}");
    }
    assert_eq!(redact(&many).chars().count(), 301);
    assert!(redact(&long).len() < 320);
}
