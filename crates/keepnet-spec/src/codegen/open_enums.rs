//! Texts with known values: types with a constant for each value.

use std::collections::BTreeSet;

use heck::ToShoutySnakeCase;
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use crate::{Contract, openapi};

/// A text with known values, and constants for those that clients of the service are known to use.
pub(super) fn open_enum(name: &Ident, contract: &Contract) -> TokenStream {
    let doc = format!("`{name}` of the contract.");
    let schema = contract.schema(&name.to_string());
    let values = schema.map(|schema| openapi::texts(schema, "x-known-values"));
    let values = values.unwrap_or_default();
    let constants = constant_names(&values).into_iter().zip(values);
    let constants = constants.map(|(constant, value)| {
        let constant = format_ident!("{constant}");
        quote!(#constant = #value)
    });
    quote! {
        crate::model::open_enum! { #[doc = #doc] #name { #(#constants),* } }
    }
}

/// A different name for each value; of two that would have one name, the second is numbered.
fn constant_names(values: &[&str]) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let names = values.iter().map(|value| {
        let name = constant_name(value);
        let mut free = name.clone();
        for number in 2.. {
            if taken.insert(free.clone()) {
                break;
            }
            free = format!("{name}_{number}");
        }
        free
    });
    names.collect()
}

/// `VERY_HIGH` for `VeryHigh`, `VALUE_2ND` for `2nd`, `EMPTY` for an empty text.
fn constant_name(value: &str) -> String {
    let name = value.to_shouty_snake_case();
    if value.is_empty() {
        return "EMPTY".to_owned();
    }
    let starts_with_letter = name.starts_with(char::is_alphabetic);
    if starts_with_letter && syn::parse_str::<Ident>(&name).is_ok() {
        return name;
    }
    let is_word = |char: &char| char.is_ascii_alphanumeric() || *char == '_';
    let words: String = name.chars().filter(is_word).collect();
    format!("VALUE_{words}").trim_end_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_a_constant_of_its_own() {
        let values = ["VeryHigh", "2nd", "", "very high", "+", "-", "Empty", "a.b"];
        let names = [
            "VERY_HIGH",
            "VALUE_2ND",
            "EMPTY",
            "VERY_HIGH_2",
            "VALUE",
            "VALUE_2",
            "EMPTY_2",
            "A_B",
        ];
        assert_eq!(constant_names(&values), names);
    }
}
