//! The users whom an import would change, one at a time.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, Stream, StreamExt as _, TryStreamExt as _};
use keepnet_staff_list::{Sheet, normalize_email};

use super::import_changes::{ChangedUser, ImportChanges};
use super::sheet_rows::{SheetRow, sheet_rows};
use crate::import::{ImportMode, Preview};
use crate::users::find_by_email;
use crate::{Error, ErrorKind, Result};

/// How many searches run at a time, which is how many reads a client has in flight.
const CONCURRENT: usize = 8;

/// What an import would change, made by [`Preview::changes`]: a stream of the users who would be
/// changed, in the order of the rows, and a future of the [`ImportChanges`] with all of them.
///
/// The file is read once more, and the people are looked for in the company, 50 in a search, 8
/// searches at a time. There is no search if the preview counts no existing user, or if the mode is
/// [`ImportMode::New`]. The stream keeps some 1,000 rows in memory, however long the file is; the
/// future keeps all users who would be changed. Dropping it cancels the searches.
///
/// Rows that are rejected or that the mode skips are not compared, and the fields of users whom an
/// identity provider manages are not changed by an import. A value is compared as it would be sent: a
/// phone number with other blanks is another value, because the service stores it unchanged.
/// Priorities, time zones and languages are compared without regard to case. A time zone or a language
/// counts as changed if the file has another spelling than the service, such as a code. A custom field
/// that the service does not list for a user has no value yet. It is not known what the service does
/// with empty cells, so they are counted separately.
///
/// # Errors
///
/// [`ErrorKind::Conflict`](crate::ErrorKind::Conflict) if the file is not that of the preview, and at
/// the end if other numbers of new and existing people were found than the preview counts: then it is
/// not known whether the changes are all. For selected people, the preview has no such counts.
/// [`ErrorKind::Sheet`](crate::ErrorKind::Sheet) or [`ErrorKind::Io`](crate::ErrorKind::Io) if it
/// cannot be read, and the errors of a search. The stream ends after an error.
#[must_use = "nothing is compared unless this is polled or awaited"]
pub struct Changes<'a> {
    preview: &'a Preview,
    batches: BoxStream<'a, Result<ImportChanges>>,
    counts: ImportChanges,
    users: vec::IntoIter<ChangedUser>,
    is_ended: bool,
}

impl Preview {
    /// What the import would change about existing users, field by field.
    ///
    /// `sheet` is the file of the preview, opened again. The result contains personal data; a preview
    /// alone has none.
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
        let mut counts = self.no_changes();
        let finds_users = match self.mode() {
            ImportMode::All => self.counts.existing > 0,
            ImportMode::New => false,
            ImportMode::Existing | ImportMode::Selected => true,
        };
        let batches = match finds_users {
            true => self.batches(sheet),
            false => {
                counts.new = self.counts.new;
                stream::empty().boxed()
            }
        };
        Changes {
            preview: self,
            batches,
            counts,
            users: Vec::new().into_iter(),
            is_ended: false,
        }
    }

    fn no_changes(&self) -> ImportChanges {
        let columns = self.mapping().columns().iter();
        ImportChanges::of_fields(columns.map(|column| column.field()))
    }

    fn batches(&self, sheet: Sheet) -> BoxStream<'_, Result<ImportChanges>> {
        let mapping = self.mapping().clone();
        let sha256 = self.journal.ticket.file.sha256.clone();
        // The file is not read before the stream is polled.
        stream::once(async move { sheet_rows(sheet, mapping, sha256) })
            .flatten()
            .map_ok(move |rows| self.compare(rows))
            .try_buffered(CONCURRENT)
            .boxed()
    }

    async fn compare(&self, mut rows: Vec<SheetRow>) -> Result<ImportChanges> {
        rows.retain(|row| {
            self.validation.is_valid_row(&row.email, row.number)
                && !self.rejected_by_service.contains(row.number)
                && self.is_selected(row.number)
        });
        let emails: Vec<&str> = rows.iter().map(|row| row.email.as_str()).collect();
        let users = find_by_email(&self.company, &emails).await?;
        let mut changes = self.no_changes();
        for row in rows {
            match users.get(normalize_email(&row.email).as_ref()) {
                None => changes.new += u64::from(self.mode() != ImportMode::Existing),
                Some(user) if user.is_managed() => changes.managed += 1,
                Some(user) => changes.compare(row, user),
            }
        }
        Ok(changes)
    }
}

impl Changes<'_> {
    /// The counts of the rows so far, without the users; complete at the end of the stream.
    pub fn counts(&self) -> &ImportChanges {
        &self.counts
    }

    /// Compares the numbers of new and existing people with those that the service counted.
    fn compare_counts(&self) -> Result<()> {
        let (counted, found) = (self.preview.counts, &self.counts);
        let new = match self.preview.mode() {
            ImportMode::Selected => return Ok(()),
            ImportMode::Existing => counted.new,
            ImportMode::All | ImportMode::New => found.new,
        };
        let own = found.unchanged + found.changed;
        let existing = own + found.managed;
        // It is not known whether the service counts the users of an identity provider as existing.
        let agrees = match self.preview.mode() {
            ImportMode::New => true,
            _ => counted.existing == existing || counted.existing == own,
        };
        if agrees && new == counted.new {
            return Ok(());
        }
        let problem = format!(
            "{existing} existing and {new} new people were found, and the preview counts {} and {}",
            counted.existing, counted.new
        );
        Err(Error::new(ErrorKind::Conflict, problem).with_hint(
            "the users have changed since the preview, or the service did not list all of them: make \
             a new preview",
        ))
    }

    fn fail(&mut self, error: Error) -> Poll<Option<Result<ChangedUser>>> {
        self.batches = stream::empty().boxed();
        self.is_ended = true;
        let action = "comparing the staff list with the users";
        Poll::Ready(Some(Err(self.preview.company.context(action)(error))))
    }
}

impl Stream for Changes<'_> {
    type Item = Result<ChangedUser>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(user) = self.users.next() {
                return Poll::Ready(Some(Ok(user)));
            }
            match ready!(self.batches.poll_next_unpin(cx)) {
                Some(Ok(batch)) => self.users = self.counts.add(batch).into_iter(),
                Some(Err(error)) => return self.fail(error),
                None if self.is_ended => return Poll::Ready(None),
                None => {
                    self.is_ended = true;
                    if let Err(error) = self.compare_counts() {
                        return self.fail(error);
                    }
                }
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
                ..self.counts
            })
        })
    }
}

impl fmt::Debug for Changes<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Changes")
            .field("counts", &self.counts)
            .finish_non_exhaustive()
    }
}
