//! Runs each command that the README and the pages in `docs/` show, and compares its output.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

#[path = "../command_line/support.rs"]
#[allow(dead_code, reason = "the other test target uses the rest")]
mod support;

mod page;
#[cfg(unix)]
mod programs;

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use keepnet_sandbox::{Sandbox, Seed};
use page::{Block, ShownCommand};
use rust_xlsxwriter::Workbook;
use support::{Keepnet, Service, fixture};

const NEW_STARTERS: &str = "\
First name,E-mail,Team
Nia,nia@acme.example,Sales
Ole,ole@acme.example,Finance
";

const MOVED: &str = "\
E-mail,Department,Priority
ada@acme.example,Finance,Medium
Bob@acme.example,Finance,High
nia@acme.example,Sales,Low
";

/// Everybody at Acme LLC: one joins, one moves to another department, one leaves.
const EVERYBODY: &str = "\
E-mail,First name,Last name,Department
ada@acme.example,Ada,Winter,Finance
bob@acme.example,Bob,Summer,Finance
nia@acme.example,Nia,New,IT
";

/// The same people, with the headers of the list of a fleet.
const STAFF: [[&str; 4]; 4] = [
    ["E-mail", "First name", "Last name", "Team"],
    ["ada@acme.example", "Ada", "Winter", "Finance"],
    ["bob@acme.example", "Bob", "Summer", "Finance"],
    ["nia@acme.example", "Nia", "New", "IT"],
];

const WRONG: &str = "E-mail\ngreta@globex.example\nhans@globex.example\n";

#[test]
fn readme_commands_work() {
    check("README.md", 8);
    check("crates/keepnet-cli/README.md", 15);
}

#[test]
fn use_case_commands_print_what_the_page_shows() {
    check("docs/use-cases.md", 20);
}

#[test]
fn commands_that_change_users_work() {
    check("docs/changing-users.md", 14);
}

#[test]
fn command_line_page_shows_what_is_printed() {
    check("docs/command-line.md", 5);
}

#[test]
fn commands_for_many_customers_work() {
    check("docs/many-customers.md", 5);
}

#[test]
fn sync_commands_print_what_the_page_shows() {
    check("docs/sync.md", 6);
}

#[cfg(unix)]
#[test]
fn programs_in_other_languages_work() {
    let page = fs::read_to_string(repository().join("docs/sandbox.md")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let script = programs::first_block(&page, "bash");
    let output = programs::run_script(script, folder.path());
    let (stdout, stderr) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{stdout}{stderr}");
    assert_eq!(stdout, "the user was created once\n", "{stderr}");

    let tests = programs::first_block(&page, "python");
    match programs::run_pytest(tests, folder.path()) {
        Some(output) => {
            let stdout = String::from_utf8_lossy(&output.stdout);
            assert!(stdout.contains("2 passed"), "{stdout}");
        }
        None => println!("skipped: pytest is not installed; set KEEPNET_PYTEST to its path"),
    }
}

/// Runs the commands of a page, which are at least `minimum` many.
fn check(page: &str, minimum: usize) {
    let path = repository().join(page);
    let text = fs::read_to_string(&path).unwrap();
    let blocks = page::blocks(&text);
    let commands = blocks
        .iter()
        .map(|block| block.commands.len())
        .sum::<usize>();
    assert!(commands >= minimum, "{page} shows {commands} commands");
    let problems: Vec<String> = blocks.iter().flat_map(run).collect();
    assert!(problems.is_empty(), "{page}:\n{}", problems.join("\n\n"));
}

/// Runs the commands of a block, in order, against one sandbox; returns the problems.
fn run(block: &Block) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    fs::copy(fixture("acme-users.xlsx"), file("people.xlsx")).unwrap();
    let mistakes = fixture("duplicates-and-invalid.xlsx");
    fs::copy(mistakes, file("with-mistakes.xlsx")).unwrap();
    fs::write(file("new-starters.csv"), NEW_STARTERS).unwrap();
    fs::write(file("moved.csv"), MOVED).unwrap();
    fs::write(file("hr.csv"), EVERYBODY).unwrap();
    fs::write(file("wrong.csv"), WRONG).unwrap();
    fs::create_dir(file("acme")).unwrap();
    write_workbook(&file("acme/hr.xlsx"));
    fs::create_dir(file("globex")).unwrap();
    let joiners = NEW_STARTERS.replace("acme", "globex");
    fs::write(file("globex/new.csv"), joiners).unwrap();
    for (name, content) in &block.files {
        fs::write(file(name), content).unwrap();
    }
    let mut sandbox = Sandbox::builder();
    if let Some((customers, users)) = block.fleet {
        sandbox = sandbox.seed(Seed::fleet(customers, users, Timestamp::now()));
    }
    for fault in &block.faults {
        sandbox = sandbox.fault(fault.parse().unwrap());
    }
    let service = Service::start(sandbox);
    let commands = block.commands.iter().enumerate();
    commands
        .filter_map(|(index, shown)| problem(block, (index, shown), folder.path(), &service))
        .collect()
}

/// A workbook whose staff list is not on the first worksheet.
fn write_workbook(path: &Path) {
    let mut workbook = Workbook::new();
    workbook.add_worksheet().set_name("Notes").unwrap();
    let sheet = workbook.add_worksheet().set_name("Staff").unwrap();
    for (row, cells) in (0..).zip(STAFF) {
        sheet.write_row(row, 0, cells).unwrap();
    }
    workbook.save(path).unwrap();
}

/// Runs a command; returns what differs from the page.
fn problem(
    block: &Block,
    (index, shown): (usize, &ShownCommand),
    folder: &Path,
    service: &Service,
) -> Option<String> {
    let words = page::words(&shown.command);
    let arguments: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
    let mut keepnet = Keepnet::new(&arguments).in_folder(folder);
    // With `--sandbox`, a command starts its own service.
    if !arguments.contains(&"--sandbox") {
        keepnet = keepnet.with_service(service);
    }
    for (name, value) in &block.environment {
        keepnet = keepnet.env(name, value);
    }
    let run = keepnet.run();
    let printed: Vec<&str> = run.stderr.lines().chain(run.stdout.lines()).collect();
    let mut rest = printed.iter();
    let missing = shown
        .output
        .iter()
        .find(|line| !rest.any(|printed| page::matches(line, printed)));
    let problem = match missing {
        Some(line) => format!("does not print\n  {line}"),
        None if run.code != block.exit_code(index) => {
            format!("ends with {}, not {}", run.code, block.exit_code(index))
        }
        None => return None,
    };
    Some(format!(
        "line {}: `{}` {problem}\nbut\n  {}",
        shown.line,
        shown.command,
        printed.join("\n  ")
    ))
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
