//! The handlers of the operations, by the records that they are about.

pub(crate) mod allowed_domains;
pub(crate) mod auth;
pub(crate) mod clients;
pub(crate) mod companies;
pub(crate) mod custom_fields;
mod email;
mod export;
pub(crate) mod groups;
pub(crate) mod import;
pub(crate) mod jobs;
pub(crate) mod lookups;
pub(crate) mod roles;
pub(crate) mod scope;
pub(crate) mod system_users;
pub(crate) mod target_users;
mod validation;
