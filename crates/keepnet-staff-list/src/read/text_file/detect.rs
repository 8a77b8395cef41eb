//! Recognising the encoding of a text file with certainty, or not at all.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use super::plausible::is_plausible;
use crate::encoding::Encoding;

/// What the bytes of a file say about their encoding.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Detected {
    /// The encoding is certain, or it was given and explains every byte.
    Certain {
        encoding: Encoding,
        /// Bytes of the byte order mark.
        mark: u64,
        /// Whether the letters make words in it.
        is_plausible: bool,
    },
    /// The bytes are not text.
    Binary,
    /// The encoding is known, but some bytes are not in it.
    Damaged { encoding: Encoding, mark: u64 },
    /// The file may be in any of these encodings, or damaged; in none that is known if there are none.
    Ambiguous(Vec<Encoding>),
    /// The byte order mark names another encoding than the one that was given.
    Contradiction { marked: Encoding },
}

/// Detects the encoding of `file`, which the caller may have `given`. The file is positioned at its
/// start afterwards.
pub(super) fn detect(file: &mut File, given: Option<Encoding>) -> io::Result<Detected> {
    let detected = detect_from_start(file, given);
    file.rewind()?;
    detected
}

fn detect_from_start(file: &mut File, given: Option<Encoding>) -> io::Result<Detected> {
    file.rewind()?;
    let mut start = Vec::with_capacity(4);
    file.by_ref().take(4).read_to_end(&mut start)?;
    let marked = match &start[..] {
        // The byte order mark of UTF-32, which no spreadsheet program writes.
        [0xFF, 0xFE, 0, 0] => return Ok(Detected::Binary),
        [0xEF, 0xBB, 0xBF, ..] => Some((Encoding::Utf8, 3)),
        [0xFF, 0xFE, ..] => Some((Encoding::Utf16Le, 2)),
        [0xFE, 0xFF, ..] => Some((Encoding::Utf16Be, 2)),
        _ => None,
    };
    if let (Some((marked, _)), Some(given)) = (marked, given)
        && marked != given
    {
        return Ok(Detected::Contradiction { marked });
    }
    let mark = marked.map_or(0, |(_, mark)| mark);
    let counts = ByteCounts::of(file, mark)?;
    let known = marked.map(|(encoding, _)| encoding).or(given);
    let Some(encoding) = known.or_else(|| counts.encoding()) else {
        if counts.is_binary() {
            return Ok(Detected::Binary);
        }
        // Where some letters are UTF-8 and others not, a code page would garble the first ones.
        let mut candidates = Vec::new();
        if counts.wide > 0 {
            candidates.push(Encoding::Utf8);
        }
        for encoding in Encoding::code_pages() {
            if is_plausible(file, encoding)? {
                candidates.push(encoding);
            }
        }
        return Ok(Detected::Ambiguous(candidates));
    };
    let is_explained = match encoding {
        Encoding::Utf8 => counts.is_utf8(),
        Encoding::Utf16Le | Encoding::Utf16Be => is_utf16(file, encoding, mark)?,
        _ => counts.letters().all(|byte| encoding.letter(byte).is_some()),
    };
    if !is_explained {
        return Ok(Detected::Damaged { encoding, mark });
    }
    let is_code_page = Encoding::code_pages().any(|one| one == encoding);
    Ok(Detected::Certain {
        encoding,
        mark,
        is_plausible: !is_code_page || is_plausible(file, encoding)?,
    })
}

const CHUNK: usize = 64 << 10;

/// Whether a file consists of UTF-16 alone.
fn is_utf16(file: &mut File, encoding: Encoding, mark: u64) -> io::Result<bool> {
    let crate::encoding::Coding::Standard(standard) = encoding.coding() else {
        return Ok(false);
    };
    file.seek(SeekFrom::Start(mark))?;
    let mut decoder = standard.new_decoder_without_bom_handling();
    let (mut bytes, mut decoded) = (vec![0; CHUNK], vec![0; 3 * CHUNK + 16]);
    loop {
        let length = file.read(&mut bytes)?;
        let (_, _, _, had_errors) =
            decoder.decode_to_utf8(&bytes[..length], &mut decoded, length == 0);
        if had_errors {
            return Ok(false);
        }
        if length == 0 {
            return Ok(true);
        }
    }
}

