//! How an import goes on, and what its settings do.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::Stdio;

use keepnet_sandbox::Sandbox;
use serde_json::json;

use crate::support::{ACME, Keepnet, Service, fixture, import};

#[test]
fn a_second_import_finds_everyone_there() {
    let service = Service::start(Sandbox::builder());
    for (new, existing) in [(25, 0), (0, 25)] {
        let run = import("acme-users.xlsx", "xC5kfGz7w2Nz")
            .with_service(&service)
            .run();
        assert_eq!(run.code, 0, "{}", run.stderr);
        let rows = json!({"total": 25, "new": new, "existing": existing, "invalid": 0});
        assert_eq!(run.json()["rows"], rows);
    }
}

#[test]
fn a_preview_alone_writes_nothing() {
    let service = Service::start(Sandbox::builder());
    let run = Keepnet::new(&["--company", ACME, "users", "import", "--dry-run"])
        .arg(fixture("acme-users.csv"))
        .with_service(&service)
        .run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("25 new"), "{}", run.stdout);
    assert!(run.stdout.contains("nothing is written"), "{}", run.stdout);
    let requests = service.sandbox.requests();
    assert!(requests.iter().any(|it| it.path.ends_with("/search")));
    assert!(!requests.iter().any(|it| it.path.ends_with("/import")));
}

#[test]
fn settings_of_an_import_reach_the_service() {
    let check = |arguments: &[&str], code: i32, imported: Option<u64>, stderr: &str| {
        let run = import("acme-users.csv", ACME)
            .args(arguments)
            .with_sandbox()
            .run();
        assert_eq!(run.code, code, "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(stderr), "{arguments:?}: {}", run.stderr);
        match imported {
            Some(imported) => assert_eq!(run.json()["imported"], imported, "{arguments:?}"),
            None => assert_eq!(run.stdout, "", "{arguments:?}"),
        }
    };
    check(&["--group", "All Staff"], 0, Some(25), "");
    check(&["--group", "Nobody's"], 1, None, "Nobody's");
    check(&["--group", "Starters", "--create-groups"], 0, Some(25), "");
    check(&["--mode", "new"], 0, Some(25), "");
    check(&["--mode", "existing"], 0, Some(0), "");
    check(&["--select", "nobody@acme.example"], 1, None, "selected");
    check(&["--map", "Department="], 0, Some(25), "");
    check(
        &["--map", "Nowhere=Department"],
        2,
        None,
        "no column `Nowhere`",
    );
    check(&["--map", "Department=Nothing"], 2, None, "not a field");
    check(
        &["--map", "C=Department"],
        2,
        None,
        "no column holds the e-mail address",
    );
}

#[test]
fn requests_are_shown_on_demand_without_secrets_or_people() {
    let run = import("acme-users.csv", ACME)
        .with_sandbox()
        .args(&["-vv"])
        .run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stderr.contains("POST /api/target-users/upload"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("status=200"), "{}", run.stderr);
    for hidden in ["sandbox-secret", "Bearer", "@acme.example"] {
        assert!(!run.stderr.contains(hidden), "{hidden} in {}", run.stderr);
    }
}

#[cfg(unix)]
#[test]
fn an_interruption_says_what_goes_on() {
    let slow = Sandbox::builder().latency(std::time::Duration::from_millis(300));
    let service = Service::start(slow);
    let mut child = import("acme-users.csv", ACME)
        .with_service(&service)
        .spawn(Stdio::null());
    let mut lines = BufReader::new(child.stderr.take().unwrap());
    let mut said = String::new();
    while !said.contains("mapping") {
        assert_ne!(lines.read_line(&mut said).unwrap(), 0, "{said}");
    }
    crate::support::signal("-INT", &child);
    lines.read_to_string(&mut said).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{said}");
    assert!(
        said.contains(
            "error: interrupted\nhint: no user was written; carry on with: keepnet users import --resume "
        ),
        "{said}"
    );
}
