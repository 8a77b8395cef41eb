//! The file that is sent for a validated staff list.

use crate::support::{check, check_in, fixture, made, workbook};
use keepnet_staff_list::{Encoding, Field, Mapper, Sheet, SheetError, Upload};

fn upload(path: impl AsRef<std::path::Path>) -> Upload {
    let (sheet, checked) = check(path).unwrap();
    checked.prepare_upload(&sheet).unwrap()
}

fn sent(upload: &Upload) -> String {
    std::fs::read_to_string(upload.path()).unwrap()
}

#[test]
fn files_that_the_service_reads_are_sent_unchanged() {
    for name in ["acme-users.csv", "far-corner.xlsx"] {
        let upload = upload(fixture(name));
        assert!(upload.is_original(), "{name}");
        let bytes = |path| std::fs::read(path).unwrap();
        assert_eq!(bytes(upload.path()), bytes(&fixture(name)), "{name}");
        assert_eq!(upload.file_name(), name);
    }
    let upload = upload(fixture("acme-users.csv"));
    assert_eq!(upload.rows(), 25);
    let columns: Vec<_> = upload
        .columns()
        .iter()
        .map(|(name, field)| (name.as_str(), field.wire_name()))
        .collect();
    assert_eq!(
        columns,
        [
            ("First Name", "FirstName"),
            ("Last Name", "LastName"),
            ("Email Address", "Email"),
            ("Phone Number", "PhoneNumber"),
            ("Department", "Department"),
            ("Time Zone", "TimeZone"),
            ("Priority", "Priority"),
            ("Preferred Language", "Preferred Language"),
        ]
    );
}

#[test]
fn other_files_are_rewritten() {
    for (name, encoding, presented, rows) in [
        (
            "acme-users-semicolon-bom.csv",
            Encoding::Utf8,
            "acme-users-semicolon-bom.csv",
            25,
        ),
        (
            "turkish-headers-cp1254.csv",
            Encoding::Windows1254,
            "turkish-headers-cp1254.csv",
            12,
        ),
        // Their phone numbers are numbers.
        ("acme-users.xls", Encoding::Utf8, "acme-users.csv", 25),
        ("acme-users.xlsx", Encoding::Utf8, "acme-users.csv", 25),
        (
            "users-on-second-sheet.xlsx",
            Encoding::Utf8,
            "users-on-second-sheet.csv",
            8,
        ),
        (
            "duplicates-and-invalid.xlsx",
            Encoding::Utf8,
            "duplicates-and-invalid.csv",
            7,
        ),
    ] {
        let (sheet, checked) = check_in(fixture(name), encoding).unwrap();
        let upload = checked.prepare_upload(&sheet).unwrap();
        assert!(!upload.is_original(), "{name}");
        assert_eq!(upload.file_name(), presented);
        assert_eq!(upload.rows(), rows, "{name}");
        assert_eq!(sent(&upload).lines().count() as u64, rows + 1, "{name}");
        let path = upload.path().to_owned();
        drop(upload);
        assert!(!path.exists(), "{name}");
    }
}

#[test]
fn csv_has_the_mapped_columns_and_the_valid_rows() {
    let upload = upload(fixture("duplicates-and-invalid.xlsx"));
    assert_eq!(
        sent(&upload),
        "first name,Last Name,E-mail,Phone,Department\n\
         Nguyễn,Smith,user0@acme.example,905300000000,IT\n\
         Ivan,Öztürk,user1@acme.example,905300000001,Human Resources\n\
         Mehmet,Doe,user2@acme.example,905300000002,Finance\n\
         Anna,Öztürk,user3@acme.example,905300000003,IT\n\
         Ivan,Müller,user4@acme.example,905300000004,Human Resources\n\
         Ivan,García,user5@acme.example,905300000005,Finance\n\
         After,Blank,after-blank@acme.example,+905300000095,IT\n"
    );
    assert_eq!(
        upload.columns()[0],
        ("first name".to_owned(), Field::FirstName)
    );
}

#[test]
fn written_csv_reads_back_as_the_same_people() {
    let file = fixture("turkish-headers-cp1254.csv");
    let (sheet, first) = check_in(file, Encoding::Windows1254).unwrap();
    let upload = first.prepare_upload(&sheet).unwrap();
    let (again, second) = check(upload.path()).unwrap();
    let people = |checked: &keepnet_staff_list::Validation| {
        let mut people: Vec<_> = checked.valid_rows().collect();
        people.sort_unstable();
        people
    };
    assert_eq!(people(&first), people(&second));
    assert!(second.prepare_upload(&again).unwrap().is_original());
    assert!(sent(&upload).contains("İnsan Kaynakları"));
}

#[test]
fn values_are_sent_as_the_service_reads_them() {
    let file = made(
        "people.csv",
        "Email,Phone,Priority,Time Zone\n a@acme.example ,+90 (530) 000-00-00,very high,UTC\n\
         b@acme.example,'+905300000000,Low,\"a, \"\"b\"\"\"\n",
    );
    let upload = upload(&file.path);
    assert_eq!(
        sent(&upload),
        "Email,Phone,Priority,Time Zone\na@acme.example,+905300000000,VeryHigh,UTC\n\
         b@acme.example,+905300000000,Low,\"a, \"\"b\"\"\"\n"
    );
}

