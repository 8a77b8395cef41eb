//! Exporting the users of a customer to a file.

use std::io::Read as _;
use std::path::Path;

use keepnet_flows::{Error, ErrorKind, FileFormat, Reseller, Result};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::files::Files;

/// An export of the active and inactive users of a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct ExportRequest {
    /// The name of the file to write in the [`Files`](crate::Files) of the workers; an earlier one is
    /// replaced.
    pub file: String,
    /// The format of the file. Default: CSV.
    #[serde(default)]
    pub format: Option<FileFormat>,
}

/// A file that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[non_exhaustive]
pub struct ExportSummary {
    /// The name of the file.
    pub file: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// Its SHA-256, in hexadecimal digits.
    pub sha256: String,
}

impl ExportRequest {
    /// An export as CSV.
    pub fn new(file: impl Into<String>) -> ExportRequest {
        ExportRequest {
            file: file.into(),
            format: None,
        }
    }

    pub(super) async fn run(
        self,
        reseller: &Reseller,
        files: &Files,
        company_id: &str,
    ) -> Result<ExportSummary> {
        let company = reseller.company(company_id).await?;
        let output = files.output(&self.file)?;
        let export = company
            .users()
            .export(self.format.unwrap_or(FileFormat::Csv));
        let saved = export.save(output.path()).await?;
        let sha256 = sha256(output.path());
        let sha256 = sha256.map_err(|error| {
            Error::new(ErrorKind::Io, "the export cannot be read again").with_source(error)
        })?;
        output.store().await?;
        Ok(ExportSummary {
            file: self.file,
            bytes: saved.bytes,
            sha256,
        })
    }
}

fn sha256(path: &Path) -> std::io::Result<String> {
    let mut file = std::fs::File::open(path)?;
    let mut hash = Sha256::new();
    let mut part = vec![0; 64 * 1024];
    loop {
        match file.read(&mut part)? {
            0 => break,
            read => hash.update(&part[..read]),
        }
    }
    Ok(hash
        .finalize()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect())
}
