//! How the bytes of a text file stand for letters.

use std::cell::Cell;
use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::rc::Rc;

use encoding_rs::{Decoder, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252, WINDOWS_1254};

/// The encoding of a text file, told by its byte order mark or its bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Encoding {
    /// UTF-8, and plain ASCII with it.
    Utf8,
    /// UTF-16, low byte first, announced by a byte order mark or told by its zeros.
    Utf16Le,
    /// UTF-16, high byte first, announced by a byte order mark or told by its zeros.
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

    fn coder(self) -> &'static encoding_rs::Encoding {
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

/// Tells the encoding of `file`, and how many bytes its byte order mark takes.
/// None means that the bytes are no text.
pub(super) fn detect(file: &mut File) -> io::Result<Option<(Encoding, u64)>> {
    let mut start = [0; 4];
    let length = read_full(file, &mut start)?;
    file.seek(SeekFrom::Start(0))?;
    match &start[..length] {
        // The mark of UTF-32, which no spreadsheet program writes.
        [0xFF, 0xFE, 0, 0] => return Ok(None),
        [0xEF, 0xBB, 0xBF, ..] => return Ok(Some((Encoding::Utf8, 3))),
        [0xFF, 0xFE, ..] => return Ok(Some((Encoding::Utf16Le, 2))),
        [0xFE, 0xFF, ..] => return Ok(Some((Encoding::Utf16Be, 2))),
        _ => {}
    }
    let mut census = Census::default();
    let mut chunk = vec![0; CHUNK];
    loop {
        let length = read_full(file, &mut chunk)?;
        if length == 0 {
            break;
        }
        census.add(&chunk[..length]);
    }
    file.seek(SeekFrom::Start(0))?;
    Ok(census.verdict().map(|encoding| (encoding, 0)))
}

const CHUNK: usize = 64 << 10;

fn read_full(file: &mut File, chunk: &mut [u8]) -> io::Result<usize> {
    let mut length = 0;
    while length < chunk.len() {
        match file.read(&mut chunk[length..])? {
            0 => break,
            read => length += read,
        }
    }
    Ok(length)
}

/// What the bytes of a file without a byte order mark say about its encoding.
struct Census {
    /// The beginning of a letter that the last chunk cut off.
    cut: Vec<u8>,
    is_utf8: bool,
    counts: [u64; 256],
    /// How many zeros stand at an even and at an odd place.
    zeros: [u64; 2],
}

impl Default for Census {
    fn default() -> Census {
        Census {
            cut: Vec::new(),
            is_utf8: true,
            counts: [0; 256],
            zeros: [0; 2],
        }
    }
}

impl Census {
    fn add(&mut self, chunk: &[u8]) {
        for byte in chunk {
            self.counts[usize::from(*byte)] += 1;
        }
        // Every chunk but the last has an even length.
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

    fn verdict(&self) -> Option<Encoding> {
        let sum = |bytes: &[u8]| {
            bytes
                .iter()
                .map(|byte| self.counts[usize::from(*byte)])
                .sum::<u64>()
        };
        let total: u64 = self.counts.iter().sum();
        // Latin letters in UTF-16 have one zero each: delimiters, line ends and
        // addresses make them the bulk of any list.
        match self.zeros {
            [0, odd] if odd * 4 > total => return Some(Encoding::Utf16Le),
            [even, 0] if even * 4 > total => return Some(Encoding::Utf16Be),
            _ => {}
        }
        let controls: u64 = (0..0x20)
            .filter(|byte| !b"\t\n\r\x0B\x0C\x1A".contains(byte))
            .map(|byte| sum(&[byte]))
            .sum();
        if sum(&[0]) > 0 || controls * 50 > total {
            return None;
        }
        if self.is_utf8 && self.cut.is_empty() {
            return Some(Encoding::Utf8);
        }
        // The two code pages differ in six letters: Ğ İ Ş ğ ı ş in the Turkish
        // one are Ð Ý Þ ð ý þ in the Western one. The latter are Icelandic,
        // which has yet more of á í ó ú æ.
        let turkish = sum(&[0xD0, 0xDD, 0xDE, 0xF0, 0xFD, 0xFE]);
        let western = sum(&[0xC1, 0xC6, 0xCD, 0xD3, 0xDA, 0xE1, 0xE6, 0xED, 0xF3, 0xFA]);
        Some(if turkish > western {
            Encoding::Windows1254
        } else {
            Encoding::Windows1252
        })
    }
}

/// The text of a file as UTF-8, every line ended by one line feed.
pub(super) struct Decoded<'a> {
    file: &'a mut File,
    decoder: Decoder,
    raw: Vec<u8>,
    raw_range: std::ops::Range<usize>,
    decoded: String,
    ready: Vec<u8>,
    taken: usize,
    after_return: bool,
    ended: bool,
    unclaimed: Rc<Cell<usize>>,
    bound: usize,
}

impl<'a> Decoded<'a> {
    /// Reads on from where `file` stands. Fails once `bound` bytes were read
    /// and [`claim`](Claim::claim) was not called.
    pub(super) fn new(file: &'a mut File, encoding: Encoding, bound: usize) -> Decoded<'a> {
        Decoded {
            file,
            decoder: encoding.coder().new_decoder_without_bom_handling(),
            raw: vec![0; CHUNK],
            raw_range: 0..0,
            decoded: String::with_capacity(CHUNK * 3),
            ready: Vec::with_capacity(CHUNK * 3),
            taken: 0,
            after_return: false,
            ended: false,
            unclaimed: Rc::default(),
            bound,
        }
    }

    pub(super) fn claim(&self) -> Claim {
        Claim(Rc::clone(&self.unclaimed))
    }

    fn refill(&mut self) -> io::Result<()> {
        if self.raw_range.is_empty() {
            let length = self.file.read(&mut self.raw)?;
            self.raw_range = 0..length;
        }
        let last = self.raw_range.is_empty();
        self.decoded.clear();
        let (_, read, _) = self.decoder.decode_to_string(
            &self.raw[self.raw_range.clone()],
            &mut self.decoded,
            last,
        );
        self.raw_range.start += read;
        self.ready.clear();
        self.taken = 0;
        for byte in self.decoded.bytes() {
            let after_return = std::mem::replace(&mut self.after_return, byte == b'\r');
            match byte {
                b'\n' if after_return => {}
                b'\r' => self.ready.push(b'\n'),
                other => self.ready.push(other),
            }
        }
        if last {
            self.ended = true;
            // Ended like any other, the last line is counted like any other.
            self.ready.push(b'\n');
        }
        Ok(())
    }
}

impl Read for Decoded<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.taken == self.ready.len() {
            if self.ended {
                return Ok(0);
            }
            self.refill()?;
        }
        let length = buffer.len().min(self.ready.len() - self.taken);
        buffer[..length].copy_from_slice(&self.ready[self.taken..self.taken + length]);
        self.taken += length;
        self.unclaimed.set(self.unclaimed.get() + length);
        if self.unclaimed.get() > self.bound {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        Ok(length)
    }
}

/// Says that what was read so far has been used.
pub(super) struct Claim(Rc<Cell<usize>>);

impl Claim {
    pub(super) fn claim(&self) {
        self.0.set(0);
    }
}
