//! Runs the command lines, and searches for the marks.

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

use crate::commands::{CommandLine, LINES};
use crate::faults::{FAULTS, SPECIFIC_FAULTS};
use crate::marks::{self, leaks};
use crate::program::run;

/// The number of parallel runs; most of them wait for the service or for their next try.
const PARALLEL: usize = 12;
const FORMATS: [&str; 2] = ["table", "json"];
const DIALECTS: [Dialect; 2] = [Dialect::Observed, Dialect::Documented];

/// One run: a command line with a format, and a sandbox with a fault.
struct Case {
    line: &'static CommandLine,
    format: &'static str,
    dialect: Dialect,
    fault: Option<String>,
}

#[test]
fn no_command_leaks_secrets_or_users() {
    let runtime = Runtime::new().unwrap();
    let inputs = tempfile::tempdir().unwrap();
    let staff = inputs.path().join("staff.csv");
    fs::write(&staff, marks::STAFF).unwrap();
    write_secret(&staff.with_file_name("secret"));
    let cases = cases();
    let (next, failed) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let found = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..PARALLEL {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Relaxed)) {
                    let outcome = case.run(&runtime, &staff);
                    found.lock().unwrap().extend(outcome.found);
                    failed.fetch_add(usize::from(!outcome.is_done), Relaxed);
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
        "{runs} runs, {failed} failed: the faults have no effect"
    );
}

/// Each command line without a fault in each format, and with each fault in one format and dialect, in
/// turn.
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
    // The sandbox serves until it is stopped.
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
        for (fault, words) in SPECIFIC_FAULTS {
            if line.words.starts_with(words) {
                add(line, Some((*fault).to_owned()));
            }
        }
    }
    cases
}

impl Case {
    /// Runs the command, and lists the marks that it leaked.
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
        if self.line.words.starts_with("fleet") {
            let list = staff.display();
            let fleet = format!("[customers.Acme]\nimport = {:?}\n", list.to_string());
            std::fs::write(folder.path().join("SAVED.toml"), fleet).unwrap();
        }
        if self.line.words.starts_with("billing diff") {
            let usage = r#"{"month":"2026-11","definitions":[],"companies":[]}"#;
            std::fs::write(folder.path().join("SAVED.json"), usage).unwrap();
        }
        let needs_import = self.line.words.starts_with("imports");
        if needs_import || self.line.words.contains("--resume") {
            let import = format!("users import {} --yes --no-wait", staff.display());
            let words: Vec<String> = import.split(' ').map(str::to_owned).collect();
            assert_eq!(run(&words, folder.path(), url).code, Some(6));
        }
        // The calls that prepare the run are without faults.
        if let Some(fault) = &self.fault {
            sandbox.add_fault(fault.parse().unwrap());
        }
        let mut words: Vec<String> = ["-vvv", "--output", self.format].map(str::to_owned).into();
        words.extend(self.line.words.split(' ').map(|word| {
            match word {
                "STAFF" => staff.to_string_lossy().into_owned(),
                "SECRET" => staff
                    .with_file_name("secret")
                    .to_string_lossy()
                    .into_owned(),
                "SAVED" => "saved.xlsx".to_owned(),
                "JOB" => job.clone(),
                "TICKET" => ticket_id(folder.path()),
                word => word.to_owned(),
            }
        }));
        let result = run(&words, folder.path(), url);
        if self.line.words.starts_with("auth login") {
            // The secret may be here, and nowhere else. A failed login stores none.
            let _ = fs::remove_file(folder.path().join("keepnet/default.secret"));
        }
        let mut found = leaks(&result, &token, self.line.prints_users);
        let is_known_code = matches!(result.code, None | Some(0..=7));
        if !is_known_code || result.errors().contains("panicked") {
            found.push(format!("exit {:?}: {}", result.code, result.errors()));
        }
        let is_no_wait = self.line.words.contains("--no-wait");
        let is_done = matches!(result.code, Some(0 | 5)) || is_no_wait && result.code == Some(6);
        if self.fault.is_none() && !is_done {
            found.push(format!("fails without a fault: {}", result.errors()));
        }
        // A workbook is compressed, so that marks in it cannot be found.
        let CommandLine {
            words,
            prints_users,
            ..
        } = *self.line;
        if prints_users
            && self.fault.is_none()
            && !words.contains("excel")
            && leaks(&result, &token, false).is_empty()
        {
            found.push("prints no user".to_owned());
        }
        let case = format!(
            "{words} --output {} {} {:?}",
            self.format, self.dialect, self.fault
        );
        Outcome {
            is_done,
            found: found
                .into_iter()
                .map(|leak| format!("{case}: {leak}"))
                .collect(),
        }
    }
}

/// The id of the only ticket in the folder for state.
fn ticket_id(folder: &Path) -> String {
    let tickets = fs::read_dir(folder.join("keepnet/imports")).unwrap();
    let names = tickets.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut ids = names.filter_map(|name| name.strip_suffix(".json").map(str::to_owned));
    ids.next().unwrap()
}

/// A secret file, which only its owner can access.
fn write_secret(path: &Path) {
    fs::write(path, marks::SECRET).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600)).unwrap();
    }
}

/// The result of a run.
struct Outcome {
    is_done: bool,
    /// The problems.
    found: Vec<String>,
}

/// Imports the staff list, in which two rows fail, and returns the id of the job.
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
    let result = run(&import.map(str::to_owned), folder.path(), sandbox.url());
    sandbox.clear_faults();
    let report: Value = serde_json::from_slice(&result.stdout).unwrap();
    let id = &report["job"];
    id.as_str().or(id["id"].as_str()).unwrap().to_owned()
}

#[test]
fn each_command_is_in_the_list() {
    let known: BTreeSet<String> = leaves(&[]).into_iter().collect();
    let command = |line: &CommandLine| {
        let named = |leaf: &&String| format!("{} ", line.words).starts_with(&format!("{leaf} "));
        // A command with subcommands may be one itself; the longest name is meant.
        known
            .iter()
            .rev()
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

/// The commands below this one that have no subcommands, according to their help.
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
    let (usage, _) = help.split_once("\nCommands:\n").unwrap_or_default();
    let usages = usage
        .matches(&format!("keepnet {}", command.join(" ")))
        .count();
    // It has a usage of its own beside that of its subcommands.
    let own = (usages > 1).then(|| command.join(" "));
    let below = rest
        .lines()
        .take_while(|line| !line.trim().is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .flat_map(|name| leaves(&[command, &[name]].concat()));
    below.chain(own).collect()
}
