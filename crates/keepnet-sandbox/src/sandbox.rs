//! Starting and stopping a sandbox inside a program.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::clock::Clock;
#[cfg(feature = "contract")]
use crate::contract::ContractReport;
use crate::dialect::Dialect;
use crate::fault::Fault;
use crate::held::Held;
use crate::inspection::{self, RecordedRequest};
use crate::rules::{Pace, Rules};
use crate::seed::{Seed, SeedError};
use crate::server::{self, Core, Settings};
use crate::state::World;

/// A running sandbox. Dropping it stops it, too.
#[derive(Debug)]
pub struct Sandbox {
    core: Arc<Core>,
    url: String,
    serving: Option<JoinHandle<()>>,
}

impl Sandbox {
    /// A sandbox with the built-in seed, on a free port, in the observed dialect.
    pub fn builder() -> Builder {
        Builder::default()
    }

    /// Where it listens, such as `http://127.0.0.1:40123`, without a trailing slash.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// What it holds: companies with their user counts and e-mail addresses, transactions, jobs,
    /// counters. The same as `GET /_sandbox/state`.
    pub fn state(&self) -> Value {
        inspection::state(&self.core.world(), &self.core.settings)
    }

    /// The requests it received, oldest first; of very many, the latest 100,000.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.core.world().requests.iter().cloned().collect()
    }

    /// Sets a fault from now on. The same as `POST /_sandbox/faults`.
    pub fn add_fault(&self, fault: Fault) {
        self.core.faults().add(fault);
    }

    /// The faults that are set, in the order in which they were.
    pub fn faults(&self) -> Vec<Fault> {
        self.core.faults().faults().cloned().collect()
    }

    /// Takes all faults away.
    pub fn clear_faults(&self) {
        self.core.faults().clear();
    }

    /// Gives what [`Builder::validate_against_contract`] found since the start or the last time, and forgets
    /// it.
    #[cfg(feature = "contract")]
    pub fn take_contract_report(&self) -> ContractReport {
        self.core.held.take()
    }

    /// Stops accepting, lets the answers under way finish for up to 2 s, and returns.
    pub async fn shutdown(mut self) {
        self.core.stop();
        if let Some(serving) = self.serving.take() {
            // The task ends by itself; were it to panic, there would be nothing left to stop.
            let _ = serving.await;
        }
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        self.core.stop();
        if let Some(serving) = &self.serving {
            serving.abort();
        }
        #[cfg(feature = "contract")]
        if !std::thread::panicking() {
            self.core.held.take().assert_no_violations();
        }
    }
}

/// How a sandbox is to be started.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Builder {
    dialect: Dialect,
    pace: Pace,
    rules: Rules,
    clock: Clock,
    latency: Duration,
    port: u16,
    seed: Option<Seed>,
    users: Vec<(String, usize)>,
    faults: Vec<Fault>,
    #[cfg(feature = "contract")]
    held: bool,
}

impl Builder {
    /// Which face of the service to show. Default: observed.
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.dialect = dialect;
        self
    }

    /// How fast jobs move. Default: with each poll.
    pub fn pace(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self
    }

    /// Other answers to the questions that nobody has settled.
    pub fn rules(mut self, rules: Rules) -> Self {
        self.rules = rules;
        self
    }

    /// Where to read the time. Default: the system.
    pub fn clock(mut self, now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.clock = Clock::new(now);
        self
    }

    /// How long to wait before each answer. Default: not at all.
    pub fn latency(mut self, latency: Duration) -> Self {
        self.latency = latency;
        self
    }

    /// The port on `127.0.0.1`; 0, the default, takes a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// What to start with. Default: [`Seed::built_in`].
    pub fn seed(mut self, seed: Seed) -> Self {
        self.seed = Some(seed);
        self
    }

    /// Adds so many made-up users to the company with this name or id.
    pub fn users(mut self, company: impl Into<String>, count: usize) -> Self {
        self.users.push((company.into(), count));
        self
    }

    /// Sets a fault from the start; the order counts where two exclude each other.
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Holds every request that is accepted, and every answer, against the contract. A sandbox that
    /// is dropped with violations that nobody took panics, so that the test
    /// fails that caused them; answers that a fault made up do not count.
    #[cfg(feature = "contract")]
    pub fn validate_against_contract(mut self) -> Self {
        self.held = true;
        self
    }

    /// Binds the port and starts to serve on the current tokio runtime.
    ///
    /// # Errors
    ///
    /// If the seed does not hold together, or the port is taken.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        let mut seed = self.seed.unwrap_or_else(Seed::built_in);
        for (company, count) in &self.users {
            seed.add_made_up_users(company, *count)?;
        }
        let world = World::new(&seed, self.clock.now())?;
        let settings = Settings {
            dialect: self.dialect,
            pace: self.pace,
            rules: self.rules,
            clock: self.clock,
            latency: self.latency,
            faults: self.faults,
            seed,
        };
        let bind = |source| StartError::Bind {
            port: self.port,
            source,
        };
        let listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, self.port)))
            .await
            .map_err(bind)?;
        let url = format!("http://{}", listener.local_addr().map_err(bind)?);
        #[cfg(feature = "contract")]
        let held = if self.held {
            Held::on()
        } else {
            Held::default()
        };
        #[cfg(not(feature = "contract"))]
        let held = Held::default();
        let core = Core::new(settings, world, held);
        let serving = tokio::spawn(server::serve(listener, Arc::clone(&core)));
        Ok(Sandbox {
            core,
            url,
            serving: Some(serving),
        })
    }
}

/// Why a sandbox did not start.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// The port could not be bound.
    #[error(
        "cannot listen on 127.0.0.1:{port}; is another sandbox running? Choose another port, or 0 for a free one"
    )]
    Bind {
        /// The port that was asked for.
        port: u16,
        /// What the system said.
        source: std::io::Error,
    },
    /// The seed does not hold together.
    #[error(transparent)]
    Seed(#[from] SeedError),
}
