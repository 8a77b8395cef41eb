//! Version 1 of the documents that `--output json` prints: their schemas, keys, words and errors.

use std::collections::BTreeMap;
use std::fs;

use keepnet_sandbox::Sandbox;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{ACME, Keepnet, Run, Service, check_snapshot, fixture, import, write_private};

struct Setup {
    service: Service,
    folder: TempDir,
    job: String,
    ticket: String,
}

impl Setup {
    /// A service with a finished import, and a staff list with mistakes in the folder.
    fn new() -> Setup {
        let service = Service::start(Sandbox::builder());
        let folder = tempfile::tempdir().unwrap();
        let imported = import("acme-users.csv", ACME)
            .in_folder(folder.path())
            .env("KEEPNET_STATE_DIR", "state")
            .with_service(&service)
            .run();
        let list = fixture("duplicates-and-invalid.xlsx");
        fs::copy(list, folder.path().join("people.xlsx")).unwrap();
        let fleet = "[customers.\"Acme LLC\"]\nimport = \"people.xlsx\"\nmode = \"new\"\n";
        fs::write(folder.path().join("fleet.toml"), fleet).unwrap();
        write_private(&folder.path().join("secret"), "sandbox-secret");
        let tickets = fs::read_dir(folder.path().join("state/imports")).unwrap();
        let names = tickets.map(|it| it.unwrap().file_name().into_string().unwrap());
        let ticket = names
            .filter_map(|it| it.strip_suffix(".json").map(str::to_owned))
            .next();
        Setup {
            service,
            folder,
            ticket: ticket.unwrap(),
            job: imported.json()["job"].as_str().unwrap().to_owned(),
        }
    }

    fn run(&self, line: &str, format: &str) -> Run {
        let line = line
            .replace("JOB", &self.job)
            .replace("TICKET", &self.ticket);
        let words: Vec<_> = line.split(' ').collect();
        Keepnet::new(&["--output", format])
            .env("KEEPNET_COMPANY_ID", ACME)
            .args(&words)
            .in_folder(self.folder.path())
            .env("KEEPNET_CONFIG", "config.toml")
            .env("KEEPNET_STATE_DIR", "state")
            .with_service(&self.service)
            .run()
    }
}

/// The names of all schemas, as the help lists them.
pub(crate) fn schema_names() -> Vec<String> {
    let help = Keepnet::new(&["schema", "--help"]).run().stdout;
    let (_, names) = help.split_once("[possible values: ").unwrap();
    let (names, _) = names.split_once(']').unwrap();
    names.split(',').map(|it| it.trim().to_owned()).collect()
}

pub(crate) fn schema(name: &str) -> Value {
    let run = Keepnet::new(&["schema", name]).run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{name}");
    run.json()
}

/// The documents, each with its schema and a command that prints it.
const DOCUMENTS: &[(&str, &str)] = &[
    ("auth-check", "auth check"),
    ("auth-login", "auth login --secret-file secret"),
    ("auth-status", "auth status"),
    ("auth-logout", "auth logout"),
    ("config-list", "config list"),
    ("companies-list", "companies list"),
    ("companies-show", "companies show xC5kfGz7w2Nz"),
    ("companies-doctor", "companies doctor --expires-within 800d"),
    ("fleet-plan", "fleet plan fleet.toml"),
    ("fleet-run", "fleet run fleet.toml --yes"),
    ("billing-snapshot", "billing snapshot -o usage.json --force"),
    ("billing-diff", "billing diff usage.json usage.json"),
    ("users-list-many", "users list --companies all"),
    ("users-count-many", "users count --companies all"),
    ("groups-list-many", "groups list --companies all"),
    ("jobs-list-many", "jobs list --companies all"),
    ("users-list", "users list --status all"),
    ("users-count", "users count"),
    ("users-add", "users add --email nia@acme.example"),
    ("users-add-from", "users add --from people.xlsx --dry-run"),
    ("users-show", "users show ada@acme.example dee@acme.example"),
    (
        "users-update",
        "users update ada@acme.example --department Legal",
    ),
    (
        "users-deactivate",
        "users deactivate ada@acme.example --yes",
    ),
    ("users-activate", "users activate ada@acme.example"),
    ("users-delete", "users delete bob@acme.example --dry-run"),
    ("users-check", "users check people.xlsx"),
    ("users-import", "users import people.xlsx --dry-run"),
    (
        "users-import-diff",
        "users import people.xlsx --dry-run --diff",
    ),
    ("users-import", "users import people.xlsx --yes"),
    (
        "users-sync",
        "users sync people.xlsx --dry-run --leavers keep",
    ),
    (
        "users-sync-diff",
        "users sync people.xlsx --dry-run --diff --leavers keep",
    ),
    ("users-export", "users export -o users.csv --force"),
    ("users-template", "users template -o template.csv --force"),
    ("groups-list", "groups list"),
    ("groups-create", "groups create Starters"),
    ("groups-add", "groups add Starters ada@acme.example"),
    (
        "groups-remove",
        "groups remove Starters ada@acme.example --yes",
    ),
    ("groups-rename", "groups rename Starters Beginners"),
    ("groups-delete", "groups delete Beginners --yes"),
    ("jobs-list", "jobs list"),
    ("jobs-show", "jobs show JOB"),
    ("jobs-watch", "jobs watch JOB"),
    ("imports-list", "imports list"),
    ("imports-show", "imports show TICKET"),
    ("imports-prune", "imports prune --yes"),
    ("api-list", "api list --search get_job"),
    ("error", "users list --group Nobody"),
    ("error", "users lst"),
];

