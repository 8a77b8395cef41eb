//! The parts of an operation that its name depends on.

use serde_json::Value;

use crate::openapi::{self, ENVELOPE, PAGE};

/// The parts of an operation that its name depends on.
#[derive(Debug, Clone)]
pub(crate) struct OperationShape {
    pub(super) method: String,
    pub(super) path: String,
    /// Whether the request asks for a page.
    pub(super) is_paged: bool,
    /// Whether the result is a list.
    pub(super) is_list: bool,
    /// Whether the result is a list, a page or an object around a single list.
    pub(super) is_many: bool,
    pub(super) is_download: bool,
}

impl OperationShape {
    /// Reads the shape of an operation of the document.
    pub(crate) fn of(
        method: &str,
        path: &str,
        operation: &Value,
        document: &Value,
    ) -> OperationShape {
        let body = openapi::body(operation).map(|(_, schema)| resolve(schema, document));
        let asks = |key: &str| body.is_some_and(|body| body.pointer(key).is_some());
        let result = openapi::result(operation);
        let data = result.map(|(_, schema)| data_of(schema, document));
        OperationShape {
            method: method.to_owned(),
            path: path.to_owned(),
            is_paged: asks("/properties/pageNumber") || asks("/properties/pagination"),
            is_list: data.is_some_and(|data| data["type"] == "array"),
            is_many: data.is_some_and(is_many),
            is_download: result.is_some_and(|(media, _)| media == "application/octet-stream"),
        }
    }
}

fn resolve<'a>(schema: &'a Value, document: &'a Value) -> &'a Value {
    let name = openapi::reference(schema);
    name.map_or(schema, |name| &document["components"]["schemas"][name])
}

/// The schema of a result, or of the data in its envelope.
fn data_of<'a>(schema: &'a Value, document: &'a Value) -> &'a Value {
    let schema = resolve(schema, document);
    match base_of(schema) {
        Some(ENVELOPE) => resolve(&schema["allOf"][1]["properties"]["data"], document),
        _ => schema,
    }
}

fn base_of(schema: &Value) -> Option<&str> {
    schema.pointer("/allOf/0").and_then(openapi::reference)
}

fn is_many(data: &Value) -> bool {
    let mut fields = openapi::members(data, "/properties");
    let only = fields.next().filter(|_| fields.next().is_none());
    let is_around_list = only.is_some_and(|(_, field)| field["type"] == "array");
    base_of(data) == Some(PAGE) || data["type"] == "array" || is_around_list
}
