//! Taking the workbook stream out of a file of the old format before it is loaded.
//!
//! The old format cannot be read cell by cell: it is loaded as one grid from the first to the last
//! used cell of each worksheet, so that a small file with one cell in the far corner takes half a
//! gigabyte per worksheet.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Cursor, Read, Write};

use cfb::{CompoundFile, Version};

use super::calamine_error::catch_panic;
use super::layout::Layout;
use crate::error::{SheetError, ensure_within};
use crate::limits::{Limit, Limits};

/// A compound file that holds nothing but the workbook stream of `file`, and the hidden rows and
/// merged cells of each worksheet.
///
/// calamine gets this copy and not the file: it chooses among several streams of one name in
/// another way than the cfb crate, and follows chains of sectors that run in a circle.
///
/// # Errors
///
/// If the workbook is encrypted, is a document of another kind, or has worksheets that span more
/// cells than the limits allow.
pub(super) fn extract_workbook(
    file: &mut File,
    name: &str,
    limits: &Limits,
) -> Result<(Cursor<Vec<u8>>, Vec<Layout>), SheetError> {
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)
        .map_err(|source| SheetError::unreadable(name, source))?;
    let damaged = || SheetError::damaged(name, "its table of contents is broken");
    let broken = |_: io::Error| damaged();
    let open = || CompoundFile::open(Cursor::new(bytes));
    let mut container = catch_panic(name, open)?.map_err(broken)?;
    if container.exists("EncryptedPackage") {
        return Err(SheetError::password_protected(name));
    }
    // The second name is that of Excel 5 and 95.
    let Some(stream) = ["Workbook", "Book"]
        .into_iter()
        .find(|it| container.is_stream(it))
    else {
        let found = match container.exists("WordDocument") {
            true => "a text document",
            false => "an Office document of another kind",
        };
        return Err(SheetError::not_a_spreadsheet(name, found));
    };
    let mut read = || {
        let mut content = Vec::new();
        container.open_stream(stream)?.read_to_end(&mut content)?;
        Ok(content)
    };
    let content = catch_panic(name, &mut read)?.map_err(broken)?;
    drop(container);
    let cells = count_grid_cells(&content).ok_or_else(damaged)?;
    ensure_within(name, limits, Limit::GridCells, cells)?;
    let pack = || {
        // calamine refuses a file of version 4 that has no small streams.
        let mut copy = CompoundFile::create_with_version(Version::V3, Cursor::new(Vec::new()))?;
        copy.create_stream(stream)?.write_all(&content)?;
        copy.flush()?;
        Ok(copy.into_inner())
    };
    Ok((pack().map_err(broken)?, read_layouts(&content)))
}

/// How many cells lie between the first and the last used one, over all worksheets; none if a
/// worksheet announces an impossible extent.
fn count_grid_cells(stream: &[u8]) -> Option<u64> {
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

/// The layout of each worksheet, in the order of the tabs.
fn read_layouts(stream: &[u8]) -> Vec<Layout> {
    // The table of worksheets says where the records of each begin.
    let mut places = Vec::new();
    let mut layouts: HashMap<usize, Layout> = HashMap::new();
    let mut place = 0;
    let mut at = 0;
    while let (Some(kind), Some(length)) = (word(stream, at), word(stream, at + 2)) {
        let Some(record) = stream.get(at + 4..at + 4 + usize::from(length)) else {
            break;
        };
        match kind {
            BEGIN => place = at,
            WORKSHEET => places.push(long(record, 0).unwrap_or(0) as usize),
            ROW if word(record, 12).is_some_and(|flags| flags & HIDDEN != 0) => {
                let row = u32::from(word(record, 0).unwrap_or(0)) + 1;
                layouts.entry(place).or_default().hide(row, row);
            }
            MERGED => {
                let layout = layouts.entry(place).or_default();
                for area in record.get(2..).unwrap_or_default().chunks_exact(8) {
                    let edge = |at| word(area, at).unwrap_or(0);
                    let rows = (u32::from(edge(0)) + 1, u32::from(edge(2)) + 1);
                    layout.merge(rows, (usize::from(edge(4)), usize::from(edge(6))));
                }
            }
            _ => {}
        }
        at += 4 + usize::from(length);
    }
    let take = |place: &usize| {
        let mut layout = layouts.remove(place).unwrap_or_default();
        layout.sort();
        layout
    };
    places.iter().map(take).collect()
}

/// Whether an extent lies within the format: calamine reserves memory for all of it at once. Its
/// ends are one behind the last row and column, 0 if there is none.
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
const WORKSHEET: u16 = 0x0085;
const ROW: u16 = 0x0208;
const HIDDEN: u16 = 0x0020;
const MERGED: u16 = 0x00E5;
const RUN_OF_NUMBERS: u16 = 0x00BD;
/// Formula, number, texts in three forms, boolean or error, packed number.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layouts_belong_to_their_worksheets() {
        let record = |kind: u16, content: &[u8]| {
            let length = content.len() as u16;
            [&kind.to_le_bytes()[..], &length.to_le_bytes(), content].concat()
        };
        let words = |words: &[u16]| -> Vec<u8> {
            words.iter().flat_map(|word| word.to_le_bytes()).collect()
        };
        let row = |number: u16, flags: u16| record(ROW, &words(&[number, 0, 0, 0, 0, 0, flags, 0]));
        let people = [
            record(BEGIN, &[0; 16]),
            row(1, 0),
            row(2, HIDDEN),
            record(MERGED, &words(&[1, 4, 5, 1, 1])),
            record(END, &[]),
        ]
        .concat();
        let other = [record(BEGIN, &[0; 16]), record(END, &[])].concat();
        // The second tab comes first in the stream.
        let table = |first: usize, second: usize| {
            let sheet = |place: usize| record(WORKSHEET, &(place as u32).to_le_bytes());
            [
                record(BEGIN, &[0; 16]),
                sheet(first),
                sheet(second),
                record(END, &[]),
            ]
            .concat()
        };
        let length = table(0, 0).len();
        let stream = [table(length + other.len(), length), other, people].concat();
        let layouts = read_layouts(&stream);
        let [first, second] = &layouts[..] else {
            panic!("{layouts:?}")
        };
        assert_eq!(*second, Layout::default());
        let mut cursor = first.cursor();
        let mut found = Vec::new();
        for row in 1..8 {
            cursor.move_to(row);
            found.push((cursor.is_hidden(), cursor.is_merged(1)));
        }
        let mut expected = [(false, false); 7];
        expected[2].0 = true;
        expected[5].1 = true;
        assert_eq!(found, expected);
    }
}
