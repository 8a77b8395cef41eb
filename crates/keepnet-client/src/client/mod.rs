//! The connection, the clients of each scope, and the one way that all calls take to the service.

mod call_target;
mod dispatch;
mod handle;
mod request;
mod scoped_client;

pub use handle::Client;
pub use scoped_client::{
    CompanyClient, ForCompany, ResellerClient, ResellerWide, Scope, ScopedClient,
};

pub(crate) use call_target::CallTarget;
pub(crate) use dispatch::CallOptions;
pub(crate) use request::{RequestBody, RequestParts};
