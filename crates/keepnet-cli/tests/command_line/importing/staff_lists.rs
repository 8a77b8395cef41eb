//! `users import` and `users check` with the staff lists of the repository.

use keepnet_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::support::{ACME, GLOBEX, Keepnet, Service, fixture, import};

/// Names the encoding of a file that does not state it.
fn encoded(command: Keepnet, name: &str) -> Keepnet {
    match name.contains("cp1254") {
        true => command.args(&["--encoding", "windows-1254"]),
        false => command,
    }
}

#[test]
fn each_staff_list_is_imported() {
    let check = |name: &str, company: &str, users: u64| {
        let run = encoded(import(name, company), name).with_sandbox().run();
        assert_eq!(run.code, 0, "{name}: {}", run.stderr);
        let report = run.json();
        let rows =
            json!({"total": users, "new": users, "existing": 0, "invalid": 0, "duplicate": 0});
        assert_eq!(report["rows"], rows, "{name}");
        assert_eq!(report["imported"], users, "{name}");
        assert_eq!(report["failed"], 0, "{name}");
        assert_eq!(report["rejected"], json!([]), "{name}");
        assert_eq!(report["company"]["name"], company, "{name}");
        assert_eq!(report["file"], name);
        for id in ["transaction_id", "job"] {
            assert!(report[id].is_string(), "{name}: {id} in {report}");
        }
    };
    check("acme-users.csv", ACME, 25);
    check("acme-users-semicolon-bom.csv", ACME, 25);
    check("acme-users.xls", ACME, 25);
    check("acme-users.xlsx", ACME, 25);
    check("turkish-headers-cp1254.csv", ACME, 12);
    check("users-on-second-sheet.xlsx", ACME, 8);
    check("far-corner.xlsx", ACME, 1);
    check("globex-5k.xlsx", GLOBEX, 5000);
}

#[test]
fn each_staff_list_is_checked_offline() {
    let check = |name: &str, code: i32, rows: Value| {
        let command = Keepnet::new(&["users", "check", "--output", "json"]).arg(fixture(name));
        let run = encoded(command, name).run();
        assert_eq!(run.code, code, "{name}: {}", run.stderr);
        assert_eq!(run.json()["rows"], rows, "{name}");
        assert_eq!(run.stderr, "", "{name}");
    };
    let check_valid = |name, rows: u64| {
        let rows = json!({"total": rows, "valid": rows, "invalid": 0, "duplicate": 0});
        check(name, 0, rows);
    };
    check_valid("acme-users.csv", 25);
    check_valid("acme-users-semicolon-bom.csv", 25);
    check_valid("acme-users.xls", 25);
    check_valid("acme-users.xlsx", 25);
    check_valid("turkish-headers-cp1254.csv", 12);
    check_valid("users-on-second-sheet.xlsx", 8);
    check_valid("far-corner.xlsx", 1);
    check_valid("globex-5k.xlsx", 5000);
    check(
        "duplicates-and-invalid.xlsx",
        5,
        json!({"total": 12, "valid": 7, "invalid": 4, "duplicate": 1}),
    );
}

#[test]
fn unknown_encoding_is_asked_for() {
    let run = Keepnet::new(&["users", "check"])
        .arg(fixture("turkish-headers-cp1254.csv"))
        .run();
    assert_eq!(run.code, 2, "{}", run.stderr);
    for expected in [
        "row 2, column A",
        "windows-1254",
        "hint: say which with --encoding NAME",
    ] {
        assert!(run.stderr.contains(expected), "{}", run.stderr);
    }
}

#[test]
fn warnings_are_errors_if_strict() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("people.csv");
    std::fs::write(&file, "Email,First Name\na@acme.example,NULL\n").unwrap();
    let check = |arguments: &[&str], code: i32| {
        let run = Keepnet::new(arguments).arg(file.clone()).run();
        assert_eq!(run.code, code, "{}", run.stderr);
        run.stdout
    };
    let table = check(&["users", "check"], 0);
    let line =
        "warning: people.csv, row 2, column B \"First Name\": a word that stands for an error";
    assert!(table.contains(line), "{table}");
    let json = check(&["users", "check", "--strict", "--output", "json"], 5);
    let report: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(report["warnings"][0]["kind"], "error_word");
    assert_eq!(report["warnings"][0]["row"], 2);
}

#[test]
fn rejected_rows_are_listed_and_others_imported() {
    let imported = import("duplicates-and-invalid.xlsx", ACME)
        .with_sandbox()
        .run();
    assert_eq!(imported.code, 5, "{}", imported.stderr);
    let report = imported.json();
    let rows = json!({"total": 12, "new": 7, "existing": 0, "invalid": 4, "duplicate": 1});
    assert_eq!(report["rows"], rows);
    assert_eq!(report["imported"], 7);

    let checked = Keepnet::new(&["users", "check", "--output", "json"])
        .arg(fixture("duplicates-and-invalid.xlsx"))
        .run()
        .json();
    for report in [&report, &checked] {
        let rejected = report["rejected"].as_array().unwrap();
        let check = |row: u64, column: &str, field: &str, reason: &str| {
            let is_listed = rejected.iter().any(|problem| {
                problem["row"] == row
                    && problem["column"] == column
                    && problem["field"] == field
                    && problem["message"].as_str().unwrap().contains(reason)
            });
            assert!(is_listed, "row {row}, {column}, {reason} in {rejected:?}");
        };
        check(8, "E-mail", "Email", "row 3");
        check(9, "E-mail", "Email", "no e-mail address");
        check(10, "E-mail", "Email", "not an e-mail address");
        check(11, "first name", "FirstName", "too long");
        check(12, "E-mail", "Email", "formula");
        assert!(
            rejected
                .iter()
                .all(|it| (8..=12).contains(&it["row"].as_u64().unwrap()))
        );
    }
}

