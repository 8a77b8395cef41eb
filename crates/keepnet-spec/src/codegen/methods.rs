//! One method per operation: it takes the arguments and returns a `Call`, which is sent by the run
//! time. Nothing of the machinery is generated.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToSnakeCase, ToUpperCamelCase};
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use serde_json::Value;
use syn::{Ident, Type};

use super::generator_input::in_full;
use super::progenitor::{Signature, first_argument, last_word};
use crate::{Contract, Operation, Safety, SpecError, openapi};

/// What a `Call` has methods for already; a query parameter of this name gets a line under it.
const TAKEN: [&str; 6] = [
    "deadline",
    "header",
    "no_retry",
    "optional",
    "raw",
    "with_response",
];

pub(super) fn of(
    contract: &Contract,
    wanted: &BTreeSet<String>,
    signatures: &BTreeMap<String, Signature>,
) -> Result<TokenStream, SpecError> {
    let mut output = Output::default();
    for (index, operation) in contract.operations().into_iter().enumerate() {
        if wanted.contains(&operation.area) {
            let signature = signatures.get(&operation.id);
            output.add(contract, index, &operation, signature)?;
        }
    }
    Ok(output.finish())
}

#[derive(Default)]
struct Output {
    methods: Vec<TokenStream>,
    /// Setters of optional query parameters, and the type that each set of them belongs to.
    setters: Vec<TokenStream>,
    markers: Vec<TokenStream>,
    /// Wrappers for path parameters that stand beside another of the same type.
    wrappers: BTreeMap<Ident, TokenStream>,
}

