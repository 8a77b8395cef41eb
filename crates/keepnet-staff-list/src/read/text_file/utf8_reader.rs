//! Decoding a text file to UTF-8 with uniform line ends.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, Read};
use std::rc::Rc;

use encoding_rs::Decoder;

use super::encoding::Encoding;

const CHUNK: usize = 64 << 10;

/// The text of a file as UTF-8, with one line feed at the end of every line.
pub(super) struct Utf8Reader<'a> {
    file: &'a mut File,
    decoder: Decoder,
    raw: Vec<u8>,
    raw_range: std::ops::Range<usize>,
    decoded: String,
    ready: Vec<u8>,
    taken: usize,
    after_return: bool,
    ended: bool,
    record_size: Rc<Cell<usize>>,
    largest_record: usize,
}

impl<'a> Utf8Reader<'a> {
    /// Reads from the current position of `file`. Fails once a record is larger than
    /// `largest_record` bytes.
    pub(super) fn new(
        file: &'a mut File,
        encoding: Encoding,
        largest_record: usize,
    ) -> Utf8Reader<'a> {
        Utf8Reader {
            file,
            decoder: encoding.coder().new_decoder_without_bom_handling(),
            raw: vec![0; CHUNK],
            raw_range: 0..0,
            decoded: String::with_capacity(3 * CHUNK),
            ready: Vec::with_capacity(3 * CHUNK),
            taken: 0,
            after_return: false,
            ended: false,
            record_size: Rc::default(),
            largest_record,
        }
    }

    /// The bytes of the current record so far; whoever reads the records sets it to 0 after each.
    ///
    /// It is shared, because the reader of the records owns this one.
    pub(super) fn record_size(&self) -> Rc<Cell<usize>> {
        Rc::clone(&self.record_size)
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
            // With a line feed at its end, the last line is counted like every other.
            self.ready.push(b'\n');
        }
        Ok(())
    }
}

impl Read for Utf8Reader<'_> {
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
        self.record_size.set(self.record_size.get() + length);
        match self.record_size.get() > self.largest_record {
            true => Err(io::ErrorKind::FileTooLarge.into()),
            false => Ok(length),
        }
    }
}
