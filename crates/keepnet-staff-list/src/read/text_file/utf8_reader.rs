//! Decoding a text file to UTF-8 with uniform line ends.

use std::cell::Cell;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

use crate::encoding::{Coding, Encoding};

const CHUNK: usize = 64 << 10;

/// The line behind the last one of a text. If it is a part of a record, a quotation mark is open.
pub(super) const END_MARK: &str = "\u{1}end of text\u{1}";

/// The text of a file as UTF-8, with one line feed at the end of every line and [`END_MARK`] behind
/// the last one. A byte that is not in the encoding becomes U+FFFD.
pub(super) struct Utf8Reader<'a> {
    file: BufReader<&'a mut File>,
    decoder: Decoder,
    decoded: Vec<u8>,
    /// How much of `decoded` has been read.
    position: usize,
    is_after_return: bool,
    is_at_end: bool,
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
            file: BufReader::with_capacity(CHUNK, file),
            decoder: Decoder::new(encoding),
            decoded: Vec::new(),
            position: 0,
            is_after_return: false,
            is_at_end: false,
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
        let bytes = self.file.fill_buf()?;
        self.is_at_end = bytes.is_empty();
        let read = self
            .decoder
            .decode(bytes, &mut self.decoded, self.is_at_end);
        self.file.consume(read);
        self.position = 0;
        // Most files have no carriage return, and looking for one is much faster than this.
        if self.is_after_return || self.decoded.contains(&b'\r') {
            self.decoded.retain_mut(|byte| {
                let is_after_return = std::mem::replace(&mut self.is_after_return, *byte == b'\r');
                if *byte == b'\r' {
                    *byte = b'\n';
                    return true;
                }
                !(is_after_return && *byte == b'\n')
            });
        }
        if self.is_at_end {
            // With a line feed at its end, the last line is counted like every other.
            self.decoded.push(b'\n');
            self.decoded.extend_from_slice(END_MARK.as_bytes());
            self.decoded.push(b'\n');
        }
        Ok(())
    }
}

enum Decoder {
    Standard(encoding_rs::Decoder),
    Complete(&'static [char; 128]),
    Incomplete(&'static [Option<char>; 128]),
}

impl Decoder {
    fn new(encoding: Encoding) -> Decoder {
        match encoding.coding() {
            Coding::Standard(standard) => {
                Decoder::Standard(standard.new_decoder_without_bom_handling())
            }
            Coding::Complete(table) => Decoder::Complete(table),
            Coding::Incomplete(table) => Decoder::Incomplete(table),
        }
    }

    /// Replaces `decoded` by the text of `bytes`, and returns how many of them were read.
    fn decode(&mut self, bytes: &[u8], decoded: &mut Vec<u8>, is_last: bool) -> usize {
        match self {
            Decoder::Standard(decoder) => {
                let room = decoder.max_utf8_buffer_length(bytes.len());
                decoded.resize(room.unwrap_or(3 * CHUNK + 16), 0);
                let (_, read, written, _) = decoder.decode_to_utf8(bytes, decoded, is_last);
                decoded.truncate(written);
                return read;
            }
            Decoder::Complete(table) => decode_code_page(bytes, decoded, |index| table[index]),
            Decoder::Incomplete(table) => decode_code_page(bytes, decoded, |index| {
                table[index].unwrap_or(char::REPLACEMENT_CHARACTER)
            }),
        }
        bytes.len()
    }
}

/// Decodes a code page, given by the letter of each byte above 127.
fn decode_code_page(bytes: &[u8], decoded: &mut Vec<u8>, letter: impl Fn(usize) -> char) {
    decoded.clear();
    for byte in bytes {
        match byte {
            0..128 => decoded.push(*byte),
            _ => {
                let letter = letter(usize::from(*byte) - 128);
                decoded.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
            }
        }
    }
}

impl Read for Utf8Reader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.position == self.decoded.len() && !self.is_at_end {
            self.refill()?;
        }
        let length = (&self.decoded[self.position..]).read(buffer)?;
        self.position += length;
        self.record_size.set(self.record_size.get() + length);
        match self.record_size.get() > self.largest_record {
            true => Err(io::ErrorKind::FileTooLarge.into()),
            false => Ok(length),
        }
    }
}
