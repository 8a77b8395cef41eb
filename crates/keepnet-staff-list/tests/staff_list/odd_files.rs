//! Odd and hostile files, each with its result or its one-line error.
//!
//! A file that a fuzzer or a customer found becomes a case here.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use crate::support::{check, compound, made};
use keepnet_staff_list::CellKind;

/// Opens, maps, validates and prepares a file, and compares the outcome: the one-line error, or a
/// line with the counts, a line for each person as sent, and a line for each problem.
#[track_caller]
pub(crate) fn expect(case: &str, file_name: &str, bytes: impl AsRef<[u8]>, expected: &str) {
    let file = made(file_name, bytes);
    let start = Instant::now();
    let outcome = match outcome(&file.path) {
        Ok(lines) => lines,
        Err(error) => {
            let line = error.to_string();
            assert!(!line.contains('\n'), "{case}: {line}");
            assert!(!line.contains("acme.example"), "{case}: {line}");
            let prefix = format!("{file_name}: ");
            let rest = line.strip_prefix(&prefix);
            rest.unwrap_or_else(|| panic!("{case}: {line}")).to_owned()
        }
    };
    assert_eq!(outcome, expected, "{case}");
    assert!(start.elapsed() < LONGEST, "{case}: {:?}", start.elapsed());
    let peak = peak_memory().unwrap_or(0);
    assert!(peak < LARGEST, "{case}: {} MB", peak >> 20);
}

/// Generous, because the machine may be busy and the build is a debug build.
const LONGEST: Duration = Duration::from_secs(120);
/// For the whole test process, including the files that it writes.
const LARGEST: u64 = 768 << 20;

fn outcome(path: &std::path::Path) -> Result<String, keepnet_staff_list::SheetError> {
    let (sheet, checked) = check(path)?;
    let counts = checked.counts();
    let mut lines = vec![format!(
        "{} valid, {} invalid, {} duplicate",
        counts.valid, counts.invalid, counts.duplicate
    )];
    let sent = (counts.valid > 0).then(|| checked.prepare_upload(&sheet));
    match sent.transpose()? {
        Some(upload) if upload.is_original() => {
            let columns = checked.mapping().columns();
            let cell = |row: &keepnet_staff_list::Row, letter: &str| {
                let at = sheet.headers().iter().position(|it| it.letter() == letter);
                let at = at.unwrap();
                assert_eq!(row.kind(at), CellKind::Text);
                row.text(at).to_owned()
            };
            sheet.for_each_row(|row| {
                let cells: Vec<_> = columns.iter().map(|it| cell(row, it.letter())).collect();
                lines.push(cells.join("|"));
                ControlFlow::Continue(())
            })?;
        }
        Some(upload) => {
            let mut reader = csv::Reader::from_path(upload.path()).unwrap();
            let people = reader.records().map(|person| {
                let person = person.unwrap();
                person.iter().collect::<Vec<_>>().join("|")
            });
            lines.extend(people);
        }
        None => {}
    }
    let problems = checked.problems().iter();
    lines.extend(problems.map(|it| {
        let (letter, row) = (it.letter.as_deref().unwrap(), it.row.unwrap());
        format!("{letter}{row}: {}", it.kind)
    }));
    Ok(lines.join("\n"))
}

/// The largest resident size of this process in bytes, if the system reports it.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes << 10)
}

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(bytes).collect()
}

