//! `imports list`, `imports show` and `imports prune`.

use keepnet_sandbox::Sandbox;
use tempfile::TempDir;

use crate::support::{ACME, GLOBEX, Keepnet, Run, Service, import};

struct Setup {
    service: Service,
    folder: TempDir,
}

impl Setup {
    /// A finished import, and one whose end is not known.
    fn new() -> Setup {
        let setup = Setup {
            service: Service::start(Sandbox::builder()),
            folder: tempfile::tempdir().unwrap(),
        };
        let import = |company: &str, options: &[&str]| {
            let program = import("acme-users.csv", company).args(options);
            setup.with_state(program).with_service(&setup.service).run()
        };
        assert_eq!(import(ACME, &[]).code, 0);
        assert_eq!(
            import(GLOBEX, &["--no-wait", "--domains", "acme.example"]).code,
            6
        );
        setup
    }

    fn with_state(&self, program: Keepnet) -> Keepnet {
        let state = self.folder.path().to_str().unwrap();
        program.env("KEEPNET_STATE_DIR", state)
    }

    fn run(&self, line: &str) -> Run {
        let words: Vec<_> = line.split(' ').collect();
        self.with_state(Keepnet::new(&words)).run()
    }
}

#[test]
fn open_and_finished_imports_are_listed_and_shown() {
    let setup = Setup::new();
    let listed = setup.run("imports list --output json").json();
    let items = listed["items"].as_array().unwrap();
    let states: Vec<_> = items
        .iter()
        .map(|it| it["state"].as_str().unwrap())
        .collect();
    assert_eq!(states.len(), 2);
    assert!(
        states.contains(&"done") && states.contains(&"confirmed"),
        "{states:?}"
    );
    let open = setup.run("imports list --open --output json").json();
    let open = &open["items"];
    assert_eq!(open.as_array().unwrap().len(), 1);
    assert_eq!(open[0]["company"]["name"], GLOBEX);
    assert_eq!(
        (&open[0]["age"], &open[0]["file"]),
        (&"0m".into(), &"acme-users.csv".into())
    );
    let table = setup.run("imports list").stdout;
    assert!(table.starts_with("ID "), "{table}");

    let id = open[0]["id"].as_str().unwrap();
    let shown = setup.run(&format!("imports show {id}"));
    assert_eq!(shown.code, 0, "{}", shown.stderr);
    assert!(
        shown.stdout.contains("state: confirmed\n"),
        "{}",
        shown.stdout
    );
    let hint = format!("hint: resume it with: keepnet users import --resume {id}\n");
    assert_eq!(shown.stderr, hint);
    let json = setup
        .run(&format!("imports show {id} --output json"))
        .json();
    assert_eq!(json["ticket"]["id"], id);
    assert_eq!(json["ticket"]["company"]["name"], GLOBEX);

    let missing = setup.run("imports show nosuchticket");
    assert_eq!((missing.code, missing.stdout.as_str()), (2, ""));
}

#[test]
fn prune_removes_finished_imports_alone() {
    let setup = Setup::new();
    let asked = setup.run("imports prune");
    assert_eq!((asked.code, asked.stdout.as_str()), (2, ""));
    assert!(asked.stderr.contains("hint: add --yes"), "{}", asked.stderr);
    let pruned = setup.run("imports prune --yes --output json").json();
    assert_eq!(
        (&pruned["removed"], &pruned["kept"]),
        (&1.into(), &1.into())
    );
    let left = setup.run("imports list --output json").json();
    assert_eq!(left["items"][0]["state"], "confirmed");
    // With nothing to remove, there is nothing to ask.
    let again = setup.run("imports prune --output json").json();
    assert_eq!((&again["removed"], &again["kept"]), (&0.into(), &1.into()));
}

#[cfg(unix)]
#[test]
fn prune_asks_with_the_number_of_imports() {
    let setup = Setup::new();
    let program = setup.with_state(Keepnet::new(&["imports", "prune"]));
    let mut terminal = crate::terminals::terminal::Terminal::start(program, 250);
    terminal.wait_for("remove 1 ticket of a finished import or synchronization from");
    terminal.send("n\n");
    let (code, screen) = terminal.finish();
    assert_eq!(code, 1, "{screen}");
    assert!(
        screen.contains("not confirmed; nothing was written"),
        "{screen}"
    );
}

