use std::fmt::Write;

use super::{Change, Drift, Impact};

impl Drift {
    /// The report for a terminal: one line per change, breaking ones first, and a line that sums up.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        for change in self.by_weight() {
            let _ = writeln!(
                text,
                "wire {:<8} rust {:<8} {}: {}",
                change.wire.to_string(),
                change.rust.to_string(),
                change.place,
                change.sentence(),
            );
        }
        for line in std::iter::once(self.summary()).chain(self.undone()) {
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
        for change in self.by_weight() {
            let _ = writeln!(
                text,
                "| `{}` | {} | {} | {} |",
                change.place,
                change.sentence().replace('|', "\\|"),
                change.wire,
                change.rust,
            );
        }
        for line in self.undone() {
            let _ = write!(text, "\n{line}\n");
        }
        text
    }

    /// The report for a changelog: what users of the crates have to know of the document of a day;
    /// empty where they notice nothing.
    pub fn to_changelog(&self, date: &str) -> String {
        if self.is_empty() {
            return String::new();
        }
        let mut text = format!("- The contract of {date}: {}\n", self.summary());
        for change in self.by_weight() {
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

    /// What changed in the published document and reached neither the wire nor Rust callers.
    fn undone(&self) -> impl Iterator<Item = String> + '_ {
        let editorial = self
            .editorial
            .as_ref()
            .map(|editorial| format!("Editorial, counted and not listed: {editorial}."));
        let passes = (!self.passes.is_empty()).then(|| {
            format!(
                "Undone by the passes, how often each bit: {}.",
                self.passes.join(", ")
            )
        });
        editorial.into_iter().chain(passes)
    }

    fn summary(&self) -> String {
        if self.is_empty() {
            return "Nothing changed that a caller could notice; semver step: patch.".to_owned();
        }
        let count = |impact: Impact, of: fn(&Change) -> Impact| {
            self.changes
                .iter()
                .filter(|change| of(change) == impact)
                .count()
        };
        format!(
            "{} changes: {} break the wire, {} break Rust callers; semver step: {}.",
            self.changes.len(),
            count(Impact::Breaking, |change| change.wire),
            count(Impact::Breaking, |change| change.rust),
            self.semver(),
        )
    }

    fn by_weight(&self) -> Vec<&Change> {
        let mut changes: Vec<&Change> = self.changes.iter().collect();
        changes.sort_by_key(|change| std::cmp::Reverse(change.wire.max(change.rust)));
        changes
    }
}

impl Change {
    fn sentence(&self) -> String {
        match self.detail.as_str() {
            "" => self.what.to_string(),
            detail => format!("{} ({detail})", self.what),
        }
    }
}
