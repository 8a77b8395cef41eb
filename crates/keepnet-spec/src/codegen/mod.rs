//! Bindings for some or all areas of the contract, as Rust source text.
//!
//! progenitor defines the types. This module writes the methods, which return a `Call`, and the code
//! that reads and writes the types: both compile faster than what progenitor and serde's derive
//! write, and the reading accepts deviations of the service.

mod generator_input;
mod macro_fields;
mod methods;
mod open_enums;
mod operation_table;
mod parameters;
mod progenitor;
mod records;
mod rust_names;
mod surface;

pub use surface::{FieldSurface, MethodSurface, Surface, TypeSurface};

use std::collections::BTreeSet;

use quote::quote;

use crate::{Contract, SpecError};
/// The source of the bindings.
#[derive(Debug, Clone)]
pub struct Bindings {
    /// The methods and types of the chosen areas.
    pub client: String,
    /// The table of all operations, whatever the chosen areas.
    pub operations: String,
    /// The same table for readers, in Markdown.
    pub operations_page: String,
    /// The number of methods in `client`.
    pub methods: usize,
    /// The number of types in `client`.
    pub types: usize,
}

/// Generates the bindings of some areas.
///
/// No name depends on which areas are chosen: every schema is a named component of the contract,
/// and every operation has its id there.
pub fn generate(contract: &Contract, areas: &BTreeSet<String>) -> Result<Bindings, SpecError> {
    let (file, types) = source(contract, areas)?;
    let mut operations = contract.operations();
    operations.retain(|operation| areas.contains(&operation.area));
    Ok(Bindings {
        methods: operations.len(),
        types,
        client: prettyplease::unparse(&file),
        operations: operation_table::source(contract),
        operations_page: operation_table::page(contract),
    })
}

/// The methods and types of some areas, and the number of the types.
fn source(contract: &Contract, areas: &BTreeSet<String>) -> Result<(syn::File, usize), SpecError> {
    rust_names::require_usable(contract)?;
    let methods = methods::generate(contract, areas)?;
    let types = records::generate(progenitor::generate(contract, areas)?, contract)?;
    let file = quote! {
        use crate::{Call, OPERATIONS, Scope, ScopedClient};

        #methods

        /// The types of parameters, requests and responses.
        pub mod types { #(#types)* }
    };
    let file =
        syn::parse2(file).map_err(|error| SpecError::generator("the generated code", error))?;
    Ok((file, types.len()))
}

#[cfg(test)]
mod tests;
