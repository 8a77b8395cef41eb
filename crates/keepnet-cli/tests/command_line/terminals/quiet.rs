//! `--quiet`: results stay as they are, standard error is empty, and errors are still printed.

use std::fs;

use jiff::Timestamp;
use keepnet_sandbox::{Sandbox, Seed};

use crate::output::printed::without_variable_parts;
use crate::support::{Keepnet, Run, Service};

/// The commands that write nothing: their results are the same with and without the option.
const READ: &[&str] = &[
    "auth check",
    "auth status",
    "config list",
    "companies list",
    "companies show cuSt00000001",
    "companies doctor --expires-within 1d",
    "users list --company cuSt00000001 --limit 1",
    "users list --company cuSt00000001 --search nobody",
    "users list --companies cuSt00000001",
    "users count --companies cuSt00000001",
    "users check people.csv",
    "users import people.csv --company cuSt00000001 --dry-run",
    "users sync people.csv --company cuSt00000001 --leavers keep --dry-run",
    "groups list --company cuSt00000001",
    "jobs list --company cuSt00000001",
    "imports list",
    "fleet plan fleet.toml",
    "billing diff usage.json usage.json",
    "api list --search get_job",
    "api GET /api/companies/my",
];

/// The commands that write.
const WRITES: &[&str] = &[
    "users import people.csv --company cuSt00000001 --yes",
    "users add --company cuSt00000001 --email lea@customer-0001.example",
    "users show --company cuSt00000001 lea@customer-0001.example",
    "users export --company cuSt00000001 -o users.csv",
    "users template --company cuSt00000001 -o template.csv",
    "groups create --company cuSt00000001 Starters",
    "imports prune --yes",
    "fleet run fleet.toml --yes",
    "billing snapshot -o later.json",
];

#[test]
fn quiet_commands_print_results_alone() {
    let seed = Seed::fleet(1, 3, Timestamp::now());
    let service = Service::start(Sandbox::builder().seed(seed));
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    write("people.csv", "Email\nnia@customer-0001.example\n");
    write(
        "fleet.toml",
        "[customers.cuSt00000001]\nsync = \"people.csv\"\nleavers = \"keep\"\n",
    );
    let run = |line: &str, options: &[&str]| -> Run {
        let words: Vec<_> = line.split(' ').collect();
        Keepnet::new(&words)
            .args(options)
            .in_folder(folder.path())
            .env("KEEPNET_STATE_DIR", "state")
            .env("KEEPNET_CONFIG", "config.toml")
            .with_service(&service)
            .run()
    };
    assert_eq!(run("billing snapshot -o usage.json", &[]).code, 0);
    let mut wrong = Vec::new();
    let mut check = |line: &str, quiet: &Run, is_same: bool| {
        if !quiet.stderr.is_empty() || !is_same || ![0, 5].contains(&quiet.code) {
            wrong.push(format!("{line} [{}]\n{}", quiet.code, quiet.stderr));
        }
    };
    for line in READ {
        let (loud, quiet) = (run(line, &[]), run(line, &["--quiet"]));
        let [loud_text, quiet_text] =
            [&loud, &quiet].map(|run| without_variable_parts(&run.stdout, &service));
        let is_same = (loud.code, loud_text) == (quiet.code, quiet_text);
        check(line, &quiet, is_same);
    }
    for line in WRITES {
        check(line, &run(line, &["--quiet"]), true);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let failed = run("users list --company Nobody", &["--quiet"]);
    assert!(failed.stderr.starts_with("error: "), "{}", failed.stderr);
}
