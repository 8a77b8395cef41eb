//! The file of the people who are imported: the joiners and those whose record changes.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::Path;

use keepnet_staff_list::{Field, Mapper, Mapping, Sheet};

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
    /// Makes the file without the `withheld` rows; `None` if nobody is imported. It is kept in `folder`,
    /// if there is one, so that another process can find out what became of the import.
    pub(super) fn write(
        plan: &SyncPlan,
        withheld: &HashSet<RowIndex>,
        folder: Option<&Path>,
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
        let headers = columns.iter().map(|(_, header)| header.as_str());
        let cells = rows.iter().map(|(row, person)| {
            let cells = columns.iter();
            cells.map(|(field, _)| cell(list, *row, *field, *person))
        });
        let sheet = to_sheet(list.file_name(), headers, cells, folder)?;
        let mapper = columns
            .iter()
            .fold(Mapper::new(), |mapper, (field, header)| {
                mapper.column(header, list.rows.fields()[*field].clone())
            });
        Ok(Some(UploadRows {
            sheet,
            mapper,
            numbers: rows.iter().map(|(row, _)| list.rows.number(*row)).collect(),
        }))
    }

    /// Makes the file of an earlier import again, of the same list. What was sent for a blank cell is not
    /// known any more, so that the file shows who is in which row, and must not be imported.
    pub(super) fn remake(list: &StaffList, numbers: &[u32], mapping: &Mapping) -> Result<Sheet> {
        let indexes = (0..).take(list.rows.len());
        let indexes: HashMap<u32, RowIndex> = indexes
            .map(|index| (list.rows.number(index), index))
            .collect();
        let columns = mapping.columns().iter();
        let fields: Vec<Option<usize>> = columns
            .clone()
            .map(|it| list.rows.position(it.field()))
            .collect();
        let cells = numbers.iter().map(|number| {
            let row = indexes.get(number);
            fields.iter().map(move |field| match (row, field) {
                (Some(row), Some(field)) => list.rows.value(*row, *field).into(),
                _ => Cow::from(""),
            })
        });
        let headers = columns.map(|it| it.column());
        to_sheet(list.file_name(), headers, cells, None)
    }

    /// The row of the list for a row of this file.
    pub(super) fn number(numbers: &[u32], row: u32) -> Option<u32> {
        let index = row.checked_sub(HEADER_ROW + 1)?;
        numbers.get(index as usize).copied()
    }
}

/// A CSV file as a sheet. It is kept in `folder`, if there is one.
fn to_sheet<'a, Row: Iterator<Item = Cow<'a, str>>>(
    list_name: &str,
    headers: impl Iterator<Item = &'a str>,
    rows: impl Iterator<Item = Row>,
    folder: Option<&Path>,
) -> Result<Sheet> {
    let name = Path::new(list_name).with_extension("csv");
    let options = Sheet::options().header_row(HEADER_ROW);
    let write = || -> io::Result<_> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(headers)?;
        for row in rows {
            for cell in row {
                writer.write_field(cell.as_bytes())?;
            }
            writer.write_record(None::<&[u8]>)?;
        }
        let content = writer.into_inner().map_err(|error| error.into_error())?;
        let Some(folder) = folder else {
            return Ok((content, None));
        };
        create_private_folder(folder)?;
        let path = folder.join(name.file_name().unwrap_or_default());
        create_private(&path)?.write_all(&content)?;
        Ok((content, Some(path)))
    };
    let (content, path) = write().map_err(|error| {
        let problem = "the rows to import cannot be written";
        Error::new(ErrorKind::Io, problem).with_source(error)
    })?;
    let sheet = match path {
        Some(path) => options.open(path),
        None => options.open_bytes(name.to_string_lossy(), content),
    };
    sheet.map_err(of_sheet)
}

/// A folder that only its owner can read.
fn create_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// A file that only its owner can read.
fn create_private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
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
