//! Reading the lines of a ledger: only what a crash has cut off may be missing.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::fleet::job::FleetJob;
use crate::fleet::outcome::FleetOutcome;
use crate::{Error, ErrorKind, Result};

/// What the lines of a ledger say.
#[derive(Debug, Default)]
pub(super) struct LedgerContents {
    pub(super) run: Option<FleetRun>,
    /// The last one of each customer.
    pub(super) outcomes: BTreeMap<String, FleetOutcome>,
    /// How many bytes the complete lines have. What follows was cut off.
    pub(super) end: u64,
    /// Whether the last complete line lacks its line break.
    pub(super) lacks_break: bool,
}

/// What was to be done when the run began.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::fleet) struct FleetRun {
    #[serde(rename = "fleet")]
    pub(in crate::fleet) jobs: Vec<FleetJob>,
    /// The address of the service: elsewhere, the ids mean other customers or none.
    pub(in crate::fleet) base_url: String,
    pub(super) tickets: PathBuf,
}

/// A line of a ledger.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Line {
    Outcome(FleetOutcome),
    Run(FleetRun),
    /// A job that replaces that of the same customer.
    Job {
        job: FleetJob,
    },
}

/// Why a complete line cannot be used.
enum Damage {
    NoJson(serde_json::Error),
    /// JSON that is no line of a ledger.
    UnknownLine(serde_json::Error),
    /// A line that cannot be in this place.
    Misplaced(&'static str),
}

impl LedgerContents {
    /// Reads a ledger; a missing one is empty. A last line that a crash has cut off is left out: what it
    /// says was not begun.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`] if another line was changed, or is of another version; [`ErrorKind::Io`] if
    /// the file cannot be read.
    pub(super) fn read(path: &Path) -> Result<LedgerContents> {
        match File::open(path) {
            Ok(file) => LedgerContents::of_lines(BufReader::new(file), path),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(LedgerContents::default()),
            Err(error) => Err(unreadable(path, error)),
        }
    }

    fn of_lines(mut file: impl BufRead, path: &Path) -> Result<LedgerContents> {
        let mut contents = LedgerContents::default();
        let mut line = Vec::new();
        for number in 1_u64.. {
            line.clear();
            // A line that was cut off may end within a letter, and is not UTF-8 then.
            let read = file.read_until(b'\n', &mut line);
            if read.map_err(|error| unreadable(path, error))? == 0 {
                break;
            }
            let added = contents.add(&line);
            added.map_err(|damage| damage.into_error(number, path))?;
        }
        Ok(contents)
    }

    /// Adds a line, with its line break if it has one.
    fn add(&mut self, line: &[u8]) -> Result<(), Damage> {
        let is_last = !line.ends_with(b"\n");
        match serde_json::from_slice(line) {
            Ok(parsed) => self.take(parsed)?,
            Err(_) if is_last && self.is_cut(line) => return Ok(()),
            Err(error) if error.is_data() => return Err(Damage::UnknownLine(error)),
            Err(error) => return Err(Damage::NoJson(error)),
        }
        self.end += line.len() as u64;
        self.lacks_break = is_last;
        Ok(())
    }

    fn take(&mut self, line: Line) -> Result<(), Damage> {
        const UNKNOWN_CUSTOMER: Damage = Damage::Misplaced("the run does not have its customer");
        let Some(run) = &mut self.run else {
            let Line::Run(run) = line else {
                return Err(Damage::Misplaced("no run begins before it"));
            };
            self.run = Some(run);
            return Ok(());
        };
        match line {
            Line::Run(_) => return Err(Damage::Misplaced("a run has begun before it")),
            Line::Outcome(outcome) => {
                let mut jobs = run.jobs.iter();
                if !jobs.any(|job| job.company.id == outcome.company_id) {
                    return Err(UNKNOWN_CUSTOMER);
                }
                self.outcomes.insert(outcome.company_id.clone(), outcome);
            }
            Line::Job { job } => {
                let mut jobs = run.jobs.iter_mut();
                let old = jobs.find(|old| old.company == job.company);
                *old.ok_or(UNKNOWN_CUSTOMER)? = job;
            }
        }
        Ok(())
    }

    /// Whether a line without its line break is the beginning of one. After a crash, some file systems have
    /// zeros in place of what was not written; a whole file of zeros may have been anything.
    fn is_cut(&self, line: &[u8]) -> bool {
        let zeros = line.iter().rev().take_while(|byte| **byte == 0).count();
        let written = match self.run {
            Some(_) => &line[..line.len() - zeros],
            None => line,
        };
        let parsed = serde_json::from_slice::<serde::de::IgnoredAny>(written);
        parsed.is_err_and(|error| error.is_eof())
    }
}

fn unreadable(path: &Path, error: io::Error) -> Error {
    let problem = format!("the ledger of the fleet {} cannot be read", path.display());
    Error::new(ErrorKind::Io, problem).with_source(error)
}

impl Damage {
    fn into_error(self, number: u64, path: &Path) -> Error {
        let line = format!("line {number} of the ledger {}", path.display());
        let invalid = |problem: String| Error::new(ErrorKind::Invalid, problem);
        let error = match self {
            Damage::NoJson(cause) => invalid(format!("{line} is damaged")).with_source(cause),
            Damage::Misplaced(why) => invalid(format!("{line} is damaged: {why}")),
            Damage::UnknownLine(cause) => {
                let error = invalid(format!("{line} is damaged, or of another version"));
                error.with_source(cause)
            }
        };
        error.with_hint(
            "nothing was done; put the file back from a backup, or look at the customers, and move the \
             folder of the ledger away to begin a new run with all of them",
        )
    }
}

#[cfg(test)]
mod tests {
    use keepnet_client::CompanyRef;

