//! Odd and hostile workbooks, written part by part.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use crate::odd_files::expect;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A workbook whose parts are given as text.
#[derive(Clone, Default)]
struct Book {
    /// Before the cells.
    head: String,
    rows: String,
    /// After the cells.
    tail: String,
    /// The table of texts.
    texts: Option<String>,
    /// The table of formats.
    formats: Option<String>,
    properties: &'static str,
    further: Vec<(&'static str, &'static str)>,
    stored: bool,
}

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const REFERENCE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

impl Book {
    fn of(rows: impl Into<String>) -> Book {
        Book {
            rows: rows.into(),
            ..Book::default()
        }
    }

    fn bytes(&self) -> Vec<u8> {
        let Book {
            head,
            rows,
            tail,
            properties,
            ..
        } = self;
        let relation = |id: &str, kind: &str, target: &str| {
            format!("<Relationship Id=\"{id}\" Type=\"{REFERENCE}/{kind}\" Target=\"{target}\"/>")
        };
        let relations =
            |items: String| format!("<Relationships xmlns=\"{PACKAGE}\">{items}</Relationships>");
        let mut parts = vec![
            (
                "_rels/.rels",
                relations(relation("r0", "officeDocument", "xl/workbook.xml")),
            ),
            (
                "xl/workbook.xml",
                format!(
                    "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{REFERENCE}\">{properties}\
                     <sheets><sheet name=\"People\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
                ),
            ),
            (
                "xl/_rels/workbook.xml.rels",
                relations(
                    relation("r1", "worksheet", "worksheets/sheet1.xml")
                        + &relation("r2", "sharedStrings", "sharedStrings.xml")
                        + &relation("r3", "styles", "styles.xml"),
                ),
            ),
            (
                "xl/worksheets/sheet1.xml",
                format!(
                    "{head}<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData>{tail}</worksheet>"
                ),
            ),
        ];
        let texts = self.texts.clone();
        parts.extend(texts.map(|texts| ("xl/sharedStrings.xml", texts)));
        let formats = self.formats.clone();
        parts.extend(formats.map(|formats| ("xl/styles.xml", formats)));
        let further = self.further.iter();
        parts.extend(further.map(|(name, content)| (*name, (*content).to_owned())));
        let method = match self.stored {
            true => CompressionMethod::Stored,
            false => CompressionMethod::Deflated,
        };
        let options = SimpleFileOptions::default().compression_method(method);
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in parts {
            writer.start_file(name, options).unwrap();
            writer.write_all(content.as_bytes()).unwrap();
        }
        writer.finish().unwrap().into_inner()
    }
}

fn row(number: u32, cells: &str) -> String {
    format!("<row r=\"{number}\">{cells}</row>")
}

