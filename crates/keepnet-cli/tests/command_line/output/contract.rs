//! The command lines that scripts rely on, in both dialects of the sandbox.

use std::fs;

use keepnet_sandbox::{Dialect, Sandbox};
use serde_json::Value;

use crate::support::{ACME, Keepnet, Run, Service, fixture};

#[test]
fn each_command_line_works_in_both_dialects() {
    for dialect in [Dialect::Documented, Dialect::Observed] {
        let service = Service::start(Sandbox::builder().dialect(dialect));
        let folder = tempfile::tempdir().unwrap();
        fs::copy(
            fixture("acme-users.xlsx"),
            folder.path().join("people.xlsx"),
        )
        .unwrap();
        fs::write(
            folder.path().join("more.csv"),
            "E-mail,First name,Team\nnia@acme.example,Nia,IT\nlea@acme.example,Lea,IT\n",
        )
        .unwrap();
        fs::write(folder.path().join("search.json"), SEARCH).unwrap();
        let run_expecting = |line: &str, code: i32, expected: &str| -> Run {
            let arguments: Vec<_> = line.split(' ').map(|word| word.replace('~', " ")).collect();
            let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
            let run = Keepnet::new(&[])
                .env("KEEPNET_COMPANY_ID", ACME)
                .args(&arguments)
                .in_folder(folder.path())
                .env("KEEPNET_STATE_DIR", "state")
                .with_service(&service)
                .run();
            assert_eq!(run.code, code, "{dialect}: keepnet {line}: {}", run.stderr);
            assert!(
                run.stdout.contains(expected),
                "{dialect}: keepnet {line}: {}",
                run.stdout
            );
            run
        };
        let check = |line: &str, expected: &str| run_expecting(line, 0, expected);
        check("auth check", "Reseller");
        check("companies list", ACME);
        check("companies list --search acme", ACME);
        check("companies list --over-limit", "");
        check("companies show acme~llc", "xC5kfGz7w2Nz");
        check("companies show xC5kfGz7w2Nz", ACME);
        check("users list", "ada@acme.example");
        check(
            "users list --search ada --status active --all",
            "ada@acme.example",
        );
        for status in ["inactive", "deleted", "all"] {
            check(&format!("users list --status {status}"), "@acme.example");
        }
        check("users count", "active");
        check(
            "users add --email zoe@acme.example --first-name Zoe",
            "added",
        );
        check(
            "users add --from more.csv --map Team=Department --yes",
            "2 added",
        );
        check("users check people.xlsx", "25 valid");
        check("users check more.csv --map Team=Department", "2 valid");
        check("groups create Starters", "Starters");
        check("groups list", "Starters");
        check("users import people.xlsx --dry-run", "nothing is written");
        check(
            "users import people.xlsx --yes --group Starters --mode new",
            "25",
        );
        check(
            "users import more.csv --map Team=Department --mode existing --yes",
            "2",
        );
        check("users import people.xlsx --mode all --yes", "25");
        check("users import more.csv --select nia@acme.example --yes", "1");
        check("users import people.xlsx --yes --report report", "25");
        run_expecting(
            "users import people.xlsx --yes --no-wait",
            6,
            "import started",
        );
        check("users import --resume --yes", "25");
        check("users export -o users.csv", "users.csv");
        check("users export --format excel -o users.xlsx", "users.xlsx");
        check("users template -o template.csv", "template.csv");
        check(
            "users template --format excel -o template.xlsx",
            "template.xlsx",
        );
        let jobs = check("jobs list --output json", "completed").json();
        let id = jobs["items"][0]["id"].as_str().unwrap();
        check(&format!("jobs show {id}"), "completed");
        check("api GET /api/companies/my", "SUCCESS");
        check(
            "api POST /api/companies/search --data @search.json",
            "SUCCESS",
        );
        for format in ["table", "json", "ndjson", "csv"] {
            check(&format!("companies list --output {format}"), ACME);
        }
        check("sandbox serve --help", "--dialect");
        for file in [
            "users.csv",
            "users.xlsx",
            "template.csv",
            "template.xlsx",
            "report/imported.csv",
            "report/report.json",
        ] {
            assert!(
                folder.path().join(file).metadata().unwrap().len() > 0,
                "{file}"
            );
        }
    }
}

const SEARCH: &str = r#"{"pageNumber":1,"pageSize":10,"orderBy":"CreateTime","ascending":true,
    "filter":{"Condition":"AND","SearchInputTextValue":"","FilterGroups":[]}}"#;

#[test]
fn each_command_prints_each_format() {
    let service = Service::start(Sandbox::builder());
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("people.xlsx");
    fs::copy(fixture("duplicates-and-invalid.xlsx"), list).unwrap();
    let print = |line: &str, format: &str| {
        let words: Vec<_> = line.split(' ').collect();
        let run = Keepnet::new(&["--output", format])
            .env("KEEPNET_COMPANY_ID", ACME)
            .args(&words)
            .in_folder(folder.path())
            .with_service(&service)
            .run();
        assert!(
            [0, 5].contains(&run.code),
            "{line} {format}: {}",
            run.stderr
        );
        assert!(!run.stdout.is_empty(), "{line} {format}");
        run.stdout
    };
    print("users import people.xlsx --yes", "table");
    for line in [
        "auth check",
        "companies list",
        "companies show xC5kfGz7w2Nz",
        "users list",
        "users list --status all --all",
        "users count",
        "users check people.xlsx",
        "users add --email nia@acme.example",
        "users add --from people.xlsx --yes",
        "users import people.xlsx --dry-run",
        "users import people.xlsx --yes",
        "users export -o users.csv --force",
        "users template -o template.csv --force",
        "groups list",
        "groups create Starters",
        "jobs list",
    ] {
        print(line, "table");
        let json = print(line, "json");
        let document = serde_json::from_str::<Value>(&json);
        let document = document.unwrap_or_else(|it| panic!("{line}: {it}: {json}"));
        // The report of an import has its outcome from the library.
        if !line.starts_with("users import") {
            assert!(document["outcome"].is_string(), "{line}: {json}");
        }
        for document in print(line, "ndjson").lines() {
            let document = serde_json::from_str::<Value>(document);
            assert!(document.unwrap().is_object(), "{line}");
        }
        let csv = print(line, "csv");
        let mut rows = csv::Reader::from_reader(csv.as_bytes());
        assert!(rows.headers().unwrap().len() > 1, "{line}: {csv}");
        assert!(rows.records().all(|row| row.is_ok()), "{line}: {csv}");
    }
}