/// How often each byte occurs in a file, and how much of it is UTF-8.
struct ByteCounts {
    /// The beginning of a character that the last chunk cut off.
    cut: Vec<u8>,
    counts: [u64; 256],
    /// The zeros at even and at odd positions.
    zeros: [u64; 2],
    /// Letters of several bytes in UTF-8.
    wide: u64,
    /// Bytes, or beginnings of letters, that are not UTF-8.
    broken: u64,
}

impl ByteCounts {
    fn of(file: &mut File, mark: u64) -> io::Result<ByteCounts> {
        let mut counts = ByteCounts {
            cut: Vec::new(),
            counts: [0; 256],
            zeros: [0; 2],
            wide: 0,
            broken: 0,
        };
        file.seek(SeekFrom::Start(mark))?;
        let mut chunk = Vec::with_capacity(CHUNK);
        loop {
            chunk.clear();
            // Filled to the end of the file, so that every chunk but the last has an even length.
            file.by_ref().take(CHUNK as u64).read_to_end(&mut chunk)?;
            if chunk.is_empty() {
                break;
            }
            counts.add(&chunk);
        }
        counts.broken += u64::from(!counts.cut.is_empty());
        Ok(counts)
    }

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
        if self.cut.is_empty() && chunk.is_ascii() {
            return;
        }
        let mut joined = std::mem::take(&mut self.cut);
        let mut rest = chunk;
        if !joined.is_empty() {
            joined.extend_from_slice(chunk);
            rest = &joined;
        }
        loop {
            let error = match std::str::from_utf8(rest) {
                Ok(text) => return self.wide += count_wide(text),
                Err(error) => error,
            };
            let (text, broken) = rest.split_at(error.valid_up_to());
            self.wide += std::str::from_utf8(text).map_or(0, count_wide);
            match error.error_len() {
                Some(length) => {
                    self.broken += 1;
                    rest = &broken[length..];
                }
                None => return self.cut = broken.to_vec(),
            }
        }
    }

    fn is_utf8(&self) -> bool {
        self.broken == 0
    }

    /// The bytes above 127 that occur.
    fn letters(&self) -> impl Iterator<Item = u8> {
        (128..=255).filter(|byte| self.counts[usize::from(*byte)] > 0)
    }

    fn is_binary(&self) -> bool {
        let total: u64 = self.counts.iter().sum();
        let is_control = |byte: &usize| !b"\t\n\r\x0B\x0C\x1A".contains(&(*byte as u8));
        let controls = (0..0x20).filter(is_control).map(|byte| self.counts[byte]);
        self.counts[0] > 0 || controls.sum::<u64>() * 50 > total
    }

    /// The encoding, if the bytes leave no doubt.
    fn encoding(&self) -> Option<Encoding> {
        let total: u64 = self.counts.iter().sum();
        // Latin letters have one zero each in UTF-16. Delimiters, line ends and e-mail addresses
        // consist of them, so that they are the larger part of every list.
        match self.zeros {
            [0, odd] if odd * 4 > total => return Some(Encoding::Utf16Le),
            [even, 0] if even * 4 > total => return Some(Encoding::Utf16Be),
            _ => {}
        }
        // A text in a code page has hardly a letter that happens to be UTF-8.
        let is_utf8 = self.is_utf8() || self.wide > self.broken;
        (is_utf8 && !self.is_binary()).then_some(Encoding::Utf8)
    }
}

fn count_wide(text: &str) -> u64 {
    text.bytes().filter(|byte| *byte >= 0xC0).count() as u64
}
