//! `--companies`: the same command for many customers.

use std::fs;

use jiff::Timestamp;
use keepnet_sandbox::{Answer, RequestPattern, Sandbox, Seed};
use serde_json::json;

use crate::support::{Keepnet, Run, Service};

fn fleet(customers: usize) -> Service {
    let seed = Seed::fleet(customers, 20, Timestamp::now());
    Service::start(Sandbox::builder().seed(seed))
}

fn run(service: &Service, arguments: &[&str]) -> Run {
    Keepnet::new(arguments).with_service(service).run()
}

#[test]
fn each_reading_command_takes_many_customers() {
    let service = fleet(12);
    let check = |command: &str, rows: usize, columns: &str| {
        let words: Vec<_> = command.split(' ').collect();
        let arguments = |format| {
            let options = ["--companies", "group:Region 1", "--except", "Customer 0005"];
            [&words, &options[..], &["--output", format]].concat()
        };
        let csv = run(&service, &arguments("csv"));
        assert_eq!(csv.code, 0, "{command}: {}", csv.stderr);
        let selected =
            "note: 2 customers: Customer 0001 (cuSt00000001), Customer 0009 (cuSt00000009)\n";
        assert!(csv.stderr.starts_with(selected), "{}", csv.stderr);
        let header = format!("company_id,company_name,{columns}");
        assert!(csv.stdout.starts_with(&header), "{}", csv.stdout);
        assert_eq!(csv.stdout.lines().count(), rows + 1, "{}", csv.stdout);
        let document = run(&service, &arguments("json")).json();
        assert_eq!(
            document["items"].as_array().unwrap().len(),
            rows,
            "{document}"
        );
        assert_eq!(document["failed"], json!([]), "{document}");
        assert_eq!(document["outcome"], "complete", "{document}");
    };
    check("users count", 2, "total,active,inactive,deleted,monthly\n");
    check("users list", 40, "email,first_name,");
    check("users list --status inactive", 2, "email,");
    check("jobs list", 0, "id,name,status");
    check("groups list", 0, "id,name,priority");
}

#[test]
fn failed_customer_is_named_and_others_are_complete() {
    let service = fleet(12);
    let summary = RequestPattern::of("GET /api/target-users/count-summary").unwrap();
    let forbidden = summary.in_company("cuSt00000003");
    service.sandbox.stub(forbidden, Answer::error(403, "no"));
    let many = run(
        &service,
        &["users", "count", "--companies", "all", "--output", "json"],
    );
    assert_eq!(many.code, 5, "{}", many.stderr);
    assert!(
        many.stderr.contains("12 customers: 10 done, 2 failed"),
        "{}",
        many.stderr
    );
    let document = many.json();
    assert_eq!(
        document["items"].as_array().unwrap().len(),
        10,
        "{document}"
    );
    assert_eq!(document["outcome"], "incomplete", "{document}");
    let failed = document["failed"].as_array().unwrap();
    let ids: Vec<_> = failed.iter().map(|it| &it["company"]["id"]).collect();
    assert_eq!(ids, ["cuSt00000003", "cuSt00000006"], "{document}");
    let why = failed[1]["why"].as_str().unwrap();
    assert!(why.contains("Customer 0006 (cuSt00000006)"), "{why}");
    assert_eq!(failed[1]["code"], "permission", "{document}");
}

#[test]
fn wrong_selections_end_before_any_customer() {
    let service = fleet(3);
    let check = |arguments: &[&str], code: i32, expected: &str| {
        let run = run(&service, &[&["users", "count"], arguments].concat());
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (code, ""),
            "{}",
            run.stderr
        );
        assert!(
            run.stderr.contains(expected),
            "{arguments:?}: {}",
            run.stderr
        );
    };
    check(&["--companies", "Customer 0001,Nobody"], 4, "Nobody");
    check(
        &["--companies", "all", "--company", "Customer 0001"],
        2,
        "cannot be used with",
    );
    check(
        &["--companies", "file:/nonexistent/list"],
        2,
        "cannot be read",
    );
    check(&["--except", "Customer 0001"], 2, "--companies");
    let sent = service.sandbox.requests();
    let calls = sent.iter().filter(|request| request.company.is_some());
    assert!(
        calls.clone().all(|call| call.keepnet_company_id.is_none()),
        "{:?}",
        calls.count()
    );
}

#[test]
fn many_customers_are_exported_to_a_folder() {
    let service = fleet(3);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().display().to_string();
    let list = folder.path().join("list.txt");
    fs::write(&list, "Customer 0001\ncuSt00000002\n").unwrap();
    let selection = format!("file:{}", list.display());
    let export = [
        "users",
        "export",
        "--companies",
        &selection,
        "-o",
        &path,
        "--output",
        "csv",
    ];
    let first = run(&service, &export);
    assert_eq!(
        (first.code, first.stdout.lines().count()),
        (0, 3),
        "{}",
        first.stderr
    );
    let file = folder.path().join("cuSt00000002-customer-0002-users.csv");
    let users = fs::read_to_string(file).unwrap();
    assert_eq!(users.lines().count(), 21, "{users}");
    let again = run(&service, &export);
    assert_eq!(again.code, 5, "existing files stay: {}", again.stderr);
}
