use std::sync::Arc;
use std::time::Duration;

use reqwest::Url;

use crate::{
    Clock, Concurrency, Credentials, Error, Random, RetryPolicy, SystemClock, SystemRandom,
};

const SERVICE: &str = "https://api.keepnetlabs.com";

/// How a client reaches the service. Nothing is read from the environment.
#[derive(Clone, Debug)]
pub struct ClientConfig {
    pub(crate) credentials: Credentials,
    pub(crate) base_url: String,
    pub(crate) timeouts: Timeouts,
    pub(crate) retry: RetryPolicy,
    pub(crate) concurrency: Concurrency,
    pub(crate) application: Option<String>,
    pub(crate) proxy: Option<Proxy>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
}

/// How long the client waits for the network before it gives up a try.
///
/// All but `connect` are measured by the client's [`Clock`]. A try that ran out of time ends as
/// [`ErrorKind::Timeout`](crate::ErrorKind::Timeout), unless the call may be repeated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// To make a connection, TLS included. Default 5 s.
    pub connect: Duration,
    /// To the first byte of an answer. Default 60 s.
    pub first_byte: Duration,
    /// How long a body may stand still, in either direction. Default 20 s.
    ///
    /// A transfer stands still when it moves less than a byte a second for so long while the client
    /// waits for it. An application that takes its time between two parts of a
    /// [`Download`](crate::Download) does not count.
    pub stall: Duration,
    /// For one whole try of an operation that carries no file, its answer included, and for the
    /// answer to a form. Default 100 s.
    pub attempt: Duration,
    /// To the first byte of an answer once a form has been sent whole. Default 300 s: the service
    /// reads a large workbook before it answers.
    pub upload_answer: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            first_byte: Duration::from_secs(60),
            stall: Duration::from_secs(20),
            attempt: Duration::from_secs(100),
            upload_answer: Duration::from_secs(300),
        }
    }
}

impl ClientConfig {
    /// The public service with the default limits.
    #[must_use]
    pub fn new(credentials: Credentials) -> Self {
        Self {
            credentials,
            base_url: SERVICE.to_owned(),
            timeouts: Timeouts::default(),
            retry: RetryPolicy::default(),
            concurrency: Concurrency::default(),
            application: None,
            proxy: None,
            clock: Arc::new(SystemClock::new()),
            random: Arc::new(SystemRandom),
        }
    }

    /// Another installation. Must be `https`, or `http` on the loopback interface, and hold no user
    /// name, query or fragment; checked when the client is built.
    #[must_use]
    pub fn base_url(mut self, url: impl Into<String>) -> Self {
        self.base_url = url.into();
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
        self.proxy = Some(Proxy(url.into()));
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
        check_base_url(&self.base_url)
            .map_err(|reason| Error::config(format!("base URL: {reason}")))
    }
}

/// A proxy address, whose user name and password stay out of a Debug.
#[derive(Clone)]
pub(crate) struct Proxy(pub(crate) String);

impl std::fmt::Debug for Proxy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match Url::parse(&self.0) {
            Ok(url) => write!(f, "{}", url.host_str().unwrap_or("[no host]")),
            Err(_) => f.write_str("[not a URL]"),
        }
    }
}

fn check_base_url(text: &str) -> Result<Url, &'static str> {
    let mut url = Url::parse(text).map_err(|_| "not a URL")?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not hold a user name or password");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must not hold a query or fragment");
    }
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        "http" => return Err("must be https; http is for the loopback interface alone"),
        _ => return Err("must be https"),
    }
    let path = url.path().trim_end_matches('/').to_owned();
    url.set_path(&path);
    Ok(url)
}

pub(crate) fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost"
        || host
            .parse::<std::net::IpAddr>()
            .is_ok_and(|ip| ip.is_loopback())
}
