//! A look into an OpenDocument spreadsheet before it is loaded.
//!
//! The format writes equal rows and cells once, with a number of repetitions;
//! its reader writes them all out in memory.

/// How many cells lie between the first and the last used one, over all
/// tables of a spreadsheet's content.
///
/// Every repetition up to the last used row counts with the width of the
/// widest row, so that the number is an upper bound.
pub(super) fn grid_cells(content: &[u8]) -> u64 {
    pieces(content, b"<table:table ")
        .map(table_cells)
        .fold(0, u64::saturating_add)
}

fn table_cells(table: &[u8]) -> u64 {
    let mut used_rows = 0_u64;
    let mut blank_rows = 0_u64;
    let mut widest = 0_u64;
    for row in pieces(table, b"<table:table-row") {
        let times = repeated(row, b"table:number-rows-repeated");
        let width = row_width(row);
        if width == 0 {
            blank_rows = blank_rows.saturating_add(times);
            continue;
        }
        used_rows = used_rows
            .saturating_add(std::mem::take(&mut blank_rows))
            .saturating_add(times);
        widest = widest.max(width);
    }
    used_rows.saturating_mul(widest)
}

/// How many columns a row takes up to its last used cell.
fn row_width(row: &[u8]) -> u64 {
    let mut used = 0_u64;
    let mut blank = 0_u64;
    let elements = pieces(row, b"<table:");
    let is_cell = |element: &&[u8]| {
        element.starts_with(b"table-cell") || element.starts_with(b"covered-table-cell")
    };
    for cell in elements.filter(is_cell) {
        let times = repeated(cell, b"table:number-columns-repeated");
        let is_used = contains(cell, b"office:value") || contains(cell, b"<text:p");
        if is_used {
            used = used
                .saturating_add(std::mem::take(&mut blank))
                .saturating_add(times);
        } else {
            blank = blank.saturating_add(times);
        }
    }
    used
}

/// Whether every element is closed, in the order in which they were opened.
///
/// The reader of the format waits for the end of a table or a row, and would
/// wait for ever in a file that ends before.
pub(super) fn is_closed(content: &[u8]) -> bool {
    let mut open: Vec<&[u8]> = Vec::new();
    let mut rest = content;
    while let Some(start) = find(rest, b"<") {
        rest = &rest[start + 1..];
        let end = match rest {
            _ if rest.starts_with(b"!--") => find(rest, b"-->").map(|at| at + 3),
            _ if rest.starts_with(b"![CDATA[") => find(rest, b"]]>").map(|at| at + 3),
            _ if rest.starts_with(b"?") => find(rest, b"?>").map(|at| at + 2),
            // A document type has brackets of its own, and no spreadsheet program writes one.
            _ if rest.starts_with(b"!") => return false,
            _ => end_of_tag(rest).map(|at| at + 1),
        };
        let Some(end) = end else { return false };
        let tag = &rest[..end];
        rest = &rest[end..];
        if tag.starts_with(b"!") || tag.starts_with(b"?") {
            continue;
        }
        if let Some(closing) = tag.strip_prefix(b"/") {
            let name = closing.strip_suffix(b">").unwrap_or(closing);
            if open.pop() != Some(name.trim_ascii_end()) {
                return false;
            }
        } else if !tag.ends_with(b"/>") {
            let is_end = |byte: &u8| byte.is_ascii_whitespace() || *byte == b'>';
            let length = tag.iter().position(is_end).unwrap_or(tag.len());
            open.push(&tag[..length]);
            if open.len() > DEEPEST {
                return false;
            }
        }
    }
    open.is_empty()
}

/// A spreadsheet nests some ten elements.
const DEEPEST: usize = 256;

/// The first `>` that is not inside of quotation marks.
fn end_of_tag(tag: &[u8]) -> Option<usize> {
    let mut quote = None;
    tag.iter().position(|byte| {
        match (quote, *byte) {
            (None, b'"' | b'\'') => quote = Some(*byte),
            (Some(open), byte) if byte == open => quote = None,
            _ => {}
        }
        quote.is_none() && *byte == b'>'
    })
}

/// The pieces of `content` that follow each occurrence of `mark`.
fn pieces<'a>(content: &'a [u8], mark: &'static [u8]) -> impl Iterator<Item = &'a [u8]> {
    let mut rest = find(content, mark).map(|at| &content[at + mark.len()..]);
    std::iter::from_fn(move || {
        let current = rest?;
        let Some(at) = find(current, mark) else {
            rest = None;
            return Some(current);
        };
        rest = Some(&current[at + mark.len()..]);
        Some(&current[..at])
    })
}

/// The number of repetitions that a piece states, 1 if none.
fn repeated(piece: &[u8], attribute: &[u8]) -> u64 {
    let Some(at) = find(piece, attribute) else {
        return 1;
    };
    let digits = piece[at + attribute.len()..]
        .iter()
        .skip_while(|byte| !byte.is_ascii_digit())
        .take_while(|byte| byte.is_ascii_digit());
    digits.fold(0_u64, |number, digit| {
        number
            .saturating_mul(10)
            .saturating_add(u64::from(digit - b'0'))
    })
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    find(haystack, needle).is_some()
}

pub(super) fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let (first, _) = needle.split_first()?;
    let mut from = 0;
    loop {
        from += haystack
            .get(from..)?
            .iter()
            .position(|byte| byte == first)?;
        if haystack[from..].starts_with(needle) {
            return Some(from);
        }
        from += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::{grid_cells, is_closed};

    #[test]
    fn a_document_that_ends_before_its_elements_do_is_told() {
        let check = |content: &str, expected: bool| {
            assert_eq!(is_closed(content.as_bytes()), expected, "{content}");
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
    }

    #[test]
    fn repetitions_count_up_to_the_last_used_cell() {
        let check = |rows: &str, expected: u64| {
            let content = format!("<table:table table:name=\"S\">{rows}</table:table>");
            assert_eq!(grid_cells(content.as_bytes()), expected, "{rows}");
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
    }
}
