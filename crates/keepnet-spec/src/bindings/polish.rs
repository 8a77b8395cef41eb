//! What the generated code needs to be lean, tolerant and discreet.

use quote::{ToTokens, format_ident, quote};
use syn::visit_mut::{self, VisitMut};
use syn::{
    Attribute, Block, Expr, Fields, File, GenericArgument, ImplItem, Item, ItemImpl, Pat,
    PathArguments, Stmt, Type, parse_quote,
};

use crate::{Contract, directions::Directions};

/// Scalars that the service writes in more than one way: numbers as text, text as numbers.
const SCALARS: [&str; 6] = ["String", "bool", "f32", "f64", "i32", "i64"];

pub(super) fn polish(file: &mut File, contract: &Contract) {
    VersionHeader.visit_file_mut(file);
    file.items.retain_mut(|item| match item {
        // Sessions make clients; a client built past the session has no token, scope or time limit.
        Item::Impl(block) => !is_constructors(block),
        Item::Mod(module) if module.ident == "prelude" => false,
        Item::Mod(module) if module.ident == "types" => {
            if let Some((_, items)) = &mut module.content {
                polish_types(items, contract);
            }
            true
        }
        _ => true,
    });
}

/// The service knows no `api-version` header, and each call would make a map for it alone.
struct VersionHeader;

impl VisitMut for VersionHeader {
    fn visit_block_mut(&mut self, block: &mut Block) {
        let appended = |it: &&Stmt| matches!(it, Stmt::Expr(Expr::MethodCall(call), _) if is_header_map(&call.receiver));
        let mut appended = block.stmts.iter().filter(appended);
        let only_version =
            appended.all(|it| it.to_token_stream().to_string().contains("\"api-version\""));
        if only_version {
            block.stmts.retain(|statement| match statement {
                Stmt::Local(local) => {
                    !matches!(&local.pat, Pat::Ident(name) if name.ident == "header_map")
                }
                Stmt::Expr(Expr::MethodCall(call), _) => !is_header_map(&call.receiver),
                _ => true,
            });
            visit_mut::visit_block_mut(self, block);
        }
    }

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        if let Expr::MethodCall(call) = expression
            && call.args.first().is_some_and(is_header_map)
        {
            *expression = (*call.receiver).clone();
        }
        visit_mut::visit_expr_mut(self, expression);
    }
}

fn is_header_map(expression: &Expr) -> bool {
    matches!(expression, Expr::Path(path) if path.path.is_ident("header_map"))
}

fn is_constructors(block: &ItemImpl) -> bool {
    block.trait_.is_none()
        && block
            .items
            .iter()
            .any(|item| matches!(item, ImplItem::Fn(function) if function.sig.ident == "new_with_client"))
}

fn polish_types(items: &mut Vec<Item>, contract: &Contract) {
    items.retain(|item| !matches!(item, Item::Impl(block) if is_from_reference(block)));
    // Over all areas: what a type can do must not depend on those that are compiled in.
    let directions = Directions::of(contract.document());
    let mut additions = Vec::new();
    for item in items.iter_mut() {
        let Item::Struct(structure) = item else {
            continue;
        };
        let name = structure.ident.clone();
        let line = format!("`{name}` of the contract.");
        structure
            .attrs
            .retain(|attribute| !attribute.path().is_ident("doc"));
        structure.attrs.push(parse_quote!(#[doc = #line]));
        match &mut structure.fields {
            Fields::Named(fields) => {
                derive_what_is_used(&mut structure.attrs, &name.to_string(), &directions);
                // The name of the type alone: the fields may hold people's data.
                additions.push(parse_quote! {
                    impl ::std::fmt::Debug for #name {
                        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                            f.debug_struct(stringify!(#name)).finish_non_exhaustive()
                        }
                    }
                });
                let is_read = !directions.is_only_sent(&name.to_string());
                for field in &mut fields.named {
                    field
                        .attrs
                        .retain(|attribute| !attribute.path().is_ident("doc"));
                    if let Some(reader) = tolerant_reader(&field.ty).filter(|_| is_read) {
                        read_with(reader, &mut field.attrs);
                    }
                }
            }
            Fields::Unnamed(_) => additions.extend(known_values(&name, contract)),
            Fields::Unit => {}
        }
    }
    items.extend(additions);
}

/// `impl From<&T> for T` only clones, and costs as much to compile as the type itself.
fn is_from_reference(block: &ItemImpl) -> bool {
    let Some((path, _)) = &block.trait_ else {
        return false;
    };
    let Some(last) = path.segments.last() else {
        return false;
    };
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return false;
    };
    last.ident == "From"
        && matches!(
            arguments.args.first(),
            Some(GenericArgument::Type(Type::Reference(_)))
        )
}

/// serde code is most of the build cost: a type that travels one way gets one half of it.
fn derive_what_is_used(attributes: &mut [Attribute], name: &str, directions: &Directions) {
    for attribute in attributes {
        if attribute.path().is_ident("derive") {
            *attribute = if directions.is_only_sent(name) {
                parse_quote!(#[derive(::serde::Serialize, Clone)])
            } else if directions.is_only_received(name) {
                parse_quote!(#[derive(::serde::Deserialize, Clone)])
            } else {
                parse_quote!(#[derive(::serde::Deserialize, ::serde::Serialize, Clone)])
            };
        }
    }
}

/// A field with a reader of its own is no longer optional by its type, so it says so.
fn read_with(reader: &str, attributes: &mut Vec<Attribute>) {
    let said: String = attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
        .map(|attribute| attribute.meta.to_token_stream().to_string())
        .collect();
    if said.contains("deserialize_with") {
        return;
    }
    attributes.push(if said.contains("default") {
        parse_quote!(#[serde(deserialize_with = #reader)])
    } else {
        parse_quote!(#[serde(default, deserialize_with = #reader)])
    });
}

fn tolerant_reader(ty: &Type) -> Option<&'static str> {
    let Type::Path(path) = ty else {
        return None;
    };
    let last = path.path.segments.last()?;
    match (last.ident.to_string().as_str(), &last.arguments) {
        ("Option", PathArguments::AngleBracketed(arguments)) => {
            let Some(GenericArgument::Type(Type::Path(inner))) = arguments.args.first() else {
                return None;
            };
            let inner = inner.path.segments.last()?.ident.to_string();
            SCALARS
                .contains(&inner.as_str())
                .then_some("crate::tolerant::option")
        }
        ("Vec", _) => Some("crate::tolerant::list"),
        _ => None,
    }
}

/// Constants for the values that clients of the service are known to use.
fn known_values(name: &syn::Ident, contract: &Contract) -> Option<Item> {
    let values = contract
        .schema(&name.to_string())?
        .get("x-known-values")?
        .as_array()?;
    let constants: Vec<_> = values
        .iter()
        .filter_map(|value| value.as_str())
        .map(|value| {
            let constant =
                format_ident!("{}", heck::ToShoutySnakeCase::to_shouty_snake_case(value));
            let doc = format!("`{value}`, a value that clients of the service use.");
            quote! {
                #[doc = #doc]
                pub const #constant: &'static str = #value;
            }
        })
        .collect();
    (!constants.is_empty()).then(|| {
        parse_quote! {
            impl #name { #(#constants)* }
        }
    })
}
