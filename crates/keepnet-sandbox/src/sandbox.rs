//! Starting and stopping a sandbox in a program.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::api::import;
use crate::clock::Clock;
#[cfg(feature = "contract")]
use crate::contract::ContractReport;
use crate::contract::{ContractRecorder, ContractSettings};
use crate::core::{Core, Settings};
use crate::dialect::Dialect;
use crate::fault::Fault;
use crate::rules::{Pace, Rules};
use crate::seed::{Seed, SeedError};
use crate::server::{self, WaitError};
use crate::state::{RecordedRequest, State};
use crate::test_double::Answer;
use crate::test_double::RequestPattern;
use crate::test_double::Times;

/// A running sandbox. It stops when it is dropped.
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

    /// Its address, such as `http://127.0.0.1:40123`, without a trailing slash.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its state: companies with their user counts and e-mail addresses, transactions, jobs,
    /// counters. The same as `GET /_sandbox/state`.
    pub fn state(&self) -> Value {
        server::inspect(&self.core.state(), &self.core.settings)
    }

    /// The ids and the names of its companies.
    #[cfg(feature = "command")]
    pub(crate) fn companies(&self) -> Vec<(String, String)> {
        let state = self.core.state();
        let companies = state.companies.iter();
        companies
            .map(|company| (company.id.clone(), company.name.clone()))
            .collect()
    }

    /// The requests that it received, oldest first; at most the latest 100,000. They have their
    /// query, headers and body if [`Builder::record_content`] is set.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.core.state().requests.iter().cloned().collect()
    }

    /// Waits until at least this many requests of this pattern were received and answered, and returns
    /// all of them, oldest first. Those that came before the call count, too, as far as
    /// [`Self::requests`] has them. Dropping the future ends the wait. The same as
    /// `POST /_sandbox/wait-for-requests`.
    ///
    /// A test waits with it for what its program does in the background, in place of a pause.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// use std::time::Duration;
    /// use keepnet_sandbox::{RequestPattern, Sandbox};
    ///
    /// let sandbox = Sandbox::builder().start().await?;
    /// let upload = RequestPattern::of("upload_target_users")?;
    /// let error = sandbox.wait_for_requests(upload, 1, Duration::from_millis(1)).await.unwrap_err();
    /// assert!(error.to_string().contains("received 0"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    ///
    /// # Errors
    ///
    /// [`WaitError::Missing`] with what was received, if the requests did not come within `limit`.
    /// [`WaitError::ContentNotRecorded`] at once, if the pattern has a condition on
    /// the query, a header or the body, and [`Builder::record_content`] is not set.
    pub async fn wait_for_requests(
        &self,
        pattern: RequestPattern,
        at_least: usize,
        limit: Duration,
    ) -> Result<Vec<RecordedRequest>, WaitError> {
        server::wait_for_requests(&self.core, pattern, at_least, limit).await
    }

    /// Adds a fault, which applies from now on. The same as `POST /_sandbox/faults`.
    pub fn add_fault(&self, fault: Fault) {
        self.core.faults().add(fault);
    }

    /// The active faults, in the order in which they were added.
    pub fn faults(&self) -> Vec<Fault> {
        self.core.faults().faults().cloned().collect()
    }

    /// Removes all faults. The same as `DELETE /_sandbox/faults`.
    pub fn clear_faults(&self) {
        self.core.faults().clear();
    }

    /// Answers the requests of this pattern in place of the operation, from now on. A stub sees a
    /// request after its token and its company were checked. Of two stubs, the one that was added
    /// last answers. The same as `POST /_sandbox/stubs`.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// use keepnet_sandbox::{Answer, RequestPattern, Sandbox};
    ///
    /// let sandbox = Sandbox::builder().start().await?;
    /// let pattern = RequestPattern::of("POST /api/companies/teams-app/check")?;
    /// sandbox.stub(pattern, Answer::error(409, "The app is not installed").times(1));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    pub fn stub(&self, pattern: RequestPattern, answer: Answer) {
        self.core.stubs().add(pattern, answer);
    }

    /// Expects requests of this pattern, from now on, this often. [`Self::verify`] checks it, and so
    /// does dropping the sandbox. A request counts when it is received, whatever its response is. The
    /// same as `POST /_sandbox/expectations`.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
    /// use keepnet_sandbox::{RequestPattern, Sandbox};
    ///
    /// let sandbox = Sandbox::builder().start().await?;
    /// sandbox.expect(RequestPattern::of("search_target_users")?.in_company("xC5kfGz7w2Nz"), ..=2);
    /// sandbox.expect(RequestPattern::of("POST /api/target-users")?, 0);
    /// sandbox.verify();
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// # }).unwrap();
    /// ```
    pub fn expect(&self, pattern: RequestPattern, times: impl Into<Times>) {
        self.core.expectations().add(pattern, times.into());
    }

    /// Asserts that each expectation holds, and removes all of them.
    ///
    /// # Panics
    ///
    /// If an expectation does not hold. The message says what was expected, how often it was received,
    /// and in what the nearest request differs; it contains no value of a query, header or body.
    #[track_caller]
    pub fn verify(&self) {
        let unmet = self.core.take_unmet_expectations();
        assert!(unmet.is_empty(), "{}", unmet.join("\n"));
    }

    /// Removes all expectations without a check. The same as `DELETE /_sandbox/expectations`.
    pub fn clear_expectations(&self) {
        self.core.expectations().clear();
    }

    /// Advances all import jobs to their end at once, so that a test does not wait for them. The same
    /// as `POST /_sandbox/finish-imports`.
    pub fn finish_imports(&self) {
        import::finish_imports(&mut self.core.state(), &self.core.settings);
    }

    /// Restores the data, the faults and the counters of the start, and removes the recorded requests,
    /// the stubs and the expectations. Tokens remain valid. The same as `POST /_sandbox/reset`.
    ///
    /// # Errors
    ///
    /// If the seed is inconsistent, which [`Builder::start`] has excluded.
    pub fn reset(&self) -> Result<(), SeedError> {
        self.core.reset()
    }

    /// A copy of the data, for [`Self::restore`]. Recorded requests, faults, stubs and expectations
    /// are not in it. It takes time and memory in proportion to the data: 0.4 s and 400 MB for a
    /// million users.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot(Arc::new(self.core.state().clone_data()))
    }

    /// Replaces the data by a snapshot, whose unfinished jobs go on. Tokens remain valid. Recorded
    /// requests, faults, stubs and expectations remain.
    pub fn restore(&self, snapshot: &Snapshot) {
        server::restore(&self.core, &snapshot.0);
    }

    /// Returns what [`Builder::validate_against_contract`] found since the start or the last call,
    /// and starts a new report.
    #[cfg(feature = "contract")]
    pub fn take_contract_report(&self) -> ContractReport {
        self.core.contract.take()
    }

    /// Stops accepting connections, waits up to 2 s for the responses in progress, and returns.
    pub async fn shutdown(mut self) {
        self.core.stop();
        if let Some(serving) = self.serving.take() {
            // The task ends by itself. If it panicked, there is nothing left to stop.
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
        if std::thread::panicking() {
            return;
        }
        self.verify();
        #[cfg(feature = "contract")]
        self.core.contract.take().assert_no_violations();
    }
}

