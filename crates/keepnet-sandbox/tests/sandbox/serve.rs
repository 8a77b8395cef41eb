//! The `serve` command of the binary.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

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
fn serve_describes_itself_as_json() {
    let mut child = serve(&["--json", "--bind", "0.0.0.0"]);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let ready: Value = serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap();
    let url = ready["url"].as_str().unwrap();
    let port = url.strip_prefix("http://0.0.0.0:").unwrap();
    assert_eq!(ready["clients"][0]["clientId"], "sandbox-client");
    assert_eq!(ready["clients"][0]["clientSecret"], "sandbox-secret");
    assert_eq!(ready["companies"][1]["name"], "Acme LLC");
    let mut stream = TcpStream::connect(format!("127.0.0.1:{port}")).unwrap();
    let request = "GET /_sandbox/health HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";
    stream.write_all(request.as_bytes()).unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    assert!(response.ends_with(r#"{"ready":true}"#), "{response}");
    child.kill().unwrap();
    let output = child.wait_with_output().unwrap();
    let warning = String::from_utf8_lossy(&output.stderr);
    assert!(
        warning.starts_with("warning: everybody who can reach 0.0.0.0"),
        "{warning}"
    );
}

#[test]
fn built_in_seed_is_valid_under_the_printed_schema() {
    let output = Command::new(env!("CARGO_BIN_EXE_keepnet-sandbox"))
        .arg("schema")
        .output()
        .unwrap();
    let schema: Value = serde_json::from_slice(&output.stdout).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let seed: Value = serde_json::from_str(include_str!("../../src/seed/seed.json")).unwrap();
    assert!(validator.is_valid(&seed));
    let mut unknown = seed.clone();
    unknown["companies"][0]["color"] = 1.into();
    assert!(!validator.is_valid(&unknown));
    let mut nameless = seed;
    nameless["clients"][0]
        .as_object_mut()
        .unwrap()
        .remove("clientSecret");
    assert!(!validator.is_valid(&nameless));
}

#[test]
fn invalid_arguments_are_refused() {
    for (arguments, expected, code) in [
        (&["--users", "Nobody=3"][..], "Nobody", 1),
        (&["--users", "Acme LLC"], "COMPANY=N", 2),
        (&["--fleet", "300y10"], "300x1000", 2),
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