/// A cell with an inline text.
fn text(place: &str, text: &str) -> String {
    format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

/// A cell with the given XML.
fn value(place: &str, attributes: &str, value: &str) -> String {
    format!("<c r=\"{place}\" {attributes}>{value}</c>")
}

/// A list of e-mail and phone, with one person whose phone number is `cell`.
fn phone(cell: &str) -> String {
    row(1, &(text("A1", "Email") + &text("B1", "Phone")))
        + &row(2, &(text("A2", "a@acme.example") + cell))
}

/// A table with the given formats, numbered from 1.
fn formats(codes: &[&str]) -> String {
    let mut table = format!("<styleSheet xmlns=\"{MAIN}\"><numFmts>");
    let mut uses = String::from("<xf numFmtId=\"0\"/>");
    for (number, code) in (200..).zip(codes) {
        let code = code.replace('"', "&quot;");
        write!(
            table,
            "<numFmt numFmtId=\"{number}\" formatCode=\"{code}\"/>"
        )
        .unwrap();
        write!(uses, "<xf numFmtId=\"{number}\" applyNumberFormat=\"1\"/>").unwrap();
    }
    table + "</numFmts><cellXfs>" + &uses + "</cellXfs></styleSheet>"
}

fn texts(items: &str) -> String {
    format!("<sst xmlns=\"{MAIN}\">{items}</sst>")
}

fn person() -> String {
    row(1, &text("A1", "Email")) + &row(2, &text("A2", "a@acme.example"))
}

#[track_caller]
fn check(case: &str, book: &Book, expected: &str) {
    expect(case, "people.xlsx", book.bytes(), expected);
}

const PERSON: &str = "1 valid, 0 invalid, 0 duplicate\na@acme.example";

#[test]
fn odd_workbook_cells_are_read_as_shown() {
    let formatted = |codes: &[&str], cell: &str| Book {
        formats: Some(formats(codes)),
        ..Book::of(phone(cell))
    };
    let check_phone = |case: &str, book: Book, expected: &str| {
        let expected = format!("1 valid, 0 invalid, 0 duplicate\na@acme.example|{expected}");
        check(case, &book, &expected);
    };
    check_phone(
        "a number with an exponent",
        Book::of(phone(&value("B2", "", "<v>9.05321234567E11</v>"))),
        "905321234567",
    );
    check_phone(
        "a number that is shown with its zero",
        formatted(
            &["00000000000"],
            &value("B2", "s=\"1\"", "<v>5321234567</v>"),
        ),
        "05321234567",
    );
    check_phone(
        "a number that is shown with its plus sign",
        formatted(
            &["0.00", "\"+\"00 000 0000000"],
            &value("B2", "s=\"2\"", "<v>905321234567</v>"),
        ),
        "+90 532 1234567",
    );
    check_phone(
        "a format that is not defined",
        formatted(&["000"], &value("B2", "s=\"77\"", "<v>905321234567</v>")),
        "905321234567",
    );
    check(
        "a formula without a result beside a format",
        &formatted(&["000"], &value("B2", "s=\"1\"", "<f>1+1</f>")),
        "0 valid, 1 invalid, 0 duplicate\nB2: a formula without a stored result; open the file in \
         a spreadsheet program and save it, or replace the formula by its value",
    );
    let headed = |cells: &str| {
        let headers = text("A1", "Email") + &text("B1", "Department") + &text("C1", "Last Name");
        Book::of(row(1, &headers) + &row(2, &(text("A2", "a@acme.example") + cells)))
    };
    check(
        "results of formulas",
        &headed(
            &(value("B2", "t=\"str\"", "<f>A1&amp;\"x\"</f><v>R&amp;D</v>")
                + &value("C2", "", "<f>40+2</f><v>42</v>")),
        ),
        "1 valid, 0 invalid, 0 duplicate\na@acme.example|R&D|42",
    );
    check(
        "a boolean and an error",
        &headed(&(value("B2", "t=\"b\"", "<v>1</v>") + &value("C2", "t=\"e\"", "<v>#REF!</v>"))),
        "0 valid, 1 invalid, 0 duplicate\nC2: the cell shows an error; correct its formula",
    );
    let dated = |properties| Book {
        formats: Some(formats(&["dd/mm/yyyy"])),
        properties,
        ..headed(&value("B2", "s=\"1\"", "<v>45000</v>"))
    };
    check(
        "a date where a text is expected",
        &dated(""),
        "1 valid, 0 invalid, 0 duplicate\na@acme.example|2023-03-15|",
    );
    check(
        "a date that is counted from 1904",
        &dated("<workbookPr date1904=\"1\"/>"),
        "1 valid, 0 invalid, 0 duplicate\na@acme.example|2027-03-16|",
    );
    let shared = Book {
        texts: Some(texts(
            "<si><r><rPr><b/></rPr><t>Ö</t></r><r><t xml:space=\"preserve\">z </t></r>\
             <r><t>Türk</t></r></si>\
             <si><t>山田</t><rPh sb=\"0\" eb=\"2\"><t>ヤマダ</t></rPh><phoneticPr fontId=\"1\"/></si>\
             <si><t>Ada_x000D_</t></si>",
        )),
        ..headed(
            &(value("B2", "t=\"s\"", "<v>0</v>")
                + &value("C2", "t=\"s\"", "<v>1</v>")
                + "</row><row r=\"3\">"
                + &text("A3", "b@acme.example")
                + &value("C3", "t=\"s\"", "<v>2</v>")),
        )
    };
    check(
        "texts in several fonts, with their reading, with an escape",
        &shared,
        "2 valid, 0 invalid, 0 duplicate\na@acme.example|Öz Türk|山田\nb@acme.example||Ada",
    );
    check(
        "a text that is not in the table",
        &Book {
            texts: Some(texts("<si><t>x</t></si>")),
            ..headed(&value("B2", "t=\"s\"", "<v>7</v>"))
        },
        "the workbook is damaged (its content breaks the format); \
         open it in a spreadsheet program and save it again",
    );
}

#[test]
fn odd_layouts_of_a_worksheet_are_read_right() {
    let title = row(1, &text("A1", "Staff of Acme"));
    let headers = row(
        3,
        &(text("A3", "Name") + &text("C3", "Email") + &text("D3", "Department")),
    );
    let people = row(
        4,
        &(text("A4", "A") + &text("C4", "a@acme.example") + &text("D4", "IT")),
    ) + &row(5, &(text("A5", "B") + &text("C5", "b@acme.example")));
    check(
        "merged title, headers and cells: the first cell has the content",
        &Book {
            tail: "<mergeCells count=\"3\"><mergeCell ref=\"A1:D1\"/><mergeCell ref=\"A3:B3\"/>\
                   <mergeCell ref=\"D4:D5\"/></mergeCells>"
                .to_owned(),
            ..Book::of(title + &headers + &people)
        },
        "2 valid, 0 invalid, 0 duplicate\na@acme.example|IT\nb@acme.example|",
    );
    check(
        "hidden rows and columns count like any other",
        &Book::of(
            row(1, &(text("A1", "Email") + &text("B1", "First Name")))
                + "<row r=\"2\" hidden=\"1\">"
                + &text("A2", "a@acme.example")
                + "</row>",
        ),
        "1 valid, 0 invalid, 0 duplicate\na@acme.example|",
    );
    check(
        "rows and cells without a place",
        &Book::of(
            "<row><c t=\"inlineStr\"><is><t>Email</t></is></c></row>\
             <row><c t=\"inlineStr\"><is><t>a@acme.example</t></is></c></row>",
        ),
        PERSON,
    );
    let blank: String = (3..=50_000)
        .map(|number| format!("<row r=\"{number}\" s=\"1\"><c r=\"A{number}\" s=\"1\"/></row>"))
        .collect();
    check(
        "rows without a content, but with a format",
        &Book {
            formats: Some(formats(&["00"])),
            ..Book::of(person() + &blank)
        },
        PERSON,
    );
    check(
        "the last row and the last column",
        &Book::of(person() + &row(1_048_576, &text("XFD1048576", "x"))),
        PERSON,
    );
    check(
        "a header in the last column",
        &Book::of(
            row(1, &(text("A1", "Email") + &text("XFD1", "x")))
                + &row(2, &text("A2", "a@acme.example")),
        ),
        PERSON,
    );
    check(
        "rows out of order",
        &Book::of(person() + &row(1, &text("A1", "b@acme.example"))),
        "the workbook is damaged (its rows are not in order); \
         open it in a spreadsheet program and save it again",
    );
    check(
        "a row beyond the last one",
        &Book::of(person() + &row(1, "<c r=\"A2000000\"/>")),
        "the workbook is damaged (a row has an impossible number); \
         open it in a spreadsheet program and save it again",
    );
}

#[test]
fn visible_worksheet_wins_over_a_very_hidden_one() {
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, email) in [("Seen", "a@acme.example"), ("Old", "b@acme.example")] {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        sheet.set_very_hidden(name == "Old");
        sheet.write_string(0, 0, "Email").unwrap();
        sheet.write_string(1, 0, email).unwrap();
    }
    expect(
        "very hidden",
        "people.xlsx",
        book.save_to_buffer().unwrap(),
        PERSON,
    );
}

