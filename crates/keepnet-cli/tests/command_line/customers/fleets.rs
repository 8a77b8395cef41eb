//! `fleet`: one run for many customers, from a fleet file.

use std::fs;

use jiff::Timestamp;
use keepnet_sandbox::{Sandbox, Seed};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::support::{Keepnet, Run, Service};
use crate::terminals::terminal::Terminal;

pub(super) struct Setup {
    pub(super) service: Service,
    pub(super) folder: TempDir,
}

impl Setup {
    /// Seven customers without people, of which the sixth is closed, and a list of one person for each.
    pub(super) fn new(entries: impl Fn(usize) -> String) -> Setup {
        let seed = Seed::fleet(7, 0, Timestamp::now());
        let setup = Setup {
            service: Service::start(Sandbox::builder().seed(seed)),
            folder: tempfile::tempdir().unwrap(),
        };
        let mut file = String::new();
        for number in 1..=7 {
            setup.write(
                &format!("{number}.csv"),
                &format!("Email\nnia@c{number}.example\n"),
            );
            file += &format!(
                "[customers.\"Customer {number:04}\"]\n{}\n",
                entries(number)
            );
        }
        setup.write("fleet.toml", &file);
        setup
    }

    pub(super) fn write(&self, name: &str, text: &str) {
        fs::write(self.folder.path().join(name), text).unwrap();
    }

    fn keepnet(&self, arguments: &str) -> Keepnet {
        let words: Vec<_> = arguments.split(' ').collect();
        Keepnet::new(&[&["fleet"], &words[..]].concat())
            .in_folder(self.folder.path())
            .env("KEEPNET_STATE_DIR", "state")
            .with_service(&self.service)
    }

    pub(super) fn run(&self, arguments: &str) -> Run {
        self.keepnet(arguments).args(&["--output", "json"]).run()
    }
}

pub(super) fn outcomes(document: &Value) -> Vec<&str> {
    let items = document["items"].as_array().unwrap().iter();
    let mut items: Vec<_> = items.collect();
    items.sort_by_key(|it| it["company_id"].as_str());
    items
        .into_iter()
        .map(|it| it["outcome"].as_str().unwrap())
        .collect()
}

#[test]
fn fleet_is_planned_run_and_resumed() {
    let setup = Setup::new(|number| format!("import = \"{number}.csv\""));
    let plan = setup.run("plan fleet.toml --only cuSt00000002");
    assert_eq!((plan.code, outcomes(&plan.json())), (0, vec!["planned"]));
    assert_eq!(setup.run("run fleet.toml").code, 2, "nobody can be asked");
    let first = setup.run("run fleet.toml --yes");
    let document = first.json();
    assert_eq!(first.code, 5, "{document} {}", first.stderr);
    let done = outcomes(&document)
        .iter()
        .filter(|it| **it == "done")
        .count();
    assert_eq!(
        (done, &document["outcome"]),
        (6, &json!("incomplete")),
        "{document}"
    );
    for line in [
        "7 customers: 6 done, 1 failed\n",
        "keepnet fleet run fleet.toml --resume --yes\n",
        "/7 Customer 0006 (cuSt00000006): failed; ",
    ] {
        assert!(first.stderr.contains(line), "{}", first.stderr);
    }
    let resumed = setup.run("run fleet.toml --yes --resume").json();
    let left = resumed["items"].as_array().unwrap();
    assert_eq!(
        (left.len(), &left[0]["company"]),
        (1, &json!("Customer 0006")),
        "{resumed}"
    );
    let anew = setup.run("run fleet.toml --yes --only cuSt00000001");
    assert_eq!(
        anew.code, 0,
        "one customer does not stop the next run: {}",
        anew.stderr
    );
}

#[test]
fn fleet_synchronizes_with_options_and_defaults() {
    let setup = Setup::new(|number| match number {
        1 => "sync = \"1.csv\"\nmax-leavers = \"50%\"".to_owned(),
        2 => "sync = \"2.csv\"\nbeyond-license = true\ngroup = [\"Staff\"]".to_owned(),
        number => format!("import = \"{number}.csv\""),
    });
    let file = fs::read_to_string(setup.folder.path().join("fleet.toml")).unwrap();
    let defaults = "[defaults]\ndomains = [\"c1.example\"]\ncreate-groups = true\n";
    setup.write("fleet.toml", &format!("{defaults}{file}"));
    let only = "--only cuSt00000001,cuSt00000002";
    let plan = setup.run(&format!("plan fleet.toml {only}"));
    assert_eq!(
        (plan.code, outcomes(&plan.json())),
        (5, vec!["planned", "refused"])
    );
    let run = setup.run(&format!("run fleet.toml {only} --yes"));
    let document = run.json();
    assert_eq!(
        (run.code, outcomes(&document)),
        (5, vec!["done", "refused"]),
        "{document}"
    );
    let refused = "c2.example; if the list is right, set domains\n";
    assert!(run.stderr.contains(refused), "{}", run.stderr);

    let allowed = file.replace("beyond", "domains = [\"c2.example\"]\nbeyond");
    setup.write("fleet.toml", &format!("{defaults}{allowed}"));
    let resumed = setup.run("run fleet.toml --resume --yes");
    let document = resumed.json();
    assert_eq!(
        (resumed.code, outcomes(&document)),
        (0, vec!["done"]),
        "{document}"
    );
    let single = Keepnet::new(&[
        "--company",
        "cuSt00000002",
        "users",
        "sync",
        "2.csv",
        "--yes",
    ])
    .in_folder(setup.folder.path())
    .env("KEEPNET_STATE_DIR", "state")
    .with_service(&setup.service)
    .run();
    assert!(
        single.stdout.contains("nothing changed, 1 stay"),
        "{}",
        single.stderr
    );
}

