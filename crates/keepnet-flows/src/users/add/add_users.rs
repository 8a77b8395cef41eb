//! Adding many people.

use std::collections::HashMap;
use std::fmt;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, Stream, StreamExt as _, TryStreamExt as _};
use keepnet_staff_list::{Sheet, Validation, normalized_value};

use super::new_user::{NewUser, can_be_set};
use super::person::{DOING, claim, find_known, settle};
use super::report::{AddCounts, AddReport, AddedUser};
use crate::company::Company;
use crate::error::{Error, ErrorKind, Result, of_sheet};
use crate::groups;
use crate::users::LOOKED_FOR;
use keepnet_staff_list::RowProblem;

/// So many people are created at a time.
const WRITES: usize = 2;

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
    people: Option<BoxStream<'static, NewUser>>,
    groups: Vec<String>,
    outcomes: Option<BoxStream<'static, Result<AddedUser>>>,
    expected: Option<u64>,
    file: Option<String>,
    rejected: Vec<RowProblem>,
    rejected_rows: u64,
}

impl Company {
    /// Adds people; those whom the company has already, by e-mail address without regard to case,
    /// are left as they are. Nothing is sent before it is polled or awaited.
    pub fn add_users<I>(&self, users: I) -> AddUsers
    where
        I: IntoIterator<Item = NewUser>,
        I::IntoIter: Send + 'static,
    {
        self.add_users_of_stream(futures::stream::iter(users))
    }

    /// As [`add_users`](Company::add_users), for people who come one by one. At most 100 of them are
    /// held at a time.
    pub fn add_users_of_stream(
        &self,
        users: impl Stream<Item = NewUser> + Send + 'static,
    ) -> AddUsers {
        AddUsers::new(self, users)
    }

    /// Adds the people in the valid rows of a staff list that was checked.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Invalid`](crate::ErrorKind::Invalid) where a column fills a field that only an
    /// import can set: time zone, language, and the company's own fields; or why the list cannot be
    /// read again.
    pub fn add_users_of_sheet(&self, sheet: &Sheet, checked: &Validation) -> Result<AddUsers> {
        AddUsers::of_sheet(self, sheet, checked)
    }
}

impl AddUsers {
    pub(super) fn new(
        company: &Company,
        users: impl Stream<Item = NewUser> + Send + 'static,
    ) -> AddUsers {
        let (_, most) = users.size_hint();
        AddUsers {
            company: company.clone(),
            people: Some(users.boxed()),
            groups: Vec::new(),
            outcomes: None,
            expected: most.and_then(|most| most.try_into().ok()),
            file: None,
            rejected: Vec::new(),
            rejected_rows: 0,
        }
    }

    /// Puts the people who are added into this group, given by name or id. Those whom the company has
    /// already are left as they are, also their groups.
    ///
    /// A group that is not there, or that the service or an identity provider fills, is an error
    /// before anybody is added.
    pub fn group(mut self, name_or_id: impl Into<String>) -> AddUsers {
        self.groups.push(name_or_id.into());
        self
    }

    /// How many people there are at most, where the input tells.
    pub fn expected(&self) -> Option<u64> {
        self.expected
    }

    /// The report of people whose outcomes were taken from the stream.
    pub fn report(self, mut users: Vec<AddedUser>) -> AddReport {
        users.sort_unstable_by_key(|user| user.number);
        let mut rows = AddCounts {
            total: self.rejected_rows,
            rejected: self.rejected_rows,
            ..AddCounts::default()
        };
        users.iter().for_each(|user| rows.count(user.outcome));
        AddReport {
            company: self.company.reference().clone(),
            file: self.file,
            rows,
            users,
            rejected: self.rejected,
        }
    }

    fn of_sheet(company: &Company, sheet: &Sheet, checked: &Validation) -> Result<AddUsers> {
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
                .with_hint("leave the column out, or import the list instead"));
        }
        let counts = checked.counts();
        Ok(AddUsers {
            file: Some(checked.file_name().to_owned()),
            rejected: checked.problems().to_vec(),
            rejected_rows: counts.total - counts.valid,
            ..AddUsers::new(company, stream::iter(people(sheet, checked)?))
        })
    }
}

/// What becomes of people: groups are found, then the people are looked for, then created.
fn outcomes(
    company: &Company,
    people: BoxStream<'static, NewUser>,
    groups: Vec<String>,
) -> BoxStream<'static, Result<AddedUser>> {
    let company = company.clone();
    let of_groups = async move {
        let groups = groups::find(&company, &groups, false).await?;
        let groups: Arc<[String]> = groups.ids(&company).await?.into();
        let mut seen = HashMap::new();
        let searching = company.clone();
        let outcomes = people
            .enumerate()
            .map(move |(index, user)| claim(&mut seen, index as u64 + 1, user))
            .ready_chunks(LOOKED_FOR)
            .then(move |steps| find_known(searching.clone(), steps))
            .map_ok(|steps| stream::iter(steps.into_iter().map(Ok)))
            .try_flatten()
            .map_ok(move |step| settle(company.clone(), Arc::clone(&groups), step))
            .try_buffer_unordered(WRITES);
        Ok::<_, Error>(outcomes)
    };
    stream::once(of_groups).try_flatten().boxed()
}

impl Stream for AddUsers {
    type Item = Result<AddedUser>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if let Some(people) = this.people.take() {
            let groups = std::mem::take(&mut this.groups);
            this.outcomes = Some(outcomes(&this.company, people, groups));
        }
        match &mut this.outcomes {
            Some(outcomes) => outcomes.poll_next_unpin(cx),
            None => Poll::Ready(None),
        }
    }
}

impl IntoFuture for AddUsers {
    type Output = Result<AddReport>;
    type IntoFuture = BoxFuture<'static, Result<AddReport>>;

    fn into_future(mut self) -> Self::IntoFuture {
        Box::pin(async move {
            let mut users = Vec::new();
            while let Some(user) = self.try_next().await? {
                users.push(user);
            }
            Ok(self.report(users))
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
fn people(sheet: &Sheet, checked: &Validation) -> Result<Vec<NewUser>> {
    let mapping = checked.mapping();
    let positions = mapping.positions(sheet).map_err(of_sheet)?;
    let mut people = Vec::new();
    sheet
        .for_each_row(|row| {
            let mut person = NewUser::of_row(row.number());
            for (column, position) in mapping.columns().iter().zip(&positions) {
                let field = column.field();
                person = person.with(field.clone(), normalized_value(field, row.text(*position)));
            }
            if checked.is_valid_row(person.email(), row.number()) {
                people.push(person);
            }
            ControlFlow::Continue(())
        })
        .map_err(of_sheet)?;
    Ok(people)
}
