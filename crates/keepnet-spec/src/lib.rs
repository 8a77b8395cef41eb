//! From the published Keepnet OpenAPI document to the contract.
//!
//! Everything here is a pure function of its inputs: this crate knows neither HTTP nor the
//! file system. `cargo xtask regen` reads and writes the files; the build script of
//! `keepnet-client` uses the bindings generator (feature `generate`).
//!
//! ```text
//! published text --read--> document --passes--> Contract --slice--> bindings
//!                                                  \--surface (one line per operation)
//! ```
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used))]

#[cfg(feature = "generate")]
pub mod bindings;
mod canonical;
mod contract;
mod direction;
pub mod drift;
mod error;
mod names;
pub mod passes;
mod provenance;
mod read;
mod safety;
mod shapes;
mod slices;
mod surface;
mod walk;

pub use canonical::to_canonical_json;
pub use contract::{Contract, Operation};
pub use drift::{Drift, Editorial};
pub use error::SpecError;
pub use names::lock::NamesLock;
pub use passes::{Bite, Decisions, Normalised, normalise};
pub use provenance::Provenance;
pub use read::{Repair, read_leniently};
pub use safety::Safety;
pub use shapes::{shape_pages, shapes};
pub use slices::Areas;
pub use surface::surface;
