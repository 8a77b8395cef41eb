//! Imports that stop before their end, and the command that resumes them.
#![cfg(unix)]

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use keepnet_sandbox::{Dialect, Pace, Sandbox};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{
    ACME, GLOBEX, Keepnet, Run, Service, error_document, error_lines, fixture, import, signal,
};

const CONFIRMATION: &str = "POST /api/target-users/{transactionId}/import";

/// A service with slow jobs, and a folder for tickets.
pub(super) struct Setup {
    pub(super) service: Service,
    folder: TempDir,
}

impl Setup {
    pub(super) fn new() -> Setup {
        let pace = Pace::Every(Duration::from_millis(300));
        Setup {
            service: Service::start(Sandbox::builder().pace(pace)),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn with_tickets(&self, call: Keepnet) -> Keepnet {
        call.with_service(&self.service)
            .env("KEEPNET_STATE_DIR", self.folder.path().to_str().unwrap())
            .in_folder(self.folder.path())
    }

    fn keepnet(&self, arguments: &[&str]) -> Run {
        self.with_tickets(Keepnet::new(arguments)).run()
    }

    /// Starts an import, and waits until standard error contains `until`.
    pub(super) fn start_until(
        &self,
        company: &str,
        until: &str,
    ) -> (Child, String, BufReader<std::process::ChildStderr>) {
        let call = import("acme-users.csv", company).args(&["--domains", "acme.example"]);
        let call = self.with_tickets(call);
        let mut child = call.spawn(Stdio::null());
        let mut lines = BufReader::new(child.stderr.take().unwrap());
        let mut printed = String::new();
        while !printed.contains(until) {
            assert_ne!(lines.read_line(&mut printed).unwrap(), 0, "{printed}");
        }
        (child, printed, lines)
    }

    /// Starts an import, and kills it in the stage `at`.
    pub(super) fn kill_in(&self, company: &str, at: &str) {
        let (mut child, ..) = self.start_until(company, at);
        child.kill().unwrap();
        child.wait().unwrap();
    }

    pub(super) fn counter(&self, name: &str) -> u64 {
        self.service.sandbox.state()["counters"][name]
            .as_u64()
            .unwrap()
    }
}

/// The words of the command that resumes the import.
fn resume_command(printed: &str) -> Vec<&str> {
    let line = printed
        .lines()
        .find_map(|line| line.split_once("keepnet users import --resume "));
    let (_, rest) = line.unwrap_or_else(|| panic!("no command in {printed}"));
    ["users", "import", "--resume"]
        .into_iter()
        .chain(rest.split(' '))
        .collect()
}

#[test]
fn plan_of_another_customer_exits_with_4() {
    let setup = Setup::new();
    let list = "Email,First Name\nada@acme.example,Adele\n";
    std::fs::write(setup.path("hr.csv"), list).unwrap();
    let sync = ["users", "sync"];
    let planned = setup.keepnet(
        &[
            &["--company", ACME],
            &sync[..],
            &["hr.csv", "--leavers", "keep", "--plan", "plan.json"],
        ]
        .concat(),
    );
    assert_eq!(planned.code, 0, "{}", planned.stderr);
    let apply = |company: &str| {
        let words = ["--apply", "plan.json", "--yes", "--output", "json"];
        setup.keepnet(&[&["--company", company], &sync[..], &words].concat())
    };
    let other = apply(GLOBEX);
    assert_eq!(other.code, 4, "{}", other.stderr);
    let message = error_document(&other.stderr)["message"].clone();
    let expected = "the plan belongs to Acme LLC (xC5kfGz7w2Nz), not to Globex GmbH (gL0bEx4mBh8Q)";
    assert_eq!(message, expected);
    assert_eq!(apply(ACME).code, 0);
}

#[test]
fn killed_import_is_resumed_once() {
    for at in ["mapping", "importing"] {
        let setup = Setup::new();
        setup.kill_in(ACME, at);
        let run = setup.keepnet(&["users", "import", "--resume", "--yes", "--output", "json"]);
        assert_eq!(run.code, 0, "{at}: {}", run.stderr);
        let rows = json!({"total": 25, "new": 25, "existing": 0, "invalid": 0, "duplicate": 0});
        assert_eq!(
            (&run.json()["rows"], &run.json()["imported"]),
            (&rows, &json!(25))
        );
        assert_eq!(
            (setup.counter("usersCreated"), setup.counter("imports")),
            (25, 1),
            "{at}"
        );
        assert_eq!(setup.counter("uploads"), 1, "{at}");

        let none = setup.keepnet(&["users", "import", "--resume", "--yes"]);
        assert_eq!(none.code, 1);
        assert!(
            none.stderr.contains("no unfinished import has a ticket"),
            "{}",
            none.stderr
        );
    }
}

#[test]
fn resume_command_after_ctrl_c_works() {
    for (at, state) in [
        ("mapping", "no user was written"),
        ("importing", "the service continues the import ("),
    ] {
        let setup = Setup::new();
        let (mut child, mut printed, mut lines) = setup.start_until(ACME, at);
        signal("-INT", &child);
        lines.read_to_string(&mut printed).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130), "{printed}");
        let lines = error_lines(&error_document(&printed));
        let (stated, _) = lines.split_once("; resume with: keepnet ").unwrap();
        assert!(stated.contains(&format!("hint: {state}")), "{printed}");
        let words = resume_command(&lines);
        assert_eq!(words.last(), Some(&"--yes"), "as in the first command");
        let run = setup.keepnet(&words);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(run.stdout.contains("25 imported"), "{}", run.stdout);
        assert_eq!(
            (setup.counter("usersCreated"), setup.counter("imports")),
            (25, 1),
            "{at}"
        );

        // Resuming a finished import prints its result again, and writes nothing.
        let again = setup.keepnet(&words);
        assert_eq!((again.code, again.stdout), (0, run.stdout));
        assert_eq!(setup.counter("imports"), 1);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn second_ctrl_c_exits_a_blocked_program() {
    use std::io::Write as _;

    let setup = Setup::new();
    // Standard error is a full pipe without a reader.
    let (_reader, mut writer) = std::io::pipe().unwrap();
    writer.write_all(&[b'.'; 64 * 1024]).unwrap();
    let call = setup.with_tickets(import("acme-users.csv", ACME));
    let mut child = call.spawn_with_stderr(writer);
    // The program waits for Ctrl-C before it looks up the company, and prints only after that.
    let is_requested = |path: &str| {
        let requests = setup.service.sandbox.requests();
        requests.iter().any(|request| request.path == path)
    };
    wait_until("the company is looked up", || {
        is_requested("/api/companies/search")
    });
    let mut code = None;
    wait_until("the program exits", || {
        signal("-INT", &child);
        let status = child.try_wait().unwrap();
        code = status.and_then(|status| status.code());
        status.is_some()
    });
    assert_eq!(code, Some(130));
}

/// Checks a condition until it holds, for at most half a minute.
#[cfg(target_os = "linux")]
fn wait_until(condition: &str, mut is_met: impl FnMut() -> bool) {
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(30) {
        if is_met() {
            return;
        }
        std::thread::yield_now();
    }
    panic!("not met: {condition}");
}

#[test]
fn no_wait_import_is_finished_by_resume() {
    for options in [
        &["--output", "json"][..],
        &["--output", "csv", "--quiet"],
        &["--quiet"],
    ] {
        let setup = Setup::new();
        let call = Keepnet::new(&["--company", ACME, "users", "import", "--yes", "--no-wait"]);
        let call = call.arg(fixture("acme-users.csv")).args(options);
        let started = setup.with_tickets(call).run();
        assert_eq!(started.code, 6, "{}", started.stderr);
        if options.contains(&"json") {
            assert!(started.json()["job"].is_string());
            assert_eq!(started.json()["imported"], serde_json::Value::Null);
        }
        let run = setup.keepnet(&resume_command(&started.stderr));
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(run.stdout.contains("25 imported"), "{}", run.stdout);
        assert_eq!(setup.counter("imports"), 1);
    }
}

#[test]
fn resume_needs_an_unambiguous_import() {
    let setup = Setup::new();
    setup.kill_in(ACME, "mapping");
    let resume = |arguments: &[&str]| {
        let all = [&["users", "import", "--resume"], arguments].concat();
        setup.keepnet(&all)
    };
    let other = resume(&["--company", GLOBEX, "--yes"]);
    assert_eq!(other.code, 1, "{}", other.stderr);
    assert!(
        other.stderr.contains("no unfinished import of Globex GmbH"),
        "{}",
        other.stderr
    );

    setup.kill_in(GLOBEX, "mapping");
    let open = resume(&["--yes"]);
    assert_eq!(open.code, 2, "{}", open.stderr);
    assert!(
        open.stderr.contains("2 imports are unfinished: "),
        "{}",
        open.stderr
    );
    let listed = open
        .stderr
        .split(", ")
        .find(|it| it.contains("Acme"))
        .unwrap();
    let listed = listed.trim_start_matches("error: 2 imports are unfinished: ");
    let id = listed.split(' ').next().unwrap();

    let wrong = resume(&[id, "--company", GLOBEX, "--yes"]);
    assert_eq!(wrong.code, 4, "{}", wrong.stderr);
    assert!(
        wrong.stderr.contains("belongs to Acme LLC"),
        "{}",
        wrong.stderr
    );

    let without_consent = resume(&[id]);
    assert_eq!(without_consent.code, 2, "{}", without_consent.stderr);
    assert!(
        without_consent.stderr.contains("hint: add --yes"),
        "{}",
        without_consent.stderr
    );

    let unknown = resume(&["0a1b", "--yes"]);
    assert_eq!(unknown.code, 2, "{}", unknown.stderr);

    let path = setup.path("imports").join(format!("{id}.json"));
    let by_file = resume(&[path.to_str().unwrap(), "--yes"]);
    assert_eq!(by_file.code, 0, "{}", by_file.stderr);
    assert!(
        by_file.stdout.contains("for Acme LLC"),
        "{}",
        by_file.stdout
    );

    // Only one is left, so that it need not be named.
    let last = resume(&["--yes"]);
    assert_eq!(last.code, 0, "{}", last.stderr);
    assert!(last.stdout.contains("for Globex GmbH"), "{}", last.stdout);
    assert_eq!(setup.counter("imports"), 2);
}

#[test]
fn second_import_of_unfinished_file_is_refused() {
    for (at, code, state) in [
        ("mapping", 1, "is unfinished; no user was written by it"),
        ("importing", 6, "the service may still be running it"),
    ] {
        let setup = Setup::new();
        setup.kill_in(ACME, at);
        let uploads = setup.counter("uploads");
        let run = setup.with_tickets(import("acme-users.csv", ACME)).run();
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (code, ""),
            "{}",
            run.stderr
        );
        let lines = run.error_lines();
        let (error, hint) = lines.split_once('\n').unwrap();
        let earlier =
            "error: an earlier import of acme-users.csv for Acme LLC (xC5kfGz7w2Nz) is unfinished";
        assert!(
            error.starts_with(earlier) && error.ends_with(state),
            "{error}"
        );
        let resume = "hint: resume it with: keepnet users import --resume ";
        assert!(hint.starts_with(resume), "{hint}");
        assert_eq!(run.error()["code"], "unfinished_import");
        assert_eq!(setup.counter("uploads"), uploads, "{at}");
        // Two imports of the same people at a time could not tell who created whom.
        setup.service.sandbox.finish_imports();
        let call = setup.with_tickets(import("acme-users.csv", ACME));
        let again = call.args(&["--again"]).run();
        assert_eq!(again.code, 0, "{}", again.stderr);
    }
}

#[test]
fn unfinished_import_of_another_file_is_mentioned() {
    let setup = Setup::new();
    setup.kill_in(ACME, "mapping");
    let list = setup.path("acme-users.csv");
    std::fs::write(&list, "Email,First Name\nnia@acme.example,Nia\n").unwrap();
    let call = Keepnet::new(&["--company", ACME, "users", "import", "--yes"]).arg(list);
    let run = setup.with_tickets(call).run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    let note = "note: an earlier import of another acme-users.csv is unfinished; resume it with: keepnet users import --resume ";
    assert!(run.stderr.contains(note), "{}", run.stderr);
}

#[test]
fn import_report_is_saved_as_files() {
    let setup = Setup::new();
    let list = setup.path("people.xlsx");
    std::fs::copy(fixture("duplicates-and-invalid.xlsx"), &list).unwrap();
    let call = Keepnet::new(&["--company", ACME, "users", "import", "--yes"]).arg(list.clone());
    let run = setup.with_tickets(call.args(&["--report", "out"])).run();
    assert_eq!(run.code, 5, "{}", run.stderr);
    let lines = |name: &str| {
        let text = std::fs::read_to_string(setup.path("out").join(name)).unwrap();
        text.lines().count()
    };
    assert_eq!((lines("imported.csv"), lines("rejected.csv")), (8, 5));
    assert_eq!(lines("duplicates.csv"), 2);
    assert!(lines("report.json") > 8);
    assert!(
        run.stderr.contains(
            "saved out/report.json, out/imported.csv, out/rejected.csv, out/duplicates.csv"
        ),
        "{}",
        run.stderr
    );

    // Without the staff list, a later command saves only the report.
    std::fs::remove_file(&list).unwrap();
    let files = std::fs::read_dir(setup.path("imports")).unwrap();
    let mut tickets = files.map(|file| file.unwrap().path());
    let ticket = tickets.find(|path| path.extension().is_some_and(|it| it == "json"));
    let ticket = ticket.unwrap();
    let ticket = ticket.to_str().unwrap();
    let run = setup.keepnet(&["users", "import", "--resume", ticket, "--report", "later"]);
    assert_eq!(run.code, 5, "{}", run.stderr);
    assert!(
        run.stderr
            .contains("imported.csv, rejected.csv and duplicates.csv are not saved"),
        "{}",
        run.stderr
    );
    assert!(setup.path("later/report.json").is_file());
}

#[test]
fn unusable_report_folder_stops_before_the_import() {
    let check = |folder: &str, code: i32, expected: &str| {
        let setup = Setup::new();
        let list = setup.path("imported.csv");
        std::fs::copy(fixture("acme-users.csv"), &list).unwrap();
        std::fs::write(setup.path("file"), "").unwrap();
        let call = Keepnet::new(&["--company", ACME, "users", "import", "--yes"]).arg(list.clone());
        let run = setup.with_tickets(call.args(&["--report", folder])).run();
        assert_eq!(run.code, code, "{folder}: {}", run.stderr);
        assert!(run.stderr.contains(expected), "{folder}: {}", run.stderr);
        assert_eq!(setup.service.sandbox.requests().len(), 0, "{folder}");
        let before = std::fs::read(fixture("acme-users.csv")).unwrap();
        assert_eq!(std::fs::read(list).unwrap(), before);
    };
    check(".", 2, "imported.csv exists already");
    check("file/below", 1, "file/below cannot be read or written");
}

#[test]
fn import_without_ticket_folder_does_not_start() {
    let setup = Setup::new();
    let file: &Path = &setup.path("file");
    std::fs::write(file, "").unwrap();
    let call = setup.with_tickets(import("acme-users.csv", ACME));
    let run = call.args(&["--tickets", file.to_str().unwrap()]).run();
    assert_eq!(run.code, 1, "{}", run.stderr);
    let hint = "hint: use another folder with --tickets DIR";
    assert!(run.error_lines().contains(hint), "{}", run.stderr);
    assert_eq!(setup.counter("uploads"), 0);
}

/// Runs an import in a service with these faults; returns the state of the service as well.
fn lost_confirmation(dialect: Dialect, faults: &[&str]) -> (Run, Value) {
    let builder = faults
        .iter()
        .fold(Sandbox::builder().dialect(dialect), |builder, fault| {
            builder.fault(fault.parse().unwrap())
        });
    let setup = Setup {
        service: Service::start(builder),
        folder: tempfile::tempdir().unwrap(),
    };
    let run = setup.with_tickets(import("acme-users.csv", ACME)).run();
    (run, setup.service.sandbox.state())
}

#[test]
fn confirmation_reset_after_it_is_done_by_its_job() {
    for dialect in [Dialect::Documented, Dialect::Observed] {
        let fault = format!("reset=after,on={CONFIRMATION},nth=1");
        let (run, state) = lost_confirmation(dialect, &[&fault]);
        assert_eq!(run.code, 0, "{dialect}: {}", run.stderr);
        let job = &state["jobs"][0]["id"];
        assert_eq!(
            (&run.json()["job"], &run.json()["imported"]),
            (job, &json!(25)),
            "{dialect}"
        );
        assert!(
            run.stderr
                .contains("no response to the import, looking for its job"),
            "{}",
            run.stderr
        );
        assert_eq!(state["counters"]["imports"], 1, "{dialect}");
    }
}

#[test]
fn confirmation_that_stays_unknown_has_one_hint() {
    for dialect in [Dialect::Documented, Dialect::Observed] {
        for reset in ["before", "after"] {
            let reset = format!("reset={reset},on={CONFIRMATION}");
            // The list of jobs is read before the confirmation, and cannot be read after it.
            let jobs = "status=403,on=GET /api/jobs,nth=2,count=99";
            let (run, _) = lost_confirmation(dialect, &[&reset, jobs]);
            assert_eq!(run.code, 6, "{dialect} {reset}: {}", run.stderr);
            let lines = run.error_lines();
            let hint = "\nhint: resume with: keepnet users import --resume ";
            assert!(lines.contains(hint), "{lines}");
            for other in ["again", "check"] {
                assert!(!lines.contains(other), "{lines}");
            }
        }
    }
}
