//! Standard output, on which the data of customers cannot control the terminal.

use std::io::{self, IsTerminal as _, StdoutLock, Write};

/// Standard output. If it is a terminal, control characters are replaced.
pub(crate) fn terminal_safe_stdout() -> TerminalSafe<StdoutLock<'static>> {
    let out = io::stdout();
    let is_terminal = out.is_terminal();
    TerminalSafe::new(out.lock(), is_terminal)
}

/// A writer of UTF-8 that replaces each control character except tabulators and line breaks with a
/// question mark, if the text is for a terminal.
pub(crate) struct TerminalSafe<W> {
    out: W,
    is_terminal: bool,
    /// Whether the last byte was the first of a character that may be a control character.
    is_pending: bool,
}

/// The first byte of U+0080 to U+00BF, of which those up to U+009F are control characters.
const PENDING: u8 = 0xC2;

impl<W> TerminalSafe<W> {
    pub(crate) fn new(out: W, is_terminal: bool) -> TerminalSafe<W> {
        TerminalSafe {
            out,
            is_terminal,
            is_pending: false,
        }
    }
}

impl<W: Write> Write for TerminalSafe<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.is_terminal {
            return self.out.write(bytes);
        }
        let mut safe = Vec::with_capacity(bytes.len());
        for &byte in bytes {
            match (std::mem::take(&mut self.is_pending), byte) {
                (true, 0x80..=0x9F) => safe.push(b'?'),
                (true, byte) => safe.extend([PENDING, byte]),
                (false, PENDING) => self.is_pending = true,
                (false, b'\t' | b'\n' | b'\r') => safe.push(byte),
                (false, byte) if byte.is_ascii_control() => safe.push(b'?'),
                (false, byte) => safe.push(byte),
            }
        }
        self.out.write_all(&safe)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_do_not_reach_a_terminal() {
        let check = |is_terminal: bool, text: &str, expected: &str| {
            // The size of the parts does not matter.
            for size in [1, 2, 100] {
                let mut out = TerminalSafe::new(Vec::new(), is_terminal);
                for part in text.as_bytes().chunks(size) {
                    out.write_all(part).unwrap();
                }
                assert_eq!(String::from_utf8(out.out).unwrap(), expected, "{text:?}");
            }
        };
        let text = "a\u{1b}[31m\u{9b}2J\u{7f}\u{a0}\u{e7}\tb\r\n";
        check(true, text, "a?[31m?2J?\u{a0}\u{e7}\tb\r\n");
        check(false, text, text);
    }
}
