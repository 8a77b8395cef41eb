//! The people whom an import would change, one after the other.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, Stream, StreamExt as _, TryStreamExt as _};
use keepnet_staff_list::{Sheet, normalize_email};

use super::compare::is_managed;
use super::report::{ChangedUser, ImportChanges};
use super::rows::{Line, lines};
use crate::error::Result;
use crate::import::mode::ImportMode;
use crate::import::preview::Preview;
use crate::users::by_email;

/// So many searches are underway at a time, which is how many reads a client has in flight.
const AT_ONCE: usize = 8;

/// What an import would change, made by [`Preview::changes`]: a stream of the people who would be
/// changed, in the order of the rows, and a future of the [`ImportChanges`] with all of them.
///
/// The file is read once more, and the people are looked for in the company, 50 in a search, 8
/// searches at a time; nobody is looked for where the preview counts nobody who is there already, or
/// the mode is [`ImportMode::New`]. The stream holds some 1,000 rows, however long the file is; the
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
/// [`ErrorKind::Conflict`](crate::ErrorKind::Conflict) if the file is not the one of the preview,
/// [`ErrorKind::Sheet`](crate::ErrorKind::Sheet) or [`ErrorKind::Io`](crate::ErrorKind::Io) if it
/// cannot be read, and what can go wrong with a search. After an error it ends.
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
    /// # async fn demo(preview: &Preview) -> Result<(), Box<dyn std::error::Error>> {
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
            plan.checked.is_valid_row(&line.email, line.row)
                && !self.rejected_by_service.contains(line.row)
                && is_selected(line.row)
        });
        let emails: Vec<&str> = lines.iter().map(|line| line.email.as_str()).collect();
        let known = by_email(&plan.company, &emails).await?;
        let columns = plan.checked.mapping().columns();
        let mut changes = ImportChanges::of_columns(columns.iter().map(|column| column.field()));
        for line in lines {
            match known.get(normalize_email(&line.email).as_ref()) {
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
