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
    terminal.wait_for("remove the tickets of 1 finished import from");
    terminal.send("n\n");
    let (code, screen) = terminal.finish();
    assert_eq!(code, 1, "{screen}");
    assert!(
        screen.contains("not confirmed; nothing was written"),
        "{screen}"
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
