//! Decisions that a document needs and nobody has taken yet, each with the best proposal.

use std::fmt;

use crate::SpecError;

/// A decision that a maintainer has to take before a document becomes the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingDecision {
    /// The operation, schema or tag.
    pub place: String,
    /// What is undecided.
    pub problem: String,
    /// The edit of a decision file that decides it, if one can be proposed.
    pub proposal: Option<Proposal>,
}

/// An edit of a decision file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The file in `crates/keepnet-spec/data`.
    pub file: &'static str,
    /// The edit.
    pub edit: Edit,
}

/// One edit of a decision file.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Edit {
    /// Adds an item to a list.
    AddItem {
        /// The key of the list.
        list: String,
        /// The item, without quotes.
        item: String,
    },
    /// Adds a line below the heading of a table.
    AddLine {
        /// The name of the table.
        table: &'static str,
        /// The line.
        line: String,
    },
    /// Deletes a line of `names.lock`, or the entries of an operation in another file.
    Delete(String),
    /// Replaces a line of `names.lock`, or the operation of the entries in another file.
    Replace {
        /// The old line or operation.
        old: String,
        /// The new line or operation.
        new: String,
    },
}

pub(super) const AREAS: &str = "areas.toml";
pub(super) const CORRECTIONS: &str = "corrections.toml";
pub(super) const NAMES: &str = "names.lock";

impl MissingDecision {
    pub(super) fn new(
        place: impl Into<String>,
        problem: impl Into<String>,
        proposal: Option<(&'static str, Edit)>,
    ) -> MissingDecision {
        MissingDecision {
            place: place.into(),
            problem: problem.into(),
            proposal: proposal.map(|(file, edit)| Proposal { file, edit }),
        }
    }

    /// The same as an error.
    pub(super) fn to_error(&self) -> SpecError {
        let line = self.to_string();
        let problem = line.strip_prefix(&format!("{}: ", self.place));
        SpecError::at(&self.place, problem.unwrap_or(&line))
    }
}

impl fmt::Display for MissingDecision {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.problem)?;
        match &self.proposal {
            Some(proposal) => write!(f, "; proposal: in {}, {}", proposal.file, proposal.edit),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Edit::AddItem { list, item } => write!(f, "add {item:?} to {list}"),
            Edit::AddLine { table, line } => write!(f, "under [{table}], add {line}"),
            Edit::Delete(entry) => write!(f, "delete {entry}"),
            Edit::Replace { old, new } => write!(f, "replace {old} by {new}"),
        }
    }
}

impl Edit {
    /// The text of the file after the edit; the rest of it, with all comments, stays.
    pub fn apply(&self, text: &str) -> String {
        match self {
            Edit::AddItem { list, item } => add_after(text, &format!("{list} = ["), |rest| {
                match rest.starts_with('\n') {
                    true => format!("\n  {item:?},"),
                    false => format!("{item:?}, "),
                }
            }),
            Edit::AddLine { table, line } => {
                let heading = format!("[{table}]");
                let with_line = add_after(text, &heading, |_| format!("\n{line}"));
                match with_line == text {
                    true => format!("{}\n\n{heading}\n{line}\n", text.trim_end()),
                    false => with_line,
                }
            }
            Edit::Delete(entry) => {
                let quoted = format!("{entry:?}");
                let lines = text.split_inclusive('\n').filter_map(|line| {
                    let content = line.trim().trim_end_matches(',');
                    if content == entry || content == quoted || starts_entry(content, &quoted) {
                        return None;
                    }
                    Some(match line.trim_start().starts_with('#') {
                        true => line.to_owned(),
                        false => line
                            .replace(&format!("{quoted}, "), "")
                            .replace(&format!(", {quoted}"), "")
                            .replace(&quoted, ""),
                    })
                });
                lines.collect()
            }
            Edit::Replace { old, new } => {
                let (quoted, by) = (format!("{old:?}"), format!("{new:?}"));
                let lines = text
                    .split_inclusive('\n')
                    .map(|line| match line.trim_end() == old {
                        true => format!("{new}\n"),
                        false => line.replace(&quoted, &by),
                    });
                lines.collect()
            }
        }
    }
}

/// `"POST /api/x" = …` or `Kind = …`.
fn starts_entry(line: &str, quoted: &str) -> bool {
    let bare = quoted.trim_matches('"');
    let rest = line
        .strip_prefix(quoted)
        .or_else(|| line.strip_prefix(bare));
    rest.is_some_and(|rest| rest.starts_with(" = "))
}

/// Adds a text after the first line that starts with `start`, or after that start of a longer line.
fn add_after(text: &str, start: &str, added: impl Fn(&str) -> String) -> String {
    let line_starts = text.match_indices('\n').map(|(index, _)| index + 1);
    let place = [0]
        .into_iter()
        .chain(line_starts)
        .find(|index| text[*index..].starts_with(start));
    match place {
        Some(index) => {
            let (before, after) = text.split_at(index + start.len());
            format!("{before}{}{after}", added(after))
        }
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edit_keeps_the_rest_of_a_file() {
        let toml = "# \"GET /a\" stays.\nshort = [\"GET /a\", \"GET /b\"]\n\nlong = [\n  \"GET /a\",\n]\n\n[bodies]\n\"GET /a\" = \"A.B\"\nKind = [\"X\"]\n";
        let add = |list: &str| Edit::AddItem {
            list: list.to_owned(),
            item: "GET /n".to_owned(),
        };
        let line = |table| Edit::AddLine {
            table,
            line: "\"GET /n\" = \"N\"".to_owned(),
        };
        let replace = |old: &str, new: &str| Edit::Replace {
            old: old.to_owned(),
            new: new.to_owned(),
        };
        for (text, edit, old, new) in [
            (toml, add("short"), "short = [", "short = [\"GET /n\", "),
            (toml, add("long"), "long = [\n", "long = [\n  \"GET /n\",\n"),
            (
                toml,
                line("bodies"),
                "[bodies]\n",
                "[bodies]\n\"GET /n\" = \"N\"\n",
            ),
            (
                toml,
                Edit::Delete("Kind".to_owned()),
                "Kind = [\"X\"]\n",
                "",
            ),
            (
                "a = b\nc = d\n",
                Edit::Delete("c = d".to_owned()),
                "c = d\n",
                "",
            ),
            (
                "a = b\nc = d\n",
                replace("a = b", "e = b"),
                "a = b",
                "e = b",
            ),
        ] {
            assert_eq!(edit.apply(text), text.replacen(old, new, 1), "{edit}");
        }
        let without = "# \"GET /a\" stays.\nshort = [\"GET /b\"]\n\nlong = [\n]\n\n[bodies]\nKind = [\"X\"]\n";
        assert_eq!(Edit::Delete("GET /a".to_owned()).apply(toml), without);
        let moved = replace("GET /b", "GET /c").apply(toml);
        assert_eq!(moved, toml.replace("\"GET /b\"", "\"GET /c\""));
        let added = "a = 1\n\n[bodies]\n\"GET /n\" = \"N\"\n";
        assert_eq!(line("bodies").apply("a = 1\n"), added);
    }
}
