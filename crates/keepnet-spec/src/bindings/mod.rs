//! Bindings for some or all areas of the contract, as Rust source text.
//!
//! progenitor turns the slice into types and methods; what it cannot express is added by the same
//! naming: multipart operations, generic envelopes and pages, and the table of operations.

mod forms;
mod generator_input;
mod polish;
mod table;

use progenitor_impl::{GenerationSettings, Generator, HooksMode, InterfaceStyle, TagStyle};
use std::collections::BTreeSet;

use crate::{Contract, SpecError};

/// The source of the bindings.
#[derive(Debug, Clone)]
pub struct Bindings {
    /// The client with the methods and types of the chosen areas.
    pub client: String,
    /// The table of all operations, whatever the chosen areas.
    pub operations: String,
}

/// Generates the bindings of the areas that `wanted` names.
///
/// No name depends on which areas are wanted: every schema is a named component of the contract,
/// and every operation has its id there.
pub fn generate(contract: &Contract, wanted: &BTreeSet<String>) -> Result<Bindings, SpecError> {
    let input = generator_input::of(contract, wanted)?;
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_tag(TagStyle::Merged)
        .with_hooks(HooksMode::Expected)
        .with_inner_type(quote::quote!(crate::Session));
    for (component, rust) in &input.replacements {
        settings.with_replacement(component, rust, std::iter::empty());
    }
    let tokens = Generator::new(&settings)
        .generate_tokens(&input.document)
        .map_err(|error| refused("the contract", error))?;
    let mut file = syn::parse2(tokens).map_err(|error| refused("the generated code", error))?;
    polish::polish(&mut file, contract);
    forms::add(&mut file, contract, wanted)?;
    Ok(Bindings {
        client: prettyplease::unparse(&file),
        operations: table::of(contract),
    })
}

fn refused(place: &str, error: impl std::fmt::Display) -> SpecError {
    SpecError::Generator {
        place: place.to_owned(),
        problem: error.to_string(),
    }
}

#[cfg(test)]
mod tests;
