//! The known deviations of the service from its document: each has a name and the fact behind it.

use std::sync::LazyLock;

use serde::Deserialize;

use super::violation::{Direction, Violation};
use crate::dialect::Dialect;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Deviation {
    name: String,
    #[cfg_attr(not(test), expect(dead_code, reason = "for the readers of the file"))]
    fact: String,
    /// The dialect that deviates; absent for both.
    dialect: Option<Dialect>,
    direction: Direction,
    /// Absent for all operations.
    #[serde(default)]
    operations: Vec<String>,
    /// JSON pointers in which `*` matches one name or number, and `**` any sequence of them.
    pointers: Vec<String>,
    /// One of these rules is broken.
    rules: Vec<String>,
}

static DEVIATIONS: LazyLock<Vec<Deviation>> = LazyLock::new(|| {
    // A unit test parses the same text, so the empty list is never used.
    serde_json::from_str(include_str!("deviations.json")).unwrap_or_default()
});

/// The name of the known deviation that explains a violation.
pub(super) fn find_deviation(dialect: Dialect, violation: &Violation) -> Option<&'static str> {
    let mut deviations = DEVIATIONS.iter();
    let found = deviations.find(|known| known.explains(dialect, violation));
    found.map(|known| known.name.as_str())
}

impl Deviation {
    fn explains(&self, dialect: Dialect, violation: &Violation) -> bool {
        self.dialect.is_none_or(|known| known == dialect)
            && (self.operations.is_empty() || self.operations.contains(&violation.operation))
            && self.direction == violation.direction
            && self.rules.contains(&violation.rule)
            && self
                .pointers
                .iter()
                .any(|pattern| matches(pattern, &violation.pointer))
    }
}

fn matches(pattern: &str, pointer: &str) -> bool {
    let pattern: Vec<&str> = pattern.split('/').collect();
    let pointer: Vec<&str> = pointer.split('/').collect();
    matches_segments(&pattern, &pointer)
}

fn matches_segments(pattern: &[&str], pointer: &[&str]) -> bool {
    match (pattern, pointer) {
        ([], []) => true,
        (["**", rest @ ..], _) => {
            matches_segments(rest, pointer)
                || pointer
                    .split_first()
                    .is_some_and(|(_, tail)| matches_segments(pattern, tail))
        }
        ([wanted, rest @ ..], [given, tail @ ..]) => {
            (*wanted == "*" || wanted == given) && matches_segments(rest, tail)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_deviation_has_a_unique_name_and_a_fact() {
        let list: Vec<Deviation> = serde_json::from_str(include_str!("deviations.json")).unwrap();
        let mut names: Vec<&str> = list.iter().map(|known| known.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), list.len());
        for known in &list {
            assert!(known.fact.len() > 20, "{}", known.name);
        }
    }

    #[test]
    fn pointer_matches_names_and_wildcards() {
        let check = |pattern: &str, pointer: &str, expected: bool| {
            assert_eq!(matches(pattern, pointer), expected, "{pattern} {pointer}");
        };
        check("", "", true);
        check("/data/*/name", "/data/7/name", true);
        check("/data/*/name", "/data/name", false);
        check("/**/createTime", "/data/results/3/createTime", true);
        check("/**/createTime", "/createTime", true);
        check("/**", "/data/x", true);
        check("/data", "/data/x", false);
    }
}
