//! Background jobs: advancing mappings and imports, by themselves and with each poll.

use std::sync::{Arc, Weak};
use std::time::Duration;

use super::{import_run, mapping_run};
use crate::call::Call;
use crate::core::{Core, Settings};
use crate::resource_id::ResourceId;
use crate::rules::Pace;
use crate::state::State;

/// A job that is not polled advances in this interval.
const UNPOLLED_INTERVAL: Duration = Duration::from_millis(100);

#[derive(Clone, Copy, Debug)]
pub(crate) enum BackgroundJob {
    /// The mapping of this transaction.
    Mapping(ResourceId),
    /// The import with this job id.
    Import(ResourceId),
}

/// Advances a job in intervals until it is done, or the sandbox is reset or stopped.
pub(super) fn spawn(core: &Arc<Core>, state: &State, job: BackgroundJob) {
    let interval = match core.settings.pace {
        Pace::Polled => UNPOLLED_INTERVAL,
        Pace::Every(interval) => interval,
    };
    let generation = state.generation;
    let runtime = core.runtime.clone();
    // A job must not keep a stopped sandbox alive.
    let core = Arc::downgrade(core);
    runtime.spawn(async move {
        loop {
            tokio::time::sleep(interval).await;
            if !advance_generation(&core, generation, job) {
                break;
            }
        }
    });
}

/// Starts to advance the jobs of a restored state that are not done.
pub(crate) fn spawn_all(core: &Arc<Core>, state: &State) {
    for id in state.transactions.keys() {
        spawn(core, state, BackgroundJob::Mapping(*id));
    }
    for job in state.jobs.iter().filter(|job| !job.status.is_final()) {
        spawn(core, state, BackgroundJob::Import(job.id));
    }
}

/// Advances the imports to their end at once.
pub(crate) fn finish_imports(state: &mut State, settings: &Settings) {
    let jobs = state.jobs.iter().filter(|job| !job.status.is_final());
    for id in jobs.map(|job| job.id).collect::<Vec<_>>() {
        while advance(state, settings, BackgroundJob::Import(id)) {}
    }
}

/// Advances a job by one step because it was polled, if the pace is [`Pace::Polled`].
pub(crate) fn advance_polled(state: &mut State, call: &Call, job: BackgroundJob) {
    if call.core.settings.pace == Pace::Polled {
        advance(state, &call.core.settings, job);
    }
}

fn advance_generation(core: &Weak<Core>, generation: u64, job: BackgroundJob) -> bool {
    let Some(core) = core.upgrade() else {
        return false;
    };
    let mut state = core.state();
    state.generation == generation && advance(&mut state, &core.settings, job)
}

/// Advances a job by one step, and returns whether there is more to do.
fn advance(state: &mut State, settings: &Settings, job: BackgroundJob) -> bool {
    match job {
        BackgroundJob::Mapping(id) => mapping_run::advance(state, id, &settings.rules),
        BackgroundJob::Import(id) => import_run::advance(state, id, settings),
    }
}
