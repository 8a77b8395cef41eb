//! The HTTP server: connections, routing, authorization, and the sandbox's own paths.

mod controls;
mod dispatch;
mod exchange;
mod inspection;
mod router;
mod serve;

pub(crate) use controls::restore;
pub(crate) use inspection::inspect;
pub(crate) use serve::serve;
