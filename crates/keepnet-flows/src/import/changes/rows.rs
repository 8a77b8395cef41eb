//! The rows of the file of a preview, a batch at a time.

use std::ops::ControlFlow;

use futures::future;
use futures::stream::{self, BoxStream, StreamExt as _};
use keepnet_staff_list::{Field, Mapping, Row, Sheet, SheetError, normalized_value};
use tokio::sync::mpsc;

use crate::company::Company;
use crate::error::{ErrorKind, Result, of_sheet};
use crate::import::digest;
use crate::users::LOOKED_FOR;

const DOING: &str = "comparing the staff list with the users";
/// So many batches are read before anybody asks for them.
const AHEAD: usize = 8;

/// A row of the file, as it would be sent.
pub(super) struct Line {
    pub(super) row: u32,
    pub(super) email: String,
    /// Field by field, in the order of the columns, but for the e-mail address.
    pub(super) values: Vec<(Field, String)>,
}

/// The rows of the file, as many at a time as are looked for in one search. They are read away from
/// the threads that carry the network, and no further ahead than is asked for.
pub(super) fn lines(
    company: Company,
    sheet: Sheet,
    mapping: Mapping,
    sha256: String,
) -> BoxStream<'static, Result<Vec<Line>>> {
    let (sender, receiver) = mpsc::channel(AHEAD);
    let reading = company.clone();
    let read = tokio::task::spawn_blocking(move || {
        is_the_same(&reading, &sheet, &sha256)?;
        send(&sheet, &mapping, &sender).map_err(of_sheet)
    });
    // A list that breaks off must not pass for one that ends.
    let failure = async move {
        match read.await {
            Ok(Ok(())) => None,
            Ok(Err(error)) => Some(Err(error)),
            Err(error) => Some(Err(company
                .error(
                    ErrorKind::Io,
                    DOING,
                    "the reading of the file was broken off",
                )
                .with_source(error))),
        }
    };
    let next = |mut receiver: mpsc::Receiver<_>| async { Some((receiver.recv().await?, receiver)) };
    stream::unfold(receiver, next)
        .map(Ok)
        .chain(stream::once(failure).filter_map(future::ready))
        .boxed()
}

fn is_the_same(company: &Company, sheet: &Sheet, sha256: &str) -> Result<()> {
    let file = sheet.file_name();
    match digest::of_file(sheet.path()) {
        Ok(found) if found == sha256 => Ok(()),
        Ok(_) => {
            let problem = format!("{file} is not the file of the preview");
            Err(company.error(ErrorKind::Conflict, DOING, problem))
        }
        Err(error) => Err(company
            .error(ErrorKind::Io, DOING, format!("{file} cannot be read"))
            .with_source(error)),
    }
}

fn send(
    sheet: &Sheet,
    mapping: &Mapping,
    sender: &mpsc::Sender<Vec<Line>>,
) -> std::result::Result<(), SheetError> {
    let positions = mapping.positions(sheet)?;
    let mut lines = Vec::with_capacity(LOOKED_FOR);
    sheet.for_each_row(|row| {
        lines.push(line(row, mapping, &positions));
        if lines.len() < LOOKED_FOR {
            return ControlFlow::Continue(());
        }
        let full = std::mem::replace(&mut lines, Vec::with_capacity(LOOKED_FOR));
        match sender.blocking_send(full) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    })?;
    // Where nobody listens any more, nobody misses them.
    let _ = sender.blocking_send(lines);
    Ok(())
}

fn line(row: &Row, mapping: &Mapping, positions: &[usize]) -> Line {
    let mut line = Line {
        row: row.number(),
        email: String::new(),
        values: Vec::with_capacity(positions.len()),
    };
    for (column, position) in mapping.columns().iter().zip(positions) {
        let field = column.field();
        let value = normalized_value(field, row.text(*position)).into_owned();
        match field {
            Field::Email => line.email = value,
            field => line.values.push((field.clone(), value)),
        }
    }
    line
}