#[test]
fn unreadable_file_prints_one_line_and_sends_nothing() {
    let service = Service::start(Sandbox::builder());
    let check = |name: &str, code: i32, expected: &str| {
        let checked = Keepnet::new(&["users", "check"]).arg(fixture(name)).run();
        let imported = import(name, ACME).with_service(&service).run();
        for run in [checked, imported] {
            assert_eq!(run.code, code, "{name}: {}", run.stderr);
            assert_eq!(run.stdout, "", "{name}");
            assert_eq!(run.stderr.lines().count(), 1, "{name}: {}", run.stderr);
            assert!(run.stderr.contains(expected), "{name}: {}", run.stderr);
        }
    };
    check("empty.xlsx", 1, "the file is empty");
    check("headers-only.csv", 1, "headers but no people");
    check("not-a-workbook.xlsx", 1, "a PDF document");
    check("nowhere.xlsx", 2, "no such file");
    check("", 2, "it is a folder");
    assert_eq!(service.sandbox.requests().len(), 0);
}

#[test]
fn file_without_valid_rows_is_not_sent() {
    let service = Service::start(Sandbox::builder());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("people.csv");
    std::fs::write(&file, "E-mail,First Name\nnobody,Ada\n").unwrap();
    let run = Keepnet::new(&["--company", ACME, "users", "import", "--yes"])
        .arg(file)
        .with_service(&service)
        .run();
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(
        run.stderr.contains("no row can be imported"),
        "{}",
        run.stderr
    );
    assert!(
        run.stderr.contains("hint: `keepnet users check`"),
        "{}",
        run.stderr
    );
    let requests = service.sandbox.requests();
    assert!(!requests.iter().any(|it| it.path.contains("upload")));
}

#[test]
fn saved_mapping_applies_to_the_next_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let list = |name: &str, text: &str| std::fs::write(path(name), text).unwrap();
    list("march.csv", "Contact,Team,Given\na@acme.example,IT,A\n");
    list("april.csv", "Given,Contact,Team\nB,b@acme.example,HR\n");
    list("may.csv", "Given,Team\nC,HR\n");
    let check = |name: &str| {
        let run = Keepnet::new(&["users", "check", "--output", "json"]).arg(path(name));
        run.args(&["--mapping", path("acme.json").to_str().unwrap()])
    };
    // A file that is replaced as a whole leaves its other name as it was.
    let earlier = r#"{"columns": [], "unmapped": []}"#;
    list("acme.json", earlier);
    std::fs::hard_link(path("acme.json"), path("earlier.json")).unwrap();
    let saved = Keepnet::new(&[
        "users",
        "check",
        "--map",
        "Contact=Email",
        "--map",
        "Team=Department",
    ])
    .args(&["--save-mapping", path("acme.json").to_str().unwrap()])
    .arg(path("march.csv"))
    .run();
    assert_eq!(saved.code, 0, "{}", saved.stderr);
    let mapping = std::fs::read_to_string(path("acme.json")).unwrap();
    assert!(!mapping.contains("acme.example"), "{mapping}");
    let kept = std::fs::read_to_string(path("earlier.json")).unwrap();
    assert_eq!(kept, earlier);
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 5);

    let next = check("april.csv").run();
    assert_eq!(next.code, 0, "{}", next.stderr);
    let columns = next.json()["mapping"].as_array().unwrap().clone();
    let shown: Vec<_> = columns
        .iter()
        .map(|it| (&it["letter"], &it["field"]))
        .collect();
    assert!(shown.contains(&(&json!("B"), &json!("Email"))), "{shown:?}");
    assert!(
        shown.contains(&(&json!("C"), &json!("Department"))),
        "{shown:?}"
    );

    let overridden = check("april.csv").args(&["--map", "Team=LastName"]).run();
    let columns = overridden.json()["mapping"].clone();
    assert!(!columns.to_string().contains("Department"), "{columns}");

    let without = check("may.csv").run();
    assert_eq!(without.code, 2);
    assert!(
        without
            .error_lines()
            .contains("may.csv: no column `Contact`; found A \"Given\", B \"Team\""),
        "{}",
        without.stderr
    );
    list("acme.json", "{\"columns\": 1}");
    let broken = check("april.csv").run();
    assert_eq!(broken.code, 2);
    assert!(
        broken.stderr.contains("acme.json: this is not a mapping"),
        "{}",
        broken.stderr
    );
    std::fs::remove_file(path("acme.json")).unwrap();
    let missing = check("april.csv").run();
    assert_eq!(missing.code, 2);
    assert!(
        missing
            .stderr
            .contains("acme.json: the mapping cannot be read"),
        "{}",
        missing.stderr
    );
}
