//! Connections through a proxy.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::tests::connection::tls::{ANSWER, AUTHORITY, acceptor, serve};
use crate::tests::service::{READ, call};
use crate::{Client, ClientConfig, Credentials, ErrorKind};

/// A proxy that remembers the head of each request.
struct Proxy {
    host: String,
    heads: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    async fn start(encrypted: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let host = listener.local_addr().unwrap().to_string();
        let heads = Arc::default();
        let seen = Arc::clone(&heads);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let seen = Arc::clone(&seen);
                tokio::spawn(async move {
                    match encrypted {
                        false => relay(stream, &seen).await,
                        true => relay(acceptor(false).accept(stream).await?, &seen).await,
                    }
                });
            }
        });
        Self { host, heads }
    }

    fn heads(&self) -> Vec<String> {
        self.heads.lock().unwrap().clone()
    }
}

async fn relay(
    mut client: impl AsyncRead + AsyncWrite + Unpin,
    heads: &Mutex<Vec<String>>,
) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await?);
    }
    let head = String::from_utf8(head).unwrap();
    heads.lock().unwrap().push(head.clone());
    let Some(target) = head.strip_prefix("CONNECT ") else {
        client.write_all(ANSWER.as_bytes()).await?;
        return client.shutdown().await;
    };
    let target = target.split(' ').next().unwrap_or_default();
    let mut service = TcpStream::connect(target).await?;
    client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
    let copied = tokio::io::copy_bidirectional(&mut client, &mut service).await;
    copied.map(drop)
}

#[tokio::test]
async fn requests_go_through_the_proxy_and_sign_in() {
    struct Case {
        name: &'static str,
        encrypted_proxy: bool,
        service: String,
        first_line: String,
        sign_in: &'static str,
    }
    let service = serve(false).await;
    let host = service.strip_prefix("https://").unwrap().to_owned();
    let plain = "http://service.example/base".to_owned();
    let cases = [
        Case {
            name: "tunnel",
            encrypted_proxy: false,
            service: service.clone(),
            first_line: format!("CONNECT {host} HTTP/1.1"),
            sign_in: "",
        },
        Case {
            name: "tunnel with a password",
            encrypted_proxy: false,
            service: service.clone(),
            first_line: format!("CONNECT {host} HTTP/1.1"),
            sign_in: "user:p%40ss@",
        },
        Case {
            name: "tunnel through an encrypted proxy",
            encrypted_proxy: true,
            service: service.clone(),
            first_line: format!("CONNECT {host} HTTP/1.1"),
            sign_in: "user:p%40ss@",
        },
        Case {
            name: "plain http",
            encrypted_proxy: false,
            service: plain.clone(),
            first_line: format!("POST {plain}/connect/token HTTP/1.1"),
            sign_in: "",
        },
        Case {
            name: "plain http with a password",
            encrypted_proxy: false,
            service: plain.clone(),
            first_line: format!("POST {plain}/connect/token HTTP/1.1"),
            sign_in: "user:p%40ss@",
        },
    ];
    for case in cases {
        let name = case.name;
        let proxy = Proxy::start(case.encrypted_proxy).await;
        let scheme = match case.encrypted_proxy {
            true => "https",
            false => "http",
        };
        let config = ClientConfig::new(Credentials::new("id", "secret"))
            .base_url(case.service)
            .allow_plain_http()
            .root_certificates(AUTHORITY)
            .proxy(format!("{scheme}://{}{}", case.sign_in, proxy.host));
        let client = Client::new(&config).unwrap();
        assert_eq!(call(&client, READ).await.unwrap(), 1, "{name}");
        let heads = proxy.heads();
        assert_eq!(heads.len(), 2, "{name}");
        assert!(
            heads[0].starts_with(&case.first_line),
            "{name}: {}",
            heads[0]
        );
        for head in heads {
            // "user:p@ss" in base64.
            let header = "proxy-authorization: basic dxnlcjpwqhnz";
            let found = head.to_ascii_lowercase().contains(header);
            assert_eq!(found, !case.sign_in.is_empty(), "{name}: {head}");
            let is_tunnel = head.starts_with("CONNECT");
            assert!(!is_tunnel || !head.contains("Bearer"), "{name}: {head}");
        }
    }
}

#[test]
fn unusable_proxy_is_refused() {
    let check = |proxy: &str, is_usable: bool| {
        let config = ClientConfig::new(Credentials::new("id", "secret")).proxy(proxy);
        match Client::new(&config) {
            Ok(_) => assert!(is_usable, "{proxy}"),
            Err(error) => {
                assert!(!is_usable, "{proxy}");
                assert_eq!(error.kind(), ErrorKind::Config);
                assert!(!error.to_string().contains("secret"), "{error}");
            }
        }
    };
    check("http://proxy.example:3128", true);
    check("proxy.example:3128", true);
    check("user:secret@proxy.example", true);
    check("socks5://:secret@proxy.example", false);
    check("http://:secret@", false);
    check("", false);
}

#[tokio::test]
async fn unreachable_proxy_is_named_as_connection() {
    let config = ClientConfig::new(Credentials::new("id", "secret"))
        .base_url("http://service.example")
        .allow_plain_http()
        .proxy("http://127.0.0.1:1");
    let client = Client::new(&config).unwrap();
    let error = call(&client, READ).no_retry().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    assert!(error.is_retryable());
    assert!(
        error.to_string().contains("could not be reached"),
        "{error}"
    );
}

/// TLS, and all but the listed settings, are those of the program's own builder.
#[cfg(feature = "reqwest")]
#[tokio::test]
async fn prepared_connections_keep_what_must_hold() {
    use crate::tests::service::{Answer, Service, upload};
    use crate::{FilePart, Form};

    let moved = || Answer::With {
        status: 302,
        headers: vec![("location", "http://127.0.0.1:1/elsewhere".to_owned())],
        body: Vec::new(),
    };
    let service = Service::api(move |request, _| match request.path.as_str() {
        "/api/read" => moved(),
        _ => Answer::ok(),
    })
    .await;
    let (client, _) = service.client_with(|config| {
        config.http_builder(|| reqwest::Client::builder().user_agent("not-ours"))
    });
    let error = call(&client, READ).await.unwrap_err();
    assert!(
        error.to_string().contains("redirects to 127.0.0.1"),
        "{error}"
    );
    let form = Form::new().file("File", FilePart::from_bytes("a.csv", "content"));
    upload(&client, form).await.unwrap();
    let sent = service.received();
    let length = sent[2].body.len().to_string();
    assert_eq!(sent[2].header("content-length"), Some(length.as_str()));
    for request in sent {
        let agent = request.header("user-agent").unwrap();
        assert!(agent.starts_with("keepnet-rust/"), "{agent}");
    }
    let config = ClientConfig::new(Credentials::new("id", "secret"))
        .root_certificates(AUTHORITY)
        .http_builder(reqwest::Client::builder);
    let error = Client::new(&config).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
    let unreachable = ClientConfig::new(Credentials::new("id", "secret"))
        .base_url("http://127.0.0.1:1")
        .http_builder(reqwest::Client::builder);
    let client = Client::new(&unreachable).unwrap();
    let error = call(&client, READ).no_retry().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    let text = format!("{error} {error:?}");
    assert!(!text.contains("/connect/token"), "{text}");
}
