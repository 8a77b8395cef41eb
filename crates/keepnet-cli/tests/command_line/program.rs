//! Completions, manual pages, and output without colours.

use std::fs;

use crate::support::{ACME, Keepnet};

#[test]
fn each_shell_gets_completions() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let run = Keepnet::new(&["completions", shell]).run();
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{shell}");
        for word in ["keepnet", "companies", "page-token"] {
            assert!(run.stdout.contains(word), "{shell}: {word}");
        }
    }
}

#[test]
fn manual_pages_are_printed_or_saved() {
    let run = Keepnet::new(&["man"]).run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(run.stdout.contains(".TH keepnet 1"), "{}", run.stdout);
    for section in [
        ".SH ENVIRONMENT\n.nf\n  KEEPNET_CLIENT_ID",
        ".SH EXIT CODES\n.nf\n  0 done",
    ] {
        assert!(run.stdout.contains(section), "{}", run.stdout);
    }

    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("man");
    let run = Keepnet::new(&["man", "-o", pages.to_str().unwrap()]).run();
    assert_eq!(
        (run.code, run.stdout.as_str(), run.stderr.as_str()),
        (0, "", "")
    );
    for name in [
        "keepnet.1",
        "keepnet-users.1",
        "keepnet-users-import.1",
        "keepnet-api.1",
    ] {
        let page = fs::read_to_string(pages.join(name)).unwrap();
        assert!(page.contains(".SH SYNOPSIS"), "{name}");
    }
    let run = Keepnet::new(&["man", "-o", "/dev/null/x"]).run();
    assert_eq!(run.code, 1);
    assert!(run.stderr.contains("cannot be written"), "{}", run.stderr);
}

#[test]
fn output_contains_no_colour_codes() {
    let check = |arguments: &[&str]| {
        for colour in [("NO_COLOR", "1"), ("CLICOLOR_FORCE", "1")] {
            let run = Keepnet::new(arguments)
                .env(colour.0, colour.1)
                .with_sandbox()
                .run();
            let printed = run.stdout + &run.stderr;
            assert!(
                !printed.is_empty() && !printed.contains('\u{1b}'),
                "{arguments:?}"
            );
        }
    };
    check(&["companies", "list"]);
    check(&["--company", ACME, "users", "list", "-vv"]);
    check(&["users", "--help"]);
    check(&["users", "nothing"]);
    check(&["--company", "Nobody", "users", "count"]);
}
