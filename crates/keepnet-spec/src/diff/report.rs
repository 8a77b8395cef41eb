//! The changes as text for a terminal, a pull request and a changelog.

use super::change::{Change, Impact};
use super::contract_diff::ContractDiff;

impl ContractDiff {
    /// The report for a terminal: one line per change, breaking changes first, and a summary.
    pub fn to_text(&self) -> String {
        let changes = self.by_impact().into_iter().map(|change| {
            let Change {
                place, wire, rust, ..
            } = change;
            format!(
                "wire {wire:<8} rust {rust:<8} {place}: {}\n",
                change.sentence()
            )
        });
        let summary = self.summary() + "\n";
        let notes = self.without_impact().map(|line| line + "\n");
        changes.chain([summary]).chain(notes).collect()
    }

    /// The report for a pull request.
    pub fn to_markdown(&self) -> String {
        let title = format!("## Changes of the contract\n\n{}\n", self.summary());
        let heading = "\n| where | what | wire | Rust |\n| --- | --- | --- | --- |\n".to_owned();
        let heading = Some(heading).filter(|_| !self.is_empty());
        let changes = self.by_impact().into_iter().map(|change| {
            let Change {
                place, wire, rust, ..
            } = change;
            let sentence = change.sentence().replace('|', "\\|");
            format!("| `{place}` | {sentence} | {wire} | {rust} |\n")
        });
        let notes = self.without_impact().map(|line| format!("\n{line}\n"));
        let parts = [title].into_iter().chain(heading);
        parts.chain(changes).chain(notes).collect()
    }

    /// The entry in a changelog for users of the crates; empty where they notice nothing. `date` is
    /// the day on which the document was taken.
    pub fn to_changelog(&self, date: &str) -> String {
        if self.is_empty() {
            return String::new();
        }
        let title = format!("- The contract of {date}: {}\n", self.summary());
        let changes = self.by_impact().into_iter().map(|change| {
            let impact = match (change.wire, change.rust) {
                (Impact::Breaking, Impact::Breaking) => " **breaks the wire and Rust callers**",
                (Impact::Breaking, _) => " **breaks the wire**",
                (_, Impact::Breaking) => " **breaks Rust callers**",
                _ => "",
            };
            format!("  - `{}`: {}{impact}\n", change.place, change.sentence())
        });
        [title].into_iter().chain(changes).collect()
    }

    /// The changes of the published document that reach neither the wire nor Rust callers.
    fn without_impact(&self) -> impl Iterator<Item = String> {
        let editorial = self.editorial.iter();
        let editorial =
            editorial.map(|count| format!("Editorial changes, which are only counted: {count}."));
        let passes = self.passes.join(", ");
        let passes = (!passes.is_empty())
            .then(|| format!("Places that the passes change, before → now: {passes}."));
        editorial.chain(passes)
    }

    fn summary(&self) -> String {
        if self.is_empty() {
            return "Nothing changed that a caller could notice; semver step: patch.".to_owned();
        }
        let breaking = |impact: fn(&Change) -> Impact| {
            let impacts = self.changes.iter().map(impact);
            impacts.filter(|impact| *impact == Impact::Breaking).count()
        };
        format!(
            "{} changes: {} break the wire, {} break Rust callers; semver step: {}.",
            self.changes.len(),
            breaking(|change| change.wire),
            breaking(|change| change.rust),
            self.semver(),
        )
    }

    fn by_impact(&self) -> Vec<&Change> {
        let mut changes: Vec<&Change> = self.changes.iter().collect();
        changes.sort_by_key(|change| std::cmp::Reverse(change.wire.max(change.rust)));
        changes
    }
}

impl Change {
    fn sentence(&self) -> String {
        match self.detail.as_str() {
            "" => self.kind.to_string(),
            detail => format!("{} ({detail})", self.kind),
        }
    }
}
