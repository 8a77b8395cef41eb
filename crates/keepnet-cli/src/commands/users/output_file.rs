//! The options for a file that the service writes, and saving it.

use std::path::{Path, PathBuf};
use std::slice;

use clap::{Args, ValueEnum};
use keepnet_flows::{Export, FileFormat, SavedFile};

use crate::exit::{ExitStatus, Result};
use crate::ui::{self, Format, Record};

/// Where to save a file, and its format.
#[derive(Debug, Args)]
pub(crate) struct OutputFile {
    /// The format of the file
    #[arg(long, value_enum, default_value_t)]
    format: OutputFileFormat,
    /// Where to save the file, or `-` for standard output; an existing file is replaced
    /// [default: named after the customer, in the current folder]
    #[arg(short = 'o', value_name = "FILE")]
    file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum OutputFileFormat {
    #[default]
    Csv,
    Excel,
}

impl OutputFile {
    pub(super) fn format(&self) -> FileFormat {
        match self.format {
            OutputFileFormat::Csv => FileFormat::Csv,
            OutputFileFormat::Excel => FileFormat::Excel,
        }
    }

    /// Saves the file and reports where; with `-`, standard output gets the file itself.
    pub(super) async fn save(&self, export: Export, format: Format) -> Result {
        if self.file.as_deref() == Some(Path::new("-")) {
            export.write_to(&mut tokio::io::stdout()).await?;
            return Ok(ExitStatus::Done);
        }
        let path = self.file.clone();
        let path = path.unwrap_or_else(|| export.file_name().into());
        let saved = export.save(path).await?;
        let line = || vec![format!("{}: {} bytes", saved.file, saved.bytes)];
        ui::stdout(format).report(&saved, slice::from_ref(&saved), line)?;
        Ok(ExitStatus::Done)
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