#[test]
fn wrong_options_of_a_fleet_are_named() {
    let setup = Setup::new(|number| match number {
        2 => "sync = \"2.csv\"\ndelete = true".to_owned(),
        3 => "sync = \"3.csv\"\nmax-leavers = \"some\"".to_owned(),
        number => format!("sync = \"{number}.csv\""),
    });
    let before = setup.service.sandbox.requests().len();
    let check = |expected: &[&str]| {
        for command in ["plan fleet.toml", "run fleet.toml --yes"] {
            let wrong = setup.run(command);
            assert_eq!(wrong.code, 2, "{}", wrong.stderr);
            for part in expected {
                assert!(wrong.stderr.contains(part), "{part}: {}", wrong.stderr);
            }
        }
    };
    check(&[
        "fleet.toml",
        "Customer 0002, delete: unknown option",
        "Customer 0003, max-leavers: write a number of people",
    ]);
    setup.write(
        "fleet.toml",
        "[customers.\"Customer 0001\"]\nsync = \"1.csv\"\nclear = [\"Team\"]\n\
         [customers.\"Customer 0002\"]\nsync = \"none.csv\"\n",
    );
    check(&[
        "Customer 0001: clear: 1.csv has no column",
        "Customer 0002: ",
    ]);
    assert_eq!(
        setup.service.sandbox.requests().len(),
        before,
        "nothing was sent"
    );
}

#[test]
fn terminal_shows_who_is_at_work() {
    for columns in [60, 120] {
        let setup = Setup::new(|number| format!("sync = \"{number}.csv\"\nleavers = \"keep\""));
        let sandbox = &setup.service.sandbox;
        sandbox.add_fault("latency=300s,company=cuSt00000001".parse().unwrap());
        let program = setup.keepnet("run fleet.toml --yes --output csv");
        let terminal = Terminal::start(program.env("TERM", "xterm"), columns);
        terminal.wait_for("6/7 ");
        terminal.wait_for("Customer 0001");
        terminal.wait_for("refused");
        terminal.interrupt();
        let (code, screen) = terminal.finish();
        assert_eq!(code, 130, "{screen}");
        let hint = "hint: go on with: keepnet fleet run fleet.toml --resume";
        assert!(screen.contains(hint), "{screen}");
        let bars = screen
            .lines()
            .filter(|line| line.contains("6/7 0") || *line == "  Customer 0001");
        assert_eq!(bars.count(), 0, "the bars are removed: {screen}");

        sandbox.clear_faults();
        let rest = setup.run("run fleet.toml --resume --yes --customer-timeout 10m");
        let document = rest.json();
        let ends = outcomes(&document);
        assert_eq!((ends.len(), ends[0]), (7, "refused"), "{}", rest.stderr);
    }
}

#[test]
fn log_has_a_line_for_each_customer() {
    let setup = Setup::new(|number| format!("import = \"{number}.csv\""));
    let program = setup.keepnet("run fleet.toml --yes --output csv");
    let terminal = Terminal::start(program.env("TERM", "dumb"), 120);
    let (code, screen) = terminal.finish();
    assert_eq!(code, 5, "{screen}");
    for number in 1..=7 {
        let lines = screen
            .lines()
            .filter(|line| line.contains(&format!("{number}/7 Customer")));
        assert_eq!(lines.count(), 1, "{number}: {screen}");
    }
    let again = setup.run("run fleet.toml --resume --yes --again cuSt00000001");
    let document = again.json();
    assert_eq!(outcomes(&document), ["done", "failed"], "{document}");
    let wrong = setup.run("run fleet.toml --yes --again cuSt00000001");
    assert_eq!(wrong.code, 2, "--again is an option of --resume");
}

