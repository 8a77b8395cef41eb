//! The options for reading a staff list, and reading it.

use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use clap::Args;
use keepnet_flows::import::TicketFile;
use keepnet_flows::staff_list::Encoding;
use keepnet_flows::{Limits, Mapper, Mapping, RowProblem, Sheet, SheetError, Validation, Warning};

use crate::config::NewText;
use crate::exit::{CliError, ExitStatus, Result};
use crate::text::filled;
use crate::ui::{Column, Record, problem_lines};

/// A staff list, and how to read it.
#[derive(Debug, Args)]
pub(crate) struct StaffList {
    /// The workbook (.xlsx, .xls, .ods) or CSV file, or `-` for standard input
    #[arg(value_name = "FILE")]
    pub(super) file: PathBuf,
    #[command(flatten)]
    pub(super) options: StaffListOptions,
}

/// How to read a staff list.
#[derive(Clone, Debug, Default, Args)]
pub(crate) struct StaffListOptions {
    /// Fill a field from a column, given by header or letter; `COLUMN=` ignores the column
    #[arg(long, value_name = "COLUMN=FIELD", value_parser = filled)]
    pub(super) map: Vec<String>,
    /// Use the mapping that --save-mapping saved for an earlier file; --map takes precedence
    #[arg(long, value_name = "FILE")]
    pub(super) mapping: Option<PathBuf>,
    /// Save the mapping of columns to fields as JSON; only another mapping is replaced
    #[arg(long, value_name = "FILE")]
    pub(super) save_mapping: Option<PathBuf>,
    /// The worksheet to read [default: the one that contains users]
    #[arg(long, value_name = "NAME", value_parser = filled)]
    pub(super) sheet: Option<String>,
    /// The row of the headers, as a spreadsheet numbers it [default: the one that names the most
    /// fields]
    #[arg(long, value_name = "ROW", value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) header_row: Option<u32>,
    /// The encoding of a text file, such as windows-1254; needed only where the file does not state
    /// it
    #[arg(long, value_name = "NAME")]
    pub(super) encoding: Option<Encoding>,
    /// Treat warnings as errors
    #[arg(long)]
    pub(super) strict: bool,
}

/// An open staff list, and what its columns fill.
pub(super) struct ListColumns {
    pub(super) sheet: Sheet,
    pub(super) mapper: Mapper,
    pub(super) mapping: Mapping,
    /// The mapping by the headers alone, without the arguments.
    pub(super) by_headers: Option<Mapping>,
}

impl StaffList {
    /// The list of a ticket, to be read again; `file` is its new place if it was moved.
    pub(super) fn of_ticket(ticket: &TicketFile, file: Option<PathBuf>) -> StaffList {
        let encoding = ticket.encoding.as_deref();
        StaffList {
            file: file.or_else(|| ticket.path.clone()).unwrap_or_default(),
            options: StaffListOptions {
                sheet: ticket.worksheet.clone(),
                header_row: ticket.header_row,
                encoding: encoding.and_then(|it| it.parse().ok()),
                ..StaffListOptions::default()
            },
        }
    }

    pub(super) fn open(&self) -> Result<Sheet, SheetError> {
        let mut options = Sheet::options();
        if let Some(worksheet) = &self.options.sheet {
            options = options.worksheet(worksheet);
        }
        if let Some(row) = self.options.header_row {
            options = options.header_row(row);
        }
        if let Some(encoding) = self.options.encoding {
            options = options.encoding(encoding);
        }
        if self.file != Path::new("-") {
            return options.open(&self.file);
        }
        let bytes = standard_input().map_err(|error| SheetError::Unreadable {
            file: STANDARD_INPUT.to_owned(),
            source: error.kind().into(),
        })?;
        options.open_bytes(STANDARD_INPUT, bytes)
    }

    /// Opens the staff list, and refuses an option that its kind of file does not have.
    fn open_for_options(&self) -> Result<Sheet> {
        let sheet = self.open()?;
        let file = sheet.file_name();
        match (&self.options, sheet.worksheet()) {
            (
                StaffListOptions {
                    sheet: Some(name), ..
                },
                None,
            ) => {
                let problem = format!("{file} is a text file, which has no worksheet {name:?}");
                Err(CliError::usage(problem).with_hint("omit --sheet"))
            }
            (
                StaffListOptions {
                    encoding: Some(encoding),
                    ..
                },
                Some(_),
            ) => {
                let problem = format!("{file} is a workbook, which is not in {encoding}");
                Err(CliError::usage(problem).with_hint("omit --encoding"))
            }
            _ => Ok(sheet),
        }
    }

