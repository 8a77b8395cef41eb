//! A list on standard output, whose items are printed as they arrive if the format allows it.

use std::io::{self, Write};

use keepnet_flows::escape_formula;
use serde::Serialize;

use super::column::Column;
use super::record::{Columns, Record};
use super::{pager, table};
use crate::exit::Outcome;
use crate::ui::format::Format;
use crate::ui::message::print_message;
use crate::ui::settings::has_color_on_stdout;

/// A list of which a part is printed.
#[must_use]
pub(crate) struct List<W: Write> {
    writer: Writer<W>,
    columns: Columns,
    count: u64,
    /// What to say if the list stays empty.
    none: &'static str,
}

enum Writer<W: Write> {
    /// The columns, the rows, and the width of the terminal.
    Table(Vec<Column>, Vec<Vec<String>>, W, Option<usize>),
    Json(W),
    Ndjson(W),
    Csv(Box<csv::Writer<W>>),
}

impl<W: Write> List<W> {
    pub(super) fn start<R: Record>(
        out: W,
        format: Format,
        columns: Columns,
        width: Option<usize>,
    ) -> io::Result<List<W>> {
        let chosen = columns.of_record::<R>();
        let writer = match format {
            Format::Table => Writer::Table(chosen, Vec::new(), out, width),
            Format::Json => Writer::Json(out),
            Format::Ndjson => Writer::Ndjson(out),
            Format::Csv => {
                let mut csv = csv::Writer::from_writer(out);
                csv.write_record(chosen.iter().map(|column| column.name))
                    .map_err(cause)?;
                Writer::Csv(Box::new(csv))
            }
        };
        Ok(List {
            writer,
            columns,
            count: 0,
            none: R::NONE,
        })
    }

    /// Adds a record.
    pub(crate) fn push<R: Record>(&mut self, record: &R) -> io::Result<()> {
        match &mut self.writer {
            Writer::Table(_, rows, ..) => rows.push(self.columns.cells(record)),
            Writer::Json(out) => {
                out.write_all(before(self.count))?;
                serde_json::to_writer(out, record)?;
            }
            Writer::Ndjson(out) => {
                serde_json::to_writer(&mut *out, record)?;
                writeln!(out)?;
            }
            Writer::Csv(csv) => {
                let cells = self.columns.cells(record);
                let cells = cells.iter().map(|cell| escape_formula(cell).into_owned());
                csv.write_record(cells).map_err(cause)?;
            }
        }
        self.count += 1;
        Ok(())
    }

    /// Ends a list that is cut off after the items that it has, and can be continued with the token, if
    /// there is one. A JSON document says so.
    pub(crate) fn cut_off(self, next_page_token: Option<&str>) -> io::Result<()> {
        // A pager would wait for a person who has just ended the list.
        self.end(Outcome::Incomplete, next_page_token, false)
    }

    /// Ends the list of several customers, of which these failed; a JSON document names them.
    pub(crate) fn finish_with_failures(
        self,
        outcome: Outcome,
        failed: &[impl Serialize],
    ) -> io::Result<()> {
        let Writer::Json(mut out) = self.writer else {
            return self.finish(outcome, None);
        };
        out.write_all(end_of_items(self.count))?;
        out.write_all(b"\"failed\": ")?;
        serde_json::to_writer(&mut out, failed)?;
        out.write_all(b",\n")?;
        end_document(out, outcome, None)
    }

    /// Ends the list. With a token, more items follow on the next page.
    pub(crate) fn finish(self, outcome: Outcome, next_page_token: Option<&str>) -> io::Result<()> {
        self.end(outcome, next_page_token, true)
    }

    fn end(
        self,
        outcome: Outcome,
        next_page_token: Option<&str>,
        may_use_pager: bool,
    ) -> io::Result<()> {
        let is_empty = self.count == 0;
        match self.writer {
            // Headers without rows are of no use to a person, who gets a message.
            Writer::Table(..) if is_empty => {}
            Writer::Table(columns, rows, mut out, width) => {
                let mut text = Vec::new();
                let may_use_pager = may_use_pager && width.is_some();
                table::write(&columns, rows, &mut text, width, has_color_on_stdout())?;
                if !(may_use_pager && pager::show(&text)) {
                    out.write_all(&text)?;
                    out.flush()?;
                }
            }
            Writer::Json(out) => end_json(out, self.count, outcome, next_page_token)?,
            Writer::Ndjson(mut out) => out.flush()?,
            Writer::Csv(mut csv) => csv.flush()?,
        }
        let is_known_empty = is_empty && outcome != Outcome::Incomplete;
        if is_known_empty && !self.none.is_empty() {
            print_message(self.none);
        }
        Ok(())
    }
}

/// The error of the writer below. Its conversion would lose that the reader has closed the pipe.
fn cause(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

/// What a JSON document has before an item, by the number of items that it has already.
fn before(count: u64) -> &'static [u8] {
    match count {
        0 => b"{\n\"items\": [\n  ",
        _ => b",\n  ",
    }
}

fn end_json(
    mut out: impl Write,
    count: u64,
    outcome: Outcome,
    next_page_token: Option<&str>,
) -> io::Result<()> {
    out.write_all(end_of_items(count))?;
    end_document(out, outcome, next_page_token)
}

fn end_of_items(count: u64) -> &'static [u8] {
    match count {
        0 => b"{\n\"items\": [],\n",
        _ => b"\n],\n",
    }
}

fn end_document(
    mut out: impl Write,
    outcome: Outcome,
    next_page_token: Option<&str>,
) -> io::Result<()> {
    let outcome = outcome.word();
    write!(out, "\"outcome\": \"{outcome}\",\n\"next_page_token\": ")?;
    serde_json::to_writer(&mut out, &next_page_token)?;
    out.write_all(b"\n}\n")?;
    out.flush()
}
