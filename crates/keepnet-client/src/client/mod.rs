//! The client handle, and the one way that all calls take to the service.

mod dispatch;
mod handle;
mod request;

pub use handle::Client;

pub(crate) use dispatch::CallOptions;
pub(crate) use request::{RequestBody, RequestParts};
