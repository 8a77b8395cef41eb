//! Where the service is known to differ from its document: each with a name and the fact behind
//! it.

use std::sync::LazyLock;

use serde::Deserialize;

use super::{Direction, Violation};
use crate::dialect::Dialect;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Deviation {
    name: String,
    #[cfg_attr(not(test), expect(dead_code, reason = "for people"))]
    fact: String,
    /// The dialect that deviates; absent for both.
    dialect: Option<String>,
    direction: String,
    /// Absent for all.
    #[serde(default)]
    operations: Vec<String>,
    /// JSON pointers in which `*` stands for one name or number, and `**` for any of them.
    pointers: Vec<String>,
    /// Any of these.
    rules: Vec<String>,
}

static DEVIATIONS: LazyLock<Vec<Deviation>> = LazyLock::new(|| {
    // A unit test reads the same text, so an empty list never shows.
    serde_json::from_str(include_str!("overlay.json")).unwrap_or_default()
});

/// The name of the deviation that a violation is an instance of.
pub(super) fn explains(dialect: Dialect, violation: &Violation) -> Option<&'static str> {
    let deviation = DEVIATIONS
        .iter()
        .find(|known| known.covers(dialect, violation));
    deviation.map(|known| known.name.as_str())
}

impl Deviation {
    fn covers(&self, dialect: Dialect, violation: &Violation) -> bool {
        let dialect_fits = self
            .dialect
            .as_ref()
            .is_none_or(|name| *name == dialect.to_string());
        let operation_fits =
            self.operations.is_empty() || self.operations.contains(&violation.operation);
        let found: Vec<&str> = violation.pointer.split('/').collect();
        dialect_fits
            && operation_fits
            && self.direction == direction(violation.direction)
            && self.rules.contains(&violation.rule)
            && self.pointers.iter().any(|pattern| {
                let pattern: Vec<&str> = pattern.split('/').collect();
                fits(&pattern, &found)
            })
    }
}

fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Request => "request",
        Direction::Response => "response",
    }
}

fn fits(pattern: &[&str], pointer: &[&str]) -> bool {
    match (pattern, pointer) {
        ([], []) => true,
        (["**", rest @ ..], _) => {
            fits(rest, pointer)
                || pointer
                    .split_first()
                    .is_some_and(|(_, tail)| fits(pattern, tail))
        }
        ([wanted, rest @ ..], [given, tail @ ..]) => {
            (*wanted == "*" || wanted == given) && fits(rest, tail)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_deviation_has_a_name_of_its_own_and_a_fact() {
        let list: Vec<Deviation> = serde_json::from_str(include_str!("overlay.json")).unwrap();
        let mut names: Vec<&str> = list.iter().map(|known| known.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), list.len());
        for known in &list {
            assert!(known.fact.len() > 20, "{}", known.name);
            assert!(
                ["request", "response"].contains(&known.direction.as_str()),
                "{}",
                known.name
            );
            let dialect = known.dialect.as_deref().unwrap_or("observed");
            assert!(dialect.parse::<Dialect>().is_ok(), "{}", known.name);
        }
    }

    #[test]
    fn pointers_are_matched_by_name_by_star_and_by_two_stars() {
        let check = |pattern: &str, pointer: &str, expected: bool| {
            let split = |text: &'static str| text.split('/').collect::<Vec<_>>();
            let (pattern, pointer) = (pattern.to_owned().leak(), pointer.to_owned().leak());
            assert_eq!(
                fits(&split(pattern), &split(pointer)),
                expected,
                "{pattern} {pointer}"
            );
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
