//! Whom the client trusts, and what it shows of itself, in the TLS handshake.

use std::sync::Arc;

use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::WebPkiClientVerifier;
use rustls::{RootCertStore, ServerConfig};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::service::{READ, call};
use crate::{Client, ClientConfig, Credentials, ErrorKind};

// Made for these tests alone, valid for a hundred years.
pub(super) const AUTHORITY: &str = "\
-----BEGIN CERTIFICATE-----
MIIBmDCCAT+gAwIBAgIUMc5DgcYtynY+LKg4+kE6NP8XRs8wCgYIKoZIzj0EAwIw
GTEXMBUGA1UEAwwOVGVzdCBhdXRob3JpdHkwIBcNMjYxMTI3MTczMDQ0WhgPMjEy
NjExMDMxNzMwNDRaMBkxFzAVBgNVBAMMDlRlc3QgYXV0aG9yaXR5MFkwEwYHKoZI
zj0CAQYIKoZIzj0DAQcDQgAEcP2RrkmW5AJn9bSWK84SAvX5807YWr+hBuKGMwIg
Opapkjz5X/rhVm5b6X6C2hFXQ13DwOOho/9AlEsl98wagqNjMGEwHQYDVR0OBBYE
FG8Q89KjJvWRv8NQsbW6GmkWawSrMB8GA1UdIwQYMBaAFG8Q89KjJvWRv8NQsbW6
GmkWawSrMA8GA1UdEwEB/wQFMAMBAf8wDgYDVR0PAQH/BAQDAgIEMAoGCCqGSM49
BAMCA0cAMEQCIFZHHGHdWU+AoKxJrwXlDGTmx+DkET340XG3Xsr3MRDxAiA1azjX
NCqtZm445WRRx1AKsr4S2EqrmGMkQgddmlzjWw==
-----END CERTIFICATE-----
";
const SERVER: &str = "\
-----BEGIN CERTIFICATE-----
MIIBqzCCAVKgAwIBAgIUMK1cu8akPbezkdtXZejsQMRxWgswCgYIKoZIzj0EAwIw
GTEXMBUGA1UEAwwOVGVzdCBhdXRob3JpdHkwIBcNMjYxMTI3MTczMDQ0WhgPMjEy
NjExMDMxNzMwNDRaMBExDzANBgNVBAMMBnNlcnZlcjBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABBHYDwOGqzTWifFjTqJFSa60OpoFzGdiAwFguNUwvXo8NhBbfd+G
Zta6TvQcQgyYCv9qhIexZc/t1GjtaejwD3OjfjB8MAkGA1UdEwQCMAAwGgYDVR0R
BBMwEYIJbG9jYWxob3N0hwR/AAABMBMGA1UdJQQMMAoGCCsGAQUFBwMBMB0GA1Ud
DgQWBBQpyoSE3KExEBcH0eAbkP+CrSvgmzAfBgNVHSMEGDAWgBRvEPPSoyb1kb/D
ULG1uhppFmsEqzAKBggqhkjOPQQDAgNHADBEAiBSm1o0vxxI0vaVaeZXbEjBIWJP
bXTVjgRT4YB+06rGrAIgNpav73cTraRhkNLH8g9Fd42VKIOKuxe7dv9K3gSBfzQ=
-----END CERTIFICATE-----
";
const SERVER_KEY: &str = "\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg9Osw2pmPx9lXnCwd
cZU/M7wHxbyBr6ud1DFmMjQ8iHuhRANCAAQR2A8Dhqs01onxY06iRUmutDqaBcxn
YgMBYLjVML16PDYQW33fhmbWuk70HEIMmAr/aoSHsWXP7dRo7Wno8A9z
-----END PRIVATE KEY-----
";
const CLIENT: &str = "\
-----BEGIN CERTIFICATE-----
MIIBqjCCAVGgAwIBAgIUMK1cu8akPbezkdtXZejsQMRxWgwwCgYIKoZIzj0EAwIw
GTEXMBUGA1UEAwwOVGVzdCBhdXRob3JpdHkwIBcNMjYxMTI3MTczMDQ0WhgPMjEy
NjExMDMxNzMwNDRaMBExDzANBgNVBAMMBmNsaWVudDBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABBFfoX59vKhHKUHN+FbOEG7XmdCo3/ZFjDeBrjsiJXGHT/uaCHnY
wYJxHsBSWTO9Fhfz6Kophr6RUfhV72sZW9qjfTB7MAkGA1UdEwQCMAAwGQYDVR0R
BBIwEIIOY2xpZW50LmV4YW1wbGUwEwYDVR0lBAwwCgYIKwYBBQUHAwIwHQYDVR0O
BBYEFA798TuoPocgXgz37c7ADMkFG2JJMB8GA1UdIwQYMBaAFG8Q89KjJvWRv8NQ
sbW6GmkWawSrMAoGCCqGSM49BAMCA0cAMEQCIBTP7JSlPUKDnzP6ab17tn+3FgYY
6QAiiK4dBtLZjEejAiAGbTuENwSqiK9Ej1KoBnsAH+vxOtUtVzHhDQCJp+0aaw==
-----END CERTIFICATE-----
";
const CLIENT_KEY: &str = "\
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgAwmNSWtYvxxjMckX
fTSasO5J6rVtuhmVO2d3vfH8l9OhRANCAAQRX6F+fbyoRylBzfhWzhBu15nQqN/2
RYw3ga47IiVxh0/7mgh52MGCcR7AUlkzvRYX8+iqKYa+kVH4Ve9rGVva
-----END PRIVATE KEY-----
";

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
