//! The hidden rows and the merged cells of a worksheet, which the reader of cells does not tell.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};

use memchr::memmem;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

/// The hidden rows and the merged cells of a worksheet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Layout {
    /// First and last of each run of hidden rows from 1, in order.
    hidden: Vec<(u32, u32)>,
    /// The cells that a merge leaves empty, in the order of their first rows.
    covered: Vec<Area>,
}

/// Rows from 1 and columns from 0, with both ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Area {
    rows: (u32, u32),
    columns: (usize, usize),
}

impl Layout {
    pub(super) fn hide(&mut self, first: u32, last: u32) {
        let has_room = self.hidden.len() < MOST_HIDDEN;
        match self.hidden.last_mut() {
            Some((_, end)) if *end + 1 == first => *end = last,
            _ if has_room => self.hidden.push((first, last)),
            _ => {}
        }
    }

    /// Adds cells that a merge leaves empty.
    pub(super) fn cover(&mut self, rows: (u32, u32), columns: (usize, usize)) {
        if rows.0 <= rows.1 && columns.0 <= columns.1 && self.covered.len() < MOST_AREAS {
            self.covered.push(Area { rows, columns });
        }
    }

    /// Merges cells: all but the first are empty.
    pub(super) fn merge(&mut self, rows: (u32, u32), columns: (usize, usize)) {
        self.cover((rows.0, rows.0), (columns.0 + 1, columns.1));
        self.cover((rows.0 + 1, rows.1), columns);
    }

    pub(super) fn sort(&mut self) {
        self.hidden.sort_unstable();
        self.covered.sort_unstable_by_key(|area| area.rows);
    }

    /// Walks down the rows.
    pub(crate) fn cursor(&self) -> LayoutCursor<'_> {
        LayoutCursor {
            layout: self,
            row: 0,
            hidden: 0,
            next: 0,
            current: Vec::new(),
        }
    }
}

/// The most rows of a worksheet.
pub(super) const ROWS: u32 = 1_048_576;

/// A worksheet with more merged cells is not a list of people (48 MB).
const MOST_AREAS: usize = 1_000_000;
/// The most runs of hidden rows, of which every second row begins one (4 MB).
const MOST_HIDDEN: usize = ROWS as usize / 2;
/// Further merged cells of a row are ignored: each one costs time in each row that it covers.
const MOST_IN_A_ROW: usize = 1_024;

/// A place in a [`Layout`] that moves down the rows.
pub(crate) struct LayoutCursor<'a> {
    layout: &'a Layout,
    row: u32,
    hidden: usize,
    next: usize,
    current: Vec<Area>,
}

impl LayoutCursor<'_> {
    /// Moves to a row below the current one.
    pub(crate) fn move_to(&mut self, row: u32) {
        self.row = row;
        let Layout {
            hidden, covered, ..
        } = self.layout;
        while hidden.get(self.hidden).is_some_and(|(_, last)| *last < row) {
            self.hidden += 1;
        }
        self.current.retain(|area| area.rows.1 >= row);
        while let Some(area) = covered.get(self.next).filter(|area| area.rows.0 <= row) {
            self.next += 1;
            if area.rows.1 >= row && self.current.len() < MOST_IN_A_ROW {
                self.current.push(*area);
            }
        }
    }

    pub(crate) fn is_hidden(&self) -> bool {
        let hidden = self.layout.hidden.get(self.hidden);
        hidden.is_some_and(|(first, _)| *first <= self.row)
    }

    /// Whether a merge leaves the cell of this column empty.
    pub(crate) fn is_merged(&self, column: usize) -> bool {
        let mut areas = self.current.iter();
        areas.any(|area| (area.columns.0..=area.columns.1).contains(&column))
    }
}

/// Reads the layout of a worksheet of an Excel workbook; empty if its part is not found, which the
/// reader of cells reports.
pub(super) fn read_layout(file: File, worksheet: &str) -> Layout {
    read(file, worksheet).unwrap_or_default()
}

fn read(file: File, worksheet: &str) -> Option<Layout> {
    let mut archive = ZipArchive::new(BufReader::new(file)).ok()?;
    let part = worksheet_part(&mut archive, worksheet)?;
    // Looking for the words is much faster than reading the elements, and most worksheets have none.
    if !mentions_layout(archive.by_name(&part).ok()?) {
        return Some(Layout::default());
    }
    parse(BufReader::new(archive.by_name(&part).ok()?))
}

/// The name of the part that holds a worksheet.
fn worksheet_part(archive: &mut ZipArchive<BufReader<File>>, worksheet: &str) -> Option<String> {
    let names: Vec<String> = archive
        .file_names()
        .filter_map(Result::ok)
        .map(|name| name.to_string())
        .collect();
    let find = |wanted: &str| {
        let same = |name: &&String| name.replace('\\', "/").eq_ignore_ascii_case(wanted);
        names.iter().find(same).cloned()
    };
    let book = find("xl/workbook.xml")?;
    let id = attribute_of(archive, &book, "sheet", ("name", worksheet), "id")?;
    let relations = find("xl/_rels/workbook.xml.rels")?;
    let target = attribute_of(archive, &relations, "Relationship", ("Id", &id), "Target")?;
    let target = match target.strip_prefix('/') {
        Some(absolute) => absolute.to_owned(),
        None => format!("xl/{target}"),
    };
    find(&target)
}

/// The attribute `wanted` of the first element `name` in a part, whose attribute `key` has a value.
fn attribute_of(
    archive: &mut ZipArchive<BufReader<File>>,
    part: &str,
    name: &str,
    (key, value): (&str, &str),
    wanted: &str,
) -> Option<String> {
    let part = archive.by_name(part).ok()?;
    let mut reader = Reader::from_reader(BufReader::new(part));
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).ok()? {
            Event::Start(element) | Event::Empty(element)
                if element.local_name().as_ref() == name
                    && attribute(&element, key).as_deref() == Some(value) =>
            {
                return attribute(&element, wanted);
            }
            Event::Eof => return None,
            _ => {}
        }
    }
}

