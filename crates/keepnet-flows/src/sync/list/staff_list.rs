//! Reading a staff list once, into memory.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::sync::Arc;

use keepnet_staff_list::{
    AllowedValues, CellKind, Field, MappedColumn, Mapping, Row, RowProblem, Sheet, Validation,
    header_key, normalize_email, validate_value,
};

use super::staff_rows::{RowIndex, StaffRows};
use crate::error::of_sheet;
use crate::{Error, ErrorKind, Result};

/// A sheet and how its columns are mapped.
#[derive(Clone)]
pub(crate) struct ListFile {
    pub(crate) sheet: Arc<Sheet>,
    pub(crate) mapping: Mapping,
}

/// A staff list that was read and checked.
pub(crate) struct StaffList {
    pub(crate) file: ListFile,
    pub(crate) validation: Validation,
    pub(crate) rows: StaffRows,
    /// The valid rows by their e-mail addresses, as the service compares them.
    pub(crate) by_email: HashMap<Box<str>, RowIndex>,
    /// The addresses of the rows that are rejected: their people must not leave.
    pub(crate) protected: HashSet<Box<str>>,
    /// The keys of the rows that are rejected, as they are typed: their people must not leave either.
    pub(crate) refused_keys: Vec<Box<str>>,
    /// The rows without a readable address, or with the address of a row that has another name.
    pub(crate) unreadable: Vec<u32>,
    /// Rows that are rejected although their cells are valid.
    pub(crate) problems: Vec<RowProblem>,
}

impl StaffList {
    /// The e-mail address of a row.
    pub(crate) fn email(&self, row: RowIndex) -> &str {
        let field = self.rows.position(&Field::Email);
        field.map_or("", |field| self.rows.value(row, field))
    }

    pub(crate) fn file_name(&self) -> &str {
        self.validation.file_name()
    }

    /// How many rows are invalid, and how many are duplicates.
    pub(crate) fn rejected(&self) -> (u64, u64) {
        let counts = self.validation.counts();
        let found_later: HashSet<_> = self.problems.iter().map(|it| it.row).collect();
        let invalid = counts.invalid + found_later.len() as u64;
        (invalid, counts.duplicate)
    }
}

/// Reads and checks the list outside of the threads for the network: it takes a second if it is long.
///
/// `key` is the column that identifies people, if one does.
pub(crate) async fn read_list(
    file: ListFile,
    allowed: AllowedValues,
    key: Option<String>,
) -> Result<StaffList> {
    let read = tokio::task::spawn_blocking(move || read(file, &allowed, key.as_deref()));
    read.await.unwrap_or_else(|error| {
        let problem = "the reading of the list was interrupted";
        Err(Error::new(ErrorKind::Io, problem).with_source(error))
    })
}

/// The mapped column with this header, letter or field.
pub(crate) fn find_column<'a>(mapping: &'a Mapping, column: &str) -> Option<&'a MappedColumn> {
    let key = header_key(column);
    mapping.columns().iter().find(|it| {
        header_key(it.column()) == key
            || it.letter().eq_ignore_ascii_case(column.trim())
            || header_key(it.field().wire_name()) == key
    })
}

fn read(file: ListFile, allowed: &AllowedValues, key: Option<&str>) -> Result<StaffList> {
    let ListFile { sheet, mapping } = &file;
    let positions = mapping.positions(sheet).map_err(of_sheet)?;
    let position_of = |field: &Field| {
        let mut columns = mapping.columns().iter().zip(&positions);
        let found = columns.find(|(column, _)| column.field() == field);
        found.map(|(_, position)| *position)
    };
    let email_column = position_of(&Field::Email);
    let key_column = key.and_then(|key| find_column(mapping, key));
    let key_column = key_column.and_then(|column| position_of(column.field()));
    let mut rows = StaffRows::new(fields(mapping));
    let mut by_email = HashMap::<Box<str>, RowIndex>::new();
    let mut protected = HashSet::new();
    let (mut refused_keys, mut unreadable) = (Vec::new(), Vec::new());
    let mut is_too_long = false;
    let validation = sheet.validate_rows(mapping, allowed, |row, is_valid| {
        let refused_key = key_column.map(|column| row.text(column));
        let refused_key = refused_key.filter(|key| !key.is_empty() && !is_valid);
        refused_keys.extend(refused_key.map(Box::from));
        let Some(email) = email_column.and_then(|column| readable_email(row, column)) else {
            unreadable.push(row.number());
            return ControlFlow::Continue(());
        };
        let address: Box<str> = normalize_email(&email).into();
        let values: Vec<_> = mapping.values(row, &positions).collect();
        if !is_valid {
            let first = by_email.get(&address);
            if first.is_some_and(|first| rows.has_other_name(*first, &values)) {
                unreadable.push(row.number());
            }
            protected.insert(address);
            return ControlFlow::Continue(());
        }
        let values = values.iter().map(|(_, value)| value.as_ref());
        match rows.push(row.number(), values) {
            Some(index) => {
                by_email.insert(address, index);
                ControlFlow::Continue(())
            }
            None => {
                is_too_long = true;
                ControlFlow::Break(())
            }
        }
    });
    let validation = validation.map_err(of_sheet)?;
    if is_too_long {
        let problem = format!("{} has more than 4 GB of text", sheet.file_name());
        return Err(Error::new(ErrorKind::Sheet, problem));
    }
    Ok(StaffList {
        rows,
        by_email,
        protected,
        refused_keys,
        unreadable,
        problems: Vec::new(),
        validation,
        file,
    })
}

/// The fields of the values of a row.
fn fields(mapping: &Mapping) -> Vec<Field> {
    let fields = mapping.columns().iter().map(|column| column.field());
    let parts = fields.flat_map(|field| match field {
        Field::FullName => vec![Field::FirstName, Field::LastName],
        field => vec![field.clone()],
    });
    parts.collect()
}

/// The e-mail address of a row, whether the rest of the row is valid or not.
fn readable_email(row: &Row, column: usize) -> Option<String> {
    let is_value = !matches!(
        row.kind(column),
        CellKind::Error | CellKind::UncomputedFormula
    );
    let email = validate_value(&Field::Email, row.text(column)).ok()?;
    is_value.then(|| email.into_owned())
}
