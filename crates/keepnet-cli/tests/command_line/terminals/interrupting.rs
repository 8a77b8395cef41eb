//! Ctrl-C and SIGTERM in a command for many customers or for a file: how far it came is said, and no part
//! of a file stays.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;
use std::process::{Child, Stdio};

use jiff::Timestamp;
use keepnet_sandbox::{Answer, RequestPattern, Sandbox, Seed};

use crate::support::{ACME, Keepnet, Service, error_document, signal};

/// A service that limits these requests.
fn limited(operation: &str, company: Option<&str>) -> Service {
    let seed = Seed::fleet(12, 20, Timestamp::now());
    let service = Service::start(Sandbox::builder().seed(seed));
    let pattern = RequestPattern::of(operation).unwrap();
    let pattern = company
        .into_iter()
        .fold(pattern, |it, id| it.in_company(id));
    let answer = Answer::error(429, "slow down").with_header("retry-after", "60");
    service.sandbox.stub(pattern, answer);
    service
}

fn start(service: &Service, folder: &Path, line: &str) -> Child {
    let words: Vec<_> = line.split(' ').collect();
    Keepnet::new(&words)
        .in_folder(folder)
        .with_service(service)
        .spawn(Stdio::null())
}

/// Interrupts a command that says that it waits, and returns its results and its hint.
fn interrupt(mut child: Child, name: &str, code: i32) -> (String, String) {
    let mut errors = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    while !said.contains("s: the service limits requests\n") {
        assert_ne!(errors.read_line(&mut said).unwrap(), 0, "{said}");
    }
    signal(name, &child);
    errors.read_to_string(&mut said).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(code), "{said}");
    let hint = error_document(&said)["hint"].as_str().unwrap().to_owned();
    (String::from_utf8(output.stdout).unwrap(), hint)
}

#[test]
fn customers_and_rows_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    let check = |command: &str, operation: &str, name: &str, code: i32, rows_of_each: usize| {
        let service = limited(operation, Some("cuSt00000012"));
        let line = format!("{command} --companies all --output ndjson");
        let (printed, hint) = interrupt(start(&service, folder.path(), &line), name, code);
        let rows = printed.lines().count();
        let printed = rows / rows_of_each;
        // A customer whose row is printed is done a moment later, and eight are at work at a time.
        let told = |done: &usize| {
            let customers = format!("{done} of 12 customers are done");
            hint == format!("{customers}, and {rows} rows were printed; run the command again")
        };
        let done = (printed.saturating_sub(8).max(1)..=printed).find(told);
        assert!(done.is_some(), "{command}: {rows} rows, {hint}");
    };
    let count = "GET /api/target-users/count-summary";
    check("users count", count, "-INT", 130, 1);
    check("users count", count, "-TERM", 143, 1);
    let export = "POST /api/target-users/search/export";
    check("users export", export, "-INT", 130, 1);
}

#[test]
fn no_snapshot_is_saved() {
    let service = limited("POST /api/companies/search", None);
    let folder = tempfile::tempdir().unwrap();
    let line = "billing snapshot -o usage.json --output json";
    let (printed, hint) = interrupt(start(&service, folder.path(), line), "-TERM", 143);
    let expected = "a file is saved whole or not at all; run the command again";
    assert_eq!((printed.as_str(), hint.as_str()), ("", expected));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn no_part_of_an_export_stays() {
    for (name, code) in [("-INT", 130), ("-TERM", 143)] {
        let fault = "stall=600s,on=POST /api/target-users/search/export";
        let builder = Sandbox::builder().fault(fault.parse().unwrap());
        let service = Service::start(builder);
        let folder = tempfile::tempdir().unwrap();
        let files = || fs::read_dir(folder.path()).unwrap().count();
        let child = Keepnet::new(&["--company", ACME, "users", "export", "-o", "users.csv"])
            .args(&["--output", "json"])
            .in_folder(folder.path())
            .with_service(&service)
            .spawn(Stdio::null());
        let is_sent = || {
            let requests = service.sandbox.requests();
            requests.iter().any(|it| it.path.ends_with("/export"))
        };
        while !is_sent() {
            std::thread::yield_now();
        }
        signal(name, &child);
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{said}");
        let hint = "a file is saved whole or not at all; run the command again";
        assert_eq!(error_document(&said)["hint"], hint, "{said}");
        assert_eq!(files(), 0);
    }
}
