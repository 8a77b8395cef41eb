//! Accepting connections, and stopping.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::exchange::respond;
use crate::core::Core;
use crate::http::ResetSignal;

/// How long connections may finish their responses when the sandbox stops.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(2);

/// Serves until the core is stopped.
pub(crate) async fn serve(listener: TcpListener, core: Arc<Core>) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            () = core.stopped() => break,
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    connections.spawn(serve_connection(stream, Arc::clone(&core)));
                }
            }
            Some(_) = connections.join_next() => {}
        }
    }
    let finished = async { while connections.join_next().await.is_some() {} };
    // Dropping the set aborts the connections that have not finished by then.
    let _ = tokio::time::timeout(SHUTDOWN_GRACE, finished).await;
}

async fn serve_connection(stream: TcpStream, core: Arc<Core>) {
    // A small response must not wait for the peer's delayed acknowledgement.
    let _ = stream.set_nodelay(true);
    let reset = ResetSignal::default();
    let service = service_fn(|request| {
        let (core, reset) = (Arc::clone(&core), reset.clone());
        async move { respond(&core, request, &reset).await }
    });
    let mut connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // A connection that the peer aborts is not an error of the sandbox.
    let is_stopping = tokio::select! {
        _ = &mut connection => false,
        () = core.stopped() => true,
    };
    if is_stopping {
        Pin::new(&mut connection).graceful_shutdown();
        let _ = (&mut connection).await;
    }
    if reset.is_requested() {
        // Without lingering, closing the socket sends a reset. If the option cannot be set, the
        // peer sees a regular end.
        let _ = connection.into_parts().io.inner().set_zero_linger();
    }
}
