//! The HTTP connections of a client, and what is sent with every request.

use std::fmt;
use std::sync::Arc;

use http::header::{ACCEPT, PROXY_AUTHORIZATION, USER_AGENT};
use http::{HeaderMap, HeaderValue, Request, Response};
use hyper_util::client::legacy;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use url::Url;

use super::connector::Connector;
use super::content::{RequestContent, ResponseContent};
use super::proxy::Proxy;
use super::tls;
use crate::error::TransportError;
use crate::observer::is_own_header;
use crate::{ClientConfig, Clock, Error, Observer, Timeouts};

/// The connections, and how long to wait for what travels on them.
#[derive(Clone)]
pub(crate) struct Transport {
    /// Know no time-out but that of connecting: their own run on real time, and while a body is sent
    /// or the consumer of a download is busy.
    connections: Connections,
    /// Sent where a request has no header of the name.
    headers: HeaderMap,
    /// The host of the service.
    pub(crate) host: Arc<str>,
    pub(crate) timeouts: Timeouts,
    pub(crate) clock: Arc<dyn Clock>,
    pub(super) observer: Option<Arc<dyn Observer>>,
}

#[derive(Clone)]
enum Connections {
    Own(Box<legacy::Client<Connector, RequestContent>>),
    #[cfg(feature = "reqwest")]
    Prepared(reqwest::Client),
}

impl Transport {
    pub(crate) fn new(config: &ClientConfig, base: &Url) -> Result<Self, Error> {
        let mut headers = config.headers.clone();
        let refused = |name: &str| name == ACCEPT.as_str() || is_own_header(name);
        if let Some(name) = headers.keys().find(|name| refused(name.as_str())) {
            return Err(Error::config(format!(
                "header {name}: the client sets it by itself"
            )));
        }
        let agent = HeaderValue::try_from(config.user_agent())
            .map_err(|_| Error::config("application: not a product token".to_owned()))?;
        headers.insert(USER_AGENT, agent);
        let proxy = config.proxy.as_ref().map(|proxy| Proxy::parse(&proxy.0));
        let proxy = proxy.transpose()?;
        if base.scheme() == "http"
            && let Some(value) = proxy.as_ref().and_then(|proxy| proxy.authorization.clone())
        {
            headers.insert(PROXY_AUTHORIZATION, value);
        }
        Ok(Self {
            connections: connections(config, base, proxy)?,
            host: base.host_str().unwrap_or_default().into(),
            headers,
            timeouts: config.timeouts,
            clock: Arc::clone(&config.clock),
            observer: config.observer.clone(),
        })
    }

    /// Sends a request, and returns when the headers of the response have come. Redirects are not
    /// followed: the service never redirects, and they would carry the token to another host.
    pub(super) async fn execute(
        &self,
        mut request: Request<RequestContent>,
    ) -> Result<Response<ResponseContent>, TransportError> {
        let headers = request.headers_mut();
        for (name, value) in &self.headers {
            headers.entry(name).or_insert_with(|| value.clone());
        }
        match &self.connections {
            Connections::Own(client) => {
                let host = request.uri().host().map(str::to_owned);
                match client.request(request).await {
                    Ok(response) => Ok(response.map(ResponseContent::Own)),
                    Err(error) => Err(TransportError::request(error, host)),
                }
            }
            #[cfg(feature = "reqwest")]
            Connections::Prepared(client) => {
                let request = request.map(reqwest::Body::wrap);
                let request = request.try_into().map_err(TransportError::prepared)?;
                let response = client.execute(request).await;
                let response = response.map_err(TransportError::prepared)?;
                Ok(Response::from(response).map(ResponseContent::Prepared))
            }
        }
    }
}

fn connections(
    config: &ClientConfig,
    base: &Url,
    proxy: Option<Proxy>,
) -> Result<Connections, Error> {
    #[cfg(feature = "reqwest")]
    if let Some(prepared) = &config.http_builder {
        return prepared_connections(config, base, &*prepared.0);
    }
    let tls = match base.scheme() {
        "http" => tls::without_trust()?,
        _ => tls::tls(config)?,
    };
    let connector = Connector::new(tls, proxy, config.timeouts.connect);
    let client = legacy::Client::builder(TokioExecutor::new())
        .timer(TokioTimer::new())
        .pool_timer(TokioTimer::new())
        .build(connector);
    Ok(Connections::Own(Box::new(client)))
}

#[cfg(feature = "reqwest")]
fn prepared_connections(
    config: &ClientConfig,
    base: &Url,
    builder: &dyn Fn() -> reqwest::ClientBuilder,
) -> Result<Connections, Error> {
    if !config.root_certificates.is_empty() || config.identity.is_some() {
        let problem = "HTTP builder: certificates have to be set on the builder itself";
        return Err(Error::config(problem.to_owned()));
    }
    let builder = builder()
        .https_only(base.scheme() == "https")
        .redirect(reqwest::redirect::Policy::none())
        .referer(false)
        .connect_timeout(config.timeouts.connect);
    let builder = match &config.proxy {
        None => builder.no_proxy(),
        Some(proxy) => {
            let proxy = reqwest::Proxy::all(&proxy.0);
            let refuse = |_| Error::config("proxy: not a usable URL".to_owned());
            builder.proxy(proxy.map_err(refuse)?)
        }
    };
    let client = builder.build().map_err(|error| {
        Error::config("the HTTP client could not be built".to_owned()).with_source(error)
    })?;
    Ok(Connections::Prepared(client))
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport")
            .field("timeouts", &self.timeouts)
            .finish_non_exhaustive()
    }
}
