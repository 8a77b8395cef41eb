//! What is not certain is asked for or refused, and never stored by a guess.

use crate::odd_files::expect;
use crate::support::workbook;
use keepnet_staff_list::{Field, Mapper, Sheet};

#[test]
fn undeclared_code_page_is_asked_for() {
    let check =
        |case: &str, bytes: &[u8], expected: &str| expect(case, "people.csv", bytes, expected);
    let asks = |candidates: &str| {
        format!(
            "row 2, column B holds letters in an encoding that the file does not state; \
             {candidates}: say which, or save the list as UTF-8"
        )
    };
    check(
        "windows-1254",
        b"Email,First Name\na@acme.example,Ay\xFEe I\xF0d\xFDr\n",
        &asks("it may be windows-1254, windows-1252, windows-1250, windows-1257 or ISO-8859-2"),
    );
    check(
        "cp857",
        b"Email,First Name\na@acme.example,Ay\x9Fe I\xA7d\x8Dr\n",
        &asks("it may be cp857 or macintosh"),
    );
    check(
        "windows-1251",
        b"Email,First Name\na@acme.example,\xC8\xE2\xE0\xED\xEE\xE2\n",
        &asks("it may be windows-1251 or windows-1253"),
    );
    check(
        "one bad byte in UTF-8",
        "Email,First Name\na@acme.example,Ayşe\nb@acme.example,Gökçe\nc@acme.example,X?\n"
            .replace('?', "\u{1}")
            .into_bytes()
            .iter()
            .map(|byte| if *byte == 1 { 0xFE } else { *byte })
            .collect::<Vec<u8>>()
            .as_slice(),
        "row 4, column B holds bytes that are not UTF-8, unlike the rest of the file; \
         type the cell again and save the list as UTF-8",
    );
    check(
        "one bad byte in UTF-8 below a control character that is UTF-8",
        b"Email,First Name\na@acme.example,A\x7Fda\nb@acme.example,G\xC3\xB6k\xC3\xA7e\n\
          c@acme.example,X\xFE\n",
        "row 4, column B holds bytes that are not UTF-8, unlike the rest of the file; \
         type the cell again and save the list as UTF-8",
    );
    check(
        "a letter that an earlier program lost",
        "Email,First Name\na@acme.example,Ay\u{FFFD}e\nb@acme.example,B\u{85}x\n".as_bytes(),
        "0 valid, 2 invalid, 0 duplicate\n\
         B2: a letter that was lost when the file was saved; type the cell again\n\
         B3: a character that cannot be shown; type the cell again",
    );
}

#[test]
fn open_quotes_and_swallowed_rows_are_errors() {
    let check = |case: &str, text: &str, expected: &str| expect(case, "people.csv", text, expected);
    let rows = "b@acme.example,Bea,IT\nc@acme.example,Cem,IT\n";
    check(
        "a quotation mark that is never closed",
        &format!("Email,First Name,Department\n\na@acme.example,\"Ada,IT\n{rows}"),
        "line 3: a quotation mark opens a cell and none closes it; \
         close it, or delete the mark",
    );
    check(
        "a quotation mark that a later one closes",
        &format!(
            "Email,First Name,Department\na@acme.example,\"Ada,IT\n{rows}d@acme.example,\"Dan\",IT\n"
        ),
        "line 2: a quotation mark opens a cell that holds what looks like further rows; \
         close it, or delete the mark",
    );
    check(
        "a cell of several lines",
        "Email,Department,Notes\na@acme.example,\"IT, first floor\nIzmir\",x\n",
        "1 valid, 0 invalid, 0 duplicate\na@acme.example|IT, first floor\nIzmir",
    );
    check(
        "a cell with as many commas in a line as the table",
        "Email,Department,Address\na@acme.example,IT,\"12 Main St, Floor 2, Izmir\nTurkey\"\n",
        "1 valid, 0 invalid, 0 duplicate\na@acme.example|IT",
    );
}

