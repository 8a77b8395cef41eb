//! Settings: the global options, the environment and the profile, and the connection made from them.

mod context;
mod credentials;
mod environment;
mod folders;
mod options;
mod private_file;
mod profile;
mod proxy;
mod sandbox_clock;

pub(crate) use context::{Context, proxy_in_use};
pub(crate) use environment::Environment;
pub(crate) use folders::state_folder;
pub(crate) use options::GlobalOptions;
