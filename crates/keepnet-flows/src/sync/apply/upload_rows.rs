//! The file of the people who are imported: the joiners and those whose record changes.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;

use keepnet_staff_list::{Field, Mapper, Sheet};

use crate::error::of_sheet;
use crate::sync::list::{RowIndex, StaffList};
use crate::sync::person::value_of;
use crate::sync::plan::SyncPlan;
use crate::users::UserRow;
use crate::{Error, ErrorKind, Result};

/// The file to import.
pub(super) struct UploadRows {
    pub(super) sheet: Sheet,
    pub(super) mapper: Mapper,
    /// The row of the list for each row of this file, of which the first is row 2.
    pub(super) numbers: Vec<u32>,
}

/// The row of the headers.
const HEADER_ROW: u32 = 1;

impl UploadRows {
    /// Writes the file without the `withheld` rows; `None` if nobody is imported.
    pub(super) fn write(
        plan: &SyncPlan,
        withheld: &HashSet<RowIndex>,
    ) -> Result<Option<UploadRows>> {
        let imported = plan.movers.iter().filter(|mover| !mover.is_edited());
        let movers = imported.map(|mover| (mover.row, Some(&mover.person)));
        let joiners = plan.joiners.iter().map(|joiner| (joiner.row, None));
        let mut rows: Vec<(RowIndex, Option<&UserRow>)> = movers.chain(joiners).collect();
        rows.retain(|(row, _)| !withheld.contains(row));
        if rows.is_empty() {
            return Ok(None);
        }
        rows.sort_by_key(|(row, _)| *row);
        let list = &plan.list;
        let columns = columns(list, &rows);
        let stem = Path::new(list.file_name()).file_stem().unwrap_or_default();
        let write = || -> io::Result<_> {
            // Readable by its owner only, and gone when the sheet has its copy.
            let folder = tempfile::tempdir()?;
            let path = folder.path().join(stem).with_extension("csv");
            let mut writer = csv::Writer::from_writer(BufWriter::new(File::create(&path)?));
            writer.write_record(columns.iter().map(|(_, header)| header))?;
            for (row, person) in &rows {
                let cells = columns
                    .iter()
                    .map(|(field, _)| cell(list, *row, *field, *person));
                writer.write_record(cells.map(|cell| cell.into_owned()))?;
            }
            writer.flush()?;
            Ok((folder, path))
        };
        let (_folder, path) = write().map_err(|error| {
            let problem = "the rows to import cannot be written to the temporary folder";
            Error::new(ErrorKind::Io, problem).with_source(error)
        })?;
        let sheet = Sheet::options().header_row(HEADER_ROW).open(&path);
        let mapper = columns
            .iter()
            .fold(Mapper::new(), |mapper, (field, header)| {
                mapper.column(header, list.rows.fields()[*field].clone())
            });
        Ok(Some(UploadRows {
            sheet: sheet.map_err(of_sheet)?,
            mapper,
            numbers: rows.iter().map(|(row, _)| list.rows.number(*row)).collect(),
        }))
    }

    /// The row of the list for a row of this file.
    pub(super) fn number(numbers: &[u32], row: u32) -> Option<u32> {
        let index = row.checked_sub(HEADER_ROW + 1)?;
        numbers.get(index as usize).copied()
    }
}

/// What is sent for a cell. What the service does with a blank cell is not known, so that it gets the
/// value that the person has.
pub(super) fn cell<'a>(
    list: &'a StaffList,
    row: RowIndex,
    field: usize,
    person: Option<&'a UserRow>,
) -> Cow<'a, str> {
    let value = list.rows.value(row, field);
    match person {
        Some(person) if value.is_empty() => {
            let present = value_of(person, &list.rows.fields()[field]);
            present.unwrap_or_default().into()
        }
        _ => value.into(),
    }
}

/// The positions of the fields that have a value in some row, and the header of each.
fn columns(list: &StaffList, rows: &[(RowIndex, Option<&UserRow>)]) -> Vec<(usize, String)> {
    let mut taken = HashSet::new();
    let mut columns = Vec::new();
    for (position, field) in list.rows.fields().iter().enumerate() {
        let has_value = |(row, person): &(RowIndex, Option<&UserRow>)| {
            !cell(list, *row, position, *person).is_empty()
        };
        if *field != Field::Email && !rows.iter().any(has_value) {
            continue;
        }
        let mut header = field.wire_name().to_owned();
        while !taken.insert(header.to_lowercase()) {
            header += " (custom)";
        }
        columns.push((position, header));
    }
    columns
}
