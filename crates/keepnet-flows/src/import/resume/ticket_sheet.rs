//! The staff list of a ticket, which may be at another path now.

use std::path::{Path, PathBuf};

use keepnet_staff_list::{Sheet, SheetError};

use crate::error::of_sheet;
use crate::import::{Columns, Prepared, Ticket, TicketFile, prepare};
use crate::{Company, Error, ErrorKind, Result};

/// Checks the staff list of a ticket again, read as it was read then. `given` is the path of the
/// file, if it is not that of the ticket.
pub(super) async fn prepare_again(
    company: &Company,
    ticket: &Ticket,
    given: Option<&Path>,
) -> Result<Prepared> {
    let file = &ticket.file;
    let Some(path) = given.or(file.path.as_deref()) else {
        let problem = format!("the ticket does not say where {} is", file.name);
        return Err(Error::new(ErrorKind::Invalid, problem)
            .with_hint("an unconfirmed import needs its file: give its current path"));
    };
    let sheet = open(path.to_owned(), file.clone()).await?;
    prepare(company, sheet, Columns::As(ticket.mapping.clone())).await
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
    opened.unwrap_or_else(|error| {
        let problem = "the reading of the file was interrupted";
        Err(Error::new(ErrorKind::Io, problem).with_source(error))
    })
}
