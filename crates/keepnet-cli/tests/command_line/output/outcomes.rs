//! The outcome of each document, and the exit code that goes with it.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use keepnet_sandbox::{Answer, RequestPattern, Sandbox};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::output::output_contract::{schema, schema_names};
use crate::support::{ACME, Keepnet, Run, Service, fixture};

/// A word of an outcome, and an exit code.
type Ending = (String, i32);

/// The endings in the table of the documentation that have a code of their own.
fn documented() -> BTreeSet<Ending> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/command-line.md");
    let page = fs::read_to_string(page).unwrap();
    let (_, table) = page.split_once("| `outcome` | exit code |").unwrap();
    let rows = table.lines().skip(2).take_while(|row| row.starts_with('|'));
    let endings = rows.filter_map(|row| {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let word = cells[1].trim_matches('`').to_owned();
        Some((word, cells[2].parse().ok()?))
    });
    endings.collect()
}

/// The endings that the schema of a document lists.
fn endings_of(name: &str) -> BTreeSet<Ending> {
    let schema = schema(name);
    let outcome = &schema["properties"]["outcome"];
    let words = outcome["oneOf"].as_array().unwrap_or_else(|| {
        panic!("the schema {name} does not list its outcomes: {outcome}");
    });
    let mut endings = BTreeSet::new();
    for word in words {
        let meanings = word["description"].as_str().unwrap();
        let codes = meanings.split("Exit code ").skip(1);
        let codes: Vec<i32> = codes
            .map(|it| it.split_once(':').unwrap().0.parse().unwrap())
            .collect();
        assert!(!codes.is_empty(), "{name}: {word}");
        let word = word["const"].as_str().unwrap();
        endings.extend(codes.into_iter().map(|code| (word.to_owned(), code)));
    }
    endings
}

fn names() -> impl Iterator<Item = String> {
    schema_names().into_iter().filter(|name| name != "error")
}

#[test]
fn schemas_and_table_have_the_same_outcomes() {
    let listed: BTreeSet<Ending> = names().flat_map(|name| endings_of(&name)).collect();
    assert_eq!(listed, documented());
}

struct Setup {
    service: Service,
    folder: TempDir,
}

impl Setup {
    fn new(faults: &[&str]) -> Setup {
        let faults = faults.iter().map(|fault| fault.parse().unwrap());
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        file(
            "two.csv",
            "Email,First Name\nnia@acme.example,Nia\nned@acme.example,Ned\n",
        );
        file("one.csv", "Email\nnia@acme.example\n");
        file("bad.csv", "Email\nnia@acme.example\nbroken\n");
        file("odd.csv", "Email,Shoe\nnia@acme.example,44\n");
        fs::copy(fixture("acme-users.csv"), folder.path().join("people.csv")).unwrap();
        Setup {
            service: Service::start(faults.fold(Sandbox::builder(), |it, fault| it.fault(fault))),
            folder,
        }
    }

    fn run(&self, line: &str) -> Run {
        let words: Vec<_> = line.split(' ').collect();
        Keepnet::new(&["--output", "json"])
            .env("KEEPNET_COMPANY_ID", ACME)
            .args(&words)
            .in_folder(self.folder.path())
            .env("KEEPNET_STATE_DIR", "state")
            .with_service(&self.service)
            .run()
    }
}

/// A command, the schema of its document, and how it ends.
type Case<'a> = (&'a str, &'static str, &'static str, i32);

/// Runs commands at one service, and checks how they end.
fn endings(setup: &Setup, cases: &[Case]) -> BTreeSet<Ending> {
    let mut endings = BTreeSet::new();
    for (line, name, word, code) in cases {
        let run = setup.run(line);
        let outcome = run.json()["outcome"].as_str().unwrap().to_owned();
        let ending = (outcome, run.code);
        let expected = ((*word).to_owned(), *code);
        assert_eq!(ending, expected, "{line}: {}", run.stderr);
        assert!(endings_of(name).contains(&ending), "{name}: {ending:?}");
        endings.insert(ending);
    }
    endings
}

#[rustfmt::skip]
const READING: &[Case] = &[
    ("users count", "users-count", "complete", 0),
    ("users list --limit 1", "users-list", "partial", 0),
    ("groups list --limit 1", "groups-list", "partial", 0),
    ("companies list --limit 1", "companies-list", "partial", 0),
    ("users show ada@acme.example nobody@acme.example", "users-show", "incomplete", 5),
    ("users check bad.csv", "users-check", "incomplete", 5),
    ("users check odd.csv", "users-check", "complete", 0),
    ("users check odd.csv --strict", "users-check", "incomplete", 5),
    ("companies doctor --expires-within 800d", "companies-doctor", "findings", 5),
    ("users import two.csv --dry-run", "users-import", "planned", 0),
    ("users import bad.csv --dry-run", "users-import", "planned", 5),
    ("users import bad.csv --dry-run --diff", "users-import-diff", "planned", 5),
    ("users sync two.csv --leavers keep --dry-run", "users-sync", "planned", 0),
    ("users sync bad.csv --leavers keep --dry-run", "users-sync", "planned", 5),
    ("users sync two.csv --dry-run", "users-sync", "refused", 1),
    ("users sync two.csv --dry-run --diff", "users-sync-diff", "refused", 1),
    ("users sync two.csv --plan plan.json", "users-sync", "refused", 1),
    ("users add --from bad.csv --dry-run", "users-add-from", "planned", 5),
    ("users delete ada@acme.example --dry-run", "users-delete", "planned", 0),
    ("users delete nobody@acme.example --dry-run", "users-delete", "planned", 5),
    ("users update ada@acme.example --department Legal --dry-run", "users-update", "planned", 0),
];

