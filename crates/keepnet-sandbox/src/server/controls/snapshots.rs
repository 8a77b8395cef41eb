//! Snapshots of the data, and restoring them.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::api::import;
use crate::core::Core;
use crate::state::State;

/// Replaces the data by a copy, whose unfinished jobs go on.
pub(crate) fn restore(core: &Arc<Core>, copy: &State) {
    let mut state = core.state();
    state.restore(copy.clone());
    import::spawn_all(core, &state);
}

/// Keeps a snapshot and returns its id, which counts from 1.
pub(super) fn take(core: &Core) -> Value {
    let copy = core.state().clone_data();
    let mut snapshots = core.snapshots();
    snapshots.push(Arc::new(copy));
    json!({ "id": snapshots.len() })
}

/// Restores a snapshot of [`take`]; `false` if there is none with this id.
pub(super) fn restore_by_id(core: &Arc<Core>, id: &str) -> bool {
    let index: Option<usize> = id.parse().ok();
    let snapshots = core.snapshots();
    let snapshot = index
        .and_then(|id| snapshots.get(id.checked_sub(1)?))
        .cloned();
    drop(snapshots);
    if let Some(snapshot) = &snapshot {
        restore(core, snapshot);
    }
    snapshot.is_some()
}
