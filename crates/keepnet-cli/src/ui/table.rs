//! A table that fits the terminal.

use std::io::{self, Write};

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use crate::text::one_line;

const GAP: usize = 2;
/// The width below which no column is cut, however narrow the terminal is.
const MIN_WIDTH: usize = 6;

/// Writes rows with the same number of cells, of which the first may hold headers, which may be bold;
/// with a width, cells are cut so that a row fits on a line.
pub(super) fn write(
    mut rows: Vec<Vec<String>>,
    out: &mut impl Write,
    available: Option<usize>,
    has_bold_headers: bool,
) -> io::Result<()> {
    for cell in rows.iter_mut().flatten() {
        *cell = one_line(cell);
    }
    let widths = widths(&rows, available);
    for (index, row) in rows.iter().enumerate() {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            let cell = cut(cell, *width);
            line.push_str(&cell);
            // The padding of `format!` counts characters, and some are two columns wide.
            line.push_str(&" ".repeat(width.saturating_sub(cell.width()) + GAP));
        }
        let line = line.trim_end();
        match has_bold_headers && index == 0 {
            true => writeln!(out, "\x1b[1m{line}\x1b[0m")?,
            false => writeln!(out, "{line}")?,
        }
    }
    out.flush()
}

/// The widths of the columns; the widest is narrowed again and again until a row fits.
fn widths(rows: &[Vec<String>], available: Option<usize>) -> Vec<usize> {
    let columns = rows.first().map_or(0, Vec::len);
    let widest = |column: usize| rows.iter().map(|row| row[column].width()).max();
    let mut widths: Vec<usize> = (0..columns).filter_map(widest).collect();
    // A part of an id is of no use.
    let is_id = |column: usize| rows[0][column] == "ID";
    let gaps = GAP * columns.saturating_sub(1);
    while available.is_some_and(|available| widths.iter().sum::<usize>() + gaps > available) {
        let shrinkable = widths.iter_mut().enumerate();
        let shrinkable = shrinkable.filter(|(column, _)| !is_id(*column));
        match shrinkable.map(|(_, width)| width).max() {
            Some(widest) if *widest > MIN_WIDTH => *widest -= 1,
            _ => break,
        }
    }
    widths
}

/// The start of a text, which an ellipsis ends if it is longer than `width`.
fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut cut = String::new();
    let mut used = 1;
    for character in text.chars() {
        used += character.width().unwrap_or_default();
        if used > width {
            break;
        }
        cut.push(character);
    }
    cut.push('…');
    cut
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(rows: &[&[&str]], width: Option<usize>) -> String {
        let rows = rows.iter();
        let rows = rows.map(|row| row.iter().map(ToString::to_string).collect());
        let mut out = Vec::new();
        write(rows.collect(), &mut out, width, false).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn columns_align_by_display_width() {
        let check = |rows: &[&[&str]], expected: &str| assert_eq!(shown(rows, None), expected);
        check(&[&["A", "B"], &["long", "x"]], "A     B\nlong  x\n");
        check(
            &[&["Güneş", "x"], &["李小龍", "y"]],
            "Güneş   x\n李小龍  y\n",
        );
        check(&[&["a\u{1b}[31mb\nc", "x"]], "a [31mb c  x\n");
        check(&[], "");
    }

    #[test]
    fn widest_columns_are_cut_to_the_terminal() {
        let rows: &[&[&str]] = &[&["id", "ada.winter@acme.example", "Finance and Control"]];
        let check = |width: usize, expected: &str| assert_eq!(shown(rows, Some(width)), expected);
        check(80, "id  ada.winter@acme.example  Finance and Control\n");
        check(40, "id  ada.winter@acme.…  Finance and Cont…\n");
        check(5, "id  ada.w…  Finan…\n");
        let rows: &[&[&str]] = &[&["ID", "NAME"], &["n9YzvxbOVAcI", "Ada Winter"]];
        let expected = "ID            NAME\nn9YzvxbOVAcI  Ada W…\n";
        assert_eq!(shown(rows, Some(20)), expected);
    }
}
