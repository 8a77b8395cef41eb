//! Errors: kinds, formats of error bodies, retryability.

use std::time::Duration;

use serde_json::{Value, json};

use super::service::{
    Answer, Caller, PLAIN, READ, SECRET, Service, call, company, operation, typed,
};
use crate::{Call, Error, ErrorKind, Operation, Page, RetryPolicy, Timeouts, Wrapping};

async fn failure(answer: Answer) -> Error {
    let service = Service::api(move |_, _| answer.clone()).await;
    let (client, _) =
        service.client_with(|config| config.retry(RetryPolicy::default().max_tries(1)));
    let scoped = client.for_company(&company());
    call(&scoped, READ).await.unwrap_err()
}

/// What an answer becomes: its kind, code, message and validation messages, and whether the call may
/// be made again.
async fn check(
    answer: Answer,
    (kind, retryable): (ErrorKind, bool),
    (code, message): (Option<&str>, Option<&str>),
    validation: &[&str],
) {
    let error = failure(answer.clone()).await;
    let case = format!("{answer:?}: {error}");
    assert_eq!(
        (error.kind(), error.is_retryable()),
        (kind, retryable),
        "{case}"
    );
    assert_eq!(
        (error.code(), error.server_message()),
        (code, message),
        "{case}"
    );
    assert_eq!(error.validation_messages(), validation, "{case}");
    let line = error.to_string();
    assert!(
        line.starts_with("read for company xC5kfGz7w2Nz: "),
        "{line}"
    );
    assert!(line.contains(error.request_id().unwrap()), "{line}");
    assert!(!line.contains(['\n', '\r', '\t', '@', '<']), "{line}");
}

#[tokio::test]
async fn every_status_has_its_kind() {
    use ErrorKind::*;
    for (status, expected) in [
        (400, (Invalid, false)),
        (401, (Credentials, false)),
        (403, (Permission, false)),
        (404, (NotFound, false)),
        (408, (Timeout, true)),
        (409, (Conflict, false)),
        (410, (NotFound, false)),
        (415, (Invalid, false)),
        (429, (Throttled, true)),
        (500, (Unavailable, true)),
        (501, (Unsupported, false)),
        (502, (Unavailable, true)),
        (503, (Unavailable, true)),
        (504, (Unavailable, true)),
        (520, (Unavailable, true)),
        (524, (Unavailable, true)),
        (525, (Unavailable, false)),
    ] {
        for answer in [
            Answer::empty(status),
            Answer::typed(
                status,
                "text/html",
                "<html>\n<h1>Bad Gateway</h1> a@b.example</html>",
            ),
            Answer::typed(status, "application/json", "<html>a@b.example</html>"),
            Answer::typed(status, "application/json", "{"),
            Answer::typed(status, "application/json", "[1, null]"),
            Answer::typed(status, "text/plain", "\u{feff}nothing\r\nhere"),
        ] {
            check(answer, expected, (None, None), &[]).await;
        }
    }
}

#[tokio::test]
async fn every_error_body_format_is_parsed() {
    use ErrorKind::*;
    for (status, body, expected, said, validation) in [
        (
            400,
            json!({"Status": "INPUT_ERROR", "Message": "Invalid request",
                   "ValidationMessages": ["Role should be selected", null]}),
            (Invalid, false),
            (Some("INPUT_ERROR"), Some("Invalid request")),
            &["Role should be selected"][..],
        ),
        (
            400,
            json!({"type": "about:blank", "title": "One or more errors", "status": 400,
                   "errors": {"Filter.PageSize": ["out of range"], "Name": ["too long", "bad"]}}),
            (Invalid, false),
            (None, Some("One or more errors")),
            &[
                "Filter.PageSize: out of range",
                "Name: too long",
                "Name: bad",
            ],
        ),
        (
            400,
            json!({"status": "INPUT_ERROR",
                   "validationMessages": [{"field": "Email", "message": "jane@acme.example is taken"},
                                          {"message": "and\nmore"}]}),
            (Invalid, false),
            (Some("INPUT_ERROR"), None),
            &["Email: [redacted] is taken", "and more"],
        ),
        (
            400,
            json!({"error": "invalid_scope", "error_description": "no such scope"}),
            (Invalid, false),
            (Some("invalid_scope"), Some("no such scope")),
            &[],
        ),
        (
            403,
            json!({"status": "PRIVACY_ERROR", "message": "Access denied"}),
            (Permission, false),
            (Some("PRIVACY_ERROR"), Some("Access denied")),
            &[],
        ),
        (
            500,
            json!({"status": "INTERNAL_SERVER_ERROR"}),
            (Unavailable, true),
            (Some("INTERNAL_SERVER_ERROR"), None),
            &[],
        ),
        (
            200,
            json!({"status": "Failed", "message": "No", "data": null}),
            (Rejected, false),
            (Some("Failed"), Some("No")),
            &[],
        ),
        (
            200,
            json!({"Status": "FAILED", "Message": "jane@acme.example is there", "Data": null,
                   "ValidationMessages": ["No"]}),
            (Rejected, false),
            (Some("FAILED"), Some("[redacted] is there")),
            &["No"],
        ),
        (
            200,
            json!({"isSuccess": false, "data": null, "messages": ["No"]}),
            (Rejected, false),
            (Some("FAILED"), None),
            &["No"],
        ),
        (
            200,
            json!({"status": "SUCCESS", "message": "well done"}),
            (Protocol, false),
            (None, None),
            &[],
        ),
    ] {
        check(Answer::json(status, &body), expected, said, validation).await;
    }
}

