//! The contract: the published document after normalization.

use serde_json::Value;

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
    /// The area, which is the cargo feature that brings it.
    pub area: String,
    /// Whether it may be sent again when its outcome is unknown.
    pub safety: Safety,
    /// The body in Rust terms: a type name, `form` for multipart, `-` for none.
    pub body: String,
    /// The result in Rust terms: a type, or `bytes` for a download.
    pub result: String,
}

impl Contract {
    /// Reads the text of `keepnet-api-spec.json`.
    pub fn parse(text: &str) -> Result<Self, SpecError> {
        let document = serde_json::from_str(text).map_err(|source| SpecError::NotJson {
            line: source.line(),
            column: source.column(),
            source,
        })?;
        Ok(Contract { document })
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
                body: self.body_type(operation),
                result: self.result_with(operation, ""),
            })
            .collect();
        operations.sort();
        operations
    }

    /// The schema of a component.
    pub fn schema(&self, name: &str) -> Option<&Value> {
        openapi::schemas(&self.document)?.get(name)
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
        let format = schema.get("format").and_then(Value::as_str);
        match schema.get("type").and_then(Value::as_str) {
            Some("array") => format!("Vec<{}>", self.type_within(&schema["items"], prefix)),
            Some("object") => match schema.get("additionalProperties") {
                Some(values) if values.is_object() => {
                    format!("Map<{}>", self.type_within(values, prefix))
                }
                _ => "Value".to_owned(),
            },
            Some("string") if format == Some("date-time") => "Timestamp".to_owned(),
            Some("string") => "String".to_owned(),
            Some("boolean") => "bool".to_owned(),
            Some("integer") if format == Some("int32") => "i32".to_owned(),
            Some("integer") => "i64".to_owned(),
            Some("number") => "f64".to_owned(),
            _ => "Value".to_owned(),
        }
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

    /// The fields of a page beside its rows; the generic Rust type does not have them.
    pub(crate) fn fields_beside_rows(&self, schema: &Value) -> Value {
        let component = openapi::reference(schema).and_then(|name| self.schema(name));
        let Some(component) = component.filter(|schema| self.generic(schema, "").is_some()) else {
            return Value::Null;
        };
        let mut own = component["allOf"][1].clone();
        if let Some(payload) = own["properties"].get("data") {
            return self.fields_beside_rows(payload);
        }
        if let Some(fields) = own["properties"].as_object_mut() {
            fields.remove("results");
        }
        own
    }

    fn body_type(&self, operation: &Value) -> String {
        match openapi::members(operation, "/requestBody/content").next() {
            None => "-".to_owned(),
            Some((media, _)) if media == "multipart/form-data" => "form".to_owned(),
            Some((_, body)) => self.rust_type(&body["schema"]),
        }
    }

    /// What the document says of an operation.
    #[cfg(feature = "generate")]
    pub(crate) fn definition(&self, operation: &Operation) -> Value {
        let method = operation.method.to_lowercase();
        self.document["paths"][&operation.path][&method].clone()
    }

    /// The result of an operation with a path in front of every generated type.
    #[cfg(feature = "generate")]
    pub(crate) fn result_within(&self, operation: &Operation, prefix: &str) -> String {
        self.result_with(&self.definition(operation), prefix)
    }

    fn result_with(&self, operation: &Value, prefix: &str) -> String {
        let response = openapi::members(operation, "/responses").next();
        let content =
            response.and_then(|(_, response)| openapi::members(response, "/content").next());
        match content {
            None => "-".to_owned(),
            Some((media, _)) if media == "application/octet-stream" => "bytes".to_owned(),
            Some((_, body)) => self.type_within(&body["schema"], prefix),
        }
    }
}
