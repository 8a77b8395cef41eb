//! Downloads: saving, completeness, messages in place of files.

use futures::future::{self, BoxFuture};
use serde_json::json;

use crate::tests::service::{Answer, Service, company, file};
use crate::{CompletenessCheck, Download, Error, ErrorKind};

async fn open(answer: Answer) -> Result<Download, Error> {
    let service = Service::api(move |_, _| answer.clone()).await;
    let (client, _) = service.client();
    file(&client.for_company(&company())).await
}

#[tokio::test]
async fn complete_file_replaces_the_old_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("users.csv");
    std::fs::write(&path, "old").unwrap();
    let content = "a;b\n".repeat(100_000);
    let download = open(Answer::typed(
        200,
        "Text/CSV; charset=utf-8",
        content.clone(),
    ))
    .await
    .unwrap();
    assert_eq!(download.content_type(), Some("text/csv"));
    assert_eq!(download.content_length(), Some(content.len() as u64));
    assert!(download.head().starts_with(b"a;b"));
    assert_eq!(download.save(&path).await.unwrap(), content.len() as u64);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), content);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

/// A link to a device, because only the link could be replaced.
#[cfg(unix)]
#[tokio::test]
async fn device_is_not_replaced() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("users.csv");
    std::os::unix::fs::symlink("/dev/null", &path).unwrap();
    let download = open(Answer::typed(200, "text/csv", "a;b\n".to_owned())).await;
    let error = download.unwrap().save(&path).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io, "{error}");
    assert!(error.to_string().contains("a device or a pipe"), "{error}");
    assert!(path.symlink_metadata().unwrap().is_symlink());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn incomplete_file_is_not_kept() {
    /// A file of full lines: its last byte, and how many lines are missing.
    struct Lines(u8, u8);
    impl CompletenessCheck for Lines {
        fn update(&mut self, bytes: &[u8]) {
            self.0 = *bytes.last().unwrap_or(&self.0);
        }

        fn is_complete(&self) -> bool {
            self.0 == b'\n'
        }

        fn verify(&mut self) -> BoxFuture<'_, Result<(), Error>> {
            assert!(self.is_complete());
            let verified = match self.1 {
                0 => Ok(()),
                _ => Err(Error::new(ErrorKind::Protocol, "lines are missing")),
            };
            self.1 = 0;
            Box::pin(future::ready(verified))
        }
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("users.csv");
    let check = async |content: &str, missing: u8, whole: bool| {
        let download = open(Answer::typed(200, "text/csv", content.to_owned())).await;
        let download = download.unwrap().completeness(Box::new(Lines(0, missing)));
        let saved = download.save(&path).await;
        let kind = saved.as_ref().err().map(Error::kind);
        assert_eq!(kind, (!whole).then_some(ErrorKind::Protocol), "{content:?}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "a;b\n");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    };
    check("a;b\n", 0, true).await;
    check("a;b\na", 0, false).await;
    check("c;d\n", 1, false).await;
}

#[tokio::test]
async fn message_in_place_of_a_file_is_rejected() {
    let envelope = json!({"status": "FAILED", "message": "No rows"}).to_string();
    for content_type in ["application/json", "application/octet-stream", "text/csv"] {
        let error = open(Answer::typed(200, content_type, envelope.clone()))
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind(), error.code()),
            (ErrorKind::Rejected, Some("FAILED"))
        );
        assert_eq!(error.server_message(), Some("No rows"));
        assert_eq!(error.company_id(), Some(company().as_str()));
        assert_eq!(error.unredacted_response(), Some(envelope.as_str()));
    }
}

#[tokio::test]
async fn file_that_looks_like_json_is_kept() {
    let listing = json!([{"status": "a"}]).to_string();
    for (content_type, content) in [
        ("text/csv", "{name};mail\n".to_owned()),
        ("application/json", listing),
        (
            "application/octet-stream",
            format!("{{{}", "x".repeat(200_000)),
        ),
        ("text/csv", String::new()),
    ] {
        let download = open(Answer::typed(200, content_type, content.clone()))
            .await
            .unwrap();
        assert_eq!(download.bytes().await.unwrap(), content.as_bytes());
    }
}

#[tokio::test]
async fn interrupted_download_leaves_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("users.csv");
    for (answer, limit, kind) in [
        (Answer::Cut, u64::MAX, ErrorKind::Unavailable),
        (
            Answer::typed(200, "text/csv", "x".repeat(5000)),
            4999,
            ErrorKind::Protocol,
        ),
    ] {
        let error = match open(answer).await {
            Ok(download) => download.limit(limit).save(&path).await.unwrap_err(),
            Err(error) => error,
        };
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

#[tokio::test]
async fn unwritable_path_is_an_io_error() {
    let download = open(Answer::typed(200, "text/csv", "x")).await.unwrap();
    let error = download
        .save("/nonexistent/folder/users.csv")
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
}

#[tokio::test]
async fn failed_download_keeps_its_status() {
    let error = open(Answer::empty(403)).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.status()),
        (ErrorKind::Permission, Some(403))
    );
}