#[tokio::test]
async fn reasons_for_a_403_are_distinguished() {
    let mut lines = Vec::new();
    for code in ["PRIVACY_ERROR", "IP_RESTRICTED", "OTHER"] {
        lines.push(
            failure(Answer::json(403, &json!({"status": code})))
                .await
                .to_string(),
        );
    }
    assert!(lines[0].contains("privacy setting"), "{}", lines[0]);
    assert!(lines[1].contains("allow-list"), "{}", lines[1]);
    assert!(lines[2].contains("role"), "{}", lines[2]);
}

#[tokio::test]
async fn missing_data_is_an_error_unless_optional() {
    for answer in [
        Answer::json(200, &json!({"status": "success"})),
        Answer::json(201, &json!({"data": null})),
        Answer::empty(204),
    ] {
        let service = Service::api(move |_, _| answer.clone()).await;
        let (client, _) = service.client();
        let error = call(&client, READ).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol);
        assert_eq!(call(&client, READ).optional().await.unwrap(), None);
    }
}

#[tokio::test]
async fn other_2xx_status_is_a_success() {
    let service =
        Service::api(|_, _| Answer::json(201, &json!({"Data": 7, "Status": "SUCCESS"}))).await;
    let (client, _) = service.client();
    assert_eq!(call(&client, READ).await.unwrap(), json!(7));
}

#[tokio::test]
async fn wrong_shape_error_hides_the_value() {
    type Wanted = Page<u32>;
    for (body, expected) in [
        (
            r#"{"data": {"results": ["jane@canary.example"]}}"#,
            "expected u32",
        ),
        (r#"{"data": 5}"#, "expected a page of results"),
        ("[1]", "expected an envelope"),
        ("jane@canary.example", "expected value"),
        ("<html>jane@canary.example</html>", "sent a web page"),
        ("", "is empty"),
    ] {
        let service = Service::api(move |_, _| Answer::typed(200, "application/json", body)).await;
        let (client, _) = service.client();
        let error = typed::<Wanted>(&client, READ).await.unwrap_err();
        let line = format!("{error} {error:?}");
        assert_eq!(error.kind(), ErrorKind::Protocol, "{body}");
        assert!(
            line.contains(expected) && !line.contains("canary"),
            "{line}"
        );
        assert_eq!((error.tries(), error.status()), (1, Some(200)));
    }
}

#[tokio::test]
async fn failure_with_other_data_is_rejected() {
    let service =
        Service::api(|_, _| Answer::json(200, &json!({"data": "", "status": "FAILED"}))).await;
    let (client, _) = service.client();
    let error = typed::<Page<u32>>(&client, READ).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::Rejected, Some("FAILED"))
    );
}

#[tokio::test]
async fn response_without_envelope_is_read() {
    let service = Service::api(|_, _| Answer::json(200, &json!([1, 2]))).await;
    let (client, _) = service.client();
    let plain = typed::<Vec<u32>>(&client, PLAIN).await.unwrap();
    assert_eq!(plain, [1, 2]);
}

