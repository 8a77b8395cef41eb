//! An uploaded file and its progress towards an import.

use std::sync::Arc;

use jiff::Timestamp;
use serde::Serialize;

use super::company::CompanyIndex;
use super::mapping::{Mapping, RowCounts};
use crate::resource_id::ResourceId;
use crate::spreadsheet::{FileType, Table};

#[derive(Clone, Debug)]
pub(crate) struct Transaction {
    pub(crate) id: ResourceId,
    pub(crate) company: CompanyIndex,
    pub(crate) file: Arc<UploadedFile>,
    pub(crate) created: Timestamp,
    pub(crate) stage: Stage,
    pub(crate) mapping: Option<Mapping>,
    pub(crate) imports: Vec<ResourceId>,
}

#[derive(Debug)]
pub(crate) struct UploadedFile {
    pub(crate) name: String,
    pub(crate) file_type: FileType,
    pub(crate) sheet_names: Vec<String>,
    pub(crate) table: Table,
}

impl Transaction {
    pub(crate) fn new(
        id: ResourceId,
        company: CompanyIndex,
        file: Arc<UploadedFile>,
        created: Timestamp,
    ) -> Self {
        Self {
            id,
            company,
            file,
            created,
            stage: Stage::Uploaded,
            mapping: None,
            imports: Vec::new(),
        }
    }

    pub(crate) fn counts(&self) -> RowCounts {
        self.mapping
            .as_ref()
            .map_or_else(RowCounts::default, |mapping| mapping.counts)
    }
}

/// The progress of a transaction. The names are those of `GET /_sandbox/state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Stage {
    Uploaded,
    #[serde(rename = "mapping queued")]
    MappingQueued,
    #[serde(rename = "mapping running")]
    MappingRunning,
    Mapped,
    Imported,
    #[serde(rename = "mapping failed")]
    MappingFailed,
    #[serde(rename = "mapping expired")]
    MappingExpired,
    /// Reopened under another id; requests with this id return 404.
    Replaced,
    /// Requests with this id return 404.
    Expired,
}
