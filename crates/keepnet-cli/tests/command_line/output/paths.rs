//! Every path that the program opens: the error names it, and says why in plain words.

use std::fs;

use keepnet_sandbox::Sandbox;

use crate::support::{ACME, Keepnet, Run, Service, write_private};

/// What is at the path of a case.
const MISSING: &str = "missing";
const FOLDER: &str = "folder";
const NOT_TEXT: &str = "not-text";
const EMPTY: &str = "empty";

struct Setup {
    service: Service,
    folder: tempfile::TempDir,
}

impl Setup {
    fn new() -> Setup {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at(FOLDER)).unwrap();
        write_private(&at(EMPTY), "");
        write_private(&at(NOT_TEXT), "");
        fs::write(at(NOT_TEXT), b"caf\xE9 \x81\xFF").unwrap();
        fs::write(at("people.csv"), "Email\nnia@acme.example\n").unwrap();
        Setup {
            service: Service::start(Sandbox::builder()),
            folder,
        }
    }

    fn run(&self, line: &str) -> Run {
        let words: Vec<_> = line.split(' ').map(|word| word.replace('~', " ")).collect();
        let words: Vec<_> = words.iter().map(String::as_str).collect();
        Keepnet::new(&words)
            .in_folder(self.folder.path())
            .env("KEEPNET_STATE_DIR", "state")
            .env("KEEPNET_CONFIG", "no-config.toml")
            .with_service(&self.service)
            .run()
    }

    /// What is wrong with the error of a command that uses a path, if anything is.
    fn complaint(&self, line: &str, path: &str, causes: &[&str]) -> Option<String> {
        let line = line.replace("ACME", &ACME.replace(' ', "~"));
        let line = line.replace("PATH", path);
        let run = self.run(&line);
        let error = run.stderr.lines().find(|it| it.starts_with("error: "));
        let error = error.unwrap_or_default();
        let has_cause = causes.iter().any(|cause| error.contains(cause));
        let is_good =
            has_cause && run.code != 0 && error.contains(path) && !error.contains("os error");
        let printed = format!("{}{}", run.stdout, run.stderr);
        (!is_good).then(|| format!("{line} [{}]\n{printed}", run.code))
    }
}

/// The commands that read a file, which is `PATH`.
const READ: &[&str] = &[
    "fleet plan PATH",
    "fleet run PATH --yes",
    "users count --companies file:PATH",
    "billing diff PATH PATH",
    "users check people.csv --mapping PATH",
    "users delete --company ACME --yes --from PATH",
    "users sync --company ACME --apply PATH --yes",
    "auth login --client-id me --secret-file PATH",
    "api POST /api/companies/search --data @PATH",
    "users check PATH",
    "users import PATH --company ACME --yes",
];

#[test]
fn unreadable_path_has_its_cause() {
    let setup = Setup::new();
    let mut wrong = Vec::new();
    for line in READ {
        for (path, causes) in [
            (MISSING, &["there is no such file"][..]),
            (FOLDER, &["it is a folder"]),
            (
                NOT_TEXT,
                &["UTF-8", "not a plan", "not JSON", "not the JSON"],
            ),
            (EMPTY, &["empty", "has no", "names no", "is not a"]),
        ] {
            wrong.extend(setup.complaint(line, path, causes));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The commands that write to `PATH`.
const WRITTEN: &[&str] = &[
    "billing snapshot -o PATH.json",
    "users export --company ACME -o PATH.csv",
    "users template --company ACME -o PATH.csv",
    "users check people.csv --save-mapping PATH.json",
    "users import people.csv --company ACME --yes --report people.csv/PATH",
    "users sync people.csv --company ACME --leavers keep --plan PATH.json",
    "api GET /api/companies/my -o PATH.json",
    "man -o people.csv/PATH",
    "imports list --tickets people.csv/PATH",
];

#[test]
fn unwritable_path_has_its_cause() {
    let setup = Setup::new();
    let causes = [
        "there is no such file or folder",
        "a part of the path is a file",
    ];
    let complaints = WRITTEN
        .iter()
        .filter_map(|line| setup.complaint(line, "missing/new", &causes));
    let wrong: Vec<_> = complaints.collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
