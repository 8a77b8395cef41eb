//! `users export` and `users template`: files that the service writes.

use std::fs;

use keepnet_sandbox::{Dialect, Sandbox};

use crate::support::{ACME, Keepnet, Service};

/// Excel needs it to read the accents of a CSV file.
const MARK: &[u8] = b"\xEF\xBB\xBF";

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
    check(&["users", "export"], "acme-llc-users.csv", MARK);
    check(
        &["users", "export", "--format", "excel"],
        "acme-llc-users.xlsx",
        b"PK",
    );
    check(&["users", "export", "-o", "people.csv"], "people.csv", MARK);
    check(
        &["users", "template"],
        "acme-llc-template.csv",
        b"\xEF\xBB\xBFFirst Name,",
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
    let expected = "error: exporting the users for Acme LLC (xC5kfGz7w2Nz): \
        no-such-folder/people.csv could not be saved: ";
    assert!(run.stderr.starts_with(expected), "{}", run.stderr);
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
}

#[test]
fn existing_file_is_kept_without_force() {
    let service = Service::start(Sandbox::builder());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("acme-llc-users.csv");
    let export = |arguments: &[&str]| {
        Keepnet::new(&["--company", ACME, "users", "export"])
            .args(arguments)
            .with_service(&service)
            .in_folder(folder.path())
            .run()
    };
    for arguments in [&[][..], &["-o", "acme-llc-users.csv"]] {
        fs::write(&path, "mine").unwrap();
        let refused = export(arguments);
        assert_eq!((refused.code, refused.stdout.as_str()), (2, ""));
        let expected = "error: acme-llc-users.csv: the file exists already\nhint: add --force ";
        assert!(refused.stderr.starts_with(expected), "{}", refused.stderr);
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
    }
    let replaced = export(&["--force"]);
    assert_eq!(replaced.code, 0, "{}", replaced.stderr);
    assert!(fs::read(&path).unwrap().starts_with(MARK));
}

#[cfg(unix)]
#[test]
fn saved_file_is_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;

    let folder = tempfile::tempdir().unwrap();
    for command in ["export", "template"] {
        let run = Keepnet::new(&["--company", ACME, "users", command, "-o", command])
            .with_sandbox()
            .in_folder(folder.path())
            .run();
        assert_eq!(run.code, 0, "{}", run.stderr);
        let metadata = fs::metadata(folder.path().join(command)).unwrap();
        assert_eq!(metadata.permissions().mode() & 0o777, 0o600, "{command}");
    }
}

#[test]
fn file_name_decides_the_format() {
    let folder = tempfile::tempdir().unwrap();
    let export = |arguments: &[&str]| {
        Keepnet::new(&["--company", ACME, "users", "export"])
            .args(arguments)
            .with_sandbox()
            .in_folder(folder.path())
            .run()
    };
    let check = |arguments: &[&str], name: &str, start: &[u8]| {
        let run = export(arguments);
        assert_eq!(run.code, 0, "{arguments:?}: {}", run.stderr);
        let content = fs::read(folder.path().join(name)).unwrap();
        assert!(content.starts_with(start), "{arguments:?}");
    };
    check(&["-o", "out.xlsx"], "out.xlsx", b"PK");
    check(&["-o", "OUT.XLSX"], "OUT.XLSX", b"PK");
    check(&["-o", "out.csv"], "out.csv", MARK);
    check(&["-o", "out", "--format", "excel"], "out", b"PK");
    let check_refused = |arguments: &[&str], expected: &str| {
        let run = export(arguments);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}");
        assert!(run.stderr.contains(expected), "{}", run.stderr);
    };
    let contradiction = "the name of the file does not fit --format";
    check_refused(&["-o", "a.xlsx", "--format", "csv"], contradiction);
    check_refused(&["-o", "a.csv", "--format", "excel"], contradiction);
    check_refused(&["-o", "a.xls"], "the service writes .csv and .xlsx files");
}
