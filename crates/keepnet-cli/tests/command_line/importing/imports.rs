//! `users import`: its options, its preview, and its interruption.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::PathBuf;
use std::process::Stdio;

use keepnet_sandbox::{Answer, RequestPattern, Sandbox};
use serde_json::{Value, json};

use crate::support::{ACME, Keepnet, Service, error_document, error_lines, fixture, import};

#[test]
fn second_import_creates_no_user() {
    let service = Service::start(Sandbox::builder());
    for (new, existing) in [(25, 0), (0, 25)] {
        let run = import("acme-users.xlsx", "xC5kfGz7w2Nz")
            .with_service(&service)
            .run();
        assert_eq!(run.code, 0, "{}", run.stderr);
        let rows =
            json!({"total": 25, "new": new, "existing": existing, "invalid": 0, "duplicate": 0});
        assert_eq!(run.json()["rows"], rows);
    }
}

#[test]
fn dry_run_writes_nothing() {
    let service = Service::start(Sandbox::builder());
    let run = Keepnet::new(&["--company", ACME, "users", "import", "--dry-run"])
        .arg(fixture("acme-users.csv"))
        .with_service(&service)
        .run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(run.stdout.contains("25 new"), "{}", run.stdout);
    assert!(run.stdout.contains("nothing is written"), "{}", run.stdout);
    let requests = service.sandbox.requests();
    assert!(requests.iter().any(|it| it.path.ends_with("/search")));
    assert!(!requests.iter().any(|it| it.path.ends_with("/import")));
}

#[test]
fn licence_is_shown_and_stops_where_it_is_asked() {
    // The licence of the customer covers 100 active users.
    for (made_up, is_within) in [(0, true), (80, false)] {
        let service = Service::start(Sandbox::builder().users(ACME, made_up));
        let shown = Keepnet::new(&["--company", ACME, "users", "import", "--dry-run"])
            .arg(fixture("acme-users.csv"))
            .args(&["--output", "json"])
            .with_service(&service)
            .run();
        assert_eq!(shown.code, 0, "{}", shown.stderr);
        let license = &shown.json()["license"];
        let after = license["used"].as_u64().unwrap() + 25;
        assert_eq!(license["seats"], 100);
        assert_eq!(license["after"], after);
        assert_eq!(after <= 100, is_within, "{license}");

        let run = import("acme-users.csv", ACME)
            .args(&["--within-license"])
            .with_service(&service)
            .run();
        assert_eq!(run.code == 0, is_within, "{}", run.stderr);
        let warning = "warning: the import exceeds the licence";
        assert_eq!(!run.stderr.contains(warning), is_within, "{}", run.stderr);
        let mut requests = service.sandbox.requests().into_iter();
        let imported = requests.any(|it| it.path.ends_with("/import"));
        assert_eq!(imported, is_within);
    }
}

#[test]
fn diff_prints_changes_in_each_format() {
    const LIST: &str = "Email,First Name,Department\nADA@acme.example,Ada,Sales\n\
        bob@acme.example,,Sales\nsam@acme.example,Sam,Sales\nnia@acme.example,Nia,Sales\n";
    let check = |format: &str, expected: &str| {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("people.csv"), LIST).unwrap();
        let service = Service::start(Sandbox::builder());
        let words = "users import people.csv --dry-run --diff --output";
        let run = Keepnet::new(&["--company", ACME])
            .args(&words.split(' ').collect::<Vec<_>>())
            .args(&[format])
            .in_folder(folder.path())
            .with_service(&service)
            .run();
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(!run.stderr.contains("@acme.example"), "{}", run.stderr);
        assert!(run.stdout.contains(expected), "{format}: {}", run.stdout);
        let requests = service.sandbox.requests();
        assert!(!requests.iter().any(|it| it.path.ends_with("/import")));
        run
    };
    let table = "row 2, ada@acme.example: department Finance -> Sales\n\
        1 would change, 1 would not, 1 new, 1 managed by an identity provider; it is not known \
        whether empty cells clear values of 1\n\
        people.csv for Acme LLC (xC5kfGz7w2Nz): 4 people, 1 new, 3 existing, 0 rejected; nothing is \
        written yet\nlicence: 100 seats, 4 used, 5 after the import\n";
    assert_eq!(check("table", table).stdout, table);
    check("csv", "row,id,email,field,old,new,message\n2,");
    check("csv", ",ada@acme.example,Department,Finance,Sales,\n");
    let report = check("json", "changes").json();
    assert_eq!(report["rows"]["existing"], 3);
    assert_eq!(report["license"]["after"], 5);
    let changes = &report["changes"];
    assert_eq!(changes["rows"][0]["fields"][0]["new"], "Sales");
    let counted = json!({"field": "Department", "changed": 1, "emptied": 0});
    assert_eq!(changes["fields"][1], counted);
    assert_eq!(check("ndjson", "changes").stdout.lines().count(), 1);
}

