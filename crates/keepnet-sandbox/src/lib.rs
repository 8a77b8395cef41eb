//! A local sandbox of the Keepnet REST API: an HTTP server on loopback with state, real files and
//! background jobs.
//!
//! It parses the uploaded workbook, runs the mapping job in the background, keeps the preview rows,
//! imports asynchronously, and pages, filters, sorts and exports its records. Tests and first
//! programs can run an import from end to end without a tenant, and without a network beyond
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
//! [`Fault`]s are injected when a sandbox is built, on the command line, and while it runs:
//! `POST /_sandbox/faults` with `{ "faults": ["status=503,count=2"] }` adds some, `GET` lists them
//! with the number of calls that each was applied to, and `DELETE` removes all. An operation that the
//! sandbox does not have returns 501 with its name.
//!
//! With the feature `contract`, `Builder::validate_against_contract` validates every accepted request
//! and every response with the JSON Schemas of the contract.
//!
//! The sandbox shares no types with the client crates, so that both cannot make the same mistake: each
//! is validated against the contract. Behaviour of the service that is unknown is a switch in
//! [`Rules`], with its default stated there.
//!
//! # Layers
//!
//! A module uses the modules of the lines below its own, and no others.
//!
//! ```text
//! command
//! sandbox
//! server
//! operations
//! api
//! route
//! call
//! search  core
//! http
//! test_double
//! state
//! fault  spreadsheet  reference  seed
//! contract  resource_id  rules
//! dialect
//! clock
//! ```

mod api;
mod call;
mod clock;
#[cfg(feature = "command")]
pub mod command;
mod contract;
mod core;
mod dialect;
mod fault;
mod http;
mod operations;
mod reference;
mod resource_id;
mod route;
mod rules;
mod sandbox;
mod search;
mod seed;
mod server;
mod spreadsheet;
mod state;
mod test_double;

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

#[cfg(feature = "contract")]
pub use contract::{ContractReport, Direction, Violation};
pub use contract::{FieldPlace, RequestField, UnknownOperation, request_fields};
pub use dialect::{Dialect, UnknownDialect};
pub use fault::{Fault, InvalidFault};
pub use rules::{MonthlyFigure, Pace, Rules};
pub use sandbox::{Builder, Sandbox, Snapshot, StartError};
pub use seed::{
    Client, Company, CompanyGroup, CustomField, Role, Seed, SeedError, SystemUser, User,
};
pub use server::WaitError;
pub use state::{RecordedRequest, RequestContent};
pub use test_double::{Answer, RequestPattern, Times};
