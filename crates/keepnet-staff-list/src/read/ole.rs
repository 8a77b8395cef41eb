//! A look into a workbook of the old format before it is loaded.
//!
//! The old format cannot be read cell by cell: it is loaded as one grid from
//! the first to the last used cell of each worksheet, so that a small file with
//! one cell in the far corner would ask for half a gigabyte per worksheet.

use std::fs::File;
use std::io::Read;

use super::error::SheetError;
use super::format::unreadable;
use super::limits::{Limit, Limits};

/// Refuses an encrypted workbook, a document of another kind, and one whose
/// worksheets span more cells than the limits allow.
pub(super) fn inspect(file: &mut File, name: &str, limits: &Limits) -> Result<(), SheetError> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)
        .map_err(|source| unreadable(name, source))?;
    let damaged = || SheetError::Damaged {
        file: name.to_owned(),
        problem: "its table of contents is broken",
    };
    let compound = Compound::read(&bytes).ok_or_else(damaged)?;
    if compound.entry("EncryptedPackage").is_some() {
        return Err(SheetError::PasswordProtected {
            file: name.to_owned(),
        });
    }
    let Some(workbook) = compound
        .entry("Workbook")
        .or_else(|| compound.entry("Book"))
    else {
        let found = match compound.entry("WordDocument") {
            Some(_) => "a text document",
            None => "an Office document of another kind",
        };
        return Err(SheetError::NotASpreadsheet {
            file: name.to_owned(),
            found,
        });
    };
    let stream = compound.stream(workbook).ok_or_else(damaged)?;
    let grid = grid_cells(&stream).ok_or_else(damaged)?;
    if grid > limits.grid_cells {
        return Err(SheetError::TooLarge {
            file: name.to_owned(),
            limit: Limit::GridCells,
            allowed: limits.grid_cells,
            row: None,
        });
    }
    Ok(())
}

/// An OLE2 compound file: a file system of sectors inside a file.
struct Compound<'a> {
    bytes: &'a [u8],
    sector_size: usize,
    /// For each sector the one that follows it.
    next: Vec<u32>,
    next_small: Vec<u32>,
    small: Vec<u8>,
    entries: Vec<Entry>,
}

struct Entry {
    name: String,
    start: u32,
    size: usize,
}

/// Streams below this size lie in sectors of 64 bytes of their own stream.
const SMALL_STREAM: usize = 4096;
const SMALL_SECTOR: usize = 64;
const HEADER_SECTORS: usize = 109;

impl<'a> Compound<'a> {
    fn read(bytes: &'a [u8]) -> Option<Compound<'a>> {
        let sector_size = match word(bytes, 30)? {
            9 => 512,
            12 => 4096,
            _ => return None,
        };
        let mut compound = Compound {
            bytes,
            sector_size,
            next: Vec::new(),
            next_small: Vec::new(),
            small: Vec::new(),
            entries: Vec::new(),
        };
        compound.next = compound.allocation_table()?;
        let directory = compound.chain(long(bytes, 48)?)?;
        for entry in directory.chunks_exact(128) {
            let length = usize::from(word(entry, 64)?).min(64).saturating_sub(2);
            let units = entry[..length]
                .chunks_exact(2)
                .map(|unit| u16::from_le_bytes([unit[0], unit[1]]));
            compound.entries.push(Entry {
                name: char::decode_utf16(units)
                    .map(|letter| letter.unwrap_or('\u{FFFD}'))
                    .collect(),
                start: long(entry, 116)?,
                size: long(entry, 120)? as usize,
            });
        }
        let root = compound.entries.first()?.start;
        compound.small = compound.chain(root).unwrap_or_default();
        let table = compound.chain(long(bytes, 60)?).unwrap_or_default();
        compound.next_small = longs(&table);
        Some(compound)
    }

    /// The table that chains the sectors; its own sectors are listed in the
    /// header and, if they are many, in a chain of further lists.
    fn allocation_table(&self) -> Option<Vec<u32>> {
        let mut sectors: Vec<u32> = longs(self.bytes.get(76..76 + 4 * HEADER_SECTORS)?);
        let mut list = long(self.bytes, 68)?;
        for _ in 0..self.bytes.len() / self.sector_size {
            let Some(further) = self.sector(list) else {
                break;
            };
            let (listed, following) = further.split_at(self.sector_size - 4);
            sectors.extend(longs(listed));
            list = long(following, 0)?;
        }
        let tables = sectors.iter().filter_map(|sector| self.sector(*sector));
        Some(tables.flat_map(longs).collect())
    }

    fn entry(&self, name: &str) -> Option<&Entry> {
        self.entries
            .iter()
            .find(|entry| entry.name.eq_ignore_ascii_case(name))
    }

    fn stream(&self, entry: &Entry) -> Option<Vec<u8>> {
        let mut stream = if entry.size < SMALL_STREAM {
            let sector = |index: u32| {
                let start = SMALL_SECTOR.checked_mul(index as usize)?;
                self.small.get(start..start.checked_add(SMALL_SECTOR)?)
            };
            follow(entry.start, &self.next_small, sector)?
        } else {
            self.chain(entry.start)?
        };
        stream.truncate(entry.size);
        Some(stream)
    }

    fn chain(&self, start: u32) -> Option<Vec<u8>> {
        follow(start, &self.next, |index| self.sector(index))
    }

    fn sector(&self, index: u32) -> Option<&'a [u8]> {
        let start = self.sector_size.checked_mul(index as usize + 1)?;
        self.bytes.get(start..start.checked_add(self.sector_size)?)
    }
}