#[test]
fn escaped_formula_stays_escaped() {
    let sent = "1 valid, 0 invalid, 0 duplicate\na@acme.example|'=HYPERLINK(1)";
    for cell in ["'=HYPERLINK(1)", "=HYPERLINK(1)"] {
        let text = format!("Email,First Name\na@acme.example,{cell}\n");
        expect(cell, "people.csv", text, sent);
        let book = workbook(&[("S", &[&["Email", "First Name"], &["a@acme.example", cell]])]);
        expect(cell, "people.xlsx", book, sent);
    }
    expect(
        "a formula behind the first word of a full name",
        "people.csv",
        "Full Name,Email\nAda =HYPERLINK(1),a@acme.example\n\"=A1, @Bea\",b@acme.example\n",
        "2 valid, 0 invalid, 0 duplicate\nAda|'=HYPERLINK(1)|a@acme.example\n\
         '@Bea|'=A1|b@acme.example",
    );
    expect(
        "an address that begins like a formula",
        "people.csv",
        "Email\n=1+1@acme.example\n",
        "0 valid, 1 invalid, 0 duplicate\nA2: not an e-mail address",
    );
}

#[test]
fn dates_and_lists_are_no_phone_numbers() {
    let check = |cell: &str, is_phone: bool| {
        let text = format!("Email,Phone\na@acme.example,{cell}\n");
        let expected = match is_phone {
            true => format!("1 valid, 0 invalid, 0 duplicate\na@acme.example|{cell}"),
            false => "0 valid, 1 invalid, 0 duplicate\n\
                      B2: not a phone number; write it as +905300000000"
                .to_owned(),
        };
        expect(cell, "people.csv", text, &expected);
    };
    check("905321112233.5", false);
    check("1234 / 1235", false);
    check("2024-03-05", false);
    check("05.03.2024", false);
    check("5/3/2024", false);
    check("030/123456", true);
    check("+49 30/123456", true);
    check("0532.111.22.33", true);
    check("+90-532-1112233", true);
}

#[test]
fn letters_i_are_compared_as_the_service_does() {
    let again = |row: u32| format!("A{row}: the same e-mail address as row {}", row - 1);
    expect(
        "a capital letter with a dot and a small one without",
        "people.csv",
        "Email\nALİ@acme.example\nali@acme.example\nılgaz@acme.example\nilgaz@acme.example\n",
        &format!(
            "2 valid, 0 invalid, 2 duplicate\nALİ@acme.example\nılgaz@acme.example\n{}\n{}",
            again(3),
            again(5)
        ),
    );
}

#[test]
fn header_row_is_the_one_with_the_most_fields() {
    let check = |case: &str, text: &str, expected: &str| expect(case, "people.csv", text, expected);
    let ada = "1 valid, 0 invalid, 0 duplicate\na@acme.example|Ada|Byron";
    check(
        "a title with a word for e-mail",
        "E-mail,,\nEmail,First Name,Last Name\na@acme.example,Ada,Byron\n",
        ada,
    );
    check(
        "a block for the manager below its title",
        "Employee,,,Manager,,\n\
         Email,First Name,Last Name,First Name,Last Name,Email\n\
         a@acme.example,Ada,Byron,Max,Must,m@acme.example\n",
        "1 valid, 0 invalid, 0 duplicate\n\
         a@acme.example|Ada|Byron|Max|Must|m@acme.example",
    );
    check(
        "a block for the manager beside headers of one row",
        "Email,First Name,Last Name,Manager,,\n\
         ,,,First Name,Last Name,Email\n\
         a@acme.example,Ada,Byron,Max,Must,m@acme.example\n",
        "1 valid, 0 invalid, 0 duplicate\n\
         a@acme.example|Ada|Byron|Max|Must|m@acme.example",
    );
    for header in [
        "Employee Email",
        "Work Email Address",
        "Primary Email Address",
        "Email ID",
        "Official Email",
        "İş E-postası",
    ] {
        check(
            header,
            &format!("{header},First Name,Last Name\na@acme.example,Ada,Byron\n"),
            ada,
        );
    }
    check(
        "an address at one provider",
        "Gmail,First Name\na@acme.example,Ada\n",
        "no column holds the e-mail address; found A \"Gmail\", B \"First Name\"; \
         map the column to the field Email",
    );
}