impl Output {
    fn add(
        &mut self,
        contract: &Contract,
        index: usize,
        operation: &Operation,
        signature: Option<&Signature>,
    ) -> Result<(), SpecError> {
        let name = format_ident!("{}", operation.id);
        let definition = contract.definition(operation);
        let parameters: Vec<Parameter> = definition["parameters"]
            .as_array()
            .into_iter()
            .flatten()
            .map(|parameter| Parameter::of(parameter, operation, signature))
            .collect::<Result<_, _>>()?;
        let path: Vec<Parameter> = path_names(&operation.path)
            .map(|wanted| {
                let known = parameters.iter().find(|it| it.name == wanted);
                known.cloned().ok_or_else(|| {
                    SpecError::generator(
                        &operation.id,
                        format!("the path parameter {wanted} is not declared"),
                    )
                })
            })
            .collect::<Result<_, _>>()?;
        let mut arguments = Vec::new();
        for parameter in &path {
            let ident = &parameter.ident;
            let twin = |other: &&Parameter| {
                other.name != parameter.name && other.tokens() == parameter.tokens()
            };
            if path.iter().find(twin).is_some() {
                let wrapper = self.wrapper(parameter);
                arguments.push(quote!(#ident: path::#wrapper));
            } else {
                let ty = &parameter.ty;
                arguments.push(quote!(#ident: #ty));
            }
        }
        let segments = path.iter().map(|parameter| &parameter.ident);
        let result = result_type(contract, operation, signature)?;
        let body = self.body(&mut arguments, operation, &definition, signature)?;
        let optional: Vec<&Parameter> = parameters.iter().filter(|it| it.is_query).collect();
        let marker = self.query(&name, &optional);
        let constructor = match operation.result.as_str() {
            "bytes" => quote!(download),
            _ => quote!(message),
        };
        let docs = docs(operation, &definition);
        let alias = &operation.path;
        self.methods.push(quote! {
            #[doc = #docs]
            #[doc(alias = #alias)]
            #[inline]
            pub fn #name(&self, #(#arguments),*) -> Call<#result #marker> {
                Call::#constructor(self, &OPERATIONS[#index], &[#(&#segments),*]) #body
            }
        });
        Ok(())
    }

    fn body(
        &self,
        arguments: &mut Vec<TokenStream>,
        operation: &Operation,
        definition: &Value,
        signature: Option<&Signature>,
    ) -> Result<TokenStream, SpecError> {
        if operation.body == "-" {
            return Ok(TokenStream::new());
        }
        if operation.body == "form" {
            arguments.push(quote!(form: crate::Form));
            return Ok(quote!(.form(form)));
        }
        let ty = signature.and_then(|it| it.parameters.iter().find(|(name, _)| name == "body"));
        let (_, ty) =
            ty.ok_or_else(|| SpecError::generator(&operation.id, "the body has no type"))?;
        let ty = without_lifetimes(ty);
        arguments.push(quote!(body: #ty));
        let is_json = definition.pointer("/requestBody/content/application~1json");
        Ok(match is_json {
            Some(_) => quote!(.json(body)),
            None => quote!(.url_encoded(body)),
        })
    }

    /// The wrapper of a path parameter, so that two of one type cannot be swapped.
    fn wrapper(&mut self, parameter: &Parameter) -> TokenStream {
        let ident = format_ident!("{}", parameter.name.to_upper_camel_case());
        let (ty, lifetime) = match &parameter.ty {
            Type::Reference(reference) => {
                let referent = &reference.elem;
                (quote!(&'a #referent), quote!(<'a>))
            }
            ty => (ty.to_token_stream(), TokenStream::new()),
        };
        let doc = format!("The path parameter `{}`.", parameter.name);
        self.wrappers.entry(ident.clone()).or_insert(quote! {
            #[doc = #doc]
            #[derive(Clone, Copy, Debug)]
            pub struct #ident #lifetime(pub #ty);
            impl #lifetime ::std::fmt::Display for #ident #lifetime {
                fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    self.0.fmt(f)
                }
            }
        });
        match lifetime.is_empty() {
            true => quote!(#ident),
            false => quote!(#ident<'_>),
        }
    }

    /// Setters for the query parameters, all of which are optional.
    fn query(&mut self, name: &Ident, parameters: &[&Parameter]) -> TokenStream {
        if parameters.is_empty() {
            return TokenStream::new();
        }
        let marker = format_ident!("{}", name.to_string().to_upper_camel_case());
        let doc = format!("The query parameters of [`Client::{name}`](crate::Client::{name}).");
        self.markers.push(quote! {
            #[doc = #doc]
            #[derive(Clone, Copy, Debug)]
            pub enum #marker {}
        });
        let setters = parameters.iter().map(|parameter| {
            let (ident, wire) = (&parameter.ident, &parameter.name);
            let ty = &parameter.ty;
            let doc = format!("Sets the query parameter `{wire}`.");
            quote! {
                #[doc = #doc]
                #[inline]
                pub fn #ident(self, value: #ty) -> Self {
                    self.query(#wire, &value)
                }
            }
        });
        self.setters.push(quote! {
            impl<T> Call<T, query::#marker> { #(#setters)* }
        });
        quote!(, query::#marker)
    }

    fn finish(self) -> TokenStream {
        let Output {
            methods,
            setters,
            markers,
            wrappers,
        } = self;
        let wrappers = wrappers.into_values();
        quote! {
            impl Client { #(#methods)* }
            #(#setters)*
            /// Which query parameters a call takes.
            pub mod query { #(#markers)* }
            /// Path parameters that stand beside another of the same type.
            pub mod path { #(#wrappers)* }
        }
    }
}

#[derive(Clone)]
struct Parameter {
    /// The name on the wire.
    name: String,
    ident: Ident,
    ty: Type,
    is_query: bool,
}

impl Parameter {
    fn of(
        parameter: &Value,
        operation: &Operation,
        signature: Option<&Signature>,
    ) -> Result<Parameter, SpecError> {
        let name = parameter["name"].as_str().unwrap_or_default().to_owned();
        let is_query = parameter["in"] == "query";
        if is_query && parameter["required"] == true || !is_query && parameter["in"] != "path" {
            let problem = format!("{name} is neither in the path nor an optional query parameter");
            return Err(SpecError::generator(&operation.id, problem));
        }
        let mut snake = name.to_snake_case();
        let read = signature.and_then(|it| {
            let mut parameters = it.parameters.iter();
            parameters.find(|(known, _)| known.trim_end_matches('_') == snake)
        });
        let ty = match read {
            Some((known, ty)) => {
                snake.clone_from(known);
                let ty = match last_word(ty).as_deref() {
                    Some("Option") => first_argument(ty).unwrap_or(ty),
                    _ => ty,
                };
                without_lifetimes(ty)
            }
            // The generator reads no operation with a form; their parameters are texts.
            None => syn::parse_quote!(&str),
        };
        if TAKEN.contains(&snake.as_str()) {
            snake.push('_');
        }
        Ok(Parameter {
            name,
            ident: format_ident!("{snake}"),
            ty,
            is_query,
        })
    }

    fn tokens(&self) -> String {
        self.ty.to_token_stream().to_string()
    }
}

fn result_type(
    contract: &Contract,
    operation: &Operation,
    signature: Option<&Signature>,
) -> Result<TokenStream, SpecError> {
    if operation.result == "bytes" {
        return Ok(quote!(crate::Download));
    }
    let ty: Type = match signature {
        Some(signature) => signature.result.clone(),
        None => {
            let result = in_full(&contract.result_within(operation, "crate::types::"));
            syn::parse_str(&result).map_err(|error| SpecError::generator(&operation.id, error))?
        }
    };
    Ok(match last_word(&ty).as_deref() {
        Some("Envelope") => first_argument(&ty).unwrap_or(&ty).to_token_stream(),
        _ => ty.to_token_stream(),
    })
}

/// What every method says: the request, where it comes from, how far it may be repeated.
fn docs(operation: &Operation, definition: &Value) -> String {
    let repeats = match operation.safety {
        Safety::Read => "changes nothing, so it is tried again after a failure",
        Safety::Idempotent => "leaves the same state when it is sent twice, so it is tried again",
        Safety::Once => "may act each time it arrives, so it is sent once",
    };
    let mut docs = format!(
        "`{} {}`\n\nFeature `{}`; {repeats}. Permission `{}|{}`.",
        operation.method,
        operation.path,
        operation.area,
        operation.path.trim_start_matches("/api/"),
        operation.method,
    );
    let form = &definition["requestBody"]["content"]["multipart/form-data"]["schema"];
    if let Some(fields) = form["properties"].as_object() {
        let required: Vec<&str> = form["required"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        docs.push_str("\n\n| form field | holds |\n| --- | --- |");
        for (name, schema) in fields {
            let is_required = required.contains(&name.as_str());
            let required = if is_required { ", required" } else { "" };
            docs.push_str(&format!("\n| `{name}` | {}{required} |", held(schema)));
        }
    }
    docs
}

fn held(schema: &Value) -> String {
    match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("array"), _) => format!("{}, once for each", held(&schema["items"])),
        (_, Some("binary")) => "a file".to_owned(),
        (Some(kind), _) => format!("a text: {kind}"),
        (None, _) => openapi::reference(schema).unwrap_or("a text").to_owned(),
    }
}

fn path_names(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
}

/// `&str` of `&'a str`.
fn without_lifetimes(ty: &Type) -> Type {
    match ty {
        Type::Reference(reference) => {
            let mut reference = reference.clone();
            reference.lifetime = None;
            Type::Reference(reference)
        }
        other => other.clone(),
    }
}
