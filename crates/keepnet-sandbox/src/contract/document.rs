//! The contract as a document.

use std::sync::LazyLock;

use serde_json::Value;

/// The whole contract; it is parsed at the first call, which takes some 20 ms.
pub(super) fn document() -> &'static Value {
    static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
        let text = include_str!(concat!(env!("OUT_DIR"), "/contract.json"));
        // The build script has parsed the same text.
        serde_json::from_str(text).unwrap_or_default()
    });
    &DOCUMENT
}

/// The declaration of an operation, such as `GET /api/jobs`.
pub(super) fn operation(route: &str) -> Option<&'static Value> {
    let (method, path) = route.split_once(' ')?;
    document()["paths"].get(path)?.get(method.to_lowercase())
}

/// The status and the declaration of the response of a success.
pub(super) fn success(operation: &Value) -> Option<(u16, &Value)> {
    let mut responses = operation["responses"].as_object()?.iter();
    let (status, response) = responses.find(|(status, _)| status.starts_with('2'))?;
    Some((status.parse().ok()?, response))
}

/// The component that a schema refers to, and its name.
pub(super) fn component(schema: &Value) -> Option<(&str, &'static Value)> {
    let name = schema["$ref"]
        .as_str()?
        .strip_prefix("#/components/schemas/")?;
    Some((name, &document()["components"]["schemas"][name]))
}
