//! Files at an address that answers GET and PUT.

use std::fmt;
use std::io;
use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use keepnet_flows::{Error, ErrorKind, Result};
use reqwest::header::{AUTHORIZATION, HeaderMap, HeaderValue, TRANSFER_ENCODING};
use reqwest::{Client, Response, StatusCode, Url, Version, redirect};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::io::AsyncWriteExt as _;

use super::file_name::FileName;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

pub(super) struct ObjectStore {
    base: Url,
    http: Client,
    most_bytes: u64,
}

/// What a transfer may take.
struct Limits {
    most_bytes: u64,
    pause: Duration,
    transfer: Duration,
}

const LIMITS: Limits = Limits {
    // The largest file that the service takes.
    most_bytes: 200 * 1024 * 1024,
    pause: Duration::from_secs(60),
    transfer: Duration::from_secs(15 * 60),
};

impl ObjectStore {
    pub(super) fn new(address: &str, authorization: Option<SecretString>) -> Result<ObjectStore> {
        ObjectStore::limited(address, authorization, &LIMITS)
    }

    fn limited(
        address: &str,
        authorization: Option<SecretString>,
        limits: &Limits,
    ) -> Result<ObjectStore> {
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
            .read_timeout(limits.pause)
            .timeout(limits.transfer)
            .build()
            .map_err(|error| refuse("the HTTP client could not be built").with_source(error))?;
        Ok(ObjectStore {
            base,
            http,
            most_bytes: limits.most_bytes,
        })
    }

    /// Saves a file at `path`.
    pub(super) async fn get(&self, name: &FileName, path: &Path) -> Result<()> {
        let sent = self.http.get(self.address(name)).send().await;
        let mut response = checked(sent)?;
        let length = length_of(&response)?;
        if length.is_some_and(|length| length > self.most_bytes) {
            return Err(self.too_large());
        }
        let mut file = tokio::fs::File::create(path).await.map_err(not_written)?;
        let mut bytes = 0;
        while let Some(part) = response.chunk().await.map_err(unavailable)? {
            bytes += part.len() as u64;
            if bytes > self.most_bytes {
                return Err(self.too_large());
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

    fn too_large(&self) -> Error {
        let most = self.most_bytes / 1024 / 1024;
        Error::new(
            ErrorKind::Invalid,
            format!("the file is larger than {most} MiB"),
        )
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

/// The length of the body; `None` if it comes in parts, of which the last one is marked.
///
/// # Errors
///
/// If the end of the body is that of the connection: a list that was cut off would look whole, and the
/// people after the cut would have left.
fn length_of(response: &Response) -> Result<Option<u64>> {
    let length = response.content_length();
    let is_chunked = response.headers().contains_key(TRANSFER_ENCODING);
    if length.is_none() && !is_chunked && response.version() < Version::HTTP_2 {
        let problem = "the place of the files does not say how long the file is";
        return Err(Error::new(ErrorKind::Protocol, problem));
    }
    Ok(length)
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

    /// What a place does after the first bytes of its response.
    #[derive(Clone, Copy, Debug)]
    enum Then {
        Close,
        /// Sends nothing, and keeps the connection.
        Pause,
        /// Sends parts for ever.
        GoOn,
    }

    /// The address of a place that answers each request so.
    async fn place(response: &'static str, then: Then) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/lists", listener.local_addr().unwrap());
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = Vec::new();
                while !request.ends_with(b"\r\n\r\n") {
                    stream.read_buf(&mut request).await.unwrap();
                }
                stream.write_all(response.as_bytes()).await.unwrap();
                match then {
                    Then::Close => {}
                    Then::Pause => std::future::pending().await,
                    Then::GoOn => {
                        let part = format!("10000\r\n{}\r\n", "row\n".repeat(0x4000));
                        while stream.write_all(part.as_bytes()).await.is_ok() {}
                    }
                }
            }
        });
        address
    }

    #[tokio::test]
    async fn transfer_that_does_not_end_well_is_refused() {
        const LENGTH: &str = "HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n";
        const PARTS: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nrow,\r\n";
        const NEITHER: &str = "HTTP/1.1 200 OK\r\n\r\nrow";
        const HALF: &str = "HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\nrow";
        let short = Duration::from_millis(50);
        let long = Duration::from_secs(60);
        let mebibyte = 1024 * 1024;
        let name = FileName::parse("people.csv").unwrap();
        let folder = tempfile::tempdir().unwrap();
        for (response, then, most_bytes, pause, transfer, kind) in [
            (
                HALF,
                Then::Close,
                mebibyte,
                long,
                long,
                ErrorKind::Unavailable,
            ),
            (
                PARTS,
                Then::Close,
                mebibyte,
                long,
                long,
                ErrorKind::Unavailable,
            ),
            (
                NEITHER,
                Then::Close,
                mebibyte,
                long,
                long,
                ErrorKind::Protocol,
            ),
            (
                "",
                Then::Pause,
                mebibyte,
                short,
                long,
                ErrorKind::Unavailable,
            ),
            (
                HALF,
                Then::Pause,
                mebibyte,
                short,
                long,
                ErrorKind::Unavailable,
            ),
            (
                PARTS,
                Then::GoOn,
                u64::MAX,
                long,
                short,
                ErrorKind::Unavailable,
            ),
            (PARTS, Then::GoOn, mebibyte, long, long, ErrorKind::Invalid),
            (LENGTH, Then::Pause, 19, long, long, ErrorKind::Invalid),
        ] {
            let limits = Limits {
                most_bytes,
                pause,
                transfer,
            };
            let address = place(response, then).await;
            let store = ObjectStore::limited(&address, None, &limits).unwrap();
            let path = folder.path().join("people.csv");
            let error = store.get(&name, &path).await.unwrap_err();
            assert_eq!(error.kind(), kind, "{response:?} {then:?}: {error}");
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
