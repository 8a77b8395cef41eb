//! A table that fits the terminal, or its rows one below the other.

use std::borrow::Cow;
use std::io::{self, Write};

use unicode_width::UnicodeWidthStr as _;

use super::column::{Column, Cut};
use crate::text::one_line;
use crate::ui::settings::Settings;

const GAP: usize = 2;
/// The narrowest column of names, and of texts, of which less says too little.
const MIN_NAME: usize = 12;
const MIN_TEXT: usize = 20;
/// Without a terminal, no column is padded beyond this width. Longer cells are printed whole.
const MAX_PADDING: usize = 100;

/// Writes rows with a cell for each column, below headers, which may be bold.
///
/// With a width, names and texts are cut so that a row fits on a line. If that is not enough, each row
/// becomes a record: a line for each cell, and an empty line between two records. Without a width,
/// nothing is cut.
pub(super) fn write(
    columns: &[Column],
    mut rows: Vec<Vec<String>>,
    out: &mut impl Write,
    available: Option<usize>,
    has_bold_headers: bool,
) -> io::Result<()> {
    for cell in rows.iter_mut().flatten() {
        *cell = one_line(cell);
    }
    let Some(widths) = widths(columns, &rows, available) else {
        return write_records(columns, &rows, out);
    };
    let headers = columns.iter().map(|column| column.header());
    let headers = line(&headers.collect::<Vec<_>>(), &widths, available);
    match has_bold_headers {
        true => writeln!(out, "\x1b[1m{headers}\x1b[0m")?,
        false => writeln!(out, "{headers}")?,
    }
    for row in &rows {
        writeln!(out, "{}", line(row, &widths, available))?;
    }
    out.flush()
}

/// Writes each row as lines with the label and the whole cell; `-` stands for no value.
fn write_records(columns: &[Column], rows: &[Vec<String>], out: &mut impl Write) -> io::Result<()> {
    let labels: Vec<String> = columns.iter().map(|column| column.label()).collect();
    let width = labels.iter().map(|label| label.width()).max();
    let width = width.unwrap_or_default() + GAP;
    for (index, row) in rows.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        for (label, cell) in labels.iter().zip(row) {
            let cell = if cell.is_empty() { "-" } else { cell };
            let padding = " ".repeat(width - label.width());
            writeln!(out, "{label}{padding}{}", cell.trim_end())?;
        }
    }
    out.flush()
}

/// Writes one record.
pub(super) fn write_record(
    columns: &[Column],
    row: Vec<String>,
    out: &mut impl Write,
) -> io::Result<()> {
    let row = row.iter().map(|cell| one_line(cell)).collect();
    write_records(columns, &[row], out)
}

fn line(cells: &[String], widths: &[usize], available: Option<usize>) -> String {
    let mut line = String::new();
    for (cell, width) in cells.iter().zip(widths) {
        let cell = match available {
            Some(_) => cut(cell, *width, ellipsis()),
            None => cell.into(),
        };
        line.push_str(&cell);
        // The padding of `format!` counts characters, and some are two columns wide.
        line.push_str(&" ".repeat(width.saturating_sub(cell.width()) + GAP));
    }
    line.truncate(line.trim_end().len());
    line
}

/// The widths of the columns, of which the widest that may be cut is narrowed again and again until a
/// row fits; `None` if none may be narrowed further.
fn widths(
    columns: &[Column],
    rows: &[Vec<String>],
    available: Option<usize>,
) -> Option<Vec<usize>> {
    let widest = |(index, column): (usize, &Column)| {
        let cells = rows.iter().map(|row| row[index].width());
        cells.fold(column.header().width(), usize::max)
    };
    let mut widths: Vec<usize> = columns.iter().enumerate().map(widest).collect();
    let Some(available) = available else {
        widths
            .iter_mut()
            .for_each(|it| *it = (*it).min(MAX_PADDING));
        return Some(widths);
    };
    let available = available.saturating_sub(GAP * columns.len().saturating_sub(1));
    if widths.iter().sum::<usize>() <= available {
        return Some(widths);
    }
    let least = |(index, column): (usize, &Column)| {
        let cells = || rows.iter().map(|row| row[index].as_str());
        let least = match column.cut {
            Cut::Never => widths[index],
            Cut::WhileDistinct => distinct_width(cells()).max(MIN_NAME),
            Cut::Freely => MIN_TEXT,
        };
        least.max(column.header().width()).min(widths[index])
    };
    let least: Vec<usize> = columns.iter().enumerate().map(least).collect();
    if least.iter().sum::<usize>() > available {
        return None;
    }
    for (width, least) in widths.iter_mut().zip(&least) {
        *width = (*width).min(available.max(*least));
    }
    while widths.iter().sum::<usize>() > available {
        let narrowable = widths.iter_mut().zip(&least);
        let narrowable = narrowable.filter(|(width, least)| **width > **least);
        *narrowable.map(|(width, _)| width).max()? -= 1;
    }
    Some(widths)
}

/// A width at which different cells are cut to different texts.
fn distinct_width<'c>(cells: impl Iterator<Item = &'c str>) -> usize {
    let mut cells: Vec<&str> = cells.collect();
    cells.sort_unstable();
    cells.dedup();
    // Of sorted texts, neighbours have the longest starts in common.
    let common = cells.windows(2).map(|pair| {
        let letters = pair[0].chars().zip(pair[1].chars());
        let common = letters.take_while(|(one, other)| one == other);
        common.map(|(letter, _)| letter).collect::<String>().width()
    });
    // Behind it, the letter that differs, which may be two columns wide, and the ellipsis.
    let behind = 2 + ellipsis().width();
    common.max().map_or(0, |common| common + behind)
}

