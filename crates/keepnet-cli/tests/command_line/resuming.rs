//! Imports that end before they are done, and the command that carries them on.
#![cfg(unix)]

use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::time::Duration;

use keepnet_sandbox::{Pace, Sandbox};
use serde_json::json;
use tempfile::TempDir;

use crate::support::{ACME, GLOBEX, Keepnet, Run, Service, fixture, import, signal};

const MARK: &str = "carry on with: keepnet ";

/// A service whose jobs take their time, and a folder for tickets.
struct Scene {
    service: Service,
    folder: TempDir,
}

impl Scene {
    fn new() -> Scene {
        let pace = Pace::Every(Duration::from_millis(300));
        Scene {
            service: Service::start(Sandbox::builder().pace(pace)),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn with_tickets(&self, call: Keepnet) -> Keepnet {
        call.with_service(&self.service)
            .env("KEEPNET_STATE_DIR", self.folder.path().to_str().unwrap())
            .in_folder(self.folder.path())
    }

    fn keepnet(&self, arguments: &[&str]) -> Run {
        self.with_tickets(Keepnet::new(arguments)).run()
    }

    /// An import that has come as far as to say `until`.
    fn running(
        &self,
        company: &str,
        until: &str,
    ) -> (Child, String, BufReader<std::process::ChildStderr>) {
        let call = self.with_tickets(import("acme-users.csv", company));
        let mut child = call.spawn(Stdio::null());
        let mut lines = BufReader::new(child.stderr.take().unwrap());
        let mut said = String::new();
        while !said.contains(until) {
            assert_ne!(lines.read_line(&mut said).unwrap(), 0, "{said}");
        }
        (child, said, lines)
    }

    fn killed(&self, company: &str, at: &str) {
        let (mut child, ..) = self.running(company, at);
        child.kill().unwrap();
        child.wait().unwrap();
    }

    fn counter(&self, name: &str) -> u64 {
        self.service.sandbox.state()["counters"][name]
            .as_u64()
            .unwrap()
    }
}

/// The words of the command that is printed to carry on.
fn command(said: &str) -> Vec<&str> {
    let line = said
        .lines()
        .find_map(|line| line.split_once("keepnet users import --resume "));
    let (_, rest) = line.unwrap_or_else(|| panic!("no command in {said}"));
    ["users", "import", "--resume"]
        .into_iter()
        .chain(rest.split(' '))
        .collect()
}

#[test]
fn a_killed_import_is_carried_on_and_done_once() {
    for at in ["mapping", "importing"] {
        let scene = Scene::new();
        scene.killed(ACME, at);
        let run = scene.keepnet(&["users", "import", "--resume", "--yes", "--output", "json"]);
        assert_eq!(run.code, 0, "{at}: {}", run.stderr);
        let rows = json!({"total": 25, "new": 25, "existing": 0, "invalid": 0});
        assert_eq!(
            (&run.json()["rows"], &run.json()["imported"]),
            (&rows, &json!(25))
        );
        assert_eq!(
            (scene.counter("usersCreated"), scene.counter("imports")),
            (25, 1),
            "{at}"
        );
        assert_eq!(scene.counter("uploads"), 1, "{at}");

        let none = scene.keepnet(&["users", "import", "--resume", "--yes"]);
        assert_eq!(none.code, 1);
        assert!(
            none.stderr.contains("no unfinished import has a ticket"),
            "{}",
            none.stderr
        );
    }
}

#[test]
fn ctrl_c_prints_the_command_that_carries_on_and_the_command_works() {
    for (at, state) in [
        ("mapping", "no user was written"),
        ("importing", "the service goes on importing by itself"),
    ] {
        let scene = Scene::new();
        let (mut child, mut said, mut lines) = scene.running(ACME, at);
        signal("-INT", &child);
        lines.read_to_string(&mut said).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(130), "{said}");
        assert!(said.contains(&format!("hint: {state}; {MARK}")), "{said}");
        let words = command(&said);
        assert_eq!(words.last(), Some(&"--yes"), "as it was begun");
        let run = scene.keepnet(&words);
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(run.stdout.contains("25 imported"), "{}", run.stdout);
        assert_eq!(
            (scene.counter("usersCreated"), scene.counter("imports")),
            (25, 1),
            "{at}"
        );

        // The ticket tells it again, and nothing is written.
        let again = scene.keepnet(&words);
        assert_eq!((again.code, again.stdout), (0, run.stdout));
        assert_eq!(scene.counter("imports"), 1);
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_second_ctrl_c_leaves_a_program_that_cannot_even_write() {
    use std::io::Write as _;

    let scene = Scene::new();
    // Standard error is a pipe that is full and that nobody reads.
    let (_reader, mut writer) = std::io::pipe().unwrap();
    writer.write_all(&[b'.'; 64 * 1024]).unwrap();
    let call = scene.with_tickets(import("acme-users.csv", ACME));
    let mut child = call.spawn_with_stderr(writer);
    // It asks for its company before it has anything to say, and listens before that.
    let asked = |path: &str| {
        let requests = scene.service.sandbox.requests();
        requests.iter().any(|request| request.path == path)
    };
    wait_until("it asks for its company", || asked("/api/companies/search"));
    let mut code = None;
    wait_until("it leaves", || {
        signal("-INT", &child);
        let status = child.try_wait().unwrap();
        code = status.and_then(|status| status.code());
        status.is_some()
    });
    assert_eq!(code, Some(130));
}

/// Looks every now and then, for half a minute at most.
#[cfg(target_os = "linux")]
fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    for _ in 0..1000 {
        if is_so() {
            return;
        }
        std::thread::sleep(Duration::from_millis(30));
    }
    panic!("not seen: {what}");
}

#[test]
fn who_does_not_wait_can_see_later_how_it_ended() {
    let scene = Scene::new();
    let call = scene.with_tickets(import("acme-users.csv", ACME).args(&["--no-wait"]));
    let left = call.run();
    assert_eq!(left.code, 6, "{}", left.stderr);
    assert!(left.json()["job"].is_string());
    assert_eq!(left.json()["imported"], 0);
    let run = scene.keepnet(&command(&left.stderr));
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("25 imported"), "{}", run.stdout);
    assert_eq!(scene.counter("imports"), 1);
}

#[test]
fn which_import_is_carried_on_is_said_or_plain() {
    let scene = Scene::new();
    scene.killed(ACME, "mapping");
    let resume = |arguments: &[&str]| {
        let all = [&["users", "import", "--resume"], arguments].concat();
        scene.keepnet(&all)
    };
    let other = resume(&["--company", GLOBEX, "--yes"]);
    assert_eq!(other.code, 1, "{}", other.stderr);
    assert!(
        other.stderr.contains("no unfinished import of Globex GmbH"),
        "{}",
        other.stderr
    );

    scene.killed(GLOBEX, "mapping");
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
    assert!(wrong.stderr.contains("is of Acme LLC"), "{}", wrong.stderr);

    let unasked = resume(&[id]);
    assert_eq!(unasked.code, 2, "{}", unasked.stderr);
    assert!(
        unasked.stderr.contains("hint: add --yes"),
        "{}",
        unasked.stderr
    );

    let unknown = resume(&["0a1b", "--yes"]);
    assert_eq!(unknown.code, 1, "{}", unknown.stderr);

    let path = scene.path("imports").join(format!("{id}.json"));
    let by_file = resume(&[path.to_str().unwrap(), "--yes"]);
    assert_eq!(by_file.code, 0, "{}", by_file.stderr);
    assert!(
        by_file.stdout.contains("for Acme LLC"),
        "{}",
        by_file.stdout
    );

    // One is left, so that nothing has to be chosen.
    let last = resume(&["--yes"]);
    assert_eq!(last.code, 0, "{}", last.stderr);
    assert!(last.stdout.contains("for Globex GmbH"), "{}", last.stdout);
    assert_eq!(scene.counter("imports"), 2);
}

#[test]
fn an_unfinished_import_of_the_file_is_mentioned_and_stops_nothing() {
    let scene = Scene::new();
    scene.killed(ACME, "mapping");
    let run = scene.with_tickets(import("acme-users.csv", ACME)).run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    let mention = "note: an import of acme-users.csv is unfinished, which this command carries on: keepnet users import --resume ";
    assert!(run.stderr.contains(mention), "{}", run.stderr);
}

#[test]
fn what_an_import_did_can_be_saved_as_files() {
    let scene = Scene::new();
    let list = scene.path("people.xlsx");
    std::fs::copy(fixture("duplicates-and-invalid.xlsx"), &list).unwrap();
    let call = Keepnet::new(&["--company", ACME, "users", "import", "--yes"]).arg(list.clone());
    let run = scene.with_tickets(call.args(&["--report", "out"])).run();
    assert_eq!(run.code, 5, "{}", run.stderr);
    let lines = |name: &str| {
        let text = std::fs::read_to_string(scene.path("out").join(name)).unwrap();
        text.lines().count()
    };
    assert_eq!((lines("imported.csv"), lines("rejected.csv")), (8, 6));
    assert!(lines("report.json") > 8);
    assert!(
        run.stderr
            .contains("saved out/report.json, out/imported.csv, out/rejected.csv"),
        "{}",
        run.stderr
    );

    // Later, without the file, the report alone can be had.
    std::fs::remove_file(&list).unwrap();
    let ticket = std::fs::read_dir(scene.path("imports"))
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let ticket = ticket.to_str().unwrap();
    let run = scene.keepnet(&["users", "import", "--resume", ticket, "--report", "later"]);
    assert_eq!(run.code, 5, "{}", run.stderr);
    assert!(
        run.stderr
            .contains("imported.csv and rejected.csv are not written"),
        "{}",
        run.stderr
    );
    assert!(scene.path("later/report.json").is_file());
}

#[test]
fn an_import_that_could_not_be_carried_on_does_not_begin() {
    let scene = Scene::new();
    let taken: &Path = &scene.path("taken");
    std::fs::write(taken, "").unwrap();
    let call = scene.with_tickets(import("acme-users.csv", ACME));
    let run = call.args(&["--tickets", taken.to_str().unwrap()]).run();
    assert_eq!(run.code, 1, "{}", run.stderr);
    assert!(
        run.stderr
            .contains("hint: name another folder with --tickets DIR"),
        "{}",
        run.stderr
    );
    assert_eq!(scene.counter("uploads"), 0);
}
