//! Changing users and groups.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Stdio;

use keepnet_sandbox::{Dialect, Fault, Sandbox};
use serde_json::{Value, json};

use crate::support::{ACME, Keepnet, Service};
use crate::terminals::terminal::Terminal;

const DIALECTS: [Dialect; 2] = [Dialect::Documented, Dialect::Observed];

fn acme(line: &str) -> Keepnet {
    let words: Vec<_> = line.split(' ').collect();
    Keepnet::new(&["--company", ACME, "--output", "json"]).args(&words)
}

/// The outcomes of a report, such as `done refused`.
fn outcomes(report: &Value) -> String {
    let users = report["users"].as_array().unwrap().iter();
    let outcomes: Vec<_> = users
        .map(|user| user["outcome"].as_str().unwrap())
        .collect();
    outcomes.join(" ")
}

fn writes(service: &Service) -> usize {
    let requests = service.sandbox.requests().into_iter();
    let is_write = |it: &String| it == "PUT" || it == "DELETE";
    requests.filter(|request| is_write(&request.method)).count()
}

#[test]
fn each_address_has_a_row_and_the_code_tells() {
    for dialect in DIALECTS {
        let service = Service::start(Sandbox::builder().dialect(dialect));
        let check = |line: &str, code: i32, expected: &str| {
            let run = acme(line).with_service(&service).run();
            assert_eq!(run.code, code, "{dialect} {line}: {}", run.stderr);
            assert_eq!(outcomes(&run.json()), expected, "{dialect} {line}");
        };
        let people = "ada@acme.example ADA@acme.example sam@acme.example no@acme.example";
        let dry_run = format!("users deactivate {people} --dry-run");
        check(&dry_run, 5, "planned unchanged refused refused");
        assert_eq!(writes(&service), 0, "{dialect}");
        check("users deactivate ada@acme.example --yes", 0, "done");
        check("users deactivate ada@acme.example --yes", 0, "unchanged");
        check("users activate ada@acme.example", 0, "done");
        check(
            "users delete bob@acme.example dee@acme.example --yes",
            0,
            "done unchanged",
        );
        check("users activate bob@acme.example", 5, "refused");
        check(
            "groups add Managers ada@acme.example dee@acme.example",
            5,
            "done refused",
        );
        check(
            "groups remove managers ada@acme.example cem@acme.example --yes",
            0,
            "done unchanged",
        );
        assert_eq!(writes(&service), 5, "{dialect}");
    }
}

#[test]
fn addresses_come_from_a_file_or_standard_input() {
    let service = Service::start(Sandbox::builder());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("leavers.txt");
    std::fs::write(&file, "\u{feff}ada@acme.example\r\n\n  bob@acme.example \n").unwrap();
    let run = acme("users deactivate --yes --from")
        .arg(file.clone())
        .with_service(&service)
        .run();
    assert_eq!((run.code, outcomes(&run.json()).as_str()), (0, "done done"));
    std::fs::write(&file, "\n").unwrap();
    let run = acme("users activate --from")
        .arg(file)
        .with_service(&service)
        .run();
    assert_eq!(run.code, 2, "{}", run.stderr);
    assert!(run.stderr.contains("no addresses"), "{}", run.stderr);
}

