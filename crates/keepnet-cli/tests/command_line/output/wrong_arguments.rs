//! Arguments that name what is not there: each is a usage error, and none is ignored.

use std::fs;

use keepnet_sandbox::Sandbox;

use crate::support::{ACME, Keepnet, Service, fixture};

#[test]
fn wrong_argument_has_one_exit_code() {
    let service = Service::start(Sandbox::builder());
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("list.csv"), "Email\nnia@acme.example\n").unwrap();
    fs::copy(
        fixture("duplicates-and-invalid.xlsx"),
        folder.path().join("list.xlsx"),
    )
    .unwrap();
    let check = |line: &str, message: &str, hint: &str| {
        let words = line.split(' ').map(|word| word.replace('~', " "));
        let words: Vec<String> = words.collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let run = Keepnet::new(&words)
            .in_folder(folder.path())
            .env("KEEPNET_CONFIG", "config.toml")
            .env("KEEPNET_STATE_DIR", "state")
            .env("KEEPNET_COMPANY_ID", ACME)
            .with_service(&service)
            .run();
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (2, ""),
            "{line}: {}",
            run.stderr
        );
        assert!(run.stderr.contains(message), "{line}: {}", run.stderr);
        assert!(
            run.stderr.contains(&format!("hint: {hint}\n")),
            "{line}: {}",
            run.stderr
        );
    };
    let group = "\"Nope\"";
    let known = "use the name or id of a group of this company";
    let create = format!("{known}, or add --create-groups");
    for (line, hint) in [
        ("users add --email g@acme.example --group Nope", known),
        ("users add --from list.csv --yes --group Nope", known),
        ("users import list.csv --yes --group Nope", create.as_str()),
        ("users sync list.csv --yes --group Nope", &create),
        ("users list --group Nope", known),
        ("groups add Nope ada@acme.example", known),
    ] {
        check(line, group, hint);
    }
    let message = "is a text file, which has no worksheet \"Foo\"";
    for command in ["check", "import", "sync", "add --dry-run --from"] {
        let line = format!("users {command} list.csv --sheet Foo");
        check(&line, message, "omit --sheet");
        let line = format!("users {command} list.xlsx --encoding utf-8");
        check(&line, "is a workbook, which is not in", "omit --encoding");
    }
    check(
        "auth logout --profile nope",
        "there is no profile \"nope\"",
        "store one with `keepnet auth login`",
    );
}

#[test]
fn unknown_company_group_is_a_usage_error() {
    let service = Service::start(Sandbox::builder());
    let check = |line: &[&str], code: i32| {
        let run = Keepnet::new(line).with_service(&service).run();
        assert_eq!(run.code, code, "{line:?}: {}", run.stderr);
    };
    check(&["companies", "list", "--group", "Nope"], 2);
    check(&["users", "count", "--companies", "group:Nope"], 2);
    check(&["users", "count", "--companies", "Nope"], 4);
}

#[test]
fn warnings_of_a_strict_list_refuse_it() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("odd.csv"),
        "Email,First Name\nnia@acme.example,NULL\n",
    )
    .unwrap();
    for command in ["import", "sync", "add --from"] {
        let line = format!("users {command} odd.csv --yes --strict");
        let words: Vec<&str> = line.split(' ').collect();
        let run = Keepnet::new(&["--company", ACME])
            .args(&words)
            .in_folder(folder.path())
            .with_sandbox()
            .run();
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (1, ""),
            "{line}: {}",
            run.stderr
        );
    }
}

#[cfg(unix)]
#[test]
fn device_or_pipe_is_not_replaced() {
    use std::os::unix::fs::FileTypeExt as _;

    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe.csv");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let service = Service::start(Sandbox::builder());
    for line in [
        "users export --force -o pipe.csv",
        "users template --force -o pipe.csv",
        "api GET /api/target-users/count-summary -o pipe.csv",
        "billing snapshot --force -o pipe.csv",
    ] {
        let words: Vec<&str> = line.split(' ').collect();
        let run = Keepnet::new(&words)
            .env("KEEPNET_COMPANY_ID", ACME)
            .in_folder(folder.path())
            .with_service(&service)
            .run();
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (2, ""),
            "{line}: {}",
            run.stderr
        );
        assert!(
            run.stderr.contains("no ordinary file"),
            "{line}: {}",
            run.stderr
        );
        assert!(pipe.metadata().unwrap().file_type().is_fifo(), "{line}");
    }
}

#[test]
fn saved_mapping_replaces_only_a_mapping() {
    let folder = tempfile::tempdir().unwrap();
    let list = "Email,Team\nnia@acme.example,Sales\n";
    fs::write(folder.path().join("list.csv"), list).unwrap();
    fs::write(folder.path().join("notes"), "precious").unwrap();
    let check = |file: &str, code: i32| {
        let line = [
            "users",
            "check",
            "list.csv",
            "--map",
            "Team=Department",
            "--save-mapping",
        ];
        let run = Keepnet::new(&line)
            .args(&[file])
            .in_folder(folder.path())
            .run();
        assert_eq!(run.code, code, "{file}: {}", run.stderr);
        fs::read_to_string(folder.path().join(file)).unwrap()
    };
    assert_eq!(check("list.csv", 2), list);
    assert_eq!(check("notes", 2), "precious");
    let saved = check("mapping.json", 0);
    assert_eq!(check("mapping.json", 0), saved);
}
