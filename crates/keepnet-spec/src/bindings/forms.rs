use quote::format_ident;
use std::collections::BTreeSet;
use syn::{File, Item, parse_quote};

use super::{generator_input::in_full, refused};
use crate::{Contract, Operation, SpecError};

/// Adds a method for each multipart operation: the generator knows no multipart bodies.
pub(super) fn add(
    file: &mut File,
    contract: &Contract,
    wanted: &BTreeSet<String>,
) -> Result<(), SpecError> {
    let mut methods = Vec::new();
    for operation in contract.operations() {
        if operation.body == "form" && wanted.contains(&operation.area) {
            methods.push(method(&operation, contract)?);
        }
    }
    if !methods.is_empty() {
        let block: Item = parse_quote! {
            impl Client { #(#methods)* }
        };
        file.items.push(block);
    }
    Ok(())
}

fn method(operation: &Operation, contract: &Contract) -> Result<syn::ImplItemFn, SpecError> {
    let name = format_ident!("{}", operation.id);
    let id = &operation.id;
    let verb = format_ident!("{}", operation.method);
    let doc = format!(
        "Sends a `{}` request to `{}` with a multipart form",
        operation.method, operation.path
    );
    let result = in_full(&contract.result_within(operation, "crate::types::"));
    let (result, send) = match result.as_str() {
        "bytes" => ("ByteStream", "send_form_for_bytes"),
        result => (result, "send_form"),
    };
    let result: syn::Type =
        syn::parse_str(result).map_err(|error| refused(&operation.id, error))?;
    let send = format_ident!("{send}");
    let params: Vec<_> = operation
        .path
        .split('/')
        .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
        .map(|param| format_ident!("{}", heck::ToSnakeCase::to_snake_case(param)))
        .collect();
    let template: String = operation
        .path
        .split('/')
        .map(|segment| {
            if segment.starts_with('{') {
                "{}"
            } else {
                segment
            }
        })
        .collect::<Vec<_>>()
        .join("/");
    Ok(parse_quote! {
        #[doc = #doc]
        pub async fn #name(&self, #(#params: &str,)* form: &crate::Form) -> Result<ResponseValue<#result>, Error<()>> {
            let path = format!(#template #(, encode_path(#params))*);
            self.#send(#id, reqwest::Method::#verb, path, form).await
        }
    })
}
