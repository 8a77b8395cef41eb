//! Appending lines to the file of a ledger.

use std::fs::File;
use std::io::{self, Seek as _, SeekFrom, Write};

/// A file to which lines are appended. A line that was cut off, by a full disk for example, is removed before
/// the next one, so that each line but the last is complete.
#[derive(Debug)]
pub(super) struct LedgerLines<F> {
    file: F,
    /// How many bytes the complete lines have.
    end: u64,
    /// Whether the last complete line lacks its line break.
    lacks_break: bool,
    /// Whether more than the complete lines may be in the file.
    is_cut: bool,
}

/// A file that can be shortened.
pub(super) trait LedgerFile: Write {
    /// Leaves this many bytes in the file, and goes on behind them.
    fn shorten(&mut self, end: u64) -> io::Result<()>;
}

impl LedgerFile for File {
    fn shorten(&mut self, end: u64) -> io::Result<()> {
        self.set_len(end)?;
        self.seek(SeekFrom::Start(end))?;
        Ok(())
    }
}

impl<F: LedgerFile> LedgerLines<F> {
    /// Goes on with a file whose complete lines have this many bytes.
    pub(super) fn new(file: F, end: u64, lacks_break: bool) -> LedgerLines<F> {
        LedgerLines {
            file,
            end,
            lacks_break,
            is_cut: true,
        }
    }

    pub(super) fn file(&self) -> &F {
        &self.file
    }

    /// Appends a line, which has no line break.
    pub(super) fn append(&mut self, line: &[u8]) -> io::Result<()> {
        if self.is_cut {
            self.file.shorten(self.end)?;
        }
        self.is_cut = true;
        let start: &[u8] = if self.lacks_break { b"\n" } else { b"" };
        let text = [start, line, b"\n"].concat();
        self.file.write_all(&text)?;
        self.end += text.len() as u64;
        self.lacks_break = false;
        self.is_cut = false;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A disk with room for this many more bytes.
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

    impl LedgerFile for Disk {
        fn shorten(&mut self, end: u64) -> io::Result<()> {
            self.content.truncate(end as usize);
            Ok(())
        }
    }

    #[test]
    fn line_that_was_cut_off_is_removed() {
        for (complete, start) in [("one\n", "one\n"), ("one", "one\n"), ("", "")] {
            for room in 0..=12 {
                let content = [complete.as_bytes(), b"hal"].concat();
                let end = complete.len() as u64;
                let mut lines = LedgerLines::new(Disk { content, room }, end, complete == "one");
                let mut expected = start.to_owned();
                for line in ["two", "three"] {
                    if lines.append(line.as_bytes()).is_ok() {
                        expected += &format!("{line}\n");
                    }
                }
                let needed = start.len() - complete.len() + "two\nthree\n".len();
                assert_eq!(expected.ends_with("two\nthree\n"), room >= needed, "{room}");
                lines.file.room = 100;
                lines.append(b"four").unwrap();
                let text = String::from_utf8(lines.file.content).unwrap();
                assert_eq!(text, expected + "four\n", "{complete:?}, {room}");
            }
        }
    }

    #[test]
    fn file_is_shortened_to_its_complete_lines() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "one\nhalf of a long line").unwrap();
        let opened = File::options().write(true).open(file.path()).unwrap();
        let mut lines = LedgerLines::new(opened, 4, false);
        lines.append(b"two").unwrap();
        lines.append(b"three").unwrap();
        let text = std::fs::read_to_string(file.path()).unwrap();
        assert_eq!(text, "one\ntwo\nthree\n");
    }
}
