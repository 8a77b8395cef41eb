//! People who are written one by one, each by one request.

use futures::StreamExt as _;
use futures::stream;
use keepnet_client::types::CreateTargetGroupUsersRequest;
use keepnet_staff_list::Field;

use crate::error::may_have_been_executed;
use crate::groups::find_groups;
use crate::import::{Progress, Reporter, Stage};
use crate::lenient_json::path_id;
use crate::sync::leavers::Leavers;
use crate::sync::list::StaffList;
use crate::sync::person::{is_managed, value_of};
use crate::sync::plan::{Mover, SyncPlan};
use crate::sync::report::{SyncAction, SyncedUser};
use crate::users::{
    EditOutcome, USERS_PER_CHANGE, UserLookups, UserRecord, UserRow, fetch_record, write,
};
use crate::{Company, Error, ErrorKind, Result};

/// How many people are written at a time; the client has two permits for writes in a company.
const CONCURRENT: usize = 4;

/// Edits the people whose change an import cannot make: another address, a field that is cleared, a
/// person who is made active.
pub(super) async fn edit_movers(plan: &SyncPlan, reporter: &Reporter) -> Result<Vec<SyncedUser>> {
    let movers: Vec<&Mover> = plan.movers.iter().filter(|it| it.is_edited()).collect();
    if movers.is_empty() {
        return Ok(Vec::new());
    }
    let company = &plan.company;
    let fields = plan.list.rows.fields();
    let people = movers.iter().map(|mover| &mover.person);
    let lookups = lookups(company, people, fields).await?;
    let edits = movers.iter().map(|mover| {
        let edit = edit_mover(company, &plan.list, mover, &lookups);
        let row = plan.list.rows.number(mover.row);
        let id = &mover.person.resource_id;
        async move { edited(id, Some(row), SyncAction::Change, edit.await) }
    });
    let edited = run(edits.collect(), reporter).await?;
    let joining = movers.iter().filter(|it| it.joins_groups);
    let ids: Vec<&str> = joining.map(|it| it.person.resource_id.as_str()).collect();
    join_groups(plan, &ids).await?;
    Ok(edited)
}

/// Deactivates or deletes the leavers.
pub(super) async fn remove_leavers(
    plan: &SyncPlan,
    reporter: &Reporter,
) -> Result<Vec<SyncedUser>> {
    if plan.leavers.is_empty() {
        return Ok(Vec::new());
    }
    let company = &plan.company;
    let lookups = match plan.options.leavers {
        Leavers::Deactivate => {
            let people = plan.leavers.iter().map(|it| &it.person);
            lookups(company, people, &[]).await?
        }
        Leavers::Delete | Leavers::Keep => UserLookups::default(),
    };
    let leavers = plan.leavers.iter().map(|leaver| {
        let (person, lookups) = (&leaver.person, &lookups);
        async move {
            let left = match plan.options.leavers {
                Leavers::Deactivate => deactivate(company, person, lookups).await,
                Leavers::Delete => delete(company, person).await,
                Leavers::Keep => Ok(None),
            };
            edited(&person.resource_id, None, SyncAction::Leave, left)
        }
    });
    run(leavers.collect(), reporter).await
}

/// Runs the edits, a few at a time. The first error that concerns everybody ends them.
async fn run<F>(edits: Vec<F>, reporter: &Reporter) -> Result<Vec<SyncedUser>>
where
    F: Future<Output = Result<SyncedUser>>,
{
    let total = edits.len() as u64;
    let mut done = Vec::with_capacity(edits.len());
    let mut edits = stream::iter(edits).buffer_unordered(CONCURRENT);
    while let Some(edit) = edits.next().await {
        done.push(edit?);
        let progress = Progress::of(Stage::Editing, done.len() as u64, total);
        reporter.report(progress).await;
    }
    Ok(done)
}

async fn edit_mover(
    company: &Company,
    list: &StaffList,
    mover: &Mover,
    lookups: &UserLookups,
) -> Result<Option<String>> {
    let mut record = record(company, &mover.person, lookups).await?;
    let fields = list.rows.fields();
    for position in mover.fields.iter().chain(&mover.clears) {
        let position = *position as usize;
        let value = list.rows.value(mover.row, position);
        record.set(&fields[position], value, lookups)?;
    }
    if mover.has_new_email {
        record.set(&Field::Email, list.email(mover.row), lookups)?;
    }
    if mover.activates {
        record.set_active(true);
    }
    let wanted = record.clone();
    write(company, &record, |now| {
        is_written(&wanted, now, mover, fields)
    })
    .await?;
    if mover.clears.is_empty() {
        return Ok(None);
    }
    // What the service does with a blank value is not proven.
    let after = fetch_record(company, &mover.person.resource_id).await?;
    let cleared = mover.clears.iter().map(|it| &fields[*it as usize]);
    let left: Vec<&str> = cleared
        .filter(|field| after.value(field).is_some())
        .map(Field::label)
        .collect();
    Ok((!left.is_empty()).then(|| format!("not cleared: {}", left.join(", "))))
}

