//! The public items of the bindings, read from the generated source as a Rust caller sees them.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{FnArg, GenericArgument, ImplItem, Item, ItemImpl, ItemMacro, ItemStruct};
use syn::{PathArguments, ReturnType, Signature, Type};

use super::macro_fields::wire_names;
use crate::{Contract, SpecError};

/// The public items of the bindings of all areas.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Surface {
    /// The methods by name, which is the id of the operation.
    pub methods: BTreeMap<String, MethodSurface>,
    /// The types of parameters, requests and responses by name.
    pub types: BTreeMap<String, TypeSurface>,
    /// The wrapper types of path parameters, with the type that each holds.
    pub wrappers: BTreeMap<String, String>,
}

/// A method of the bindings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MethodSurface {
    /// The arguments in their order, as `book_id: &str`.
    pub arguments: Vec<String>,
    /// The setters of optional query parameters in their order, as `depth: i32`.
    pub setters: Vec<String>,
    /// What the call gives.
    pub result: String,
    /// The type that the setters belong to.
    query: String,
}

/// A type of the bindings.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TypeSurface {
    /// What it is if it has no named fields, as `text` or `Vec<String>`.
    pub content: String,
    /// The fields by name.
    pub fields: BTreeMap<String, FieldSurface>,
    /// The known values of a text, by the name of their constant.
    pub values: BTreeMap<String, String>,
    /// Whether values of it are written into requests.
    pub is_sent: bool,
    /// Whether values of it are read from responses.
    pub is_received: bool,
    /// Whether a field can be added without breaking callers.
    pub is_open: bool,
}

/// A field of a type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldSurface {
    /// The Rust type.
    pub ty: String,
    /// The name on the wire.
    pub wire: String,
}

impl Surface {
    /// Generates the bindings of all areas and reads their public items.
    ///
    /// Fails where the bindings cannot express the contract, with the place and the reason.
    pub fn of(contract: &Contract) -> Result<Surface, SpecError> {
        let operations = contract.operations().into_iter();
        let areas: BTreeSet<String> = operations.map(|operation| operation.area).collect();
        let (file, _) = super::source(contract, &areas)?;
        let mut surface = Surface::default();
        for item in file.items {
            surface.read(item);
        }
        Ok(surface)
    }

