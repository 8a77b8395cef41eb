//! One change of the contract, and what it means for callers.

use serde::Serialize;
use std::fmt;

/// One change of the contract, which concerns the wire, or of the bindings, which concerns Rust callers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// `POST /api/jobs` or `JobResult.status` in the contract, `fn list_jobs` or `JobResult.status` in
    /// the bindings.
    pub place: String,
    /// The kind of the change.
    #[serde(rename = "what")]
    pub kind: ChangeKind,
    /// The old and the new value, where one line says more than the kind does.
    pub detail: String,
    /// The impact on existing programs that talk to the new service.
    pub wire: Impact,
    /// The impact on existing Rust callers that are compiled against the new bindings.
    pub rust: Impact,
}

/// The kind of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It no longer exists.
    Removed,
    /// The method in the bindings has another name.
    Renamed,
    /// The type differs.
    Retyped,
    /// It is required now.
    NowRequired,
    /// It is optional now.
    NowOptional,
    /// A length, a range or a pattern differs.
    Limit,
    /// A body or a response has another media type.
    MediaType,
    /// The document puts it under another tag, or another cargo feature enables it.
    Moved,
    /// The retry class differs.
    Safety,
    /// The values that clients are known to use differ.
    KnownValues,
    /// It may be null now.
    NowNullable,
    /// It is no longer null.
    NeverNull,
    /// The status of a success differs.
    Status,
    /// The document marks it as deprecated now.
    Deprecated,
    /// The document no longer marks it as deprecated.
    NotDeprecated,
    /// Where requests go, or how they are signed in.
    Access,
    /// The contract differs in a way that has no kind of its own.
    Other,
}

/// The impact of a change on existing callers.
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

impl Impact {
    pub(super) fn breaking_if(condition: bool) -> Impact {
        match condition {
            true => Impact::Breaking,
            false => Impact::None,
        }
    }
}

/// The changes that a comparison has found.
#[derive(Default)]
pub(super) struct Changes(pub(super) Vec<Change>);

impl Changes {
    pub(super) fn add(
        &mut self,
        place: &str,
        kind: ChangeKind,
        detail: impl Into<String>,
        wire: Impact,
    ) {
        self.0.push(Change {
            place: place.to_owned(),
            kind,
            detail: detail.into(),
            wire,
            rust: Impact::None,
        });
    }

    pub(super) fn add_to_bindings(
        &mut self,
        place: &str,
        kind: ChangeKind,
        detail: &str,
        rust: Impact,
    ) {
        self.0.push(Change {
            place: place.to_owned(),
            kind,
            detail: detail.to_owned(),
            wire: Impact::None,
            rust,
        });
    }
}

/// The old and the new value in a detail.
pub(super) fn from_to(old: &str, new: &str) -> String {
    format!("{old} → {new}")
}

impl fmt::Display for ChangeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            ChangeKind::Added => "added",
            ChangeKind::Removed => "removed",
            ChangeKind::Renamed => "renamed",
            ChangeKind::Retyped => "retyped",
            ChangeKind::NowRequired => "now required",
            ChangeKind::NowOptional => "now optional",
            ChangeKind::Limit => "limit changed",
            ChangeKind::MediaType => "media type changed",
            ChangeKind::Moved => "moved",
            ChangeKind::Safety => "safety changed",
            ChangeKind::KnownValues => "known values changed",
            ChangeKind::NowNullable => "may be null now",
            ChangeKind::NeverNull => "is never null now",
            ChangeKind::Status => "success status changed",
            ChangeKind::Deprecated => "deprecated",
            ChangeKind::NotDeprecated => "no longer deprecated",
            ChangeKind::Access => "access changed",
            ChangeKind::Other => "changed",
        })
    }
}

impl fmt::Display for Impact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Impact::None => "-",
            Impact::Additive => "additive",
            Impact::Breaking => "BREAKING",
        })
    }
}