#[test]
fn customers_of_a_fleet_are_named_before_the_work() {
    let setup = Setup::new(|number| format!("import = \"{number}.csv\""));
    let run = setup.run("run fleet.toml --yes --only cuSt00000001,cuSt00000003");
    let note = "note: 2 customers: Customer 0001 (cuSt00000001), Customer 0003 (cuSt00000003)\n";
    assert!(run.stderr.starts_with(note), "{}", run.stderr);
    let question = setup.keepnet("run fleet.toml --only cuSt00000003 --output csv");
    let mut terminal = Terminal::start(question.env("TERM", "xterm"), 120);
    terminal.wait_for("Write the staff lists of 1 customer: Customer 0003 (cuSt00000003)?");
    terminal.send("n\n");
    assert_eq!(terminal.finish().0, 1);
}

#[test]
fn finished_fleet_has_nothing_to_resume() {
    let setup = Setup::new(|number| format!("import = \"{number}.csv\""));
    let only = "--only cuSt00000001,cuSt00000003";
    let sandbox = &setup.service.sandbox;
    sandbox.add_fault("status=403,company=cuSt00000003".parse().unwrap());
    assert_eq!(setup.run(&format!("run fleet.toml --yes {only}")).code, 5);
    // The customer that failed has no entry any more.
    let file = fs::read_to_string(setup.folder.path().join("fleet.toml")).unwrap();
    setup.write(
        "fleet.toml",
        &file.replace("Customer 0003", "Customer 0009"),
    );
    let without = setup.run("run fleet.toml --resume --yes");
    assert_eq!(outcomes(&without.json()), ["refused"]);
    assert!(
        without.stderr.contains("1/1 Customer 0003"),
        "{}",
        without.stderr
    );
    assert_eq!(
        setup
            .run("run fleet.toml --resume --yes --only cuSt00000001")
            .code,
        0
    );
    setup.write("fleet.toml", &file);
    sandbox.clear_faults();
    assert_eq!(setup.run("run fleet.toml --resume --yes").code, 0);
    let nothing = setup.run("run fleet.toml --resume --yes");
    assert_eq!((nothing.code, outcomes(&nothing.json()).len()), (0, 0));
    let note = "note: nothing is left to do: the chosen customers have what their lists say\n0 customers\n";
    assert_eq!(nothing.stderr, note);
}