#[test]
fn odd_text_files_are_read_right() {
    let check = |case: &str, bytes: &[u8], expected: &str| {
        expect(case, "people.csv", bytes, expected);
    };
    let plain = "Email,First Name\na@acme.example,Ayşe\n";
    let ayse = "1 valid, 0 invalid, 0 duplicate\na@acme.example|Ayşe";
    check(
        "UTF-16 LE without a mark",
        &utf16(plain, u16::to_le_bytes),
        ayse,
    );
    check(
        "UTF-16 BE without a mark",
        &utf16(plain, u16::to_be_bytes),
        ayse,
    );
    check(
        "three kinds of line ends",
        b"Email,First Name\r\na@acme.example,A\rb@acme.example,B\nc@acme.example,C",
        "3 valid, 0 invalid, 0 duplicate\na@acme.example|A\nb@acme.example|B\nc@acme.example|C",
    );
    check(
        "line ends inside of quotation marks",
        b"Email,Department\na@acme.example,\"IT\r\nIzmir\"\nb@acme.example,\"IT\rIzmir\"\n",
        "2 valid, 0 invalid, 0 duplicate\na@acme.example|IT\nIzmir\nb@acme.example|IT\nIzmir",
    );
    check(
        "a quotation mark that only the end closes",
        b"Email,First Name\na@acme.example,\"A",
        "line 2: a quotation mark opens a cell and none closes it; close it, or delete the mark",
    );
    check(
        "two files put together, each with its mark",
        "\u{FEFF}\u{FEFF}Email,First Name\na@acme.example,A\n\u{FEFF}b@acme.example,B\n".as_bytes(),
        "2 valid, 0 invalid, 0 duplicate\na@acme.example|A\nb@acme.example|B",
    );
    check(
        "the headers once more below",
        b"Email,First Name\na@acme.example,A\nEmail,First Name\nb@acme.example,B\n",
        "2 valid, 1 invalid, 0 duplicate\na@acme.example|A\nb@acme.example|B\n\
         A3: not an e-mail address",
    );
    check(
        "a title, a date and a blank line above",
        b"Staff of Acme,,\n2026-03-01,,\n\nEmail,First Name,Department\na@acme.example,A,IT\n",
        "1 valid, 0 invalid, 0 duplicate\na@acme.example|A|IT",
    );
    check(
        "blank columns before, between and behind",
        b",Email,,,First Name,,\n,a@acme.example,,,A,,\n",
        "1 valid, 0 invalid, 0 duplicate\na@acme.example|A",
    );
    check(
        "ragged rows",
        b"First Name,Email\nA\nB,b@acme.example,x,y,z\n\nC,c@acme.example\n",
        "2 valid, 1 invalid, 0 duplicate\nB|b@acme.example\nC|c@acme.example\n\
         B2: no e-mail address",
    );
    check(
        "two columns of one header that matters to nobody",
        b"Notes,Email,Notes\nx,a@acme.example,y\n",
        "1 valid, 0 invalid, 0 duplicate\na@acme.example",
    );
    check(
        "two columns for the e-mail address",
        b"Email,First Name,Email\na@acme.example,A,b@acme.example\n",
        "columns A \"Email\" and C \"Email\" could both be the e-mail; \
         map one of them, such as A, to the field Email",
    );
    check(
        "NUL in the middle",
        b"Email,First Name\na@acme.example,A\0\nb@acme.example,B\n",
        "the content is not a spreadsheet but binary data; save the list as .xlsx or CSV",
    );
    let utf32: Vec<u8> = plain
        .chars()
        .flat_map(|it| u32::from(it).to_le_bytes())
        .collect();
    check(
        "UTF-32",
        &[b"\xFF\xFE\0\0", utf32.as_slice()].concat(),
        "the content is not a spreadsheet but binary data; save the list as .xlsx or CSV",
    );
    let wide = format!("Email{}\na@acme.example\n", ",x".repeat(16_383));
    check(
        "16,384 columns",
        wide.as_bytes(),
        "1 valid, 0 invalid, 0 duplicate\na@acme.example",
    );
}

