//! Every command that the README and the pages of `docs/` show is run, and answers what they say.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::expect_used,
    reason = "a test that cannot go on has failed"
)]

#[path = "../command_line/support.rs"]
#[allow(dead_code, reason = "the other test uses the rest")]
mod support;

mod page;

use std::fs;
use std::path::{Path, PathBuf};

use keepnet_sandbox::Sandbox;
use page::{Block, Shown};
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

#[test]
fn the_readme_shows_commands_that_work() {
    check("README.md", 8);
}

#[test]
fn the_use_cases_answer_as_their_page_says() {
    check("docs/use-cases.md", 20);
}

/// Runs what a page shows; it shows at least `least` commands.
fn check(page: &str, least: usize) {
    let path = repository().join(page);
    let text = fs::read_to_string(&path).unwrap();
    let blocks = page::blocks(&text);
    let commands = blocks
        .iter()
        .map(|block| block.commands.len())
        .sum::<usize>();
    assert!(commands >= least, "{page} shows {commands} commands");
    let wrong: Vec<String> = blocks.iter().flat_map(run).collect();
    assert!(wrong.is_empty(), "{page}:\n{}", wrong.join("\n\n"));
}

/// What is wrong with a block. Its commands run one after the other against one sandbox.
fn run(block: &Block) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let file = |name| folder.path().join(name);
    fs::copy(fixture("acme-users.xlsx"), file("people.xlsx")).unwrap();
    let mistakes = fixture("duplicates-and-invalid.xlsx");
    fs::copy(mistakes, file("with-mistakes.xlsx")).unwrap();
    fs::write(file("new-starters.csv"), NEW_STARTERS).unwrap();
    fs::write(file("moved.csv"), MOVED).unwrap();
    let mut sandbox = Sandbox::builder();
    for fault in &block.faults {
        sandbox = sandbox.fault(fault.parse().unwrap());
    }
    let service = Service::start(sandbox);
    let commands = block.commands.iter().enumerate();
    commands
        .filter_map(|(at, shown)| wrong(block, (at, shown), folder.path(), &service))
        .collect()
}

fn wrong(
    block: &Block,
    (at, shown): (usize, &Shown),
    folder: &Path,
    service: &Service,
) -> Option<String> {
    let words = page::words(&shown.command);
    let arguments: Vec<&str> = words.iter().skip(1).map(String::as_str).collect();
    let mut keepnet = Keepnet::new(&arguments).in_folder(folder);
    // With `--sandbox` a command brings a service of its own.
    if !arguments.contains(&"--sandbox") {
        keepnet = keepnet.with_service(service);
    }
    for (name, value) in &block.environment {
        keepnet = keepnet.env(name, value);
    }
    let run = keepnet.run();
    let said: Vec<&str> = run.stderr.lines().chain(run.stdout.lines()).collect();
    let mut rest = said.iter();
    let missing = shown
        .output
        .iter()
        .find(|line| !rest.any(|said| page::fits(line, said)));
    let problem = match missing {
        Some(line) => format!("does not say\n  {line}"),
        None if run.code != block.exit(at) => {
            format!("ends with {}, not {}", run.code, block.exit(at))
        }
        None => return None,
    };
    Some(format!(
        "line {}: `{}` {problem}\nbut\n  {}",
        shown.line,
        shown.command,
        said.join("\n  ")
    ))
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
