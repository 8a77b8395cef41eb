//! Makes connections: directly or through a proxy, with TLS where the address asks for it.
//!
//! The TLS of reqwest is not used: cargo would enable its feature without a provider of cryptography
//! for the whole program, whose own `reqwest::Client::new` panics then.

use std::error::Error as StdError;
use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::future::BoxFuture;
use http::Uri;
use http::uri::Scheme;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower_service::Service;

use super::proxy::Proxy;

type ConnectError = Box<dyn StdError + Send + Sync>;

/// Notices a connection that is dead although nobody has closed it.
const KEEPALIVE: Duration = Duration::from_secs(15);
const KEEPALIVE_RETRIES: u32 = 3;

/// Connects to the service.
#[derive(Clone)]
pub(super) struct Connector {
    service: HttpsConnector<Route>,
    /// For the name, the connection, the proxy and the TLS handshake together; real time.
    limit: Duration,
}

impl Connector {
    pub(super) fn new(tls: rustls::ClientConfig, proxy: Option<Proxy>, limit: Duration) -> Self {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(limit));
        tcp.set_keepalive(Some(KEEPALIVE));
        tcp.set_keepalive_interval(Some(KEEPALIVE));
        tcp.set_keepalive_retries(Some(KEEPALIVE_RETRIES));
        let route = match proxy {
            None => Route::Direct(tcp),
            Some(proxy) => {
                let mut tls = tls.clone();
                // CONNECT is sent in HTTP/1.1.
                tls.alpn_protocols.clear();
                Route::Proxy(HttpsConnector::from((tcp, tls)), proxy)
            }
        };
        Self {
            service: HttpsConnector::from((route, tls)),
            limit,
        }
    }
}

impl Service<Uri> for Connector {
    type Response = MaybeHttpsStream<Hop>;
    type Error = ConnectError;
    type Future = BoxFuture<'static, Result<Self::Response, ConnectError>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), ConnectError>> {
        self.service.poll_ready(cx)
    }

    fn call(&mut self, target: Uri) -> Self::Future {
        let connecting = tokio::time::timeout(self.limit, self.service.call(target));
        Box::pin(async move {
            match connecting.await {
                Ok(connected) => connected,
                Err(_) => Err(io::Error::from(io::ErrorKind::TimedOut).into()),
            }
        })
    }
}

/// The way to the service, below its TLS.
#[derive(Clone)]
enum Route {
    Direct(HttpConnector),
    Proxy(HttpsConnector<HttpConnector>, Proxy),
}

impl Service<Uri> for Route {
    type Response = Hop;
    type Error = ConnectError;
    type Future = BoxFuture<'static, Result<Hop, ConnectError>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), ConnectError>> {
        match self {
            Self::Direct(tcp) => tcp.poll_ready(cx).map_err(Into::into),
            Self::Proxy(connector, _) => connector.poll_ready(cx),
        }
    }

    fn call(&mut self, target: Uri) -> Self::Future {
        match self {
            Self::Direct(tcp) => {
                let connecting = tcp.call(target);
                Box::pin(async move {
                    let stream = MaybeHttpsStream::Http(connecting.await?);
                    let forwards = false;
                    Ok(Hop { stream, forwards })
                })
            }
            Self::Proxy(connector, proxy) if target.scheme() == Some(&Scheme::HTTPS) => {
                let mut tunnel = Tunnel::new(proxy.uri.clone(), connector.clone());
                if let Some(value) = &proxy.authorization {
                    tunnel = tunnel.with_auth(value.clone());
                }
                let connecting = tunnel.call(target);
                Box::pin(async move {
                    let stream = connecting.await?;
                    let forwards = false;
                    Ok(Hop { stream, forwards })
                })
            }
            Self::Proxy(connector, proxy) => {
                let connecting = connector.call(proxy.uri.clone());
                Box::pin(async move {
                    let stream = connecting.await?;
                    let forwards = true;
                    Ok(Hop { stream, forwards })
                })
            }
        }
    }
}

/// A connection to the service or to a proxy.
pub(super) struct Hop {
    stream: MaybeHttpsStream<TokioIo<TcpStream>>,
    /// Whether it ends at a proxy, which wants the whole address in each request.
    forwards: bool,
}

impl Connection for Hop {
    fn connected(&self) -> Connected {
        self.stream.connected().proxy(self.forwards)
    }
}

impl Read for Hop {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

impl Write for Hop {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bytes)
    }
}