/// Synchronizes the users of Acme LLC with a list of one more user.
fn synchronize(setup: &Setup, fault: Option<&str>) -> Run {
    let list = "Email,First Name\nada@acme.example,Ada\nzoe@acme.example,Zoe\n";
    std::fs::write(setup.folder.path().join("hr.csv"), list).unwrap();
    if let Some(fault) = fault {
        setup.service.sandbox.add_fault(fault.parse().unwrap());
    }
    let words = [
        "--company",
        ACME,
        "users",
        "sync",
        "--leavers",
        "keep",
        "--yes",
    ];
    let program = Keepnet::new(&words).arg(setup.folder.path().join("hr.csv"));
    let program = program.args(&["--beyond-license"]);
    let run = setup.with_state(program).with_service(&setup.service).run();
    setup.service.sandbox.clear_faults();
    run
}

#[test]
fn syncs_are_listed_shown_and_pruned() {
    let setup = Setup::new();
    let stopped = synchronize(&setup, Some("status=403,on=POST /api/target-users/upload"));
    assert_ne!(stopped.code, 0, "{}", stopped.stderr);
    let listed = setup.run("imports list --open --output json").json();
    let syncs = listed["items"].as_array().unwrap().iter();
    let syncs: Vec<_> = syncs.filter(|it| it["kind"] == "sync").collect();
    assert_eq!(syncs.len(), 1, "{listed}");
    let expected = ["confirmed", "hr.csv", ACME].map(serde_json::Value::from);
    let sync = syncs[0];
    let actual = [&sync["state"], &sync["file"], &sync["company"]["name"]];
    assert_eq!(actual.map(Clone::clone), expected);

    let id = sync["id"].as_str().unwrap();
    let shown = setup.run(&format!("imports show {id}"));
    assert_eq!(shown.code, 0, "{}", shown.stderr);
    assert!(shown.stdout.contains("kind: sync\n"), "{}", shown.stdout);
    let hint = format!("hint: resume it with: keepnet users sync --resume {id}\n");
    assert_eq!(shown.stderr, hint);
    let pruned = setup.run("imports prune --yes --output json").json();
    assert_eq!(
        (&pruned["removed"], &pruned["kept"]),
        (&1.into(), &2.into())
    );

    let done = synchronize(&setup, None);
    assert_eq!(done.code, 0, "{}", done.stderr);
    let shown = setup.run(&format!("imports show {id} --output json"));
    assert_eq!(shown.json()["state"], "done");
    assert_eq!(shown.stderr, "");
    let other = Keepnet::new(&["users", "import", "--resume", id, "--yes"]);
    let other = setup.with_state(other).with_service(&setup.service).run();
    let why = format!("{id} is the id of a synchronization, not of an import");
    assert!(
        other.code == 2 && other.stderr.contains(&why),
        "{}",
        other.stderr
    );
    let path = setup.folder.path().join(format!("imports/{id}.json"));
    let whole = std::fs::read(&path).unwrap();
    std::fs::write(&path, &whole[..40]).unwrap();
    let damaged = setup.run(&format!("imports show {id}"));
    let why = format!("{id}.json is not the ticket of a synchronization");
    assert!(
        damaged.code == 2 && damaged.stderr.contains(&why),
        "{}",
        damaged.stderr
    );
    std::fs::write(&path, whole).unwrap();
    let pruned = setup.run("imports prune --yes --output json").json();
    assert_eq!(
        (&pruned["removed"], &pruned["kept"]),
        (&1.into(), &1.into())
    );
}

#[test]
fn no_imports_is_no_failure() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().to_str().unwrap();
    let run = Keepnet::new(&["imports", "list", "--tickets", state]).run();
    let printed = (run.code, run.stdout.as_str(), run.stderr.as_str());
    assert_eq!(printed, (0, "", "no imports have a ticket\n"));
}

