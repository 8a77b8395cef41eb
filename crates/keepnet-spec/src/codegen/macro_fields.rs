//! What the macro calls in the generated source say about fields and values.

use std::collections::BTreeMap;

use proc_macro2::{Literal, TokenStream, TokenTree};

/// The wire name of each field in a call of `received!` or `sent!`: the last text before `self.field`.
pub(super) fn wire_names(tokens: TokenStream) -> BTreeMap<String, String> {
    let mut flat = Vec::new();
    flatten(tokens, &mut flat);
    let mut names = BTreeMap::new();
    let mut wire = None;
    for window in flat.windows(3) {
        if let TokenTree::Literal(literal) = &window[0] {
            wire = text_of(literal);
        }
        if let [
            TokenTree::Ident(of),
            TokenTree::Punct(dot),
            TokenTree::Ident(field),
        ] = window
            && of == "self"
            && dot.as_char() == '.'
            && let Some(wire) = wire.take()
        {
            names.insert(field.to_string(), wire);
        }
    }
    names
}

/// The constants in a call of `open_enum!`: `NAME = "value"`.
pub(super) fn constants(tokens: TokenStream) -> BTreeMap<String, String> {
    let mut flat = Vec::new();
    flatten(tokens, &mut flat);
    let constants = flat.windows(3).filter_map(|window| match window {
        [
            TokenTree::Ident(name),
            TokenTree::Punct(equals),
            TokenTree::Literal(value),
        ] if equals.as_char() == '=' && name != "doc" => Some((name.to_string(), text_of(value)?)),
        _ => None,
    });
    constants.collect()
}

fn flatten(tokens: TokenStream, into: &mut Vec<TokenTree>) {
    for token in tokens {
        match token {
            TokenTree::Group(group) => flatten(group.stream(), into),
            token => into.push(token),
        }
    }
}

fn text_of(literal: &Literal) -> Option<String> {
    let parsed: Result<syn::LitStr, _> = syn::parse_str(&literal.to_string());
    parsed.ok().map(|text| text.value())
}
