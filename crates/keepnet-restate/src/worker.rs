//! The worker: what the services share, and the endpoint that the engine calls.

use std::net::SocketAddr;
use std::sync::Arc;

use keepnet_flows::{ClientConfig, Error, ErrorKind, Reseller, Result};
use restate_sdk::prelude::{Endpoint, HttpServer};
use tokio::net::TcpListener;

use crate::{Files, KeepnetCompany, KeepnetFleet, KeepnetSchedule};

/// A process that runs the services of this crate when the engine calls it.
///
/// Any number of workers can serve one engine behind one address; see `docs/durable-engine.md`. Whoever
/// reaches a worker can make it write, so let only the engine reach it, or set an
/// [identity key](Worker::identity_key).
#[derive(Debug)]
pub struct Worker {
    reseller: Reseller,
    files: Files,
    identity_key: Option<String>,
}

impl Worker {
    /// Checks the settings; nothing is sent before a call of the engine.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] for unusable settings.
    pub fn new(config: &ClientConfig, files: Files) -> Result<Worker> {
        Ok(Worker {
            reseller: Reseller::new(config)?,
            files,
            identity_key: None,
        })
    }

    /// Refuses calls that are not signed with the private key of this public key of the engine, such as
    /// `publickeyv1_…`. Default: all calls are taken.
    #[must_use]
    pub fn identity_key(mut self, key: impl Into<String>) -> Worker {
        self.identity_key = Some(key.into());
        self
    }

    /// The services as an endpoint, for a server of your own.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] if the identity key cannot be used.
    pub fn endpoint(self) -> Result<Endpoint> {
        let mut builder = Endpoint::builder();
        if let Some(key) = &self.identity_key {
            builder = builder.identity_key(key).map_err(|error| {
                let problem = format!("the identity key cannot be used: {error}");
                Error::new(ErrorKind::Config, problem)
            })?;
        }
        let company = KeepnetCompany::new(Arc::new(self.reseller), self.files);
        let endpoint = builder.bind(company).bind(KeepnetFleet);
        Ok(endpoint.bind(KeepnetSchedule).build())
    }

    /// Serves until `stop` completes, and then for up to 10 s until the connections are closed. What is
    /// interrupted continues in another worker, or in this one when it runs again. `started` gets the
    /// address when the worker listens.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Config`] if the identity key cannot be used, [`ErrorKind::Io`] if the address cannot
    /// be listened at.
    pub async fn serve(
        self,
        address: SocketAddr,
        started: impl FnOnce(SocketAddr),
        stop: impl Future<Output = ()>,
    ) -> Result<()> {
        let endpoint = self.endpoint()?;
        let listening = async {
            let listener = TcpListener::bind(address).await?;
            let address = listener.local_addr()?;
            Ok((listener, address))
        };
        let (listener, address) = listening.await.map_err(|error: std::io::Error| {
            let problem = format!("the worker cannot listen at {address}");
            Error::new(ErrorKind::Io, problem).with_source(error)
        })?;
        started(address);
        let server = HttpServer::new(endpoint);
        server.serve_with_cancel(listener, stop).await;
        Ok(())
    }
}
