//! From the published Keepnet OpenAPI document to the contract.
//!
//! Everything here is a pure function of its inputs: this crate knows neither HTTP nor the
//! file system. `cargo xtask regen` reads and writes the files; the build script of
//! `keepnet-client` uses the bindings generator (feature `generate`).
//!
//! ```text
//! published text --read--> document --normalize--> Contract --codegen--> bindings
//!                                                      \--operation_list, shape_pages (for review)
//! ```
//!
//! # Layers
//!
//! A module uses the modules of the lines below its own, and no others.
//!
//! ```text
//! diff  operation_list  shapes
//! codegen  normalize
//! contract  directions  names
//! safety
//! areas  canonical  openapi  provenance  read  sentences
//! error  word_list
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]
#![cfg_attr(
    not(feature = "generate"),
    allow(dead_code, reason = "the generator and the comparison use the rest")
)]

mod areas;
mod canonical;
#[cfg(feature = "generate")]
pub mod codegen;
mod contract;
#[cfg(feature = "generate")]
pub mod diff;
mod directions;
mod error;
mod names;
pub mod normalize;
mod openapi;
#[cfg(feature = "generate")]
mod operation_list;
mod provenance;
mod read;
mod safety;
mod sentences;
#[cfg(feature = "generate")]
mod shapes;
mod word_list;

pub use areas::Areas;
pub use canonical::to_canonical_json;
pub use contract::{Contract, Operation};
#[cfg(feature = "generate")]
pub use diff::{ContractDiff, EditorialChanges};
pub use error::SpecError;
pub use names::NamesLock;
pub use normalize::{Decisions, MissingDecision, Normalized, PassHits, normalize};
#[cfg(feature = "generate")]
pub use operation_list::operation_list;
pub use provenance::Provenance;
pub use read::{Repair, read_leniently};
pub use safety::{RetryClasses, Safety};
pub use sentences::sentences;
#[cfg(feature = "generate")]
pub use shapes::shape_pages;

/// The program of the README, as a test.
#[cfg(all(doctest, feature = "generate"))]
#[doc = include_str!("../README.md")]
struct Readme;
