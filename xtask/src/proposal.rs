//! `cargo xtask proposal`: what the pull request for a new document consists of.

use anyhow::{Context, Result};
use std::path::{Path, PathBuf};

use crate::files;
use crate::output::say;

/// The most characters that GitHub takes as the text of a pull request.
const MOST_CHARACTERS: usize = 65_536;
/// What `regen` and `bench build` write, new files included.
const DERIVED: [&str; 8] = [
    files::CONTRACT,
    files::PROVENANCE,
    files::MANIFEST,
    files::LOCK,
    files::CHANGELOG,
    "README.md",
    "crates",
    files::SNAPSHOTS,
];
const FOOTER: &str = "\nGitHub starts no checks for the pull requests of a workflow; the workflow \
    Published document has started CI for this branch.\n";

/// Prepare the pull request for a new document, after `regen`: a patch and a text.
///
/// Prints `proposed=true` and the id of the document, or `proposed=false` if the contract has not
/// changed: a document in which only the wording has changed is not proposed.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The report that `regen --report` has written.
    #[arg(long, value_name = "FILE")]
    report: PathBuf,
    /// The folder in which to write `proposal.patch` and `body.md`.
    #[arg(long, value_name = "FOLDER")]
    into: PathBuf,
}

pub(crate) fn run(Arguments { report, into }: &Arguments) -> Result<()> {
    let Some(patch) = patch(&files::root())? else {
        return say("proposed=false");
    };
    let report = std::fs::read_to_string(report)
        .with_context(|| format!("cannot read {}", report.display()))?;
    std::fs::create_dir_all(into)
        .with_context(|| format!("cannot write the folder {}", into.display()))?;
    files::write(&into.join("proposal.patch"), &patch)?;
    files::write(&into.join("body.md"), &body(&report))?;
    let document = files::provenance()?.sha256;
    say("proposed=true")?;
    say(format_args!(
        "document={}",
        document.get(..12).unwrap_or(&document)
    ))
}

/// The changes of the derived files since the checked-out commit, or `None` if the contract is the
/// same.
fn patch(folder: &Path) -> Result<Option<String>> {
    let present = DERIVED.iter().filter(|path| folder.join(path).exists());
    files::git(folder, &["add", "--all", "--"], present.copied())?;
    let contract = files::git(
        folder,
        &["diff", "--cached", "--name-only", "--"],
        [files::CONTRACT],
    )?;
    if contract.is_empty() {
        return Ok(None);
    }
    files::git(folder, &["diff", "--cached", "--binary"], []).map(Some)
}

/// The text of the pull request: the report, as far as GitHub takes it.
fn body(report: &str) -> String {
    let count = |text: &str| text.chars().count();
    if count(report) + count(FOOTER) <= MOST_CHARACTERS {
        return format!("{report}{FOOTER}");
    }
    let lines = report.lines().count();
    let pointer = |left: usize| {
        format!(
            "\n{left} more lines: the artifact `proposal` of the workflow run has the whole report.\n"
        )
    };
    let mut room = MOST_CHARACTERS - count(FOOTER) - count(&pointer(lines));
    let mut text = String::new();
    let mut shown = 0;
    for line in report.split_inclusive('\n') {
        let Some(left) = room.checked_sub(count(line)) else {
            break;
        };
        room = left;
        shown += 1;
        text += line;
    }
    format!("{text}{}{FOOTER}", pointer(lines - shown))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_report_is_cut_with_a_pointer() {
        let short = body("## Changes\n");
        assert!(short.starts_with("## Changes\n\nGitHub starts"), "{short}");
        let line = "| a place with an ü | added | none | additive |\n";
        let long = body(&line.repeat(5_000));
        let size = long.chars().count();
        assert!((65_000..=MOST_CHARACTERS).contains(&size), "{size}");
        let shown = long.matches("| added |").count();
        let pointer = format!("\n{} more lines: the artifact `proposal`", 5_000 - shown);
        assert!(long.contains(&pointer), "{}", &long[long.len() - 400..]);
        assert!(long.ends_with(FOOTER));
    }

    #[test]
    fn new_wording_alone_is_not_proposed() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text);
        let git = |arguments: &[&str]| files::git(folder.path(), arguments, []).unwrap();
        git(&["init", "--quiet"]);
        std::fs::create_dir_all(folder.path().join("tests/snapshots")).unwrap();
        write(files::CONTRACT, "{}").unwrap();
        write(files::PROVENANCE, "old").unwrap();
        git(&["add", "--all"]);
        let author = ["-c", "user.name=A", "-c", "user.email=a@a.example"];
        git(&[&author[..], &["commit", "--quiet", "--message", "old"]].concat());

        write(files::PROVENANCE, "new").unwrap();
        assert_eq!(patch(folder.path()).unwrap(), None);
        write(files::CONTRACT, "{\"paths\": {}}").unwrap();
        write("tests/snapshots/shapes-new.snap", "new").unwrap();
        write("error.txt", "not derived").unwrap();
        let patch = patch(folder.path()).unwrap().unwrap();
        for name in [files::CONTRACT, files::PROVENANCE, "shapes-new.snap"] {
            assert!(patch.contains(name), "{name}: {patch}");
        }
        assert!(!patch.contains("error.txt"), "{patch}");
    }
}
