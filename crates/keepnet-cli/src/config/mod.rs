mod context;
mod options;
mod profile;
mod proxy;
mod sandbox_clock;

pub(crate) use context::Context;
pub(crate) use options::GlobalOptions;
