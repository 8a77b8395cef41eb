//! `users add`: one user by options, and the users of a file.

use std::fs;

use keepnet_sandbox::{Dialect, Rules, Sandbox};
use serde_json::json;

use crate::support::{ACME, Keepnet, Service, fixture};

const DIALECTS: [Dialect; 2] = [Dialect::Documented, Dialect::Observed];

fn add(arguments: &[&str]) -> Keepnet {
    Keepnet::new(&["--company", ACME, "users", "add", "--output", "json"]).args(arguments)
}

#[test]
fn one_user_is_added_without_asking() {
    for dialect in DIALECTS {
        let service = Service::start(Sandbox::builder().dialect(dialect));
        let person = ["--email", "nia@acme.example", "--first-name", "Nia"];
        let mut ids = Vec::new();
        for outcome in ["added", "existing"] {
            let run = add(&person).with_service(&service).run();
            assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{dialect}");
            assert_eq!(run.json()["outcome"], outcome, "{dialect}");
            ids.push(run.json()["id"].clone());
        }
        assert!(ids[0].is_string() && ids[0] == ids[1], "{dialect}: {ids:?}");
    }
    let run = Keepnet::new(&["--company", ACME, "users", "add"])
        .args(&["--email", "ADA@acme.example"])
        .with_sandbox()
        .run();
    let start = "Acme LLC (xC5kfGz7w2Nz): existing ";
    assert!(run.stdout.starts_with(start), "{}", run.stdout);
}

#[test]
fn invalid_user_prints_one_line() {
    let check = |service: &Service, arguments: &[&str], expected: &str| {
        let run = add(arguments).with_service(service).run();
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(run.stderr.contains(expected), "{}", run.stderr);
        assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    };
    let mut rules = Rules::default();
    rules.require_phone_number = true;
    let service = Service::start(Sandbox::builder().rules(rules));
    check(
        &service,
        &["--email", "nia"],
        "e-mail: not an e-mail address",
    );
    let valid = ["--email", "nia@acme.example"];
    check(&service, &valid, "phoneNumber is required");
}

#[test]
fn users_of_a_file_are_added_once() {
    for dialect in DIALECTS {
        let service = Service::start(Sandbox::builder().dialect(dialect));
        for (added, existing) in [(7, 0), (0, 7)] {
            let run = add(&["--yes", "--from"])
                .arg(fixture("duplicates-and-invalid.xlsx"))
                .with_service(&service)
                .run();
            assert_eq!(run.code, 5, "{dialect}: {}", run.stderr);
            let report = run.json();
            let rows = json!({
                "total": 12, "added": added, "existing": existing,
                "duplicate": 1, "failed": 0, "invalid": 4, "new": 0,
            });
            assert_eq!(report["rows"], rows, "{dialect}");
            assert_eq!(report["file"], "duplicates-and-invalid.xlsx");
            assert_eq!(report["company"]["name"], ACME);
            assert_eq!(report["users"].as_array().unwrap().len(), 7);
            assert!(!run.stdout.contains('@'), "{dialect}: {}", run.stdout);
        }
    }
}

#[test]
fn dry_run_adds_no_user() {
    for dialect in DIALECTS {
        let service = Service::start(Sandbox::builder().dialect(dialect));
        let run = add(&["--dry-run", "--from"])
            .arg(fixture("duplicates-and-invalid.xlsx"))
            .with_service(&service)
            .run();
        assert_eq!(run.code, 5, "{dialect}: {}", run.stderr);
        let rows = json!({
            "total": 12, "added": 0, "new": 7, "existing": 0,
            "duplicate": 1, "failed": 0, "invalid": 4,
        });
        assert_eq!(run.json()["rows"], rows, "{dialect}");
        let counters = service.sandbox.state()["counters"].clone();
        assert_eq!(counters["usersCreated"], 0, "{dialect}");
    }
}

#[test]
fn filled_template_is_added() {
    let service = Service::start(Sandbox::builder());
    let folder = tempfile::tempdir().unwrap();
    let run = Keepnet::new(&["--company", ACME, "users", "template", "-o", "list.csv"])
        .in_folder(folder.path())
        .with_service(&service)
        .run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    let list = folder.path().join("list.csv");
    let template = std::fs::read_to_string(&list).unwrap();
    let template = template.trim_start_matches('\u{feff}');
    let headers: Vec<_> = template.lines().next().unwrap().split(',').collect();
    let check = |time_zone: &str, code: i32, outcome: &str| {
        let cells = headers.iter().map(|header| match header.trim_matches('"') {
            "Email" | "Email Address" => "nia@acme.example",
            "First Name" => "Nia",
            "Time Zone" => time_zone,
            _ => "",
        });
        let row = cells.collect::<Vec<_>>().join(",");
        std::fs::write(&list, format!("{}\n{row}\n", headers.join(","))).unwrap();
        let run = add(&["--yes", "--from"])
            .arg(list.clone())
            .with_service(&service)
            .run();
        assert_eq!(run.code, code, "{}", run.stderr);
        let user = &run.json()["users"][0];
        assert_eq!(user["outcome"], outcome, "{time_zone}: {user}");
    };
    check("(UTC+03:00) Nowhere", 5, "failed");
    check("(UTC+03:00) Istanbul", 0, "added");
    check("", 0, "existing");
}

