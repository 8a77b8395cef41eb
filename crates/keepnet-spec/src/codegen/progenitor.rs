//! Runs progenitor and takes from its output what the bindings keep: types and signatures.

use std::collections::BTreeMap;

use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle, TagStyle};
use syn::{FnArg, GenericArgument, ImplItem, Item, Pat, PathArguments, ReturnType, Type};

use super::generator_input::Input;
use crate::SpecError;

/// What progenitor makes of a slice of the contract.
pub(super) struct Generated {
    pub(super) types: Vec<Item>,
    /// By the name of the method, which is the id of the operation.
    pub(super) methods: BTreeMap<String, Signature>,
}

/// The signature of a method.
pub(super) struct Signature {
    /// Path and query parameters in the order of the generator, and the body as `body`.
    pub(super) parameters: Vec<(String, Type)>,
    /// What the method returns on success, such as `ByteStream` or `Envelope<…>`.
    pub(super) result: Type,
}

pub(super) fn generate(input: &Input) -> Result<Generated, SpecError> {
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
    let mut generated = Generated {
        types: Vec::new(),
        methods: BTreeMap::new(),
    };
    for item in file.items {
        match item {
            Item::Mod(module) if module.ident == "types" => {
                generated.types = module.content.map(|(_, items)| items).unwrap_or_default();
            }
            Item::Impl(block) if block.trait_.is_none() => {
                let functions = block.items.into_iter().filter_map(|item| match item {
                    ImplItem::Fn(function) if function.sig.asyncness.is_some() => {
                        Some(function.sig)
                    }
                    _ => None,
                });
                generated
                    .methods
                    .extend(functions.filter_map(|it| signature(&it)));
            }
            _ => {}
        }
    }
    Ok(generated)
}

fn signature(of: &syn::Signature) -> Option<(String, Signature)> {
    let parameters = of.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(typed) => match &*typed.pat {
            Pat::Ident(name) => Some((name.ident.to_string(), (*typed.ty).clone())),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    });
    let ReturnType::Type(_, result) = &of.output else {
        return None;
    };
    // Result<ResponseValue<T>, Error<()>>
    let result = first_argument(first_argument(result)?)?.clone();
    Some((
        of.ident.to_string(),
        Signature {
            parameters: parameters.collect(),
            result,
        },
    ))
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
