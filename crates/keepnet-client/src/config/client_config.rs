//! How a client reaches the service.

use std::fmt;
use std::sync::Arc;

use http::header::{HeaderMap, HeaderName, HeaderValue};
use secrecy::SecretString;
use url::Url;

use super::credentials::Credentials;
#[cfg(feature = "reqwest")]
use super::http_builder::HttpBuilder;
use super::timeouts::Timeouts;
use super::tls_identity::TlsIdentity;
use super::token_source::TokenSource;
use crate::{Clock, Concurrency, Error, Observer, Random, RetryPolicy, SystemClock, SystemRandom};

const SERVICE: &str = "https://api.keepnetlabs.com";

/// How a client reaches the service. Nothing is read from the environment.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    pub(crate) token_source: Arc<dyn TokenSource>,
    pub(crate) base_url: Address,
    pub(crate) timeouts: Timeouts,
    pub(crate) retry: RetryPolicy,
    pub(crate) concurrency: Concurrency,
    pub(crate) application: Option<String>,
    pub(crate) proxy: Option<Address>,
    pub(crate) allow_plain_http: bool,
    /// In PEM.
    pub(crate) root_certificates: Vec<Vec<u8>>,
    pub(crate) identity: Option<TlsIdentity>,
    pub(crate) headers: HeaderMap,
    #[cfg(feature = "reqwest")]
    pub(crate) http_builder: Option<HttpBuilder>,
    pub(crate) observer: Option<Arc<dyn Observer>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
}

impl ClientConfig {
    /// The public service with the default limits, and [`Credentials`](crate::Credentials) or another
    /// [`TokenSource`] to sign in with.
    #[must_use]
    pub fn new(source: impl TokenSource) -> Self {
        Self {
            token_source: Arc::new(source),
            base_url: Address(SERVICE.to_owned()),
            timeouts: Timeouts::default(),
            retry: RetryPolicy::default(),
            concurrency: Concurrency::default(),
            application: None,
            proxy: None,
            allow_plain_http: false,
            root_certificates: Vec::new(),
            identity: None,
            headers: HeaderMap::new(),
            #[cfg(feature = "reqwest")]
            http_builder: None,
            observer: None,
            clock: Arc::new(SystemClock::new()),
            random: Arc::new(SystemRandom),
        }
    }