#[test]
fn schemas_have_a_version_and_are_stable() {
    for name in schema_names() {
        let schema = schema(&name);
        assert_eq!(schema["version"], 1, "{name}");
        assert_eq!(schema["title"], format!("keepnet {name}"));
        let text = serde_json::to_string_pretty(&schema).unwrap();
        check_snapshot(&format!("schema-{name}"), &text);
    }
}

#[test]
fn documents_match_their_schemas() {
    let setup = Setup::new();
    for (name, line) in DOCUMENTS {
        let validator = jsonschema::validator_for(&schema(name)).unwrap();
        let run = setup.run(line, "json");
        let document = match *name {
            "error" => serde_json::from_str(run.stderr.lines().last().unwrap()).unwrap(),
            _ => run.json(),
        };
        let errors: Vec<_> = validator.iter_errors(&document).collect();
        assert!(errors.is_empty(), "{line}: {errors:?}: {document}");
        assert!(document["outcome"].is_string(), "{line}: {document}");
        // A key that no schema describes would not be part of the contract.
        let described = schema(name)["properties"].as_object().unwrap().clone();
        for key in document.as_object().unwrap().keys() {
            assert!(described.contains_key(key), "{line}: {key}");
        }
    }
    for name in schema_names() {
        assert!(DOCUMENTS.iter().any(|(known, _)| *known == name), "{name}");
    }
}

/// The keys of an object, and of the objects in it.
fn flat_keys(record: &Value) -> Vec<String> {
    let members = record.as_object().unwrap().iter();
    let keys = members.flat_map(|(key, value)| match value.as_object() {
        Some(inner) => inner.keys().map(|it| format!("{key}_{it}")).collect(),
        None => vec![key.clone()],
    });
    let mut keys: Vec<_> = keys.collect();
    keys.sort();
    keys
}

/// The commands that print records in all formats.
fn record_commands() -> impl Iterator<Item = &'static str> {
    let records = DOCUMENTS.iter().filter(|(name, _)| {
        let reports = [
            "auth-login",
            "users-add",
            "users-add-from",
            "users-update",
            "users-deactivate",
            "users-activate",
            "users-delete",
            "users-check",
            "groups-add",
            "groups-remove",
            // They find the group once only.
            "groups-rename",
            "groups-delete",
            "jobs-show",
            "jobs-watch",
            "imports-show",
            "billing-diff",
            "error",
        ];
        let is_report = ["users-import", "users-sync"]
            .iter()
            .any(|it| name.starts_with(it));
        !reports.contains(name) && !is_report
    });
    records.map(|(_, line)| *line)
}

/// The records of a document, without the outcome of the document itself.
fn records_of(mut document: Value) -> Vec<Value> {
    if let Some(Value::Array(items)) = document.get_mut("items").map(Value::take) {
        return items;
    }
    document.as_object_mut().unwrap().remove("outcome");
    vec![document]
}

#[test]
fn formats_have_the_same_keys_and_words() {
    let setup = Setup::new();
    // `auth logout` is about a profile without a secret.
    for line in ["auth login --secret-file secret", "auth logout"] {
        let run = setup.run(line, "json");
        assert_eq!(run.code, 0, "{line}: {}", run.stderr);
    }
    for line in record_commands() {
        // The rows of several customers are in the order of their arrival.
        let line = &line.replace("--companies all", "--companies xC5kfGz7w2Nz");
        let document = setup.run(line, "json").json();
        let is_list = document.get("items").is_some();
        let records = records_of(document);
        assert!(!records.is_empty(), "{line}");
        let lines = setup.run(line, "ndjson").stdout;
        let lines = lines.lines().map(|it| serde_json::from_str(it).unwrap());
        let lines: Vec<Value> = match is_list {
            true => lines.collect(),
            false => lines.flat_map(records_of).collect(),
        };
        assert_eq!(lines.len(), records.len(), "{line}");
        let csv = setup.run(line, "csv").stdout;
        let mut csv = csv::Reader::from_reader(csv.as_bytes());
        let columns = csv.headers().unwrap().clone();
        let mut sorted: Vec<_> = columns.iter().collect();
        sorted.sort_unstable();
        let rows: Vec<_> = csv.records().map(Result::unwrap).collect();
        assert_eq!(rows.len(), records.len(), "{line}");
        for ((record, of_line), row) in records.iter().zip(&lines).zip(&rows) {
            assert_eq!(flat_keys(record), flat_keys(of_line), "{line}");
            assert_eq!(sorted, flat_keys(record), "{line}");
            for (column, cell) in columns.iter().zip(row) {
                check_cell(line, column, cell, &flat(record)[column]);
            }
        }
        let table = setup.run(line, "table").stdout;
        for sign in ["[{", "{\"", "[\"", "[]", "{}", "\":"] {
            assert!(!table.contains(sign), "{line}: {table}");
        }
    }
}

