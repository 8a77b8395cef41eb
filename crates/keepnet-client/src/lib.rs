//! Raw client of the Keepnet REST API: one method per operation, generated from the contract, and
//! the run time that those methods share.
//!
//! ```no_run
//! # async fn demo() -> Result<(), keepnet_client::Error> {
//! use keepnet_client::{Client, ClientConfig, CompanyId, Credentials, types};
//!
//! let client = Client::connect(ClientConfig::new(Credentials::new("id", "secret"))).await?;
//! let acme = client.for_company(&CompanyId::new("xC5kfGz7w2Nz")?);
//!
//! let request = types::TargetUserSearchRequest::default().page_number(1).page_size(100);
//! let page = acme.search_target_users(&request).await?;
//! for user in page.results {
//!     println!("{}", user.email.unwrap_or_default());
//! }
//! # Ok(()) }
//! ```
//!
//! # Scopes
//!
//! A [`Client`] is the connection and has no operations. [`Client::for_company`] gives those within one
//! customer, [`Client::reseller_wide`] those without a company; the two have different types.
//!
//! # Calls
//!
//! Every method returns a [`Call`], which is sent when it is awaited. It gives the data, taken out of
//! its envelope, or an [`Error`]: one line that says what happened and what to do. A response that
//! reports a failure is an error, also where its HTTP status is 200. The options of one call (a
//! deadline, no retry, a header, the response's metadata, a response that may be empty) are methods of
//! [`Call`]. Optional query parameters are set by name: `acme.get_x(id).is_public(true)`.
//!
//! A request body is built from its empty value with a setter for each field:
//! `types::TargetUserSearchRequest::default().page_number(1)`. The fields are public as well; one that
//! is not set is not sent, unless the contract requires it. The service adds fields with new versions,
//! therefore other crates cannot write a literal of a generated type:
//!
//! ```compile_fail,E0639
//! let request = keepnet_client::types::TargetUserSearchRequest {
//!     page_number: Some(1),
//!     ..Default::default()
//! };
//! ```
//!
//! Operations that take a form get a [`Form`]; the documentation of each method lists its fields.
//! Operations that return a file give a [`Download`].
//!
//! [`operations`] lists all operations of the API with the cargo feature that brings each, those of
//! features that are off included.
//!
//! # Tracing
//!
//! A call is a [`tracing`] span `keepnet` at level INFO with the fields `operation`, `method`, `path`
//! (the template), `company` and `request_id`; when it ends, `tries`, the `status` of the last response
//! and the kind of the `error` follow. Each try is a span `try` at level DEBUG with the field
//! `number`, and in it one event: `response` with `status` and `elapsed_ms`, or `no response` with
//! `failure` and `elapsed_ms`. Before a wait comes the event `trying again` with `tries` and `wait`. A
//! token request is an event of its own, `token request`, with `method`, `path`, `status` or
//! `failure`, and `elapsed_ms`. No span and no event holds a body, a query, a token or a secret.
//!
//! # TLS
//!
//! The client brings rustls with the pure-Rust provider graviola and the platform's trust store,
//! and touches no process-wide default. Graviola needs an x86-64 or AArch64 processor with AES
//! instructions (most since 2014); where it cannot run, or where another provider is wanted,
//! install one with `rustls::crypto::CryptoProvider::install_default` before building the client.
//!
//! # Layers
//!
//! A module uses the modules of the lines below its own, and no others.
//!
//! ```text
//! generated  operations
//! call
//! client
//! auth  body
//! http  model
//! config
//! observer
//! error
//! call_info
//! retry
//! clock  company  contract  operation  random
//! ```

mod auth;
mod body;
mod call;
mod call_info;
mod client;
pub mod clock;
mod company;
mod config;
mod contract;
mod error;
mod generated;
mod http;
mod model;
mod observer;
mod operation;
mod random;
mod retry;

#[cfg(test)]
mod tests;

pub use auth::TokenInfo;
pub use body::{ByteStream, CompletenessCheck, Download, FilePart, Form};
pub use call::{Call, CallFuture, CallWithResponse, RawResponse, ResponseInfo};
pub use client::{
    Client, CompanyClient, ForCompany, ResellerClient, ResellerWide, Scope, ScopedClient,
};
pub use clock::{Clock, ManualClock, SystemClock};
pub use company::{CompanyId, CompanyRef, InvalidCompanyId};
pub use config::{
    AccessToken, ClientConfig, Credentials, SignIn, Timeouts, TokenSource, TokenSourceError,
};
pub use contract::{CONTRACT, Contract};
pub use error::{Error, ErrorKind, FailedCall, redact};
pub use generated::{path, query, types};
pub use model::{DateOrder, Envelope, Page, Timestamp, tolerant};
pub use observer::{Observer, RequestInfo, RequestPhase, RequestWatch, TryInfo, TryResult, Wait};
pub use operation::{OPERATIONS, Operation, Safety, Transfer, Wrapping};
pub use random::{Random, SeededRandom, SystemRandom};
pub use retry::{Concurrency, RetryPolicy};

/// Every operation of the API, whatever areas are compiled in: its method, its path, the cargo
/// feature that brings it, and how far it may be repeated.
///
#[doc = include_str!(concat!(env!("OUT_DIR"), "/operations.md"))]
pub mod operations {}

/// The README, compiled as a test.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
