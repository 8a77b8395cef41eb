//! The connection, the clients of each scope, and the one way that all calls take to the service.
//!
//! # How a call runs
//!
//! A call starts when its future is polled for the first time, and runs in a Tokio task of its own
//! from then on: whatever it holds (a permit, a connection, a timer) is in that task and never in a
//! future that its caller may have stopped to poll. So a program may start a call, do something else,
//! and come back; other calls do not wait for it. When the future of the call is dropped, the task is
//! aborted.
//!
//! In the task, a call
//!
//! 1. waits for a token, together with all other calls that need one,
//! 2. waits in the queue for a permit ([`Concurrency`](crate::Concurrency)),
//! 3. sends one request, under the limits of [`Timeouts`](crate::Timeouts), and reads the response.
//!    A message is read to its end; of a file only the head, so that a download holds no permit,
//! 4. gives the permit back, and either ends or waits before the next try
//!    ([`RetryPolicy`](crate::RetryPolicy)).
//!
//! The renewal of a token runs in a task as well. While the old token is valid nobody waits for it.
//!
//! A permit is held during step 3, and while the token is renewed where it ended in the queue;
//! time-outs bound both. Therefore the queue always moves on.

mod call_target;
mod dispatch;
mod handle;
mod headers;
mod request;
mod scoped_client;
mod tries;

pub use handle::Client;
pub use scoped_client::{
    CompanyClient, ForCompany, ResellerClient, ResellerWide, Scope, ScopedClient,
};

pub(crate) use call_target::CallTarget;
pub(crate) use dispatch::CallOptions;
pub(crate) use request::{RequestBody, RequestParts};
