//! What a person should look at, though the list can be sent.

use crate::hostile_workbooks::open_document;
use keepnet_staff_list::{Encoding, Mapper, Sheet, SheetError, Validation, WarningKind};
use rust_xlsxwriter::Workbook;

fn validated(sheet: &Sheet) -> Validation {
    sheet.validate(&Mapper::new().map(sheet).unwrap()).unwrap()
}

/// The warnings, such as `C3 ErrorWord`.
fn shown(validation: &Validation) -> Vec<String> {
    let shown = validation.warnings().iter().map(|it| {
        let letter = it.letter.as_deref().unwrap_or_default();
        let row = it.row.map(|row| row.to_string()).unwrap_or_default();
        format!("{letter}{row} {:?}", it.kind)
    });
    shown.collect()
}

#[test]
fn odd_values_of_a_text_file_are_warnings() {
    let check = |text: &str, expected: &[&str]| {
        let sheet = Sheet::from_bytes("people.csv", text).unwrap();
        let validation = validated(&sheet);
        assert_eq!(validation.counts().invalid, 0, "{text}");
        assert_eq!(shown(&validation), expected, "{text}");
    };
    check("Email,First Name\na@acme.example,Ada\n", &[]);
    check("Email,First Name\na@acme.example,NULL\n", &["B2 ErrorWord"]);
    check("Email,First Name\na@acme.example,#N/A\n", &["B2 ErrorWord"]);
    check(
        "Email,First Name\na@acme.example,=1+A1\n",
        &["B2 EscapedFormula"],
    );
    check(
        "Full Name,Email\nAda =A1,a@acme.example\nAda NULL,b@acme.example\n",
        &["A2 EscapedFormula", "A3 ErrorWord"],
    );
    check(
        "Email,Phone\na@acme.example,5321112233\n",
        &["B2 LostZeros"],
    );
    check("Email\nılgaz@acme.example\n", &["A2 OddLetterI"]);
    check("Email,Shoe size\na@acme.example,42\n", &["B ColumnLeftOut"]);
    check("Email\na@acme.example,Ada\n", &["2 CellsWithoutHeader"]);
    check(
        "Email,,First Name\na@acme.example,Research,Ada\n",
        &["2 CellsWithoutHeader"],
    );
    check("Email,,First Name\na@acme.example, ,Ada\n", &[]);
    check("Email\na@acme.example,\u{200B},\" \",\"\"\n", &[]);
    check("Emial\na@acme.example\n", &["A GuessedColumn"]);
}

#[test]
fn unlikely_encoding_is_a_warning() {
    // Turkish of MS-DOS, declared as Turkish of Windows by mistake.
    let bytes = b"Email,First Name\na@acme.example,Ba\xA7lan\n";
    let options = Sheet::options().encoding(Encoding::Windows1254);
    let sheet = options.open_bytes("people.csv", bytes).unwrap();
    assert_eq!(shown(&validated(&sheet)), [" UnlikelyEncoding"]);
}

#[test]
fn layout_of_a_workbook_is_a_warning() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("People").unwrap();
    for (column, header) in (0..).zip(["Email", "Department"]) {
        sheet.write_string(0, column, header).unwrap();
    }
    for row in 1..=4 {
        let email = format!("user{row}@acme.example");
        sheet.write_string(row, 0, email).unwrap();
    }
    let format = rust_xlsxwriter::Format::new();
    sheet.merge_range(1, 1, 3, 1, "Finance", &format).unwrap();
    sheet.set_row_hidden(2).unwrap();
    sheet.set_row_hidden(4).unwrap();
    let old = book
        .add_worksheet()
        .set_name("Old")
        .unwrap()
        .set_hidden(true);
    old.write_string(0, 0, "Email").unwrap();
    old.write_string(1, 0, "z@acme.example").unwrap();
    let sheet = Sheet::from_bytes("people.xlsx", book.save_to_buffer().unwrap()).unwrap();
    let validation = validated(&sheet);
    let expected = [
        " OtherWorksheet",
        "3 HiddenRow",
        "B3 MergedCell",
        "B4 MergedCell",
        "5 HiddenRow",
    ];
    assert_eq!(shown(&validation), expected);
    let first = validation.warnings()[0].to_string();
    assert_eq!(
        first,
        "people.xlsx: a hidden worksheet holds people too and is not read: `Old`"
    );
    assert_eq!(
        validation.warnings()[2].to_string(),
        "people.xlsx, row 3, column B \"Department\": merged with another cell and therefore empty"
    );
}

