//! Printing results on standard output, in the format that was asked for.

use std::io::{self, IsTerminal as _, Write};

use serde::Serialize;

use super::csv::Csv;
use super::format::Format;
use super::table::Table;

/// A result that is a row of a table and an object of JSON alike.
pub(crate) trait Record: Serialize {
    /// The headers of its cells.
    const COLUMNS: &'static [&'static str];
    /// How many of them, from the first, a list shows to people.
    const IN_A_TABLE: usize = usize::MAX;

    /// Its cells; an absent value is an empty one.
    fn cells(&self) -> Vec<String>;
}

/// Where data goes, and in which format.
pub(crate) struct Output<W> {
    out: W,
    format: Format,
    width: Option<usize>,
}

/// Standard output, as wide as the terminal it is.
pub(crate) fn stdout(format: Format) -> Output<io::StdoutLock<'static>> {
    let out = io::stdout();
    let width = out.is_terminal().then(|| {
        let size = terminal_size::terminal_size_of(&out);
        size.map_or(80, |(width, _)| usize::from(width.0))
    });
    Output {
        out: out.lock(),
        format,
        width,
    }
}

/// Ignores that the reader of standard output has closed it.
pub(crate) fn ignore_closed_pipe(printed: io::Result<()>) -> io::Result<()> {
    match printed {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        printed => printed,
    }
}

impl<W: Write> Output<W> {
    /// Prints one record.
    pub(crate) fn record<R: Record>(mut self, record: &R) -> io::Result<()> {
        match self.format {
            Format::Table => {
                let names = R::COLUMNS.iter().map(|name| name.replace('_', " "));
                let mut table = Table::default();
                for (name, cell) in names.zip(record.cells()) {
                    table.push(vec![name, cell]);
                }
                table.write(&mut self.out, self.width)
            }
            Format::Json | Format::Ndjson => self.document(record),
            Format::Csv => self.records(std::slice::from_ref(record)),
        }
    }

    /// Prints a list that is at hand as a whole.
    pub(crate) fn records<R: Record>(self, records: &[R]) -> io::Result<()> {
        let mut list = self.list::<R>()?;
        for record in records {
            list.push(record)?;
        }
        list.finish()
    }

    /// Prints one document of JSON: in one line where each line is a document.
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
            writeln!(self.out, "{}", line.replace(char::is_control, " "))?;
        }
        self.out.flush()
    }

    /// Begins a list, whose records are printed as they come where the format allows it.
    pub(crate) fn list<R: Record>(self) -> io::Result<List<W>> {
        let sink = match self.format {
            Format::Table => {
                let shown = R::COLUMNS.iter().take(R::IN_A_TABLE);
                let headers = shown.map(|name| name.replace('_', " ").to_uppercase());
                let mut table = Table::default();
                table.push(headers.collect());
                Sink::Table(table, self.out, self.width)
            }
            Format::Json => Sink::Json(self.out, 0),
            Format::Ndjson => Sink::Ndjson(self.out),
            Format::Csv => {
                let mut csv = Csv::new(self.out);
                csv.write(R::COLUMNS.iter().copied())?;
                Sink::Csv(Box::new(csv))
            }
        };
        Ok(List(sink))
    }
}

/// A list on its way out.
#[must_use]
pub(crate) struct List<W: Write>(Sink<W>);

enum Sink<W: Write> {
    Table(Table, W, Option<usize>),
    Json(W, u64),
    Ndjson(W),
    Csv(Box<Csv<W>>),
}

impl<W: Write> List<W> {
    /// Adds a record.
    pub(crate) fn push<R: Record>(&mut self, record: &R) -> io::Result<()> {
        match &mut self.0 {
            Sink::Table(table, ..) => {
                let mut cells = record.cells();
                cells.truncate(R::IN_A_TABLE);
                table.push(cells);
            }
            Sink::Json(out, count) => {
                out.write_all(if *count == 0 { b"[\n  " } else { b",\n  " })?;
                serde_json::to_writer(out, record)?;
                *count += 1;
            }
            Sink::Ndjson(out) => {
                serde_json::to_writer(&mut *out, record)?;
                writeln!(out)?;
            }
            Sink::Csv(csv) => csv.write(record.cells())?,
        }
        Ok(())
    }

    /// Ends the list.
    pub(crate) fn finish(self) -> io::Result<()> {
        match self.0 {
            Sink::Table(table, mut out, width) => table.write(&mut out, width),
            Sink::Json(mut out, count) => {
                out.write_all(if count == 0 { b"[]\n" } else { b"\n]\n" })?;
                out.flush()
            }
            Sink::Ndjson(mut out) => out.flush(),
            Sink::Csv(csv) => csv.finish(),
        }
    }
}

/// Compares the schema of a document with the reviewed one of that name.
#[cfg(test)]
pub(crate) fn check_schema<T: schemars::JsonSchema>(name: &str) {
    let schema = serde_json::to_string_pretty(&schemars::schema_for!(T)).unwrap();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/snapshots");
    insta::with_settings!({snapshot_path => folder, prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!(name, schema);
    });
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
        const COLUMNS: &'static [&'static str] = &["name", "team"];

        fn cells(&self) -> Vec<String> {
            vec![
                self.name.to_owned(),
                self.team.unwrap_or_default().to_owned(),
            ]
        }
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
    fn a_list_is_printed_in_the_format_that_was_asked_for() {
        let check = |format, people: &[Person], expected: &str| {
            let mut out = Vec::new();
            output(format, &mut out).records(people).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), expected, "{format:?}");
        };
        check(Format::Table, &PEOPLE, "NAME  TEAM\nAda\n=Cem  IT\n");
        check(
            Format::Json,
            &PEOPLE,
            "[\n  {\"name\":\"Ada\",\"team\":null},\n  {\"name\":\"=Cem\",\"team\":\"IT\"}\n]\n",
        );
        check(
            Format::Ndjson,
            &PEOPLE,
            "{\"name\":\"Ada\",\"team\":null}\n{\"name\":\"=Cem\",\"team\":\"IT\"}\n",
        );
        check(Format::Csv, &PEOPLE, "name,team\nAda,\n'=Cem,IT\n");
        check(Format::Table, &[], "NAME  TEAM\n");
        check(Format::Json, &[], "[]\n");
        check(Format::Ndjson, &[], "");
        check(Format::Csv, &[], "name,team\n");
    }

    #[test]
    fn a_record_alone_is_one_object() {
        let check = |format, expected: &str| {
            let mut out = Vec::new();
            output(format, &mut out).record(&PEOPLE[1]).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), expected, "{format:?}");
        };
        check(Format::Table, "name  =Cem\nteam  IT\n");
        check(
            Format::Json,
            "{\n  \"name\": \"=Cem\",\n  \"team\": \"IT\"\n}\n",
        );
        check(Format::Ndjson, "{\"name\":\"=Cem\",\"team\":\"IT\"}\n");
        check(Format::Csv, "name,team\n'=Cem,IT\n");
    }
}
