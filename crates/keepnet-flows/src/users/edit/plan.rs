//! What a change of many users would do, and doing it.

use std::fmt;
use std::pin::pin;
use std::sync::Mutex;

use futures::stream::{self, Stream, StreamExt as _};

use super::members::{MemberChange, USERS_PER_CHANGE};
use super::outcome::EditOutcome;
use super::record::{UserRecord, fetch_record};
use super::report::{EditCounts, EditReport, EditedUser};
use super::state::delete;
use super::user_edit::UserEdit;
use super::write::write;
use crate::error::{concerns_everybody, problem_and_hint};
use crate::groups::Group;
use crate::users::user::User;
use crate::{Company, Error, ErrorKind, Result};

/// How many users are changed at a time.
const CONCURRENT: usize = 2;

/// What a change of many users would do, made by [`EditUsers::plan`](super::EditUsers::plan). Its
/// `Debug` shows counts only.
#[must_use = "nothing is changed unless the plan is applied"]
pub struct EditPlan {
    pub(super) company: Company,
    pub(super) edit: UserEdit,
    pub(super) people: Vec<Planned>,
}

pub(super) enum Planned {
    /// Nothing is to be done.
    Finished(EditedUser),
    Pending(Box<Pending>),
}

pub(super) struct Pending {
    pub(super) number: u64,
    pub(super) user: User,
    pub(super) record: UserRecord,
}

impl EditPlan {
    /// What it would do: the report of a dry run.
    pub fn report(&self) -> EditReport {
        let users = self.people.iter().map(|person| match person {
            Planned::Finished(user) => user.clone(),
            Planned::Pending(pending) => {
                let message = match &self.edit {
                    UserEdit::Activate | UserEdit::Deactivate => pending.doubts(),
                    _ => None,
                };
                pending.outcome(EditOutcome::Planned, message)
            }
        });
        report(&self.company, &self.edit, users.collect(), true)
    }

    /// Makes the changes, two users at a time; of a group, 25 with one request. A user is written with
    /// one request, made of what the plan has read, so apply a plan soon: what others change meanwhile is
    /// overwritten.
    ///
    /// A problem with one person is an outcome. After an error that concerns everybody, such as refused
    /// credentials, nobody else is tried; a second run of the same people does no harm.
    ///
    /// If dropped, up to two requests in flight may still take effect.
    pub async fn apply(self) -> EditReport {
        self.apply_with(|_| {}).await
    }

    /// As [`apply`](Self::apply), and calls `on_outcome` for each person as soon as the outcome is known,
    /// in the order in which the requests end. Those who need no change are left out.
    pub async fn apply_with(self, mut on_outcome: impl FnMut(&EditedUser)) -> EditReport {
        let EditPlan {
            company,
            edit,
            people,
        } = self;
        let mut users = Vec::with_capacity(people.len());
        let mut pending = Vec::new();
        for person in people {
            match person {
                Planned::Finished(user) => users.push(user),
                Planned::Pending(person) => pending.push(*person),
            }
        }
        let run = Run {
            company: &company,
            stopped_by: Mutex::new(None),
        };
        let changed = match &edit {
            UserEdit::Deactivate => run.each(pending, Step::SetActive(false)).left_stream(),
            UserEdit::Activate => run.each(pending, Step::SetActive(true)).left_stream(),
            UserEdit::Delete => run.each(pending, Step::Delete).left_stream(),
            UserEdit::AddToGroup(group) => run
                .groups(pending, group, MemberChange::Join)
                .right_stream(),
            UserEdit::RemoveFromGroup(group) => run
                .groups(pending, group, MemberChange::Leave)
                .right_stream(),
        };
        let mut changed = pin!(changed);
        while let Some(user) = changed.next().await {
            on_outcome(&user);
            users.push(user);
        }
        users.sort_unstable_by_key(|user| user.number);
        report(&company, &edit, users, false)
    }
}

#[derive(Clone, Copy)]
enum Step {
    SetActive(bool),
    Delete,
}

struct Run<'a> {
    company: &'a Company,
    /// The error after which nobody else is tried.
    stopped_by: Mutex<Option<String>>,
}

