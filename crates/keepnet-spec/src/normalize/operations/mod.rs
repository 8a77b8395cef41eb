//! The passes that change operations: bodies, responses, ids and areas.

pub(super) mod areas;
pub(super) mod bodies_required;
pub(super) mod disputed_responses;
pub(super) mod downloads;
pub(super) mod media_types;
pub(super) mod operation_ids;
pub(super) mod restore_bodies;
pub(super) mod undeclared_errors;
