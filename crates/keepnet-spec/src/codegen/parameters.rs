//! The parameters of an operation: arguments of its method, or setters of its call.

use std::collections::BTreeMap;

use heck::ToSnakeCase;
use quote::format_ident;
use serde_json::Value;
use syn::{Ident, Type};

use super::generator_input::with_paths;
use crate::word_list::WordList;
use crate::{Contract, Operation, SpecError, openapi};

/// The methods of `Call`; the setter of a query parameter with such a name ends in an underscore.
const CALL_METHODS: WordList = WordList(
    "
    by_path deadline download form header json json_text message new no_retry optional query raw
    undeclared url_encoded with_response
    ",
);
/// The other arguments of a method.
const ARGUMENTS: WordList = WordList("body form");

/// A parameter of an operation.
pub(super) struct Parameter {
    /// The name on the wire.
    pub(super) name: String,
    pub(super) ident: Ident,
    pub(super) ty: Type,
    pub(super) place: Place,
    /// Whether it is sent once for each of several values.
    pub(super) is_list: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Path,
    RequiredQuery,
    OptionalQuery,
}

impl Parameter {
    /// All parameters of an operation; refuses what the bindings have no place for.
    pub(super) fn all(
        operation: &Operation,
        contract: &Contract,
    ) -> Result<Vec<Parameter>, SpecError> {
        let refuse = |problem: String| SpecError::generator(operation.place(), problem);
        let mut parameters: Vec<Parameter> = Vec::new();
        for declared in openapi::items(contract.definition(operation), "/parameters") {
            let parameter = read(declared, contract).map_err(refuse)?;
            let is_setter = |of: &Parameter| of.place == Place::OptionalQuery;
            let twin = parameters.iter().find(|other| {
                other.ident == parameter.ident && is_setter(other) == is_setter(&parameter)
            });
            if let Some(twin) = twin {
                let (one, other) = (&twin.name, &parameter.name);
                let problem = format!("the parameters {one} and {other} have one name in Rust");
                return Err(refuse(problem));
            }
            parameters.push(parameter);
        }
        let in_path: Vec<&str> = openapi::path_parameters(&operation.path).collect();
        if let Some(missing) = in_path.iter().find(|name| {
            let is_declared = |it: &Parameter| it.place == Place::Path && it.name == **name;
            !parameters.iter().any(is_declared)
        }) {
            return Err(refuse(format!(
                "the path parameter {missing} is not declared"
            )));
        }
        let mut declared = parameters.iter().filter(|it| it.place == Place::Path);
        match declared.find(|it| !in_path.contains(&it.name.as_str())) {
            Some(Parameter { name, .. }) => Err(refuse(format!(
                "the path parameter {name} is not in the path"
            ))),
            None => Ok(parameters),
        }
    }

    /// The parameters of the path in its order.
    pub(super) fn in_path<'a>(parameters: &'a [Parameter], path: &str) -> Vec<&'a Parameter> {
        let by_name: BTreeMap<&str, &Parameter> = parameters
            .iter()
            .filter(|it| it.place == Place::Path)
            .map(|it| (it.name.as_str(), it))
            .collect();
        openapi::path_parameters(path)
            .filter_map(|name| by_name.get(name).copied())
            .collect()
    }
}

fn read(parameter: &Value, contract: &Contract) -> Result<Parameter, String> {
    let name = openapi::text(parameter, "name").to_owned();
    let place = match (
        openapi::text(parameter, "in"),
        parameter["required"] == true,
    ) {
        ("path", _) => Place::Path,
        ("query", true) => Place::RequiredQuery,
        ("query", false) => Place::OptionalQuery,
        (other, _) => {
            return Err(format!(
                "the parameter {name} is sent as {other}, for which the bindings have no place"
            ));
        }
    };
    let is_list = parameter["schema"]["type"] == "array";
    if is_list && place != Place::OptionalQuery {
        return Err(format!(
            "the parameter {name} is a list, which the bindings take as an optional query parameter only"
        ));
    }
    let ty = match is_list {
        true => {
            let item = argument_type(&parameter["schema"]["items"], contract);
            item.map(|item| format!("&[{item}]"))
        }
        false => argument_type(&parameter["schema"], contract),
    };
    let ty = ty.and_then(|ty| syn::parse_str(&ty).ok());
    let ty = ty.ok_or_else(|| format!("the parameter {name} is neither a text nor a number"))?;
    let mut snake = name.to_snake_case();
    let is_taken = match place {
        Place::OptionalQuery => CALL_METHODS.contains(&snake),
        _ => ARGUMENTS.contains(&snake),
    };
    // A keyword gets an underscore as well.
    if is_taken || syn::parse_str::<Ident>(&snake).is_err() {
        snake.push('_');
    }
    if syn::parse_str::<Ident>(&snake).is_err() {
        return Err(format!("the parameter {name:?} has no name in Rust"));
    }
    Ok(Parameter {
        ident: format_ident!("{snake}"),
        name,
        ty,
        place,
        is_list,
    })
}

/// The type of an argument that is written into the address; none for an object or a list.
fn argument_type(schema: &Value, contract: &Contract) -> Option<String> {
    if let Some(name) = openapi::reference(schema) {
        let target = contract.schema(name)?;
        let is_text = target["type"] == "string" && target["format"] != "date-time";
        return is_text.then(|| format!("&types::{name}"));
    }
    match contract.rust_type(schema).as_str() {
        "String" => Some("&str".to_owned()),
        "Timestamp" => Some(format!("&{}", with_paths("Timestamp"))),
        scalar @ ("bool" | "i32" | "i64" | "f64") => Some(scalar.to_owned()),
        _ => None,
    }
}
