//! The staff list of a ticket, which may be at another path now.

use std::collections::{HashMap, HashSet};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use keepnet_staff_list::{Field, Mapping, Sheet, SheetError, Validation, normalized_value};

use crate::error::of_sheet;
use crate::import::{
    Columns, ListedPeople, Prepared, SampledEmails, Ticket, TicketFile, ensure_own_list, prepare,
};
use crate::{Company, Error, ErrorKind, Result};

/// Where the staff list of a resumed import is.
#[derive(Clone)]
pub(crate) enum GivenSheet {
    /// At the path in the ticket.
    OfTicket,
    AtPath(PathBuf),
    Opened(Arc<Sheet>),
    /// Made again of the list that the rows were taken from. It has the same people in the same rows, and
    /// may lack other values, so that it must not be imported.
    Remade(Arc<Sheet>),
}

impl GivenSheet {
    /// Whether the caller has named it.
    pub(super) fn is_named(&self) -> bool {
        !matches!(self, GivenSheet::OfTicket)
    }

    /// Opens it, and refuses another content than that of the ticket.
    async fn open(&self, ticket: &Ticket) -> Result<Arc<Sheet>> {
        let (given, file) = (self.clone(), ticket.file.clone());
        let read = move || {
            let name = given.name(&file);
            let sheet = match given {
                GivenSheet::Remade(sheet) => return Ok(sheet),
                GivenSheet::Opened(sheet) => sheet,
                GivenSheet::AtPath(path) => open(&path, &file)?,
                GivenSheet::OfTicket => match &file.path {
                    Some(path) => open(path, &file)?,
                    None => return Err(without_path(&file)),
                },
            };
            if sheet.sha256() != file.sha256 {
                return Err(changed(&name));
            }
            match file.is_read_by(&sheet) {
                true => Ok(sheet),
                false => Err(read_otherwise(&name)),
            }
        };
        let opened = tokio::task::spawn_blocking(read).await;
        opened.unwrap_or_else(interrupted)
    }

    /// What an error calls it.
    fn name(&self, file: &TicketFile) -> String {
        let path = match self {
            GivenSheet::AtPath(path) => Some(path),
            GivenSheet::OfTicket => file.path.as_ref(),
            GivenSheet::Opened(_) | GivenSheet::Remade(_) => None,
        };
        path.map_or_else(|| file.name.clone(), |path| path.display().to_string())
    }
}

/// Checks the staff list of a ticket again, read as it was read then. It may be the list of another customer
/// still.
pub(super) async fn prepare_again(
    company: &Company,
    ticket: &Ticket,
    given: &GivenSheet,
) -> Result<Prepared> {
    let sheet = given.open(ticket).await?;
    let columns = Columns::As(ticket.mapping.clone());
    let prepared = prepare(company, Arc::clone(&sheet), columns).await?;
    let people = ListedPeople {
        mode: ticket.mode,
        selected: ticket.selected.clone(),
        domains: ticket.domains.clone(),
    };
    ensure_own_list(company, sheet, prepared, people).await
}

/// As [`prepare_again`], with the e-mail addresses of some rows.
pub(super) async fn check_again(
    company: &Company,
    ticket: &Ticket,
    given: &GivenSheet,
    rows: HashSet<u32>,
) -> Result<(Validation, SampledEmails)> {
    let sheet = given.open(ticket).await?;
    let emails = emails_of(Arc::clone(&sheet), ticket.mapping.clone(), rows).await?;
    let prepared = prepare(company, sheet, Columns::As(ticket.mapping.clone())).await?;
    Ok((prepared.validation, emails))
}

async fn emails_of(
    sheet: Arc<Sheet>,
    mapping: Mapping,
    rows: HashSet<u32>,
) -> Result<SampledEmails> {
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

fn open(path: &Path, file: &TicketFile) -> Result<Arc<Sheet>> {
    match file.sheet_options().open(path) {
        Ok(sheet) => Ok(Arc::new(sheet)),
        Err(error @ SheetError::Missing { .. }) => Err(of_sheet(error).with_hint(NEEDS_FILE)),
        Err(error @ (SheetError::Unreadable { .. } | SheetError::Directory { .. })) => {
            Err(of_sheet(error))
        }
        // The file could be read when the import started.
        Err(error) => Err(changed(&path.display().to_string()).with_source(error)),
    }
}

const NEEDS_FILE: &str = "an unconfirmed import needs its file: give its current path";

fn without_path(file: &TicketFile) -> Error {
    let problem = format!("the ticket does not say where {} is", file.name);
    Error::new(ErrorKind::Invalid, problem).with_hint(NEEDS_FILE)
}

fn changed(name: &str) -> Error {
    let problem = format!("{name} is not the file with which the import started");
    Error::new(ErrorKind::Conflict, problem)
        .with_hint("name the unchanged file, or start a new import")
}

fn read_otherwise(name: &str) -> Error {
    let problem = format!(
        "{name} is read with another worksheet, row of headers or encoding than when the import started"
    );
    Error::new(ErrorKind::Conflict, problem).with_hint("open it with the options in the ticket")
}

fn interrupted<T>(error: tokio::task::JoinError) -> Result<T> {
    let problem = "the reading of the file was interrupted";
    Err(Error::new(ErrorKind::Io, problem).with_source(error))
}
