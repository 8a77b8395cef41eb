//! Adding people one by one, without a file of theirs at the service.

mod new_user;
mod report;
mod steps;

use std::collections::HashMap;
use std::fmt;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures::future::{self, BoxFuture};
use futures::stream::{self, BoxStream, Stream, StreamExt as _, TryStreamExt as _};

pub use new_user::NewUser;
pub use report::{AddCounts, AddOutcome, AddReport, AddedUser};

use crate::check::{Checked, sent};
use crate::company::Company;
use crate::error::{ErrorKind, Result};
use crate::import::RejectedRow;
use crate::sheet::Sheet;
use new_user::can_be_set;
use steps::{claim, find_known, settle};

/// So many people are looked for in one search.
const LOOKED_FOR: usize = 50;
/// So many people are created at a time.
const WRITES: usize = 2;

const DOING: &str = "adding users";

/// People on their way into a company: a stream of what becomes of each, in the order in which that
/// is known, and a future of the [`AddReport`].
///
/// People are first looked for in the company, 50 in a search, and only those who are not there are
/// created, two at a time; so a second run of the same input writes nothing. What is wrong with one
/// person is an outcome. An error ends the whole: where the credentials or the permission fail, the
/// service cannot be reached, keeps refusing for too many requests, or cannot be searched. After it,
/// add the same people again.
///
/// A call whose outcome is in doubt is never repeated: the person is looked for again, three times
/// within six seconds.
///
/// For each person the e-mail address is kept until the end, to tell who comes twice. Dropping it
/// stops before the next person; up to two calls that are underway may still take effect.
#[must_use = "nobody is added unless this is polled or awaited"]
pub struct AddUsers {
    company: Company,
    outcomes: BoxStream<'static, Result<AddedUser>>,
    file: Option<String>,
    rejected: Vec<RejectedRow>,
    rejected_rows: u64,
}

impl AddUsers {
    pub(crate) fn new(
        company: &Company,
        users: impl Stream<Item = NewUser> + Send + 'static,
    ) -> AddUsers {
        let mut seen = HashMap::new();
        let (searching, creating) = (company.clone(), company.clone());
        let outcomes = users
            .enumerate()
            .map(move |(index, user)| claim(&mut seen, index as u64 + 1, user))
            .ready_chunks(LOOKED_FOR)
            .then(move |steps| find_known(searching.clone(), steps))
            .map_ok(|steps| stream::iter(steps.into_iter().map(Ok)))
            .try_flatten()
            .map_ok(move |step| settle(creating.clone(), step))
            .try_buffer_unordered(WRITES);
        AddUsers {
            company: company.clone(),
            outcomes: outcomes.boxed(),
            file: None,
            rejected: Vec::new(),
            rejected_rows: 0,
        }
    }

    pub(crate) fn of_sheet(
        company: &Company,
        sheet: &Sheet,
        checked: &Checked,
    ) -> Result<AddUsers> {
        let columns = checked.mapping().columns();
        if let Some(column) = columns.iter().find(|column| !can_be_set(column.field())) {
            let problem = format!(
                "{}, column {} {:?}: only an import can set the {}",
                checked.file_name(),
                column.letter(),
                column.column(),
                column.field().label(),
            );
            return Err(company
                .error(ErrorKind::Invalid, DOING, problem)
                .advise("leave the column out, or import the list instead"));
        }
        let counts = checked.counts();
        Ok(AddUsers {
            file: Some(checked.file_name().to_owned()),
            rejected: checked.rejected().iter().map(RejectedRow::from).collect(),
            rejected_rows: counts.total - counts.valid,
            ..AddUsers::new(company, stream::iter(people(sheet, checked)?))
        })
    }
}

/// Adds one person; what is wrong with them is an error.
pub(crate) async fn one(company: &Company, user: NewUser) -> Result<AddedUser> {
    let doing = "adding the user";
    let mut outcomes = AddUsers::new(company, stream::once(future::ready(user))).outcomes;
    let Some(added) = outcomes.try_next().await? else {
        return Err(company.error(ErrorKind::Protocol, doing, "nobody was given"));
    };
    let kind = match added.outcome {
        AddOutcome::Failed => ErrorKind::Invalid,
        AddOutcome::Unknown => ErrorKind::OutcomeUnknown,
        _ => return Ok(added),
    };
    Err(company.error(kind, doing, added.message.unwrap_or_default()))
}

impl Stream for AddUsers {
    type Item = Result<AddedUser>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.outcomes.poll_next_unpin(cx)
    }
}

impl IntoFuture for AddUsers {
    type Output = Result<AddReport>;
    type IntoFuture = BoxFuture<'static, Result<AddReport>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let mut users: Vec<AddedUser> = self.outcomes.try_collect().await?;
            users.sort_unstable_by_key(|user| user.number);
            let mut rows = AddCounts {
                total: self.rejected_rows,
                rejected: self.rejected_rows,
                ..AddCounts::default()
            };
            users.iter().for_each(|user| rows.count(user.outcome));
            Ok(AddReport {
                company: self.company.reference().clone(),
                file: self.file,
                rows,
                users,
                rejected: self.rejected,
            })
        })
    }
}

impl fmt::Debug for AddUsers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AddUsers")
            .field("company", &self.company)
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}

/// The people in the valid rows.
fn people(sheet: &Sheet, checked: &Checked) -> Result<Vec<NewUser>> {
    let mapping = checked.mapping();
    let positions = mapping.positions(sheet)?;
    let mut people = Vec::new();
    sheet.for_each_row(|row| {
        let mut person = NewUser::of_row(row.number());
        for (column, position) in mapping.columns().iter().zip(&positions) {
            let field = column.field();
            person = person.with(field.clone(), sent(field, row.text(*position)));
        }
        if checked.accepts(person.email(), row.number()) {
            people.push(person);
        }
        ControlFlow::Continue(())
    })?;
    Ok(people)
}
