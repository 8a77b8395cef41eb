//! Opening a staff list as the arguments say, and naming its rejected rows.

use std::path::{Path, PathBuf};
use std::{fs, io};

use clap::Args;
use keepnet_flows::staff_list::RowCounts;
use keepnet_flows::{Mapper, Mapping, RowProblem, Sheet, SheetError, Validation};

use crate::exit::{Failure, Status};
use crate::text::counted;
use crate::ui::{Record, problem_lines};

/// A staff list and how to read it.
#[derive(Debug, Default, Args)]
pub(crate) struct StaffList {
    /// The workbook (.xlsx, .xls, .ods) or CSV file
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    /// Fill a field from a column, given by header or letter; `COLUMN=` leaves the column out
    #[arg(long, value_name = "COLUMN=FIELD")]
    pub(crate) map: Vec<String>,
    /// Fill the fields as in an earlier file, whose mapping was saved; --map goes before it
    #[arg(long, value_name = "FILE")]
    pub(crate) mapping: Option<PathBuf>,
    /// Save as JSON which column fills which field
    #[arg(long, value_name = "FILE")]
    pub(crate) save_mapping: Option<PathBuf>,
    /// The worksheet to read [default: the one with the people]
    #[arg(long, value_name = "NAME")]
    pub(crate) sheet: Option<String>,
}

impl StaffList {
    pub(crate) fn open(&self) -> Result<Sheet, SheetError> {
        let mut options = Sheet::options();
        if let Some(worksheet) = &self.sheet {
            options = options.worksheet(worksheet);
        }
        options.open(&self.file)
    }

    /// What the arguments say about the columns: a saved mapping, and what goes before it.
    pub(crate) fn mapper(&self) -> Result<Mapper, Failure> {
        let mut mapper = Mapper::new();
        if let Some(path) = &self.mapping {
            mapper = mapper.reuse(&read_mapping(path)?);
        }
        for argument in &self.map {
            mapper = mapper.argument(argument)?;
        }
        Ok(mapper)
    }

    /// Maps the columns, and saves the mapping where the arguments say so.
    pub(crate) fn map(&self, mapper: &Mapper, sheet: &Sheet) -> Result<Mapping, Failure> {
        let mapping = mapper.map(sheet)?;
        if let Some(path) = &self.save_mapping {
            save_mapping(path, &mapping)?;
        }
        Ok(mapping)
    }

    pub(crate) fn check(&self) -> Result<Validation, Failure> {
        let mapper = self.mapper()?;
        let sheet = self.open()?;
        Ok(sheet.validate(&self.map(&mapper, &sheet)?)?)
    }
}

fn read_mapping(path: &Path) -> Result<Mapping, Failure> {
    let shown = path.display();
    let text = fs::read_to_string(path).map_err(|error| {
        Failure::new(
            Status::Usage,
            format!("{shown}: the mapping cannot be read"),
        )
        .caused_by(error)
    })?;
    serde_json::from_str(&text).map_err(|error| {
        Failure::new(Status::Usage, format!("{shown}: this is not a mapping"))
            .hint("name a file that --save-mapping wrote")
            .caused_by(error)
    })
}

fn save_mapping(path: &Path, mapping: &Mapping) -> Result<(), Failure> {
    let failed = |error: io::Error| {
        let problem = format!("{}: the mapping cannot be saved", path.display());
        Failure::new(Status::Failed, problem).caused_by(error)
    };
    let mut text = serde_json::to_string_pretty(mapping).map_err(|error| failed(error.into()))?;
    text.push('\n');
    fs::write(path, text).map_err(failed)
}

const REJECTED: [&str; 5] = ["row", "column", "letter", "field", "message"];

impl Record for RowProblem {
    const COLUMNS: &'static [&'static str] = &REJECTED;

    fn cells(&self) -> Vec<String> {
        vec![
            self.row.map(|row| row.to_string()).unwrap_or_default(),
            self.column.clone().unwrap_or_default(),
            self.letter.clone().unwrap_or_default(),
            self.field
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            self.message(),
        ]
    }
}

/// The rejected rows that a table shows, one line each.
pub(crate) fn rejected_lines(rejected: &[RowProblem]) -> Vec<String> {
    problem_lines(rejected, rejected.len() as u64)
}

/// Such as `12 rows: 7 valid, 4 invalid, 1 duplicate`.
pub(crate) fn in_words(rows: RowCounts) -> String {
    let mut words = format!(
        "{}: {} valid",
        counted(rows.total, "row", "rows"),
        rows.valid
    );
    for (count, what) in [(rows.invalid, "invalid"), (rows.duplicate, "duplicate")] {
        if count > 0 {
            words.push_str(&format!(", {count} {what}"));
        }
    }
    words
}