#[test]
fn ambiguous_originals_are_rewritten() {
    let check = |name: &str, content: &[u8], original: bool| {
        let file = made(name, content);
        assert_eq!(upload(&file.path).is_original(), original, "{name}");
    };
    let csv = b"Email,First Name\na@acme.example,Ada\n";
    check("people.csv", csv, true);
    check("people.CSV", csv, true);
    check("people.xlsx", csv, false);
    check("people.txt", csv, false);
    check(
        "people.csv",
        b"\xEF\xBB\xBFEmail,First Name\na@acme.example,Ada\n",
        false,
    );
    check(
        "people.csv",
        b"\nEmail,First Name\na@acme.example,Ada\n",
        false,
    );
    check(
        "people.csv",
        b"sep=,\nEmail,First Name\na@acme.example,Ada\n",
        false,
    );
    check(
        "people.csv",
        b"Email,First Name\na@acme.example, Ada\n",
        false,
    );
    let book = workbook(&[("People", &[&["Email"], &["a@acme.example"]])]);
    check("people.xlsx", &book, true);
    check("people.xls", &book, false);
    let title = workbook(&[(
        "People",
        &[&["Staff"], &["Email", "Ad"], &["a@acme.example", "Ada"]],
    )]);
    check("people.xlsx", &title, false);
}

#[test]
fn equal_headers_are_distinguished() {
    let file = made("people.csv", "Email,Email,x\na@acme.example,b,c\n");
    let sheet = Sheet::open(&file.path).unwrap();
    let mapper = Mapper::new()
        .column("A", Field::Email)
        .ignore("B")
        .column("x", Field::Department);
    let checked = sheet.validate(&mapper.map(&sheet).unwrap()).unwrap();
    let upload = checked.prepare_upload(&sheet).unwrap();
    assert_eq!(sent(&upload), "Email,x\na@acme.example,c\n");
}

#[test]
fn upload_without_a_valid_row_is_an_error() {
    let file = made("people.csv", "Email\nnobody\n");
    let (sheet, checked) = check(&file.path).unwrap();
    let error = checked.prepare_upload(&sheet).unwrap_err();
    assert!(
        matches!(error, SheetError::NothingToUpload { .. }),
        "{error}"
    );
}

#[test]
fn first_valid_row_keeps_the_address() {
    let long = "x".repeat(257);
    let text = format!(
        "Email,First Name\nA@acme.example,{long}\na@ACME.example,Ada\na@acme.example,{long}\na@acme.example,Bea\n"
    );
    let file = made("people.csv", text);
    let (_, checked) = check(&file.path).unwrap();
    let shown: Vec<_> = checked
        .problems()
        .iter()
        .map(|it| (it.row.unwrap(), it.letter.as_deref().unwrap(), it.message()))
        .collect();
    let too_long = "too long: 257 characters of at most 256".to_owned();
    let again = "the same e-mail address as row 3".to_owned();
    assert_eq!(
        shown,
        [
            (2, "B", too_long.clone()),
            (4, "A", again.clone()),
            (4, "B", too_long),
            (5, "A", again)
        ]
    );
    let counts = checked.counts();
    assert_eq!(
        (counts.total, counts.valid, counts.invalid, counts.duplicate),
        (4, 1, 2, 1)
    );
}

#[test]
fn manager_needs_all_parts_or_none() {
    let check = |headers: &str, row: &str, expected: &[&str]| {
        let file = made(
            "people.csv",
            format!("Email,{headers}\na@acme.example,{row}\n"),
        );
        let (_, checked) = check(&file.path).unwrap();
        let letters: Vec<_> = checked
            .problems()
            .iter()
            .map(|it| it.letter.as_deref().unwrap())
            .collect();
        assert_eq!(letters, expected, "{row}");
    };
    let all = "Manager First Name,Manager Last Name,Manager Email";
    check(all, ",,", &[]);
    check(all, "Ada,Byron,ada@acme.example", &[]);
    check(all, "Ada,,", &["C", "D"]);
    check(all, "Ada,Byron,nobody", &["D"]);
    check(all, ",,ada@acme.example", &["B", "C"]);
    check("Manager Email", "ada@acme.example", &[]);
}

#[test]
fn counts_are_exact_beyond_the_kept_problems() {
    let rows = keepnet_staff_list::Validation::KEPT_PROBLEMS + 500;
    let file = made(
        "people.csv",
        format!("Email\na@acme.example\n{}", "nobody\n".repeat(rows)),
    );
    let (_, checked) = check(&file.path).unwrap();
    assert_eq!(
        checked.problems().len(),
        keepnet_staff_list::Validation::KEPT_PROBLEMS
    );
    assert_eq!(checked.problem_count(), rows as u64);
    assert_eq!(checked.counts().invalid, rows as u64);
    assert_eq!(checked.counts().total, rows as u64 + 1);
}
