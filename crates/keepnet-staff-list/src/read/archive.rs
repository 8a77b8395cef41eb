//! A look at a workbook's table of contents before anything of it is inflated.

use std::io::{self, BufRead as _, BufReader, Read, Seek};

use zip::ZipArchive;

use super::error::SheetError;
use super::format::Format;
use super::limits::{Limit, Limits};
use super::open_document::{self, find};

/// Tells which kind of workbook a ZIP archive holds, and refuses one that
/// announces more content than the limits allow.
///
/// The reader of the parts stops at the announced sizes, so that they bound
/// what is inflated even if they lie.
pub(super) fn inspect(
    reader: impl Read + Seek,
    file: &str,
    limits: &Limits,
) -> Result<Format, SheetError> {
    let damaged = |problem| SheetError::Damaged {
        file: file.to_owned(),
        problem,
    };
    let too_large = |limit, allowed| SheetError::TooLarge {
        file: file.to_owned(),
        limit,
        allowed,
        row: None,
    };
    let mut archive =
        ZipArchive::new(reader).map_err(|_| damaged("its ZIP archive is incomplete"))?;
    // Programs do not agree on which of two parts of one name counts.
    if archive.has_duplicate_names() {
        return Err(damaged("two of its parts have the same name"));
    }
    if archive.len() as u64 > limits.parts {
        return Err(too_large(Limit::Parts, limits.parts));
    }
    let mut names = Vec::with_capacity(archive.len());
    let mut texts = Vec::new();
    let mut formats = Vec::new();
    let mut inflated = 0_u64;
    for index in 0..archive.len() {
        let part = archive
            .by_index_raw(index)
            .map_err(|_| damaged("its ZIP archive is inconsistent"))?;
        if part.encrypted() {
            return Err(SheetError::PasswordProtected {
                file: file.to_owned(),
            });
        }
        let (packed, size) = (part.compressed_size(), part.size());
        inflated = inflated.saturating_add(size);
        if inflated > limits.inflated_bytes {
            return Err(too_large(Limit::InflatedBytes, limits.inflated_bytes));
        }
        if size > LARGE_PART && size / packed.max(1) > limits.inflation {
            return Err(too_large(Limit::Inflation, limits.inflation));
        }
        let name = part
            .name()
            .map_err(|_| damaged("a part has no readable name"))?;
        let name = name.replace('\\', "/").to_ascii_lowercase();
        if name.ends_with("styles.xml") {
            formats.push(index);
        }
        if name.ends_with("sharedstrings.xml") {
            if size > limits.shared_text_bytes {
                return Err(too_large(Limit::SharedTextBytes, limits.shared_text_bytes));
            }
            texts.push((index, size));
        }
        names.push(name);
    }
    for (index, size) in texts {
        let unreadable = || damaged("its texts cannot be inflated");
        let mut part = archive.by_index(index).map_err(|_| unreadable())?;
        let is_possible = announces_possible_count(&mut part, size);
        // The reader of the texts stops before the end, where the checksum is compared.
        io::copy(&mut part, &mut io::sink()).map_err(|_| unreadable())?;
        if !is_possible {
            return Err(damaged(
                "its table of texts announces more texts than it holds",
            ));
        }
    }
    for index in formats {
        let unreadable = || damaged("its formats cannot be inflated");
        let part = archive.by_index(index).map_err(|_| unreadable())?;
        if elements(part).map_err(|_| unreadable())? > MOST_FORMATS {
            return Err(damaged("it has more cell formats than a program writes"));
        }
    }
    let is_open_document = archive
        .by_name("mimetype")
        .ok()
        .and_then(|part| start_of(part, 64))
        .is_some_and(|kind| kind.starts_with(b"application/vnd.oasis.opendocument.spreadsheet"));
    if is_open_document {
        let part = archive
            .by_name("content.xml")
            .map_err(|_| damaged("a part is missing"))?;
        if part.size() > limits.shared_text_bytes {
            return Err(too_large(Limit::SharedTextBytes, limits.shared_text_bytes));
        }
        let content = start_of(part, limits.shared_text_bytes)
            .ok_or_else(|| damaged("its content cannot be inflated"))?;
        if !open_document::is_closed(&content) {
            return Err(damaged("its XML is broken"));
        }
        if open_document::grid_cells(&content) > limits.grid_cells {
            return Err(too_large(Limit::GridCells, limits.grid_cells));
        }
    }
    kind(&names, is_open_document).map_err(|found| SheetError::NotASpreadsheet {
        file: file.to_owned(),
        found,
    })
}

/// Elements in the table of formats. A spreadsheet program writes at most 65,490
/// formats of some five elements; the reader keeps some 300 bytes for each.
const MOST_FORMATS: u64 = 400_000;

/// How many elements a part has at most.
fn elements(part: impl Read) -> io::Result<u64> {
    let mut part = BufReader::new(part);
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

/// Parts below this size inflate to nothing that matters, however dense they are.
const LARGE_PART: u64 = 64 << 20;

fn kind(names: &[String], is_open_document: bool) -> Result<Format, &'static str> {
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

/// Whether the announced number of texts fits into the part's size: the
/// reader reserves memory for the announced number before it reads one text.
fn announces_possible_count(part: impl Read, size: u64) -> bool {
    const SHORTEST_TEXT: u64 = 5; // `<si/>`
    let Some(start) = start_of(part, 64 << 10) else {
        return false;
    };
    let Some(table) = find(&start, b"sst") else {
        return false;
    };
    let Some(end) = find(&start[table..], b">") else {
        return false;
    };
    let tag = &start[table..table + end];
    let Some(count) = find(tag, b"uniqueCount") else {
        return true;
    };
    let digits: Vec<u8> = tag[count..]
        .iter()
        .copied()
        .skip_while(|byte| !byte.is_ascii_digit())
        .take_while(u8::is_ascii_digit)
        .collect();
    let announced = String::from_utf8_lossy(&digits)
        .parse::<u64>()
        .unwrap_or(u64::MAX);
    announced <= size / SHORTEST_TEXT
}

fn start_of(part: impl Read, length: u64) -> Option<Vec<u8>> {
    let mut start = Vec::new();
    part.take(length).read_to_end(&mut start).ok()?;
    Some(start)
}