    fn read(&mut self, item: Item) {
        match item {
            Item::Impl(block) if block.trait_.is_none() => self.read_methods(block),
            Item::Mod(module) => {
                let is_path = module.ident == "path";
                for item in module.content.into_iter().flat_map(|(_, items)| items) {
                    match item {
                        Item::Struct(item) if is_path => {
                            let held = item.fields.iter().next().map(|field| short(&field.ty));
                            let name = item.ident.to_string();
                            self.wrappers.insert(name, held.unwrap_or_default());
                        }
                        Item::Struct(item) => self.read_type(&item),
                        Item::Macro(item) => self.read_macro(item),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    /// The methods of the client, or the setters of a call: a call names its operation.
    fn read_methods(&mut self, block: ItemImpl) {
        let query = query_of(&block.self_ty);
        for item in block.items {
            let ImplItem::Fn(method) = item else {
                continue;
            };
            let name = method.sig.ident.to_string();
            let arguments = arguments(&method.sig);
            match &query {
                Some(query) => {
                    let owners = self.methods.values_mut();
                    for owner in owners.filter(|owner| owner.query == *query) {
                        let ty = arguments.first().and_then(|it| it.split_once(": "));
                        owner
                            .setters
                            .push(format!("{name}: {}", ty.map_or("", |it| it.1)));
                    }
                }
                None => {
                    let returned = match &method.sig.output {
                        ReturnType::Type(_, ty) => Some(&**ty),
                        ReturnType::Default => None,
                    };
                    let surface = MethodSurface {
                        arguments,
                        setters: Vec::new(),
                        result: returned
                            .and_then(|it| type_arguments(it).first().map(|it| short(it)))
                            .unwrap_or_default(),
                        query: returned.and_then(query_of).unwrap_or_default(),
                    };
                    self.methods.insert(name, surface);
                }
            }
        }
    }

    fn read_type(&mut self, item: &ItemStruct) {
        let surface = self.types.entry(item.ident.to_string()).or_default();
        surface.is_open = item
            .attrs
            .iter()
            .any(|it| it.path().is_ident("non_exhaustive"));
        for field in &item.fields {
            let ty = short(&field.ty);
            match &field.ident {
                Some(name) => surface.fields.entry(name.to_string()).or_default().ty = ty,
                None => {
                    surface.content = ty;
                    surface.is_sent = true;
                    surface.is_received = true;
                }
            }
        }
    }

    /// How a type is read and written, and the texts with known values.
    fn read_macro(&mut self, item: ItemMacro) {
        let called = item.mac.path.segments.last();
        let called = called.map(|it| it.ident.to_string()).unwrap_or_default();
        let tokens = item.mac.tokens;
        let mut names = tokens.clone().into_iter().map(|token| token.to_string());
        let Some(name) = names.find(|token| token.starts_with(char::is_alphabetic)) else {
            return;
        };
        match called.as_str() {
            "received" => self.read_fields(name, tokens, |it| it.is_received = true),
            "sent" => self.read_fields(name, tokens, |it| it.is_sent = true),
            "open_enum" => {
                let surface = self.types.entry(name).or_default();
                surface.content = "text".to_owned();
                surface.is_sent = true;
                surface.is_received = true;
                surface.is_open = true;
                surface.values = super::macro_fields::constants(tokens);
            }
            _ => {}
        }
    }

    fn read_fields(&mut self, name: String, tokens: TokenStream, mark: impl Fn(&mut TypeSurface)) {
        let surface = self.types.entry(name).or_default();
        mark(surface);
        for (field, wire) in wire_names(tokens) {
            surface.fields.entry(field).or_default().wire = wire;
        }
    }
}

impl MethodSurface {
    /// The signature in short, as `(book_id: &str) -> Book`.
    pub fn signature(&self) -> String {
        format!("({}) -> {}", self.arguments.join(", "), self.result)
    }
}

fn arguments(signature: &Signature) -> Vec<String> {
    let typed = signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(typed) => Some(typed),
        FnArg::Receiver(_) => None,
    });
    let text = |tokens: &dyn ToTokens| tokens.to_token_stream().to_string();
    typed
        .map(|it| format!("{}: {}", text(&it.pat), short(&it.ty)))
        .collect()
}

/// `GetBook` of `Call<T, query::GetBook>`.
fn query_of(ty: &Type) -> Option<String> {
    let Type::Path(path) = type_arguments(ty).get(1)? else {
        return None;
    };
    let last = path.path.segments.last()?;
    Some(last.ident.to_string())
}

fn type_arguments(ty: &Type) -> Vec<&Type> {
    let Type::Path(path) = ty else {
        return Vec::new();
    };
    let arguments = path.path.segments.last().map(|it| &it.arguments);
    let Some(PathArguments::AngleBracketed(arguments)) = arguments else {
        return Vec::new();
    };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(inner) => Some(inner),
        _ => None,
    });
    types.collect()
}

/// A type without the paths of its names.
fn short(ty: &Type) -> String {
    match ty {
        Type::Reference(reference) => format!("&{}", short(&reference.elem)),
        Type::Slice(slice) => format!("[{}]", short(&slice.elem)),
        Type::Path(path) => {
            let name = path.path.segments.last().map(|it| it.ident.to_string());
            let name = name.unwrap_or_default();
            let arguments: Vec<String> = type_arguments(ty).into_iter().map(short).collect();
            match arguments.as_slice() {
                [] => name,
                [key, value] if name == "HashMap" && key == "String" => format!("Map<{value}>"),
                arguments => format!("{name}<{}>", arguments.join(", ")),
            }
        }
        other => other.to_token_stream().to_string(),
    }
}
