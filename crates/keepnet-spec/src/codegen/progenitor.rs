//! Runs progenitor and takes the types from its output.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle, TagStyle};
use syn::{GenericArgument, Item, PathArguments, Type};

use super::generator_input::GeneratorInput;
use super::rust_names::require_defined;
use crate::{Contract, SpecError};

/// The types that some areas of the contract need.
pub(super) fn generate(
    contract: &Contract,
    areas: &BTreeSet<String>,
) -> Result<Vec<Item>, SpecError> {
    let problem = match types_of(GeneratorInput::of_areas(contract, areas)) {
        Ok(types) => {
            require_defined(&types, contract, &GeneratorInput::reached(contract, areas))?;
            return Ok(types);
        }
        Err(problem) => problem,
    };
    // The generator does not say which schema it refuses: the first one that it refuses alone.
    let mut names = contract.types().map(|(name, _)| name);
    let culprit = names.find(|name| types_of(GeneratorInput::of_type(contract, name)).is_err());
    let place = culprit.map_or("the contract", String::as_str);
    Err(SpecError::generator(place, problem))
}

fn types_of(input: Result<GeneratorInput, String>) -> Result<Vec<Item>, String> {
    let input = input?;
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_tag(TagStyle::Merged);
    for (component, rust) in &input.replacements {
        settings.with_replacement(component, rust, std::iter::empty());
    }
    // The generator panics at some schemas.
    let tokens = catch_unwind(AssertUnwindSafe(|| {
        Generator::new(&settings).generate_tokens(&input.document)
    }));
    let tokens = tokens.map_err(|_| "it has no type in Rust".to_owned())?;
    let file: syn::File = tokens
        .map_err(|error| error.to_string())
        .and_then(|tokens| syn::parse2(tokens).map_err(|error| error.to_string()))?;
    let types = file.items.into_iter().find_map(|item| match item {
        Item::Mod(module) if module.ident == "types" => module.content,
        _ => None,
    });
    Ok(types.map(|(_, items)| items).unwrap_or_default())
}

/// `T` of `Name<T, …>`.
pub(super) fn first_argument(of: &Type) -> Option<&Type> {
    let Type::Path(path) = of else {
        return None;
    };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else {
        return None;
    };
    arguments.args.iter().find_map(|argument| match argument {
        GenericArgument::Type(inner) => Some(inner),
        _ => None,
    })
}

/// The last word of a path, such as `Option` of `::std::option::Option<T>`.
pub(super) fn last_word(of: &Type) -> Option<String> {
    match of {
        Type::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
        _ => None,
    }
}
