//! The staff list of a ticket, which may be at another path now.

use std::io;
use std::path::{Path, PathBuf};

use keepnet_staff_list::{Sheet, SheetError};

use crate::error::of_sheet;
use crate::import::{Columns, Prepared, Ticket, file_sha256, prepare};
use crate::{Company, Error, ErrorKind, Result};

/// Checks the staff list of a ticket again, with its worksheet and its columns. `given` is the path of
/// the file, if it is not that of the ticket.
pub(super) async fn prepare_again(
    company: &Company,
    ticket: &Ticket,
    given: Option<&Path>,
) -> Result<Prepared> {
    let file = &ticket.file;
    let path = given.unwrap_or(&file.path);
    if sha256(path.to_owned()).await? != file.sha256 {
        let problem = format!(
            "{} is not the file with which the import started",
            path.display()
        );
        return Err(Error::new(ErrorKind::Conflict, problem)
            .with_hint("name the unchanged file, or start a new import"));
    }
    let mut options = Sheet::options();
    if let Some(worksheet) = &file.worksheet {
        options = options.worksheet(worksheet);
    }
    let sheet = options.open(path).map_err(of_sheet)?;
    prepare(company, sheet, Columns::As(ticket.mapping.clone())).await
}

async fn sha256(path: PathBuf) -> Result<String> {
    let file = path.display().to_string();
    let read = tokio::task::spawn_blocking(move || file_sha256(&path)).await;
    match read.unwrap_or_else(|interrupted| Err(io::Error::other(interrupted))) {
        Ok(sha256) => Ok(sha256),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            Err(of_sheet(SheetError::Missing { file })
                .with_hint("an unconfirmed import needs its file: give its current path"))
        }
        Err(source) => Err(of_sheet(SheetError::Unreadable { file, source })),
    }
}
