//! What the lists and single results look like.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

use keepnet_sandbox::Sandbox;
use serde_json::{Value, json};

use crate::support::{ACME, GLOBEX, Keepnet, Service};

#[test]
fn lists_are_printed_in_every_format() {
    let check = |command: &[&str], rows: usize, named: &str, first_column: &str| {
        let run = |format| {
            let run = Keepnet::new(command)
                .args(&["--company", ACME, "--output", format])
                .with_sandbox()
                .run();
            assert_eq!(
                (run.code, run.stderr.as_str()),
                (0, ""),
                "{command:?} {format}"
            );
            assert!(
                run.stdout.contains(named),
                "{command:?} {format}: {}",
                run.stdout
            );
            run
        };
        assert_eq!(run("table").stdout.lines().count(), rows + 1, "{command:?}");
        assert_eq!(
            run("json").json().as_array().unwrap().len(),
            rows,
            "{command:?}"
        );
        let lines = run("ndjson").stdout;
        let objects = lines
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        assert_eq!(
            objects.filter(Value::is_object).count(),
            rows,
            "{command:?}"
        );
        let csv = run("csv").stdout;
        assert_eq!(csv.lines().count(), rows + 1, "{command:?}");
        assert!(csv.starts_with(&format!("{first_column},")), "{csv}");
    };
    check(&["companies", "list"], 2, GLOBEX, "id");
    check(
        &["companies", "list", "--search", "acme"],
        1,
        "xC5kfGz7w2Nz",
        "id",
    );
    check(&["users", "list"], 5, "ada@acme.example", "email");
    check(
        &["users", "list", "--status", "active"],
        4,
        "ada@acme.example",
        "email",
    );
    check(
        &["users", "list", "--status", "inactive"],
        1,
        "ivy@acme.example",
        "email",
    );
    check(
        &["users", "list", "--status", "deleted"],
        1,
        "dee@acme.example",
        "email",
    );
    check(
        &["users", "list", "--status", "all"],
        6,
        "dee@acme.example",
        "email",
    );
    check(
        &["users", "list", "--search", "güneş"],
        1,
        "cem@acme.example",
        "email",
    );
}

#[test]
fn single_results_are_printed_in_every_format() {
    let check = |command: &[&str], key: &str, expected: Value| {
        let run = |format| {
            let run = Keepnet::new(command)
                .args(&["--company", ACME, "--output", format])
                .with_sandbox()
                .run();
            assert_eq!(
                (run.code, run.stderr.as_str()),
                (0, ""),
                "{command:?} {format}"
            );
            run
        };
        assert_eq!(run("json").json()[key], expected, "{command:?}");
        assert_eq!(run("ndjson").json()[key], expected, "{command:?}");
        assert_eq!(run("csv").stdout.lines().count(), 2, "{command:?}");
        let shown = expected.to_string();
        assert!(
            run("table").stdout.contains(shown.trim_matches('"')),
            "{command:?}"
        );
    };
    check(&["auth", "check"], "role", json!("Reseller"));
    check(
        &["companies", "show", "acme llc"],
        "id",
        json!("xC5kfGz7w2Nz"),
    );
    check(&["users", "count"], "active", json!(4));
}

#[test]
fn companies_over_their_limit_can_be_listed_alone() {
    let service = Service::start(Sandbox::builder().users(ACME, 150));
    let run = Keepnet::new(&["companies", "list", "--over-limit", "--output", "json"])
        .with_service(&service)
        .run();
    let companies = run.json();
    assert_eq!(companies.as_array().unwrap().len(), 1, "{companies}");
    assert_eq!(companies[0]["name"], ACME);
}

#[test]
fn a_long_list_is_cut_unless_all_are_asked_for() {
    let service = Service::start(Sandbox::builder().users(ACME, 150));
    let list = |arguments: &[&str]| {
        Keepnet::new(&["--company", ACME, "users", "list", "--output", "ndjson"])
            .args(arguments)
            .with_service(&service)
            .run()
    };
    let first = list(&[]);
    assert_eq!(first.stdout.lines().count(), 100);
    assert_eq!(
        first.stderr,
        "the first 100 of 155, 55 more; --all lists them\n"
    );
    let all = list(&["--all"]);
    assert_eq!((all.stdout.lines().count(), all.stderr.as_str()), (155, ""));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let service = Service::start(Sandbox::builder().users(ACME, 3000));
    let mut child = Keepnet::new(&["--company", ACME, "users", "list", "--all"])
        .args(&["--output", "ndjson"])
        .with_service(&service)
        .spawn(Stdio::null());
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut first)
        .unwrap();
    assert!(first.contains("ada@acme.example"), "{first}");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}
