//! Adding many people.

use std::collections::HashMap;
use std::fmt;
use std::ops::ControlFlow;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use futures::future::BoxFuture;
use futures::stream::{self, BoxStream, Stream, StreamExt as _, TryStreamExt as _};
use keepnet_staff_list::{RowProblem, Sheet, Validation, Warning};
use tokio::sync::OnceCell;

use super::add_report::{AddCounts, AddReport, AddedUser};
use super::candidate::{Candidate, NamedIds, find_existing};
use super::new_user::NewUser;
use crate::error::of_sheet;
use crate::groups::find_groups;
use crate::users::EMAILS_PER_SEARCH;
use crate::users::domains::{DomainComparison, DomainCounts, ensure_own_domains};
use crate::users::lookups::UserLookups;
use crate::{Company, Error, Result};

/// How many users are created at a time.
const CONCURRENT: usize = 2;

const ADDING: &str = "adding users";

/// People to add to a company: a stream of their outcomes, in the order in which these are known, and
/// a future of the [`AddReport`].
///
/// People are first looked for in the company, 50 in a search, and only missing ones are created, two
/// at a time; so a second run of the same input writes nothing. A problem with one person is an
/// outcome. An error ends the whole run: if the credentials or the permission fail, the service is
/// unavailable, keeps throttling, or cannot be searched. Add the same people again after it.
///
/// A call with an unknown outcome is never repeated: the person is looked for instead, three times
/// within six seconds. So it is if the service reports success but names no user, or the user of another
/// person; whoever is not found has the outcome [`AddOutcome::Unknown`](super::AddOutcome::Unknown).
///
/// The e-mail address of each person is kept until the end, to find duplicates. Dropping it stops
/// before the next person; up to two calls in flight may still take effect.
#[must_use = "no user is added unless this is polled or awaited"]
pub struct AddUsers {
    company: Company,
    people: Option<BoxStream<'static, NewUser>>,
    groups: Vec<String>,
    outcomes: Option<BoxStream<'static, Result<AddedUser>>>,
    expected: Option<u64>,
    file: Option<String>,
    rejected: Vec<RowProblem>,
    warnings: Vec<Warning>,
    invalid_rows: u64,
    duplicate_rows: u64,
    sha256: Option<String>,
    is_dry_run: bool,
    /// The domains of a staff list.
    listed: Option<DomainCounts>,
    named_domains: Option<Vec<String>>,
    domains: Arc<OnceLock<DomainComparison>>,
}

impl Company {
    /// Adds people. Those with the e-mail address of an existing user, without regard to case, are not
    /// changed. Nothing is sent before it is polled or awaited.
    pub fn add_users<I>(&self, users: I) -> AddUsers
    where
        I: IntoIterator<Item = NewUser>,
        I::IntoIter: Send + 'static,
    {
        self.add_users_from_stream(stream::iter(users))
    }

    /// As [`add_users`](Company::add_users), for people from a stream. At most 100 of them are held at
    /// a time.
    pub fn add_users_from_stream(
        &self,
        users: impl Stream<Item = NewUser> + Send + 'static,
    ) -> AddUsers {
        let (_, most) = users.size_hint();
        AddUsers {
            company: self.clone(),
            people: Some(users.boxed()),
            groups: Vec::new(),
            outcomes: None,
            expected: most.and_then(|most| most.try_into().ok()),
            file: None,
            rejected: Vec::new(),
            warnings: Vec::new(),
            invalid_rows: 0,
            duplicate_rows: 0,
            sha256: None,
            is_dry_run: false,
            listed: None,
            named_domains: None,
            domains: Arc::default(),
        }
    }

    /// Adds the people in the valid rows of a staff list.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Sheet`](crate::ErrorKind::Sheet) if the list cannot be read again. A person with a
    /// time zone, language or custom field that the company does not have is a failed row.
    ///
    /// The first item is an [`ErrorKind::Conflict`](crate::ErrorKind::Conflict) if the list seems to be that
    /// of another customer; see [`domains`](AddUsers::domains).
    pub fn add_users_from_sheet(&self, sheet: &Sheet, validation: &Validation) -> Result<AddUsers> {
        let people = people(sheet, validation).map_err(self.context(ADDING))?;
        let mut listed = DomainCounts::default();
        people.iter().for_each(|it| listed.add(it.email()));
        let sha256 = sheet.sha256().to_owned();
        let counts = validation.counts();
        let warnings = validation.warnings().iter();
        Ok(AddUsers {
            file: Some(validation.file_name().to_owned()),
            rejected: validation.problems().to_vec(),
            warnings: warnings.map(Warning::without_file).collect(),
            invalid_rows: counts.invalid,
            duplicate_rows: counts.duplicate,
            sha256: Some(sha256),
            listed: Some(listed),
            ..self.add_users(people)
        })
    }
}

impl AddUsers {
    /// Puts the added people into this group, given by name or id. Existing users are not changed, and
    /// neither are their groups.
    ///
    /// A group that does not exist, or that the service or an identity provider fills, is an error
    /// before anybody is added.
    pub fn group(mut self, name_or_id: impl Into<String>) -> AddUsers {
        self.groups.push(name_or_id.into());
        self
    }

