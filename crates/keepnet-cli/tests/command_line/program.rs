//! Completions, manual pages, and output without colours.

use std::fs;
#[cfg(unix)]
use std::path::Path;
#[cfg(unix)]
use std::process::Command;

#[cfg(unix)]
use keepnet_sandbox::Sandbox;

use crate::support::{ACME, Keepnet, check_snapshot};
#[cfg(unix)]
use crate::support::{Service, write_private};

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

/// A configuration file with two profiles, of which one names a customer.
#[cfg(unix)]
fn config(folder: &Path) -> String {
    let file = folder.join("config.toml");
    let text = "[profiles.acme]\nclient_id = 'me'\ncompany = 'Acme $(touch evil) LLC'\n\
        [profiles.globex]\nclient_id = 'me'\n";
    write_private(&file, text);
    file.display().to_string()
}

#[cfg(unix)]
#[test]
fn known_names_are_printed_without_a_request() {
    let folder = tempfile::tempdir().unwrap();
    let config = config(folder.path());
    let names = |kind: &str, config: &str| {
        let names = Keepnet::new(&["completions", "--names", kind])
            .env("KEEPNET_CONFIG", config)
            .env("KEEPNET_STATE_DIR", &folder.path().display().to_string())
            .env("KEEPNET_API_BASE_URL", "http://127.0.0.1:1")
            .run();
        assert_eq!((names.code, names.stderr.as_str()), (0, ""));
        names.stdout
    };
    assert_eq!(names("profiles", &config), "acme\nglobex\n");
    assert_eq!(names("companies", &config), "Acme $(touch evil) LLC\n");
    assert_eq!(names("profiles", "/nonexistent"), "");
    assert_eq!(names("tickets", &config), "");

    let service = Service::start(Sandbox::builder());
    let list = folder.path().join("people.csv");
    fs::write(&list, "Email\nnia@acme.example\n").unwrap();
    let import = Keepnet::new(&["--company", ACME, "users", "import", "--yes"])
        .arg(list)
        .env("KEEPNET_STATE_DIR", &folder.path().display().to_string())
        .with_service(&service)
        .run();
    assert_eq!(import.code, 0, "{}", import.stderr);
    let both = "Acme $(touch evil) LLC\nAcme LLC\n";
    assert_eq!(names("companies", &config), both);
}

