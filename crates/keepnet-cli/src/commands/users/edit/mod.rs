//! Changing users: a file for each verb.

pub(super) mod activate;
pub(super) mod deactivate;
pub(super) mod delete;
pub(super) mod update;