#[test]
fn diff_without_dry_run_is_refused() {
    for (arguments, expected) in [
        (&["--diff"][..], "--dry-run"),
        (&["--yes", "--diff"], "--yes"),
    ] {
        let run = Keepnet::new(&["users", "import", "people.csv"])
            .args(arguments)
            .run();
        assert_eq!(run.code, 2, "{arguments:?}");
        assert!(run.stderr.contains(expected), "{}", run.stderr);
    }
}

#[test]
fn import_options_reach_the_service() {
    let check = |arguments: &[&str], code: i32, imported: Option<u64>, error: &str| {
        let run = import("acme-users.csv", ACME)
            .args(arguments)
            .with_sandbox()
            .run();
        assert_eq!(run.code, code, "{arguments:?}: {}", run.stderr);
        match imported {
            Some(imported) => assert_eq!(run.json()["imported"], imported, "{arguments:?}"),
            None => {
                assert_eq!(run.stdout, "", "{arguments:?}");
                assert!(run.error_lines().contains(error), "{}", run.stderr);
            }
        }
    };
    check(&["--group", "All Staff"], 0, Some(25), "");
    check(&["--group", "Nobody's"], 2, None, "Nobody's");
    check(&["--group", "Starters", "--create-groups"], 0, Some(25), "");
    check(&["--mode", "new"], 0, Some(25), "");
    check(&["--mode", "existing"], 0, Some(0), "");
    check(&["--select", "nobody@acme.example"], 1, None, "selected");
    check(&["--map", "Department="], 0, Some(25), "");
    check(
        &["--map", "Nowhere=Department"],
        2,
        None,
        "no column `Nowhere`",
    );
    check(&["--map", "Department=Nothing"], 2, None, "not a field");
    check(
        &["--map", "C=Department"],
        2,
        None,
        "no column holds the e-mail address",
    );
    check(
        &["--map", "C=Department"],
        2,
        None,
        "hint: name the column with --map 'COLUMN=Email'",
    );
}

#[test]
fn select_beside_mode_writes_nobody() {
    let service = Service::start(Sandbox::builder());
    let run = import("acme-users.csv", ACME)
        .args(&["--mode", "new", "--select", "bob@acme.example"])
        .with_service(&service)
        .run();
    assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
    assert_eq!(service.sandbox.requests().len(), 0);
}

#[test]
fn empty_filter_is_refused() {
    let service = Service::start(Sandbox::builder());
    for arguments in [
        &["users", "export", "-o", "-", "--department="][..],
        &["users", "list", "--search="],
        &["users", "list", "--group", " "],
    ] {
        let run = Keepnet::new(arguments).with_service(&service).run();
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}");
    }
    assert_eq!(service.sandbox.requests().len(), 0);
}

#[test]
fn columns_are_shown_before_an_import() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("people.csv");
    let rows = "Email,First Name,Department,Team,Shoe size\nnia@acme.example,Nia,Sales,IT,40\n";
    std::fs::write(&list, rows).unwrap();
    let columns = "  column A \"Email\" -> Email\n  column B \"First Name\" -> FirstName\n  \
        column D \"Team\" -> Department\n  column \"Department\" is not used: Department is filled \
        from column D \"Team\"\n  column \"Shoe size\" is not used\n";
    for command in [
        &["users", "import", "--yes"][..],
        &["users", "import", "--dry-run"],
        &["users", "add", "--yes", "--from"],
    ] {
        let run = Keepnet::new(&["--company", ACME])
            .args(command)
            .arg(list.clone())
            .args(&["--map", "Team=Department"])
            .with_sandbox()
            .run();
        assert_eq!(run.code, 0, "{}", run.stderr);
        assert!(run.stderr.contains(columns), "{}", run.stderr);
    }
}

