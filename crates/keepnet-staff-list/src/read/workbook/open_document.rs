//! Measuring an OpenDocument spreadsheet before it is loaded.
//!
//! The format writes equal rows and cells once, with a number of repetitions; its reader holds all
//! of them in memory.

use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::layout::Layout;

/// What is known of a spreadsheet before it is loaded.
pub(super) struct Measured {
    /// How many cells lie between the first and the last used one, over all tables.
    pub(super) cells: u64,
    /// The hidden rows and the merged cells of each table.
    pub(super) layouts: Vec<Layout>,
}

/// Measures a spreadsheet's content; none if its XML is broken.
///
/// Every repetition up to the last used row counts with the width of the widest row, so that the
/// number is an upper bound. Two things that are well-formed XML count as broken: tables inside of
/// cells, because the reader of the format confuses their rows with the outer ones, and document
/// types, because no spreadsheet program writes one. An element that is not closed is an error,
/// because the reader waits for its end for ever.
pub(super) fn measure(content: impl BufRead) -> Option<Measured> {
    let mut reader = Reader::from_reader(content);
    // As in calamine, so that both see the same elements.
    reader.config_mut().expand_empty_elements = true;
    let mut buffer = Vec::new();
    let mut grid = Grid::default();
    let mut open = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).ok()? {
            Event::Start(_) if open.len() == DEEPEST => return None,
            Event::Start(element) => {
                let parent = open.last().copied().unwrap_or(Place::Document);
                open.push(grid.start(parent, &element)?);
            }
            Event::End(element) => {
                open.pop();
                grid.end(element.name().0);
            }
            Event::DocType(_) => return None,
            Event::Eof => {
                return open.is_empty().then_some(Measured {
                    cells: grid.cells,
                    layouts: grid.layouts,
                });
            }
            _ => {}
        }
    }
}

/// A spreadsheet nests some ten elements.
const DEEPEST: usize = 256;

/// The innermost part of the spreadsheet around an element.
#[derive(Clone, Copy)]
enum Place {
    Document,
    Table,
    Row,
    Cell,
}

/// The cells of the tables so far, and the size of the current table and row.
#[derive(Default)]
struct Grid {
    cells: u64,
    rows: Used,
    widest_row: u64,
    columns: Used,
    /// How often the current row is repeated.
    row_times: u64,
    layout: Layout,
    layouts: Vec<Layout>,
}

impl Grid {
    /// The place inside of `element`; none if it must not be at `parent`.
    fn start(&mut self, parent: Place, element: &BytesStart<'_>) -> Option<Place> {
        Some(match (parent, element.name().0) {
            (Place::Document, TABLE) => Place::Table,
            (Place::Table, ROW) => {
                self.row_times = repetitions(element, "table:number-rows-repeated")?;
                let visibility = element.try_get_attribute("table:visibility").ok()?;
                if visibility.is_some_and(|it| it.value != "visible") {
                    let (first, last) = self.rows.next(self.row_times);
                    self.layout.hide(first, last);
                }
                Place::Row
            }
            (Place::Row, name @ (CELL | COVERED_CELL)) => {
                let times = repetitions(element, "table:number-columns-repeated")?;
                if name == COVERED_CELL {
                    let (first, last) = self.columns.next(times);
                    let columns = (first as usize - 1, last as usize - 1);
                    self.layout.cover(self.rows.next(self.row_times), columns);
                }
                self.columns.add(times, has_value(element)?);
                Place::Cell
            }
            (_, TABLE | ROW | CELL | COVERED_CELL) => return None,
            _ => parent,
        })
    }

    fn end(&mut self, name: &str) {
        match name {
            ROW => {
                let width = std::mem::take(&mut self.columns).used;
                self.rows.add(self.row_times, width > 0);
                self.widest_row = self.widest_row.max(width);
            }
            TABLE => {
                let rows = std::mem::take(&mut self.rows).used;
                let cells = rows.saturating_mul(std::mem::take(&mut self.widest_row));
                self.cells = self.cells.saturating_add(cells);
                self.layout.sort();
                self.layouts.push(std::mem::take(&mut self.layout));
            }
            _ => {}
        }
    }
}

