//! Bindings for some or all areas of the contract, as Rust source text.
//!
//! progenitor reads the operations and makes the types; the methods, which return a `Call`, and the
//! reading and writing of the types are written here: leaner to compile, and tolerant.

mod generator_input;
mod methods;
mod operation_table;
mod progenitor;
mod records;

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
}

/// Generates the bindings of the areas that `wanted` names.
///
/// No name depends on which areas are wanted: every schema is a named component of the contract,
/// and every operation has its id there.
pub fn generate(contract: &Contract, wanted: &BTreeSet<String>) -> Result<Bindings, SpecError> {
    let input = generator_input::of(contract, wanted)?;
    let generated = progenitor::generate(&input)?;
    let methods = methods::of(contract, wanted, &generated.methods)?;
    let types = records::of(generated.types, contract)?;
    let file = quote! {
        use crate::{Call, Client, OPERATIONS};

        #methods

        /// The types of parameters, requests and responses.
        pub mod types { #(#types)* }
    };
    let file =
        syn::parse2(file).map_err(|error| SpecError::generator("the generated code", error))?;
    Ok(Bindings {
        client: prettyplease::unparse(&file),
        operations: operation_table::source(contract),
        operations_page: operation_table::page(contract),
    })
}

#[cfg(test)]
mod tests;