#[test]
fn odd_cells_are_normalized_or_rejected() {
    let check = |case: &str, text: &str, expected: &str| {
        expect(case, "people.csv", text, expected);
    };
    check(
        "addresses with what a copied link leaves in them",
        "Email\na@acme.example  \n\u{A0}b@acme.example\u{A0}\nc\u{200B}@acme.example\n\
         mailto:d@acme.example\n\u{200E}MailTo: e@acme.example\u{200B}\nf@ac\u{AD}me.example\n",
        "6 valid, 0 invalid, 0 duplicate\na@acme.example\nb@acme.example\nc@acme.example\n\
         d@acme.example\ne@acme.example\nf@acme.example",
    );
    check(
        "one address in several disguises",
        "Email\nA@Acme.Example\na@acme.example\nmailto:a@acme.example\na\u{200B}@ACME.example \n",
        "1 valid, 0 invalid, 3 duplicate\nA@Acme.Example\n\
         A3: the same e-mail address as row 2\nA4: the same e-mail address as row 2\n\
         A5: the same e-mail address as row 2",
    );
    check(
        "addresses that are more than an address",
        "Email\nAda <a@acme.example>\na@acme.example; b@acme.example\n\
         mailto:\nhttps://acme.example\n=HYPERLINK(\"mailto:a@acme.example\")\n",
        "0 valid, 5 invalid, 0 duplicate\nA2: not an e-mail address\nA3: not an e-mail address\n\
         A4: no e-mail address\nA5: not an e-mail address\nA6: not an e-mail address",
    );
    check(
        "phone numbers as spreadsheet programs export them",
        "Email,Phone\na@acme.example,\"=\"\"05321234567\"\"\"\nb@acme.example,=\"0532\"\n\
         c@acme.example,'+905321234567\nd@acme.example,9.05321E+11\n\
         e@acme.example,\u{202A}+905321234567\u{202C}\n",
        "4 valid, 1 invalid, 0 duplicate\na@acme.example|05321234567\nb@acme.example|0532\n\
         c@acme.example|+905321234567\ne@acme.example|+905321234567\n\
         B5: not a phone number; write it as +905300000000",
    );
    check(
        "a name that needs its joiner",
        "Email,Last Name\na@acme.example,\u{200F}می\u{200C}خواهم\u{200F}\n",
        "1 valid, 0 invalid, 0 duplicate\na@acme.example|می\u{200C}خواهم",
    );
    check(
        "control characters behind a mark, where nobody looks for binary data",
        "\u{FEFF}Email;Department\na@acme.example;R&D\u{7F}\0\nb@acme.example;A\tB\n",
        "1 valid, 1 invalid, 0 duplicate\nb@acme.example|A\tB\n\
         B2: a character that cannot be shown; type the cell again",
    );
    check(
        "a header of two lines in an error",
        "\"Contact\n(work)\",\"Given\r\n\"\nx,y\n",
        "no column holds the e-mail address; found A \"Contact (work)\", B \"Given\"; \
         map the column to the field Email",
    );
    check(
        "a row of nothing but invisible characters",
        "Email,First Name\na@acme.example,A\n\u{200B},\u{FEFF}\n",
        "1 valid, 0 invalid, 0 duplicate\na@acme.example|A",
    );
}

#[test]
fn content_decides_on_the_format() {
    let person = "1 valid, 0 invalid, 0 duplicate\na@acme.example|A";
    let text = "Email\tFirst Name\na@acme.example\tA\n";
    expect("tabs as .xls", "people.xls", text, person);
    expect(
        "commas as .xlsx",
        "people.xlsx",
        text.replace('\t', ","),
        person,
    );
    expect(
        "a web page as .xls, as reports are exported",
        "people.xls",
        "\u{FEFF}\r\n<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\"><table>\
         <tr><td>Email</td></tr><tr><td>a@acme.example</td></tr></table></html>",
        "the content is not a spreadsheet but a web page; save the list as .xlsx or CSV",
    );
    expect(
        "the XML of 2003 as .xls",
        "people.xls",
        "<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook/>",
        "the content is not a spreadsheet but an XML document; save the list as .xlsx or CSV",
    );
    let protected = "the workbook is protected by a password; save a copy without one";
    expect(
        "an encrypted package as .xlsx",
        "people.xlsx",
        compound("EncryptedPackage", b""),
        protected,
    );
    let record = |kind: u16, content: &[u8]| {
        let length = content.len() as u16;
        [&kind.to_le_bytes()[..], &length.to_le_bytes(), content].concat()
    };
    let encrypted = [
        record(0x0809, &[0, 6, 5, 0, 0, 0, 0, 0]),
        record(0x002F, &[1, 0, 1, 0, 1, 0]),
        record(0x000A, &[]),
    ];
    expect(
        "an encrypted stream as .xls",
        "people.xls",
        compound("Workbook", &encrypted.concat()),
        protected,
    );
}
