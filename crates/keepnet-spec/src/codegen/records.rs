//! The generated types: plain fields, and code that reads them tolerantly and writes them.
//!
//! serde's derive is most of the build cost of a large binding, and it needs an attribute for each
//! field that is read tolerantly; so both directions are written out here, and only the one that a
//! type travels in.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::{Field, Fields, FieldsNamed, Ident, Item, LitStr, Type};

use super::open_enums::open_enum;
use super::progenitor::{first_argument, last_word};
use crate::word_list::WordList;
use crate::{Contract, SpecError, directions::Directions};

/// Scalars that the service writes in more than one way: numbers as text, text as numbers.
const SCALARS: WordList = WordList("String bool f32 f64 i32 i64");

/// Scalars that a number or truth value in a program already is, so that a conversion of them would
/// only make `1` and `0.5` ambiguous.
const PLAIN_SCALARS: WordList = WordList("bool f32 f64 i32 i64");

/// The types of the generator with our code for reading and writing.
pub(super) fn generate(
    items: Vec<Item>,
    contract: &Contract,
) -> Result<Vec<TokenStream>, SpecError> {
    // Over all areas: what a type can do must not depend on those that are compiled in.
    let directions = Directions::of(contract.document());
    let records: BTreeSet<String> = items.iter().filter_map(record_name).collect();
    let structures = items.iter().filter_map(|item| match item {
        Item::Struct(structure) => Some(structure),
        _ => None,
    });
    let types = structures.map(|structure| match &structure.fields {
        Fields::Named(fields) => record(&structure.ident, fields, &directions, &records),
        Fields::Unnamed(fields) => {
            let inner = fields.unnamed.first().and_then(|it| last_word(&it.ty));
            Ok(match inner.as_deref() {
                Some("String") => open_enum(&structure.ident, contract),
                _ => structure.to_token_stream(),
            })
        }
        Fields::Unit => Ok(TokenStream::new()),
    });
    types.collect()
}

fn record_name(item: &Item) -> Option<String> {
    match item {
        Item::Struct(structure) if matches!(structure.fields, Fields::Named(_)) => {
            Some(structure.ident.to_string())
        }
        _ => None,
    }
}

