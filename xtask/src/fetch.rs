//! Requests over https, limited in size and time.

use anyhow::{Context, Result, bail};
use serde_json::Value;
use std::io::Read;
use std::sync::Arc;
use std::time::Duration;
use ureq::http::StatusCode;
use ureq::http::header::LOCATION;
use ureq::tls::{RootCerts, TlsConfig};
use ureq::{Agent, Body};
use url::Url;

/// The largest document in bytes: more than twenty times the size of today.
pub(crate) const LIMIT: usize = 64 << 20;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const TIMEOUT: Duration = Duration::from_secs(120);
const MOST_REDIRECTS: usize = 5;

/// The body, and the URL without credentials, query and fragment.
///
/// Redirects are followed only within the host: the document of another host is another document.
pub(crate) fn get(url: &str, limit: usize) -> Result<(Vec<u8>, String)> {
    let mut url = Url::parse(url).with_context(|| format!("{url} is no URL"))?;
    if url.scheme() != "https" && !is_loopback(&url) {
        bail!(
            "{}: only https is supported; save the document and pass the file",
            without_secrets(&url)
        );
    }
    let source = without_secrets(&url);
    // Credentials in a URL end in histories and logs; a document that needs them is saved by hand.
    if !url.username().is_empty() || url.password().is_some() {
        bail!(
            "{source}: a URL with credentials is not supported; save the document and pass the file"
        );
    }
    url.set_fragment(None);
    let body = read(url, limit).with_context(|| format!("{source} could not be fetched"))?;
    Ok((body, source))
}

/// Sends a form and returns the JSON of the response.
pub(crate) fn post_form(url: &str, form: &[(&str, &str)]) -> Result<Value> {
    let mut response = agent().post(url).send_form(form.iter().copied())?;
    if !response.status().is_success() {
        bail!("{url} responded {}", response.status());
    }
    Ok(response.body_mut().read_json()?)
}

fn read(url: Url, limit: usize) -> Result<Vec<u8>> {
    let (status, mut body) = follow(&agent(), url)?;
    if !status.is_success() {
        bail!("the server responded {status}; check that the document is still at this address");
    }
    let mut read = Vec::new();
    let most = limit as u64 + 1;
    body.as_reader().take(most).read_to_end(&mut read)?;
    if read.len() > limit {
        bail!(
            "the response is larger than {} MiB, the limit for a document",
            limit >> 20
        );
    }
    Ok(read)
}

/// The last response. Redirects are followed within the host.
fn follow(agent: &Agent, mut url: Url) -> Result<(StatusCode, Body)> {
    for _ in 0..=MOST_REDIRECTS {
        let response = agent.get(url.as_str()).call()?;
        let status = response.status();
        let location = response.headers().get(LOCATION);
        let Some(location) = location.filter(|_| status.is_redirection()) else {
            return Ok((status, response.into_body()));
        };
        let next = url.join(location.to_str()?)?;
        if next.origin() != url.origin() {
            bail!("it redirects to another host; pass that URL if it is the right one");
        }
        url = next;
    }
    bail!("it redirects too often")
}

fn agent() -> Agent {
    let provider = Arc::new(rustls_graviola::default_provider());
    let tls = TlsConfig::builder()
        .root_certs(RootCerts::PlatformVerifier)
        .unversioned_rustls_crypto_provider(provider)
        .build();
    let config = Agent::config_builder()
        .tls_config(tls)
        .max_redirects(0)
        .http_status_as_error(false)
        .timeout_connect(Some(CONNECT_TIMEOUT))
        .timeout_global(Some(TIMEOUT))
        .build();
    config.into()
}

fn without_secrets(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    url.set_fragment(None);
    // Both fail on URLs that cannot have credentials, which then have none.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.to_string()
}

/// Plain http is allowed only to this machine: a test or a tunnel.
fn is_loopback(url: &Url) -> bool {
    url.scheme() == "http" && matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Read, Write};
    use std::net::TcpListener;

    /// A server with a response for each path, for as long as the test runs.
    fn serve() -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut request = [0; 2048];
                let length = stream.read(&mut request).unwrap();
                let request = String::from_utf8_lossy(&request[..length]).into_owned();
                let response = match request.split_whitespace().nth(1).unwrap() {
                    "/document.json?token=secret" | "/document.json" => {
                        "200 OK\r\n\r\n{}".to_owned()
                    }
                    "/moved" => "302 Found\r\nlocation: /document.json\r\n\r\n".to_owned(),
                    "/away" => {
                        "302 Found\r\nlocation: http://elsewhere.example/\r\n\r\n".to_owned()
                    }
                    "/round" => "302 Found\r\nlocation: /round\r\n\r\n".to_owned(),
                    "/large" => format!("200 OK\r\n\r\n{}", "x".repeat(3 << 20)),
                    _ => "404 Not Found\r\n\r\n".to_owned(),
                };
                // The client may have closed the connection in the middle of the large response.
                let _ = write!(
                    stream,
                    "HTTP/1.1 {}",
                    response.replacen("\r\n", "\r\nconnection: close\r\n", 1)
                );
            }
        });
        format!("http://{address}")
    }

    #[test]
    fn source_of_a_fetched_document_has_no_secret() {
        let base = serve();
        for (path, source) in [
            ("/document.json", "/document.json"),
            ("/document.json?token=secret#part", "/document.json"),
            ("/moved", "/moved"),
        ] {
            let (body, found) = get(&format!("{base}{path}"), LIMIT).unwrap();
            assert_eq!(
                (body.as_slice(), found),
                (b"{}".as_slice(), format!("{base}{source}"))
            );
        }
    }

    #[test]
    fn failed_fetch_says_what_to_do() {
        let base = serve();
        let (host, one_mib) = (base.trim_start_matches("http://"), 1 << 20);
        for (url, expected) in [
            (
                format!("{base}/gone"),
                "the server responded 404 Not Found; check that the document is still at this address",
            ),
            (
                format!("{base}/away"),
                "it redirects to another host; pass that URL if it is the right one",
            ),
            (format!("{base}/round"), "it redirects too often"),
            (
                format!("{base}/large"),
                "the response is larger than 1 MiB, the limit for a document",
            ),
            (
                format!("http://ada:secret@{host}/document.json"),
                "a URL with credentials is not supported",
            ),
            (
                "http://elsewhere.example/document.json".to_owned(),
                "only https is supported; save the document",
            ),
            ("https://".to_owned(), "is no URL"),
        ] {
            let error = format!("{:#}", get(&url, one_mib).unwrap_err());
            assert!(error.contains(expected), "{url}: {error}");
            assert!(!error.contains("secret"), "{error}");
        }
    }
}