#[rustfmt::skip]
const WRITING: &[Case] = &[
    ("users update ada@acme.example --department Legal", "users-update", "done", 0),
    ("users update ada@acme.example --department Legal", "users-update", "unchanged", 0),
    ("users add --email zoe@acme.example", "users-add", "added", 0),
    ("users add --email zoe@acme.example", "users-add", "existing", 0),
    ("users add --from bad.csv --yes", "users-add-from", "incomplete", 5),
    ("users import bad.csv --yes", "users-import", "incomplete", 5),
    ("users import people.csv --yes --no-wait", "users-import", "started", 6),
];

/// A page of the users, as the service lists them.
fn page(rows: Value, total: u64) -> Answer {
    Answer::data(json!({
        "results": rows, "totalNumberOfRecords": total, "totalNumberOfPages": total.div_ceil(2),
    }))
}

fn users() -> RequestPattern {
    RequestPattern::of("POST /api/target-users/search").unwrap()
}

/// A deletion without a response.
fn lost_deletion() -> BTreeSet<Ending> {
    let lost = Setup::new(&["reset=before,on=DELETE /api/target-users/{resourceId}"]);
    let line = "users delete ada@acme.example --yes";
    endings(&lost, &[(line, "users-delete", "incomplete", 6)])
}

/// Creations without a response.
fn lost_creations() -> BTreeSet<Ending> {
    let lost = Setup::new(&["reset=before,on=POST /api/target-users"]);
    let line = "users add --from one.csv --yes";
    endings(&lost, &[(line, "users-add-from", "incomplete", 6)])
}

fn failed_job() -> BTreeSet<Ending> {
    let failing = Setup::new(&["import=fails"]);
    failing.run("users import two.csv --yes --no-wait");
    let jobs = failing.run("jobs list").json();
    let watch = format!("jobs watch {}", jobs["items"][0]["id"].as_str().unwrap());
    endings(&failing, &[(&watch, "jobs-watch", "incomplete", 1)])
}

/// An import after which the service lists one of two people.
fn unverified_import() -> BTreeSet<Ending> {
    let setup = Setup::new(&[]);
    let nia = json!([{"resourceId": "uNia", "email": "nia@acme.example"}]);
    setup.service.sandbox.stub(users(), page(nia, 1));
    let nobody = page(json!([]), 0).times(1);
    setup.service.sandbox.stub(users(), nobody);
    let line = "users import two.csv --yes --domains acme.example";
    endings(&setup, &[(line, "users-import", "unverified", 5)])
}

/// A list whose second page states another total than the first.
fn changed_list() -> BTreeSet<Ending> {
    let setup = Setup::new(&[]);
    let row = |id: &str| json!({"resourceId": id, "email": format!("{id}@acme.example")});
    let mut found = BTreeSet::new();
    for (line, name) in [
        ("users list --all", "users-list"),
        ("users list --sort email", "users-list"),
        ("users list --companies xC5kfGz7w2Nz", "users-list-many"),
    ] {
        let second = page(json!([row("c"), row("d")]), 5).times(1);
        setup.service.sandbox.stub(users(), second);
        let first = page(json!([row("a"), row("b")]), 4).times(1);
        setup.service.sandbox.stub(users(), first);
        found.extend(endings(&setup, &[(line, name, "incomplete", 5)]));
    }
    found
}

#[test]
fn each_outcome_has_its_exit_code() {
    // Some wait for the service, so that they run at the same time.
    let parts: [fn() -> BTreeSet<Ending>; 7] = [
        || endings(&Setup::new(&[]), READING),
        || endings(&Setup::new(&[]), WRITING),
        lost_deletion,
        lost_creations,
        failed_job,
        unverified_import,
        changed_list,
    ];
    let parts = parts.map(std::thread::spawn);
    let tried: BTreeSet<Ending> = parts
        .into_iter()
        .flat_map(|part| part.join().unwrap())
        .collect();
    assert_eq!(tried, documented());
}

#[test]
fn error_document_has_the_exit_code() {
    let setup = Setup::new(&[]);
    for line in [
        "users list --group Nobody",
        "users lst",
        "companies show nobody",
    ] {
        let run = setup.run(line);
        assert_eq!(run.error()["exit_code"], run.code, "{line}");
    }
}
