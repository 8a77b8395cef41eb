//! Bindings for some or all areas of the contract, as Rust source text.
//!
//! progenitor reads the operations and defines the types. This module writes the methods, which
//! return a `Call`, and the code that reads and writes the types: both compile faster than what
//! progenitor and serde's derive write, and the reading accepts deviations of the service.

mod generator_input;
mod methods;
mod operation_table;
mod progenitor;
mod records;

use std::collections::BTreeSet;

use quote::quote;

use crate::{Contract, SpecError};
use generator_input::GeneratorInput;

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
    let generated = progenitor::generate(&GeneratorInput::new(contract, areas)?)?;
    let methods = methods::generate(contract, areas, &generated.arguments)?;
    let types = records::generate(generated.types, contract)?;
    let file = quote! {
        use crate::{Call, OPERATIONS, Scope, ScopedClient};

        #methods

        /// The types of parameters, requests and responses.
        pub mod types { #(#types)* }
    };
    let file =
        syn::parse2(file).map_err(|error| SpecError::generator("the generated code", error))?;
    let mut operations = contract.operations();
    operations.retain(|operation| areas.contains(&operation.area));
    Ok(Bindings {
        methods: operations.len(),
        types: types.len(),
        client: prettyplease::unparse(&file),
        operations: operation_table::source(contract),
        operations_page: operation_table::page(contract),
    })
}

#[cfg(test)]
mod tests;
