//! `--quiet`, `--no-input`, `--color`, the pager, and staff lists from standard input.

use std::fs;
use std::io::Write as _;
use std::process::{Child, Stdio};

use keepnet_sandbox::Sandbox;

use crate::support::{ACME, Keepnet, Service, fixture};
#[cfg(unix)]
use crate::terminals::terminal::Terminal;

#[test]
fn quiet_prints_results_warnings_and_errors() {
    let service = Service::start(Sandbox::builder());
    let check = |line: &str, expected: &str| {
        let words: Vec<_> = line.split(' ').collect();
        let run = Keepnet::new(&["--company", ACME, "--quiet"])
            .args(&words)
            .in_folder(fixture("acme-users.csv").parent().unwrap())
            .with_service(&service)
            .run();
        assert_eq!(run.stderr, expected, "{line}");
        assert!(
            expected.starts_with("error") || !run.stdout.is_empty(),
            "{line}"
        );
    };
    check("users list --limit 2", "");
    check("users import acme-users.csv --yes", "");
    let warning = "warning: duplicates-and-invalid.xlsx, column F \"Notes\": fills no field and is not sent\n";
    check(
        "users add --from duplicates-and-invalid.xlsx --yes",
        warning,
    );
    check("users import duplicates-and-invalid.xlsx --yes", warning);
    check(
        "users list --group Nobody",
        "error: finding the groups for Acme LLC (xC5kfGz7w2Nz): there is no group \"Nobody\"\n\
         hint: use the name or id of a group of this company\n",
    );
}

#[test]
fn quiet_wait_says_nothing() {
    let run = |options: &[&str]| {
        let fault = "status=429,retry-after=2,nth=1,on=GET /api/target-users/count-summary";
        let service = Service::start(Sandbox::builder().fault(fault.parse().unwrap()));
        let program = Keepnet::new(&["--company", ACME, "users", "count"]);
        program.args(options).with_service(&service).run()
    };
    let (said, quiet) = (run(&[]), run(&["--quiet"]));
    assert_eq!(said.code, 0);
    assert!(said.stderr.starts_with("note: waiting "), "{}", said.stderr);
    assert_eq!((quiet.code, quiet.stderr.as_str()), (0, ""));
    assert_eq!(quiet.stdout, said.stdout);
}

#[cfg(unix)]
#[test]
fn no_input_turns_a_question_into_an_error() {
    let service = Service::start(Sandbox::builder());
    let list = fixture("acme-users.csv");
    let list = list.to_str().unwrap();
    let check = |words: &[&str], expected: &str| {
        let program = Keepnet::new(&["--company", ACME, "--no-input"])
            .args(words)
            .with_service(&service);
        let (code, screen) = Terminal::start(program, 200).finish();
        assert_eq!(code, 2, "{screen}");
        assert!(screen.contains(expected), "{screen}");
    };
    check(
        &["users", "import", list],
        "hint: add --yes to import, or --dry-run",
    );
    check(
        &["users", "add", "--from", list],
        "hint: add --yes to add them",
    );
    check(
        &["api", "DELETE", "/api/target-users/x"],
        "hint: add --yes to delete",
    );
    let requests = service.sandbox.requests();
    assert!(requests.is_empty(), "{}", requests.len());
}

#[test]
fn colours_are_used_on_request() {
    let service = Service::start(Sandbox::builder());
    let run = |words: &[&str]| {
        let run = Keepnet::new(&["--company", ACME])
            .args(words)
            .with_service(&service)
            .run();
        (run.stdout, run.stderr)
    };
    let (table, _) = run(&["groups", "list", "--color", "always", "--columns", "name"]);
    assert_eq!(table, "\u{1b}[1mNAME\u{1b}[0m\nAll Staff\nManagers\n");
    let (_, error) = run(&["users", "list", "--group", "x", "--color=always"]);
    assert!(error.starts_with("\u{1b}[1;31merror:\u{1b}[0m "), "{error}");
    let (_, usage) = run(&["users", "lst", "--color", "always"]);
    assert!(usage.contains('\u{1b}'), "{usage}");
    for words in [&["groups", "list"][..], &["users", "lst"]] {
        for options in [&[][..], &["--color", "never"]] {
            let (stdout, stderr) = run(&[words, options].concat());
            assert!(!(stdout + &stderr).contains('\u{1b}'), "{words:?}");
        }
    }
}

#[cfg(unix)]
#[test]
fn pager_shows_long_lists_on_a_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let shown = folder.path().join("shown");
    let pager = format!("tee {}", shown.display());
    let service = Service::start(Sandbox::builder().users(ACME, 80));
    let list = |line: &str| {
        let words: Vec<_> = line.split(' ').collect();
        Keepnet::new(&["--company", ACME, "users", "list"])
            .args(&words)
            .env("PAGER", &pager)
            .env("TERM", "xterm")
            .with_service(&service)
    };
    let (code, _) = Terminal::start(list("--limit 5"), 120).finish();
    assert_eq!((code, shown.exists()), (0, false));
    let (code, _) = Terminal::start(list("--output csv"), 120).finish();
    assert_eq!((code, shown.exists()), (0, false));
    assert_eq!((list("--all").run().code, shown.exists()), (0, false));
    let (code, _) = Terminal::start(list("--all"), 120).finish();
    let shown = fs::read_to_string(shown).unwrap();
    assert_eq!((code, shown.lines().count()), (0, 86));
    let without_pager = list("--all").env("PAGER", "false");
    let (code, screen) = Terminal::start(without_pager, 120).finish();
    assert_eq!((code, screen.contains("person40@")), (0, true), "{screen}");
}

#[test]
fn staff_list_comes_from_standard_input() {
    let service = Service::start(Sandbox::builder());
    let check = |line: &str, content: &[u8], expected: &str| {
        let words: Vec<_> = line.split(' ').collect();
        let program = Keepnet::new(&words)
            .env("KEEPNET_COMPANY_ID", ACME)
            .with_service(&service);
        let mut child: Child = program.spawn(Stdio::piped());
        child.stdin.take().unwrap().write_all(content).unwrap();
        let output = child.wait_with_output().unwrap();
        let stdout = String::from_utf8(output.stdout).unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{line}: {stderr}");
        assert!(stdout.contains(expected), "{line}: {stdout}");
    };
    let workbook = fs::read(fixture("acme-users.xlsx")).unwrap();
    let text = b"E-mail,First name\nnia@acme.example,Nia\n";
    check("users check -", &workbook, "25 rows: 25 valid");
    check("users check -", text, "standard-input, UTF-8");
    check(
        "users import - --dry-run",
        text,
        "standard-input for Acme LLC",
    );
    check("users add --from - --dry-run", text, "1 new");
    check("users import - --yes", &workbook, "25 imported");
}
