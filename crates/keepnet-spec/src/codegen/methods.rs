//! One method per operation: it takes the arguments and returns a `Call`, which the hand-written
//! code of the client sends.

use std::collections::{BTreeMap, BTreeSet};

use heck::ToUpperCamelCase;
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use serde_json::Value;
use syn::{Ident, Type};

use super::generator_input::with_paths;
use super::parameters::{Parameter, Place};
use crate::{Contract, Operation, Safety, SpecError, openapi};

/// The methods of the operations of some areas.
pub(super) fn generate(
    contract: &Contract,
    areas: &BTreeSet<String>,
) -> Result<TokenStream, SpecError> {
    let mut output = Output::default();
    for (index, operation) in contract.operations().iter().enumerate() {
        if areas.contains(&operation.area) {
            let method = Method {
                operation,
                definition: contract.definition(operation),
                contract,
            };
            output.add(index, &method)?;
        }
    }
    Ok(output.into_tokens())
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
    fn add(&mut self, index: usize, method: &Method) -> Result<(), SpecError> {
        let Operation { id, path, .. } = method.operation;
        let parameters = Parameter::all(method.operation, method.contract)?;
        let in_path = Parameter::in_path(&parameters, path);
        let mut arguments = Vec::new();
        for parameter in &in_path {
            let Parameter {
                name, ident, ty, ..
            } = parameter;
            let text = |ty: &Type| ty.to_token_stream().to_string();
            let has_same_type =
                |other: &&Parameter| other.name != *name && text(&other.ty) == text(ty);
            let ty = match in_path.iter().any(has_same_type) {
                true => self.add_wrapper(parameter, method)?,
                false => ty.to_token_stream(),
            };
            arguments.push(quote!(#ident: #ty));
        }
        let required = parameters
            .iter()
            .filter(|it| it.place == Place::RequiredQuery);
        let mut queries = TokenStream::new();
        for Parameter {
            name, ident, ty, ..
        } in required
        {
            arguments.push(quote!(#ident: #ty));
            queries.extend(quote!(.query(#name, &#ident)));
        }
        let (argument, body) = method.body()?;
        arguments.extend(argument);
        let segments = in_path.iter().map(|parameter| &parameter.ident);
        let optional = parameters
            .iter()
            .filter(|it| it.place == Place::OptionalQuery);
        let marker = self.add_setters(id, &optional.collect::<Vec<_>>());
        let (constructor, result) = method.result()?;
        let (name, docs) = (method.ident()?, method.docs());
        self.methods.push(quote! {
            #[doc = #docs]
            #[doc(alias = #path)]
            #[inline]
            pub fn #name(&self, #(#arguments),*) -> Call<#result #marker> {
                Call::#constructor(self.target(), &OPERATIONS[#index], &[#(&#segments),*]) #queries #body
            }
        });
        Ok(())
    }

    /// The wrapper of a path parameter, so that two of one type cannot be swapped.
    fn add_wrapper(
        &mut self,
        parameter: &Parameter,
        method: &Method,
    ) -> Result<TokenStream, SpecError> {
        let ident = format_ident!("{}", parameter.name.to_upper_camel_case());
        let (ty, lifetime, argument) = match &parameter.ty {
            Type::Reference(reference) => {
                let referent = &reference.elem;
                (quote!(&'a #referent), quote!(<'a>), quote!(<'_>))
            }
            ty => (ty.to_token_stream(), quote!(), quote!()),
        };
        let doc = format!("The path parameter `{}`.", parameter.name);
        let wrapper = quote! {
            #[doc = #doc]
            #[derive(Clone, Copy, Debug)]
            pub struct #ident #lifetime(pub #ty);
            impl #lifetime ::std::fmt::Display for #ident #lifetime {
                fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    self.0.fmt(f)
                }
            }
        };
        let known = self.wrappers.entry(ident.clone());
        let known = known.or_insert_with(|| wrapper.clone());
        if known.to_string() != wrapper.to_string() {
            let name = &parameter.name;
            let problem = format!("its path parameter {name} has another type in other operations");
            return Err(method.refuse(problem));
        }
        Ok(quote!(path::#ident #argument))
    }

    /// Adds the setters of optional query parameters, and returns the marker of their call.
    fn add_setters(&mut self, operation: &str, parameters: &[&Parameter]) -> TokenStream {
        if parameters.is_empty() {
            return TokenStream::new();
        }
        let marker = format_ident!("{}", operation.to_upper_camel_case());
        let doc =
            format!("The query parameters of [`{operation}`](crate::ScopedClient::{operation}).");
        self.markers.push(quote! {
            #[doc = #doc]
            #[derive(Clone, Copy, Debug)]
            pub enum #marker {}
        });
        let setters = parameters.iter().map(|parameter| {
            let Parameter {
                name, ident, ty, ..
            } = parameter;
            let doc = format!("Sets the query parameter `{name}`.");
            let send = match parameter.is_list {
                true => quote!(value.iter().fold(self, |call, value| call.query(#name, value))),
                false => quote!(self.query(#name, &value)),
            };
            quote! {
                #[doc = #doc]
                #[inline]
                pub fn #ident(self, value: #ty) -> Self {
                    #send
                }
            }
        });
        self.setters.push(quote! {
            impl<T> Call<T, query::#marker> { #(#setters)* }
        });
        quote!(, query::#marker)
    }

    fn into_tokens(self) -> TokenStream {
        let Output {
            methods,
            setters,
            markers,
            wrappers,
        } = self;
        let wrappers = wrappers.into_values();
        quote! {
            impl<S: Scope> ScopedClient<S> { #(#methods)* }
            #(#setters)*
            /// Which query parameters a call takes.
            pub mod query { #(#markers)* }
            /// Path parameters that stand beside another of the same type.
            pub mod path { #(#wrappers)* }
        }
    }
}

/// An operation of the contract.
struct Method<'a> {
    operation: &'a Operation,
    definition: &'a Value,
    contract: &'a Contract,
}

impl Method<'_> {
    fn ident(&self) -> Result<Ident, SpecError> {
        let id = &self.operation.id;
        syn::parse_str(id).map_err(|_| {
            self.refuse(format!(
                "its name {id:?} is no method name in Rust; pin a different name in names.lock"
            ))
        })
    }

    /// The argument for the body, and the call that adds it to the request.
    fn body(&self) -> Result<(Option<TokenStream>, TokenStream), SpecError> {
        let Some((media, schema)) = openapi::body(self.definition) else {
            return Ok((None, TokenStream::new()));
        };
        let setter = match media {
            "multipart/form-data" => {
                return Ok((Some(quote!(form: crate::Form)), quote!(.form(form))));
            }
            "application/json" => quote!(.json(body)),
            "application/x-www-form-urlencoded" => quote!(.url_encoded(body)),
            media => {
                return Err(self.refuse(format!(
                    "its body has the media type {media}, which the bindings do not send"
                )));
            }
        };
        let ty = self.parse_type(&self.contract.type_within(schema, "types::"))?;
        Ok((Some(quote!(body: &#ty)), setter))
    }

    /// The constructor of the call, and the type that it returns: an envelope is opened.
    fn result(&self) -> Result<(TokenStream, Type), SpecError> {
        match self.operation.result.as_str() {
            "bytes" => return Ok((quote!(download), syn::parse_quote!(crate::Download))),
            "-" => return Ok((quote!(undeclared), syn::parse_quote!(crate::RawResponse))),
            _ => {}
        }
        let result = openapi::result(self.definition);
        let result = self.contract.content_type(result, "crate::types::");
        let payload = result.strip_prefix("Envelope<");
        let payload = payload.and_then(|payload| payload.strip_suffix('>'));
        let ty = self.parse_type(payload.unwrap_or(&result))?;
        Ok((quote!(message), ty))
    }

    fn parse_type(&self, short: &str) -> Result<Type, SpecError> {
        let ty = syn::parse_str(&with_paths(short));
        ty.map_err(|_| self.refuse(format!("{short} is no type in Rust")))
    }

    /// What every method says: the request, its feature, whether it is repeated, the permission.
    fn docs(&self) -> String {
        let Operation {
            method, path, area, ..
        } = self.operation;
        let repeats = match self.operation.safety {
            Safety::Read => "changes nothing, so it is tried again after a failure",
            Safety::Idempotent => {
                "leaves the same state when it is sent twice, so it is tried again"
            }
            Safety::Once => "may act each time it arrives, so it is sent once",
        };
        let permission = path.trim_start_matches("/api/");
        let mut docs = format!(
            "`{method} {path}`\n\nFeature `{area}`; {repeats}. Permission `{permission}|{method}`."
        );
        let form = &self.definition["requestBody"]["content"]["multipart/form-data"]["schema"];
        if form["properties"].is_object() {
            docs.push_str("\n\n| form field | holds |\n| --- | --- |");
        }
        let required = openapi::texts(form, "required");
        for (name, schema) in openapi::members(form, "/properties") {
            let is_required = required.contains(&name.as_str());
            let required = if is_required { ", required" } else { "" };
            let content = form_content(schema);
            docs.push_str(&format!("\n| `{name}` | {content}{required} |"));
        }
        docs
    }

    fn refuse(&self, problem: impl ToString) -> SpecError {
        SpecError::generator(self.operation.place(), problem)
    }
}

fn form_content(schema: &Value) -> String {
    match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("array"), _) => format!("{}, once for each", form_content(&schema["items"])),
        (_, Some("binary")) => "a file".to_owned(),
        (Some(kind), _) => format!("a text: {kind}"),
        (None, _) => openapi::reference(schema).unwrap_or("a text").to_owned(),
    }
}
