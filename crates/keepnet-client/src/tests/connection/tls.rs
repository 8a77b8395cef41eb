//! Whom the client trusts, and what it shows of itself, in the TLS handshake.

use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::tests::service::{READ, call};
use crate::{Client, ClientConfig, Credentials, ErrorKind};

// Made for these tests alone, valid for a hundred years.
pub(super) const AUTHORITY: &str = include_str!("../../../../../fixtures/tls/authority.pem");
const SERVER: &str = include_str!("../../../../../fixtures/tls/server.pem");
const SERVER_KEY: &str = include_str!("../../../../../fixtures/tls/server.key");
const CLIENT: &str = include_str!("../../../../../fixtures/tls/client.pem");
const CLIENT_KEY: &str = include_str!("../../../../../fixtures/tls/client.key");

/// Also good as the answer to a request for a token.
pub(super) const ANSWER: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\
    connection: close\r\ncontent-length: 52\r\n\r\n\
    {\"access_token\": \"t\", \"expires_in\": 3600, \"data\": 1}";

pub(super) fn acceptor(asks_for_a_certificate: bool) -> TlsAcceptor {
    let provider = Arc::new(rustls_graviola::default_provider());
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider));
    let builder = builder.with_safe_default_protocol_versions().unwrap();
    let builder = match asks_for_a_certificate {
        false => builder.with_no_client_auth(),
        true => {
            let mut roots = RootCertStore::empty();
            let authority = CertificateDer::from_pem_slice(AUTHORITY.as_bytes()).unwrap();
            roots.add(authority).unwrap();
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            builder.with_client_cert_verifier(verifier.build().unwrap())
        }
    };
    let chain = vec![CertificateDer::from_pem_slice(SERVER.as_bytes()).unwrap()];
    let key = PrivateKeyDer::from_pem_slice(SERVER_KEY.as_bytes()).unwrap();
    let tls = builder.with_single_cert(chain, key).unwrap();
    TlsAcceptor::from(Arc::new(tls))
}

/// Answers each request.
pub(super) async fn serve(asks_for_a_certificate: bool) -> String {
    let tls = acceptor(asks_for_a_certificate);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let tls = tls.clone();
            tokio::spawn(async move {
                let Ok(mut stream) = tls.accept(stream).await else {
                    return;
                };
                let _ = stream.read(&mut [0; 4096]).await;
                let _ = stream.write_all(ANSWER.as_bytes()).await;
                let _ = stream.shutdown().await;
            });
        }
    });
    url
}

fn config(url: &str) -> ClientConfig {
    ClientConfig::new(Credentials::new("id", "secret")).base_url(url)
}

#[tokio::test]
async fn unknown_authority_is_named_and_not_retried() {
    let url = serve(false).await;
    let other = format!("{CLIENT}\n{CLIENT}");
    for config in [config(&url), config(&url).root_certificates(other)] {
        let client = Client::new(&config).unwrap();
        for error in [
            call(&client, READ).await.unwrap_err(),
            client.token_info().await.unwrap_err(),
        ] {
            let line = error.to_string();
            let found = (error.kind(), error.is_retryable());
            assert_eq!(found, (ErrorKind::Certificate, false), "{line}");
            assert!(
                line.contains("the certificate of the service is not trusted"),
                "{line}"
            );
            assert!(!line.contains("run it again"), "{line}");
        }
    }
}

#[tokio::test]
async fn added_authority_and_identity_are_used() {
    for asks_for_a_certificate in [false, true] {
        let url = serve(asks_for_a_certificate).await;
        let trusting = config(&url).root_certificates(AUTHORITY);
        let client = Client::new(&trusting.clone().identity(CLIENT, CLIENT_KEY)).unwrap();
        assert_eq!(call(&client, READ).await.unwrap(), 1);
        let anonymous = Client::new(&trusting).unwrap();
        let outcome = call(&anonymous, READ).no_retry().await;
        assert_eq!(outcome.is_ok(), !asks_for_a_certificate);
    }
}

#[test]
fn unusable_certificates_are_refused_without_the_key() {
    let config = || config("https://localhost:1");
    for config in [
        config().root_certificates("nothing"),
        config().root_certificates(SERVER_KEY),
        config().identity(CLIENT, SERVER),
        config().identity("", CLIENT_KEY),
        config().identity(SERVER, CLIENT_KEY),
    ] {
        let error = Client::new(&config).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
        let shown = format!("{error} {error:?} {config:?}");
        assert!(!shown.contains(&CLIENT_KEY[28..60]), "{shown}");
    }
}