#[tokio::test]
async fn failed_envelope_is_rejected_for_any_wrapping() {
    let failed = json!({"status": "FAILED", "message": "No", "data": null});
    let own_status = json!({"status": "OK", "message": "fine", "actions": []});
    for (wrapping, body, rejected) in [
        (Wrapping::Envelope, &failed, true),
        (Wrapping::None, &failed, true),
        (Wrapping::Unknown, &failed, true),
        (Wrapping::File, &failed, true),
        (Wrapping::None, &own_status, false),
        (Wrapping::Unknown, &own_status, true),
        (Wrapping::None, &json!({"isSuccess": false}), true),
        (
            Wrapping::Unknown,
            &json!({"status": 3, "name": "job"}),
            false,
        ),
    ] {
        let answer = Answer::json(200, body);
        let service = Service::api(move |_, _| answer.clone()).await;
        let (client, _) = service.client();
        let operation = Box::leak(Box::new(Operation {
            wrapping,
            ..*operation(READ)
        }));
        if wrapping != Wrapping::File {
            let outcome = Call::<Value>::message(Caller::target(&client), operation, &[]).await;
            let kind = outcome.err().map(|error| error.kind());
            let expected = rejected.then_some(ErrorKind::Rejected);
            assert_eq!(kind, expected, "{wrapping:?} {body}");
        }
        let call = Call::<Value>::message(Caller::target(&client), operation, &[]);
        let raw = call.raw().await.unwrap();
        assert_eq!(raw.check().is_err(), rejected, "raw {wrapping:?} {body}");
    }
}

#[tokio::test]
async fn web_page_is_no_response_of_the_service() {
    let page =
        |start: &str| Answer::typed(200, "text/html", format!("{start}<!DOCTYPE html><p>Hi"));
    for (token, answer, action) in [
        (Some(page("")), Answer::ok(), "signing in: "),
        (Some(page("\u{feff}\r\n")), Answer::ok(), "signing in: "),
        (None, page("\n "), "read: "),
    ] {
        let service = Service::start(move |request, _| match (request.is_token(), &token) {
            (true, Some(token)) => token.clone(),
            (true, None) => Answer::token(1),
            _ => answer.clone(),
        })
        .await;
        let (client, _) = service.client();
        let error = call(&client, READ).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol);
        assert_eq!(error.foreign_host(), Some("127.0.0.1"));
        let line = error.to_string();
        let problem = "127.0.0.1 sent a web page, which does not look like a response";
        assert!(line.starts_with(&format!("{action}{problem}")), "{line}");
        assert!(line.contains("check the base URL"), "{line}");
        assert_eq!(
            service.received().len(),
            if action == "read: " { 2 } else { 1 }
        );
    }
}

#[tokio::test]
async fn text_that_comes_twice_is_said_once() {
    let body = json!({
        "status": "INPUT_ERROR",
        "message": "The email already exists",
        "validationMessages": ["The email already exists", "Name is required", "Name is required"],
    });
    let error = failure(Answer::json(400, &body)).await;
    let line = error.problem();
    assert!(
        line.ends_with(": The email already exists; Name is required"),
        "{line}"
    );
}

#[tokio::test]
async fn huge_error_body_is_read_in_part() {
    let body = format!(r#"{{"message": "{}"}}"#, "x".repeat(1 << 20));
    let error = failure(Answer::typed(400, "application/json", body)).await;
    assert_eq!(
        (error.kind(), error.server_message()),
        (ErrorKind::Invalid, None)
    );
    assert_eq!(error.unredacted_response().unwrap().len(), 4096);
}

#[tokio::test]
async fn error_names_company_and_tries() {
    let service = Service::api(|_, _| Answer::empty(404)).await;
    let (client, _) = service.client();
    let error = call(&client.for_company(&company()), READ)
        .await
        .unwrap_err();
    assert_eq!(error.company_id(), Some(company().as_str()));
    assert_eq!((error.tries(), error.kind()), (1, ErrorKind::NotFound));
}

#[tokio::test]
async fn silent_service_times_out() {
    let service = Service::api(|_, _| Answer::Silence).await;
    let (client, _) = service.client_with(|config| {
        config.timeouts(Timeouts::default().first_byte(Duration::from_millis(20)))
    });
    let error = call(&client, super::service::ONCE).await.unwrap_err();
    assert_eq!((error.kind(), error.tries()), (ErrorKind::Timeout, 1));
    assert!(!error.is_retryable());
    assert!(!format!("{error:?}").contains(SECRET));
}