#[test]
fn fleet_in_a_temporary_sandbox_leaves_no_ledger() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("1.csv"), "Email\nnia@acme.example\n").unwrap();
    let file = "[customers.\"Acme LLC\"]\nimport = \"1.csv\"\n";
    fs::write(folder.path().join("fleet.toml"), file).unwrap();
    let fleet = |arguments: &[&str]| {
        let line = ["--sandbox", "fleet", "run", "fleet.toml", "--yes"];
        Keepnet::new(&[&line, arguments].concat())
            .in_folder(folder.path())
            .run()
    };
    let run = fleet(&[]);
    assert_eq!(
        (run.code, run.stdout.contains("done")),
        (0, true),
        "{}",
        run.stderr
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    assert_eq!(fleet(&["--resume"]).code, 2);
    let wrong = fleet(&["--company", "Acme LLC"]);
    assert_eq!(wrong.code, 2);
    assert!(
        wrong.stderr.contains("choose some with --only"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn unknown_customer_decides_the_exit_code() {
    let setup = Setup::new(|number| format!("import = \"{number}.csv\""));
    let sandbox = &setup.service.sandbox;
    let confirmation = "POST /api/target-users/{transactionId}/import";
    for fault in [
        &format!("reset=before,on={confirmation},company=cuSt00000001"),
        // The list of jobs is read before the confirmation, and cannot be read after it.
        "status=403,on=GET /api/jobs,nth=2,count=99,company=cuSt00000001",
        "status=403,company=cuSt00000003",
    ] {
        sandbox.add_fault(fault.parse().unwrap());
    }
    let run = setup.run("run fleet.toml --yes --only cuSt00000001,cuSt00000002,cuSt00000003");
    let ends = ["unknown", "done", "failed"];
    assert_eq!(
        (run.code, outcomes(&run.json())),
        (6, ends.to_vec()),
        "{}",
        run.stderr
    );
    sandbox.clear_faults();
    let pasted = run
        .stderr
        .split("begin anew with it: keepnet fleet ")
        .nth(1);
    let pasted = pasted.expect(&run.stderr).trim_end();
    let again = setup.run(pasted);
    assert_eq!(again.code, 0, "{pasted}: {}", again.stderr);
    assert_eq!(
        (again.code, outcomes(&again.json())),
        (0, vec!["done", "done"]),
        "{}",
        again.stderr
    );
}

#[test]
fn quiet_fleet_names_the_command_that_resumes_it() {
    let setup = Setup::new(|number| format!("import = \"{number}.csv\""));
    let fault = "status=403,on=GET /api/jobs,nth=2,count=99,company=cuSt00000001";
    setup.service.sandbox.add_fault(fault.parse().unwrap());
    let run = setup.run("run fleet.toml --yes --quiet --only cuSt00000001");
    assert_eq!(run.code, 6, "{}", run.stderr);
    let hint =
        "\nhint: go on with: keepnet fleet run fleet.toml --resume --only cuSt00000001 --yes\n";
    assert!(run.stderr.ends_with(hint), "{}", run.stderr);
}

#[test]
fn people_of_a_second_import_are_not_called_changed() {
    let setup = Setup::new(|number| format!("import = \"{number}.csv\""));
    for counts in ["1 imported, 1 joined\n", "1 imported, 1 existed before\n"] {
        let run = setup.run("run fleet.toml --yes --only cuSt00000001");
        let line = format!("1/1 Customer 0001 (cuSt00000001): done, {counts}");
        assert!(run.stderr.contains(&line), "{line}: {}", run.stderr);
    }
}

#[test]
fn warnings_of_a_fleet_are_shown_before_the_question() {
    let setup = Setup::new(|number| format!("import = \"{number}.csv\""));
    let odd = "Email,Department\nnia@c3.example,NULL\n";
    setup.write("3.csv", odd);
    let many = (0..30).map(|it| format!("p{it}@c1.example,NULL\n"));
    setup.write(
        "1.csv",
        &format!("Email,Department\n{}", many.collect::<String>()),
    );
    let only = "--only cuSt00000001,cuSt00000003,cuSt00000004";
    let plan = setup.run(&format!("plan fleet.toml {only}"));
    let document = plan.json();
    let counts = document["items"].as_array().unwrap().iter();
    let mut counts: Vec<_> = counts
        .map(|it| {
            (
                it["warning_count"].as_u64(),
                it["warnings"].as_array().unwrap().len(),
            )
        })
        .collect();
    counts.sort();
    assert_eq!(
        counts,
        [(Some(0), 0), (Some(1), 1), (Some(30), 30)],
        "{document}"
    );
    let first = "warning: Customer 0003 (cuSt00000003): 3.csv, row 2, column B \"Department\": \
                 a word that stands for an error or a missing value\n";
    let rest =
        "warning: Customer 0001 (cuSt00000001): and 10 more to look at; --output json lists them\n";
    for line in [first, rest, "planned, 1 join, 1 to look at\n"] {
        assert!(plan.stderr.contains(line), "{line}: {}", plan.stderr);
    }

    let question = setup.keepnet(&format!("run fleet.toml {only} --output csv"));
    let mut terminal = Terminal::start(question.env("TERM", "xterm"), 200);
    terminal.wait_for("Write the staff lists of 3 customers");
    terminal.send("n\n");
    let (_, screen) = terminal.finish();
    let rest =
        "Customer 0001 (cuSt00000001): and 27 more to look at; `keepnet fleet plan` lists them";
    for line in [first.trim_end(), rest] {
        assert!(screen.contains(line), "{line}: {screen}");
    }
    let run = setup.run(&format!("run fleet.toml {only} --yes"));
    let document = run.json();
    let counted = document["items"].as_array().unwrap().iter();
    let counted: u64 = counted
        .map(|it| it["warning_count"].as_u64().unwrap())
        .sum();
    assert_eq!((run.code, counted), (0, 31), "{document}");
}

#[cfg(unix)]
#[test]
fn full_disk_stops_a_fleet_and_writes_nobody_twice() {
    // The ledger is cut in the line of the run, and in one of a customer.
    for blocks in [2, 3] {
        let setup = Setup::new(|number| format!("import = \"{number}.csv\""));
        let only = "--only cuSt00000001,cuSt00000002";
        let full = setup.keepnet(&format!("run fleet.toml --yes --output csv {only}"));
        let full = full.with_full_disk(blocks).run();
        assert_ne!(full.code, 0, "{blocks}: {}", full.stdout);
        let advice = "make room for it or make it writable, and resume the fleet";
        for part in [
            "the ledger of the fleet cannot be written (File too large",
            advice,
        ] {
            let times = full.stderr.matches(part).count();
            assert!((1..=2).contains(&times), "once a customer: {}", full.stderr);
        }

        let ledger = setup.folder.path().join("fleet.toml.ledger/ledger.ndjson");
        let is_begun = fs::read_to_string(ledger).unwrap().contains("base_url");
        let again = if is_begun { "--resume" } else { only };
        let rest = setup.run(&format!("run fleet.toml --yes {again}"));
        assert_eq!(rest.code, 0, "{blocks}: {}", rest.stderr);
        let created = &setup.service.sandbox.state()["counters"]["usersCreated"];
        assert_eq!(created, &json!(2), "{blocks}");
    }
}