    /// Whether warnings are errors.
    pub(super) fn is_strict(&self) -> bool {
        self.options.strict
    }

    /// The mapping rules of the arguments: those of `--map` before those of a saved mapping.
    pub(super) fn mapper(&self) -> Result<Mapper> {
        let mut mapper = Mapper::new();
        if let Some(path) = &self.options.mapping {
            mapper = mapper.reuse(&read_mapping(path)?);
        }
        for argument in &self.options.map {
            mapper = mapper.argument(argument)?;
        }
        Ok(mapper)
    }

    /// Maps the columns, and saves the mapping if the arguments ask for it.
    pub(super) fn map(&self, mapper: &Mapper, sheet: &Sheet) -> Result<Mapping> {
        let mapping = mapper.map(sheet)?;
        if let Some(path) = &self.options.save_mapping {
            save_mapping(path, &mapping)?;
        }
        Ok(mapping)
    }

    /// Opens the staff list, and maps its columns.
    pub(super) fn columns(&self) -> Result<ListColumns> {
        let mapper = self.mapper()?;
        let sheet = self.open_for_options()?;
        Ok(ListColumns {
            mapping: self.map(&mapper, &sheet)?,
            by_headers: Mapper::new().map(&sheet).ok(),
            mapper,
            sheet,
        })
    }

    /// Opens the staff list, maps its columns and validates its rows.
    pub(super) fn validate(&self) -> Result<(Sheet, Validation)> {
        let mapper = self.mapper()?;
        let sheet = self.open_for_options()?;
        let validation = sheet.validate(&self.map(&mapper, &sheet)?)?;
        Ok((sheet, validation))
    }
}

/// The name of a staff list that has none.
const STANDARD_INPUT: &str = "standard-input";

/// What standard input contains. It can be read once, and a staff list is read several times.
fn standard_input() -> Result<&'static [u8], &'static io::Error> {
    static CONTENT: OnceLock<io::Result<Vec<u8>>> = OnceLock::new();
    let content = CONTENT.get_or_init(|| {
        let mut content = Vec::new();
        // One byte more than is allowed, so that the staff list is refused.
        let most = Limits::default().file_bytes.saturating_add(1);
        io::stdin().take(most).read_to_end(&mut content)?;
        Ok(content)
    });
    content.as_deref()
}

fn read_mapping(path: &Path) -> Result<Mapping> {
    let error = |problem| CliError::about_file(ExitStatus::Usage, path, problem);
    let text = fs::read_to_string(path)
        .map_err(|source| error("the mapping cannot be read").with_source(source))?;
    serde_json::from_str(&text).map_err(|source| {
        error("this is not a mapping")
            .with_hint("use a file that --save-mapping saved")
            .with_source(source)
    })
}

/// Saves a mapping; of the files that exist, only another mapping is replaced.
fn save_mapping(path: &Path, mapping: &Mapping) -> Result<()> {
    if path.symlink_metadata().is_ok() && read_mapping(path).is_err() {
        let problem = "the file exists already, and is not a mapping";
        let error = CliError::about_file(ExitStatus::Usage, path, problem);
        return Err(error.with_hint("choose another name with --save-mapping"));
    }
    let text = serde_json::to_string_pretty(mapping).map_err(io::Error::from);
    let saved = text.and_then(|text| NewText::write(path, &(text + "\n"))?.replace());
    saved.map_err(|error| {
        let problem = "the mapping cannot be saved";
        CliError::about_file(ExitStatus::Failed, path, problem).with_source(error)
    })
}

/// The rejected rows for a table, one line each.
pub(super) fn rejected_lines(rejected: &[RowProblem]) -> Vec<String> {
    problem_lines(rejected, rejected.len() as u64)
}

/// The warnings for a table, one line each.
pub(super) fn warning_lines(warnings: &[Warning], count: u64) -> Vec<String> {
    let warnings = warnings.iter().map(|warning| format!("warning: {warning}"));
    problem_lines(warnings, count)
}

impl Record for RowProblem {
    const COLUMNS: &'static [Column] = &[
        Column::whole("row"),
        Column::name("column"),
        Column::whole("letter"),
        Column::whole("field"),
        Column::text("message"),
    ];
}