impl Run<'_> {
    fn each(&self, people: Vec<Pending>, step: Step) -> impl Stream<Item = EditedUser> {
        let changes = people.into_iter().map(move |person| async move {
            let result = match self.reason_to_stop() {
                Some(reason) => Err(Error::new(ErrorKind::Unavailable, reason)),
                None => self.change(&person, step).await,
            };
            self.outcome(&person, &result)
        });
        stream::iter(changes).buffer_unordered(CONCURRENT)
    }

    async fn change(&self, person: &Pending, step: Step) -> Result<EditOutcome> {
        match step {
            Step::Delete => delete(self.company, &person.user).await,
            Step::SetActive(active) => {
                let mut record = match person.record.unresolved() {
                    [] => person.record.clone(),
                    _ => fetch_record(self.company, &person.user.id).await?,
                };
                let user = &person.user;
                record.require_shown(
                    user.time_zone.as_deref(),
                    user.preferred_language.as_deref(),
                );
                record.set_active(active);
                let is_reached = |now: &UserRecord| now.is_active() == Some(active);
                write(self.company, &record, is_reached).await
            }
        }
    }

    fn groups(
        &self,
        people: Vec<Pending>,
        group: &Group,
        change: MemberChange,
    ) -> impl Stream<Item = EditedUser> {
        let changes = stream::iter(people).chunks(USERS_PER_CHANGE);
        let outcomes = changes.then(move |people| async move {
            let members: Vec<_> = people.iter().map(|person| &person.user).collect();
            let result = match self.reason_to_stop() {
                Some(reason) => Err(Error::new(ErrorKind::Unavailable, reason)),
                None => change.apply(self.company, group, &members).await,
            };
            let outcomes = people.iter().map(|person| self.outcome(person, &result));
            stream::iter(outcomes.collect::<Vec<_>>())
        });
        outcomes.flatten()
    }

    fn outcome(&self, person: &Pending, result: &Result<EditOutcome>) -> EditedUser {
        let error = match result {
            Ok(outcome) => return person.outcome(*outcome, None),
            Err(error) => error,
        };
        if concerns_everybody(error)
            && let Ok(mut stopped_by) = self.stopped_by.lock()
        {
            let reason = || format!("not tried: {}", error.problem());
            stopped_by.get_or_insert_with(reason);
        }
        let outcome = match error.kind() {
            ErrorKind::OutcomeUnknown => EditOutcome::Unknown,
            _ => EditOutcome::Failed,
        };
        person.outcome(outcome, Some(problem_and_hint(error)))
    }

    fn reason_to_stop(&self) -> Option<String> {
        self.stopped_by.lock().ok()?.clone()
    }
}

impl Pending {
    /// Why the service may refuse the record, if anything is known.
    fn doubts(&self) -> Option<String> {
        let doubts = self.record.doubts();
        let told = doubts
            .iter()
            .map(|(field, doubt)| format!("the {} {doubt}", field.label()));
        let told: Vec<String> = told.collect();
        (!told.is_empty()).then(|| format!("the service may refuse it: {}", told.join("; ")))
    }

    fn outcome(&self, outcome: EditOutcome, message: Option<String>) -> EditedUser {
        EditedUser {
            number: self.number,
            id: Some(self.user.id.clone()),
            outcome,
            message,
        }
    }
}

fn report(
    company: &Company,
    edit: &UserEdit,
    users: Vec<EditedUser>,
    is_dry_run: bool,
) -> EditReport {
    let (change, group) = match edit {
        UserEdit::Deactivate => ("deactivate", None),
        UserEdit::Activate => ("activate", None),
        UserEdit::Delete => ("delete", None),
        UserEdit::AddToGroup(group) => ("add to group", Some(group.name.clone())),
        UserEdit::RemoveFromGroup(group) => ("remove from group", Some(group.name.clone())),
    };
    EditReport {
        company: company.reference().clone(),
        change: change.to_owned(),
        group,
        is_dry_run,
        rows: EditCounts::of(&users),
        users,
    }
}

impl fmt::Debug for EditPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EditPlan")
            .field("company", &self.company)
            .field("people", &self.people.len())
            .finish_non_exhaustive()
    }
}
