//! A table for people, fitted to the terminal.

use std::io::{self, Write};

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

const GAP: usize = 2;
/// A column is not cut below this, however narrow the terminal is.
const NARROWEST: usize = 6;

/// Rows of equally many cells; the first may be headers.
#[derive(Default)]
pub(super) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn push(&mut self, mut row: Vec<String>) {
        for cell in &mut row {
            // What a person typed somewhere must not steer the terminal.
            if cell.contains(char::is_control) {
                *cell = cell.replace(char::is_control, " ");
            }
        }
        self.rows.push(row);
    }

    /// Writes the table; on a terminal, cells are cut so that a row is a line.
    pub(super) fn write(&self, out: &mut impl Write, width: Option<usize>) -> io::Result<()> {
        let widths = self.widths(width);
        for row in &self.rows {
            let mut line = String::new();
            for (cell, width) in row.iter().zip(&widths) {
                let cell = cut(cell, *width);
                line.push_str(&cell);
                let padding = width.saturating_sub(cell.width()) + GAP;
                line.extend(std::iter::repeat_n(' ', padding));
            }
            writeln!(out, "{}", line.trim_end())?;
        }
        out.flush()
    }

    /// Takes what is too much from the widest column, again and again.
    fn widths(&self, available: Option<usize>) -> Vec<usize> {
        let columns = self.rows.first().map_or(0, Vec::len);
        let widest = |column: usize| self.rows.iter().map(|row| row[column].width()).max();
        let mut widths: Vec<usize> = (0..columns)
            .map(|column| widest(column).unwrap_or_default())
            .collect();
        let Some(available) = available else {
            return widths;
        };
        let gaps = GAP * columns.saturating_sub(1);
        while widths.iter().sum::<usize>() + gaps > available {
            match widths.iter_mut().max() {
                Some(widest) if *widest > NARROWEST => *widest -= 1,
                _ => break,
            }
        }
        widths
    }
}

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
        let mut table = Table::default();
        for row in rows {
            table.push(row.iter().map(ToString::to_string).collect());
        }
        let mut out = Vec::new();
        table.write(&mut out, width).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn columns_are_aligned_by_what_is_seen() {
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
    fn the_widest_columns_are_cut_to_the_terminal() {
        let rows: &[&[&str]] = &[&["id", "ada.winter@acme.example", "Finance and Control"]];
        let check = |width: usize, expected: &str| assert_eq!(shown(rows, Some(width)), expected);
        check(80, "id  ada.winter@acme.example  Finance and Control\n");
        check(40, "id  ada.winter@acme.…  Finance and Cont…\n");
        check(5, "id  ada.w…  Finan…\n");
    }
}