#[test]
fn guessed_column_needs_a_yes() {
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("people.csv");
    std::fs::write(&list, "Emial,Given name\nnia@acme.example,Nia\n").unwrap();
    let check = |command: &[&str], arguments: &[&str], code: i32, expected: &str| {
        let run = Keepnet::new(&["--company", ACME])
            .args(command)
            .arg(list.clone())
            .args(arguments)
            .with_sandbox()
            .run();
        assert_eq!(run.code, code, "{command:?}: {}", run.stderr);
        assert!(run.stderr.contains(expected), "{command:?}: {}", run.stderr);
    };
    let refused = "error: --yes does not accept a guess: column A \"Emial\" as Email\n\
        hint: if this is right, add --map 'A=Email'\n";
    check(&["users", "import", "--yes"], &[], 2, refused);
    check(&["users", "add", "--yes", "--from"], &[], 2, refused);
    let shown = "  column A \"Emial\" -> Email (a guess)\n";
    check(&["users", "import", "--dry-run"], &[], 0, shown);
    let accepted = ["--map", "A=Email"];
    let certain = "  column A \"Emial\" -> Email\n";
    check(&["users", "import", "--yes"], &accepted, 0, certain);
}

#[test]
fn verbose_import_hides_secrets_and_users() {
    let run = import("acme-users.csv", ACME)
        .with_sandbox()
        .args(&["-vv"])
        .run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    assert!(
        run.stderr.contains("POST /api/target-users/upload"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("status=200"), "{}", run.stderr);
    for hidden in ["sandbox-secret", "Bearer", "@acme.example"] {
        assert!(!run.stderr.contains(hidden), "{hidden} in {}", run.stderr);
    }
}

#[cfg(unix)]
#[test]
fn interrupted_import_prints_resume_command() {
    let slow = Sandbox::builder().latency(std::time::Duration::from_millis(300));
    let service = Service::start(slow);
    let folder = tempfile::tempdir().unwrap();
    let mut child = import("acme-users.csv", ACME)
        .with_service(&service)
        .env("KEEPNET_STATE_DIR", folder.path().to_str().unwrap())
        .spawn(Stdio::null());
    let mut lines = BufReader::new(child.stderr.take().unwrap());
    let mut printed = String::new();
    while !printed.contains("mapping") {
        assert_ne!(lines.read_line(&mut printed).unwrap(), 0, "{printed}");
    }
    crate::support::signal("-INT", &child);
    lines.read_to_string(&mut printed).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(130), "{printed}");
    let expected = "error: interrupted\nhint: no user was written; resume with: keepnet users import --resume ";
    let lines = error_lines(&error_document(&printed));
    assert!(lines.starts_with(expected), "{printed}");
}

#[test]
fn import_that_does_not_agree_exits_with_5() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("two.csv");
    std::fs::write(&file, "Email\nnia@acme.example\nned@acme.example\n").unwrap();
    let search = || RequestPattern::of("POST /api/target-users/search").unwrap();
    let page = |rows: Value| {
        let total = rows.as_array().map(Vec::len);
        Answer::data(json!({"results": rows, "totalNumberOfRecords": total}))
    };
    let check = |after: Answer, confirmed: Value, told: &str| {
        let service = Service::start(Sandbox::builder());
        service.sandbox.stub(search(), after);
        service.sandbox.stub(search(), page(json!([])).times(1));
        let run = Keepnet::new(&["--company", ACME, "users", "import", "--yes"])
            .args(&["--output", "json", "--domains", "acme.example", "--tickets"])
            .arg(folder.path().join("tickets"))
            .arg(file.clone())
            .with_service(&service)
            .run();
        assert_eq!(run.code, 5, "{}", run.stderr);
        let report = run.json();
        assert_eq!(report["outcome"], "unverified");
        let figures = &report["reconciliation"];
        assert_eq!(figures["verified"], false);
        assert_eq!(figures["people_checked"], 2);
        assert_eq!(figures["people_confirmed"], confirmed);
        assert_eq!(
            (&report["created"], &report["updated"]),
            (&Value::Null, &Value::Null)
        );
        assert!(run.stderr.contains(told), "{}", run.stderr);
    };
    // After the import, the list without a count does not have one of the two people.
    let nia = json!([{"resourceId": "uNia", "email": "nia@acme.example"}]);
    let uncounted = Answer::data(json!({"results": nia}));
    let told = "expected 2 new users and the count went from 5 to 7, and it is not known whether the \
                people are there";
    check(uncounted, Value::Null, told);
    // It counts one of the two.
    check(page(nia), json!(1), "found 1 of 2 people");
}

