//! A private copy of the file, so that every pass reads the bytes that the first one read.

use std::fs::File;
use std::io::{self, Read, Seek};

use sha2::{Digest as _, Sha256};

use crate::error::{SheetError, ensure_within};
use crate::limits::{Limit, Limits};

/// Copies `source` into a temporary file without a name, which the system removes when it is closed,
/// also after a crash. Whoever replaces or changes the original changes nothing here.
pub(super) fn copy(mut source: impl Read, name: &str, limits: &Limits) -> Result<File, SheetError> {
    let failed = |source| SheetError::Temporary {
        file: name.to_owned(),
        source,
    };
    let mut copy = tempfile::tempfile().map_err(failed)?;
    // A pipe has no size that could be compared before.
    let mut limited = source.by_ref().take(limits.file_bytes.saturating_add(1));
    let length = io::copy(&mut limited, &mut copy).map_err(failed)?;
    ensure_within(name, limits, Limit::FileBytes, length)?;
    copy.rewind().map_err(failed)?;
    Ok(copy)
}

/// The SHA-256 of a file from its start, in hexadecimal digits.
pub(super) fn sha256(mut file: &File) -> io::Result<String> {
    file.rewind()?;
    let mut digest = Sha256::new();
    let mut chunk = vec![0; 64 << 10];
    loop {
        match file.read(&mut chunk) {
            Ok(0) => break,
            Ok(length) => digest.update(&chunk[..length]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let bytes = digest.finalize();
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}