/// What the terminal can show at the end of a text that is cut.
fn ellipsis() -> &'static str {
    match Settings::current().is_ascii {
        true => "...",
        false => "…",
    }
}

/// The start of a text, which an ellipsis ends if it is longer than `width`.
fn cut<'t>(text: &'t str, width: usize, ellipsis: &str) -> Cow<'t, str> {
    if text.width() <= width {
        return text.into();
    }
    let ends = text
        .char_indices()
        .map(|(start, letter)| start + letter.len_utf8());
    // The width of a text is not the sum of its characters: some change the one before.
    let most = width.saturating_sub(ellipsis.width());
    let fitting = ends.take_while(|end| text[..*end].width() <= most);
    let start = &text[..fitting.last().unwrap_or_default()];
    // A joiner would join the ellipsis.
    format!("{}{ellipsis}", start.trim_end_matches('\u{200d}')).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(columns: &[Column], rows: &[&[&str]], width: Option<usize>) -> String {
        let rows = rows.iter();
        let rows = rows.map(|row| row.iter().map(ToString::to_string).collect());
        let mut out = Vec::new();
        write(columns, rows.collect(), &mut out, width, false).unwrap();
        String::from_utf8(out).unwrap()
    }

    const ID: Column = Column::whole("id");
    const NAME: Column = Column::name("name");
    const WHY: Column = Column::text("why");

    #[test]
    fn columns_align_by_display_width() {
        let check = |rows: &[&[&str]], expected: &str| {
            let columns = [Column::whole("a"), Column::whole("b")];
            assert_eq!(shown(&columns, rows, None), format!("{expected}\n"));
        };
        check(&[&["long", "x"]], "A     B\nlong  x");
        check(
            &[&["Güneş", "x"], &["李小龍", "y"], &["u\u{308}ber", "z"]],
            "A       B\nGüneş   x\n李小龍  y\nu\u{308}ber    z",
        );
        check(&[&["a\u{1b}[31mb\nc", "x"]], "A          B\na [31mb c  x");
        check(&[], "A  B");
        let long = "x".repeat(300);
        let padding = " ".repeat(MAX_PADDING - 1);
        check(
            &[&[&long, "x"], &["y", "z"]],
            &format!("A{padding}  B\n{long}  x\ny{padding}  z"),
        );
    }

    #[test]
    fn names_and_texts_are_cut_to_the_terminal() {
        let check = |width: usize, row: [&str; 3], expected: &str| {
            let shown = shown(&[ID, NAME, WHY], &[&row], Some(width));
            assert_eq!(shown.lines().nth(1).unwrap(), expected, "{width}");
        };
        let row = [
            "n9YzvxbOVAcI",
            "ada.winter@acme.example",
            "the service refuses it",
        ];
        check(
            80,
            row,
            "n9YzvxbOVAcI  ada.winter@acme.example  the service refuses it",
        );
        check(
            55,
            row,
            "n9YzvxbOVAcI  ada.winter@acme.ex…  the service refuses…",
        );
        check(48, row, "n9YzvxbOVAcI  ada.winter@…  the service refuses…");
        let row = ["1", "u\u{308}u\u{308}u\u{308}u\u{308} 李小龍李小龍", ""];
        check(22, row, "1   u\u{308}u\u{308}u\u{308}u\u{308} 李小龍…");
        let family = "\u{1f469}\u{200d}\u{1f467}";
        let row = ["1", &family.repeat(9), ""];
        check(22, row, &format!("1   {}…", family.repeat(6)));
    }

    #[test]
    fn cut_text_ends_with_the_ellipsis() {
        let check = |width: usize, ellipsis: &str, expected: &str| {
            assert_eq!(cut("Ada Winter", width, ellipsis), expected, "{width}");
        };
        check(10, "...", "Ada Winter");
        check(9, "...", "Ada Wi...");
        check(9, "…", "Ada Wint…");
    }

    #[test]
    fn table_that_cannot_fit_becomes_records() {
        let rows: &[&[&str]] = &[
            &["n9YzvxbOVAcI", "Ada Winter", "it is not known yet"],
            &["Y1AV2rIEJlm7", "Bob Summer", ""],
        ];
        let columns = [Column::whole("company_id"), NAME, WHY];
        let expected = "\
company id  n9YzvxbOVAcI
name        Ada Winter
why         it is not known yet

company id  Y1AV2rIEJlm7
name        Bob Summer
why         -
";
        assert_eq!(shown(&columns, rows, Some(40)), expected);
        assert!(shown(&columns, rows, Some(45)).starts_with("COMPANY ID "));
    }

    #[test]
    fn different_names_stay_different() {
        let check = |names: [&str; 2]| {
            let rows: [&[&str]; 2] = [&[names[0]], &[names[1]]];
            for width in 1..names[0].width() + 4 {
                let shown = shown(&[NAME], &rows, Some(width));
                let is_table = shown.starts_with("NAME");
                let lines: Vec<_> = shown.lines().filter(|it| !it.is_empty()).collect();
                assert_ne!(
                    lines[usize::from(is_table)],
                    lines[lines.len() - 1],
                    "{shown}"
                );
                let fits = lines.iter().all(|line| line.width() <= width);
                assert!(fits || !is_table, "{width}: {shown}");
            }
        };
        check(["Northwind Traders, north", "Northwind Traders, south"]);
        check(["Northwind Traders", "Northwind Traders, south"]);
        check(["Northwind Traders 李", "Northwind Traders 小"]);
        check(["Ünlü Sanayi ve Ticaret", "Ünlü Sanayi ve Ticaret A.Ş."]);
    }
}
