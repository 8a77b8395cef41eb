//! People who are written one by one, each by one request.

use std::sync::OnceLock;

use futures::StreamExt as _;
use futures::stream;
use keepnet_staff_list::Field;

use super::join_groups::join_groups;
use crate::error::{concerns_everybody, problem_and_hint};
use crate::import::{Progress, Reporter, Stage};
use crate::sync::leavers::Leavers;
use crate::sync::person::{is_managed, value_of};
use crate::sync::plan::{Mover, SyncPlan};
use crate::sync::report::{SyncAction, SyncStop, SyncedUser};
use crate::users::{
    EditOutcome, User, UserLookups, UserRecord, UserRow, UserStatus, ensure_email_is_free,
    fetch_record, find_by_id, is_same, write,
};
use crate::{Company, Error, ErrorKind, Result};

/// How many people are written at a time; the client has two permits for writes in a company.
const CONCURRENT: usize = 4;

/// Why nobody else is tried: an error that the next person would get too.
pub(super) type StoppedBy = OnceLock<SyncStop>;

/// What became of the record, and what is missing.
type Written = (EditOutcome, Option<String>);

/// Edits the people whose change an import cannot make: another address, a field that is cleared, a
/// person who is made active. Who joins groups is put into those with these ids.
///
/// # Errors
///
/// If the lookups cannot be fetched; nothing is written then.
pub(super) async fn edit_movers(
    plan: &SyncPlan,
    groups: &[String],
    stopped_by: &StoppedBy,
    reporter: &Reporter,
) -> Result<Vec<SyncedUser>> {
    let movers: Vec<&Mover> = plan.movers.iter().filter(|it| it.is_edited()).collect();
    if movers.is_empty() {
        return Ok(Vec::new());
    }
    let company = &plan.company;
    let fields = plan.list.rows.fields();
    let written = movers.iter().filter(|mover| !mover.is_managed);
    let lookups = match written.clone().count() {
        0 => UserLookups::default(),
        _ => lookups(company, written.map(|mover| &mover.person), fields).await?,
    };
    let edits = movers.iter().map(|mover| {
        let attempt = Attempt {
            person: &mover.person,
            row: Some(plan.list.rows.number(mover.row)),
            action: SyncAction::Change,
        };
        let edit = edit_mover(plan, mover, &lookups);
        attempt.make(company, stopped_by, edit)
    });
    let mut edited = run(edits.collect(), reporter).await;
    let stopped = stopped_by.get().map(|it| it.problem.as_str());
    join_groups(plan, &movers, &mut edited, groups, stopped).await;
    Ok(edited)
}

/// Deactivates or deletes the people who are the leavers of the plan now.
pub(super) async fn remove_leavers(
    plan: &SyncPlan,
    stopped_by: &StoppedBy,
    reporter: &Reporter,
) -> Vec<SyncedUser> {
    if plan.leavers.is_empty() {
        return Vec::new();
    }
    let company = &plan.company;
    let lookups = match plan.options.leavers {
        Leavers::Deactivate if stopped_by.get().is_none() => {
            let people = plan.leavers.iter().map(|it| &it.person);
            let fetched = lookups(company, people, &[]).await;
            // What was written before is told all the same.
            fetched.unwrap_or_else(|error| {
                stop(stopped_by, &error);
                UserLookups::default()
            })
        }
        _ => UserLookups::default(),
    };
    let leavers = plan.leavers.iter().map(|leaver| {
        let (person, lookups) = (&leaver.person, &lookups);
        let attempt = Attempt {
            person,
            row: None,
            action: SyncAction::Leave,
        };
        let leave = async move {
            match plan.options.leavers {
                Leavers::Deactivate => deactivate(plan, person, lookups).await,
                Leavers::Delete => delete(company, person).await,
                Leavers::Keep => Ok((EditOutcome::Unchanged, None)),
            }
        };
        attempt.make(company, stopped_by, leave)
    });
    run(leavers.collect(), reporter).await
}

/// Runs the edits, a few at a time.
async fn run<F>(edits: Vec<F>, reporter: &Reporter) -> Vec<SyncedUser>
where
    F: Future<Output = SyncedUser>,
{
    let total = edits.len() as u64;
    let mut done = Vec::with_capacity(edits.len());
    let mut edits = stream::iter(edits).buffer_unordered(CONCURRENT);
    while let Some(edit) = edits.next().await {
        done.push(edit);
        let progress = Progress::of(Stage::Editing, done.len() as u64, total);
        reporter.report(progress).await;
    }
    done
}

/// A person who is to be edited.
struct Attempt<'a> {
    person: &'a UserRow,
    row: Option<u32>,
    action: SyncAction,
}