const TABLE: &str = "table:table";
const ROW: &str = "table:table-row";
const CELL: &str = "table:table-cell";
const COVERED_CELL: &str = "table:covered-table-cell";

/// How many rows or columns there are up to the last used one.
#[derive(Default)]
struct Used {
    used: u64,
    blank_behind: u64,
}

impl Used {
    /// First and last number, from 1, of the next `times` rows or columns.
    fn next(&self, times: u64) -> (u32, u32) {
        let number = |count: u64| u32::try_from(count).unwrap_or(u32::MAX - 1);
        let before = self.used.saturating_add(self.blank_behind);
        let last = number(before.saturating_add(times));
        (
            number(before.saturating_add(1)).min(last.max(1)),
            last.max(1),
        )
    }

    fn add(&mut self, times: u64, is_used: bool) {
        self.blank_behind = self.blank_behind.saturating_add(times);
        if is_used {
            let added = std::mem::take(&mut self.blank_behind);
            self.used = self.used.saturating_add(added);
        }
    }
}

/// The number in an attribute; 1 without the attribute.
fn repetitions(element: &BytesStart<'_>, name: &str) -> Option<u64> {
    match element.try_get_attribute(name).ok()? {
        Some(attribute) => attribute.value.trim().parse().ok(),
        None => Some(1),
    }
}

/// Whether an attribute gives the cell a value, a formula or a type. The text inside a cell without
/// a type is not read.
fn has_value(element: &BytesStart<'_>) -> Option<bool> {
    for attribute in element.attributes() {
        let key = attribute.ok()?.key.0;
        if key.starts_with("office:") || key.starts_with("calcext:") || key == "table:formula" {
            return Some(true);
        }
    }
    Some(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count_grid_cells(content: impl BufRead) -> Option<u64> {
        measure(content).map(|measured| measured.cells)
    }

    #[test]
    fn broken_documents_are_not_measured() {
        let check = |content: &str, expected: bool| {
            let is_closed = count_grid_cells(content.as_bytes()).is_some();
            assert_eq!(is_closed, expected, "{content}");
        };
        check("<a><b x=\"1>2\" y='<'/><b >t</b ></a>", true);
        check(
            "<?xml version=\"1.0\"?><a><!-- <b> --><![CDATA[<b>]]></a>",
            true,
        );
        for open in [
            "<a>",
            "<a><b></a>",
            "<a></a></a>",
            "<a",
            "<a x=\"></a>",
            "<!DOCTYPE x><a/>",
        ] {
            check(open, false);
        }
        check(&("<a>".repeat(300) + &"</a>".repeat(300)), false);
        check("<table:table-cell><table:table/></table:table-cell>", false);
    }

    #[test]
    fn repetitions_count_up_to_the_last_used_cell() {
        let check = |rows: &str, expected: u64| {
            let content = format!("<table:table table:name=\"S\">{rows}</table:table>");
            assert_eq!(
                count_grid_cells(content.as_bytes()),
                Some(expected),
                "{rows}"
            );
        };
        let used =
            "<table:table-cell office:value-type=\"string\"><text:p>x</text:p></table:table-cell>";
        let blank = "<table:table-cell table:number-columns-repeated=\"16383\"/>";
        let row = |cells: &str| format!("<table:table-row>{cells}</table:table-row>");
        let rows = |times: u64, cells: &str| {
            format!(
                "<table:table-row table:number-rows-repeated=\"{times}\">{cells}</table:table-row>"
            )
        };
        check("", 0);
        check(&row(used), 1);
        check(&row(&(used.repeat(2) + blank)), 2);
        check(&row(&(blank.to_owned() + used)), 16_384);
        check(&(row(used) + &rows(1_048_575, blank)), 1);
        check(
            &(row(used) + &rows(1_048_574, blank) + &row(used)),
            1_048_576,
        );
        check(
            &rows(1_048_576, &(blank.to_owned() + used)),
            1_048_576 * 16_384,
        );
        check(&rows(u64::MAX, &(blank.to_owned() + used)), u64::MAX);
        let formula =
            "<table:table-cell table:formula=\"x\" table:number-columns-repeated=\"16384\"/>";
        check(&rows(1_000, formula), 1_000 * 16_384);
    }
}
