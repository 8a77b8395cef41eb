//! The page of operations that people review when the document changes.

use crate::codegen::Surface;
use crate::{Contract, Operation, openapi};

/// One line per operation, sorted by name: name, method, path, area, retry class, success status and
/// what the response is if it is no envelope, and the signature that a Rust caller sees.
///
/// ```text
/// get_book  GET  /api/books/{bookId}  books  read  200  (book_id: &str).depth(i32) -> Book
/// ```
///
/// A form lists its parts, a required one with `*`.
pub fn operation_list(contract: &Contract, surface: &Surface) -> String {
    let operations = contract.operations().into_iter();
    let lines = operations.map(|operation| line(contract, surface, &operation) + "\n");
    lines.collect()
}

fn line(contract: &Contract, surface: &Surface, operation: &Operation) -> String {
    let definition = contract.definition(operation);
    let status = openapi::status(definition).unwrap_or_default();
    let response = match operation.result.as_str() {
        "-" => " undeclared",
        "bytes" => " file",
        result if result.starts_with("Envelope<") => "",
        "Value" => " disputed",
        _ => " bare",
    };
    let mut fields = vec![
        operation.id.clone(),
        operation.method.clone(),
        operation.path.clone(),
        operation.area.clone(),
        operation.safety.to_string(),
        format!("{status}{response}"),
        signature(surface, operation, definition),
    ];
    if definition["deprecated"] == true {
        fields.push("deprecated".to_owned());
    }
    fields.join("  ")
}

fn signature(surface: &Surface, operation: &Operation, definition: &serde_json::Value) -> String {
    let Some(method) = surface.methods.get(&operation.id) else {
        return String::new();
    };
    let arguments = method.arguments.iter().map(|argument| {
        let is_form = operation.body == "form" && argument == "form: Form";
        match is_form {
            true => format!("form: {}", parts(definition)),
            false => argument.clone(),
        }
    });
    let setters = method.setters.iter().map(|setter| {
        let (name, ty) = setter.split_once(": ").unwrap_or((setter, ""));
        format!(".{name}({ty})")
    });
    format!(
        "({}){} -> {}",
        arguments.collect::<Vec<_>>().join(", "),
        setters.collect::<String>(),
        method.result
    )
}

/// `{Image*: file, Caption: string}`.
fn parts(definition: &serde_json::Value) -> String {
    let form = &definition["requestBody"]["content"]["multipart/form-data"]["schema"];
    let required = openapi::texts(form, "required");
    let parts = openapi::members(form, "/properties").map(|(name, schema)| {
        let mark = if required.contains(&name.as_str()) {
            "*"
        } else {
            ""
        };
        format!("{name}{mark}: {}", part(schema))
    });
    format!("{{{}}}", parts.collect::<Vec<_>>().join(", "))
}

fn part(schema: &serde_json::Value) -> String {
    match openapi::text(schema, "type") {
        _ if schema["format"] == "binary" => "file".to_owned(),
        "array" => format!("{}s", part(&schema["items"])),
        "" => openapi::reference(schema).unwrap_or("text").to_owned(),
        name => name.to_owned(),
    }
}
