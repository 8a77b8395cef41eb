//! Functions that the targets share.

use std::fmt::Display;
use std::io::Write as _;

/// Hides panics that the library catches, such as those of calamine. A panic that the library does
/// not catch still ends the run.
pub fn let_caught_panics_pass() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map_or("", |place| place.file());
        if place.contains("fuzz_targets") || place.contains("keepnet-staff-list") {
            eprintln!("{panic}");
        }
    }));
}

/// A file with this content.
pub fn file(suffix: &str, content: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::Builder::new()
        .suffix(suffix)
        .tempfile()
        .expect("a temporary folder");
    file.write_all(content).expect("a temporary folder");
    file
}

pub fn assert_one_line(error: &impl Display) {
    let line = error.to_string();
    assert!(!line.contains('\n') && !line.contains('\r'), "{line:?}");
}