/// The content of a chain of sectors; none if it leaves the file or runs in a circle.
fn follow<'a>(
    start: u32,
    next: &[u32],
    sector: impl Fn(u32) -> Option<&'a [u8]>,
) -> Option<Vec<u8>> {
    const END: u32 = 0xFFFF_FFFE;
    let mut content = Vec::new();
    let mut index = start;
    for _ in 0..=next.len() {
        if index == END {
            return Some(content);
        }
        content.extend_from_slice(sector(index)?);
        index = *next.get(index as usize)?;
    }
    None
}

/// How many cells lie between the first and the last used one, over all
/// worksheets; none if a worksheet announces an impossible extent.
fn grid_cells(stream: &[u8]) -> Option<u64> {
    let mut total = 0_u64;
    let mut span = Span::default();
    let mut rest = stream;
    while let (Some(kind), Some(length)) = (word(rest, 0), word(rest, 2)) {
        let Some(record) = rest.get(4..4 + usize::from(length)) else {
            break;
        };
        match kind {
            BEGIN | END => {
                total = total.saturating_add(span.cells());
                span = Span::default();
            }
            EXTENT if !is_possible(record) => return None,
            // A run of numbers ends with the column of its last one.
            RUN_OF_NUMBERS => {
                if let Some(last) = record.len().checked_sub(2) {
                    span.add(word(record, 0), word(record, 2));
                    span.add(word(record, 0), word(record, last));
                }
            }
            kind if CELLS.contains(&kind) => span.add(word(record, 0), word(record, 2)),
            _ => {}
        }
        rest = &rest[4 + usize::from(length)..];
    }
    Some(total.saturating_add(span.cells()))
}

/// Whether an extent lies within the format: memory is reserved for all of it
/// at once. Its ends are one behind the last row and column, 0 if there is none.
fn is_possible(extent: &[u8]) -> bool {
    let ends = match extent.len() {
        10 => [0, 2, 4, 6].map(|at| word(extent, at).map(u32::from)),
        14 | 16 => [
            long(extent, 0),
            long(extent, 4),
            word(extent, 8).map(u32::from),
            word(extent, 10).map(u32::from),
        ],
        _ => return false,
    };
    let [Some(top), Some(bottom), Some(left), Some(right)] = ends else {
        return false;
    };
    bottom == 0
        || right == 0
        || (top < bottom && bottom <= 65_536 && right <= 256 && (left < right || left > 255))
}

const BEGIN: u16 = 0x0809;
const END: u16 = 0x000A;
const EXTENT: u16 = 0x0200;
const RUN_OF_NUMBERS: u16 = 0x00BD;
/// Formula, number, texts in three forms, truth or error, packed number.
const CELLS: [u16; 7] = [0x0006, 0x0203, 0x0204, 0x00D6, 0x00FD, 0x0205, 0x027E];

/// The rectangle around the used cells of a worksheet.
#[derive(Default)]
struct Span(Option<[u64; 4]>);

impl Span {
    fn add(&mut self, row: Option<u16>, column: Option<u16>) {
        if let (Some(row), Some(column)) = (row.map(u64::from), column.map(u64::from)) {
            let [top, left, bottom, right] = self.0.unwrap_or([row, column, row, column]);
            self.0 = Some([
                top.min(row),
                left.min(column),
                bottom.max(row),
                right.max(column),
            ]);
        }
    }

    fn cells(&self) -> u64 {
        self.0.map_or(0, |[top, left, bottom, right]| {
            (bottom - top + 1) * (right - left + 1)
        })
    }
}

fn word(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

fn long(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn longs(bytes: &[u8]) -> Vec<u32> {
    let long = |part: &[u8]| u32::from_le_bytes([part[0], part[1], part[2], part[3]]);
    bytes.chunks_exact(4).map(long).collect()
}
