//! The staff list of a ticket, which may be at another path now.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use keepnet_staff_list::{Field, Sheet, SheetError, normalized_value};

use crate::error::of_sheet;
use crate::import::{Columns, Prepared, SampledEmails, Ticket, TicketFile, prepare};
use crate::{Company, Error, ErrorKind, Result};

/// Checks the staff list of a ticket again, read as it was read then. `given` is the path of the
/// file, if it is not that of the ticket.
pub(super) async fn prepare_again(
    company: &Company,
    ticket: &Ticket,
    given: Option<&Path>,
) -> Result<Prepared> {
    let sheet = open_again(ticket, given).await?;
    prepare(company, sheet, Columns::As(ticket.mapping.clone())).await
}

/// The e-mail addresses of some rows of the staff list.
pub(super) async fn emails_of(
    ticket: &Ticket,
    given: Option<&Path>,
    rows: HashSet<u32>,
) -> Result<SampledEmails> {
    let sheet = open_again(ticket, given).await?;
    let mapping = ticket.mapping.clone();
    let read = move || {
        let positions = mapping.positions(&sheet).map_err(of_sheet)?;
        let mut columns = mapping.columns().iter().zip(positions);
        let email = columns.find(|(column, _)| *column.field() == Field::Email);
        let mut emails = HashMap::new();
        let read = sheet.for_each_row(|row| {
            if let Some((_, position)) = email.filter(|_| rows.contains(&row.number())) {
                let email = normalized_value(&Field::Email, row.text(position));
                emails.insert(row.number(), email.into_owned());
            }
            match emails.len() == rows.len() {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        });
        read.map_err(of_sheet)?;
        Ok(SampledEmails::new(emails))
    };
    let emails = tokio::task::spawn_blocking(read).await;
    emails.unwrap_or_else(interrupted)
}

async fn open_again(ticket: &Ticket, given: Option<&Path>) -> Result<Sheet> {
    let file = &ticket.file;
    let Some(path) = given.or(file.path.as_deref()) else {
        let problem = format!("the ticket does not say where {} is", file.name);
        return Err(Error::new(ErrorKind::Invalid, problem)
            .with_hint("an unconfirmed import needs its file: give its current path"));
    };
    open(path.to_owned(), file.clone()).await
}

/// Opens the file, and refuses another content than that of the ticket.
async fn open(path: PathBuf, file: TicketFile) -> Result<Sheet> {
    let read = move || {
        let mut options = Sheet::options();
        if let Some(worksheet) = &file.worksheet {
            options = options.worksheet(worksheet);
        }
        if let Some(row) = file.header_row {
            options = options.header_row(row);
        }
        if let Some(encoding) = file.encoding.as_deref().and_then(|name| name.parse().ok()) {
            options = options.encoding(encoding);
        }
        let changed = || {
            let problem = format!(
                "{} is not the file with which the import started",
                path.display()
            );
            Error::new(ErrorKind::Conflict, problem)
                .with_hint("name the unchanged file, or start a new import")
        };
        let sheet = match options.open(&path) {
            Ok(sheet) => sheet,
            Err(error @ SheetError::Missing { .. }) => {
                return Err(of_sheet(error)
                    .with_hint("an unconfirmed import needs its file: give its current path"));
            }
            Err(error @ (SheetError::Unreadable { .. } | SheetError::Directory { .. })) => {
                return Err(of_sheet(error));
            }
            // The file could be read when the import started.
            Err(error) => return Err(changed().with_source(error)),
        };
        match sheet.sha256().map_err(of_sheet)? == file.sha256 {
            true => Ok(sheet),
            false => Err(changed()),
        }
    };
    let opened = tokio::task::spawn_blocking(read).await;
    opened.unwrap_or_else(interrupted)
}

fn interrupted<T>(error: tokio::task::JoinError) -> Result<T> {
    let problem = "the reading of the file was interrupted";
    Err(Error::new(ErrorKind::Io, problem).with_source(error))
}