#[test]
fn hostile_parts_are_refused_in_one_line() {
    let damaged = |problem: &str| {
        format!(
            "the workbook is damaged ({problem}); open it in a spreadsheet program and save it again"
        )
    };
    let laughs: String = (1..20)
        .map(|level| {
            let before = format!("&l{};", level - 1).repeat(10);
            format!("<!ENTITY l{level} \"{before}\">")
        })
        .collect();
    let bomb = format!("<!DOCTYPE x [<!ENTITY l0 \"lol\">{laughs}]>");
    let table = |reference: &str| texts(&format!("<si><t>{reference}</t></si>"));
    let using = |texts: String| Book {
        texts: Some(texts),
        ..Book::of(phone(&value("B2", "t=\"s\"", "<v>0</v>")))
    };
    check(
        "an entity bomb among the texts",
        &using(bomb.clone() + &table("&l19;")),
        &damaged("its XML is broken"),
    );
    check(
        "a file of the machine among the texts",
        &using(
            "<!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/passwd\">]>".to_owned() + &table("&f;"),
        ),
        &damaged("its XML is broken"),
    );
    check(
        "an entity bomb in the worksheet",
        &Book {
            head: bomb,
            ..Book::of(phone(&text("B2", "&l19;")))
        },
        &damaged("its XML is broken"),
    );
    check(
        "an entity that is not used",
        &Book {
            head: "<!DOCTYPE x [<!ENTITY a \"b\">]>".to_owned(),
            ..Book::of(person())
        },
        PERSON,
    );
    check(
        "names that lead out of the archive",
        &Book {
            further: vec![
                ("../../outside.xml", "x"),
                ("/absolute.xml", "x"),
                ("xl\\odd.xml", "x"),
            ],
            ..Book::of(person())
        },
        PERSON,
    );
    check(
        "half a million formats",
        &Book {
            formats: Some(format!(
                "<styleSheet xmlns=\"{MAIN}\"><cellXfs>{}</cellXfs></styleSheet>",
                "<xf/>".repeat(500_000)
            )),
            ..Book::of(person())
        },
        &damaged("it has more cell formats than a program writes"),
    );
    check(
        "a worksheet that ends early",
        &Book::of(person() + "<row r=\"3\"><c r=\"A3"),
        &damaged("its XML is broken"),
    );
}

