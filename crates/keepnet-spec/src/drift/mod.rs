//! What changed between two contracts, and what that means for callers.

mod operations;
mod report;
mod types;

use serde::Serialize;
use std::fmt;

use crate::Contract;

/// All changes from one contract to another.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Drift {
    /// The changes, operations first, each group in the order of its names.
    pub changes: Vec<Change>,
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
    /// Operations are matched by method and path, types by name. An added field of a request counts
    /// as additive for Rust callers: requests are built with `..Default::default()`.
    pub fn between(before: &Contract, after: &Contract) -> Drift {
        let mut changes = operations::compare(before, after);
        changes.extend(types::compare(before, after));
        Drift { changes }
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