impl Attempt<'_> {
    /// Makes the edit, unless an earlier error has stopped everything.
    async fn make(
        self,
        company: &Company,
        stopped_by: &StoppedBy,
        edit: impl Future<Output = Result<Written>>,
    ) -> SyncedUser {
        if let Some(reason) = stopped_by.get() {
            let message = format!("not tried: {}", reason.problem);
            return self.ended((EditOutcome::Failed, Some(message)));
        }
        let error = match edit.await {
            Ok(written) => return self.ended(written),
            Err(error) => error,
        };
        if concerns_everybody(&error) {
            stop(stopped_by, &error);
        }
        if error.kind() == ErrorKind::NotFound && self.action == SyncAction::Leave {
            // The company may have lost the person, or the account the company: only a person who is
            // listed as one who has left has left.
            let found = find_by_id(company, &self.person.resource_id, &self.person.email);
            if let Ok(Some(user)) = found.await
                && (user.is_deleted() || user.status == UserStatus::Inactive)
            {
                return self.ended((EditOutcome::Unchanged, None));
            }
        }
        let is_unknown = error.kind() == ErrorKind::OutcomeUnknown;
        let outcome = match is_unknown || error.may_have_acted() {
            true => EditOutcome::Unknown,
            false => EditOutcome::Failed,
        };
        self.ended((outcome, Some(problem_and_hint(&error))))
    }

    fn ended(self, (outcome, message): Written) -> SyncedUser {
        SyncedUser {
            id: self.person.resource_id.clone(),
            row: self.row,
            action: self.action,
            outcome,
            message,
        }
    }
}

pub(super) fn stop(stopped_by: &StoppedBy, error: &Error) {
    // The first reason is the one to tell.
    let _ = stopped_by.set(SyncStop {
        kind: error.kind(),
        problem: error.problem(),
    });
}

async fn edit_mover(plan: &SyncPlan, mover: &Mover, lookups: &UserLookups) -> Result<Written> {
    if mover.is_managed {
        return Ok((EditOutcome::Unchanged, None));
    }
    let SyncPlan { company, list, .. } = plan;
    let before = record(plan, &mover.person, lookups).await?;
    let mut record = before.clone();
    let fields = list.rows.fields();
    for position in mover.fields.iter().chain(&mover.clears) {
        let position = *position as usize;
        let value = list.rows.value(mover.row, position);
        record.set(&fields[position], value, lookups)?;
    }
    if mover.has_new_email {
        record.set(&Field::Email, list.email(mover.row), lookups)?;
        ensure_email_is_free(company, &before, &record).await?;
    }
    if mover.activates {
        record.set_active(true);
    }
    let wanted = record.clone();
    let outcome = write(company, &record, |now| {
        is_written(&wanted, now, mover, fields)
    })
    .await?;
    if mover.clears.is_empty() {
        return Ok((outcome, None));
    }
    // What the service does with a blank value is not proven.
    let after = match fetch_record(company, &mover.person.resource_id).await {
        Ok(after) => after,
        Err(error) => {
            let message = format!("not known whether it was cleared: {}", error.problem());
            return Ok((outcome, Some(message)));
        }
    };
    let cleared = mover.clears.iter().map(|it| &fields[*it as usize]);
    let left: Vec<&str> = cleared
        .filter(|field| after.value(field).is_some())
        .map(Field::label)
        .collect();
    let message = (!left.is_empty()).then(|| format!("not cleared: {}", left.join(", ")));
    Ok((outcome, message))
}

/// Whether the record has the values that were sent. A cleared field is looked at later.
fn is_written(wanted: &UserRecord, now: &UserRecord, mover: &Mover, fields: &[Field]) -> bool {
    let changed = mover.fields.iter().map(|it| &fields[*it as usize]);
    let changed = changed.chain(mover.has_new_email.then_some(&Field::Email));
    now.is_active() == wanted.is_active()
        && changed
            .into_iter()
            .all(|field| is_same(field, now.value(field), wanted.value(field)))
}

async fn deactivate(plan: &SyncPlan, person: &UserRow, lookups: &UserLookups) -> Result<Written> {
    let mut record = record(plan, person, lookups).await?;
    record.set_active(false);
    let outcome = write(&plan.company, &record, |now| now.is_active() == Some(false)).await?;
    Ok((outcome, None))
}

async fn delete(company: &Company, person: &UserRow) -> Result<Written> {
    ensure_own(person)?;
    let user = User::from(person.clone());
    let outcome = crate::users::delete(company, &user).await?;
    Ok((outcome, None))
}

/// The whole record of a person. It is made of the row if the row says everything; otherwise, such as
/// for a time zone that no lookup has, or for a property that no row of the listing has, it is fetched.
async fn record(plan: &SyncPlan, person: &UserRow, lookups: &UserLookups) -> Result<UserRecord> {
    ensure_own(person)?;
    let record = UserRecord::from_row(person, lookups, plan.shown);
    if record.request().is_ok() {
        return Ok(record);
    }
    let mut record = fetch_record(&plan.company, &person.resource_id).await?;
    record.require_shown(
        person.time_zone.as_deref(),
        person.preferred_language.as_deref(),
    );
    Ok(record)
}

/// A second look before each write, in case a later change of the plan forgets it.
fn ensure_own(person: &UserRow) -> Result<()> {
    match is_managed(person) {
        true => Err(Error::new(ErrorKind::Invalid, "a directory owns the user")),
        false => Ok(()),
    }
}

/// The lookups that the people and these fields need.
async fn lookups<'a>(
    company: &Company,
    people: impl Iterator<Item = &'a UserRow>,
    fields: &'a [Field],
) -> Result<UserLookups> {
    let mut needed: Vec<Field> = fields.to_vec();
    for person in people {
        for field in [Field::TimeZone, Field::PreferredLanguage] {
            if !needed.contains(&field) && value_of(person, &field).is_some() {
                needed.push(field);
            }
        }
    }
    // Without a list, the record of a person who has a value of it is fetched.
    UserLookups::fetch_readable(company, &needed).await
}
