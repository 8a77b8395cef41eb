//! The two faces of the service: what its document says, and what its clients see.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde_json::Value;

use crate::clock;

/// Which face of the service to show where the published document and the observed behaviour
/// differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dialect {
    /// As the document says: ISO 8601 times, `All` and `Selected` for an import, a preview without
    /// the envelope, errors in camelCase.
    Documented,
    /// As the service's own clients see it: times such as `25/03/2026 07:49`, `ImportAll` and its
    /// three siblings, the preview nested under `data.items`, errors in PascalCase, null properties
    /// left out. The default.
    #[default]
    Observed,
}

/// Which rows of a mapped file an import takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ImportMode {
    All,
    Selected,
    OnlyNew,
    OnlyExisting,
}

/// What an export is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExportFormat {
    Excel,
    Csv,
    Pdf,
}

impl Dialect {
    pub(crate) fn timestamp(self, at: Timestamp) -> Value {
        match self {
            Self::Documented => Value::String(clock::iso(at)),
            Self::Observed => Value::String(clock::day_first(at)),
        }
    }

    pub(crate) fn optional_timestamp(self, at: Option<Timestamp>) -> Value {
        at.map_or(Value::Null, |at| self.timestamp(at))
    }

    /// The mode that an import names, if this face of the service knows it.
    pub(crate) fn import_mode(self, name: &str) -> Option<ImportMode> {
        match (self, name) {
            (Self::Documented, "All") | (Self::Observed, "ImportAll") => Some(ImportMode::All),
            (Self::Documented, "Selected") | (Self::Observed, "ImportSelected") => {
                Some(ImportMode::Selected)
            }
            (Self::Observed, "OnlyNew") => Some(ImportMode::OnlyNew),
            (Self::Observed, "OnlyUpdateExisting") => Some(ImportMode::OnlyExisting),
            _ => None,
        }
    }

    /// The pages of the document write `Csv`, the service wants `CSV`.
    pub(crate) fn export_format(self, name: &str) -> Option<ExportFormat> {
        match (self, name) {
            (_, "Excel") => Some(ExportFormat::Excel),
            (_, "CSV") | (Self::Documented, "Csv") => Some(ExportFormat::Csv),
            (_, "PDF") | (Self::Documented, "Pdf") => Some(ExportFormat::Pdf),
            _ => None,
        }
    }

    /// Properties that clients read although no document lists them.
    pub(crate) fn shows_undocumented(self) -> bool {
        self == Self::Observed
    }
}

impl FromStr for Dialect {
    type Err = UnknownDialect;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "documented" => Ok(Self::Documented),
            "observed" => Ok(Self::Observed),
            _ => Err(UnknownDialect),
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Documented => "documented",
            Self::Observed => "observed",
        })
    }
}

/// A name that is neither `documented` nor `observed`.
#[derive(Debug, thiserror::Error)]
#[error("a dialect is `documented` or `observed`")]
pub struct UnknownDialect;
