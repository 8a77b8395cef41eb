//! What an import would change about the people whom the company has already.

use std::fmt;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, Stream, StreamExt as _, TryStreamExt as _};
use tokio::sync::mpsc;

use super::changed::{ChangedField, ChangedUser, ImportChanges};
use super::digest;
use super::preview::Preview;
use super::settings::ImportMode;
use crate::check::{folded, sent};
use crate::company::Company;
use crate::error::{ErrorKind, Result};
use crate::field::Field;
use crate::mapping::{Mapping, header_key};
use crate::priority::Priority;
use crate::sheet::{Row, Sheet, SheetError, trimmed};
use crate::users::{LOOKED_FOR, User, by_email};

/// So many searches are underway at a time, and so many batches of rows are read ahead.
const AT_ONCE: usize = 4;
const DOING: &str = "comparing the staff list with the users";

/// What an import would change, made by [`Preview::changes`]: a stream of the people who would be
/// changed, in the order of the rows, and a future of the [`ImportChanges`] with all of them.
///
/// The file is read once more, and the people are looked for in the company, 50 in a search, 4
/// searches at a time; nobody is looked for where the preview counts nobody who is there already, or
/// the mode is [`ImportMode::New`]. The stream holds some 400 rows, however long the file is; the
/// future holds everybody who would be changed. Dropping it stops both.
///
/// Rows that are rejected or left out by the mode are not compared, and the fields of people whom an
/// identity provider owns stay as they are. A value is compared as it would be sent: a phone number
/// with other blanks is another value, as the service keeps what it is given. Priorities, time zones
/// and languages are compared without regard to case; a time zone or a language counts as changed
/// where the file spells it otherwise than the service shows it, such as by a code. A custom field
/// that the service does not list for a person has no value yet. What the service makes of empty
/// cells is not known, so they are counted by themselves.
///
/// # Errors
///
/// [`ErrorKind::Conflict`] if the file is not the one of the preview, [`ErrorKind::Sheet`] or
/// [`ErrorKind::Io`] if it cannot be read, and what can go wrong with a search. After an error it ends.
#[must_use = "nothing is compared unless this is polled or awaited"]
pub struct Changes<'a> {
    batches: BoxStream<'a, Result<ImportChanges>>,
    counted: ImportChanges,
    ready: vec::IntoIter<ChangedUser>,
}

impl Preview {
    /// What the import would change about the people whom the company has already, field by field.
    ///
    /// `sheet` is the file of the preview, opened once more. These are people's data, which are read
    /// because somebody asks for them; a preview alone has none.
    ///
    /// ```no_run
    /// # use keepnet_flows::{Preview, Sheet, TryStreamExt};
    /// # async fn demo(preview: &Preview) -> keepnet_flows::Result<()> {
    /// let mut changes = preview.changes(Sheet::open("people.xlsx")?);
    /// while let Some(user) = changes.try_next().await? {
    ///     println!("row {}: {} fields", user.row, user.fields.len());
    /// }
    /// println!("{}", changes.counts()); // 3 would change, 20 would not, 2 new
    /// # Ok(()) }
    /// ```
    pub fn changes(&self, sheet: Sheet) -> Changes<'_> {
        let columns = self.mapping().columns();
        let mut counted = ImportChanges::of_columns(columns.iter().map(|column| column.field()));
        let batches = match (self.mode(), self.counts()) {
            (ImportMode::All, counts) if counts.existing > 0 => self.compared(sheet),
            (ImportMode::Existing | ImportMode::Selected, _) => self.compared(sheet),
            (_, counts) => {
                counted.new = counts.new;
                stream::empty().boxed()
            }
        };
        Changes {
            batches,
            counted,
            ready: Vec::new().into_iter(),
        }
    }

    fn compared(&self, sheet: Sheet) -> BoxStream<'_, Result<ImportChanges>> {
        let plan = &self.plan;
        let (company, mapping) = (plan.company.clone(), plan.checked.mapping().clone());
        let sha256 = plan.sha256.clone();
        // Nothing is read before it is polled.
        let lines = stream::once(async move { lines(company, sheet, mapping, sha256) });
        lines
            .flatten()
            .map_ok(move |lines| self.compare(lines))
            .try_buffered(AT_ONCE)
            .boxed()
    }

    async fn compare(&self, mut lines: Vec<Line>) -> Result<ImportChanges> {
        let plan = &self.plan;
        let is_selected = |row| plan.mode != ImportMode::Selected || plan.selected.contains(row);
        lines.retain(|line| {
            plan.checked.accepts(&line.email, line.row)
                && !self.rejected_by_service.contains(line.row)
                && is_selected(line.row)
        });
        let emails: Vec<&str> = lines.iter().map(|line| line.email.as_str()).collect();
        let known = by_email(&plan.company, &emails).await?;
        let columns = plan.checked.mapping().columns();
        let mut changes = ImportChanges::of_columns(columns.iter().map(|column| column.field()));
        for line in lines {
            match known.get(folded(&line.email).as_ref()) {
                None => changes.new += u64::from(plan.mode != ImportMode::Existing),
                Some(user) if is_managed(user) => changes.managed += 1,
                Some(user) => changes.see(line, user),
            }
        }
        Ok(changes)
    }
}

impl Changes<'_> {
    /// What was counted of the rows up to here, without the people: complete once the stream ends.
    pub fn counts(&self) -> &ImportChanges {
        &self.counted
    }
}