#[test]
fn layout_of_an_open_document_is_a_warning() {
    let text = |text: &str| {
        format!(
            "<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>"
        )
    };
    let row = |attributes: &str, cells: &[String]| {
        format!(
            "<table:table-row{attributes}>{}</table:table-row>",
            cells.concat()
        )
    };
    let covered = "<table:covered-table-cell/>".to_owned();
    let rows = row("", &[text("Email"), text("Department")])
        + &row("", &[text("a@acme.example"), text("IT")])
        + &row(
            " table:visibility=\"filter\"",
            &[text("b@acme.example"), covered],
        )
        + &row(
            " table:visibility=\"visible\"",
            &[text("c@acme.example"), text("HR")],
        );
    let sheet = Sheet::from_bytes("people.ods", open_document(&rows)).unwrap();
    assert_eq!(shown(&validated(&sheet)), ["3 HiddenRow", "B3 MergedCell"]);
}

#[test]
fn invisible_cells_beside_the_headers_are_empty() {
    let check = |beside: &str, expected: &[&str]| {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet().set_name("People").unwrap();
        sheet.write_string(0, 0, "Email").unwrap();
        sheet.write_string(1, 0, "a@acme.example").unwrap();
        let formula = rust_xlsxwriter::Formula::new("=A9").set_result(beside);
        sheet.write_formula(1, 1, formula).unwrap();
        let cell = |text: &str| {
            format!(
                "<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>"
            )
        };
        let rows = format!(
            "<table:table-row>{}</table:table-row><table:table-row>{}{}</table:table-row>",
            cell("Email"),
            cell("a@acme.example"),
            cell(beside)
        );
        for (name, bytes) in [
            ("people.xlsx", book.save_to_buffer().unwrap()),
            ("people.ods", open_document(&rows)),
        ] {
            let sheet = Sheet::from_bytes(name, bytes).unwrap();
            assert_eq!(shown(&validated(&sheet)), expected, "{name} {beside:?}");
        }
    };
    check("x", &["2 CellsWithoutHeader"]);
    check(" ", &[]);
    check("\u{200B}", &[]);
}

#[test]
fn warnings_are_errors_where_none_is_allowed() {
    let text = "Email,First Name\na@acme.example,NULL\nb@acme.example,null\n";
    let sheet = Sheet::from_bytes("people.csv", text).unwrap();
    let error = validated(&sheet).ensure_no_warnings().unwrap_err();
    assert!(matches!(error, SheetError::Warnings { count: 2, .. }));
    assert_eq!(
        error.to_string(),
        "people.csv: there are 2 warnings, and none is allowed; the first is: people.csv, row 2, \
         column B \"First Name\": a word that stands for an error or a missing value"
    );
    let good = Sheet::from_bytes("people.csv", "Email\na@acme.example\n").unwrap();
    assert!(validated(&good).ensure_no_warnings().is_ok());
}

#[test]
fn ignored_columns_are_no_warnings() {
    let text = "Email,Notes\na@acme.example,x\n";
    let sheet = Sheet::from_bytes("people.csv", text).unwrap();
    let mapping = Mapper::new().ignore("Notes").map(&sheet).unwrap();
    let validation = sheet.validate(&mapping).unwrap();
    assert_eq!(validation.warnings(), []);
    let kinds: Vec<WarningKind> = validated(&sheet)
        .warnings()
        .iter()
        .map(|it| it.kind)
        .collect();
    assert_eq!(kinds, [WarningKind::ColumnLeftOut]);
}

#[test]
fn header_row_can_be_given() {
    let text = "Email,First Name\nE-mail,Name of the person\na@acme.example,Ada\n";
    let open = |row| {
        Sheet::options()
            .header_row(row)
            .open_bytes("people.csv", text)
    };
    assert_eq!(open(2).unwrap().headers()[1].name(), "Name of the person");
    let error = open(9).unwrap_err();
    assert!(
        matches!(error, SheetError::UnknownHeaderRow { row: 9, .. }),
        "{error}"
    );
}