#[cfg(unix)]
#[test]
fn interrupted_adding_counts_the_users() {
    use std::io::{BufRead as _, BufReader, Read as _};

    for (signal, code, word) in [("-INT", 130, "interrupted"), ("-TERM", 143, "terminated")] {
        let fault = "status=429,retry-after=30,nth=2,on=POST /api/target-users";
        let throttled = Sandbox::builder().fault(fault.parse().unwrap());
        let service = Service::start(throttled);
        let call = add(&["--yes", "--from"]).arg(fixture("duplicates-and-invalid.xlsx"));
        let mut child = call
            .with_service(&service)
            .spawn(std::process::Stdio::null());
        let mut lines = BufReader::new(child.stderr.take().unwrap());
        let mut printed = String::new();
        while !printed.contains("adding 1/7") {
            assert_ne!(lines.read_line(&mut printed).unwrap(), 0, "{printed}");
        }
        crate::support::signal(signal, &child);
        lines.read_to_string(&mut printed).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(code), "{printed}");
        let error = crate::support::error_document(&printed);
        assert_eq!(error["message"], word);
        let hint = error["hint"].as_str().unwrap();
        assert!(hint.contains("of the file w"), "{hint}");
        // Others may have been sent, and have no response yet.
        assert!(hint.contains("handled"), "{hint}");
        assert!(hint.contains("run the command again"), "{hint}");
    }
}

#[test]
fn adding_a_file_needs_consent() {
    let run = add(&["--from"])
        .arg(fixture("acme-users.csv"))
        .with_sandbox()
        .run();
    assert_eq!((run.code, run.stdout.as_str()), (2, ""));
    assert!(run.stderr.contains("--yes"), "{}", run.stderr);
}

#[test]
fn unknown_group_of_a_file_is_a_usage_error() {
    let service = Service::start(Sandbox::builder());
    for option in ["--yes", "--dry-run"] {
        let run = add(&[option, "--group", "Nope", "--from"])
            .arg(fixture("duplicates-and-invalid.xlsx"))
            .with_service(&service)
            .run();
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
        let error = run.error();
        assert_eq!(error["code"], "not_found", "{error}");
        let hint = error["hint"].as_str().unwrap();
        assert!(!hint.contains("run the command again"), "{hint}");
        assert!(hint.contains("group"), "{hint}");
        let counters = service.sandbox.state()["counters"].clone();
        assert_eq!(counters["usersCreated"], 0, "{option}");
    }
}

#[test]
fn options_say_how_the_file_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("list.csv");
    let check = |text: &[u8], options: &[&str], code: i32, expected: &str| {
        std::fs::write(&file, text).unwrap();
        let run = add(&["--dry-run", "--from"])
            .arg(file.clone())
            .args(options)
            .with_sandbox()
            .run();
        assert_eq!(run.code, code, "{options:?}: {}", run.stderr);
        let printed = run.stdout + &run.stderr;
        assert!(printed.contains(expected), "{options:?}: {printed}");
    };
    let turkish = b"Email,First Name\nnia@acme.example,\xfe\xfd\xf0\n";
    check(turkish, &[], 2, "say which with --encoding NAME");
    check(turkish, &["--encoding", "windows-1254"], 0, "\"new\": 1");
    let two_headers = b"Email,First Name\nE-mail,Name\nnia@acme.example,Nia\n";
    check(two_headers, &[], 5, "\"total\": 2");
    check(two_headers, &["--header-row", "2"], 0, "\"total\": 1");
    let error_word = b"Email,First Name\nnia@acme.example,NULL\n";
    check(error_word, &[], 0, "\"new\": 1");
    check(error_word, &["--strict"], 1, "list.csv, row 2, column B");
    for option in ["--encoding=utf-8", "--header-row=1", "--strict"] {
        let run = add(&["--email", "nia@acme.example", option]).run();
        assert_eq!(run.code, 2, "{option}");
        assert!(run.stderr.contains("cannot be used with"), "{}", run.stderr);
    }
}

#[test]
fn rows_that_were_not_added_are_saved() {
    let service = Service::start(Sandbox::builder());
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("people.csv");
    let rows = "First name,Email,Time zone\n\
        Nia,nia@acme.example,\nNo Mail,,\nAda,ada@acme.example,\n=Leo,leo@acme.example,\n\
        Nia,NIA@acme.example,\nMax,max@acme.example,Nowhere/Town\n";
    fs::write(&list, rows).unwrap();
    let report = folder.path().join("report");
    let run = add(&["--yes", "--report"])
        .arg(report.clone())
        .args(&["--from"])
        .arg(list.clone())
        .with_service(&service)
        .run();
    assert_eq!(run.code, 5, "{}", run.stderr);
    let read = |name: &str| fs::read_to_string(report.join(name)).unwrap();
    let check = |name: &str, expected: &[&str]| {
        let text = read(name);
        let lines: Vec<_> = text.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(lines, expected, "{name}");
    };
    let headers = "First name,Email,Time zone";
    let with_reason = format!("{headers},Rejected because");
    check(
        "added.csv",
        &[headers, "Nia,nia@acme.example,", "'=Leo,leo@acme.example,"],
    );
    let unknown = read("rejected.csv");
    let unknown = unknown.lines().last().unwrap();
    assert!(
        unknown.starts_with("Max,max@acme.example,Nowhere/Town,"),
        "{unknown}"
    );
    check(
        "rejected.csv",
        &[&with_reason, "No Mail,,,Email: no e-mail address", unknown],
    );
    let duplicate = read("duplicates.csv");
    let duplicate = duplicate.lines().last().unwrap();
    assert!(
        duplicate.starts_with("Nia,NIA@acme.example,,"),
        "{duplicate}"
    );
    check("duplicates.csv", &[&with_reason, duplicate]);
    assert!(
        !read("report.json").contains('@'),
        "no person is in the report"
    );

    let before = service.sandbox.requests().len();
    let again = add(&["--yes", "--report"])
        .arg(report)
        .args(&["--from"])
        .arg(list)
        .with_service(&service)
        .run();
    assert_eq!(again.code, 2, "{}", again.stderr);
    assert_eq!(
        service.sandbox.requests().len(),
        before,
        "nobody is added first"
    );
}