    /// The domains that the people of a staff list may have; nobody is added if one has another domain.
    /// Default: those of the active users of the company. More than half of the people must then have one of
    /// these, as in an [import](crate::ImportUsers::domains). Without a staff list, domains are not compared.
    pub fn domains<T: Into<String>>(mut self, domains: impl IntoIterator<Item = T>) -> AddUsers {
        self.named_domains = Some(domains.into_iter().map(Into::into).collect());
        self
    }

    /// Only looks for the people, and writes nothing: the outcome of a person whom the company does not
    /// have is [`AddOutcome::New`](super::AddOutcome::New).
    pub fn dry_run(mut self) -> AddUsers {
        self.is_dry_run = true;
        self
    }

    /// How many people there are at most, if that is known.
    pub fn expected(&self) -> Option<u64> {
        self.expected
    }

    /// The report of the people whose outcomes were taken from the stream.
    pub fn report(self, mut users: Vec<AddedUser>) -> AddReport {
        users.sort_unstable_by_key(|user| user.number);
        let mut rows = AddCounts {
            total: self.invalid_rows + self.duplicate_rows,
            invalid: self.invalid_rows,
            duplicate: self.duplicate_rows,
            ..AddCounts::default()
        };
        users.iter().for_each(|user| rows.count(user.outcome));
        AddReport {
            company: self.company.reference().clone(),
            file: self.file,
            is_dry_run: self.is_dry_run,
            rows,
            users,
            rejected: self.rejected,
            warnings: self.warnings,
            domains: self.domains.get().cloned(),
            sha256: self.sha256,
        }
    }
}

/// Compares the domains, finds the groups, then looks for the people, then creates the missing ones.
fn outcomes(
    company: Company,
    people: BoxStream<'static, NewUser>,
    groups: Vec<String>,
    is_dry_run: bool,
    compared: impl Future<Output = Result<()>> + Send + 'static,
) -> BoxStream<'static, Result<AddedUser>> {
    let outcomes = async move {
        compared.await?;
        let searched = company.clone();
        let groups = find_groups(&company, &groups, false).await?;
        let groups: Arc<[String]> = groups.create_missing(&company).await?.into();
        let lookups = Arc::new(OnceCell::new());
        let named = Arc::new(NamedIds::default());
        let create = move |candidate: Candidate| {
            let (company, groups) = (company.clone(), Arc::clone(&groups));
            let (lookups, named) = (Arc::clone(&lookups), Arc::clone(&named));
            async move {
                // The lists are fetched once, and only if somebody needs them.
                let fetched = match candidate.needs_lookups() {
                    true => Some(
                        lookups
                            .get_or_try_init(|| UserLookups::fetch(&company))
                            .await?,
                    ),
                    false => None,
                };
                let none = UserLookups::default();
                let lookups = fetched.unwrap_or(&none);
                match is_dry_run {
                    true => Ok(candidate.into_new(lookups)),
                    false => candidate.create(company, groups, lookups, &named).await,
                }
            }
        };
        let mut seen = HashMap::new();
        let outcomes = people
            .enumerate()
            .map(move |(index, user)| Candidate::check(&mut seen, index as u64 + 1, user))
            .ready_chunks(EMAILS_PER_SEARCH)
            .then(move |candidates| find_existing(searched.clone(), candidates))
            .map_ok(|candidates| stream::iter(candidates.into_iter().map(Ok)))
            .try_flatten()
            .map_ok(create)
            .try_buffer_unordered(CONCURRENT);
        Ok::<_, Error>(outcomes)
    };
    stream::once(outcomes).try_flatten().boxed()
}

impl Stream for AddUsers {
    type Item = Result<AddedUser>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = &mut *self;
        if let Some(people) = this.people.take() {
            let groups = std::mem::take(&mut this.groups);
            let compared = compare_domains(
                this.company.clone(),
                this.listed.take(),
                this.named_domains.take(),
                Arc::clone(&this.domains),
            );
            let (company, is_dry_run) = (this.company.clone(), this.is_dry_run);
            this.outcomes = Some(outcomes(company, people, groups, is_dry_run, compared));
        }
        match &mut this.outcomes {
            Some(outcomes) => outcomes.poll_next_unpin(cx).map(|outcome| {
                outcome.map(|outcome| outcome.map_err(this.company.context(ADDING)))
            }),
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

/// Refuses the staff list of another customer.
async fn compare_domains(
    company: Company,
    listed: Option<DomainCounts>,
    named: Option<Vec<String>>,
    domains: Arc<OnceLock<DomainComparison>>,
) -> Result<()> {
    if let Some(listed) = listed {
        let compared = ensure_own_domains(&company, &listed, named.as_deref()).await?;
        let _ = domains.set(compared);
    }
    Ok(())
}

/// The people in the valid rows.
fn people(sheet: &Sheet, validation: &Validation) -> Result<Vec<NewUser>> {
    let mapping = validation.mapping();
    let positions = mapping.positions(sheet).map_err(of_sheet)?;
    let mut people = Vec::new();
    let rows = sheet.for_each_row(|row| {
        let person = NewUser::from_row(row.number());
        let values = mapping.values(row, &positions);
        let person = values.fold(person, |person, (field, value)| {
            person.with(field.clone(), value)
        });
        if validation.is_valid_row(person.email(), row.number()) {
            people.push(person);
        }
        ControlFlow::Continue(())
    });
    rows.map_err(of_sheet)?;
    Ok(people)
}
