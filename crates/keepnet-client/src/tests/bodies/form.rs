//! Forms: parts, files, repetition.

use crate::tests::service::{Answer, Service, upload};
use crate::{ErrorKind, FilePart, Form};

#[tokio::test]
async fn form_parts_are_sent_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("people.xlsx");
    std::fs::write(&path, "content").unwrap();
    let service = Service::api(|_, _| Answer::ok()).await;
    let form = Form::new()
        .file(
            "File",
            FilePart::open(&path).await.unwrap().named("staff.csv"),
        )
        .text("Ids", "1")
        .text("Ids", "2")
        .file("Empty", FilePart::from_bytes("empty.bin", ""));
    upload(&service.client().0, form).await.unwrap();
    let request = &service.calls()[0];
    let body = &request.body;
    let order: Vec<_> = [
        "name=\"File\"",
        "text/csv",
        "\r\n\r\ncontent\r\n",
        "\r\n\r\n1\r\n",
        "\r\n\r\n2\r\n",
        "empty.bin",
    ]
    .iter()
    .map(|part| {
        body.find(part)
            .unwrap_or_else(|| panic!("{part} in {body}"))
    })
    .collect();
    assert!(order.is_sorted(), "{order:?}");
    assert!(body.contains("filename=\"staff.csv\""));
    assert!(
        request
            .header("content-type")
            .unwrap()
            .starts_with("multipart/form-data; boundary=")
    );
    assert_eq!(
        request.header("content-length"),
        Some(body.len().to_string().as_str())
    );
    assert_eq!(request.header("accept"), Some("application/json"));
}

#[tokio::test]
async fn form_is_rebuilt_after_a_renewed_token() {
    let service = Service::api(|request, _| match request.header("authorization") {
        Some("Bearer token-1") => Answer::empty(401),
        _ => Answer::ok(),
    })
    .await;
    let form = Form::new().file("File", FilePart::from_bytes("a.csv", "content"));
    upload(&service.client().0, form).await.unwrap();
    let calls = service.calls();
    assert_eq!(calls.len(), 2);
    assert!(calls.iter().all(|request| request.body.contains("content")));
}

#[tokio::test]
async fn broken_upload_is_not_repeated() {
    for answer in [Answer::Reset, Answer::empty(503)] {
        let service = Service::api(move |_, _| answer.clone()).await;
        let form = Form::new().file("File", FilePart::from_bytes("a.csv", "content"));
        let error = upload(&service.client().0, form).await.unwrap_err();
        assert_eq!((error.tries(), error.is_retryable()), (1, false));
    }
}

#[tokio::test]
async fn changed_or_missing_file_is_an_io_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.csv");
    std::fs::write(&path, "content").unwrap();
    let part = FilePart::open(&path).await.unwrap();
    assert_eq!(part.length(), 7);
    let service = Service::api(|_, _| Answer::ok()).await;
    let client = service.client().0;
    let form = Form::new().file("File", part);
    std::fs::write(&path, "longer content").unwrap();
    let changed = upload(&client, form.clone()).await.unwrap_err();
    std::fs::remove_file(&path).unwrap();
    let vanished = upload(&client, form.clone()).await.unwrap_err();
    assert_eq!(
        (changed.kind(), vanished.kind()),
        (ErrorKind::Io, ErrorKind::Io)
    );
    assert!(service.calls().is_empty());
    assert!(FilePart::open(folder.path()).await.is_err());
}
