//! The generated types: plain fields, and code that reads them tolerantly and writes them.
//!
//! serde's derive is most of the build cost of a large binding, and it needs an attribute for each
//! field that is read tolerantly; so both directions are written out here, and only the one that a
//! type travels in.

use heck::ToShoutySnakeCase;
use quote::{format_ident, quote};
use syn::{Expr, ExprLit, Field, Fields, Item, ItemStruct, Lit, Meta, parse_quote};

use super::progenitor::{first_argument, last_word};
use crate::word_list::WordList;
use crate::{Contract, SpecError, directions::Directions, openapi};

/// Scalars that the service writes in more than one way: numbers as text, text as numbers.
const SCALARS: WordList = WordList("String bool f32 f64 i32 i64");

/// The types of the generator with our code for reading and writing.
pub(super) fn generate(items: Vec<Item>, contract: &Contract) -> Result<Vec<Item>, SpecError> {
    // Over all areas: what a type can do must not depend on those that are compiled in.
    let directions = Directions::of(contract.document());
    let mut types = Vec::new();
    for item in items {
        let Item::Struct(structure) = item else {
            continue;
        };
        let name = structure.ident.to_string();
        match &structure.fields {
            Fields::Named(fields) => {
                let fields = fields.named.iter().map(Member::of);
                let record = Record {
                    structure: &structure,
                    fields: fields.collect::<Option<Vec<_>>>().ok_or_else(|| {
                        SpecError::generator(
                            &name,
                            "a field has an attribute that is not understood",
                        )
                    })?,
                };
                types.push(record.definition());
                types.push(record.debug());
                if !directions.is_only_sent(&name) {
                    record.check_optional()?;
                    types.push(record.reading());
                }
                if !directions.is_only_received(&name) {
                    types.push(record.writing());
                }
            }
            Fields::Unnamed(inner) => {
                let is_text = inner.unnamed.first().and_then(|it| last_word(&it.ty));
                types.push(match is_text.as_deref() {
                    Some("String") => open_enum(&structure, contract),
                    _ => Item::Struct(structure),
                });
            }
            Fields::Unit => {}
        }
    }
    Ok(types)
}

struct Record<'a> {
    structure: &'a ItemStruct,
    fields: Vec<Member<'a>>,
}

struct Member<'a> {
    field: &'a Field,
    /// The name on the wire.
    wire: String,
    is_left_out_when_empty: bool,
}

impl<'a> Member<'a> {
    /// `None` where an attribute says more than the generator's usual ones.
    fn of(field: &'a Field) -> Option<Member<'a>> {
        let mut wire = field.ident.as_ref()?.to_string();
        let mut is_left_out_when_empty = false;
        for attribute in field.attrs.iter().filter(|it| it.path().is_ident("serde")) {
            let metas = attribute.parse_args_with(
                syn::punctuated::Punctuated::<Meta, syn::Token![,]>::parse_terminated,
            );
            for meta in metas.ok()? {
                let value = text_of(&meta);
                match meta.path().get_ident()?.to_string().as_str() {
                    "rename" => wire = value?,
                    "skip_serializing_if" => {
                        is_left_out_when_empty = value?.ends_with("::is_empty");
                    }
                    "default" | "deserialize_with" => {}
                    _ => return None,
                }
            }
        }
        Some(Member {
            field,
            wire,
            is_left_out_when_empty,
        })
    }

    fn outer(&self) -> Option<String> {
        last_word(&self.field.ty)
    }

    /// How the field is read: a scalar from any JSON type that holds one, null as an empty list.
    fn reader(&self) -> syn::Ident {
        let inner = first_argument(&self.field.ty).and_then(last_word);
        let is_scalar = inner.is_some_and(|inner| SCALARS.contains(&inner));
        let reader = match self.outer().as_deref() {
            Some("Option") if is_scalar => "read_scalar",
            Some("Option") => "read",
            _ => "read_list",
        };
        format_ident!("{reader}")
    }
}

fn text_of(meta: &Meta) -> Option<String> {
    match &meta.require_name_value().ok()?.value {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}

impl Record<'_> {
    fn definition(&self) -> Item {
        let name = &self.structure.ident;
        let doc = format!("`{name}` of the contract.");
        let fields = self.fields.iter().map(|member| {
            let (ident, ty) = (&member.field.ident, &member.field.ty);
            quote!(pub #ident: #ty)
        });
        parse_quote! {
            #[doc = #doc]
            #[derive(Clone, Default)]
            pub struct #name { #(#fields),* }
        }
    }

    /// The name of the type alone: the fields may hold people's data.
    fn debug(&self) -> Item {
        let name = &self.structure.ident;
        parse_quote! { crate::model::hide_fields! { #name } }
    }

    /// A missing value is told apart from an empty one only where the field is optional.
    fn check_optional(&self) -> Result<(), SpecError> {
        let must_be_there =
            |it: &&Member| !matches!(it.outer().as_deref(), Some("Option" | "Vec" | "HashMap"));
        let required = self.fields.iter().find(must_be_there);
        match required {
            None => Ok(()),
            Some(member) => {
                let place = format!("{}.{}", self.structure.ident, member.wire);
                Err(SpecError::generator(
                    place,
                    "a field that is received must be optional",
                ))
            }
        }
    }

    fn reading(&self) -> Item {
        let name = &self.structure.ident;
        let arms = self.fields.iter().map(|member| {
            let (wire, ident, reader) = (&member.wire, &member.field.ident, member.reader());
            quote!(#wire => value.#reader(&mut self.#ident)?)
        });
        parse_quote! {
            crate::model::received! { #name(self, field, value) { #(#arms),* } }
        }
    }

    fn writing(&self) -> Item {
        let name = &self.structure.ident;
        let writes = self.fields.iter().map(|member| {
            let (wire, ident) = (&member.wire, &member.field.ident);
            let write = match member.outer().as_deref() {
                Some("Option") => quote!(put_optional),
                _ if member.is_left_out_when_empty => quote!(put_list),
                _ => quote!(put),
            };
            quote!(fields.#write(#wire, &self.#ident)?)
        });
        parse_quote! {
            crate::model::sent! { #name(self, fields) { #(#writes),* } }
        }
    }
}

/// A text with known values, and constants for those that clients of the service are known to use.
fn open_enum(structure: &ItemStruct, contract: &Contract) -> Item {
    let name = &structure.ident;
    let doc = format!("`{name}` of the contract.");
    let schema = contract.schema(&name.to_string());
    let values = schema.map(|schema| openapi::texts(schema, "x-known-values"));
    let constants = values.into_iter().flatten().map(|value| {
        let constant = format_ident!("{}", value.to_shouty_snake_case());
        quote!(#constant = #value)
    });
    parse_quote! {
        crate::model::open_enum! { #[doc = #doc] #name { #(#constants),* } }
    }
}
