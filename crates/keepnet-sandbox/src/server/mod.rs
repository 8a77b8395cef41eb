//! The HTTP server: connections, routing, authorization, and the sandbox's own paths.

mod controls;
mod dispatch;
mod exchange;
mod inspection;
mod request_wait;
mod router;
mod serve;

pub(crate) use controls::restore;
pub(crate) use inspection::inspect;
pub use request_wait::WaitError;
pub(crate) use request_wait::wait_for_requests;
pub(crate) use serve::serve;
