//! Standard output that is closed, or on a disk that is full.

use std::fs::File;
use std::io::{Read as _, pipe};
use std::process::Stdio;

use keepnet_sandbox::Sandbox;

use crate::support::{ACME, Keepnet, Service};

const FORMATS: [&str; 4] = ["table", "csv", "json", "ndjson"];
/// A list of a page, a list that arrives in pages, one record, and a document.
const COMMANDS: [&[&str]; 5] = [
    &["companies", "list"],
    &["--company", ACME, "users", "list", "--all"],
    &["--company", ACME, "users", "count"],
    &["api", "list"],
    &["config", "list"],
];
/// What has no format.
const TEXTS: [&[&str]; 7] = [
    &["--help"],
    &["--version"],
    &["users", "--help"],
    &["man"],
    &["completions", "bash"],
    &["schema", "users-list"],
    &["sandbox", "schema"],
];

/// Runs each command in each format, with the standard output that `stdout` makes.
fn check(stdout: impl Fn() -> Stdio, expected: impl Fn(&str, &str, i32, &str)) {
    let service = Service::start(Sandbox::builder());
    let run = |line: &[&str], format: &str| {
        let call = match format {
            "" => Keepnet::new(line),
            _ => Keepnet::new(line)
                .args(&["--output", format])
                .with_service(&service),
        };
        let (mut reader, writer) = pipe().unwrap();
        let mut child = call.spawn_with(Stdio::null(), stdout(), Stdio::from(writer));
        let mut stderr = String::new();
        reader.read_to_string(&mut stderr).unwrap();
        let code = child.wait().unwrap().code().unwrap();
        expected(&line.join(" "), format, code, &stderr);
    };
    for format in FORMATS {
        for line in COMMANDS {
            run(line, format);
        }
    }
    for line in TEXTS {
        run(line, "");
    }
}

#[test]
fn closed_output_is_no_failure_in_any_format() {
    let closed = || {
        let (reader, writer) = pipe().unwrap();
        drop(reader);
        Stdio::from(writer)
    };
    check(closed, |line, format, code, stderr| {
        assert_eq!((code, stderr), (0, ""), "{line} {format}");
    });
}

#[cfg(target_os = "linux")]
#[test]
fn full_disk_is_a_failure_in_every_format() {
    let full = || Stdio::from(File::options().write(true).open("/dev/full").unwrap());
    check(full, |line, format, code, stderr| {
        let causes = ["No space left on device", "the disk is full"];
        let is_shown = causes.iter().any(|cause| stderr.contains(cause));
        assert!(code == 1 && is_shown, "{line} {format}: {code} {stderr}");
    });
}