impl Stream for Changes<'_> {
    type Item = Result<ChangedUser>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(user) = self.ready.next() {
                return Poll::Ready(Some(Ok(user)));
            }
            match ready!(self.batches.poll_next_unpin(cx)) {
                Some(Ok(batch)) => self.ready = self.counted.add(batch).into_iter(),
                Some(Err(error)) => {
                    self.batches = stream::empty().boxed();
                    return Poll::Ready(Some(Err(error)));
                }
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<'a> IntoFuture for Changes<'a> {
    type Output = Result<ImportChanges>;
    type IntoFuture = BoxFuture<'a, Result<ImportChanges>>;

    fn into_future(mut self) -> Self::IntoFuture {
        Box::pin(async move {
            let mut rows = Vec::new();
            while let Some(user) = self.try_next().await? {
                rows.push(user);
            }
            Ok(ImportChanges {
                rows,
                ..self.counted
            })
        })
    }
}

impl fmt::Debug for Changes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Changes")
            .field("counts", &self.counted)
            .finish_non_exhaustive()
    }
}

/// A row of the file, as it would be sent.
struct Line {
    row: u32,
    email: String,
    /// Field by field, in the order of the columns, but for the e-mail address.
    values: Vec<(Field, String)>,
}

/// The rows of the file, as many at a time as are looked for in one search. They are read away from
/// the threads that carry the network, and no further ahead than is asked for.
fn lines(
    company: Company,
    sheet: Sheet,
    mapping: Mapping,
    sha256: String,
) -> BoxStream<'static, Result<Vec<Line>>> {
    let (sender, receiver) = mpsc::channel(AT_ONCE);
    tokio::task::spawn_blocking(move || {
        let read = is_the_same(&company, &sheet, &sha256)
            .and_then(|()| Ok(send(&sheet, &mapping, &sender)?));
        if let Err(error) = read {
            // Where nobody listens any more, nobody misses it.
            let _ = sender.blocking_send(Err(error));
        }
    });
    let next = |mut receiver: mpsc::Receiver<_>| async { Some((receiver.recv().await?, receiver)) };
    stream::unfold(receiver, next).boxed()
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
            .caused_by(error)),
    }
}

fn send(
    sheet: &Sheet,
    mapping: &Mapping,
    sender: &mpsc::Sender<Result<Vec<Line>>>,
) -> std::result::Result<(), SheetError> {
    let positions = mapping.positions(sheet)?;
    let mut lines = Vec::with_capacity(LOOKED_FOR);
    sheet.for_each_row(|row| {
        lines.push(line(row, mapping, &positions));
        if lines.len() < LOOKED_FOR {
            return ControlFlow::Continue(());
        }
        let full = std::mem::replace(&mut lines, Vec::with_capacity(LOOKED_FOR));
        match sender.blocking_send(Ok(full)) {
            Ok(()) => ControlFlow::Continue(()),
            Err(_) => ControlFlow::Break(()),
        }
    })?;
    let _ = sender.blocking_send(Ok(lines));
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
        let value = sent(field, row.text(*position)).into_owned();
        match field {
            Field::Email => line.email = value,
            field => line.values.push((field.clone(), value)),
        }
    }
    line
}

impl ImportChanges {
    /// Compares a row with the user whom it would update.
    fn see(&mut self, line: Line, user: &User) {
        let mut changed = Vec::new();
        let mut is_emptied = false;
        for (field, new) in line.values {
            let counts = self.fields.iter_mut().find(|it| it.field == field);
            let Some(counts) = counts else { continue };
            match value(user, &field) {
                None if new.is_empty() => {}
                Some(_) if new.is_empty() => {
                    counts.emptied += 1;
                    is_emptied = true;
                }
                Some(old) if is_same(&field, old, &new) => {}
                old => {
                    counts.changed += 1;
                    let old = old.map(str::to_owned);
                    changed.push(ChangedField { field, old, new });
                }
            }
        }
        self.emptied += u64::from(is_emptied);
        if changed.is_empty() {
            self.unchanged += 1;
            return;
        }
        self.changed += 1;
        self.rows.push(ChangedUser {
            row: line.row,
            id: user.id.clone(),
            email: user.email.clone(),
            fields: changed,
        });
    }
}

/// The value that the company has; `None` where there is none.
fn value<'a>(user: &'a User, field: &Field) -> Option<&'a str> {
    let value = match field {
        Field::FirstName => user.first_name.as_deref(),
        Field::LastName => user.last_name.as_deref(),
        Field::PhoneNumber => user.phone_number.as_deref(),
        Field::Department => user.department.as_deref(),
        Field::TimeZone => user.time_zone.as_deref(),
        Field::Priority => user.priority.as_deref(),
        Field::PreferredLanguage => user.preferred_language.as_deref(),
        Field::Custom(name) => {
            let mut values = user.custom_fields.iter();
            let value = values.find(|value| header_key(&value.name) == header_key(name));
            value.and_then(|value| value.value.as_deref())
        }
        // Not compared: the e-mail address names the person, and managers are not listed.
        Field::Email | Field::ManagerFirstName | Field::ManagerLastName | Field::ManagerEmail => {
            None
        }
    };
    value.map(trimmed).filter(|value| !value.is_empty())
}

fn is_same(field: &Field, old: &str, new: &str) -> bool {
    match field {
        // The check has read the new one.
        Field::Priority => old.parse::<Priority>() == new.parse(),
        Field::TimeZone | Field::PreferredLanguage => folded(old) == folded(new),
        _ => old == new,
    }
}

/// The service says so by the name of the synchronisation, and by refusing edits.
fn is_managed(user: &User) -> bool {
    let names = user.managed_by.as_deref();
    names.is_some_and(|name| !name.is_empty()) || user.editable == Some(false)
}
