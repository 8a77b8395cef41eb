//! The rows of one staff list, as each command that reads it counts and names them in each format.

use std::collections::BTreeSet;
use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{ACME, Keepnet, Run};

/// Six rows: 2 and 3 are new, 4 exists, 5 is invalid, and 6 and 7 are duplicates.
const LIST: &str = "Email,First Name\nnia@acme.example,Nia\nned@acme.example,Ned\nada@acme.example,Ada\n\
    broken,Bob\nNIA@acme.example,Not Nia\nada@acme.example,Not Ada\n";
const REJECTED: [u64; 3] = [5, 6, 7];

const COMMANDS: &[&str] = &[
    "users check six.csv",
    "users import six.csv --dry-run",
    "users import six.csv --dry-run --diff",
    "users import six.csv --yes",
    "users add --from six.csv --dry-run",
    "users add --from six.csv --yes",
    "users sync six.csv --leavers keep --dry-run",
    "users sync six.csv --leavers keep --dry-run --diff",
    "users sync six.csv --leavers keep --yes",
];

struct Setup(TempDir);

impl Setup {
    fn new() -> Setup {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("six.csv"), LIST).unwrap();
        for work in ["import", "sync"] {
            let entry = match work {
                "sync" => "sync = \"six.csv\"\nleavers = \"keep\"\n",
                _ => "import = \"six.csv\"\n",
            };
            let fleet = format!("[customers.\"{ACME}\"]\n{entry}");
            fs::write(folder.path().join(format!("{work}.toml")), fleet).unwrap();
        }
        Setup(folder)
    }

    /// Runs a command in a sandbox of its own, which is new each time.
    fn run(&self, line: &str, options: &[&str]) -> Run {
        let words: Vec<_> = line.split(' ').collect();
        let is_offline = line.starts_with("users check");
        let customer: &[&str] = match line.starts_with("fleet") || is_offline {
            true => &[],
            false => &["--company", ACME],
        };
        let keepnet = Keepnet::new(customer).args(&words).args(options);
        let keepnet = match is_offline {
            true => keepnet,
            false => keepnet.with_sandbox(),
        };
        keepnet
            .in_folder(self.0.path())
            .env("KEEPNET_STATE_DIR", "state")
            .run()
    }
}

#[test]
fn rows_are_counted_alike_in_each_document() {
    let setup = Setup::new();
    for line in COMMANDS {
        let run = setup.run(line, &["--output", "json"]);
        assert_eq!(run.code, 5, "{line}: {}", run.stderr);
        let document = run.json();
        let counts = match line.starts_with("users sync") {
            true => &document["people"],
            false => &document["rows"],
        };
        let count = |key: &str| counts[key].as_u64();
        let kinds = [count("total"), count("invalid"), count("duplicate")];
        assert_eq!(kinds, [Some(6), Some(1), Some(2)], "{line}: {counts}");
        let parts = ["new", "existing", "added", "failed"];
        let parts: u64 = parts.iter().filter_map(|key| count(key)).sum();
        assert_eq!(count("valid").unwrap_or(parts), 3, "{line}: {counts}");
        let rejected = document["rejected"].as_array().unwrap();
        let rows: Vec<_> = rejected
            .iter()
            .map(|it| it["row"].as_u64().unwrap())
            .collect();
        assert_eq!(rows, REJECTED, "{line}");
    }
    for line in ["fleet plan import.toml", "fleet plan sync.toml"] {
        let run = setup.run(line, &["--output", "json"]);
        assert_eq!(
            run.json()["items"][0]["rejected"],
            3,
            "{line}: {}",
            run.stdout
        );
    }
}

/// Whether a text says how many rows are invalid and how many are duplicates.
fn has_counts(text: &str) -> bool {
    text.contains("1 invalid") && text.contains("2 duplicate")
}

#[test]
fn no_format_hides_a_rejected_row() {
    let setup = Setup::new();
    for line in COMMANDS {
        let table = setup.run(line, &[]).stdout;
        assert!(has_counts(&table), "{line}: {table}");
        for row in REJECTED {
            assert!(table.contains(&format!("row {row}, ")), "{line}: {table}");
        }
        let run = setup.run(line, &["--output", "csv", "--quiet"]);
        // The counts are a part of the result, which CSV has no place for.
        assert!(has_counts(&run.stderr), "{line}: {}", run.stderr);
        let mut csv = csv::Reader::from_reader(run.stdout.as_bytes());
        let headers = csv.headers().unwrap().clone();
        let at = |name: &str| headers.iter().position(|it| it == name);
        let (row, message) = (at("row").unwrap(), at("message").or(at("reason")).unwrap());
        let records: Vec<_> = csv.records().map(Result::unwrap).collect();
        let with_reason = records.iter().filter(|it| !it[message].is_empty());
        let rows: BTreeSet<u64> = with_reason.filter_map(|it| it[row].parse().ok()).collect();
        assert!(
            REJECTED.iter().all(|row| rows.contains(row)),
            "{line}: {}",
            run.stdout
        );
    }
}

#[test]
fn reports_have_the_same_files_of_rejected_rows() {
    let setup = Setup::new();
    for (at, line) in COMMANDS
        .iter()
        .filter(|it| it.ends_with("--yes"))
        .enumerate()
    {
        let folder = format!("report{at}");
        let run = setup.run(line, &["--report", &folder]);
        assert_eq!(run.code, 5, "{line}: {}", run.stderr);
        let read = |name: &str| fs::read_to_string(setup.0.path().join(&folder).join(name));
        let lines = |name: &str| read(name).unwrap().lines().count();
        assert_eq!(
            (lines("rejected.csv"), lines("duplicates.csv")),
            (2, 3),
            "{line}"
        );
        let report: Value = serde_json::from_str(&read("report.json").unwrap()).unwrap();
        assert_eq!(report["rejected"].as_array().unwrap().len(), 3, "{line}");
    }
}
