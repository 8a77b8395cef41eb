//! Reading text files with every encoding, delimiter and line end.

use std::ops::ControlFlow;

use crate::support::made;
use keepnet_staff_list::{Delimiter, Encoding, Limit};
use keepnet_staff_list::{Limits, Sheet, SheetError};

/// Every row below the headers: its number and its cells.
fn rows(sheet: &Sheet) -> Vec<(u32, Vec<String>)> {
    let mut rows = Vec::new();
    sheet
        .for_each_row(|row| {
            let cells = (0..sheet.headers().len()).map(|column| row.text(column).to_owned());
            rows.push((row.number(), cells.collect()));
            ControlFlow::Continue(())
        })
        .unwrap();
    rows
}

fn opened(content: impl AsRef<[u8]>) -> Sheet {
    Sheet::from_bytes("people.csv", content).unwrap()
}

fn opened_in(encoding: Encoding, content: impl AsRef<[u8]>) -> Sheet {
    let options = Sheet::options().encoding(encoding);
    options.open_bytes("people.csv", content).unwrap()
}

fn encoded(text: &str, encoding: Encoding, mark: bool) -> Vec<u8> {
    let units =
        |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    match encoding {
        Encoding::Utf16Le => [vec![0xFF, 0xFE], units(u16::to_le_bytes)].concat(),
        Encoding::Utf16Be => [vec![0xFE, 0xFF], units(u16::to_be_bytes)].concat(),
        Encoding::Windows1254 => encoding_rs::WINDOWS_1254.encode(text).0.into_owned(),
        Encoding::Windows1252 => encoding_rs::WINDOWS_1252.encode(text).0.into_owned(),
        _ if mark => format!("\u{FEFF}{text}").into_bytes(),
        _ => text.as_bytes().to_vec(),
    }
}

#[test]
fn encodings_delimiters_and_line_ends_combine() {
    let encodings = [
        (Encoding::Utf8, false, "Ayşe Iğdır"),
        (Encoding::Utf8, true, "Trần 王 Łukasz"),
        (Encoding::Utf16Le, true, "Trần 王 Łukasz"),
        (Encoding::Utf16Be, true, "Trần 王 Łukasz"),
        (Encoding::Windows1254, false, "Ayşe Iğdır İnci"),
        (Encoding::Windows1252, false, "Zoë Åström Peña"),
    ];
    let delimiters = [
        Delimiter::Comma,
        Delimiter::Semicolon,
        Delimiter::Tab,
        Delimiter::Pipe,
    ];
    for (encoding, mark, name) in encodings {
        for delimiter in delimiters {
            for end in ["\n", "\r\n", "\r"] {
                for last in ["", end] {
                    let d = delimiter.character();
                    let lines = [
                        format!("First Name{d}Email{d}Notes"),
                        format!("{name}{d}a@acme.example{d}\"two{end}lines{d} \"\"one\"\" cell\""),
                        String::new(),
                        String::new(),
                        format!("\"{name}\"{d}b@acme.example"),
                    ];
                    let text = lines.join(end) + last;
                    let sheet = opened_in(encoding, encoded(&text, encoding, mark));
                    let case = format!("{encoding} {mark} {delimiter} {end:?} {last:?}");
                    assert_eq!(sheet.encoding(), Some(encoding), "{case}");
                    assert_eq!(sheet.delimiter(), Some(delimiter), "{case}");
                    let cell = format!("two\nlines{d} \"one\" cell");
                    let expected = [
                        (2, vec![name.to_owned(), "a@acme.example".to_owned(), cell]),
                        (
                            5,
                            vec![name.to_owned(), "b@acme.example".to_owned(), String::new()],
                        ),
                    ];
                    assert_eq!(rows(&sheet), expected, "{case}");
                }
            }
        }
    }
}

#[test]
fn last_letter_decides_the_encoding() {
    let mut text = "Email,First Name\n".to_owned();
    for row in 0..20_000 {
        text += &format!("user{row}@acme.example,Ada\n");
    }
    let utf8 = opened(text.clone() + "z@acme.example,Iğdır\n");
    assert_eq!(utf8.encoding(), Some(Encoding::Utf8));
    let text = text + "z@acme.example,Iğdır\n";
    let turkish = encoded(&text, Encoding::Windows1254, false);
    let error = Sheet::from_bytes("people.csv", &turkish).unwrap_err();
    let SheetError::UnknownEncoding { row, column, .. } = error else {
        panic!("{error}")
    };
    assert_eq!((row, column.as_deref()), (Some(20_002), Some("B")));
    let turkish = opened_in(Encoding::Windows1254, turkish);
    assert_eq!(rows(&turkish).last().unwrap().1[1], "Iğdır");
}

#[test]
fn rows_have_their_spreadsheet_numbers() {
    let check = |text: &str, header_row: u32, expected: &[u32]| {
        let sheet = opened(text);
        assert_eq!(sheet.header_row(), header_row, "{text:?}");
        let numbers: Vec<_> = rows(&sheet).into_iter().map(|(number, _)| number).collect();
        assert_eq!(numbers, expected, "{text:?}");
    };
    check("Email\na\n\nb", 1, &[2, 4]);
    check("\n\nEmail\na\n\n\nb\n", 3, &[4, 7]);
    check("Email,x\n\"a\n\n\nb\",1\nc,2\n", 1, &[2, 3]);
    check("Email,x\n\" \",\na,\n,,\nb\n", 1, &[3, 5]);
    check("sep=;\nEmail;x\na;b\n", 1, &[2]);
    check("Staff of Acme\n\nEmail,First Name\na,b\n", 3, &[4]);
}

