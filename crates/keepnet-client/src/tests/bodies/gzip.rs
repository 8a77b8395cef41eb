//! Compressed responses: limits count what is decoded, and a cut one is noticed.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use http::HeaderValue;
use http::header::ACCEPT_ENCODING;
use serde_json::Value;

use crate::tests::service::{Answer, ONCE, READ, Service, call, file};
use crate::{Error, ErrorKind};

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// Many members that decode to a MiB each.
fn bomb(mebibytes: usize) -> Vec<u8> {
    gzip(&vec![b' '; 1 << 20]).repeat(mebibytes)
}

fn compressed(status: u16, body: Vec<u8>) -> Answer {
    Answer::typed(status, "application/json", body).header("content-encoding", "gzip")
}

async fn read(answer: Answer, operation: &'static str) -> Result<Value, Error> {
    let service = Service::api(move |_, _| answer.clone()).await;
    call(&service.client().0, operation).await
}

#[tokio::test]
async fn compressed_message_is_decoded() {
    let text = "x".repeat(300_000);
    let message = gzip(format!(r#"{{"data": "{text}", "status": "SUCCESS"}}"#).as_bytes());
    assert!(message.len() < 1000);
    assert_eq!(read(compressed(200, message), READ).await.unwrap(), text);
    let two = [gzip(br#"{"data": "#), gzip(b"7}")].concat();
    assert_eq!(read(compressed(200, two), READ).await.unwrap(), 7);
    let refused = gzip(br#"{"status": "FAILED", "message": "E-mail is invalid"}"#);
    let error = read(compressed(400, refused), ONCE).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Invalid, Some(400))
    );
    let nothing = read(compressed(503, Vec::new()), ONCE).await.unwrap_err();
    assert_eq!(nothing.kind(), ErrorKind::Unavailable);
}

#[tokio::test]
async fn cut_or_damaged_message_is_read_again() {
    let whole = gzip(br#"{"data": 1}"#);
    let mut damaged = whole.clone();
    damaged[14] ^= 0xff;
    for (name, first) in [
        ("without its end", whole[..whole.len() - 1].to_vec()),
        ("cut", whole[..12].to_vec()),
        ("damaged", damaged),
        ("not compressed", br#"{"data": 1}"#.to_vec()),
        ("followed by something", [&whole[..], b"else"].concat()),
    ] {
        let whole = whole.clone();
        let service = Service::api(move |_, number| match number {
            1 => compressed(200, first.clone()),
            _ => compressed(200, whole.clone()),
        })
        .await;
        let (client, _) = service.client();
        assert_eq!(call(&client, READ).await.unwrap(), 1, "{name}");
        assert_eq!(service.calls().len(), 2, "{name}");
    }
}

#[tokio::test]
async fn limit_of_a_message_counts_decoded_bytes() {
    let bomb = bomb(65);
    assert!(bomb.len() < 100_000);
    let error = read(compressed(200, bomb), READ).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol);
    let line = error.to_string();
    assert!(line.contains("larger than the limit of 64 MiB"), "{line}");
}

#[test]
fn compressed_bomb_takes_little_memory() {
    let bomb = bomb(100);
    let runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = { runtime }.enable_all().build().unwrap();
    let used = allocation_counter::measure(|| {
        let error = runtime.block_on(async {
            let service = Service::api(move |_, _| compressed(200, bomb.clone())).await;
            let download = file(&service.client().0).await.unwrap();
            download.limit(1 << 20).bytes().await.unwrap_err()
        });
        assert_eq!(error.kind(), ErrorKind::Protocol);
    });
    assert!(used.bytes_max < 8 << 20, "{} bytes", used.bytes_max);
}

#[tokio::test]
async fn compressed_file_is_decoded_and_complete() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("users.csv");
    let content = "first;last\n".repeat(50_000);
    let whole = gzip(content.as_bytes());
    for length in [whole.len(), whole.len() - 4, whole.len() / 2] {
        let body = whole[..length].to_vec();
        let service = Service::api(move |_, _| {
            Answer::typed(200, "text/csv", body.clone()).header("content-encoding", "gzip")
        })
        .await;
        let opened = file(&service.client().0).await;
        let saved = async {
            let download = opened?;
            assert_eq!(download.content_length(), None);
            download.save(&path).await
        }
        .await;
        match length == whole.len() {
            true => assert_eq!(saved.unwrap(), content.len() as u64),
            false => assert!(saved.unwrap_err().to_string().contains("ended early")),
        }
        assert_eq!(std::fs::read_to_string(&path).unwrap(), content);
    }
}

#[tokio::test]
async fn gzip_is_accepted_unless_the_call_says_else() {
    let service = Service::api(|_, _| Answer::ok()).await;
    let (client, _) = service.client();
    call(&client, READ).await.unwrap();
    let identity = HeaderValue::from_static("identity");
    call(&client, READ)
        .header(ACCEPT_ENCODING, identity)
        .await
        .unwrap();
    let sent = service.calls();
    let accepted: Vec<_> = sent.iter().map(|it| it.values("accept-encoding")).collect();
    assert_eq!(accepted, [["gzip"], ["identity"]]);
}
