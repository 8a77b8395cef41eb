//! `users export` and `users template`: files that the service writes.

use std::fs;

use keepnet_sandbox::{Dialect, Sandbox};

use crate::support::{ACME, Keepnet, Service};

#[test]
fn saved_files_are_named_after_the_company() {
    let check = |command: &[&str], name: &str, start: &[u8]| {
        for dialect in [Dialect::Documented, Dialect::Observed] {
            let service = Service::start(Sandbox::builder().dialect(dialect));
            let folder = tempfile::tempdir().unwrap();
            let run = Keepnet::new(command)
                .args(&["--company", ACME, "--output", "json"])
                .with_service(&service)
                .in_folder(folder.path())
                .run();
            assert_eq!(run.code, 0, "{command:?} {dialect}: {}", run.stderr);
            let content = fs::read(folder.path().join(name)).unwrap();
            assert!(content.starts_with(start), "{command:?} {dialect}");
            let report = run.json();
            assert_eq!(report["file"], name);
            assert_eq!(report["bytes"], content.len());
            assert_eq!(report["company"]["name"], ACME);
            let files = fs::read_dir(folder.path()).unwrap().count();
            assert_eq!(files, 1, "{command:?} {dialect}: no other file");
        }
    };
    check(&["users", "export"], "acme-llc-users.csv", b"");
    check(
        &["users", "export", "--format", "excel"],
        "acme-llc-users.xlsx",
        b"PK",
    );
    check(&["users", "export", "-o", "people.csv"], "people.csv", b"");
    check(
        &["users", "template"],
        "acme-llc-template.csv",
        b"First Name,",
    );
    check(
        &["users", "template", "--format", "excel"],
        "acme-llc-template.xlsx",
        b"PK",
    );
}

#[test]
fn export_to_stdout_contains_the_chosen_users() {
    let check = |arguments: &[&str], users: &[&str]| {
        let run = Keepnet::new(&["--company", ACME, "users", "export", "-o", "-"])
            .args(arguments)
            .with_sandbox()
            .run();
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{arguments:?}");
        let lines = run.stdout.lines().skip(1);
        let mut found: Vec<_> = lines
            .map(|line| {
                let (name, _) = line.split_once("@acme.example").unwrap();
                name.rsplit(',').next().unwrap()
            })
            .collect();
        found.sort_unstable();
        assert_eq!(found, users, "{arguments:?}");
    };
    check(&[], &["ada", "bob", "cem", "ivy", "sam"]);
    check(&["--status", "inactive"], &["ivy"]);
    check(&["--status", "deleted"], &["dee"]);
    check(
        &["--status", "all"],
        &["ada", "bob", "cem", "dee", "ivy", "sam"],
    );
    check(&["--search", "sales", "--status", "active"], &["bob"]);
}

#[test]
fn unwritable_path_prints_one_line() {
    let run = Keepnet::new(&["--company", ACME, "users", "export"])
        .args(&["-o", "no-such-folder/people.csv"])
        .with_sandbox()
        .run();
    assert_eq!((run.code, run.stdout.as_str()), (1, ""));
    let expected =
        "error: exporting the users for Acme LLC (xC5kfGz7w2Nz): the file could not be saved";
    assert!(run.stderr.starts_with(expected), "{}", run.stderr);
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
}
