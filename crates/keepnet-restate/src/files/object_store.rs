//! Files at an address that answers GET and PUT.

use std::fmt;
use std::io;
use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use keepnet_flows::{Error, ErrorKind, Result};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue};
use reqwest::{Client, Response, StatusCode, Url, redirect};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::io::AsyncWriteExt as _;

use super::file_name::FileName;

/// The largest file that the service takes.
const MOST_BYTES: u64 = 200 * 1024 * 1024;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const PAUSE_TIMEOUT: Duration = Duration::from_secs(60);

pub(super) struct ObjectStore {
    base: Url,
    http: Client,
}

impl ObjectStore {
    pub(super) fn new(address: &str, authorization: Option<SecretString>) -> Result<ObjectStore> {
        // The address is not shown: it may contain a secret.
        let refuse = |problem: &'static str| Error::new(ErrorKind::Config, problem);
        let not_an_address = "the address of the files is not a usable URL";
        let mut base = Url::parse(address).map_err(|_| refuse(not_an_address))?;
        let host = base.host_str().unwrap_or_default();
        let ip: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
        let is_loopback = host == "localhost" || ip.is_some_and(|ip| ip.is_loopback());
        if base.scheme() != "https" && !(base.scheme() == "http" && is_loopback) {
            return Err(refuse("the address of the files must start with https://"));
        }
        let has_credentials = !base.username().is_empty() || base.password().is_some();
        if has_credentials || base.query().is_some() || base.fragment().is_some() {
            let problem = "the address of the files must have no query and no credentials";
            return Err(refuse(problem).with_hint("give the secret as the authorization"));
        }
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        let mut headers = HeaderMap::new();
        if let Some(secret) = authorization {
            let value = HeaderValue::from_str(secret.expose_secret());
            let mut value = value.map_err(|_| refuse("the authorization is no HTTP header"))?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        if rustls::crypto::CryptoProvider::get_default().is_none() {
            // Somebody else may install one at the same moment; either serves.
            let _ = rustls_graviola::default_provider().install_default();
        }
        let http = Client::builder()
            .default_headers(headers)
            .redirect(redirect::Policy::none())
            .connect_timeout(CONNECT_TIMEOUT)
            .read_timeout(PAUSE_TIMEOUT)
            .build()
            .map_err(|error| refuse("the HTTP client could not be built").with_source(error))?;
        Ok(ObjectStore { base, http })
    }

    /// Saves a file at `path`.
    pub(super) async fn get(&self, name: &FileName, path: &Path) -> Result<()> {
        let sent = self.http.get(self.address(name)).send().await;
        let mut response = checked(sent)?;
        let mut file = tokio::fs::File::create(path).await.map_err(not_written)?;
        let mut bytes = 0;
        while let Some(part) = response.chunk().await.map_err(unavailable)? {
            bytes += part.len() as u64;
            if bytes > MOST_BYTES {
                let problem = "the file is larger than 200 MiB";
                return Err(Error::new(ErrorKind::Invalid, problem));
            }
            file.write_all(&part).await.map_err(not_written)?;
        }
        file.flush().await.map_err(not_written)
    }

    /// Sends the file at `path`, in place of an earlier one with its name.
    pub(super) async fn put(&self, name: &FileName, path: &Path) -> Result<()> {
        let file = tokio::fs::File::open(path).await.map_err(not_written)?;
        checked(self.http.put(self.address(name)).body(file).send().await)?;
        Ok(())
    }

    fn address(&self, name: &FileName) -> Url {
        let mut address = self.base.clone();
        if let Ok(mut segments) = address.path_segments_mut() {
            segments.pop_if_empty().extend(name.parts());
        }
        address
    }
}

fn checked(sent: reqwest::Result<Response>) -> Result<Response> {
    let response = sent.map_err(unavailable)?;
    let status = response.status();
    let kind = match status {
        status if status.is_success() => return Ok(response),
        StatusCode::NOT_FOUND | StatusCode::GONE => ErrorKind::NotFound,
        StatusCode::UNAUTHORIZED => ErrorKind::Credentials,
        StatusCode::FORBIDDEN => ErrorKind::Permission,
        StatusCode::TOO_MANY_REQUESTS => ErrorKind::Throttled,
        status if status.is_server_error() => ErrorKind::Unavailable,
        _ => ErrorKind::Rejected,
    };
    let problem = format!(
        "the place of the files answers with HTTP {}",
        status.as_u16()
    );
    Err(Error::new(kind, problem))
}

fn unavailable(error: reqwest::Error) -> Error {
    let problem = "the place of the files cannot be reached";
    Error::new(ErrorKind::Unavailable, problem).with_source(error.without_url())
}

pub(super) fn not_written(error: io::Error) -> Error {
    Error::new(ErrorKind::Io, "a file of the worker cannot be written").with_source(error)
}

impl fmt::Display for ObjectStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.base.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt as _;
    use tokio::net::TcpListener;
    use tokio::task::JoinHandle;