#[test]
fn update_changes_what_is_named() {
    for dialect in DIALECTS {
        let service = Service::start(Sandbox::builder().dialect(dialect));
        let check = |line: &str, expected: &str| {
            let run = acme(line).with_service(&service).run();
            assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{dialect} {line}");
            assert_eq!(run.json()["outcome"], expected, "{dialect} {line}");
        };
        let line = "users update ada@acme.example --department Legal --priority high \
            --time-zone UTC --language English --custom Office=Izmir";
        check(&format!("{line} --dry-run"), "planned");
        assert_eq!(writes(&service), 0, "{dialect}");
        check(line, "done");
        check(line, "unchanged");
        check(
            "users update ada@acme.example --email ada.winter@acme.example",
            "done",
        );
        check(
            "users update ada.winter@acme.example --clear department --clear custom:office",
            "done",
        );
        let shown = acme("users show ada.winter@acme.example")
            .with_service(&service)
            .run();
        let ada = shown.json()["items"][0].clone();
        assert_eq!(
            (&ada["priority"], &ada["status"]),
            (&json!("High"), &json!("active"))
        );
        assert_eq!(ada["preferred_language"], "English");
        assert_eq!(ada["department"].as_str().unwrap_or_default(), "");
        assert_eq!(ada["custom_fields"], json!([]), "{dialect}");
        let run = acme("users update sam@acme.example --department X")
            .with_service(&service)
            .run();
        assert_eq!(run.code, 2, "{}", run.stderr);
        assert!(run.stderr.contains("SCIM"), "{}", run.stderr);
        let run = acme("users update ada.winter@acme.example --custom Desk=1")
            .with_service(&service)
            .run();
        assert_eq!(run.code, 2, "{}", run.stderr);
        assert!(run.stderr.contains("Badge Number"), "{}", run.stderr);
    }
    let run = acme("users update ada@acme.example").run();
    assert_eq!(run.code, 2, "{}", run.stderr);
}

