//! The running sandbox: its settings, its state and its faults.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;

use crate::clock::Clock;
use crate::contract::ContractRecorder;
use crate::dialect::Dialect;
use crate::fault::{ActiveFaults, Fault};
use crate::rules::{Pace, Rules};
use crate::seed::{Seed, SeedError};
use crate::state::{RecordedRequest, State};
use crate::test_double::{Expectations, Stubs};

/// The settings, which do not change after the start.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    pub(crate) dialect: Dialect,
    pub(crate) pace: Pace,
    pub(crate) rules: Rules,
    pub(crate) clock: Clock,
    pub(crate) latency: Duration,
    /// Whether responses are compressed for clients that accept it.
    pub(crate) compresses: bool,
    /// The faults at the start, and again after a reset.
    pub(crate) faults: Vec<Fault>,
    pub(crate) seed: Seed,
    /// Whether the query, headers and body of each request are kept.
    pub(crate) record_content: bool,
    /// Whether an operation that the sandbox does not have is answered from the contract.
    pub(crate) answer_all: bool,
}

#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) settings: Settings,
    pub(crate) contract: ContractRecorder,
    /// Background jobs run on it.
    pub(crate) runtime: Handle,
    state: Mutex<State>,
    faults: Mutex<ActiveFaults>,
    stubs: Mutex<Stubs>,
    expectations: Mutex<Expectations>,
    /// Those that were taken over HTTP.
    snapshots: Mutex<Vec<Arc<State>>>,
    /// Told when a request was recorded.
    recorded: watch::Sender<()>,
    stopping: watch::Sender<bool>,
}

impl Core {
    pub(crate) fn new(
        settings: Settings,
        contract: ContractRecorder,
    ) -> Result<Arc<Self>, SeedError> {
        let state = State::from_seed(&settings.seed, settings.clock.now())?;
        Ok(Arc::new(Self {
            faults: Mutex::new(ActiveFaults::new(&settings.faults)),
            settings,
            contract,
            runtime: Handle::current(),
            state: Mutex::new(state),
            stubs: Mutex::default(),
            expectations: Mutex::default(),
            snapshots: Mutex::default(),
            recorded: watch::Sender::new(()),
            stopping: watch::Sender::new(false),
        }))
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, ActiveFaults> {
        lock(&self.faults)
    }

    pub(crate) fn stubs(&self) -> MutexGuard<'_, Stubs> {
        lock(&self.stubs)
    }

    pub(crate) fn expectations(&self) -> MutexGuard<'_, Expectations> {
        lock(&self.expectations)
    }

    pub(crate) fn snapshots(&self) -> MutexGuard<'_, Vec<Arc<State>>> {
        lock(&self.snapshots)
    }

    /// The expectations that do not hold, each as one line; all expectations are removed.
    pub(crate) fn take_unmet_expectations(&self) -> Vec<String> {
        let mut expectations = self.expectations();
        let unmet = expectations.unmet();
        expectations.clear();
        unmet
    }

    /// Whether the query, the headers and the body of a request are needed, by the record, a stub or
    /// an expectation.
    pub(crate) fn needs_content(&self) -> bool {
        self.settings.record_content
            || self.stubs().need_content()
            || self.expectations().need_content()
    }

    /// Restores the seed and the faults of the start, and removes stubs and expectations.
    pub(crate) fn reset(&self) -> Result<(), SeedError> {
        let fresh = State::from_seed(&self.settings.seed, self.settings.clock.now())?;
        self.state().reset_to(fresh);
        *self.faults() = ActiveFaults::new(&self.settings.faults);
        self.stubs().clear();
        self.expectations().clear();
        Ok(())
    }

    pub(crate) fn record(&self, request: RecordedRequest) {
        self.state().record(request);
        self.recorded.send_replace(());
    }

    /// Changes when a request was recorded.
    pub(crate) fn recorded(&self) -> watch::Receiver<()> {
        self.recorded.subscribe()
    }

    pub(crate) fn stop(&self) {
        self.stopping.send_replace(true);
    }

    /// Completes when the sandbox stops.
    pub(crate) async fn stopped(&self) {
        let mut stopping = self.stopping.subscribe();
        // The sender lives as long as `self`, so waiting cannot fail.
        let _ = stopping.wait_for(|stopping| *stopping).await;
    }
}

/// A panic of another thread leaves the data as it was after its last complete change.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
