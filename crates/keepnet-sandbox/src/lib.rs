//! A stand-in for the Keepnet REST API on loopback: stateful, with real files and real jobs.
//!
//! It parses the workbook it is sent, runs the mapping job in the background, keeps the preview
//! rows, imports asynchronously, and pages, filters, sorts and exports what it holds. Client tests
//! and a first command can run an import end to end without a tenant, and without a network beyond
//! `127.0.0.1`.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! use keepnet_sandbox::{Dialect, Sandbox};
//!
//! let sandbox = Sandbox::builder().dialect(Dialect::Observed).users("Acme LLC", 1000).start().await?;
//! assert!(sandbox.url().starts_with("http://127.0.0.1:"));
//! sandbox.shutdown().await;
//! # Ok::<(), keepnet_sandbox::StartError>(())
//! # }).unwrap();
//! ```
//!
//! What goes wrong with a service goes wrong here on request: see [`Fault`]. Faults are set when a
//! sandbox is built, on the command line, and while it runs: `POST /_sandbox/faults` with
//! `{ "faults": ["status=503,count=2"] }` adds some, `GET` lists them with how often each has
//! struck, `DELETE` takes them away. An operation that the sandbox does not have answers 501 and
//! names it.
//!
//! With the feature `contract`, `Builder::validate_against_contract` validates every request that is taken
//! and every answer by the JSON Schemas of the contract.
//!
//! Nothing is shared with the client crates: both are held against the contract, so they cannot
//! make one mistake together. What nobody knows about the service is a switch in [`Rules`], with
//! its default stated there.

mod auth;
mod clients;
mod clock;
pub mod command;
mod companies;
#[cfg(feature = "contract")]
mod contract;
mod controls;
mod custom_fields;
mod delivery;
mod dialect;
mod email;
mod envelope;
mod fault;
mod fields;
mod filter;
mod groups;
mod held;
mod import;
mod inspection;
mod jobs;
mod lookups;
mod operations;
mod paging;
mod reference;
mod request;
mod resource_id;
mod router;
mod rules;
mod sandbox;
mod scope;
mod seed;
mod server;
mod spreadsheet;
mod state;
mod system_users;
mod target_users;

#[cfg(feature = "contract")]
pub use contract::{ContractReport, Direction, Violation};
pub use dialect::{Dialect, UnknownDialect};
pub use fault::{Fault, InvalidFault};
pub use inspection::RecordedRequest;
pub use rules::{Pace, Rules};
pub use sandbox::{Builder, Sandbox, StartError};
pub use seed::{Client, Company, CustomField, Role, Seed, SeedError, User};
