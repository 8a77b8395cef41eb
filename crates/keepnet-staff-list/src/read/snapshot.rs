//! A private copy of the file, so that every pass reads the bytes that the first one read.

use std::fs::File;
use std::io::{self, Read, Seek, Write as _};

use sha2::{Digest as _, Sha256};

use crate::error::{SheetError, ensure_within};
use crate::limits::{Limit, Limits};

/// A private copy of a file.
pub(super) struct Snapshot {
    pub(super) file: File,
    /// The SHA-256 of its bytes, in hexadecimal digits.
    pub(super) sha256: String,
}

/// Copies `source` into a temporary file without a name, which the system removes when it is closed,
/// also after a crash. Whoever replaces or changes the original changes nothing here.
pub(super) fn copy(
    mut source: impl Read,
    name: &str,
    limits: &Limits,
) -> Result<Snapshot, SheetError> {
    let failed = |source| SheetError::Temporary {
        file: name.to_owned(),
        source,
    };
    let mut file = tempfile::tempfile().map_err(failed)?;
    // A pipe has no size that could be compared before.
    let mut limited = source.by_ref().take(limits.file_bytes.saturating_add(1));
    let mut digest = Sha256::new();
    let mut buffer = vec![0; CHUNK];
    let mut length = 0;
    loop {
        let chunk = read_chunk(&mut limited, &mut buffer);
        let chunk = chunk.map_err(|source| SheetError::unreadable(name, source))?;
        if chunk.is_empty() {
            break;
        }
        file.write_all(chunk).map_err(failed)?;
        digest.update(chunk);
        length += chunk.len() as u64;
    }
    ensure_within(name, limits, Limit::FileBytes, length)?;
    file.rewind().map_err(failed)?;
    let digest = digest.finalize();
    let sha256 = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Snapshot { file, sha256 })
}

const CHUNK: usize = 64 << 10;

/// The next bytes of `source`; none at its end.
fn read_chunk<'a>(source: &mut impl Read, buffer: &'a mut [u8]) -> io::Result<&'a [u8]> {
    loop {
        match source.read(buffer) {
            Ok(length) => return Ok(&buffer[..length]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Unplugged;

    impl Read for Unplugged {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::ErrorKind::ConnectionReset.into())
        }
    }

    #[test]
    fn error_of_the_source_is_not_one_of_the_copy() {
        let source = b"Email\n".chain(Unplugged);
        let error = copy(source, "people.csv", &Limits::default()).err();
        assert!(
            matches!(error, Some(SheetError::Unreadable { .. })),
            "{error:?}"
        );
    }
}
