//! The seats of the licence, as the preview of an import shows them.

use keepnet_flows::{LicenseUse, Preview};

use crate::ui::print_message;

/// Reads the licence of the customer. It is information only, so an error is a note.
pub(super) async fn read(preview: &Preview) -> Option<LicenseUse> {
    let read = preview.license().await;
    read.inspect_err(|error| print_message(&format!("note: {error}")))
        .ok()
}

/// The line of the preview.
pub(super) fn line(license: &LicenseUse) -> String {
    match license.is_within() {
        Some(false) => format!("warning: the import exceeds the licence ({license})"),
        Some(true) | None => license.to_string(),
    }
}
