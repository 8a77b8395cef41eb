//! Results on standard output, in the format of `--output`.

mod column;
mod document;
mod list;
mod pager;
mod record;
mod table;

use std::io::{self, IsTerminal as _, Write};
use std::slice;

use serde::Serialize;

use super::format::Format;
use super::message::print_answer;
use super::terminal_safe::{TerminalSafe, terminal_safe_stdout};
use crate::exit::Outcome;
use crate::text::one_line;
pub(crate) use column::Column;
pub(crate) use document::{Document, ListDocument};
pub(crate) use list::List;
pub(crate) use record::{Columns, Record, member, plain_text};

/// A place for results, and their format.
pub(crate) struct Output<W> {
    out: W,
    format: Format,
    width: Option<usize>,
}

/// Standard output, which may be a terminal.
pub(crate) type Stdout = TerminalSafe<io::StdoutLock<'static>>;

/// Standard output, with the width of its terminal.
pub(crate) fn stdout(format: Format) -> Output<Stdout> {
    let out = io::stdout();
    let width = out.is_terminal().then(|| {
        let size = terminal_size::terminal_size_of(&out);
        size.map_or(80, |(width, _)| usize::from(width.0))
    });
    let out = match format {
        // The cells of a table have no control characters, and its headers may be bold.
        Format::Table => TerminalSafe::new(out.lock(), false),
        _ => terminal_safe_stdout(),
    };
    Output { out, format, width }
}

/// Ignores that the reader of standard output has closed it.
pub(crate) fn ignore_closed_pipe(printed: io::Result<()>) -> io::Result<()> {
    match printed {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        printed => printed,
    }
}

impl<W: Write> Output<W> {
    /// Prints one record, of a command that did what it was asked to.
    pub(crate) fn record<R: Record>(self, record: &R) -> io::Result<()> {
        self.record_of(record, Outcome::Complete)
    }

    /// Prints one record, of a command that ended so.
    pub(crate) fn record_of<R: Record>(mut self, record: &R, outcome: Outcome) -> io::Result<()> {
        match self.format {
            Format::Table => {
                let cells = R::COLUMNS.iter().zip(record.cells());
                let shown = cells.filter(|(column, _)| !R::HIDDEN.contains(&column.name));
                let (columns, cells): (Vec<Column>, _) = shown.unzip();
                table::write_record(&columns, cells, &mut self.out)
            }
            Format::Json | Format::Ndjson => self.document(&Document::new(record, outcome)),
            Format::Csv => self.records(slice::from_ref(record), outcome),
        }
    }

    /// Prints a list that was fetched as a whole.
    pub(crate) fn records<R: Record>(self, records: &[R], outcome: Outcome) -> io::Result<()> {
        let columns = Columns::of::<R>(self.format);
        let mut list = self.list::<R>(columns)?;
        for record in records {
            list.push(record)?;
        }
        list.finish(outcome, None)
    }

    /// Prints a report: lines for people, the document as JSON, or the records as CSV.
    pub(crate) fn report<R: Record>(
        self,
        document: &impl Serialize,
        records: &[R],
        lines: impl FnOnce() -> Vec<String>,
    ) -> io::Result<()> {
        match self.format {
            Format::Table => self.lines(&lines()),
            Format::Json | Format::Ndjson => self.document(document),
            Format::Csv => self.records(records, Outcome::Complete),
        }
    }

    /// Prints a report as [`report`](Output::report) does, and its summary: the last lines of the table,
    /// which CSV has no place for and standard error shows.
    pub(crate) fn report_with_summary<R: Record>(
        self,
        document: &impl Serialize,
        records: &[R],
        lines: impl FnOnce() -> Vec<String>,
        summary: &[String],
    ) -> io::Result<()> {
        let is_csv = self.format == Format::Csv;
        let printed = self.report(document, records, || {
            let mut lines = lines();
            lines.extend_from_slice(summary);
            lines
        });
        if is_csv {
            summary.iter().for_each(|line| print_answer(line));
        }
        printed
    }

    /// Prints one JSON document, on one line for `ndjson`.
    pub(crate) fn document(mut self, document: &impl Serialize) -> io::Result<()> {
        match self.format {
            Format::Ndjson => serde_json::to_writer(&mut self.out, document)?,
            _ => serde_json::to_writer_pretty(&mut self.out, document)?,
        }
        writeln!(self.out)?;
        self.out.flush()
    }

    /// Prints lines for people.
    pub(crate) fn lines(mut self, lines: &[String]) -> io::Result<()> {
        for line in lines {
            writeln!(self.out, "{}", one_line(line))?;
        }
        self.out.flush()
    }

    /// Starts a list, whose records are printed as they arrive if the format allows it.
    pub(crate) fn list<R: Record>(self, columns: Columns) -> io::Result<List<W>> {
        List::start::<R>(self.out, self.format, columns, self.width)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize)]
    struct Person {
        name: &'static str,
        team: Option<&'static str>,
    }

    impl Record for Person {
        const COLUMNS: &'static [Column] = &[Column::name("name"), Column::name("team")];
    }

    const PEOPLE: [Person; 2] = [
        Person {
            name: "Ada",
            team: None,
        },
        Person {
            name: "=Cem",
            team: Some("IT"),
        },
    ];

    fn output(format: Format, out: &mut Vec<u8>) -> Output<&mut Vec<u8>> {
        Output {
            out,
            format,
            width: None,
        }
    }

    #[test]
    fn lists_are_printed_in_each_format() {
        let check = |format, people: &[Person], expected: &str| {
            let mut out = Vec::new();
            let output = output(format, &mut out);
            output.records(people, Outcome::Complete).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), expected, "{format:?}");
        };
        check(Format::Table, &PEOPLE, "NAME  TEAM\nAda\n=Cem  IT\n");
        check(
            Format::Json,
            &PEOPLE,
            "{\n\"items\": [\n  {\"name\":\"Ada\",\"team\":null},\n  {\"name\":\"=Cem\",\"team\":\"IT\"}\n],\n\
            \"outcome\": \"complete\",\n\"next_page_token\": null\n}\n",
        );
        check(
            Format::Ndjson,
            &PEOPLE,
            "{\"name\":\"Ada\",\"team\":null}\n{\"name\":\"=Cem\",\"team\":\"IT\"}\n",
        );
        check(Format::Csv, &PEOPLE, "name,team\nAda,\n'=Cem,IT\n");
        check(Format::Table, &[], "");
        check(
            Format::Json,
            &[],
            "{\n\"items\": [],\n\"outcome\": \"complete\",\n\"next_page_token\": null\n}\n",
        );
        check(Format::Ndjson, &[], "");
        check(Format::Csv, &[], "name,team\n");
    }

    #[test]
    fn single_records_are_printed_in_each_format() {
        let check = |format, expected: &str| {
            let mut out = Vec::new();
            output(format, &mut out).record(&PEOPLE[1]).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), expected, "{format:?}");
        };
        check(Format::Table, "name  =Cem\nteam  IT\n");
        check(
            Format::Json,
            "{\n  \"outcome\": \"complete\",\n  \"name\": \"=Cem\",\n  \"team\": \"IT\"\n}\n",
        );
        check(
            Format::Ndjson,
            "{\"outcome\":\"complete\",\"name\":\"=Cem\",\"team\":\"IT\"}\n",
        );
        check(Format::Csv, "name,team\n'=Cem,IT\n");
    }
}
