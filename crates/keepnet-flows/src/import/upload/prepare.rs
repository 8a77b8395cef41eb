//! Checking the rows of a staff list, and preparing the file to send.

use std::sync::Arc;

use keepnet_staff_list::{AllowedValues, Mapper, Mapping, Sheet, SheetError, Upload, Validation};

use super::transfer::nothing_imported;
use crate::allowed_values::{add_mapped_lists, custom_field_values};
use crate::error::of_sheet;
use crate::import::{ImportMode, RowNumbers};
use crate::users::{DomainComparison, DomainCounts, ensure_own_domains};
use crate::{Company, Error, ErrorKind, Result};

/// A file that is ready to be sent.
pub(crate) struct Prepared {
    pub(crate) validation: Validation,
    pub(crate) upload: Upload,
    /// How the domains of the people compare with those of the company, if that was asked for.
    pub(crate) domains: Option<DomainComparison>,
}

/// How the columns are mapped.
pub(crate) enum Columns {
    By(Mapper),
    As(Mapping),
}

impl Columns {
    fn map(self, sheet: &Sheet, allowed: &AllowedValues) -> Result<Mapping, SheetError> {
        match self {
            Columns::By(mapper) => mapper.allowed_values(allowed).map(sheet),
            Columns::As(mapping) => Ok(mapping),
        }
    }
}

/// Checks the rows and prepares the file. This runs outside of the threads for the network, because it
/// takes a second for a long list.
pub(crate) async fn prepare(
    company: &Company,
    sheet: Arc<Sheet>,
    columns: Columns,
) -> Result<Prepared> {
    let allowed = custom_field_values(company).await;
    let allowed = allowed.map_err(nothing_imported)?;
    let mapping = columns.map(&sheet, &allowed).map_err(of_sheet)?;
    let allowed = add_mapped_lists(allowed, company, &mapping).await;
    let allowed = allowed.map_err(nothing_imported)?;
    in_background(move || check(&sheet, &mapping, &allowed)).await
}

/// Reads the file outside of the threads for the network.
async fn in_background<T: Send + 'static>(
    read: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let read = tokio::task::spawn_blocking(read).await;
    read.unwrap_or_else(|error| {
        let problem = "the check of the file was interrupted";
        Err(Error::new(ErrorKind::Io, problem).with_source(error))
    })
}

fn check(sheet: &Sheet, mapping: &Mapping, allowed: &AllowedValues) -> Result<Prepared> {
    let validation = sheet.validate_against(mapping, allowed).map_err(of_sheet)?;
    let upload = validation.prepare_upload(sheet).map_err(|error| {
        let error = of_sheet(error);
        match validation.problems().first() {
            Some(first) => error.with_hint(format!("the first is {first}")),
            None => error,
        }
    })?;
    Ok(Prepared {
        validation,
        upload,
        domains: None,
    })
}

/// Which people of a list an import takes, and the domains that they may have.
pub(crate) struct ListedPeople {
    pub(crate) mode: ImportMode,
    pub(crate) selected: RowNumbers,
    pub(crate) domains: Option<Vec<String>>,
}

/// Refuses the list of another customer, before anything is sent.
pub(crate) async fn ensure_own_list(
    company: &Company,
    sheet: Arc<Sheet>,
    mut prepared: Prepared,
    people: ListedPeople,
) -> Result<Prepared> {
    let ListedPeople {
        mode,
        selected,
        domains,
    } = people;
    let is_selected = move |row| mode != ImportMode::Selected || selected.contains(row);
    let count = move || {
        let counts = DomainCounts::of_sheet(&sheet, &prepared.validation, is_selected);
        counts.map(|counts| (prepared, counts))
    };
    let counts;
    (prepared, counts) = in_background(count).await?;
    prepared.domains = Some(ensure_own_domains(company, &counts, domains.as_deref()).await?);
    Ok(prepared)
}

/// The rows of the selected people. It is an error if a given address is in no valid row.
pub(crate) fn selected_rows(emails: &[String], validation: &Validation) -> Result<RowNumbers> {
    let rows = emails.iter().filter_map(|email| validation.row_of(email));
    let rows: Vec<u32> = rows.collect();
    let (given, missing) = (emails.len(), emails.len() - rows.len());
    if given == 0 {
        return Err(Error::new(ErrorKind::Invalid, "no person was selected")
            .with_hint("give the e-mail address of each person to import"));
    }
    if missing > 0 {
        let problem =
            format!("{missing} of the {given} selected e-mail addresses are in no valid row");
        return Err(Error::new(ErrorKind::Invalid, problem)
            .with_hint("correct the addresses, or the rows that were rejected"));
    }
    Ok(rows.into_iter().collect())
}
