//! The contract: the published document after normalization.

use serde_json::Value;
use std::collections::BTreeMap;

use crate::openapi::{self, ENVELOPE, PAGE};
use crate::{Safety, SpecError};

/// The published document after normalization: interface facts only.
#[derive(Debug, Clone)]
pub struct Contract {
    document: Value,
}

/// One operation of the contract.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Operation {
    /// The method name in the bindings.
    pub id: String,
    /// `GET`, `POST`, …
    pub method: String,
    /// The path with its parameters in braces.
    pub path: String,
    /// The area, which is the cargo feature that enables it.
    pub area: String,
    /// Whether it may be sent again when its outcome is unknown.
    pub safety: Safety,
    /// The body in Rust terms: a type name, `form` for multipart, `-` for none.
    pub body: String,
    /// The result in Rust terms: a type, `bytes` for a download, `-` where the document declares no
    /// content.
    pub result: String,
}

impl Operation {
    /// Method and path, as in `POST /api/target-users`.
    pub fn place(&self) -> String {
        openapi::place(&self.method, &self.path)
    }
}

impl Contract {
    /// Reads the text of `keepnet-api-spec.json`.
    pub fn parse(text: &str) -> Result<Self, SpecError> {
        Ok(Contract::new(serde_json::from_str(text)?))
    }

    /// Takes a normalised document.
    pub fn new(document: Value) -> Self {
        Contract { document }
    }

    /// The OpenAPI document itself.
    pub fn document(&self) -> &Value {
        &self.document
    }

    /// All operations, sorted by name.
    pub fn operations(&self) -> Vec<Operation> {
        let operations = openapi::operations(&self.document);
        let mut operations: Vec<_> = operations
            .map(|(method, path, operation)| Operation {
                id: openapi::text(operation, "operationId").to_owned(),
                method: method.to_uppercase(),
                path: path.to_owned(),
                area: openapi::text(operation, "x-area").to_owned(),
                safety: Safety::from_name(openapi::text(operation, "x-safety")),
                body: self.content_type(openapi::body(operation), ""),
                result: self.content_type(openapi::result(operation), ""),
            })
            .collect();
        operations.sort();
        operations
    }

    /// The component of each JSON body, by `METHOD /path`.
    pub fn bodies(&self) -> BTreeMap<String, String> {
        let operations = openapi::operations(&self.document);
        let bodies = operations.filter_map(|(method, path, operation)| {
            let (_, schema) = openapi::body(operation)?;
            let component = openapi::reference(schema)?;
            Some((openapi::place(method, path), component.to_owned()))
        });
        bodies.collect()
    }

    /// The definition of an operation in the document.
    pub(crate) fn definition(&self, operation: &Operation) -> &Value {
        &self.document["paths"][&operation.path][operation.method.to_lowercase()]
    }

    /// The schema of a component.
    pub fn schema(&self, name: &str) -> Option<&Value> {
        openapi::schemas(&self.document)?.get(name)
    }

    /// The components that are Rust types of their own: all but envelopes and pages, which are
    /// generic types.
    pub(crate) fn types(&self) -> impl Iterator<Item = (&String, &Value)> {
        let schemas = openapi::members(&self.document, "/components/schemas");
        schemas.filter(|(_, schema)| self.generic(schema, "").is_none())
    }

    /// The Rust type of a schema; envelopes and pages come out as the generic types they are.
    pub fn rust_type(&self, schema: &Value) -> String {
        self.type_within(schema, "")
    }

    /// The same with a path in front of every generated type.
    pub(crate) fn type_within(&self, schema: &Value, prefix: &str) -> String {
        if let Some(name) = openapi::reference(schema) {
            let schema = self.schema(name);
            let generic = schema.and_then(|schema| self.generic(schema, prefix));
            return generic.unwrap_or_else(|| format!("{prefix}{name}"));
        }
        let name = match (
            openapi::text(schema, "type"),
            openapi::text(schema, "format"),
        ) {
            ("array", _) => return format!("Vec<{}>", self.type_within(&schema["items"], prefix)),
            ("object", _) if schema["additionalProperties"].is_object() => {
                let values = self.type_within(&schema["additionalProperties"], prefix);
                return format!("Map<{values}>");
            }
            ("string", "date-time") => "Timestamp",
            ("string", _) => "String",
            ("boolean", _) => "bool",
            ("integer", "int32") => "i32",
            ("integer", _) => "i64",
            ("number", _) => "f64",
            _ => "Value",
        };
        name.to_owned()
    }

    /// `Envelope<…>` or `Page<…>`, if a component is one of them.
    pub(crate) fn generic(&self, schema: &Value, prefix: &str) -> Option<String> {
        let parts = schema.get("allOf")?.as_array()?;
        let properties = &parts.get(1)?["properties"];
        let base = openapi::reference(parts.first()?)?;
        let payload = match base {
            ENVELOPE => &properties["data"],
            PAGE => &properties["results"]["items"],
            _ => return None,
        };
        Some(format!("{base}<{}>", self.type_within(payload, prefix)))
    }

    /// The fields that no Rust type has: the parts of a form, and the fields of an envelope or a
    /// page beside those that all have.
    pub(crate) fn fields_without_type(&self, schema: &Value) -> Value {
        let Some(name) = openapi::reference(schema) else {
            return schema.clone();
        };
        let component = self.schema(name);
        let generic = component.filter(|schema| self.generic(schema, "").is_some());
        let mut own = generic.map_or(Value::Null, |schema| schema["allOf"][1].clone());
        let Some(Value::Object(fields)) = own.pointer_mut("/properties") else {
            return own;
        };
        fields.remove("results");
        let Some(payload) = fields.remove("data") else {
            return own;
        };
        let mut below = self.fields_without_type(&payload);
        for (key, field) in std::mem::take(fields) {
            below["properties"][key] = field;
        }
        below
    }

    /// The type of a body or of a result with a path in front of every generated type.
    pub(crate) fn content_type(&self, content: Option<(&str, &Value)>, prefix: &str) -> String {
        match content {
            None => "-".to_owned(),
            Some(("multipart/form-data", _)) => "form".to_owned(),
            Some(("application/octet-stream", _)) => "bytes".to_owned(),
            Some((_, schema)) => self.type_within(schema, prefix),
        }
    }
}
