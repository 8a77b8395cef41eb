//! Appending lines to the file of a ledger.

use std::io::{self, Write};

/// A file to which lines are appended. A line that was cut off, by a full disk for example, spoils no
/// other one.
#[derive(Debug)]
pub(super) struct LedgerLines<W> {
    file: W,
    /// Whether the last line may have no end.
    is_cut: bool,
}

impl<W: Write> LedgerLines<W> {
    /// Goes on with a file whose last line may be cut off.
    pub(super) fn new(file: W) -> LedgerLines<W> {
        LedgerLines { file, is_cut: true }
    }

    pub(super) fn file(&self) -> &W {
        &self.file
    }

    /// Appends a line, which has no line break.
    pub(super) fn append(&mut self, line: &[u8]) -> io::Result<()> {
        let start: &[u8] = if self.is_cut { b"\n" } else { b"" };
        self.is_cut = true;
        self.file.write_all(&[start, line, b"\n"].concat())?;
        self.is_cut = false;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A disk with room for this many bytes.
    struct Disk {
        content: Vec<u8>,
        room: usize,
    }

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            match bytes.len().min(self.room) {
                0 => Err(io::ErrorKind::StorageFull.into()),
                written => {
                    self.content.extend(&bytes[..written]);
                    self.room -= written;
                    Ok(written)
                }
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn line_after_a_cut_one_stands_alone() {
        for room in 0..=12 {
            let content = b"one\nhal".to_vec();
            let mut lines = LedgerLines::new(Disk { content, room });
            let is_full = lines.append(b"two").is_err() || lines.append(b"three").is_err();
            lines.file.room = 100;
            lines.append(b"four").unwrap();
            lines.append(b"five").unwrap();
            let text = String::from_utf8(lines.file.content).unwrap();
            assert!(is_full == (room < 11), "{room}: {text}");
            assert!(text.starts_with("one\nhal\n"), "{room}: {text}");
            assert!(text.ends_with("\nfour\nfive\n"), "{room}: {text}");
        }
    }
}