    use super::*;

    /// Answers one request; returns the address and what will have been sent.
    async fn answer(response: &'static str) -> (String, JoinHandle<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/lists", listener.local_addr().unwrap());
        let sent = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = Vec::new();
            let is_end = |request: &[u8]| {
                let text = String::from_utf8_lossy(request);
                text.starts_with("GET") && text.ends_with("\r\n\r\n") || text.contains("people!")
            };
            while !is_end(&request) {
                assert!(stream.read_buf(&mut request).await.unwrap() > 0);
            }
            stream.write_all(response.as_bytes()).await.unwrap();
            String::from_utf8(request).unwrap()
        });
        (address, sent)
    }

    fn head(status: &str, body: &str) -> String {
        let length = body.len();
        format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
    }

    #[tokio::test]
    async fn file_is_fetched_and_stored_with_authorization() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("people.csv");
        let name = FileName::parse("acme/people 1.csv").unwrap();
        let secret = || Some(SecretString::from("Bearer secret"));
        let (address, sent) = answer(head("200 OK", "people!").leak()).await;
        ObjectStore::new(&address, secret())
            .unwrap()
            .get(&name, &path)
            .await
            .unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "people!");
        let request = sent.await.unwrap();
        assert!(
            request.starts_with("GET /lists/acme/people%201.csv "),
            "{request}"
        );
        assert!(
            request.contains("authorization: Bearer secret"),
            "{request}"
        );

        let (address, sent) = answer(head("201 Created", "").leak()).await;
        ObjectStore::new(&address, secret())
            .unwrap()
            .put(&name, &path)
            .await
            .unwrap();
        assert!(
            sent.await
                .unwrap()
                .starts_with("PUT /lists/acme/people%201.csv ")
        );
    }

    #[tokio::test]
    async fn refused_fetch_says_whether_it_passes() {
        let name = FileName::parse("people.csv").unwrap();
        let folder = tempfile::tempdir().unwrap();
        for (status, kind) in [
            ("404 Not Found", ErrorKind::NotFound),
            ("401 Unauthorized", ErrorKind::Credentials),
            ("403 Forbidden", ErrorKind::Permission),
            ("429 Too Many Requests", ErrorKind::Throttled),
            ("503 Service Unavailable", ErrorKind::Unavailable),
            ("302 Found", ErrorKind::Rejected),
        ] {
            let (address, _) = answer(head(status, "").leak()).await;
            let store = ObjectStore::new(&address, None).unwrap();
            let error = store
                .get(&name, &folder.path().join("x"))
                .await
                .unwrap_err();
            assert_eq!(error.kind(), kind, "{status}");
        }
    }

    #[test]
    fn address_has_no_secret_and_is_encrypted() {
        for (address, is_taken) in [
            ("https://files.example/lists", true),
            ("http://127.0.0.1:9000/lists", true),
            ("http://localhost/", true),
            ("http://files.example/lists", false),
            ("http://127.0.0.1.files.example/", false),
            ("https://me:secret@files.example/", false),
            ("https://files.example/?signature=1", false),
            ("ftp://files.example/", false),
            ("files.example", false),
        ] {
            assert_eq!(
                ObjectStore::new(address, None).is_ok(),
                is_taken,
                "{address}"
            );
        }
    }
}
