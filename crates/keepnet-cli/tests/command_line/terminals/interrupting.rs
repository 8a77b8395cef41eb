//! Ctrl-C and SIGTERM in a command for many customers, for a file, or that writes: how far it came is said,
//! also that it is not known, and no part of a file stays.

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
        wait_for_requests(&service, "POST /api/target-users/search/export", 1);
        signal(name, &child);
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{said}");
        let hint = "a file is saved whole or not at all; run the command again";
        assert_eq!(error_document(&said)["hint"], hint, "{said}");
        assert_eq!(files(), 0);
    }
}

/// Waits until the service has got so many requests for this operation.
fn wait_for_requests(service: &Service, operation: &str, count: usize) {
    let (method, path) = operation.split_once(' ').unwrap();
    let received = || {
        let requests = service.sandbox.requests();
        let is_path = |it: &str| match path.split_once('{') {
            Some((start, _)) => it.starts_with(start),
            None => it == path,
        };
        let matching = requests.iter();
        let matching = matching.filter(|it| it.method == method && is_path(&it.path));
        matching.count()
    };
    while received() < count {
        std::thread::yield_now();
    }
}

#[test]
fn writes_without_a_response_are_unknown() {
    let check = |command: &str, operation: &str, count: usize, expected: &str| {
        let fault = format!("stall=600s,on={operation}");
        let service = Service::start(Sandbox::builder().fault(fault.parse().unwrap()));
        let folder = tempfile::tempdir().unwrap();
        let list = "Email,First name\nnew-1@acme.example,Noa\nnew-2@acme.example,Noa\n";
        fs::write(folder.path().join("new.csv"), list).unwrap();
        let child = Keepnet::new(&["--company", ACME, "--output", "json"])
            .args(&command.split(' ').collect::<Vec<_>>())
            .in_folder(folder.path())
            .with_service(&service)
            .spawn(Stdio::null());
        wait_for_requests(&service, operation, count);
        signal("-INT", &child);
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(130), "{command}: {said}");
        assert_eq!(error_document(&said)["hint"], expected, "{command}");
    };
    let create = "POST /api/target-users";
    let update = "PUT /api/target-users/{resourceId}";
    let one = "1 change has no response yet: it may be written";
    let single = format!("{one}; look whether it is, and run the command again if it is not");
    let of_two = "0 of 2 users were handled, and 2 changes have no response yet: they may be written; \
                  run the command again to do the rest";
    let of_file = "0 users of the file were handled, and 2 changes have no response yet: they may be \
                   written; run the command again: no user is added twice";
    let people = "ada@acme.example bob@acme.example";
    let delete = format!("users delete --yes {people}");
    let deactivate = format!("users deactivate --yes {people}");
    check(&delete, "DELETE /api/target-users/{resourceId}", 2, of_two);
    check(&deactivate, update, 2, of_two);
    check("users add --from new.csv --yes", create, 2, of_file);
    check("users add --email new-1@acme.example", create, 1, &single);
    let new_name = "users update ada@acme.example --first-name Ida";
    check(new_name, update, 1, &single);
    let create_group = "groups create Starters";
    check(create_group, "POST /api/target-groups", 1, &single);
    let nothing = "nothing was written; run the command again";
    check(&deactivate, "POST /api/target-users/search", 1, nothing);
    check(new_name, "POST /api/target-users/search", 1, nothing);
}
