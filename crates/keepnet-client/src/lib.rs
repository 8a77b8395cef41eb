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

mod answer;
mod budget;
mod call;
mod claims;
pub mod clock;
mod company;
mod config;
mod contract;
mod credentials;
mod download;
mod envelope;
mod error;
mod exchange;
mod form;
mod generated;
mod hook;
mod in_flight;
mod open;
mod operation;
mod outgoing;
mod page;
mod random;
mod retry;
mod session;
mod timestamp;
mod token;
pub mod tolerant;
mod transport;

#[cfg(test)]
mod tests;

pub use call::Call;
pub use claims::TokenInfo;
pub use clock::{Clock, ManualClock, SystemClock};
pub use company::{CompanyId, CompanyRef, InvalidCompanyId};
pub use config::{ClientConfig, Timeouts};
pub use contract::{CONTRACT, Contract};
pub use credentials::Credentials;
pub use download::{Download, Ending};
pub use envelope::Envelope;
pub use error::{Error, ErrorKind, FailedCall, redact};
pub use form::{FilePart, Form};
pub use generated::{Client, OPERATIONS, types};
pub use in_flight::Concurrency;
pub use open::{open, open_optional, open_plain};
pub use operation::{Operation, Safety, Transfer};
pub use page::Page;
pub use progenitor_client::{ByteStream, Error as RawError, ResponseValue};
pub use random::{Random, SeededRandom, SystemRandom};
pub use retry::RetryPolicy;
pub use session::Session;
pub use timestamp::{DateOrder, Timestamp};
