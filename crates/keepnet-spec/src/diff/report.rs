//! The changes as text for a terminal, a pull request and a changelog.

use std::fmt::Write;

use super::change::{Change, Impact};
use super::contract_diff::ContractDiff;

impl ContractDiff {
    /// The report for a terminal: one line per change, breaking changes first, and a summary.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for change in self.by_impact() {
            let _ = writeln!(
                text,
                "wire {:<8} rust {:<8} {}: {}",
                change.wire,
                change.rust,
                change.place,
                change.sentence(),
            );
        }
        for line in [self.summary()].into_iter().chain(self.without_impact()) {
            let _ = writeln!(text, "{line}");
        }
        text
    }

    /// The report for a pull request.
    pub fn to_markdown(&self) -> String {
        let mut text = format!("## Changes of the contract\n\n{}\n", self.summary());
        if !self.is_empty() {
            text.push_str("\n| where | what | wire | Rust |\n| --- | --- | --- | --- |\n");
        }
        for change in self.by_impact() {
            let _ = writeln!(
                text,
                "| `{}` | {} | {} | {} |",
                change.place,
                change.sentence().replace('|', "\\|"),
                change.wire,
                change.rust,
            );
        }
        for line in self.without_impact() {
            let _ = write!(text, "\n{line}\n");
        }
        text
    }

    /// The entry in a changelog for users of the crates; empty where they notice nothing. `date` is
    /// the day on which the document was taken.
    pub fn to_changelog(&self, date: &str) -> String {
        if self.is_empty() {
            return String::new();
        }
        let mut text = format!("- The contract of {date}: {}\n", self.summary());
        for change in self.by_impact() {
            let impact = match (change.wire, change.rust) {
                (Impact::Breaking, Impact::Breaking) => " **breaks the wire and Rust callers**",
                (Impact::Breaking, _) => " **breaks the wire**",
                (_, Impact::Breaking) => " **breaks Rust callers**",
                _ => "",
            };
            let _ = writeln!(
                text,
                "  - `{}`: {}{impact}",
                change.place,
                change.sentence()
            );
        }
        text
    }

    /// The changes of the published document that reach neither the wire nor Rust callers.
    fn without_impact(&self) -> impl Iterator<Item = String> + '_ {
        let editorial = self.editorial.iter();
        let editorial =
            editorial.map(|count| format!("Editorial, counted and not listed: {count}."));
        let passes = self.passes.join(", ");
        let passes = (!passes.is_empty())
            .then(|| format!("Passes, places changed before and now: {passes}."));
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
