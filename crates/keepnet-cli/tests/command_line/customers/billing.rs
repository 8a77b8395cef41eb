//! `billing`: the usage of all customers, for the invoice.

use std::fs;
use std::path::Path;

use calamine::{Data, Reader as _, Xlsx, open_workbook};
use jiff::Timestamp;
use keepnet_sandbox::{Answer, RequestPattern, Sandbox, Seed};
use serde_json::{Value, json};

use crate::support::{Keepnet, Run, Service};

fn fleet(customers: usize) -> Service {
    let seed = Seed::fleet(customers, 20, Timestamp::now());
    Service::start(Sandbox::builder().seed(seed))
}

fn run(service: &Service, arguments: &[&str]) -> Run {
    Keepnet::new(arguments).with_service(service).run()
}

#[test]
fn files_that_do_not_belong_together_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = |month: &str, id: &str| {
        let text = json!({ "version": 1, "month": month, "definitions": [],
            "companies": [{ "id": id, "name": id }] });
        let path = folder.path().join(format!("{month}-{id}.json"));
        fs::write(&path, text.to_string()).unwrap();
        path
    };
    let check = |earlier: (&str, &str), later: (&str, &str), expected: &[&str]| {
        let run = Keepnet::new(&["billing", "diff", "--output", "csv"])
            .arg(file(earlier.0, earlier.1))
            .arg(file(later.0, later.1))
            .run();
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert_eq!(run.stderr.lines().count(), expected.len(), "{}", run.stderr);
        for warning in expected {
            assert!(run.stderr.contains(warning), "{}", run.stderr);
        }
    };
    let (swapped, foreign) = ("the earlier file comes first", "no customer in common");
    check(("2026-10", "a"), ("2026-11", "a"), &[]);
    check(("2026-11", "a"), ("2026-10", "a"), &[swapped]);
    check(("2026-10", "a"), ("2026-11", "b"), &[foreign]);
    check(("2026-11", "a"), ("2026-10", "b"), &[swapped, foreign]);
}

#[test]
fn usage_is_saved_whole_and_compared() {
    let service = fleet(12);
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    for name in ["usage.json", "usage.csv", "usage.xlsx"] {
        let first = run(&service, &["billing", "snapshot", "-o", &path(name)]);
        assert_eq!(first.code, 0, "{}", first.stderr);
        assert!(
            first.stdout.contains("12 customers, month "),
            "{}",
            first.stdout
        );
        let bytes = fs::read(path(name)).unwrap();
        let existing = run(&service, &["billing", "snapshot", "-o", &path(name)]);
        assert_eq!(existing.code, 2, "{}", existing.stderr);
        let again = run(
            &service,
            &["billing", "snapshot", "-o", &path(name), "--force"],
        );
        assert_eq!(again.code, 0, "{}", again.stderr);
        assert!(fs::read(path(name)).unwrap() == bytes, "{name} differs");
    }
    let usage: Value = serde_json::from_slice(&fs::read(path("usage.json")).unwrap()).unwrap();
    assert_eq!(usage["companies"][9]["is_limited"], false, "{usage}");
    assert!(!usage.to_string().contains("read_at"), "{usage}");
    let changed = usage.to_string().replace("\"users\":19", "\"users\":20");
    fs::write(path("later.json"), changed).unwrap();
    let diff = run(
        &service,
        &[
            "billing",
            "diff",
            &path("usage.json"),
            &path("later.json"),
            "--output",
            "csv",
        ],
    );
    assert_eq!(
        (diff.code, diff.stdout.lines().count()),
        (0, 13),
        "{}",
        diff.stdout
    );
    let wrong = run(
        &service,
        &["billing", "diff", &path("usage.csv"), &path("later.json")],
    );
    assert_eq!(wrong.code, 2, "{}", wrong.stderr);
}

#[test]
fn usage_that_is_not_whole_writes_no_file() {
    let service = fleet(600);
    let empty = json!({ "results": [], "totalNumberOfRecords": 600, "totalNumberOfPages": 3 });
    let search = RequestPattern::of("POST /api/companies/search").unwrap();
    let second = search.with_json(json!({ "pageNumber": 2, "pageSize": 250 }));
    service.sandbox.stub(second, Answer::data(empty));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("usage.json");
    let run = run(
        &service,
        &["billing", "snapshot", "-o", &file.display().to_string()],
    );
    assert_eq!((run.code, run.stdout.as_str()), (5, ""), "{}", run.stderr);
    assert!(
        run.stderr
            .starts_with("error: incomplete, no file was written"),
        "{}",
        run.stderr
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// The rows of a CSV file, without the mark before a text that could be a formula.
fn rows_of_csv(path: &Path) -> Vec<Vec<String>> {
    let text = fs::read_to_string(path).unwrap();
    let text = text.strip_prefix('\u{feff}').unwrap();
    let mut rows = csv::ReaderBuilder::new()
        .has_headers(false)
        .from_reader(text.as_bytes());
    let cell = |cell: &str| cell.strip_prefix('\'').unwrap_or(cell).to_owned();
    rows.records()
        .map(|row| row.unwrap().iter().map(cell).collect())
        .collect()
}

fn rows_of_workbook(path: &Path) -> Vec<Vec<String>> {
    let mut workbook: Xlsx<_> = open_workbook(path).unwrap();
    let sheet = workbook.worksheet_range("Usage").unwrap();
    assert_eq!(workbook.worksheet_range("Definitions").unwrap().height(), 3);
    let formulas = workbook.worksheet_formula("Usage").unwrap();
    assert!(formulas.is_empty(), "no cell is a formula");
    let cell = |cell: &Data| cell.to_string();
    sheet
        .rows()
        .map(|row| row.iter().map(cell).collect())
        .collect()
}

fn rows_of_json(path: &Path, columns: &[String]) -> Vec<Vec<String>> {
    let usage: Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
    let text = |value: &Value| match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|it| it.as_str().unwrap()).collect();
            items.join(", ")
        }
        other => other.to_string(),
    };
    let companies = usage["companies"].as_array().unwrap().iter();
    let row = |company: &Value| {
        let cells = columns
            .iter()
            .skip(1)
            .map(|column| text(&company[column.as_str()]));
        [text(&usage["month"])].into_iter().chain(cells).collect()
    };
    companies.map(row).collect()
}

