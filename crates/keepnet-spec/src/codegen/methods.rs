//! One method per operation: it takes the arguments and returns a `Call`, which the hand-written
//! code of the client sends.

use std::collections::{BTreeMap, BTreeSet};

use heck::{ToSnakeCase, ToUpperCamelCase};
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use serde_json::Value;
use syn::{Ident, Type};

use super::generator_input::with_paths;
use super::progenitor::{Arguments, first_argument, last_word};
use crate::word_list::WordList;
use crate::{Contract, Operation, Safety, SpecError, openapi};

/// The methods of `Call`; the setter of a query parameter with such a name ends in an underscore.
const CALL_METHODS: WordList = WordList("deadline header no_retry optional raw with_response");

/// The methods of the operations of some areas, whose arguments have the types in `arguments`.
pub(super) fn generate(
    contract: &Contract,
    areas: &BTreeSet<String>,
    arguments: &BTreeMap<String, Arguments>,
) -> Result<TokenStream, SpecError> {
    let mut output = Output::default();
    for (index, operation) in contract.operations().iter().enumerate() {
        if areas.contains(&operation.area) {
            let method = Method {
                operation,
                definition: contract.definition(operation),
                arguments: arguments.get(&operation.id),
            };
            output.add(index, &method, contract)?;
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
    fn add(&mut self, index: usize, method: &Method, contract: &Contract) -> Result<(), SpecError> {
        let Operation { id, path, .. } = method.operation;
        let parameters = method.parameters()?;
        let in_path = openapi::path_parameters(path).map(|name| {
            let mut declared = parameters.iter();
            let declared = declared.find(|parameter| parameter.name == name);
            declared
                .ok_or_else(|| method.refuse(format!("the path parameter {name} is not declared")))
        });
        let in_path: Vec<&Parameter> = in_path.collect::<Result<_, _>>()?;
        let mut arguments = Vec::new();
        for parameter in &in_path {
            let Parameter {
                name, ident, ty, ..
            } = parameter;
            let text = |ty: &Type| ty.to_token_stream().to_string();
            let has_same_type =
                |other: &&Parameter| other.name != *name && text(&other.ty) == text(ty);
            let ty = match in_path.iter().any(has_same_type) {
                true => self.add_wrapper(parameter),
                false => ty.to_token_stream(),
            };
            arguments.push(quote!(#ident: #ty));
        }
        let (argument, body) = method.body()?;
        arguments.extend(argument);
        let segments = in_path.iter().map(|parameter| &parameter.ident);
        let optional: Vec<&Parameter> = parameters.iter().filter(|it| it.is_query).collect();
        let marker = self.add_setters(id, &optional);
        let (constructor, result) = method.result(contract)?;
        let (name, docs) = (format_ident!("{id}"), method.docs());
        self.methods.push(quote! {
            #[doc = #docs]
            #[doc(alias = #path)]
            #[inline]
            pub fn #name(&self, #(#arguments),*) -> Call<#result #marker> {
                Call::#constructor(self.target(), &OPERATIONS[#index], &[#(&#segments),*]) #body
            }
        });
        Ok(())
    }

    /// The wrapper of a path parameter, so that two of one type cannot be swapped.
    fn add_wrapper(&mut self, parameter: &Parameter) -> TokenStream {
        let ident = format_ident!("{}", parameter.name.to_upper_camel_case());
        let (ty, lifetime, argument) = match &parameter.ty {
            Type::Reference(reference) => {
                let referent = &reference.elem;
                (quote!(&'a #referent), quote!(<'a>), quote!(<'_>))
            }
            ty => (ty.to_token_stream(), quote!(), quote!()),
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
        quote!(path::#ident #argument)
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
            quote! {
                #[doc = #doc]
                #[inline]
                pub fn #ident(self, value: #ty) -> Self {
                    self.query(#name, &value)
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

/// An operation, and what the generator has read of it; it reads no operation with a form.
struct Method<'a> {
    operation: &'a Operation,
    definition: &'a Value,
    arguments: Option<&'a Arguments>,
}

impl Method<'_> {
    fn parameters(&self) -> Result<Vec<Parameter>, SpecError> {
        let parameters = openapi::items(self.definition, "/parameters");
        parameters
            .map(|parameter| self.parameter(parameter))
            .collect()
    }

    fn parameter(&self, parameter: &Value) -> Result<Parameter, SpecError> {
        let name = openapi::text(parameter, "name").to_owned();
        let is_query = parameter["in"] == "query";
        if is_query && parameter["required"] == true || !is_query && parameter["in"] != "path" {
            let problem = format!("{name} is neither in the path nor an optional query parameter");
            return Err(self.refuse(problem));
        }
        let mut snake = name.to_snake_case();
        let mut arguments = self.arguments.into_iter().flatten();
        // The generator adds an underscore to a keyword.
        let argument = arguments.find(|(known, _)| known.trim_end_matches('_') == snake);
        let ty = match argument {
            Some((known, ty)) => {
                snake.clone_from(known);
                let is_option = last_word(ty).is_some_and(|word| word == "Option");
                let inner = first_argument(ty).filter(|_| is_option);
                without_lifetime(inner.unwrap_or(ty))
            }
            // The parameters of operations with a form are texts.
            None => syn::parse_quote!(&str),
        };
        if CALL_METHODS.contains(&snake) {
            snake.push('_');
        }
        Ok(Parameter {
            name,
            ident: format_ident!("{snake}"),
            ty,
            is_query,
        })
    }

    /// The argument for the body, and the call that adds it to the request.
    fn body(&self) -> Result<(Option<TokenStream>, TokenStream), SpecError> {
        match self.operation.body.as_str() {
            "-" => return Ok((None, TokenStream::new())),
            "form" => return Ok((Some(quote!(form: crate::Form)), quote!(.form(form)))),
            _ => {}
        }
        let ty = self.arguments.and_then(|arguments| arguments.get("body"));
        let ty = ty.ok_or_else(|| self.refuse("the body has no type"))?;
        let ty = without_lifetime(ty);
        let setter = match openapi::body(self.definition) {
            Some(("application/json", _)) => quote!(.json(body)),
            _ => quote!(.url_encoded(body)),
        };
        Ok((Some(quote!(body: #ty)), setter))
    }

    /// The constructor of the call, and the type that it returns: an envelope is opened.
    fn result(&self, contract: &Contract) -> Result<(TokenStream, Type), SpecError> {
        if self.operation.result == "bytes" {
            return Ok((quote!(download), syn::parse_quote!(crate::Download)));
        }
        let result = openapi::result(self.definition);
        let result = contract.content_type(result, "crate::types::");
        let payload = result.strip_prefix("Envelope<");
        let payload = payload.and_then(|payload| payload.strip_suffix('>'));
        let ty = syn::parse_str(&with_paths(payload.unwrap_or(&result)));
        Ok((quote!(message), ty.map_err(|error| self.refuse(error))?))
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
        SpecError::generator(&self.operation.id, problem)
    }
}

struct Parameter {
    /// The name on the wire.
    name: String,
    ident: Ident,
    ty: Type,
    is_query: bool,
}

fn form_content(schema: &Value) -> String {
    match (schema["type"].as_str(), schema["format"].as_str()) {
        (Some("array"), _) => format!("{}, once for each", form_content(&schema["items"])),
        (_, Some("binary")) => "a file".to_owned(),
        (Some(kind), _) => format!("a text: {kind}"),
        (None, _) => openapi::reference(schema).unwrap_or("a text").to_owned(),
    }
}

/// `&str` of `&'a str`.
fn without_lifetime(ty: &Type) -> Type {
    let mut ty = ty.clone();
    if let Type::Reference(reference) = &mut ty {
        reference.lifetime = None;
    }
    ty
}