#[test]
fn report_says_what_is_known_at_each_step() {
    let service = Service::start(Sandbox::builder());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("three.csv");
    let list = "Email\nada@acme.example\nnia@acme.example\nned@acme.example\n";
    std::fs::write(&file, list).unwrap();
    let import = |options: &[&str], code: i32| {
        let run = Keepnet::new(&["--company", ACME, "users", "import", "--output", "json"])
            .args(options)
            .arg(file.clone())
            .env("KEEPNET_STATE_DIR", &folder.path().display().to_string())
            .with_service(&service)
            .run();
        assert_eq!(run.code, code, "{options:?}: {}", run.stderr);
        run.json()
    };
    let check = |report: &Value, expected: Value| {
        let keys = ["outcome", "imported", "created", "updated", "failed"];
        let found: Value = keys.iter().map(|key| report[*key].clone()).collect();
        assert_eq!(found, expected);
    };
    let preview = import(&["--dry-run"], 0);
    check(&preview, json!(["planned", 0, 0, 0, 0]));
    assert_eq!(preview["ticket"], Value::Null);
    let started = import(&["--yes", "--no-wait"], 6);
    check(&started, json!(["started", null, null, null, null]));
    let ticket = started["ticket"].as_str().unwrap();
    let run = Keepnet::new(&["users", "import", "--output", "json", "--resume", ticket])
        .env("KEEPNET_STATE_DIR", &folder.path().display().to_string())
        .with_service(&service)
        .run();
    check(&run.json(), json!(["complete", 3, 2, 1, 0]));
    assert_eq!(run.json()["ticket"], ticket);
}

#[test]
fn bad_row_that_is_not_selected_does_not_count() {
    let service = Service::start(Sandbox::builder());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("mixed.csv");
    std::fs::write(&file, "Email\nnia@acme.example\nbroken\nned@acme.example\n").unwrap();
    let import = |options: &[&str]| {
        Keepnet::new(&[
            "--company",
            ACME,
            "users",
            "import",
            "--yes",
            "--output",
            "json",
        ])
        .args(options)
        .arg(file.clone())
        .with_service(&service)
        .run()
    };
    let run = import(&["--select", "nia@acme.example"]);
    assert_eq!(
        (run.code, &run.json()["outcome"]),
        (0, &json!("complete")),
        "{}",
        run.stderr
    );
    assert_eq!(run.json()["created"], 1);
    let run = import(&[]);
    assert_eq!(
        (run.code, &run.json()["outcome"]),
        (5, &json!("incomplete")),
        "{}",
        run.stderr
    );
}

#[test]
fn addresses_are_selected_from_standard_input() {
    let service = Service::start(Sandbox::builder());
    let folder = tempfile::tempdir().unwrap();
    let people = folder.path().join("people.csv");
    fs::write(
        &people,
        "Email\nnia@acme.example\nleo@acme.example\nmax@acme.example\n",
    )
    .unwrap();
    let check = |file: PathBuf, input: &str, code: i32, expected: &str| {
        let path = folder.path().join("input");
        fs::write(&path, input).unwrap();
        let import = Keepnet::new(&["--company", ACME, "users", "import"])
            .arg(file)
            .args(&["--yes", "--select", "-", "--select", "max@acme.example"])
            .with_service(&service);
        let child = import.spawn(fs::File::open(path).unwrap().into());
        let output = child.wait_with_output().unwrap();
        let printed = String::from_utf8(output.stdout).unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{said}");
        assert!((printed + &said).contains(expected), "{said}");
    };
    check(people.clone(), "\n \n", 2, "has no addresses");
    check(
        "-".into(),
        "Email\nnia@acme.example\n",
        2,
        "standard input can be read once",
    );
    assert_eq!(service.sandbox.requests().len(), 0);
    check(people, "\u{feff}nia@acme.example\r\n", 0, "2 imported");
}
