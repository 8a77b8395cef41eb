//! Reading a staff list once, into memory.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;

use keepnet_staff_list::{
    AllowedValues, CellKind, Field, Mapping, Row, RowProblem, Sheet, Validation, normalize_email,
    validate_value,
};

use super::staff_rows::{RowIndex, StaffRows};
use crate::error::of_sheet;
use crate::import::TicketFile;
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
    /// The addresses of the rows that are refused: their people must not leave.
    pub(crate) protected: HashSet<Box<str>>,
    /// The rows without a readable address.
    pub(crate) unreadable: Vec<u32>,
    /// Rows that are refused although their cells are valid.
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

    /// How many rows are refused.
    pub(crate) fn refused(&self) -> u64 {
        let counts = self.validation.counts();
        let found_later: HashSet<_> = self.problems.iter().map(|it| it.row).collect();
        counts.invalid + counts.duplicate + found_later.len() as u64
    }
}

impl ListFile {
    /// The file as a ticket names it.
    pub(crate) fn describe(&self) -> Result<TicketFile> {
        let sheet = &self.sheet;
        let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        Ok(TicketFile {
            name: sheet.file_name().to_owned(),
            path: sheet.path().map(absolute),
            worksheet: sheet.worksheet().map(str::to_owned),
            header_row: Some(sheet.header_row()),
            encoding: sheet.encoding().map(|it| it.name().to_owned()),
            sha256: sheet.sha256().map_err(of_sheet)?,
        })
    }
}

/// Reads and checks the list outside of the threads for the network: it takes a second if it is long.
pub(crate) async fn read_list(file: ListFile, allowed: AllowedValues) -> Result<StaffList> {
    let read = tokio::task::spawn_blocking(move || read(file, &allowed));
    read.await.unwrap_or_else(|error| {
        let problem = "the reading of the list was interrupted";
        Err(Error::new(ErrorKind::Io, problem).with_source(error))
    })
}

fn read(file: ListFile, allowed: &AllowedValues) -> Result<StaffList> {
    let ListFile { sheet, mapping } = &file;
    let validation = sheet.validate_against(mapping, allowed).map_err(of_sheet)?;
    let positions = mapping.positions(sheet).map_err(of_sheet)?;
    let email_column = mapping.columns().iter().zip(&positions);
    let mut email_column = email_column.filter(|(column, _)| *column.field() == Field::Email);
    let email_column = email_column.next().map(|(_, position)| *position);
    let mut list = StaffList {
        rows: StaffRows::new(fields(mapping)),
        by_email: HashMap::new(),
        protected: HashSet::new(),
        unreadable: Vec::new(),
        problems: Vec::new(),
        validation,
        file: file.clone(),
    };
    let mut is_too_long = false;
    let read = sheet.for_each_row(|row| {
        let Some(email) = email_column.and_then(|column| readable_email(row, column)) else {
            list.unreadable.push(row.number());
            return ControlFlow::Continue(());
        };
        let key: Box<str> = normalize_email(&email).into();
        if !list.validation.is_valid_row(&email, row.number()) {
            list.protected.insert(key);
            return ControlFlow::Continue(());
        }
        let values: Vec<_> = mapping.values(row, &positions).collect();
        let values = values.iter().map(|(_, value)| value.as_ref());
        match list.rows.push(row.number(), values) {
            Some(index) => {
                list.by_email.insert(key, index);
                ControlFlow::Continue(())
            }
            None => {
                is_too_long = true;
                ControlFlow::Break(())
            }
        }
    });
    read.map_err(of_sheet)?;
    if is_too_long {
        let problem = format!("{} has more than 4 GB of text", sheet.file_name());
        return Err(Error::new(ErrorKind::Sheet, problem));
    }
    Ok(list)
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