/// A type with fields, its reading if it is received, its writing and its setters if it is sent.
fn record(
    name: &Ident,
    fields: &FieldsNamed,
    directions: &Directions,
    records: &BTreeSet<String>,
) -> Result<TokenStream, SpecError> {
    let members = fields
        .named
        .iter()
        .map(Member::of)
        .collect::<syn::Result<Vec<_>>>();
    let members = members.map_err(|error| SpecError::generator(name.to_string(), error))?;
    let doc = format!("`{name}` of the contract.");
    let fields = members
        .iter()
        .map(|Member { ident, ty, .. }| quote!(pub #ident: #ty));
    // Debug shows the name of the type alone: the fields may hold people's data. A literal of the type
    // would break with each field that the service adds, so other crates cannot write one.
    let mut record = quote! {
        #[doc = #doc]
        #[derive(Clone, Default)]
        #[non_exhaustive]
        pub struct #name { #(#fields),* }

        crate::model::hide_fields! { #name }
    };
    let is_sent = directions.sent.contains(&name.to_string());
    let is_received = directions.received.contains(&name.to_string());
    if is_received || !is_sent {
        // A missing value is distinguished from an empty one only where the field is optional.
        if let Some(member) = members.iter().find(|it| !it.may_be_missing()) {
            let place = format!("{name}.{}", member.wire);
            let problem = "a field that is received must be optional";
            return Err(SpecError::generator(place, problem));
        }
        let arms = members.iter().map(|member| {
            let (Member { wire, ident, .. }, reader) = (member, member.reader());
            quote!(#wire => value.#reader(&mut self.#ident)?)
        });
        record.extend(quote! {
            crate::model::received! { #name(self, field, value) { #(#arms),* } }
        });
    }
    if is_sent || !is_received {
        let writes = members.iter().map(|member| {
            let (Member { wire, ident, .. }, writer) = (member, member.writer());
            quote!(fields.#writer(#wire, &self.#ident)?)
        });
        record.extend(quote! {
            crate::model::sent! { #name(self, fields) { #(#writes),* } }
        });
        let setters = members.iter().map(|member| member.setter(records));
        record.extend(quote! {
            crate::model::setters! { #name { #(#setters)* } }
        });
    }
    Ok(record)
}

struct Member<'a> {
    ident: &'a Option<Ident>,
    ty: &'a Type,
    /// The name on the wire.
    wire: String,
    is_left_out_when_empty: bool,
}

impl<'a> Member<'a> {
    /// Fails where an attribute of serde says more than the generator's usual ones.
    fn of(field: &'a Field) -> syn::Result<Member<'a>> {
        let mut member = Member {
            ident: &field.ident,
            ty: &field.ty,
            wire: field.ident.to_token_stream().to_string(),
            is_left_out_when_empty: false,
        };
        for attribute in field.attrs.iter().filter(|it| it.path().is_ident("serde")) {
            attribute.parse_nested_meta(|meta| {
                let value = meta.value().and_then(|value| value.parse::<LitStr>());
                let value = value.map(|text| text.value());
                match meta.path.to_token_stream().to_string().as_str() {
                    "rename" => member.wire = value?,
                    "skip_serializing_if" => {
                        member.is_left_out_when_empty = value?.ends_with("::is_empty");
                    }
                    "default" | "deserialize_with" => {}
                    _ => return Err(meta.error("a field has an attribute that is not understood")),
                }
                Ok(())
            })?;
        }
        Ok(member)
    }

    fn outer(&self) -> String {
        last_word(self.ty).unwrap_or_default()
    }

    fn may_be_missing(&self) -> bool {
        ["Option", "Vec", "HashMap"].contains(&self.outer().as_str())
    }

    /// How the field is read: a scalar from any JSON type that holds one, null as an empty list.
    fn reader(&self) -> Ident {
        let inner = first_argument(self.ty).and_then(last_word);
        match self.outer().as_str() {
            "Option" if inner.is_some_and(|inner| SCALARS.contains(&inner)) => {
                format_ident!("read_scalar")
            }
            "Option" => format_ident!("read"),
            _ => format_ident!("read_list"),
        }
    }

    /// How a request is given the value: under the name of the field, without the `Some` that says
    /// that the value is sent.
    fn setter(&self, records: &BTreeSet<String>) -> TokenStream {
        let is_optional = self.outer() == "Option";
        let inner = first_argument(self.ty).filter(|_| is_optional);
        let inner = inner.unwrap_or(self.ty);
        // A method `default` would hide the one that makes an empty request.
        let method = match self.ident {
            Some(ident) if ident == "default" => Some(format_ident!("default_")),
            ident => ident.clone(),
        };
        let kind = last_word(inner).unwrap_or_default();
        let is_plain = PLAIN_SCALARS.contains(&kind) || records.contains(&kind);
        let (ty, value) = match is_plain {
            true => (quote!(#inner), quote!(value)),
            false => (quote!(impl Into<#inner>), quote!(value.into())),
        };
        let field = self.ident;
        let value = match is_optional {
            true => quote!(::std::option::Option::Some(#value)),
            false => value,
        };
        let is_required = !is_optional && !self.is_left_out_when_empty;
        let doc = is_required.then(|| quote!(#[doc = "Required by the contract."]));
        quote!(#doc #method(value: #ty) #field = #value;)
    }

    fn writer(&self) -> Ident {
        match self.outer().as_str() {
            "Option" => format_ident!("put_optional"),
            _ if self.is_left_out_when_empty => format_ident!("put_list"),
            _ => format_ident!("put"),
        }
    }
}