#[test]
fn inconsistent_archives_are_refused_in_one_line() {
    let damaged = |problem: &str| {
        format!(
            "the workbook is damaged ({problem}); open it in a spreadsheet program and save it again"
        )
    };
    let check = |case: &str, bytes: Vec<u8>, expected: &str| {
        expect(case, "people.xlsx", bytes, expected);
    };
    let stored = Book {
        stored: true,
        texts: Some(texts("<si><t>Phone</t></si>")),
        further: vec![("xl/worksheets/sheet2.xml", "x")],
        ..Book::of(person())
    };
    check(
        "a worksheet with a wrong checksum",
        replaced(stored.bytes(), b"a@acme", b"b@acme"),
        &damaged("its XML is broken"),
    );
    check(
        "texts with a wrong checksum",
        replaced(stored.bytes(), b"Phone", b"Ghost"),
        &damaged("its texts cannot be inflated"),
    );
    check(
        "two parts of one name",
        replaced(stored.bytes(), b"sheets/sheet2", b"sheets/sheet1"),
        &damaged("two of its parts have the same name"),
    );
    let mut locked = stored.bytes();
    for (signature, flags) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        for at in places(&locked, signature) {
            locked[at + flags] |= 1;
        }
    }
    check(
        "parts with a password",
        locked,
        "the workbook is protected by a password; save a copy without one",
    );
    let whole = stored.bytes();
    for cut in [8, whole.len() / 3, whole.len() - 10] {
        check(
            "cut off",
            whole[..cut].to_vec(),
            &damaged("its ZIP archive is incomplete"),
        );
    }
}

fn places(bytes: &[u8], wanted: &[u8]) -> Vec<usize> {
    let windows = bytes.windows(wanted.len()).enumerate();
    windows
        .filter(|(_, window)| *window == wanted)
        .map(|(at, _)| at)
        .collect()
}

fn replaced(mut bytes: Vec<u8>, from: &[u8], to: &[u8]) -> Vec<u8> {
    for at in places(&bytes, from) {
        bytes[at..at + to.len()].copy_from_slice(to);
    }
    bytes
}
