//! What changed between two contracts, and what that means for callers.
//!
//! *Wire* is what a program of before meets when it talks to the service of now; *Rust* is what a
//! caller of before meets when it is compiled against the bindings of now. The semver step is that
//! of the heaviest Rust impact.
//!
//! | change | wire | Rust |
//! | --- | --- | --- |
//! | operation added | additive | additive |
//! | operation removed | BREAKING | BREAKING |
//! | method renamed (a line of `names.lock` was edited), moved to another area | - | BREAKING |
//! | safety changed, deprecated | - | - |
//! | success status changed | BREAKING | - |
//! | body added or removed, media type of body or answer changed | BREAKING | BREAKING |
//! | body or result retyped | BREAKING, `-` if only names differ | BREAKING |
//! | parameter added | additive, BREAKING if required | BREAKING: parameters are positional |
//! | parameter removed | BREAKING | BREAKING |
//! | path parameter renamed | - | - |
//! | parameter retyped | BREAKING, `-` if only names differ | BREAKING |
//! | parameter now required | BREAKING | BREAKING |
//! | parameter now optional | - | BREAKING |
//! | type added | - | additive |
//! | type removed | - | BREAKING |
//! | field added | additive, BREAKING if required and sent | the same |
//! | field removed | BREAKING | BREAKING |
//! | field renamed to another spelling of the same words | BREAKING | - |
//! | field or scalar type retyped | BREAKING, `-` if only names differ | BREAKING |
//! | field now required | BREAKING if sent | BREAKING |
//! | field now optional | - | BREAKING |
//! | field may be null now | BREAKING if received | BREAKING if required |
//! | field is never null now | BREAKING if sent | BREAKING if required |
//! | limit changed: length, range, pattern, format of a text, read-only | BREAKING if sent and tighter | - |
//! | known values of a type: more | - | additive |
//! | known values of a type: fewer | BREAKING if sent | BREAKING |
//! | known values of a field or parameter: more, fewer | -, BREAKING if sent and fewer | - |
//! | part of a form, field of a page beside its rows | as a field | - |
//!
//! What the answers require is no row: the contract opens all answers for reading. Neither are
//! texts, examples, order, assembly versions and bodies cut by hand: [`Editorial`] counts them.

mod editorial;
mod fields;
mod operations;
mod report;
mod tree;
mod types;
mod wire;

pub use editorial::Editorial;

use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

use crate::{Bite, Contract};

/// All changes from one contract to another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Drift {
    /// The changes, operations first, each group in the order of its names.
    pub changes: Vec<Change>,
    /// What changed in the published documents without reaching the contract, where both were at hand.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub editorial: Option<Editorial>,
    /// The passes that bit more or less often than before, as `restore_bodies 11 → 20`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub passes: Vec<String>,
}

/// One change of an operation or a type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// `POST /api/jobs` or `JobResult.status`.
    pub place: String,
    /// What happened to it.
    pub what: What,
    /// The old and the new, where one line says more than the kind does.
    pub detail: String,
    /// For programs on the wire: those of before against the service of now.
    pub wire: Impact,
    /// For Rust callers: those of before against the bindings of now.
    pub rust: Impact,
}

/// The kind of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum What {
    /// It was not there before.
    Added,
    /// It is not there any more.
    Removed,
    /// The method in the bindings has another name.
    Renamed,
    /// The type differs.
    Retyped,
    /// It may no longer be left out.
    NowRequired,
    /// It may now be left out.
    NowOptional,
    /// A length, a range or a pattern differs.
    Limit,
    /// A body or an answer has another media type.
    MediaType,
    /// The cargo feature that brings it is another one.
    Moved,
    /// Whether it may be sent twice is another answer.
    Safety,
    /// Values that clients are known to use differ.
    KnownValues,
    /// It may be null now.
    NowNullable,
    /// It is no longer null.
    NeverNull,
    /// The status of a success differs.
    Status,
    /// The document now advises against it.
    Deprecated,
}

/// What a change means for those who built on what was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Impact {
    /// They notice nothing.
    None,
    /// They may use something new.
    Additive,
    /// They must change something.
    Breaking,
}

impl Drift {
    /// Compares two contracts.
    ///
    /// Operations are matched by method and path, whatever the parameters of the path are called;
    /// types by name. An added field of a request counts as additive for Rust callers: requests are
    /// built with `..Default::default()`.
    pub fn between(before: &Contract, after: &Contract) -> Drift {
        let mut findings = Findings::default();
        operations::compare(&mut findings, before, after);
        types::compare(&mut findings, before, after);
        Drift {
            changes: findings.changes,
            ..Drift::default()
        }
    }

    /// The same drift with how often each pass bit before, where that is known, and now.
    #[must_use]
    pub fn with_bites(self, before: &BTreeMap<String, usize>, now: &[Bite]) -> Drift {
        let differing = now.iter().filter_map(|bite| {
            let was = before.get(bite.pass).filter(|was| **was != bite.count)?;
            let counts = to(&was.to_string(), &bite.count.to_string());
            Some(format!("{} {counts}", bite.pass))
        });
        Drift {
            passes: differing.collect(),
            ..self
        }
    }

    /// The same drift with what was counted between the two published documents.
    #[must_use]
    pub fn with_editorial(self, editorial: Editorial) -> Drift {
        Drift {
            editorial: Some(editorial),
            ..self
        }
    }

    /// Whether nothing changed that a caller could notice.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// The heaviest impact on programs on the wire.
    pub fn wire(&self) -> Impact {
        self.changes
            .iter()
            .map(|change| change.wire)
            .max()
            .unwrap_or(Impact::None)
    }

    /// The heaviest impact on Rust callers.
    pub fn rust(&self) -> Impact {
        self.changes
            .iter()
            .map(|change| change.rust)
            .max()
            .unwrap_or(Impact::None)
    }

    /// The step that semantic versioning asks for, in the words of a 1.0 release; before 1.0 each
    /// step is one place further right.
    pub fn semver(&self) -> &'static str {
        match self.rust() {
            Impact::Breaking => "major",
            Impact::Additive => "minor",
            Impact::None => "patch",
        }
    }
}

#[derive(Default)]
struct Findings {
    changes: Vec<Change>,
}

impl Findings {
    fn add(
        &mut self,
        place: &str,
        what: What,
        detail: impl Into<String>,
        wire: Impact,
        rust: Impact,
    ) {
        self.changes.push(Change {
            place: place.to_owned(),
            what,
            detail: detail.into(),
            wire,
            rust,
        });
    }
}

fn to(old: &str, new: &str) -> String {
    format!("{old} → {new}")
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            What::Added => "added",
            What::Removed => "removed",
            What::Renamed => "renamed",
            What::Retyped => "retyped",
            What::NowRequired => "now required",
            What::NowOptional => "now optional",
            What::Limit => "limit changed",
            What::MediaType => "media type changed",
            What::Moved => "moved to another area",
            What::Safety => "safety changed",
            What::KnownValues => "known values changed",
            What::NowNullable => "may be null now",
            What::NeverNull => "is never null now",
            What::Status => "success status changed",
            What::Deprecated => "deprecated",
        })
    }
}

impl fmt::Display for Impact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Impact::None => "-",
            Impact::Additive => "additive",
            Impact::Breaking => "BREAKING",
        })
    }
}

#[cfg(test)]
mod tests;