/// A ticket that is damaged or of a newer release, why it cannot be read, and what to do.
const UNREADABLE: [(&str, &str, &str); 3] = [
    ("", "is not the ticket of an import", "remove the file"),
    (
        "{\"version\": 1",
        "is not the ticket of an import",
        "remove the file",
    ),
    (
        "{\"version\": 2}",
        "is a ticket of version 2",
        "use a newer release",
    ),
];

#[test]
fn unreadable_ticket_is_shown_and_stops_an_import() {
    let setup = Setup::new();
    let listed = setup.run("imports list --open --output json").json();
    let file = format!("{}.json", listed["items"][0]["id"].as_str().unwrap());
    let path = setup.folder.path().join("imports").join(&file);
    for (content, why, hint) in UNREADABLE {
        std::fs::write(&path, content).unwrap();
        let check = |run: &Run, code: i32| {
            assert_eq!(run.code, code, "{content}: {}", run.stderr);
            let says = |text: &str| run.stderr.contains(text);
            assert!(says(&file) && says(why) && says(hint), "{}", run.stderr);
        };
        let listed = setup.run("imports list --output json");
        check(&listed, 5);
        let listed = listed.json();
        assert_eq!(listed["outcome"], "incomplete");
        assert_eq!(listed["items"].as_array().unwrap().len(), 1);
        let open = setup.run("imports list --open");
        check(&open, 5);
        assert!(!open.stdout.contains("no imports"), "{}", open.stdout);

        let uploads = setup.service.sandbox.state()["counters"]["uploads"].clone();
        let on_service = |program: Keepnet| setup.with_state(program).with_service(&setup.service);
        let resumed = ["users", "import", "--resume", "--yes"];
        check(&on_service(Keepnet::new(&resumed)).run(), 6);
        // Whose import it is, is not known.
        for company in [ACME, GLOBEX] {
            let import = on_service(import("acme-users.csv", company)).run();
            check(&import, 6);
            assert_eq!(import.error()["code"], "unreadable_ticket");
            assert!(import.stderr.contains("--again"), "{}", import.stderr);
        }
        assert_eq!(
            setup.service.sandbox.state()["counters"]["uploads"],
            uploads
        );
    }
    let pruned = setup.run("imports prune --yes --output json");
    assert_eq!((pruned.code, &pruned.json()["unreadable"]), (5, &1.into()));
    assert!(path.exists() && pruned.stderr.contains(&file));
    let again = import("acme-users.csv", ACME).args(&["--again"]);
    let again = setup.with_state(again).with_service(&setup.service).run();
    assert_eq!(again.code, 0, "{}", again.stderr);
}

/// Nothing could be resumed, so that nothing is begun. Only Linux has such names.
#[cfg(target_os = "linux")]
#[test]
fn list_that_no_ticket_can_name_is_refused() {
    use std::os::unix::ffi::OsStrExt as _;

    let folder = tempfile::tempdir().unwrap();
    let name = std::path::Path::new(std::ffi::OsStr::from_bytes(b"v\xFF.csv"));
    std::fs::write(folder.path().join(name), "Email\nnia@acme.example\n").unwrap();
    for line in [
        "users import --yes --no-wait",
        "users import --dry-run",
        "users sync --yes",
        "users sync --plan plan.json",
    ] {
        let words: Vec<_> = line.split(' ').collect();
        // Nobody listens there.
        let run = Keepnet::new(&words)
            .arg(name.to_owned())
            .args(&["--company", ACME])
            .in_folder(folder.path())
            .env("KEEPNET_STATE_DIR", "state")
            .env("KEEPNET_API_BASE_URL", "http://127.0.0.1:9")
            .env("KEEPNET_CLIENT_ID", "id")
            .env("KEEPNET_CLIENT_SECRET", "secret")
            .run();
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{}", run.stderr);
        let lines: Vec<_> = run.stderr.lines().collect();
        assert!(lines[0].contains("v\\xFF.csv\" is not UTF-8"), "{lines:?}");
        assert!(lines[1].starts_with("hint: rename the file"), "{lines:?}");
        assert_eq!(lines.len(), 2);
    }
    let files = std::fs::read_dir(folder.path()).unwrap();
    assert_eq!(files.count(), 1, "neither a ticket nor a plan is left");
}
