//! Runs every example of the crate and checks what it prints.
//!
//! The examples are built by `cargo test`, but not by `cargo test --test examples`.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

#[path = "../examples/testing_your_program.rs"]
#[allow(dead_code, reason = "only its tests run here; its `main` is run below")]
mod testing_your_program;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

struct Example {
    name: &'static str,
    /// Texts of its output, in this order.
    prints: &'static [&'static str],
}

const EXAMPLES: &[Example] = &[
    Example {
        name: "add",
        prints: &[
            "nia@acme.example: Added\n",
            "person 1: Existing",
            "person 2: Added",
            "person 3: Failed e-mail: not an e-mail address\n",
            "Acme LLC (xC5kfGz7w2Nz): 1 added, 1 existing, 1 failed\n",
        ],
    },
    Example {
        name: "dry_run",
        prints: &[
            "3 people, 1 new, 2 existing, 0 rejected; nothing is written yet\n",
            "bob@acme.example: department Sales -> Finance\n",
            "1 would change, 1 would not, 1 new\n",
            "users created: 0\n",
        ],
    },
    Example {
        name: "export",
        prints: &[
            " bytes in ",
            "acme-llc-users.xlsx\n",
            "4 active, 1 deleted\n",
        ],
    },
    Example {
        name: "import",
        prints: &[
            "uploading 0/7\n",
            "12 people, 7 new, 0 existing, 5 rejected (4 invalid, 1 duplicate); nothing is written yet\n",
            "row 9, column C \"E-mail\": no e-mail address\n",
            "importing 7/7\n",
            "7 imported, 5 rejected (4 invalid, 1 duplicate)\n",
        ],
    },
    Example {
        name: "list_to_csv",
        prints: &[
            "E-mail,First name,Last name,Department\n",
            "ada@acme.example,Ada,Winter,Finance\n",
            "sam@acme.example,Sam,Synced,IT\n",
        ],
    },
    Example {
        name: "proxy",
        prints: &["signed in as Reseller\n", "requests at the proxy: 1\n"],
    },
    Example {
        name: "raw_operation",
        prints: &[
            "HTTP 200 in 1 try\n",
            "department: Sales\n",
            "department: Support\n",
            "deleted: 2\n",
        ],
    },
    Example {
        name: "resume",
        prints: &[
            "first process: people.csv for Acme LLC (xC5kfGz7w2Nz): 2 people, 2 new",
            "first process: ends before the import is finished\n",
            "second process: people.csv for Acme LLC (xC5kfGz7w2Nz): 2 imported\n",
            "users created: 2\n",
        ],
    },
    Example {
        name: "sync",
        prints: &[
            "1 join, 1 change, 1 leave, ",
            "join nia@acme.example\n",
            "change bob@acme.example\n",
            "leave cem@acme.example\n",
            "1 joined, 1 changed, 1 left, ",
            "to write again: 0\n",
        ],
    },
    Example {
        name: "testing_your_program",
        prints: &["cem@acme.example\n", "sam@acme.example\n"],
    },
];

#[test]
fn each_example_prints_what_it_shows() {
    let running: Vec<Child> = EXAMPLES.iter().map(start).collect();
    for (example, child) in EXAMPLES.iter().zip(running) {
        let output = child.wait_with_output().unwrap();
        let (stdout, stderr) = (text(&output.stdout), text(&output.stderr));
        assert!(output.status.success(), "{}: {stderr}", example.name);
        let mut rest = stdout.as_str();
        for expected in example.prints {
            let found = rest.split_once(expected);
            let name = example.name;
            rest = found
                .unwrap_or_else(|| panic!("{name}: no {expected:?} in\n{stdout}"))
                .1;
        }
    }
}

#[test]
fn each_example_is_run() {
    let files = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("examples"));
    let files = files.unwrap().map(|entry| entry.unwrap().path());
    let files: BTreeSet<String> = files
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let run = EXAMPLES.iter().map(|example| example.name.to_owned());
    assert_eq!(files, run.collect());
}

/// Starts the program of an example in the root folder of the repository.
fn start(example: &Example) -> Child {
    let name = example.name;
    let program = programs().join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    Command::new(&program)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../.."))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{name}: {error}; build it: cargo test -p keepnet-flows"))
}

/// The folder of the built examples, which is beside the folder of the built tests.
fn programs() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.ancestors().nth(2).unwrap().join("examples")
}

fn text(output: &[u8]) -> String {
    String::from_utf8_lossy(output).replace("\r\n", "\n")
}
