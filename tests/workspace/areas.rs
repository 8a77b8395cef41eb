//! The areas of the client: a choice of areas changes no name and no shape.

use keepnet_spec::{Contract, codegen};
use quote::ToTokens;
use std::collections::{BTreeMap, BTreeSet};

use crate::{decisions, read};

/// The public items of some bindings: types with their fields, methods with their signatures.
fn items(contract: &Contract, areas: &[&str]) -> BTreeMap<String, String> {
    let wanted: BTreeSet<String> = areas.iter().map(|area| (*area).to_owned()).collect();
    declared(&codegen::generate(contract, &wanted).unwrap().client)
}

/// The public items of some bindings' source.
pub(crate) fn declared(source: &str) -> BTreeMap<String, String> {
    let mut items = BTreeMap::new();
    for item in syn::parse_file(source).unwrap().items {
        match item {
            syn::Item::Mod(module) => {
                for item in module.content.into_iter().flat_map(|(_, items)| items) {
                    let text = item.to_token_stream().to_string();
                    match item {
                        syn::Item::Struct(item) => {
                            items.insert(format!("type {}", item.ident), text);
                        }
                        // How a type is read and written, and the texts with known values.
                        syn::Item::Macro(item) => {
                            let call = item.mac.path.segments.last().unwrap();
                            let tokens = item.mac.tokens.into_iter();
                            let name = tokens
                                .map(|token| token.to_string())
                                .find(|token| token.starts_with(char::is_alphabetic));
                            items.insert(format!("{} {}", call.ident, name.unwrap()), text);
                        }
                        _ => {}
                    }
                }
            }
            syn::Item::Impl(block) if block.trait_.is_none() => {
                let of = block.self_ty.to_token_stream().to_string();
                for method in block.items {
                    if let syn::ImplItem::Fn(method) = method {
                        items.insert(
                            format!("{of} {}", method.sig.ident),
                            method.sig.to_token_stream().to_string(),
                        );
                    }
                }
            }
            _ => {}
        }
    }
    items
}

#[test]
fn names_and_shapes_do_not_depend_on_the_areas() {
    let contract = Contract::parse(&read("keepnet-api-spec.json")).unwrap();
    let areas = decisions().areas;
    let all = items(&contract, &areas.names());
    assert_eq!(
        all.keys()
            .filter(|name| name.starts_with("ScopedClient < S > "))
            .count(),
        contract.operations().len()
    );
    let defaults: Vec<&str> = areas.defaults().iter().map(String::as_str).collect();
    let mut seen = BTreeSet::new();
    for chosen in areas
        .names()
        .into_iter()
        .map(|area| vec![area])
        .chain([defaults])
    {
        let items = items(&contract, &chosen);
        assert!(!items.is_empty(), "{chosen:?}");
        for (name, shape) in items {
            assert_eq!(all.get(&name), Some(&shape), "{name} of {chosen:?}");
            seen.insert(name);
        }
    }
    assert_eq!(seen.len(), all.len(), "every item belongs to an area");
}

#[test]
fn generating_twice_gives_the_same_bytes() {
    let contract = Contract::parse(&read("keepnet-api-spec.json")).unwrap();
    let wanted: BTreeSet<String> = decisions().areas.defaults().iter().cloned().collect();
    let first = codegen::generate(&contract, &wanted).unwrap();
    let second = codegen::generate(&contract, &wanted).unwrap();
    assert!(first.client == second.client && first.operations == second.operations);
}