/// The data of a sandbox at one moment.
#[derive(Clone)]
pub struct Snapshot(Arc<State>);

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot").finish_non_exhaustive()
    }
}

/// The settings of a sandbox to start.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Builder {
    settings: Settings,
    address: Option<IpAddr>,
    port: u16,
    users: Vec<(String, usize)>,
    contract: ContractSettings,
}

impl Builder {
    /// The dialect. Default: observed.
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.settings.dialect = dialect;
        self
    }

    /// How fast jobs advance. Default: with each poll.
    pub fn pace(mut self, pace: Pace) -> Self {
        self.settings.pace = pace;
        self
    }

    /// The behaviour where the service is unknown. Default: [`Rules::default`].
    pub fn rules(mut self, rules: Rules) -> Self {
        self.settings.rules = rules;
        self
    }

    /// The source of the time. Default: the system clock.
    pub fn clock(mut self, now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        self.settings.clock = Clock::new(now);
        self
    }

    /// The delay of each response. Default: none.
    pub fn latency(mut self, latency: Duration) -> Self {
        self.settings.latency = latency;
        self
    }

    /// Compresses each response with gzip if the client accepts it. Default: none is compressed, because
    /// it is not known whether the service does.
    pub fn compress_responses(mut self) -> Self {
        self.settings.compresses = true;
        self
    }

    /// The address to listen on. Default: `127.0.0.1`. On another address, everybody who can reach it
    /// can read and change the data; the sandbox has no TLS.
    pub fn bind(mut self, address: IpAddr) -> Self {
        self.address = Some(address);
        self
    }

    /// The port; 0, the default, takes a free one.
    pub fn port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    /// The initial data. Default: [`Seed::built_in`].
    pub fn seed(mut self, seed: Seed) -> Self {
        self.settings.seed = seed;
        self
    }

    /// Generates `count` users in the company with this name or id.
    pub fn users(mut self, company: impl Into<String>, count: usize) -> Self {
        self.users.push((company.into(), count));
        self
    }

    /// Adds a fault, which applies from the start. Of two faults that exclude each other, the one
    /// that was added first counts.
    pub fn fault(mut self, fault: Fault) -> Self {
        self.settings.faults.push(fault);
        self
    }

    /// Answers the operations that the sandbox does not have with a response that is made from the
    /// contract: the shape is right, the values are made up, nothing is stored, and the header
    /// `x-keepnet-sandbox` says so. Default: 501 with the name of the operation.
    pub fn answer_all_operations(mut self) -> Self {
        self.settings.answer_all = true;
        self
    }

    /// Keeps the query, the headers and the body of each request, for [`Sandbox::requests`] and
    /// `GET /_sandbox/requests`. A body is kept up to its first MiB, without limit on their number
    /// up to the 100,000 recorded requests. Secrets are left out. Default: not kept, because they are
    /// people's data and take memory.
    pub fn record_content(mut self) -> Self {
        self.settings.record_content = true;
        self
    }

    /// Validates every request that the sandbox accepts, and every response, against the contract. A
    /// sandbox that is dropped while violations are not taken panics, so that the test that caused
    /// them fails. Responses that an injected fault replaced are not validated.
    #[cfg(feature = "contract")]
    pub fn validate_against_contract(mut self) -> Self {
        self.contract.validates = true;
        self
    }

    /// Refuses a request whose JSON body breaks the contract with 400; the texts of the error name each
    /// place and rule. Known deviations of the service are accepted. Default: such a request is
    /// handled as the service is known to handle it.
    #[cfg(feature = "contract")]
    pub fn refuse_invalid_requests(mut self) -> Self {
        self.contract.refuses_invalid = true;
        self
    }

    /// Binds the port and starts to serve on the current tokio runtime.
    ///
    /// # Errors
    ///
    /// If the seed is inconsistent, or the port is in use.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        let mut settings = self.settings;
        for (company, count) in &self.users {
            settings.seed.add_made_up_users(company, *count)?;
        }
        let core = Core::new(settings, ContractRecorder::new(self.contract))?;
        let address = self.address.unwrap_or(Ipv4Addr::LOCALHOST.into());
        let address = SocketAddr::new(address, self.port);
        let bind = |source| StartError::Bind { address, source };
        let listener = TcpListener::bind(address).await;
        let listener = listener.map_err(bind)?;
        let url = format!("http://{}", listener.local_addr().map_err(bind)?);
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
    /// The address cannot be bound.
    #[error(
        "cannot listen on {address}; is another sandbox running? Choose another port, or 0 for a free one"
    )]
    Bind {
        /// The requested address.
        address: SocketAddr,
        /// The error of the operating system.
        source: std::io::Error,
    },
    /// The seed is inconsistent.
    #[error(transparent)]
    Seed(#[from] SeedError),
}
