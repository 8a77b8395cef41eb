//! Credentials, the choice of a company, the exit codes of failures, and the served sandbox.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::Stdio;

use keepnet_sandbox::{Answer, RequestPattern, Sandbox};
use serde_json::json;

use crate::support::{ACME, Keepnet, Run, Service, fixture};

#[test]
fn failures_have_their_exit_codes() {
    let service = Service::start(Sandbox::builder());
    let check = |run: Run, code: i32, expected: &str| {
        assert_eq!(run.code, code, "{}", run.stderr);
        assert_eq!(run.stdout, "");
        assert!(run.stderr.starts_with("error: "), "{}", run.stderr);
        assert!(
            run.stderr.contains(expected),
            "{expected} in {}",
            run.stderr
        );
        assert!(!run.stderr.contains("sandbox-secret"), "{}", run.stderr);
    };
    let count = |company: &str| Keepnet::new(&["--company", company, "users", "count"]);
    let sign_in = || Keepnet::new(&["auth", "check"]);

    check(sign_in().run(), 3, "KEEPNET_CLIENT_ID");
    let wrong = sign_in()
        .with_service(&service)
        .env("KEEPNET_CLIENT_SECRET", "wrong");
    check(wrong.run(), 3, "credentials were refused");
    let insecure = sign_in()
        .with_service(&service)
        .args(&["--base-url", "http://api.example"]);
    check(insecure.run(), 3, "https");
    let odd = sign_in()
        .with_service(&service)
        .env("KEEPNET_API_BASE_URL", "foo");
    let source = "hint: the base URL is \"foo\", from environment KEEPNET_API_BASE_URL\n";
    check(odd.run(), 3, source);

    let page = service.sandbox.url();
    let hint = format!("the base URL is \"{page}\", from environment KEEPNET_API_BASE_URL\n");
    let problem = "127.0.0.1 sent a web page, which does not look like a response";
    let html = Answer::file("text/html", "<!DOCTYPE html><p>Sign in to this network");
    for (operation, command) in [
        ("POST /connect/token", sign_in()),
        ("search_companies", Keepnet::new(&["companies", "list"])),
    ] {
        let pattern = RequestPattern::of(operation).unwrap();
        service.sandbox.stub(pattern, html.clone().times(1));
        let run = command.with_service(&service).run();
        assert!(run.stderr.contains(problem), "{operation}: {}", run.stderr);
        check(run, 3, &hint);
    }
    let long = "long ".repeat(20_000);
    let run = count(&long).with_service(&service).run();
    assert!(run.stderr.len() < 3000, "{}", run.stderr.len());
    check(run, 4, "no customer has the name or id");

    check(
        count("Nobody").with_service(&service).run(),
        4,
        "\"Nobody\"",
    );
    check(
        count("Elsewhere Ltd").with_service(&service).run(),
        4,
        "Elsewhere",
    );
    let admin = Keepnet::new(&["companies", "list"])
        .with_service(&service)
        .env("KEEPNET_CLIENT_ID", "admin-client")
        .env("KEEPNET_CLIENT_SECRET", "admin-secret");
    check(admin.run(), 4, "not allowed");

    check(
        Keepnet::new(&["users", "count"]).with_sandbox().run(),
        2,
        "--company",
    );
    check(
        Keepnet::new(&["users", "count", "--nope"]).run(),
        2,
        "--nope",
    );
    let without_consent = Keepnet::new(&["--company", ACME, "users", "import"])
        .arg(fixture("acme-users.csv"))
        .with_sandbox();
    check(without_consent.run(), 2, "--yes");

    let nowhere = sign_in()
        .with_service(&service)
        .args(&["--base-url", "http://127.0.0.1:1"]);
    check(
        nowhere.run(),
        7,
        "the service could not be reached (127.0.0.1: Connection refused",
    );
    let by_proxy = sign_in()
        .with_service(&service)
        .env("KEEPNET_API_BASE_URL", "https://api.example")
        .env("HTTPS_PROXY", "http://me:hunter2@127.0.0.1:1")
        .run();
    assert!(!by_proxy.stderr.contains("hunter2"), "{}", by_proxy.stderr);
    check(by_proxy, 7, "; the proxy is http://127.0.0.1:1\n");
    let broken = Keepnet::new(&["companies", "list", "-v"]).with_service(&service);
    let fault = "status=500,on=POST /api/companies/search".parse().unwrap();
    service.sandbox.add_fault(fault);
    let document = Keepnet::new(&["companies", "list", "--output", "json"])
        .with_service(&service)
        .run();
    assert_eq!(
        (document.code, &document.error()["code"]),
        (7, &json!("server_error"))
    );
    let message = document.error_lines();
    assert!(
        message.contains("the service failed (HTTP 500"),
        "{message}"
    );
    assert!(!message.contains("reach"), "{message}");
    let broken = broken.run();
    assert!(
        broken
            .stderr
            .contains("hint: wait a while and run it again")
    );
    assert!(
        broken
            .stderr
            .contains("  because: search_companies: HTTP 500")
    );
}

#[test]
fn secret_is_read_from_stdin() {
    let service = Service::start(Sandbox::builder());
    let mut child = Keepnet::new(&["auth", "check", "--secret-file", "-"])
        .with_service(&service)
        .env("KEEPNET_CLIENT_SECRET", "wrong")
        .spawn(Stdio::piped());
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"sandbox-secret\n")
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
}

#[cfg(unix)]
#[test]
fn sandbox_serves_until_stopped() {
    let mut child = Keepnet::new(&["sandbox", "serve", "--port", "0"]).spawn(Stdio::null());
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let url = line.trim().strip_prefix("listening on ").unwrap();
    let run = Keepnet::new(&["auth", "check", "--base-url", url])
        .env("KEEPNET_CLIENT_ID", "sandbox-client")
        .env("KEEPNET_CLIENT_SECRET", "sandbox-secret")
        .run();
    crate::support::signal("-TERM", &child);
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(child.wait().unwrap().success());
}
