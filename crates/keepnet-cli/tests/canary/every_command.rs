//! The search itself.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

use keepnet_sandbox::{Dialect, Sandbox, Seed};
use serde_json::Value;
use tokio::runtime::Runtime;

use crate::commands::{LINES, Line};
use crate::faults::{FAULTS, PARTICULAR};
use crate::marks::{self, leaks};
use crate::program::run;

/// Most runs wait, for the service or for their next try.
const AT_ONCE: usize = 12;
const FORMATS: [&str; 2] = ["table", "json"];
const DIALECTS: [Dialect; 2] = [Dialect::Observed, Dialect::Documented];

/// One run: a command line in a format against a sandbox with a fault.
struct Case {
    line: &'static Line,
    format: &'static str,
    dialect: Dialect,
    fault: Option<String>,
}

#[test]
fn no_mark_leaves_a_command_but_where_people_were_asked_for() {
    let runtime = Runtime::new().unwrap();
    let inputs = tempfile::tempdir().unwrap();
    let staff = inputs.path().join("staff.csv");
    fs::write(&staff, marks::STAFF).unwrap();
    let cases = cases();
    let (next, failed) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let found = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Relaxed)) {
                    let outcome = case.run(&runtime, &staff);
                    found.lock().unwrap().extend(outcome.found);
                    failed.fetch_add(usize::from(!outcome.done), Relaxed);
                }
            });
        }
    });
    let found = found.into_inner().unwrap();
    let (runs, failed) = (cases.len(), failed.into_inner());
    assert!(
        found.is_empty(),
        "{} of {runs} runs:\n{}",
        found.len(),
        found.join("\n")
    );
    assert!(
        runs > 500 && failed > runs / 3,
        "{runs} runs, {failed} failed: the faults miss"
    );
}

/// Success in each format, and each fault in one of the formats and dialects by turns.
fn cases() -> Vec<Case> {
    let mut cases = Vec::new();
    let mut add = |line, fault| {
        let turn = cases.len();
        cases.push(Case {
            line,
            format: FORMATS[turn % 2],
            dialect: DIALECTS[turn / 2 % 2],
            fault,
        });
    };
    // What serves until it is stopped has nothing to show.
    for line in LINES.iter().filter(|line| line.words != "sandbox serve") {
        for _ in FORMATS {
            add(line, None);
        }
        for (number, fault) in FAULTS.iter().enumerate() {
            let turns = line.faults_from;
            if turns.is_empty() {
                continue;
            }
            let from = turns[number % turns.len()];
            let count = if fault.contains("count=") {
                ""
            } else {
                ",count=1000"
            };
            add(line, Some(format!("{fault},nth={from}{count}")));
        }
        for (fault, words) in PARTICULAR {
            if line.words.starts_with(words) {
                add(line, Some((*fault).to_owned()));
            }
        }
    }
    cases
}

impl Case {
    /// Runs it, and names what was found where it should not be.
    fn run(&self, runtime: &Runtime, staff: &Path) -> Outcome {
        let folder = tempfile::tempdir().unwrap();
        let builder = Sandbox::builder()
            .seed(Seed::from_json(&marks::seed()).unwrap())
            .dialect(self.dialect);
        let sandbox = runtime.block_on(builder.start()).unwrap();
        let url = sandbox.url();
        let token = marks::token_mark(url);
        let job = match self.line.words.contains("JOB") {
            true => job_with_failures(&sandbox, staff),
            false => String::new(),
        };
        if self.line.words.contains("--resume") {
            let import = format!("users import {} --yes --no-wait", staff.display());
            let words: Vec<String> = import.split(' ').map(str::to_owned).collect();
            assert_eq!(run(&words, folder.path(), url).code, Some(6));
        }
        // Only now, so that it hits none of the calls that prepare the run.
        if let Some(fault) = &self.fault {
            sandbox.add_fault(fault.parse().unwrap());
        }
        let mut words: Vec<String> = ["-vvv", "--output", self.format].map(str::to_owned).into();
        words.extend(self.line.words.split(' ').map(|word| match word {
            "STAFF" => staff.to_string_lossy().into_owned(),
            "SAVED" => "saved.xlsx".to_owned(),
            "JOB" => job.clone(),
            word => word.to_owned(),
        }));
        let left = run(&words, folder.path(), url);
        let mut found = leaks(&left, &token, self.line.people);
        let known = matches!(left.code, None | Some(0..=7));
        if !known || left.errors().contains("panicked") {
            found.push(format!("exit {:?}: {}", left.code, left.errors()));
        }
        let leaves = self.line.words.contains("--no-wait");
        let done = matches!(left.code, Some(0 | 5)) || leaves && left.code == Some(6);
        if self.fault.is_none() && !done {
            found.push(format!("fails without a fault: {}", left.errors()));
        }
        // A workbook is packed, so that nothing can be found in it.
        let Line { words, people, .. } = *self.line;
        if people
            && self.fault.is_none()
            && !words.contains("excel")
            && leaks(&left, &token, false).is_empty()
        {
            found.push("shows nobody".to_owned());
        }
        let case = format!(
            "{words} --output {} {} {:?}",
            self.format, self.dialect, self.fault
        );
        Outcome {
            done,
            found: found
                .into_iter()
                .map(|leak| format!("{case}: {leak}"))
                .collect(),
        }
    }
}

/// What came of a run.
struct Outcome {
    done: bool,
    found: Vec<String>,
}

/// Imports the staff list, but for two rows, and gives the id of the job that says so.
fn job_with_failures(sandbox: &Sandbox, staff: &Path) -> String {
    sandbox.add_fault("import=row-failures,rows=2".parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let import = [
        "users",
        "import",
        &staff.to_string_lossy(),
        "--yes",
        "--output",
        "json",
    ];
    let left = run(&import.map(str::to_owned), folder.path(), sandbox.url());
    sandbox.clear_faults();
    let report: Value = serde_json::from_slice(&left.stdout).unwrap();
    let id = &report["job"];
    id.as_str().or(id["id"].as_str()).unwrap().to_owned()
}

#[test]
fn every_command_has_a_line() {
    let known: BTreeSet<String> = leaves(&[]).into_iter().collect();
    let command = |line: &Line| {
        let named = |leaf: &&String| format!("{} ", line.words).starts_with(&format!("{leaf} "));
        known
            .iter()
            .find(named)
            .cloned()
            .unwrap_or_else(|| line.words.to_owned())
    };
    let listed: BTreeSet<String> = LINES.iter().map(command).collect();
    assert!(known.contains("users import"), "{known:?}");
    assert_eq!(
        listed, known,
        "canary/commands.rs lists every command of `keepnet --help`"
    );
}

/// The commands below this one that do something themselves, by their own help.
fn leaves(command: &[&str]) -> Vec<String> {
    let help = Command::new(env!("CARGO_BIN_EXE_keepnet"))
        .args(command)
        .arg("--help")
        .output()
        .unwrap();
    let help = String::from_utf8(help.stdout).unwrap();
    let Some((_, rest)) = help.split_once("\nCommands:\n") else {
        return vec![command.join(" ")];
    };
    rest.lines()
        .take_while(|line| !line.trim().is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .flat_map(|name| leaves(&[command, &[name]].concat()))
        .collect()
}