#[test]
fn ragged_rows_and_stray_quotes_are_read() {
    let sheet =
        opened("Email,First Name\na@acme.example\nb@acme.example,B,extra,more\nc\"c,\"d\"\n");
    let expected = [
        (2, vec!["a@acme.example".to_owned(), String::new()]),
        (3, vec!["b@acme.example".to_owned(), "B".to_owned()]),
        (4, vec!["c\"c".to_owned(), "d".to_owned()]),
    ];
    assert_eq!(rows(&sheet), expected);
}

#[test]
fn other_documents_are_named_in_the_error() {
    let check = |content: &[u8], expected: &str| {
        let error = Sheet::open(&made("people.csv", content).path)
            .unwrap_err()
            .to_string();
        assert!(error.contains(expected), "{error}");
    };
    check(b"", "the file is empty");
    check(b"\n \n\r\n", "the file is empty");
    check(b"\xEF\xBB\xBF", "the file is empty");
    check(b",,,\n,,\n", "the file is empty");
    check(b"Email\n", "has headers but no people");
    check(
        b"Ada,ada@acme.example\nBob,bob@acme.example\n",
        "row 1 holds an e-mail address where",
    );
    check(b"%PDF-1.7\n", "not a spreadsheet but a PDF document");
    check(b"\x89PNG\r\n\x1a\n", "not a spreadsheet but a picture");
    check(
        b"<!DOCTYPE html><table></table>",
        "not a spreadsheet but a web page",
    );
    check(
        b"<?xml version=\"1.0\"?>",
        "not a spreadsheet but an XML document",
    );
    check(b"{\"a\": 1}", "not a spreadsheet but a JSON document");
    check(b"a\0b\0c,\x01\x02", "not a spreadsheet but binary data");
}

#[test]
fn missing_file_differs_from_directory() {
    let folder = tempfile::tempdir().unwrap();
    let missing = Sheet::open(folder.path().join("people.csv")).unwrap_err();
    assert!(matches!(missing, SheetError::Missing { .. }), "{missing}");
    let directory = Sheet::open(folder.path()).unwrap_err();
    assert!(
        matches!(directory, SheetError::Directory { .. }),
        "{directory}"
    );
}

#[test]
fn exceeded_limit_is_named_with_its_remedy() {
    let check =
        |set: fn(&mut Limits), content: &str, limit: Limit, row: Option<u32>, expected: &str| {
            let file = made("people.csv", content);
            let mut limits = Limits::default();
            set(&mut limits);
            let read = Sheet::options()
                .limits(limits)
                .open(&file.path)
                .and_then(|sheet| sheet.for_each_row(|_| ControlFlow::Continue(())));
            let error = read.unwrap_err();
            assert_eq!(error.to_string(), format!("people.csv: {expected}"));
            let SheetError::TooLarge {
                limit: found,
                row: at,
                ..
            } = error
            else {
                panic!("{error}")
            };
            assert_eq!((found, at), (limit, row));
        };
    let content = "Email,First Name,Notes\na,b,c\nd,e,f\n";
    check(
        |limits| limits.file_bytes = 10,
        content,
        Limit::FileBytes,
        None,
        "more than 10 bytes; split it into several files",
    );
    check(
        |limits| limits.rows = 1,
        content,
        Limit::Rows,
        Some(3),
        "more than 1 row with people (row 3); split it into several files",
    );
    check(
        |limits| limits.columns = 2,
        content,
        Limit::Columns,
        Some(1),
        "more than 2 columns (row 1); delete the columns that hold no people's data",
    );
    check(
        |limits| limits.cell_chars = 12,
        "Email\na\n0123456789abc\n",
        Limit::CellChars,
        Some(3),
        "more than 12 characters in a cell (row 3); shorten the cell; in a CSV file, \
         look for a quotation mark that is not closed",
    );
}

#[test]
fn open_quotation_mark_is_an_error() {
    let mut text = "Email,First Name\n\"a@acme.example,Ada\n".to_owned();
    for row in 0..1_000_000 {
        text += &format!("user{row}@acme.example,Ada\n");
    }
    let error = Sheet::open(&made("people.csv", text).path).unwrap_err();
    assert!(
        matches!(error, SheetError::OpenQuote { line: 2, .. }),
        "{error}"
    );
}

#[test]
fn arbitrary_bytes_never_panic() {
    let mut random = fastrand::Rng::with_seed(7);
    let alphabet = b"\"\"\"\r\n\n,,;;\t|=@aA\xC4\xB1\xFD\xDE\xFF\xFE\0 sep";
    for _ in 0..3_000 {
        let length = random.usize(..200);
        let noise = |random: &mut fastrand::Rng| match random.bool() {
            true => random.u8(..),
            false => alphabet[random.usize(..alphabet.len())],
        };
        let mut bytes: Vec<u8> = (0..length).map(|_| noise(&mut random)).collect();
        if random.bool() {
            bytes.splice(0..0, *b"Email,x\na@acme.example,");
        }
        let file = made("people.csv", &bytes);
        if let Ok((sheet, checked)) = crate::support::check(&file.path) {
            assert_eq!(checked.counts().total, rows(&sheet).len() as u64);
        }
    }
}
