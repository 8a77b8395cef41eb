//! The options for a file that the service writes, and saving it.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::slice;

use clap::{Args, ValueEnum};
use keepnet_flows::{Export, FileFormat, SavedFile, WrittenFile};

use crate::commands::ordinary_file::{ensure_ordinary_file, ensure_replaceable};
use crate::exit::{CliError, ExitStatus, Outcome, Result};
use crate::interrupt::{Reached, ResumeHint};
use crate::text::counted;
use crate::ui::{self, Column, Document, Format, Record, print_message};

/// Where to save a file, and its format.
#[derive(Debug, Args)]
pub(crate) struct OutputFile {
    /// The format of the file [default: by the name of FILE, or else csv]
    #[arg(long, value_enum)]
    format: Option<OutputFileFormat>,
    /// Where to save the file, or `-` for standard output [default: named after the customer, in the
    /// current folder]
    #[arg(short = 'o', value_name = "FILE")]
    file: Option<PathBuf>,
    /// Replace FILE if it exists
    #[arg(long)]
    force: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum OutputFileFormat {
    /// Text; a saved file starts with a byte order mark, which Excel needs for accents
    Csv,
    /// A workbook (.xlsx)
    Excel,
}

/// A folder for the files of several customers.
#[derive(Clone, Debug)]
pub(super) struct OutputFolder {
    pub(super) folder: PathBuf,
    pub(super) format: FileFormat,
    /// Whether existing files are replaced.
    pub(super) replaces: bool,
}

impl OutputFile {
    /// The format of the file. Mistakes in the arguments are reported before any request.
    pub(super) fn format(&self) -> Result<FileFormat> {
        let extension = self.file.as_deref().and_then(Path::extension);
        let extension = extension.map(|it| it.to_string_lossy().to_lowercase());
        let by_name = match extension.as_deref() {
            Some("csv") => Some(OutputFileFormat::Csv),
            Some("xlsx") => Some(OutputFileFormat::Excel),
            Some("xls" | "ods") => {
                let problem = "the service writes .csv and .xlsx files";
                return Err(self.usage(problem));
            }
            _ => None,
        };
        let format = match (self.format, by_name) {
            (Some(format), Some(by_name)) if format != by_name => {
                return Err(self.usage("the name of the file does not fit --format"));
            }
            (format, by_name) => format.or(by_name).unwrap_or(OutputFileFormat::Csv),
        };
        if format == OutputFileFormat::Excel
            && self.is_standard_output()
            && io::stdout().is_terminal()
        {
            return Err(CliError::usage("a workbook cannot be shown on a terminal")
                .with_hint("save it with -o FILE"));
        }
        self.refuse_existing(self.file.as_deref())?;
        Ok(match format {
            OutputFileFormat::Csv => FileFormat::Csv,
            OutputFileFormat::Excel => FileFormat::Excel,
        })
    }

    /// The folder for the files of several customers, which has to exist, and their format.
    pub(super) fn folder(&self) -> Result<OutputFolder> {
        let folder = self.file.as_deref().unwrap_or(Path::new("."));
        if !folder.is_dir() {
            return Err(self
                .usage("this is no folder, and each customer gets a file of its own")
                .with_hint("create the folder, and name it with -o"));
        }
        Ok(OutputFolder {
            folder: folder.to_owned(),
            format: match self.format {
                Some(OutputFileFormat::Excel) => FileFormat::Excel,
                _ => FileFormat::Csv,
            },
            replaces: self.force,
        })
    }

    /// Saves the file and reports where; with `-`, standard output gets the file itself.
    pub(super) async fn save(&self, export: Export, format: Format, hint: &ResumeHint) -> Result {
        let is_of_users = export.is_of_users();
        if self.is_standard_output() {
            hint.set_reached(Reached::PartOfFile);
            let written = print(export).await?;
            let doubt = doubt_about(written.users, written.total);
            return Ok(outcome(doubt.filter(|_| is_of_users)).status());
        }
        let path = match &self.file {
            Some(path) => path.clone(),
            None => export.file_name().into(),
        };
        self.refuse_existing(Some(&path))?;
        let export = export.byte_order_mark();
        hint.set_reached(Reached::NoFile);
        let saved = match self.force {
            true => export.save(path).await?,
            false => export.save_new(path).await?,
        };
        let doubt = doubt_about(saved.users, saved.total);
        let outcome = outcome(doubt.filter(|_| is_of_users));
        let line = || {
            let users = saved.users.map(|users| counted(users, "user", "users"));
            let users = users.map(|users| format!("{users}, ")).unwrap_or_default();
            let bytes = counted(saved.bytes, "byte", "bytes");
            vec![format!("{}: {users}{bytes}", saved.file)]
        };
        let document = Document::new(&saved, outcome);
        ui::stdout(format).report(&document, slice::from_ref(&saved), line)?;
        Ok(outcome.status())
    }

    fn is_standard_output(&self) -> bool {
        self.file.as_deref() == Some(Path::new("-"))
    }

    fn refuse_existing(&self, path: Option<&Path>) -> Result<()> {
        match path {
            Some(path) if path != Path::new("-") => {
                ensure_replaceable(path, self.force)?;
                ensure_ordinary_file(path)
            }
            _ => Ok(()),
        }
    }

    fn usage(&self, problem: &str) -> CliError {
        let path = self.file.as_deref().unwrap_or(Path::new("-"));
        CliError::about_file(ExitStatus::Usage, path, problem)
    }
}

/// Prints the file unchanged, except for characters that could control a terminal.
async fn print(export: Export) -> Result<WrittenFile> {
    if !io::stdout().is_terminal() {
        return Ok(export.write_to(&mut tokio::io::stdout()).await?);
    }
    let mut file = Vec::new();
    let written = export.write_to(&mut file).await?;
    let mut out = ui::terminal_safe_stdout();
    out.write_all(&file)?;
    out.flush()?;
    Ok(written)
}

/// Why it is not known whether a file has all users: their number could not be compared with the total
/// of the service.
pub(super) fn doubt_about(users: Option<u64>, total: Option<u64>) -> Option<String> {
    let reason = match (users, total) {
        (Some(_), Some(_)) => return None,
        (None, _) => "its rows could not be counted",
        (_, None) => "the service states no total, or another one after the export",
    };
    Some(format!(
        "it is not known whether the file has all users: {reason}"
    ))
}

/// How an export ended, with a warning if the file is in doubt.
fn outcome(doubt: Option<String>) -> Outcome {
    if let Some(doubt) = &doubt {
        print_message(&format!("warning: {doubt}"));
    }
    Outcome::of_rows(doubt.is_none())
}

impl Record for SavedFile {
    const COLUMNS: &'static [Column] = &[
        Column::text("file"),
        Column::whole("format"),
        Column::whole("bytes"),
        Column::whole("users"),
        Column::whole("total"),
        Column::whole("company_id"),
        Column::name("company_name"),
    ];
}
