//! Results on standard output, in the format of `--output`.

use std::io::{self, IsTerminal as _, Write};
use std::slice;

use keepnet_flows::escape_formula;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::format::Format;
use super::table;
use super::terminal_safe::{TerminalSafe, terminal_safe_stdout};
use crate::text::one_line;

/// A result that is a row of a table and a JSON object.
pub(crate) trait Record: Serialize {
    /// The headers of its cells.
    const COLUMNS: &'static [&'static str];
    /// How many of the columns a table of many records shows, from the first.
    const TABLE_COLUMNS: usize = usize::MAX;

    /// Its cells: by default, the members of the JSON object that are named like the columns.
    fn cells(&self) -> Vec<String> {
        let record = serde_json::to_value(self).unwrap_or_default();
        let columns = Self::COLUMNS.iter();
        columns.map(|name| plain_text(&record[*name])).collect()
    }
}

/// A JSON value as text: a string without quotes, and nothing for null.
pub(crate) fn plain_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

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
    Output {
        out: terminal_safe_stdout(),
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
                let rows = names
                    .zip(record.cells())
                    .map(|(name, cell)| vec![name, cell]);
                table::write(rows.collect(), &mut self.out, self.width)
            }
            Format::Json | Format::Ndjson => self.document(&Document::complete(record)),
            Format::Csv => self.records(slice::from_ref(record)),
        }
    }

    /// Prints a list that is complete.
    pub(crate) fn records<R: Record>(self, records: &[R]) -> io::Result<()> {
        let mut list = self.list::<R>()?;
        for record in records {
            list.push(record)?;
        }
        list.finish(None)
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
            Format::Csv => self.records(records),
        }
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
    pub(crate) fn list<R: Record>(self) -> io::Result<List<W>> {
        Ok(match self.format {
            Format::Table => {
                let shown = R::COLUMNS.iter().take(R::TABLE_COLUMNS);
                let headers = shown.map(|name| name.replace('_', " ").to_uppercase());
                List::Table(vec![headers.collect()], self.out, self.width)
            }
            Format::Json => List::Json(self.out, 0),
            Format::Ndjson => List::Ndjson(self.out),
            Format::Csv => {
                let mut csv = csv::Writer::from_writer(self.out);
                csv.write_record(R::COLUMNS)?;
                List::Csv(Box::new(csv))
            }
        })
    }
}

/// A list of which a part is printed.
#[must_use]
pub(crate) enum List<W: Write> {
    Table(Vec<Vec<String>>, W, Option<usize>),
    Json(W, u64),
    Ndjson(W),
    Csv(Box<csv::Writer<W>>),
}

impl<W: Write> List<W> {
    /// Adds a record.
    pub(crate) fn push<R: Record>(&mut self, record: &R) -> io::Result<()> {
        match self {
            List::Table(rows, ..) => {
                let mut cells = record.cells();
                cells.truncate(R::TABLE_COLUMNS);
                rows.push(cells);
            }
            List::Json(out, count) => {
                out.write_all(before(*count))?;
                serde_json::to_writer(out, record)?;
                *count += 1;
            }
            List::Ndjson(out) => {
                serde_json::to_writer(&mut *out, record)?;
                writeln!(out)?;
            }
            List::Csv(csv) => {
                let cells = record.cells();
                csv.write_record(cells.iter().map(|cell| escape_formula(cell).into_owned()))?;
            }
        }
        Ok(())
    }

    /// Ends a list that is cut off, and can be continued with the token. A JSON document says so; the
    /// other formats end where they are.
    pub(crate) fn cut_off(self, next_page_token: &str) -> io::Result<()> {
        let List::Json(out, count) = self else {
            return Ok(());
        };
        end_json(out, count, "incomplete", Some(next_page_token))
    }

    /// Ends the list. With a token, more items follow on the next page.
    pub(crate) fn finish(self, next_page_token: Option<&str>) -> io::Result<()> {
        match self {
            List::Table(rows, mut out, width) => table::write(rows, &mut out, width),
            List::Json(out, count) => {
                let outcome = match next_page_token {
                    Some(_) => "partial",
                    None => "complete",
                };
                end_json(out, count, outcome, next_page_token)
            }
            List::Ndjson(mut out) => out.flush(),
            List::Csv(mut csv) => csv.flush(),
        }
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
    outcome: &str,
    next_page_token: Option<&str>,
) -> io::Result<()> {
    out.write_all(if count == 0 {
        b"{\n\"items\": [],\n"
    } else {
        b"\n],\n"
    })?;
    write!(out, "\"outcome\": \"{outcome}\",\n\"next_page_token\": ")?;
    serde_json::to_writer(&mut out, &next_page_token)?;
    out.write_all(b"\n}\n")?;
    out.flush()
}

/// A document with its outcome, as `--output json` prints it.
#[derive(Serialize, JsonSchema)]
pub(crate) struct Document<'a, T> {
    /// `complete`; `incomplete` if rows were rejected or failed; `previewed` if nothing is written yet.
    outcome: &'static str,
    #[serde(flatten)]
    content: &'a T,
}

impl<T> Document<'_, T> {
    /// The document of a command that did what it was asked to.
    pub(crate) fn complete(content: &T) -> Document<'_, T> {
        Document {
            outcome: "complete",
            content,
        }
    }

    /// The document of a command that handles rows.
    pub(crate) fn of_rows(content: &T, is_complete: bool, is_preview: bool) -> Document<'_, T> {
        let outcome = match (is_preview, is_complete) {
            (true, _) => "previewed",
            (false, true) => "complete",
            (false, false) => "incomplete",
        };
        Document { outcome, content }
    }
}

/// A list, as `--output json` prints it; with `ndjson`, each line is an item.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "it describes what `List` writes item by item")]
pub(crate) struct ListDocument<T> {
    items: Vec<T>,
    /// `complete`; `partial` if the next page has more items; `incomplete` if an error ended the list.
    outcome: &'static str,
    /// The token of the next page.
    next_page_token: Option<String>,
}

/// Compares the schema of a document with the reviewed snapshot of that name.
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
            output(format, &mut out).records(people).unwrap();
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
        check(Format::Table, &[], "NAME  TEAM\n");
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
