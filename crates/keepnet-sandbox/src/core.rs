//! The running sandbox: its settings, its state and its faults.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use crate::clock::Clock;
use crate::contract::ContractRecorder;
use crate::dialect::Dialect;
use crate::fault::{ActiveFaults, Fault};
use crate::rules::{Pace, Rules};
use crate::seed::{Seed, SeedError};
use crate::state::State;

/// The settings, which do not change after the start.
#[derive(Clone, Debug, Default)]
pub(crate) struct Settings {
    pub(crate) dialect: Dialect,
    pub(crate) pace: Pace,
    pub(crate) rules: Rules,
    pub(crate) clock: Clock,
    pub(crate) latency: Duration,
    /// The faults at the start, and again after a reset.
    pub(crate) faults: Vec<Fault>,
    pub(crate) seed: Seed,
}

#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) settings: Settings,
    pub(crate) contract: ContractRecorder,
    state: Mutex<State>,
    faults: Mutex<ActiveFaults>,
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
            state: Mutex::new(state),
            stopping: watch::Sender::new(false),
        }))
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn faults(&self) -> MutexGuard<'_, ActiveFaults> {
        self.faults.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Restores the seed and the faults of the start.
    pub(crate) fn reset(&self) -> Result<(), SeedError> {
        let fresh = State::from_seed(&self.settings.seed, self.settings.clock.now())?;
        self.state().reset_to(fresh);
        *self.faults() = ActiveFaults::new(&self.settings.faults);
        Ok(())
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
