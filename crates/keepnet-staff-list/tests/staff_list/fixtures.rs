//! The result for each staff list of the repository.

use crate::support::{check, check_in, fixture};
use keepnet_staff_list::RowCounts;
use keepnet_staff_list::{CellKind, Delimiter, Encoding, Format};
use keepnet_staff_list::{Field, Mapper, Sheet, ValidationReport};

fn counts(total: u64, valid: u64, invalid: u64, duplicate: u64) -> String {
    format!("{total} {valid} {invalid} {duplicate}")
}

fn shown(rows: RowCounts) -> String {
    counts(rows.total, rows.valid, rows.invalid, rows.duplicate)
}

#[test]
fn every_readable_fixture_is_recognised() {
    let check =
        |name: &str, format: Format, worksheet: Option<&str>, columns: usize, expected: &str| {
            let (sheet, checked) = check(fixture(name)).unwrap();
            assert_eq!(sheet.format(), format, "{name}");
            assert_eq!(sheet.worksheet(), worksheet, "{name}");
            assert_eq!(checked.mapping().columns().len(), columns, "{name}");
            assert_eq!(shown(checked.counts()), expected, "{name}");
        };
    let clean = |rows| counts(rows, rows, 0, 0);
    check("acme-users.csv", Format::Csv, None, 8, &clean(25));
    check(
        "acme-users-semicolon-bom.csv",
        Format::Csv,
        None,
        8,
        &clean(25),
    );
    check(
        "acme-users.xls",
        Format::Xls,
        Some("acme-users"),
        8,
        &clean(25),
    );
    check(
        "acme-users.xlsx",
        Format::Xlsx,
        Some("acme-users"),
        8,
        &clean(25),
    );
    check(
        "globex-5k.xlsx",
        Format::Xlsx,
        Some("Users"),
        8,
        &clean(5000),
    );
    check(
        "users-on-second-sheet.xlsx",
        Format::Xlsx,
        Some("Users"),
        8,
        &clean(8),
    );
    check("far-corner.xlsx", Format::Xlsx, Some("S"), 1, &clean(1));
    check(
        "duplicates-and-invalid.xlsx",
        Format::Xlsx,
        Some("People"),
        5,
        &counts(12, 7, 4, 1),
    );
}

#[test]
fn unreadable_fixtures_say_what_to_do() {
    let check = |name: &str, expected: &str| {
        let error = Sheet::open(fixture(name)).unwrap_err().to_string();
        assert_eq!(error, expected);
    };
    check(
        "not-a-workbook.xlsx",
        "not-a-workbook.xlsx: the content is not a spreadsheet but a PDF document; \
         save the list as .xlsx or CSV",
    );
    check(
        "empty.xlsx",
        "empty.xlsx: the file is empty; it needs a row of headers and a row per person",
    );
    check(
        "turkish-headers-cp1254.csv",
        "turkish-headers-cp1254.csv: row 2, column A holds letters in an encoding that the file does \
         not state; it may be windows-1254, windows-1252, windows-1250, windows-1257 or ISO-8859-2: \
         say which, or save the list as UTF-8",
    );
    check(
        "headers-only.csv",
        "headers-only.csv: the file has headers but no people; add a row per person",
    );
}

#[test]
fn encoding_and_delimiter_are_recognised() {
    let check = |name: &str, encoding: Encoding, delimiter: Delimiter| {
        let (sheet, checked) = check_in(fixture(name), encoding).unwrap();
        assert_eq!(sheet.encoding(), Some(encoding), "{name}");
        assert_eq!(sheet.delimiter(), Some(delimiter), "{name}");
        let counts = checked.counts();
        assert_eq!(counts.valid, counts.total, "{name}");
    };
    check("acme-users.csv", Encoding::Utf8, Delimiter::Comma);
    check(
        "acme-users-semicolon-bom.csv",
        Encoding::Utf8,
        Delimiter::Semicolon,
    );
    check(
        "turkish-headers-cp1254.csv",
        Encoding::Windows1254,
        Delimiter::Semicolon,
    );
}

#[test]
fn turkish_letters_survive_the_code_page() {
    let file = fixture("turkish-headers-cp1254.csv");
    let (sheet, _) = check_in(file, Encoding::Windows1254).unwrap();
    let mut text = String::new();
    sheet
        .for_each_row(|row| {
            for column in 0..sheet.headers().len() {
                text.push_str(row.text(column));
                text.push(' ');
            }
            std::ops::ControlFlow::Continue(())
        })
        .unwrap();
    for word in [
        "Yılmaz",
        "İnsan Kaynakları",
        "Ayşe",
        "Öztürk",
        "Jürgen",
        "Zoë",
    ] {
        assert!(text.contains(word), "{word}");
    }
}

