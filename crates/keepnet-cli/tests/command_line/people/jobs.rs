//! `jobs list` and `jobs show`.

use keepnet_sandbox::{Dialect, Sandbox};

use crate::support::{ACME, Keepnet, Service, import};

#[test]
fn import_job_is_listed_and_shown() {
    for dialect in [Dialect::Documented, Dialect::Observed] {
        let service = Service::start(Sandbox::builder().dialect(dialect));
        let jobs = |arguments: &[&str], format: &str| {
            let run = Keepnet::new(&["--company", ACME, "--output", format, "jobs"])
                .args(arguments)
                .with_service(&service)
                .run();
            assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{arguments:?}");
            run
        };
        let imported = import("acme-users.csv", ACME).with_service(&service).run();
        let id = imported.json()["job"].as_str().unwrap().to_owned();
        let listed = jobs(&["list"], "json").json();
        assert_eq!(listed["items"][0]["id"], id.as_str(), "{dialect}");
        assert_eq!(listed["items"][0]["status"], "completed", "{dialect}");
        let shown = jobs(&["show", &id], "json").json();
        assert_eq!(shown["id"], id.as_str(), "{dialect}");
        assert_eq!(shown["processes"][0]["done"], 25, "{dialect}");
        let table = jobs(&["show", &id], "table").stdout;
        assert!(
            table.starts_with("Import Target Users: completed, 100 %\n"),
            "{table}"
        );
        assert!(table.contains("\n  Target users: 25 of 25\n"), "{table}");

        let missing = Keepnet::new(&["--company", ACME, "jobs", "show", "nosuchjob"])
            .with_service(&service)
            .run();
        assert_eq!((missing.code, missing.stdout.as_str()), (2, ""));
    }
}

#[test]
fn watch_waits_for_the_end_of_a_job() {
    let check = |fault: Option<&str>, code: i32, status: &str, outcome: &str| {
        let service = Service::start(Sandbox::builder());
        if let Some(fault) = fault {
            service.sandbox.add_fault(fault.parse().unwrap());
        }
        let program = import("acme-users.csv", ACME).args(&["--no-wait"]);
        let imported = program.with_service(&service).run();
        assert_eq!(imported.code, 6, "{}", imported.stderr);
        let list = ["--company", ACME, "--output", "json", "jobs", "list"];
        let jobs = Keepnet::new(&list).with_service(&service).run().json();
        let id = jobs["items"][0]["id"].as_str().unwrap().to_owned();
        let watched = Keepnet::new(&["--company", ACME, "--output", "json", "jobs", "watch", &id])
            .with_service(&service)
            .run();
        assert_eq!(watched.code, code, "{}", watched.stderr);
        let document = watched.json();
        assert_eq!(document["status"], status);
        assert_eq!(document["outcome"], outcome);
    };
    check(None, 0, "completed", "complete");
    check(
        Some("import=row-failures,rows=2"),
        5,
        "completed",
        "incomplete",
    );
    check(Some("import=fails"), 1, "failed", "incomplete");
}

#[test]
fn unknown_job_cannot_be_watched() {
    let service = Service::start(Sandbox::builder());
    let run = Keepnet::new(&["--company", ACME, "jobs", "watch", "nosuchjob"])
        .with_service(&service)
        .run();
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
}
