//! Runs progenitor and takes from its output what the bindings keep: types and arguments.

use std::collections::BTreeMap;

use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle, TagStyle};
use syn::{FnArg, GenericArgument, ImplItem, Item, Pat, PathArguments, Type};

use super::generator_input::GeneratorInput;
use crate::SpecError;

/// The types of the arguments of a method by their names; the body is named `body`.
pub(super) type Arguments = BTreeMap<String, Type>;

/// The output of progenitor for some areas of the contract.
#[derive(Default)]
pub(super) struct Generated {
    pub(super) types: Vec<Item>,
    /// By the name of the method, which is the id of the operation.
    pub(super) arguments: BTreeMap<String, Arguments>,
}

pub(super) fn generate(input: &GeneratorInput) -> Result<Generated, SpecError> {
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_tag(TagStyle::Merged);
    for (component, rust) in &input.replacements {
        settings.with_replacement(component, rust, std::iter::empty());
    }
    let tokens = Generator::new(&settings)
        .generate_tokens(&input.document)
        .map_err(|error| SpecError::generator("the contract", error))?;
    let file: syn::File =
        syn::parse2(tokens).map_err(|error| SpecError::generator("the generated code", error))?;
    let mut generated = Generated::default();
    for item in file.items {
        match item {
            Item::Mod(module) if module.ident == "types" => {
                generated.types = module.content.map(|(_, items)| items).unwrap_or_default();
            }
            Item::Impl(block) if block.trait_.is_none() => {
                for item in block.items {
                    if let ImplItem::Fn(method) = item {
                        let arguments = method.sig.inputs.into_iter().filter_map(argument);
                        let name = method.sig.ident.to_string();
                        generated.arguments.insert(name, arguments.collect());
                    }
                }
            }
            _ => {}
        }
    }
    Ok(generated)
}

fn argument(input: FnArg) -> Option<(String, Type)> {
    match input {
        FnArg::Typed(typed) => match *typed.pat {
            Pat::Ident(name) => Some((name.ident.to_string(), *typed.ty)),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    }
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
