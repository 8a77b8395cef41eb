//! The HTTP connections and their TLS.

use std::sync::Arc;

use reqwest::{Client, ClientBuilder, Url, redirect};
use rustls::crypto::CryptoProvider;
use rustls_platform_verifier::BuilderVerifierExt;

use crate::config::is_loopback;
use crate::{ClientConfig, Clock, Error, Timeouts};

/// The connections, and how long to wait for what travels on them.
#[derive(Clone, Debug)]
pub(crate) struct Transport {
    /// Knows no time-out but that of connecting: its own run on real time, and while a body is sent
    /// or the consumer of a download is busy.
    pub(crate) http: Client,
    pub(crate) timeouts: Timeouts,
    pub(crate) clock: Arc<dyn Clock>,
}

impl Transport {
    pub(crate) fn new(config: &ClientConfig, base: &Url) -> Result<Self, Error> {
        let http = builder(config, base, tls(base)?)?
            .build()
            .map_err(|error| {
                Error::config("the HTTP client could not be built".to_owned()).with_source(error)
            })?;
        Ok(Self {
            http,
            timeouts: config.timeouts,
            clock: Arc::clone(&config.clock),
        })
    }
}

fn builder(
    config: &ClientConfig,
    base: &Url,
    tls: rustls::ClientConfig,
) -> Result<ClientBuilder, Error> {
    // reqwest keeps headers of ours, and the form that holds the secret, on a redirect to another
    // host; the service never redirects.
    let builder = Client::builder()
        .tls_backend_preconfigured(tls)
        .https_only(base.scheme() == "https")
        .redirect(redirect::Policy::none())
        .referer(false)
        .user_agent(config.user_agent())
        .connect_timeout(config.timeouts.connect);
    match &config.proxy {
        None => Ok(builder.no_proxy()),
        Some(proxy) => reqwest::Proxy::all(&proxy.0)
            .map(|proxy| builder.proxy(proxy))
            .map_err(|_| Error::config("proxy: not a usable URL".to_owned())),
    }
}

fn tls(base: &Url) -> Result<rustls::ClientConfig, Error> {
    let refuse = |error: rustls::Error| {
        Error::config("TLS could not be set up".to_owned()).with_source(error)
    };
    let builder = rustls::ClientConfig::builder_with_provider(provider()?)
        .with_safe_default_protocol_versions()
        .map_err(refuse)?;
    // Plain http on the loopback interface never shakes hands, and must work where no trust store
    // is installed.
    let builder = if base.scheme() == "http" && is_loopback(base) {
        builder.with_root_certificates(rustls::RootCertStore::empty())
    } else {
        builder.with_platform_verifier().map_err(refuse)?
    };
    let mut config = builder.with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// The provider the process installed, else graviola where it can run.
fn provider() -> Result<Arc<CryptoProvider>, Error> {
    if let Some(installed) = CryptoProvider::get_default() {
        return Ok(Arc::clone(installed));
    }
    own_provider().ok_or_else(|| {
        Error::config(
            "TLS: the built-in cryptography needs an x86-64 or AArch64 processor with AES \
             instructions; install a rustls CryptoProvider as the process default first"
                .to_owned(),
        )
    })
}

/// Graviola panics on a processor without the instructions it is written in, so they are looked for
/// beforehand.
#[cfg(target_arch = "x86_64")]
fn own_provider() -> Option<Arc<CryptoProvider>> {
    let able = is_x86_feature_detected!("aes")
        && is_x86_feature_detected!("pclmulqdq")
        && is_x86_feature_detected!("bmi1")
        && is_x86_feature_detected!("bmi2")
        && is_x86_feature_detected!("adx")
        && is_x86_feature_detected!("avx")
        && is_x86_feature_detected!("avx2")
        && is_x86_feature_detected!("ssse3");
    able.then(|| Arc::new(rustls_graviola::default_provider()))
}

#[cfg(target_arch = "aarch64")]
fn own_provider() -> Option<Arc<CryptoProvider>> {
    use std::arch::is_aarch64_feature_detected as has;
    let able = has!("neon") && has!("aes") && has!("pmull") && has!("sha2");
    able.then(|| Arc::new(rustls_graviola::default_provider()))
}

#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
fn own_provider() -> Option<Arc<CryptoProvider>> {
    None
}