#[test]
fn files_of_all_formats_have_the_same_content() {
    let company = |number: usize, name: &str, limit: Option<u32>| {
        json!({ "name": name, "id": format!("cOmpany{number:05}"), "reseller": "Me",
            "licenseLimit": limit, "madeUpUsers": number * 20 })
    };
    let mut seed = json!({
        "companies": [
            { "name": "Me", "id": "rEselLer0001" },
            company(1, "=HYPERLINK(\"http://x.example\")", Some(9999)),
            company(2, "@SUM(A1)", None),
            company(3, "+49 Ünïcode 漢字", Some(2)),
            company(4, "-1, \"quoted\"\nand two lines", Some(0)),
            company(5, "1E5", Some(7)),
            company(6, "No modules", Some(7)),
        ],
        "clients": [{ "clientId": "sandbox-client", "clientSecret": "sandbox-secret",
            "role": "reseller", "company": "Me" }],
    });
    seed["companies"][6]["licenseModules"] = json!([]);
    seed["companies"][5]["openToReseller"] = json!(false);
    let seed = Seed::from_json(&seed.to_string()).unwrap();
    let service = Service::start(Sandbox::builder().seed(seed));
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    for name in ["usage.json", "usage.csv", "usage.xlsx"] {
        let file = path(name).display().to_string();
        let saved = run(&service, &["billing", "snapshot", "-o", &file]);
        assert_eq!(saved.code, 0, "{}", saved.stderr);
    }
    let csv = rows_of_csv(&path("usage.csv"));
    assert_eq!(rows_of_workbook(&path("usage.xlsx")), csv);
    assert_eq!(rows_of_json(&path("usage.json"), &csv[0]), csv[1..]);
    let cell = |row: usize, column: &str| {
        let position = csv[0].iter().position(|it| it == column).unwrap();
        csv[row][position].as_str()
    };
    assert_eq!((cell(1, "is_limited"), cell(1, "seats")), ("true", "9999"));
    assert_eq!((cell(2, "is_limited"), cell(2, "seats")), ("false", ""));
    assert_eq!(cell(6, "modules"), "none");
    let text = fs::read_to_string(path("usage.csv")).unwrap();
    assert!(
        text.contains("'=HYPERLINK") && text.contains("'+49"),
        "{text}"
    );
}

#[test]
fn file_that_cannot_be_written_costs_no_request() {
    let service = fleet(2);
    let folder = tempfile::tempdir().unwrap();
    let inside = folder.path().join("a.json");
    fs::create_dir(&inside).unwrap();
    let before = service.sandbox.requests().len();
    let check = |path: &Path, force: &[&str], code: i32, expected: &str| {
        let path = path.display().to_string();
        let run = run(
            &service,
            &[&["billing", "snapshot", "-o", &path], force].concat(),
        );
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (code, ""),
            "{}",
            run.stderr
        );
        assert!(run.stderr.contains(expected), "{path}: {}", run.stderr);
    };
    check(
        Path::new("/dev/null/usage.json"),
        &[],
        1,
        "cannot be written",
    );
    check(
        &folder.path().join("no/usage.json"),
        &[],
        1,
        "cannot be written",
    );
    check(&inside, &[], 2, "exists already");
    check(&inside, &["--force"], 2, "this is a folder");
    check(
        &folder.path().join("usage.txt"),
        &[],
        2,
        ".json, .csv or .xlsx",
    );
    assert_eq!(service.sandbox.requests().len(), before);
}

#[test]
fn snapshot_with_a_customer_twice_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("usage.json");
    let line = json!({ "id": "cOmpany00001", "name": "One" });
    let usage = json!({ "month": "2026-11", "definitions": [], "companies": [line, line] });
    fs::write(&file, usage.to_string()).unwrap();
    let path = file.display().to_string();
    let diff = Keepnet::new(&["billing", "diff", &path, &path]).run();
    assert_eq!(
        (diff.code, diff.stdout.as_str()),
        (2, ""),
        "{}",
        diff.stderr
    );
    assert!(
        diff.stderr.contains("\"cOmpany00001\" twice"),
        "{}",
        diff.stderr
    );
}
