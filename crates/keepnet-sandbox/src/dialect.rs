//! The two dialects of the service: the published document, and the observed behaviour.

use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::Deserialize;

use crate::clock;

/// Which behaviour the sandbox shows where the published document and the observed behaviour of
/// the service differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// The published document: ISO 8601 times, the import modes `All` and `Selected`, a preview
    /// without the envelope, errors in camelCase.
    Documented,
    /// The behaviour that the service's own clients rely on: times such as `25/03/2026 07:49`, the
    /// import modes `ImportAll`, `ImportSelected`, `OnlyNew` and `OnlyUpdateExisting`, the preview
    /// nested under `data.items`, errors in PascalCase, no null properties. The default.
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

/// The file format of an export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ExportFormat {
    Excel,
    Csv,
    Pdf,
}

impl Dialect {
    /// Formats a time of a response.
    pub(crate) fn timestamp(self, at: Timestamp) -> String {
        match self {
            Self::Documented => clock::format_iso(at),
            Self::Observed => clock::format_day_first(at),
        }
    }

    /// The import mode with this name, if the dialect has it.
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

    /// The export format with this name. The documentation writes `Csv`, while the service accepts
    /// `CSV` only.
    pub(crate) fn export_format(self, name: &str) -> Option<ExportFormat> {
        match (self, name) {
            (_, "Excel") => Some(ExportFormat::Excel),
            (_, "CSV") | (Self::Documented, "Csv") => Some(ExportFormat::Csv),
            (_, "PDF") | (Self::Documented, "Pdf") => Some(ExportFormat::Pdf),
            _ => None,
        }
    }

    /// Whether responses have the properties that clients read although the document lacks them.
    pub(crate) fn has_undocumented_properties(self) -> bool {
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

/// The error for a name that is neither `documented` nor `observed`.
#[derive(Debug, thiserror::Error)]
#[error("a dialect is `documented` or `observed`")]
pub struct UnknownDialect;
