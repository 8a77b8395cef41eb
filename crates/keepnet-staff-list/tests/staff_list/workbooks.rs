//! Detecting a worksheet and reading its cells.

use std::io::{Cursor, Write};
use std::ops::ControlFlow;

use crate::support::{check, made, workbook};
use keepnet_staff_list::Limit;
use keepnet_staff_list::{Limits, Sheet, SheetError};
use rust_xlsxwriter::Workbook;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

type Worksheets<'a> = &'a [(&'a str, &'a [&'a [&'a str]])];

const PEOPLE: &[&[&str]] = &[
    &["Email", "First Name", "Last Name"],
    &["a@acme.example", "A", "B"],
];

#[test]
fn worksheet_with_the_people_is_chosen() {
    let check = |sheets: Worksheets<'_>, expected: &str| {
        let file = made("people.xlsx", workbook(sheets));
        let sheet = Sheet::open(&file.path).unwrap();
        assert_eq!(sheet.worksheet(), Some(expected), "{sheets:?}");
    };
    check(
        &[("Read me", &[&["Mind the tabs"]]), ("Users", PEOPLE)],
        "Users",
    );
    check(
        &[
            ("Template", &[&["Email", "First Name", "Last Name"]]),
            ("Users", PEOPLE),
        ],
        "Users",
    );
    check(
        &[
            ("Zones", &[&["Time Zone", "Id"], &["UTC", "1"]]),
            ("Users", PEOPLE),
        ],
        "Users",
    );
    check(
        &[
            ("Blank", &[]),
            ("Contacts", &[&["Contact", "Team"], &["x", "y"]]),
        ],
        "Contacts",
    );
}

#[test]
fn ambiguous_worksheets_are_listed_in_the_error() {
    let germany: &[&[&str]] = &[&["Email", "Vorname"], &["b@acme.example", "B"]];
    let file = made(
        "people.xlsx",
        workbook(&[("Notes", &[&["x"]]), ("TR", PEOPLE), ("DE", germany)]),
    );
    let error = Sheet::open(&file.path).unwrap_err().to_string();
    assert_eq!(
        error,
        "people.xlsx: people may be on any of the worksheets `TR`, `DE`; say which one to read"
    );
    let sheet = Sheet::options().worksheet("DE").open(&file.path).unwrap();
    assert_eq!(sheet.worksheet(), Some("DE"));
    let error = Sheet::options()
        .worksheet("FR")
        .open(&file.path)
        .unwrap_err()
        .to_string();
    assert_eq!(
        error,
        "people.xlsx: no worksheet `FR`; the worksheets are `Notes`, `TR`, `DE`"
    );
}

#[test]
fn visible_worksheet_wins_over_a_hidden_one() {
    let mut book = Workbook::new();
    for (name, hidden) in [("This year", false), ("Last year", true)] {
        let sheet = book
            .add_worksheet()
            .set_name(name)
            .unwrap()
            .set_hidden(hidden);
        sheet.write_string(0, 0, "Email").unwrap();
        sheet.write_string(1, 0, "a@acme.example").unwrap();
    }
    let file = made("people.xlsx", book.save_to_buffer().unwrap());
    assert_eq!(
        Sheet::open(&file.path).unwrap().worksheet(),
        Some("This year")
    );
}

#[test]
fn values_are_read_as_a_person_types_them() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let date = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
    for (column, header) in (0..).zip(["Email", "Phone", "Ratio", "Flag", "Date", "Sum", "Spaces"])
    {
        sheet.write_string(0, column, header).unwrap();
    }
    sheet.write_string(1, 0, "a@acme.example").unwrap();
    sheet.write_number(1, 1, 905_300_000_000.0).unwrap();
    sheet.write_number(1, 2, 0.1).unwrap();
    sheet.write_boolean(1, 3, true).unwrap();
    sheet
        .write_number_with_format(1, 4, 45_000.0, &date)
        .unwrap();
    sheet
        .write_formula(1, 5, rust_xlsxwriter::Formula::new("=1+1").set_result("2"))
        .unwrap();
    sheet.write_string(1, 6, "  x \u{a0}").unwrap();
    let file = made("people.xlsx", book.save_to_buffer().unwrap());
    let sheet = Sheet::open(&file.path).unwrap();
    let mut cells = Vec::new();
    sheet
        .for_each_row(|row| {
            cells.extend((0..sheet.headers().len()).map(|column| row.text(column).to_owned()));
            ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(
        cells,
        [
            "a@acme.example",
            "905300000000",
            "0.1",
            "True",
            "2023-03-15",
            "2",
            "x"
        ]
    );
}

#[test]
fn error_cell_rejects_its_row() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "Email").unwrap();
    sheet.write_string(0, 1, "Department").unwrap();
    sheet.write_string(1, 0, "a@acme.example").unwrap();
    sheet
        .write_formula(
            1,
            1,
            rust_xlsxwriter::Formula::new("=NA()").set_result("#N/A"),
        )
        .unwrap();
    let file = made("people.xlsx", book.save_to_buffer().unwrap());
    let (_, checked) = check(&file.path).unwrap();
    let shown: Vec<_> = checked.problems().iter().map(ToString::to_string).collect();
    assert_eq!(
        shown,
        [
            "people.xlsx, row 2, column B \"Department\": the cell shows an error; correct its formula"
        ]
    );
}

#[test]
fn other_archives_are_named_in_the_error() {
    let check = |part: &str, expected: &str| {
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        writer
            .start_file(part, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(b"x").unwrap();
        let file = made("people.xlsx", writer.finish().unwrap().into_inner());
        let error = Sheet::open(&file.path).unwrap_err().to_string();
        assert!(
            error.contains(&format!("not a spreadsheet but {expected};")),
            "{error}"
        );
    };
    check("word/document.xml", "a text document");
    check("ppt/presentation.xml", "a presentation");
    check("xl/workbook.bin", "a binary workbook (.xlsb)");
    check("readme.txt", "a ZIP archive");
}

#[test]
fn long_workbook_cell_is_refused() {
    let long = "x".repeat(100);
    let file = made(
        "people.xlsx",
        workbook(&[("People", &[&["Email"], &[&long]])]),
    );
    let mut limits = Limits::default();
    limits.cell_chars = 99;
    let error = Sheet::options()
        .limits(limits)
        .open(&file.path)
        .unwrap_err();
    assert!(
        matches!(
            error,
            SheetError::TooLarge {
                limit: Limit::CellChars,
                row: Some(2),
                ..
            }
        ),
        "{error}"
    );
}