/// The value of an attribute, whatever its prefix.
fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = element.attributes().filter_map(Result::ok);
    let found = attributes.find(|attribute| attribute.key.local_name().as_ref() == name)?;
    Some(quick_xml::escape::unescape(&found.value).ok()?.into_owned())
}

fn mentions_layout(mut part: impl Read) -> bool {
    let words = ["hidden=", "mergeCell "].map(memmem::Finder::new);
    let mut buffer = vec![0; OVERLAP + (64 << 10)];
    loop {
        let Ok(length @ 1..) = part.read(&mut buffer[OVERLAP..]) else {
            return false;
        };
        let end = OVERLAP + length;
        if words.iter().any(|word| word.find(&buffer[..end]).is_some()) {
            return true;
        }
        buffer.copy_within(end - OVERLAP..end, 0);
    }
}

/// A word may lie across two chunks.
const OVERLAP: usize = 16;

fn parse(part: impl BufRead) -> Option<Layout> {
    let mut reader = Reader::from_reader(part);
    let mut buffer = Vec::new();
    let mut layout = Layout::default();
    let mut row = 0;
    loop {
        buffer.clear();
        let element = match reader.read_event_into(&mut buffer).ok()? {
            Event::Start(element) | Event::Empty(element) => element,
            Event::Eof => break,
            _ => continue,
        };
        let is_set = |name| {
            let value = attribute(&element, name);
            value.is_some_and(|value| value == "1" || value == "true")
        };
        match element.local_name().as_ref() {
            "row" => {
                let given = attribute(&element, "r").and_then(|number| number.parse().ok());
                row = given.unwrap_or(row + 1);
                // The reader of cells refuses such a row.
                if row > ROWS {
                    break;
                }
                if is_set("hidden") {
                    layout.hide(row, row);
                }
            }
            "mergeCell" => {
                if let Some((rows, columns)) = attribute(&element, "ref").as_deref().and_then(area)
                {
                    layout.merge(rows, columns);
                }
            }
            _ => {}
        }
    }
    layout.sort();
    Some(layout)
}

/// The rows from 1 and the columns from 0 of a place such as `B2:C5`.
fn area(text: &str) -> Option<((u32, u32), (usize, usize))> {
    let cell = |text: &str| {
        let digits = text.find(|letter: char| letter.is_ascii_digit())?;
        let column = text[..digits].bytes().try_fold(0_usize, |column, letter| {
            let digit = letter.to_ascii_uppercase().checked_sub(b'A' - 1)?;
            column.checked_mul(26)?.checked_add(usize::from(digit))
        })?;
        Some((text[digits..].parse::<u32>().ok()?, column.checked_sub(1)?))
    };
    let (first, last) = text.split_once(':')?;
    let ((top, left), (bottom, right)) = (cell(first)?, cell(last)?);
    (top <= ROWS && bottom <= ROWS).then_some(((top, bottom), (left, right)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_rows_and_merged_cells_are_found() {
        let part = "<worksheet><sheetData><row r=\"2\" hidden=\"1\"/><row hidden=\"true\"/>\
                    <row r=\"5\" hidden=\"0\"/></sheetData><mergeCells>\
                    <mergeCell ref=\"B2:C4\"/></mergeCells></worksheet>";
        assert!(mentions_layout(part.as_bytes()));
        let layout = parse(part.as_bytes()).unwrap();
        let mut cursor = layout.cursor();
        let mut check = |row: u32, hidden: bool, merged: &[usize]| {
            cursor.move_to(row);
            assert_eq!(cursor.is_hidden(), hidden, "{row}");
            let found: Vec<_> = (0..5).filter(|column| cursor.is_merged(*column)).collect();
            assert_eq!(found, merged, "{row}");
        };
        check(1, false, &[]);
        check(2, true, &[2]);
        check(3, true, &[1, 2]);
        check(4, false, &[1, 2]);
        check(5, false, &[]);
    }

    #[test]
    fn impossible_places_are_no_layout() {
        let check = |content: &str, hidden: usize, covered: usize| {
            let layout = parse(content.as_bytes()).unwrap();
            let found = (layout.hidden.len(), layout.covered.len());
            assert_eq!(found, (hidden, covered), "{content}");
        };
        check("<row r=\"1048576\" hidden=\"1\"/>", 1, 0);
        check("<row r=\"1048577\" hidden=\"1\"/>", 0, 0);
        check(
            "<row r=\"4294967295\" hidden=\"1\"/><row hidden=\"1\"/>",
            0,
            0,
        );
        check("<mergeCell ref=\"A1:A1048576\"/>", 0, 1);
        check("<mergeCell ref=\"A1:A4294967294\"/>", 0, 0);
        check("<mergeCell ref=\"A4294967295:B2\"/>", 0, 0);
    }

    #[test]
    fn memory_and_time_of_a_layout_are_limited() {
        let mut layout = Layout::default();
        for _ in 0..MOST_HIDDEN + 2 {
            layout.hide(5, 5);
            layout.hide(1, 1);
        }
        for column in 0..2 * MOST_IN_A_ROW {
            layout.cover((1, 9), (column, column));
        }
        layout.sort();
        assert_eq!(layout.hidden.len(), MOST_HIDDEN);
        let mut cursor = layout.cursor();
        cursor.move_to(5);
        assert_eq!(cursor.current.len(), MOST_IN_A_ROW);
        assert!(cursor.is_hidden() && cursor.is_merged(MOST_IN_A_ROW - 1));
    }
}