    use super::*;
    use crate::fleet::fleet_entry::FleetEntry;
    use crate::fleet::outcome::FleetState;

    const NAMES: [&str; 2] = ["Çelik Ltd", "Globex GmbH"];

    fn company(number: usize) -> CompanyRef {
        CompanyRef::new(format!("cuSt{number}"), NAMES[number])
    }

    fn json(line: &Line) -> String {
        serde_json::to_string(line).unwrap()
    }

    fn outcome(number: usize, state: FleetState) -> String {
        json(&Line::Outcome(FleetOutcome::new(&company(number), state)))
    }

    /// A run of two customers, one of which is done while the other one is at work.
    fn lines() -> [String; 4] {
        let job = |number| FleetJob {
            company: company(number),
            name: NAMES[number].to_owned(),
            entry: FleetEntry::default(),
            sha256: String::new(),
        };
        let run = Line::Run(FleetRun {
            jobs: vec![job(0), job(1)],
            base_url: "https://api.keepnet.example".to_owned(),
            tickets: "tickets".into(),
        });
        [
            json(&run),
            outcome(0, FleetState::Running),
            outcome(1, FleetState::Done),
            outcome(0, FleetState::Unchanged),
        ]
    }

    fn read(content: &[u8]) -> Result<LedgerContents> {
        LedgerContents::of_lines(content, Path::new("ledger.ndjson"))
    }

    fn text(lines: &[impl AsRef<[u8]>]) -> Vec<u8> {
        let lines = lines.iter().map(|line| [line.as_ref(), b"\n"].concat());
        lines.collect::<Vec<_>>().concat()
    }

    #[test]
    fn damaged_line_is_named() {
        let bytes = lines().map(String::into_bytes);
        let without_break = |line: &[u8]| [&text(&bytes), line].concat();
        let replaced = |index: usize, line: &[u8]| {
            let mut bytes = bytes.clone();
            bytes[index] = line.to_vec();
            text(&bytes)
        };
        let half = |index: usize| bytes[index][..bytes[index].len() / 2].to_vec();
        let mut not_utf_8 = bytes[1].clone();
        let letter = not_utf_8.iter().position(|byte| *byte == b'u').unwrap();
        not_utf_8[letter] = 0xFF;
        let of_nobody = String::from_utf8(bytes[2].clone()).unwrap();
        let of_nobody = of_nobody.replace("cuSt1", "cuSt9");
        let job = br#"{"job": {"company": {"id": "cuSt9", "name": "Nobody"}, "name": "", "entry": {}, "sha256": ""}}"#;
        let cases: &[(&str, Vec<u8>, u64)] = &[
            ("garbage in the first line", replaced(0, b"garbage"), 1),
            ("first line cut within the file", replaced(0, &half(0)), 1),
            ("no first line", text(&bytes[1..]), 1),
            ("garbage in the middle", replaced(1, b"garbage"), 2),
            ("middle line cut within the file", replaced(2, &half(2)), 3),
            ("blank line", replaced(2, b""), 3),
            ("zeros in the middle", replaced(1, &[0; 40]), 2),
            ("not UTF-8", replaced(1, &not_utf_8), 2),
            ("lost line break", replaced(1, &bytes[1..3].concat()), 2),
            ("last line cut before its break", replaced(3, &half(3)), 4),
            ("last line of zeros with a break", replaced(3, &[0; 9]), 4),
            ("garbage without a break", without_break(b"garbage"), 5),
            ("number without a break", without_break(b"1"), 5),
            ("other JSON", replaced(2, br#"{"other": 1}"#), 3),
            ("other JSON without a break", without_break(b"{}"), 5),
            ("customer of no run", replaced(2, of_nobody.as_bytes()), 3),
            ("job of no run", replaced(2, job), 3),
            ("second run", replaced(3, &bytes[0]), 4),
            ("zeros alone", vec![0; 400], 1),
        ];
        for (name, content, line) in cases {
            let error = read(content).expect_err(name);
            assert_eq!(error.kind(), ErrorKind::Invalid, "{name}: {error}");
            let problem = error.problem();
            assert!(
                problem.starts_with(&format!("line {line} of the ledger ")),
                "{name}: {problem}"
            );
            assert!(error.hint().unwrap().contains("move"), "{name}");
        }
    }

    #[test]
    fn line_that_a_crash_has_cut_is_left_out() {
        let lines = lines();
        for last in 0..lines.len() {
            let complete = text(&lines[..last]);
            let line = lines[last].as_bytes();
            for written in 0..line.len() {
                for zeros in [0, 1, 4096] {
                    if last == 0 && zeros > 0 {
                        continue;
                    }
                    let cut = [&complete, &line[..written], &vec![0; zeros]].concat();
                    let contents = read(&cut).unwrap();
                    let name = format!("line {last}, {written} bytes, {zeros} zeros");
                    assert_eq!(contents.end, complete.len() as u64, "{name}");
                    assert!(!contents.lacks_break, "{name}");
                    assert_eq!(contents.run.is_some(), last > 0, "{name}");
                    assert_eq!(contents.outcomes.len(), [0, 0, 1, 2][last], "{name}");
                }
            }
            // Only the line break is missing.
            let contents = read(&[&complete, line].concat()).unwrap();
            assert_eq!(contents.end, (complete.len() + line.len()) as u64);
            assert!(contents.lacks_break && contents.run.is_some());
        }
        let whole = read(&text(&lines)).unwrap();
        assert_eq!(whole.outcomes["cuSt0"].outcome, FleetState::Unchanged);
        assert!(read(b"").unwrap().run.is_none());
    }
}
