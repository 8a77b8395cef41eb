//! The list of operations that people review when the document changes.

use crate::Contract;

/// One line per operation, sorted by name: name, method, path, area, safety, body, result.
pub fn operation_list(contract: &Contract) -> String {
    let line = |operation: crate::Operation| {
        let fields = [
            operation.id.as_str(),
            &operation.method,
            &operation.path,
            &operation.area,
            operation.safety.as_str(),
            &operation.body,
            &operation.result,
        ];
        fields.join("  ") + "\n"
    };
    contract.operations().into_iter().map(line).collect()
}