/// The members of an object by the names of their columns.
fn flat(record: &Value) -> BTreeMap<String, Value> {
    let members = record.as_object().unwrap().iter();
    let members = members.flat_map(|(key, value)| match value.as_object() {
        Some(inner) => inner
            .iter()
            .map(|(name, it)| (format!("{key}_{name}"), it.clone()))
            .collect(),
        None => vec![(key.clone(), value.clone())],
    });
    members.collect()
}

fn check_cell(line: &str, column: &str, cell: &str, value: &Value) {
    let is_snake_case = |letter: char| letter.is_ascii_lowercase() || letter == '_';
    assert!(column.chars().all(is_snake_case), "{line}: {column}");
    // What differs from run to run, and what a run changes.
    let varies = ["age", "bytes", "read_at", "ended_at", "token_expires_at"].contains(&column);
    let writes = ["fleet run", "auth logout", "imports prune", "groups create"];
    let varies = varies || writes.iter().any(|it| line.starts_with(it));
    match value {
        Value::String(text) if !varies => assert_eq!(cell, text, "{line}: {column}"),
        Value::Number(_) | Value::Bool(_) if !varies => {
            assert_eq!(cell, value.to_string(), "{line}: {column}");
        }
        Value::Array(_) | Value::Object(_) => {
            let is_json = cell.starts_with(['[', '{']) || cell.contains("\":");
            assert!(!is_json, "{line}: {column}: {cell}");
        }
        _ => {}
    }
    if column.ends_with("_at") && !cell.is_empty() {
        assert!(cell.parse::<jiff::Timestamp>().is_ok(), "{line}: {cell}");
        assert!(cell.ends_with('Z'), "{line}: {cell}");
    }
}

#[test]
fn statuses_are_the_words_of_the_options() {
    let setup = Setup::new();
    for format in ["table", "csv", "json", "ndjson"] {
        let listed = setup.run("users list --search ivy", format).stdout;
        assert!(listed.contains("inactive"), "{format}: {listed}");
        assert!(!listed.contains("Inactive"), "{format}: {listed}");
    }
}

#[test]
fn empty_list_says_so_and_succeeds() {
    let setup = Setup::new();
    let check = |line: &str, expected: &str| {
        for (format, stdout) in [("table", ""), ("ndjson", "")] {
            let run = setup.run(line, format);
            let printed = (run.code, run.stdout.as_str(), run.stderr.as_str());
            assert_eq!(printed, (0, stdout, expected), "{line} {format}");
        }
        let run = setup.run(line, "json");
        assert_eq!((run.code, run.stderr.as_str()), (0, expected), "{line}");
        assert_eq!(run.json()["items"].as_array().unwrap().len(), 0, "{line}");
    };
    check("users list --department Nowhere", "no users match\n");
    check("companies list --search nobody", "no customers match\n");
    let globex = ["--company", "Globex GmbH", "jobs", "list"];
    let jobs = Keepnet::new(&globex).with_service(&setup.service).run();
    assert_eq!(
        (jobs.code, jobs.stderr.as_str()),
        (0, "the customer has no jobs\n")
    );
}

#[test]
fn usage_error_is_json_where_it_was_asked_for() {
    let check = |line: &str, message: &str, hint: &str| {
        let words: Vec<_> = line.split(' ').collect();
        let run = Keepnet::new(&words).run();
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{line}");
        assert_eq!(run.stderr.lines().count(), 1, "{line}: {}", run.stderr);
        let error = run.error();
        assert_eq!(error["code"], "usage", "{line}");
        assert_eq!(error["message"], message, "{line}");
        assert_eq!(error["hint"], hint, "{line}");
    };
    check(
        "--output json users lst",
        "unrecognized subcommand 'lst'",
        "a similar subcommand exists: 'list'",
    );
    check(
        "users count --xyz --output=ndjson",
        "unexpected argument '--xyz' found",
        "try --help",
    );
    check(
        "users add --first-name A --output json",
        "the following required arguments were not provided: <--email <EMAIL>|--from <FILE>>",
        "try --help",
    );
}