#[test]
fn shown_users_are_in_the_order_of_the_input() {
    let service = Service::start(Sandbox::builder());
    let run = acme("users show dee@acme.example no@acme.example ada@acme.example")
        .with_service(&service)
        .run();
    assert_eq!(run.code, 5);
    let listed = run.json();
    let names: Vec<_> = listed["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|it| &it["first_name"])
        .collect();
    assert_eq!(names, ["Dee", "Ada"]);
    assert!(run.stderr.contains("address 2: nobody"), "{}", run.stderr);
    let run = acme("users show no@acme.example")
        .with_service(&service)
        .run();
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
}

#[test]
fn destruction_needs_a_confirmation() {
    let service = Service::start(Sandbox::builder());
    for line in [
        "users delete ada@acme.example",
        "users deactivate ada@acme.example",
        "groups remove Managers ada@acme.example",
        "groups delete Managers",
    ] {
        let run = acme(line).with_service(&service).run();
        assert_eq!(run.code, 2, "{line}: {}", run.stderr);
        assert!(run.stderr.contains("--yes"), "{line}: {}", run.stderr);
        assert!(service.sandbox.requests().is_empty(), "{line}");
    }
    for (answer, code, expected) in [("n", 1, 0), ("y", 0, 1)] {
        let program = Keepnet::new(&["--company", ACME, "users", "delete"])
            .args(&["ada@acme.example", "dee@acme.example"])
            .env("TERM", "xterm")
            .with_service(&service);
        let mut terminal = Terminal::start(program, 160);
        terminal.wait_for("delete 1 user in Acme LLC (xC5kfGz7w2Nz)? [y/N]");
        terminal.send(&format!("{answer}\n"));
        assert_eq!(terminal.finish().0, code, "{answer}");
        assert_eq!(writes(&service), expected, "{answer}");
    }
}

/// Deletes 25 people, of whom one is throttled, and waits until the program says so.
fn throttled_deletion() -> (Service, Keepnet) {
    let fault = "status=429,retry-after=30,nth=13,on=DELETE /api/target-users/{resourceId}";
    let builder = Sandbox::builder().users(ACME, 25);
    let service = Service::start(builder.fault(fault.parse().unwrap()));
    let listed = Keepnet::new(&["--company", ACME, "users", "list", "--all"])
        .args(&["--columns", "email", "--output", "csv"])
        .with_service(&service)
        .run();
    // The last people are made up; of the others, some come from directories.
    let emails: Vec<&str> = listed.stdout.lines().rev().take(25).collect();
    let program = Keepnet::new(&["--company", ACME, "users", "delete", "--yes"])
        .args(&emails)
        .env("TERM", "xterm")
        .with_service(&service);
    (service, program)
}

#[test]
fn throttle_and_interruption_are_said_in_a_log() {
    for (signal, code, word) in [("-INT", 130, "interrupted"), ("-TERM", 143, "terminated")] {
        let (_service, program) = throttled_deletion();
        let mut child = program.spawn(Stdio::null());
        let mut lines = BufReader::new(child.stderr.take().unwrap());
        let mut printed = String::new();
        while !printed.contains("s: the service limits requests\n") {
            assert_ne!(lines.read_line(&mut printed).unwrap(), 0, "{printed}");
        }
        crate::support::signal(signal, &child);
        lines.read_to_string(&mut printed).unwrap();
        assert!(printed.contains("note: waiting 3"), "{printed}");
        let output = child.wait_with_output().unwrap();
        assert_eq!(output.status.code(), Some(code), "{printed}");
        assert!(output.stdout.is_empty());
        let error = format!("error: {word}\nhint: ");
        let (_, hint) = printed.split_once(&error).unwrap();
        let (done, advice) = hint.split_once(' ').unwrap();
        assert!((12..25).contains(&done.parse().unwrap()), "{hint}");
        assert!(advice.starts_with("of 25 users were handled"), "{hint}");
        assert!(
            advice.contains("; run the command again to do the rest"),
            "{hint}"
        );
    }
}

#[test]
fn throttle_is_said_in_the_status_line() {
    let (_service, program) = throttled_deletion();
    let terminal = Terminal::start(program, 60);
    terminal.wait_for(" s (throttled) [");
    terminal.interrupt();
    let (code, screen) = terminal.finish();
    assert_eq!(code, 130, "{screen}");
    assert!(!screen.contains("note:"), "{screen}");
}

#[test]
fn unknown_outcome_has_its_own_code() {
    let fault: Fault = "reset=before,on=DELETE /api/target-users/{resourceId}"
        .parse()
        .unwrap();
    let service = Service::start(Sandbox::builder().fault(fault));
    let run = acme("users delete ada@acme.example --yes")
        .with_service(&service)
        .run();
    assert_eq!((run.code, outcomes(&run.json()).as_str()), (6, "unknown"));
    assert!(!run.stdout.contains("ada@"), "{}", run.stdout);
}

#[test]
fn group_is_renamed_and_deleted() {
    for dialect in DIALECTS {
        let service = Service::start(Sandbox::builder().dialect(dialect));
        let run = |line: &str| acme(line).with_service(&service).run();
        let renamed = run("groups rename managers Leads");
        assert_eq!(
            (renamed.code, renamed.json()["name"].as_str()),
            (0, Some("Leads"))
        );
        assert_eq!(run("groups rename Leads").code, 2);
        assert_eq!(run("groups delete Leads --dry-run").code, 0);
        assert_eq!(run("groups delete Leads --yes").code, 0, "{dialect}");
        assert_eq!(run("groups delete Leads --yes").code, 2, "{dialect}");
        let listed = run("groups list").json();
        assert_eq!(listed["items"].as_array().unwrap().len(), 1, "{dialect}");
    }
}

#[test]
fn every_command_works_in_a_temporary_sandbox() {
    let check = |line: &str| {
        let words: Vec<_> = line.split(' ').collect();
        let run = Keepnet::new(&["--sandbox", "--company", ACME])
            .args(&words)
            .run();
        assert_eq!(run.code, 0, "{line}: {}", run.stderr);
    };
    let person = "ada@acme.example";
    check(&format!("users show {person}"));
    check(&format!("users update {person} --department Sales"));
    check(&format!("users deactivate {person} --yes"));
    check(&format!("users delete {person} --yes"));
    check(&format!("groups add Managers {person}"));
    check("groups rename Managers Leads");
    check("groups delete Managers --yes");
}
