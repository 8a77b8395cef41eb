//! The encoding of a text file.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek};

use encoding_rs::{UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, WINDOWS_1254};

/// The encoding of a text file, recognised by its byte order mark or its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Encoding {
    /// UTF-8, and plain ASCII with it.
    Utf8,
    /// UTF-16, low byte first, recognised by its byte order mark or its zeros.
    Utf16Le,
    /// UTF-16, high byte first, recognised by its byte order mark or its zeros.
    Utf16Be,
    /// The Turkish code page of Windows.
    Windows1254,
    /// The Western European code page of Windows.
    Windows1252,
}

impl Encoding {
    /// The registered name, such as `windows-1254`.
    pub fn name(self) -> &'static str {
        self.coder().name()
    }

    pub(super) fn coder(self) -> &'static encoding_rs::Encoding {
        match self {
            Encoding::Utf8 => UTF_8,
            Encoding::Utf16Le => UTF_16LE,
            Encoding::Utf16Be => UTF_16BE,
            Encoding::Windows1254 => WINDOWS_1254,
            Encoding::Windows1252 => WINDOWS_1252,
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The encoding of `file`, and how many bytes its byte order mark takes; none if the bytes are not
/// text. The file is positioned at its start afterwards.
pub(super) fn detect(file: &mut File) -> io::Result<Option<(Encoding, u64)>> {
    let mut chunk = Vec::with_capacity(CHUNK as usize);
    file.by_ref().take(4).read_to_end(&mut chunk)?;
    file.rewind()?;
    match &chunk[..] {
        // The byte order mark of UTF-32, which no spreadsheet program writes.
        [0xFF, 0xFE, 0, 0] => return Ok(None),
        [0xEF, 0xBB, 0xBF, ..] => return Ok(Some((Encoding::Utf8, 3))),
        [0xFF, 0xFE, ..] => return Ok(Some((Encoding::Utf16Le, 2))),
        [0xFE, 0xFF, ..] => return Ok(Some((Encoding::Utf16Be, 2))),
        _ => {}
    }
    let mut counts = ByteCounts::default();
    loop {
        chunk.clear();
        // Filled to the end of the file, so that every chunk but the last has an even length.
        file.by_ref().take(CHUNK).read_to_end(&mut chunk)?;
        if chunk.is_empty() {
            break;
        }
        counts.add(&chunk);
    }
    file.rewind()?;
    Ok(counts.encoding().map(|encoding| (encoding, 0)))
}

const CHUNK: u64 = 64 << 10;

/// How often each byte occurs in a file without a byte order mark.
struct ByteCounts {
    /// The beginning of a character that the last chunk cut off.
    cut: Vec<u8>,
    is_utf8: bool,
    counts: [u64; 256],
    /// The zeros at even and at odd positions.
    zeros: [u64; 2],
}

impl Default for ByteCounts {
    fn default() -> ByteCounts {
        ByteCounts {
            cut: Vec::new(),
            is_utf8: true,
            counts: [0; 256],
            zeros: [0; 2],
        }
    }
}

impl ByteCounts {
    fn add(&mut self, chunk: &[u8]) {
        for byte in chunk {
            self.counts[usize::from(*byte)] += 1;
        }
        if chunk.contains(&0) {
            for pair in chunk.chunks_exact(2) {
                self.zeros[0] += u64::from(pair[0] == 0);
                self.zeros[1] += u64::from(pair[1] == 0);
            }
        }
        if !self.is_utf8 {
            return;
        }
        let mut text = chunk;
        let joined;
        if !self.cut.is_empty() {
            self.cut.extend_from_slice(chunk);
            joined = std::mem::take(&mut self.cut);
            text = &joined;
        }
        if let Err(error) = std::str::from_utf8(text) {
            match error.error_len() {
                Some(_) => self.is_utf8 = false,
                None => self.cut = text[error.valid_up_to()..].to_vec(),
            }
        }
    }

    fn encoding(&self) -> Option<Encoding> {
        let count = |byte: &u8| self.counts[usize::from(*byte)];
        let sum = |bytes: &[u8]| bytes.iter().map(count).sum::<u64>();
        let total: u64 = self.counts.iter().sum();
        // Latin letters have one zero each in UTF-16. Delimiters, line ends and e-mail addresses
        // consist of them, so that they are the larger part of every list.
        match self.zeros {
            [0, odd] if odd * 4 > total => return Some(Encoding::Utf16Le),
            [even, 0] if even * 4 > total => return Some(Encoding::Utf16Be),
            _ => {}
        }
        let controls = (0..0x20).filter(|byte| !b"\t\n\r\x0B\x0C\x1A".contains(byte));
        let controls: u64 = controls.map(|byte| count(&byte)).sum();
        if count(&0) > 0 || controls * 50 > total {
            return None;
        }
        if self.is_utf8 && self.cut.is_empty() {
            return Some(Encoding::Utf8);
        }
        // The two code pages differ in six letters: Ğ İ Ş ğ ı ş in the Turkish one are Ð Ý Þ ð ý þ
        // in the Western one. The latter are Icelandic, which uses á í ó ú æ more often.
        let turkish = sum(&[0xD0, 0xDD, 0xDE, 0xF0, 0xFD, 0xFE]);
        let western = sum(&[0xC1, 0xC6, 0xCD, 0xD3, 0xDA, 0xE1, 0xE6, 0xED, 0xF3, 0xFA]);
        Some(if turkish > western {
            Encoding::Windows1254
        } else {
            Encoding::Windows1252
        })
    }
}
