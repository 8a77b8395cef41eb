//! The `serve` command of the binary.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

fn serve(arguments: &[&str]) -> Child {
    let mut command = Command::new(env!("CARGO_BIN_EXE_keepnet-sandbox"));
    command
        .arg("serve")
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command.spawn().unwrap()
}

#[test]
fn serve_prints_its_address_and_stops_on_sigterm() {
    let mut child = serve(&[
        "--dialect",
        "documented",
        "--users",
        "Acme LLC=3",
        "--pace-ms",
        "10",
    ]);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let line = lines.next().unwrap().unwrap();
    assert!(line.starts_with("listening on http://127.0.0.1:"), "{line}");
    let stopped = Command::new("kill")
        .arg("-TERM")
        .arg(child.id().to_string())
        .status()
        .unwrap();
    assert!(stopped.success());
    assert!(child.wait().unwrap().success());
    assert_eq!(lines.count(), 0, "only one line on stdout");
}

#[test]
fn invalid_arguments_are_refused() {
    for (arguments, expected, code) in [
        (&["--users", "Nobody=3"][..], "Nobody", 1),
        (&["--users", "Acme LLC"], "COMPANY=N", 2),
        (&["--dialect", "unknown"], "documented", 2),
        (&["--seed", "/nonexistent/seed.json"], "seed", 1),
        (&["--fault", "no-such-fault"], "no kind", 2),
    ] {
        let output = serve(arguments).wait_with_output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {stderr}");
        assert!(stderr.contains(expected), "{arguments:?}: {stderr}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
    }
}
