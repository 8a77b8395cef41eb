//! The rows of a staff list, in batches.

use std::ops::ControlFlow;

use futures::future;
use futures::stream::{self, BoxStream, StreamExt as _};
use keepnet_staff_list::{Field, Mapping, Row, Sheet};
use tokio::sync::mpsc;

use crate::error::of_sheet;
use crate::users::EMAILS_PER_SEARCH;
use crate::{Error, ErrorKind, Result};

/// How many batches are read ahead.
const AHEAD: usize = 8;

/// A row of the file, with the values as they would be sent.
pub(super) struct SheetRow {
    pub(super) number: u32,
    pub(super) email: String,
    /// The values of the other fields, in the order of the columns.
    pub(super) values: Vec<(Field, String)>,
}

/// The rows of the file, in batches for one search each. They are read outside of the threads for the
/// network, and only a few batches ahead.
pub(super) fn sheet_rows(
    sheet: Sheet,
    mapping: Mapping,
    sha256: String,
) -> BoxStream<'static, Result<Vec<SheetRow>>> {
    let (sender, receiver) = mpsc::channel(AHEAD);
    let reading = tokio::task::spawn_blocking(move || read(&sheet, &mapping, &sha256, &sender));
    // Report a read error; do not treat it as the end of the file.
    let read_error = async move {
        let read = reading.await.unwrap_or_else(|error| {
            let problem = "the reading of the file was interrupted";
            Err(Error::new(ErrorKind::Io, problem).with_source(error))
        });
        read.err().map(Err)
    };
    let next = |mut receiver: mpsc::Receiver<_>| async { Some((receiver.recv().await?, receiver)) };
    stream::unfold(receiver, next)
        .map(Ok)
        .chain(stream::once(read_error).filter_map(future::ready))
        .boxed()
}

fn read(
    sheet: &Sheet,
    mapping: &Mapping,
    sha256: &str,
    sender: &mpsc::Sender<Vec<SheetRow>>,
) -> Result<()> {
    let file = sheet.file_name();
    if sheet.sha256() != sha256 {
        let problem = format!("{file} is not the file of the preview");
        return Err(Error::new(ErrorKind::Conflict, problem));
    }
    let positions = mapping.positions(sheet).map_err(of_sheet)?;
    let mut batch = Vec::with_capacity(EMAILS_PER_SEARCH);
    let rows = sheet.for_each_row(|row| {
        batch.push(SheetRow::of(row, mapping, &positions));
        if batch.len() < EMAILS_PER_SEARCH {
            return ControlFlow::Continue(());
        }
        let full = std::mem::replace(&mut batch, Vec::with_capacity(EMAILS_PER_SEARCH));
        match sender.blocking_send(full) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    });
    rows.map_err(of_sheet)?;
    // The stream may have been dropped.
    let _ = sender.blocking_send(batch);
    Ok(())
}

impl SheetRow {
    fn of(row: &Row, mapping: &Mapping, positions: &[usize]) -> SheetRow {
        let mut converted = SheetRow {
            number: row.number(),
            email: String::new(),
            values: Vec::with_capacity(positions.len()),
        };
        for (field, value) in mapping.values(row, positions) {
            match field {
                Field::Email => converted.email = value.into_owned(),
                field => converted.values.push((field.clone(), value.into_owned())),
            }
        }
        converted
    }
}
