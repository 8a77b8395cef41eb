//! Recognising a record that has swallowed further rows, because of a quotation mark too many.

use csv::StringRecord;

use super::delimiter::Delimiter;
use super::utf8_reader::END_MARK;
use crate::email::is_email;

/// What a record of several lines has swallowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Swallowed {
    /// Everything up to the end of the file.
    Rest,
    /// What looks like further rows.
    Rows,
}

/// What `record` has swallowed, and in which of its lines, from 0, that cell begins. `width` is the
/// number of headers; none before they are known.
pub(super) fn find_swallowed(
    record: &StringRecord,
    delimiter: Delimiter,
    width: Option<usize>,
) -> Option<(Swallowed, u64)> {
    let mut line = 0;
    for cell in record {
        let breaks = cell.bytes().filter(|byte| *byte == b'\n').count() as u64;
        if breaks > 0 {
            if cell.trim_end().ends_with(END_MARK) {
                return Some((Swallowed::Rest, line));
            }
            let width = width.unwrap_or(record.len());
            if holds_rows(cell, delimiter, width, record.len() == width) {
                return Some((Swallowed::Rows, line));
            }
        }
        line += breaks;
    }
    None
}

/// Whether a line of a cell looks like a row. In a record whose cells match the headers, a line
/// with as many delimiters as a row is one only if it has an e-mail address: the cell may be a
/// postal address.
fn holds_rows(cell: &str, delimiter: Delimiter, width: usize, is_whole: bool) -> bool {
    cell.lines().any(|line| {
        let cells = || line.split(delimiter.character());
        let is_address = |text: &str| is_email(text.trim_matches(['"', ' ']));
        let has_address = || cells().any(is_address);
        let count = cells().count();
        let has_width_of_row = width > 2 && count >= width;
        // A text of few columns often has a comma; a row of theirs has an address as well.
        let may_be_part = width < 3 || (!is_whole && count > 1);
        (has_width_of_row && (!is_whole || has_address()))
            || (may_be_part && count >= width.min(2) && has_address())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swallowed_rows_are_found_in_their_line() {
        let check = |cells: &[&str], width: usize, expected: Option<(Swallowed, u64)>| {
            let record = StringRecord::from(cells.to_vec());
            let found = find_swallowed(&record, Delimiter::Comma, Some(width));
            assert_eq!(found, expected, "{cells:?}");
        };
        let row = Some((Swallowed::Rows, 0));
        check(&["a", "one\ntwo", "c"], 3, None);
        check(&["a", "one, two\nthree", "c"], 3, None);
        check(&["a", "one, two\nthree"], 2, None);
        check(&["a", "B\nb@acme.example,C"], 2, row);
        check(
            &["a", "B,IT\nb@acme.example,B,IT\nc@acme.example,", "IT"],
            3,
            row,
        );
        check(&["B,a@acme.example,\nC", "d@acme.example"], 3, row);
        let address = "12 Main St, Floor 2, Izmir\nTurkey";
        check(&["a@acme.example", "A", address], 3, None);
        check(&["a@acme.example", address], 3, row);
        check(&["B,a@acme.example\nC", "x", "y"], 3, None);
        check(&["a@acme.example\nb@acme.example"], 1, row);
        check(&["a\nb"], 1, None);
        let end = format!("x\n{END_MARK}\n");
        check(&["1\n2", &end], 2, Some((Swallowed::Rest, 1)));
    }
}