    /// Another installation. Must be `https`, or `http` on the loopback interface or with
    /// [`allow_plain_http`](Self::allow_plain_http), and hold no user name, query or fragment; checked
    /// when the client is built.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = Address(url.into());
        self
    }

    /// Limits other than the defaults of [`Timeouts`].
    #[must_use]
    pub fn timeouts(mut self, timeouts: Timeouts) -> Self {
        self.timeouts = timeouts;
        self
    }

    /// Repetition other than the default of [`RetryPolicy`].
    #[must_use]
    pub fn retry(mut self, policy: RetryPolicy) -> Self {
        self.retry = policy;
        self
    }

    /// Requests at once other than the default of [`Concurrency`].
    #[must_use]
    pub fn concurrency(mut self, most: Concurrency) -> Self {
        self.concurrency = most;
        self
    }

    /// Puts the application's own product token, such as `staff-sync/2.1`, before ours in the user
    /// agent.
    #[must_use]
    pub fn application(mut self, product: impl Into<String>) -> Self {
        self.application = Some(product.into());
        self
    }

    /// Sends everything through this HTTP proxy. Default: no proxy, whatever the environment says.
    #[must_use]
    pub fn proxy(mut self, url: impl Into<String>) -> Self {
        self.proxy = Some(Address(url.into()));
        self
    }

    /// Allows a [`base_url`](Self::base_url) with `http` on any host, such as a sandbox in another
    /// container. Default: no.
    ///
    /// The secret, the token and the data of people then travel unencrypted: not for the service.
    #[must_use]
    pub fn allow_plain_http(mut self) -> Self {
        self.allow_plain_http = true;
        self
    }

    /// Trusts these authorities in addition to those of the system: one certificate or several, in
    /// PEM, such as that of a proxy that inspects the traffic. May be called several times. Checked
    /// when the client is built, where the base URL is `https`.
    ///
    /// Not supported on Android, where the client cannot be built then.
    #[must_use]
    pub fn root_certificates(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.root_certificates.push(pem.into());
        self
    }

    /// Shows this certificate to a service, or a gateway before it, that asks for one: the certificate
    /// and the ones between it and its authority, in PEM, and its private key in PEM (PKCS #8, PKCS #1
    /// or SEC 1). Checked when the client is built, where the base URL is `https`. Default: none.
    ///
    /// The key is wiped from memory when dropped and never printed.
    #[must_use]
    pub fn identity(
        mut self,
        certificates: impl Into<Vec<u8>>,
        key: impl Into<SecretString>,
    ) -> Self {
        self.identity = Some(TlsIdentity::new(certificates.into(), key.into()));
        self
    }

    /// Sends a header with every request, that for the token included, where the call itself has no
    /// header of this name.
    ///
    /// The headers that the client sets by itself are refused when it is built: `Accept`,
    /// `Authorization`, `X-Request-Id`, the company, and those that describe the message. `Accept` can
    /// be set for one call, with [`Call::header`](crate::Call::header).
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    /// Sends everything through connections of a `reqwest` that the program has prepared, for what has
    /// no setting here, such as a resolver, a source address or the size of the pool. Called once for
    /// each client that is built. Needs the cargo feature `reqwest`, which enables no feature of
    /// `reqwest` itself.
    ///
    /// TLS is that of the builder: its authorities and its certificate are set there, and
    /// [`root_certificates`](Self::root_certificates) and [`identity`](Self::identity) are refused. For
    /// `https`, the program has to enable a TLS feature of its own `reqwest`.
    ///
    /// Whatever the builder says, redirects are not followed, and proxy, user agent, the headers of
    /// [`header`](Self::header) and the limit for connecting are those of this configuration. Its own
    /// time-outs should stay unset: they run on real time and know nothing of uploads.
    ///
    /// ```
    /// use keepnet_client::{ClientConfig, Credentials};
    ///
    /// let config = ClientConfig::new(Credentials::new("id", "secret"))
    ///     .http_builder(|| reqwest::Client::builder().pool_max_idle_per_host(2));
    /// ```
    #[cfg(feature = "reqwest")]
    #[must_use]
    pub fn http_builder(
        mut self,
        builder: impl Fn() -> reqwest::ClientBuilder + Send + Sync + 'static,
    ) -> Self {
        self.http_builder = Some(HttpBuilder(Arc::new(builder)));
        self
    }

    /// Sees each request, each try and each wait of each call: for metrics, for messages about a service
    /// that does not respond, and for headers such as `traceparent`. Default: none.
    #[must_use]
    pub fn observer(mut self, observer: Arc<dyn Observer>) -> Self {
        self.observer = Some(observer);
        self
    }

    /// Another clock, for tests.
    #[must_use]
    pub fn clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.clock = clock;
        self
    }

    /// Another source of jitter and request ids, for tests.
    #[must_use]
    pub fn random(mut self, random: Arc<dyn Random>) -> Self {
        self.random = random;
        self
    }

    pub(crate) fn user_agent(&self) -> String {
        let own = concat!("keepnet-rust/", env!("CARGO_PKG_VERSION"));
        match &self.application {
            Some(product) => format!("{product} {own}"),
            None => own.to_owned(),
        }
    }

    pub(crate) fn checked_base_url(&self) -> Result<Url, Error> {
        check_base_url(&self.base_url.0, self.allow_plain_http)
            .map_err(|reason| Error::config(format!("base URL: {reason}")))
    }
}

/// The public service with the default limits.
impl From<Credentials> for ClientConfig {
    fn from(credentials: Credentials) -> Self {
        Self::new(credentials)
    }
}

/// An address of the user's, whose user name, password and query stay out of a Debug.
#[derive(Clone)]
pub(crate) struct Address(pub(crate) String);

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match Url::parse(&self.0) {
            Ok(url) if url.has_host() => {
                let host = url.host_str().unwrap_or_default();
                write!(f, "{}://{host}", url.scheme())?;
                match url.port() {
                    Some(port) => write!(f, ":{port}"),
                    None => Ok(()),
                }
            }
            _ => f.write_str("[not a URL]"),
        }
    }
}

fn check_base_url(text: &str, allow_plain_http: bool) -> Result<Url, &'static str> {
    let mut url = Url::parse(text).map_err(|_| "not a URL")?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not hold a user name or password");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must not hold a query or fragment");
    }
    match url.scheme() {
        "https" => {}
        "http" if allow_plain_http || is_loopback(&url) => {}
        "http" => {
            return Err(
                "must be https; http is possible for this computer, or if the configuration allows it",
            );
        }
        _ => return Err("must be https"),
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost"
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|ip| ip.is_loopback())
}