#[cfg(unix)]
#[test]
fn shells_complete_names_and_evaluate_none() {
    let folder = tempfile::tempdir().unwrap();
    let config = config(folder.path());
    let complete = |option: &str, start: &str| {
        let program = Path::new(env!("CARGO_BIN_EXE_keepnet"));
        let path = std::env::var("PATH").unwrap();
        let script = format!(
            "eval \"$(keepnet completions bash)\"; \
             COMP_WORDS=(keepnet --{option} '{start}'); COMP_CWORD=2; \
             _keepnet keepnet '{start}' --{option}; printf '%s\\n' \"${{COMPREPLY[@]}}\""
        );
        let output = Command::new("bash")
            .args(["--norc", "-c", &script])
            .current_dir(folder.path())
            .env(
                "PATH",
                format!("{}:{path}", program.parent().unwrap().display()),
            )
            .env("KEEPNET_CONFIG", &config)
            .env("KEEPNET_STATE_DIR", folder.path())
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(complete("profile", ""), "acme\nglobex\n");
    assert_eq!(complete("profile", "gl"), "globex\n");
    assert_eq!(
        complete("company", "Ac"),
        "Acme\\ \\$\\(touch\\ evil\\)\\ LLC\n"
    );
    assert!(!folder.path().join("evil").exists(), "a name was evaluated");
    for (shell, expected) in [
        ("zsh", ":NAME:_keepnet_names profiles'"),
        ("zsh", ":NAME|ID:_keepnet_names companies'"),
        (
            "fish",
            "-l profile -x -a \"(keepnet completions --names profiles 2>/dev/null)\"",
        ),
    ] {
        let script = Keepnet::new(&["completions", shell]).run().stdout;
        assert!(script.contains(expected), "{shell}: {expected}");
    }
}

/// What bash offers after each of these lines, in a folder with one file.
#[cfg(unix)]
#[test]
fn shells_offer_files_only_for_files() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("people.csv"), "").unwrap();
    let path = std::env::var("PATH").unwrap();
    let program = Path::new(env!("CARGO_BIN_EXE_keepnet"));
    let path = format!("{}:{path}", program.parent().unwrap().display());
    // `compopt` fails outside of a completion, so it is counted here.
    let mut script = "eval \"$(keepnet completions bash)\"\n\
        compopt() { [[ \"$*\" == *+o*default* ]] && fallback=none; }\n\
        ask() { COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); fallback=files; COMPREPLY=()\n\
        _keepnet keepnet \"${COMP_WORDS[COMP_CWORD]}\" \"${COMP_WORDS[COMP_CWORD-1]}\"\n\
        printf '%s %s\\n' \"$fallback\" \"${COMPREPLY[*]}\"; }\n"
        .to_owned();
    let lines = [
        ("keepnet jobs watch p", "none "),
        ("keepnet users import --resume p", "none "),
        ("keepnet users list --columns p", "none p"),
        ("keepnet users list --sort p", "none p"),
        ("keepnet users list --companies p", "none "),
        ("keepnet users list --group p", "none p"),
        ("keepnet users list --secret-file p", "none people.csv"),
        ("keepnet users import p", "files "),
    ];
    for (line, _) in lines {
        script += &format!("ask {line}\n");
    }
    let output = Command::new("bash")
        .args(["--norc", "-c", &script])
        .current_dir(folder.path())
        .env("PATH", path)
        .env("KEEPNET_CONFIG", folder.path().join("none"))
        .env("KEEPNET_STATE_DIR", folder.path())
        .output()
        .unwrap();
    let offered = String::from_utf8(output.stdout).unwrap();
    let expected: String = lines.map(|(_, offered)| format!("{offered}\n")).concat();
    assert_eq!(offered, expected);
}

#[test]
fn manual_pages_are_printed_or_saved() {
    let run = Keepnet::new(&["man"]).run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    assert!(run.stdout.contains(".TH keepnet 1"), "{}", run.stdout);
    for section in [
        ".SH \"ENVIRONMENT\"\n.nf\n  KEEPNET_CLIENT_ID",
        ".SH \"EXIT CODES\"\n.nf\n  0 done",
    ] {
        assert!(run.stdout.contains(section), "{}", run.stdout);
    }

    let folder = tempfile::tempdir().unwrap();
    let printed = Keepnet::new(&["man", "-o", "-"]).in_folder(folder.path());
    assert_eq!(printed.run().stdout, run.stdout);
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
    for page in fs::read_dir(&pages).unwrap() {
        let path = page.unwrap().path();
        let page = fs::read_to_string(&path).unwrap();
        let sections = page.lines().filter_map(|line| line.strip_prefix(".SH "));
        for section in sections {
            let known = [
                "NAME",
                "SYNOPSIS",
                "DESCRIPTION",
                "OPTIONS",
                "SUBCOMMANDS",
                "VERSION",
                "NOTES",
                "GLOBAL OPTIONS",
                "MANY CUSTOMERS",
                "ENVIRONMENT",
                "EXIT CODES",
                "EXAMPLES",
                "KINDS OF FAULTS",
                "OPTIONS OF ALL FAULTS",
            ];
            assert!(
                known.contains(&section.trim_matches('"')),
                "{path:?}: {section}"
            );
        }
    }
    let page = fs::read_to_string(pages.join("keepnet-jobs-watch.1")).unwrap();
    let (start, rest) = page.split_once(".SH \"GLOBAL OPTIONS\"").unwrap();
    let (_, end) = rest.split_once(".SH \"EXAMPLES\"").unwrap();
    check_snapshot(
        "man-jobs-watch",
        &format!("{start}[..]\n.SH \"EXAMPLES\"{end}"),
    );
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
