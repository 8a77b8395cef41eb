//! What the client tells a tracing subscriber. Alone in its process: the interest of a trace point is
//! settled once for all threads.

#![allow(clippy::unwrap_used, reason = "helpers of a test")]

use std::fmt::Debug;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use keepnet_client::{Client, ClientConfig, CompanyId, Credentials, Operation, RetryPolicy};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Answers one connection after another.
async fn service(listener: TcpListener, answers: &[(u16, &str)]) {
    for (status, body) in answers {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        let ends: &[&[u8]] = &[b"canary-end\"", b"scope=api1"];
        let is_whole = |request: &[u8]| match request.starts_with(b"DELETE") {
            true => request.ends_with(b"\r\n\r\n"),
            false => ends.iter().any(|end| request.ends_with(end)),
        };
        while !is_whole(&request) {
            stream.read_buf(&mut request).await.unwrap();
        }
        let head = "content-type: application/json\r\nconnection: close";
        let answer = format!(
            "HTTP/1.1 {status} X\r\n{head}\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        );
        stream.write_all(answer.as_bytes()).await.unwrap();
    }
}

/// What is traced of a call that is answered so, and the status it ends with.
async fn trace(
    answers: &'static [(u16, &str)],
    operation: &str,
    path: &str,
    json: Option<&str>,
) -> (u16, String) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(service(listener, answers));
    let lines = Lines::default();
    let _guard = tracing::subscriber::set_default(lines.clone());

    let config = ClientConfig::new(Credentials::new("client-id", "canary-secret"))
        .base_url(url)
        .retry(RetryPolicy::default().base(Duration::ZERO));
    let client = Client::new(&config).unwrap();
    let scoped = client.for_company(&CompanyId::new("xC5kfGz7w2Nz").unwrap());
    let operation = Operation::find(operation).unwrap();
    let response = scoped.call(operation, path, json.map(str::to_owned));
    let status = response.await.unwrap().info().status();
    let lines = lines.0.lock().unwrap().join("\n");
    (status, lines)
}

#[tokio::test]
async fn traces_hide_secrets_queries_and_bodies() {
    let (status, lines) = trace(
        &[
            (200, r#"{"access_token": "canary-token"}"#),
            (401, r#"{"message": "canary-body"}"#),
            (200, r#"{"access_token": "canary-token"}"#),
            (200, r#"{"data": "canary-body"}"#),
        ],
        "search_target_users",
        "/api/target-users/search?mail=canary-query",
        Some("\"canary-end\""),
    )
    .await;
    assert_eq!(status, 200);
    for expected in [
        "operation=\"search_target_users\"",
        "company=\"xC5kfGz7w2Nz\"",
        "number=2",
        "status=401",
        "elapsed_ms=",
        "\n tries=2\n status=200",
        "method=\"POST\"",
    ] {
        assert!(lines.contains(expected), "{expected} in {lines}");
    }
    assert!(!lines.contains("canary"), "{lines}");
}

#[tokio::test]
async fn span_of_an_already_gone_record_has_no_error() {
    const TOKEN: (u16, &str) = (200, r#"{"access_token": "canary-token"}"#);
    let cases: [(&[(u16, &str)], bool); 2] = [
        (&[TOKEN, (503, ""), (404, "")], false),
        (&[TOKEN, (404, "")], true),
    ];
    for (answers, fails) in cases {
        let path = "/api/target-users/u5erR3source";
        let (status, lines) = trace(answers, "delete_target_user", path, None).await;
        assert_eq!(status, 404);
        let ended = format!("\n tries={}\n status=404", answers.len() - 1);
        assert!(lines.contains(&ended), "{lines}");
        assert_eq!(lines.contains("\n error=NotFound"), fails, "{lines}");
    }
}

/// Everything that spans and events say, one line each.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<String>>>);

impl Subscriber for Lines {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        let mut line = Line(attributes.metadata().name().to_owned());
        attributes.record(&mut line);
        let mut lines = self.0.lock().unwrap();
        lines.push(line.0);
        Id::from_u64(lines.len() as u64)
    }

    fn record(&self, _: &Id, values: &Record<'_>) {
        let mut line = Line(String::new());
        values.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(event.metadata().name().to_owned());
        event.record(&mut line);
        self.0.lock().unwrap().push(line.0);
    }

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.push_str(&format!(" {field}={value:?}"));
    }
}