#[test]
fn worksheets_with_people_are_asked_for() {
    let current: &[&[&str]] = &[&["Email", "First Name"], &["a@acme.example", "Ada"]];
    let leavers: &[&[&str]] = &[
        &["Email", "First Name", "Last Name", "Department", "Phone"],
        &["b@acme.example", "Bea", "B", "IT", ""],
    ];
    expect(
        "a wider sheet of people who left",
        "people.xlsx",
        workbook(&[("Current", current), ("Leavers", leavers)]),
        "people may be on any of the worksheets `Current`, `Leavers`; say which one to read",
    );
}

#[test]
fn wide_files_with_empty_columns_are_read() {
    let wide = format!(
        "Email{},First Name\na@acme.example{},Ada\n",
        ",".repeat(16_382),
        ",".repeat(16_382)
    );
    expect(
        "16,384 columns",
        "people.csv",
        wide,
        "1 valid, 0 invalid, 0 duplicate\na@acme.example|Ada",
    );
}

#[test]
fn wide_files_with_headers_take_bounded_time() {
    let headers: Vec<String> = (0..16_382).map(|it| format!("measure{it}")).collect();
    let cells = vec!["x"; 16_382].join(",");
    let rows = format!("a@acme.example,Ada,{cells}\n").repeat(3);
    let text = format!("Email,First Name,{}\n{rows}", headers.join(","));
    expect(
        "16,384 headers",
        "people.csv",
        text,
        "1 valid, 0 invalid, 2 duplicate\na@acme.example|Ada\n\
         A3: the same e-mail address as row 2\nA4: the same e-mail address as row 2",
    );
}

#[test]
fn full_names_are_split_where_that_is_certain() {
    let check = |case: &str, text: &str, expected: &str| expect(case, "people.csv", text, expected);
    check(
        "two words",
        "Ad Soyad,Email\nAyşe Iğdır,a@acme.example\n\"Byron, Ada\",b@acme.example\n",
        "2 valid, 0 invalid, 0 duplicate\nAyşe|Iğdır|a@acme.example\nAda|Byron|b@acme.example",
    );
    let three = "Name Surname,Email\nMehmet Ali Öz,a@acme.example\n";
    check(
        "three words",
        three,
        "0 valid, 1 invalid, 0 duplicate\n\
         A2: more than two names; separate first and last name, or map the column yourself: \
         then the last word is the last name",
    );
    let sheet = Sheet::from_bytes("people.csv", three).unwrap();
    let mapper = Mapper::new().column("Name Surname", Field::FullName);
    let validation = sheet.validate(&mapper.map(&sheet).unwrap()).unwrap();
    let upload = validation.prepare_upload(&sheet).unwrap();
    assert_eq!(
        std::fs::read_to_string(upload.path()).unwrap(),
        "First Name,Last Name,Email\nMehmet Ali,Öz,a@acme.example\n"
    );
    check(
        "full names beside the two names",
        "Full Name,First Name,Last Name,Email\nA B,Ada,Byron,a@acme.example\n",
        "1 valid, 0 invalid, 0 duplicate\nAda|Byron|a@acme.example",
    );
    check(
        "full names beside the first names alone",
        "Ad Soyad,Ad,Email\nAda Byron,Ada,a@acme.example\n",
        "1 valid, 0 invalid, 0 duplicate\nAda|Byron|a@acme.example",
    );
    check(
        "full names beside the last names alone",
        "Ad Soyad,Soyad,Email\nAda Byron,Byron,a@acme.example\n",
        "1 valid, 0 invalid, 0 duplicate\nAda|Byron|a@acme.example",
    );
}

#[test]
fn headers_without_a_text_are_refused() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet
        .write_formula(
            0,
            0,
            rust_xlsxwriter::Formula::new("=A9").set_result("#REF!"),
        )
        .unwrap();
    sheet.write_string(1, 0, "x").unwrap();
    let error = Sheet::from_bytes("people.xlsx", book.save_to_buffer().unwrap());
    assert_eq!(
        error.unwrap_err().to_string(),
        "people.xlsx: row 1 should hold the headers, but none of its cells has a text; write a header \
         above each column"
    );
}
