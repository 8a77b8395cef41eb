//! Where a file of the service is saved: the options that exports and templates share.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use keepnet_flows::{Export, FileFormat, SavedFile};

use crate::exit::{Failure, Status};
use crate::ui::{self, Format, Record};

/// Which file to save.
#[derive(Debug, Args)]
pub(crate) struct SaveFile {
    /// What to write
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: SavedFormat,
    /// Where to save it, `-` for standard output; a file that is there is replaced
    /// [default: named after the company, in this folder]
    #[arg(short = 'o', value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
}

/// What a saved file is written as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum SavedFormat {
    #[default]
    Csv,
    Excel,
}

impl SaveFile {
    /// Saves the file and reports where; with `-`, standard output gets the file itself.
    pub(crate) async fn save(&self, export: Export, format: Format) -> Result<Status, Failure> {
        if self.file.as_deref() == Some(Path::new("-")) {
            export.write_to(&mut tokio::io::stdout()).await?;
            return Ok(Status::Done);
        }
        let path = match &self.file {
            Some(path) => path.clone(),
            None => export.file_name().into(),
        };
        let saved = export.save(path).await?;
        let output = ui::stdout(format);
        match format {
            Format::Table => output.lines(&[format!("{}: {} bytes", saved.file, saved.bytes)])?,
            _ => output.record(&saved)?,
        }
        Ok(Status::Done)
    }
}

impl From<SavedFormat> for FileFormat {
    fn from(format: SavedFormat) -> FileFormat {
        match format {
            SavedFormat::Csv => FileFormat::Csv,
            SavedFormat::Excel => FileFormat::Excel,
        }
    }
}

impl Record for SavedFile {
    const COLUMNS: &'static [&'static str] = &["file", "bytes", "company_id", "company_name"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.file.clone(),
            self.bytes.to_string(),
            self.company.id.clone(),
            self.company.name.clone(),
        ]
    }
}
