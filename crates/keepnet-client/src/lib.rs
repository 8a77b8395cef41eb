//! Raw client of the Keepnet REST API: one method per operation, generated from the contract, and
//! the run time those methods share.
//!
//! ```no_run
//! # async fn demo() -> Result<(), keepnet_client::Error> {
//! use keepnet_client::{Client, ClientConfig, CompanyId, Credentials};
//!
//! let client = Client::connect(ClientConfig::new(Credentials::new("id", "secret"))).await?;
//! let acme = client.for_company(&CompanyId::new("xC5kfGz7w2Nz")?);
//! # let _ = acme; Ok(())
//! # }
//! ```
//!
//! A generated method returns `progenitor_client::Error<()>`, which knows neither the company nor
//! the number of tries; wrap each call in [`open`], [`open_optional`], [`open_plain`] or
//! [`Download::open`] to get an [`Error`] a person can act on.
//!
//! # TLS
//!
//! The client brings rustls with the pure-Rust provider graviola and the platform's trust store,
//! and touches no process-wide default. Graviola needs an x86-64 or AArch64 processor with AES
//! instructions (most since 2014); where it cannot run, or where another provider is wanted,
//! install one with `rustls::crypto::CryptoProvider::install_default` before building the client.

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
mod operation;
mod random;
mod retry;

#[cfg(test)]
mod tests;

pub use auth::TokenInfo;
pub use body::{ByteStream, CompletenessCheck, Download, FilePart, Form};
pub use call::{Call, CallFuture, CallWithResponse, RawResponse, ResponseInfo};
pub use client::Client;
pub use clock::{Clock, ManualClock, SystemClock};
pub use company::{CompanyId, CompanyRef, InvalidCompanyId};
pub use config::{ClientConfig, Credentials, Timeouts};
pub use contract::{CONTRACT, Contract};
pub use error::{Error, ErrorKind, FailedCall, redact};
pub use generated::{path, query, types};
pub use model::{DateOrder, Envelope, Page, Timestamp, tolerant};
pub use operation::{OPERATIONS, Operation, Safety, Transfer, Wrapping};
pub use random::{Random, SeededRandom, SystemRandom};
pub use retry::{Concurrency, RetryPolicy};

/// Every operation of the API, whatever areas are compiled in: its method, its path, the cargo
/// feature that brings it, and how far it may be repeated.
///
#[doc = include_str!(concat!(env!("OUT_DIR"), "/operations.md"))]
pub mod operations {}
