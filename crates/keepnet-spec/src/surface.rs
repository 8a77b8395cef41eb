use crate::Contract;

/// One line per operation, sorted by name: name, method, path, area, safety, body, result.
///
/// This is what people review when the document changes.
pub fn surface(contract: &Contract) -> String {
    let mut text = String::new();
    for operation in contract.operations() {
        let line = [
            operation.id.as_str(),
            &operation.method,
            &operation.path,
            &operation.area,
            operation.safety.as_str(),
            &operation.body,
            &operation.result,
        ]
        .join("  ");
        text.push_str(&line);
        text.push('\n');
    }
    text
}