#[test]
fn problems_name_row_column_and_reason() {
    let (_, checked) = check(fixture("duplicates-and-invalid.xlsx")).unwrap();
    let shown: Vec<_> = checked.problems().iter().map(ToString::to_string).collect();
    let formula = "a formula without a stored result; open the file in a spreadsheet program \
                   and save it, or replace the formula by its value";
    let expected = [
        "row 8, column C \"E-mail\": the same e-mail address as row 3".to_owned(),
        "row 9, column C \"E-mail\": no e-mail address".to_owned(),
        "row 10, column C \"E-mail\": not an e-mail address".to_owned(),
        "row 11, column A \"first name\": too long: 300 characters of at most 256".to_owned(),
        format!("row 12, column C \"E-mail\": {formula}"),
        format!("row 12, column E \"Department\": {formula}"),
    ]
    .map(|line| format!("duplicates-and-invalid.xlsx, {line}"));
    assert_eq!(shown, expected);
    assert_eq!(checked.problem_count(), 6);
    assert_eq!(checked.mapping().unmapped(), ["Notes"]);
    let mut valid: Vec<_> = checked.valid_rows().collect();
    valid.sort_unstable();
    assert_eq!(valid, [2, 3, 4, 5, 6, 7, 14]);
    assert_eq!(checked.row_of("After-Blank@acme.example"), Some(14));
    assert_eq!(checked.row_of("long@acme.example"), None);
}

#[test]
fn numeric_phone_cell_is_read_as_its_digits() {
    let sheet = Sheet::open(fixture("duplicates-and-invalid.xlsx")).unwrap();
    let mapping = Mapper::new().map(&sheet).unwrap();
    let phone = mapping.column_of(&Field::PhoneNumber).unwrap();
    assert_eq!((phone.letter(), phone.column()), ("D", "Phone"));
    let mut phones = Vec::new();
    let mut formulas = Vec::new();
    sheet
        .for_each_row(|row| {
            phones.push(row.text(3).to_owned());
            if row.kind(2) == CellKind::UncomputedFormula {
                formulas.push(row.number());
            }
            std::ops::ControlFlow::Continue(())
        })
        .unwrap();
    assert_eq!(phones[0], "905300000000");
    assert_eq!(formulas, [12]);
}

#[test]
fn report_has_the_documented_json() {
    let (_, checked) = check(fixture("duplicates-and-invalid.xlsx")).unwrap();
    let report = serde_json::to_value(checked.report()).unwrap();
    assert_eq!(report["file"], "duplicates-and-invalid.xlsx");
    assert_eq!(report["sheet"], "People");
    assert_eq!(report["encoding"], serde_json::Value::Null);
    assert_eq!(
        report["mapping"][0],
        serde_json::json!({"column": "first name", "letter": "A", "field": "FirstName", "confidence": 0.95})
    );
    assert_eq!(report["unmapped"], serde_json::json!(["Notes"]));
    assert_eq!(
        report["rows"],
        serde_json::json!({"total": 12, "valid": 7, "invalid": 4, "duplicate": 1})
    );
    assert_eq!(
        report["rejected"][0],
        serde_json::json!({
            "row": 8, "column": "E-mail", "letter": "C", "field": "Email",
            "message": "the same e-mail address as row 3",
        })
    );
    assert_eq!(
        report["warnings"],
        serde_json::json!([{
            "kind": "column_left_out", "row": null, "column": "Notes", "letter": "F",
            "field": null, "message": "fills no field and is not sent",
        }])
    );
}

#[test]
fn debug_and_errors_hold_no_person() {
    let (sheet, checked) = check(fixture("duplicates-and-invalid.xlsx")).unwrap();
    let upload = checked.prepare_upload(&sheet).unwrap();
    let shown = format!("{sheet:?} {checked:?} {upload:?} {:?}", checked.report());
    assert!(!shown.contains("acme.example"));
    for name in ["Öztürk", "Smith", "Nguyễn", "90530"] {
        assert!(!shown.contains(name), "{name}");
    }
}

#[test]
fn report_reads_back_and_has_a_schema() {
    let (_, checked) = check(fixture("duplicates-and-invalid.xlsx")).unwrap();
    let report = checked.report();
    let json = serde_json::to_string(&report).unwrap();
    assert_eq!(
        serde_json::from_str::<ValidationReport>(&json).unwrap(),
        report
    );
    let schema = serde_json::to_value(schemars::schema_for!(ValidationReport)).unwrap();
    let properties = schema["properties"].as_object().unwrap();
    for key in [
        "file", "sheet", "encoding", "mapping", "unmapped", "rows", "rejected", "warnings",
    ] {
        assert!(properties.contains_key(key), "{key}");
    }
}

#[test]
fn sheets_and_results_cross_threads() {
    fn check<T: Send + Sync>() {}
    check::<Sheet>();
    check::<keepnet_staff_list::Validation>();
    check::<keepnet_staff_list::Upload>();
    check::<keepnet_staff_list::SheetError>();
}
