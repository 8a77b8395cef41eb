//! Refuses names of the contract that Rust cannot have.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToSnakeCase;
use syn::{Ident, Item};

use crate::word_list::WordList;
use crate::{Contract, SpecError, openapi};

/// Names that the bindings and the client use for something else.
const RESERVED: WordList = WordList(
    "
    Box Call Client Default Download Envelope Form HashMap Map Option Page RawResponse Result Self
    String Timestamp Value Vec
    ",
);

/// Refuses a type whose name is taken or no name in Rust, and two fields of one name in Rust.
pub(super) fn require_usable(contract: &Contract) -> Result<(), SpecError> {
    let bases = [openapi::ENVELOPE, openapi::PAGE];
    for (name, schema) in contract.types() {
        if bases.contains(&name.as_str()) {
            continue;
        }
        if RESERVED.contains(name) || syn::parse_str::<Ident>(name).is_err() {
            let problem = format!(
                "{name} is no name for a type in Rust or is taken; pin a different name in names.lock"
            );
            return Err(SpecError::generator(name, problem));
        }
        let mut fields: BTreeMap<String, &String> = BTreeMap::new();
        for (field, _) in openapi::members(schema, "/properties") {
            if let Some(twin) = fields.insert(field.to_snake_case(), field) {
                let problem = format!("its fields {twin} and {field} have one name in Rust");
                return Err(SpecError::generator(name, problem));
            }
            if !field.contains(char::is_alphanumeric) {
                let problem = format!("its field {field:?} has no name in Rust");
                return Err(SpecError::generator(name, problem));
            }
        }
    }
    Ok(())
}

/// Refuses a type that the generator has not defined as a structure of its name.
pub(super) fn require_defined(
    types: &[Item],
    contract: &Contract,
    wanted: &BTreeSet<String>,
) -> Result<(), SpecError> {
    let defined: BTreeSet<String> = types
        .iter()
        .filter_map(|item| match item {
            Item::Struct(item) => Some(item.ident.to_string()),
            _ => None,
        })
        .collect();
    let bases = [openapi::ENVELOPE, openapi::PAGE];
    let mut names = contract.types().map(|(name, _)| name);
    let missing = names.find(|name| {
        wanted.contains(*name) && !bases.contains(&name.as_str()) && !defined.contains(*name)
    });
    match missing {
        None => Ok(()),
        Some(name) => Err(SpecError::generator(
            name,
            "the generator makes no structure of it; write it in a simpler way in a pass, or pin a different name in names.lock",
        )),
    }
}