/// Whether the record has the values that were sent. A cleared field is looked at later.
fn is_written(wanted: &UserRecord, now: &UserRecord, mover: &Mover, fields: &[Field]) -> bool {
    let changed = mover.fields.iter().map(|it| &fields[*it as usize]);
    let changed = changed.chain(mover.has_new_email.then_some(&Field::Email));
    now.is_active() == wanted.is_active()
        && changed
            .into_iter()
            .all(|field| now.value(field) == wanted.value(field))
}

async fn deactivate(
    company: &Company,
    person: &UserRow,
    lookups: &UserLookups,
) -> Result<Option<String>> {
    let mut record = record(company, person, lookups).await?;
    record.set_active(false);
    write(company, &record, |now| now.is_active() == Some(false)).await?;
    Ok(None)
}

async fn delete(company: &Company, person: &UserRow) -> Result<Option<String>> {
    ensure_own(person)?;
    let id = path_id(Some(person.resource_id.clone()));
    let id = id.ok_or_else(|| Error::new(ErrorKind::Invalid, "the user has no usable id"))?;
    company.raw().delete_target_user(&id).optional().await?;
    Ok(None)
}

/// The whole record of a person. It is made of the row; one with a time zone or a language that no
/// lookup has is fetched.
async fn record(company: &Company, person: &UserRow, lookups: &UserLookups) -> Result<UserRecord> {
    ensure_own(person)?;
    let record = UserRecord::from_row(person, lookups);
    match record.unresolved().is_empty() && record.request().is_ok() {
        true => Ok(record),
        false => fetch_record(company, &person.resource_id).await,
    }
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
    match UserLookups::fetch_for(company, &needed).await {
        // Each record is fetched then.
        Err(error) if matches!(error.kind(), ErrorKind::Permission | ErrorKind::NotFound) => {
            Ok(UserLookups::default())
        }
        fetched => fetched,
    }
}

async fn join_groups(plan: &SyncPlan, ids: &[&str]) -> Result<()> {
    if ids.is_empty() || plan.options.groups.is_empty() {
        return Ok(());
    }
    let options = &plan.options;
    let groups = find_groups(&plan.company, &options.groups, options.create_groups).await?;
    let groups = groups.create_missing(&plan.company).await?;
    for ids in ids.chunks(USERS_PER_CHANGE) {
        let users: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
        let body = CreateTargetGroupUsersRequest::default()
            .target_group_resource_ids(groups.clone())
            .target_user_resource_ids(users)
            .select_all(false)
            .excluded_resource_id_list([]);
        let added = plan.company.raw().add_target_group_users(&body);
        added.optional().await?;
    }
    Ok(())
}

/// What became of an edit. An error that the next person would get too ends the synchronization.
fn edited(
    id: &str,
    row: Option<u32>,
    action: SyncAction,
    edit: Result<Option<String>>,
) -> Result<SyncedUser> {
    let (outcome, message) = match edit {
        Ok(message) => (EditOutcome::Done, message),
        Err(error) if concerns_everybody(&error) => return Err(error),
        // The person was deleted meanwhile.
        Err(error) if error.kind() == ErrorKind::NotFound && action == SyncAction::Leave => {
            (EditOutcome::Unchanged, None)
        }
        Err(error) => {
            let is_unknown = error.kind() == ErrorKind::OutcomeUnknown;
            let outcome = match is_unknown || may_have_been_executed(&error) {
                true => EditOutcome::Unknown,
                false => EditOutcome::Failed,
            };
            (outcome, Some(error.problem()))
        }
    };
    Ok(SyncedUser {
        id: id.to_owned(),
        row,
        action,
        outcome,
        message,
    })
}

fn concerns_everybody(error: &Error) -> bool {
    match error.kind() {
        ErrorKind::Config
        | ErrorKind::Credentials
        | ErrorKind::Permission
        | ErrorKind::Throttled => true,
        ErrorKind::Unavailable => error.is_retryable(),
        _ => false,
    }
}
