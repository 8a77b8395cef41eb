//! Configuration: base URLs, company ids, operations, request ids.

use http::{HeaderName, HeaderValue, Method};

use crate::random::RequestId;
use crate::tests::service::{Answer, READ, Service, call, file, upload};
use crate::{
    Client, ClientConfig, CompanyId, Credentials, ErrorKind, Form, Operation, Safety, SeededRandom,
    Transfer, Wrapping,
};

#[test]
fn base_url_is_https_or_loopback() {
    let cases = [
        ("http://127.0.0.1:8080", Some("http://127.0.0.1:8080")),
        ("http://[::1]:8080/", Some("http://[::1]:8080")),
        ("http://localhost/base/", Some("http://localhost/base")),
        ("http://api.keepnet.example", None),
        ("http://127.0.0.1.keepnet.example", None),
        ("ftp://127.0.0.1", None),
        ("http://user@127.0.0.1", None),
        ("http://:secret@127.0.0.1", None),
        ("http://127.0.0.1/?a", None),
        ("http://127.0.0.1/#a", None),
        ("127.0.0.1", None),
        ("", None),
    ];
    for (url, expected) in cases {
        let config = ClientConfig::new(Credentials::new("id", "secret")).base_url(url);
        let client = Client::new(&config);
        match (&client, expected) {
            (Ok(client), Some(expected)) => assert_eq!(client.base_url(), expected),
            (Err(error), None) => assert_eq!(error.kind(), ErrorKind::Config),
            _ => panic!("{url}: {client:?}"),
        }
    }
}

#[test]
fn tls_needs_no_process_default() {
    let config = ClientConfig::new(Credentials::new("id", "secret"));
    assert_eq!(
        Client::new(&config).unwrap().base_url(),
        "https://api.keepnetlabs.com"
    );
    assert!(rustls::crypto::CryptoProvider::get_default().is_none());
}

#[test]
fn company_id_fits_a_header_and_a_path() {
    let long = "x".repeat(65);
    for (id, good) in [
        ("xC5kfGz7w2Nz", true),
        ("3f0a-b_1", true),
        ("", false),
        ("..", false),
        ("a b", false),
        ("a\r\nb", false),
        ("ü", false),
        (long.as_str(), false),
    ] {
        assert_eq!(CompanyId::new(id).is_ok(), good, "{id:?}");
    }
}

#[test]
fn operation_is_found_by_id_and_path() {
    static TABLE: &[Operation] = &[
        entry("create_user", "POST", "/api/users"),
        entry("get_user", "GET", "/api/users/{resourceId}"),
        entry("my_user", "GET", "/api/users/me"),
    ];
    const fn entry(id: &'static str, method: &'static str, path: &'static str) -> Operation {
        Operation {
            id,
            method,
            path,
            area: "users",
            safety: Safety::Once,
            transfer: Transfer::Message,
            wrapping: Wrapping::Envelope,
        }
    }
    for operation in TABLE {
        assert_eq!(Operation::find_in(TABLE, operation.id), Some(operation));
    }
    assert_eq!(Operation::find_in(TABLE, "none"), None);
    for (method, path, expected) in [
        (Method::GET, "/api/users/abc", Some("get_user")),
        (Method::GET, "/api/Users/ME", Some("my_user")),
        (Method::POST, "/api/users/", Some("create_user")),
        (Method::PUT, "/api/users", None),
        (Method::GET, "/api/users/abc/x", None),
    ] {
        let found = Operation::matching_in(TABLE, &method, path).map(|found| found.id);
        assert_eq!(found, expected, "{method} {path}");
    }
}

#[test]
fn operation_table_is_sorted() {
    assert!(crate::OPERATIONS.is_sorted_by(|one, next| one.id < next.id));
}

#[test]
fn request_id_is_a_version_4_uuid() {
    let random = SeededRandom::new(1);
    for _ in 0..100 {
        let id = RequestId::new(&random);
        let id = id.as_str();
        let parts: Vec<_> = id.split('-').map(str::len).collect();
        assert_eq!(parts, [8, 4, 4, 4, 12], "{id}");
        assert_eq!(&id[14..15], "4");
        assert!("89ab".contains(&id[19..20]), "{id}");
    }
}

#[test]
fn calls_can_be_spawned() {
    fn check(_: impl Send) {}
    let config = ClientConfig::new(Credentials::new("id", "secret")).base_url("http://127.0.0.1:1");
    let client = Client::new(&config).unwrap();
    check(call(&client, READ).into_future());
    check(call(&client, READ).with_response().into_future());
    check(file(&client).into_future());
    check(upload(&client, Form::new()).into_future());
    check(Client::connect(config));
}

#[test]
fn clients_can_be_shared_between_threads() {
    fn check<T: Clone + Send + Sync + 'static>() {}
    check::<Client>();
    fn send<T: Send + Sync + 'static>() {}
    send::<crate::Error>();
    assert_eq!(size_of::<crate::Error>(), size_of::<usize>());
}

#[tokio::test]
async fn plain_http_has_to_be_allowed() {
    let config = ClientConfig::new(Credentials::new("id", "secret"));
    let config = config.base_url("http://sandbox.example:8080");
    assert!(Client::new(&config).is_err());
    let client = Client::new(&config.allow_plain_http()).unwrap();
    assert_eq!(client.base_url(), "http://sandbox.example:8080");
}

#[tokio::test]
async fn headers_of_the_program_are_sent_with_each_request() {
    let service = Service::api(|_, _| Answer::ok()).await;
    let header = |name| HeaderName::from_static(name);
    let (client, _) = service.client_with(|config| {
        config.header(header("x-team"), HeaderValue::from_static("staff-sync"))
    });
    let own = HeaderValue::from_static("this call");
    call(&client, READ).await.unwrap();
    call(&client, READ)
        .header(header("x-team"), own)
        .await
        .unwrap();
    let sent = service.received();
    let teams: Vec<_> = sent.iter().map(|it| it.header("x-team").unwrap()).collect();
    assert_eq!(teams, ["staff-sync", "staff-sync", "this call"]);
    assert!(
        sent[1]
            .header("user-agent")
            .unwrap()
            .starts_with("keepnet-rust/")
    );
    for name in [
        "accept",
        "authorization",
        "x-keepnet-company-id",
        "x-request-id",
        "host",
    ] {
        let config = ClientConfig::new(Credentials::new("id", "secret"));
        let config = config.header(header(name), HeaderValue::from_static("other"));
        let error = Client::new(&config).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config, "{name}");
        assert!(error.to_string().contains(name), "{error}");
    }
}
