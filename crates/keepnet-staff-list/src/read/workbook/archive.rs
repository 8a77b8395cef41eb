//! Inspecting the archive of a workbook before its parts are inflated.

use std::io::{self, BufRead, BufReader, Read, Seek};

use quick_xml::Reader;
use quick_xml::events::Event;
use zip::ZipArchive;

use super::layout::Layout;
use super::open_document::measure;
use crate::error::{SheetError, ensure_within};
use crate::limits::{Limit, Limits};
use crate::read::format::Format;

/// The format of the workbook in a ZIP archive, and the layouts of the tables of an OpenDocument
/// spreadsheet. An archive that announces more content than the
/// limits allow is refused.
///
/// calamine stops reading a part at its announced size, so that the announced sizes bound the
/// inflated content even if they are wrong.
pub(super) fn inspect(
    reader: impl Read + Seek,
    file: &str,
    limits: &Limits,
) -> Result<(Format, Vec<Layout>), SheetError> {
    let damaged = |problem| SheetError::damaged(file, problem);
    let ensure = |limit, actual| ensure_within(file, limits, limit, actual);
    let mut archive =
        ZipArchive::new(reader).map_err(|_| damaged("its ZIP archive is incomplete"))?;
    // Programs differ in which of two parts with the same name they read.
    if archive.has_duplicate_names() {
        return Err(damaged("two of its parts have the same name"));
    }
    ensure(Limit::Parts, archive.len() as u64)?;
    let mut names = Vec::with_capacity(archive.len());
    let mut texts = Vec::new();
    let mut formats = Vec::new();
    let mut inflated = 0_u64;
    for index in 0..archive.len() {
        let part = archive
            .by_index_raw(index)
            .map_err(|_| damaged("its ZIP archive is inconsistent"))?;
        if part.encrypted() {
            return Err(SheetError::password_protected(file));
        }
        let (packed, size) = (part.compressed_size(), part.size());
        inflated = inflated.saturating_add(size);
        ensure(Limit::InflatedBytes, inflated)?;
        if size > LARGE_PART {
            ensure(Limit::Inflation, size / packed.max(1))?;
        }
        let name = part
            .name()
            .map_err(|_| damaged("a part has no readable name"))?;
        let name = name.replace('\\', "/").to_ascii_lowercase();
        if name.ends_with("styles.xml") {
            formats.push(index);
        }
        if name.ends_with("sharedstrings.xml") {
            ensure(Limit::SharedTextBytes, size)?;
            texts.push((index, size));
        }
        names.push(name);
    }
    for (index, size) in texts {
        let unreadable = || damaged("its texts cannot be inflated");
        let part = archive.by_index(index).map_err(|_| unreadable())?;
        let mut part = BufReader::new(part);
        let announced = announced_texts(&mut part);
        // calamine stops before the end of the part, where the checksum is compared.
        io::copy(&mut part, &mut io::sink()).map_err(|_| unreadable())?;
        // calamine reserves memory for the announced number of texts before it reads the first.
        if announced.is_none_or(|announced| announced > size / SHORTEST_TEXT) {
            return Err(damaged(
                "its table of texts announces more texts than it holds",
            ));
        }
    }
    for index in formats {
        let unreadable = || damaged("its formats cannot be inflated");
        let part = archive.by_index(index).map_err(|_| unreadable())?;
        let elements = count_elements(BufReader::new(part)).map_err(|_| unreadable())?;
        if elements > MOST_FORMATS {
            return Err(damaged("it has more cell formats than a program writes"));
        }
    }
    let is_open_document = archive.by_name("mimetype").is_ok_and(|part| {
        let mut kind = Vec::new();
        let read = part.take(64).read_to_end(&mut kind);
        read.is_ok() && kind.starts_with(b"application/vnd.oasis.opendocument.spreadsheet")
    });
    let mut layouts = Vec::new();
    if is_open_document {
        let content = archive
            .by_name("content.xml")
            .map_err(|_| damaged("a part is missing"))?;
        ensure(Limit::SharedTextBytes, content.size())?;
        let measured = measure(BufReader::new(content));
        let measured = measured.ok_or_else(|| damaged("its XML is broken"))?;
        ensure(Limit::GridCells, measured.cells)?;
        layouts = measured.layouts;
    }
    match recognise(&names, is_open_document) {
        Ok(format) => Ok((format, layouts)),
        Err(found) => Err(SheetError::not_a_spreadsheet(file, found)),
    }
}

/// Parts below this size inflate to an amount that does not matter, however dense they are.
const LARGE_PART: u64 = 64 << 20;

/// Bytes of `<si/>`.
const SHORTEST_TEXT: u64 = 5;

/// How many texts the table of texts announces; none if the table has no readable beginning.
fn announced_texts(part: impl BufRead) -> Option<u64> {
    let mut reader = Reader::from_reader(part);
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).ok()? {
            Event::Start(element) | Event::Empty(element)
                if element.local_name().as_ref() == "sst" =>
            {
                let count = element.try_get_attribute("uniqueCount").ok()?;
                // calamine ignores a number that it cannot read.
                return Some(count.map_or(0, |count| count.value.parse().unwrap_or(u64::MAX)));
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// The most elements in the table of formats. A spreadsheet program writes at most 65,490 formats
/// of some five elements; calamine holds some 300 bytes for each.
const MOST_FORMATS: u64 = 400_000;

/// How many elements a part has at most.
fn count_elements(mut part: impl BufRead) -> io::Result<u64> {
    let mut found = 0;
    loop {
        let chunk = part.fill_buf()?;
        let length = chunk.len();
        if length == 0 {
            return Ok(found);
        }
        found += chunk.iter().filter(|byte| **byte == b'<').count() as u64;
        part.consume(length);
    }
}

fn recognise(names: &[String], is_open_document: bool) -> Result<Format, &'static str> {
    let holds = |folder: &str| names.iter().any(|name| name.starts_with(folder));
    if is_open_document {
        Ok(Format::Ods)
    } else if names.iter().any(|name| name == "xl/workbook.bin") {
        Err("a binary workbook (.xlsb)")
    } else if holds("xl/") {
        Ok(Format::Xlsx)
    } else if holds("word/") {
        Err("a text document")
    } else if holds("ppt/") {
        Err("a presentation")
    } else {
        Err("a ZIP archive")
    }
}
