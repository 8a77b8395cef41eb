//! Applying a plan.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use super::edits::{StoppedBy, edit_movers, remove_leavers, stop};
use super::import_rows::import_rows;
use super::join_groups::create_groups;
use super::withheld::{problems, withheld_rows};
use crate::import::{LongRunningOperation, Receipt, Reporter, RowNumbers};
use crate::row_problems::sort_by_row;
use crate::sync::person::{digest_of, is_active, value_of};
use crate::sync::plan::{
    KeptReason, Leaver, ListColumns, PlanRequest, SyncPlan, list_people, make_plan,
};
use crate::sync::report::{
    LeaverName, SyncAction, SyncOutcome, SyncReceipt, SyncReport, SyncStop, SyncedUser,
};
use crate::sync::saved_plan::SavedPlan;
use crate::sync::ticket::{SyncJournal, SyncStep};
use crate::users::{EditOutcome, UserRow};
use crate::{Error, ErrorKind, Result};
use keepnet_staff_list::{Field, RowProblem};

/// How old a plan may be before the people are listed again.
const FRESH: Duration = Duration::from_secs(10 * 60);

/// A plan that is being applied: a stream of progress, and a future of its [`SyncReceipt`].
///
/// Nothing is written before it is polled. If it is dropped, what is done stays done, and the rest is
/// not; a ticket helps to finish it ([`Company::resume_sync`](crate::Company::resume_sync)), and so does
/// a new plan.
pub type ApplyPlan = LongRunningOperation<SyncReceipt>;

impl SyncPlan {
    /// Does what the plan says: first the changes that an import cannot make, one request for each
    /// person; then one import of the joiners and the changed people; then the leavers, one request for
    /// each. Nobody else is written. If the licence has no seats for the joiners, as many leavers as seats
    /// are missing go before everybody else; if one of them cannot be written, nobody joins.
    ///
    /// It takes the plan, so that it cannot be applied twice. If the plan is older than ten minutes, the
    /// people are listed again before anything is written, and so before the leavers. A person who is
    /// written by one request is written whole: what others change in the same record after the listing
    /// is overwritten.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`], before anything is written, if the plan is [refused](Self::refusals),
    /// with the [`SyncRefusal`](crate::SyncRefusal) as its source, and if people whom an old plan writes
    /// have changed since. Later, the errors of an import: what is done then stays done, and nobody
    /// leaves. What fails for a single person is in the receipt. After an error that everybody would
    /// get, such as a refused permission, nobody else is tried, and the receipt says of each person what
    /// became of them; the ticket can be resumed. [`ErrorKind::Conflict`] also if another run of this
    /// process or of the same store is synchronizing the company.
    pub fn apply(self) -> ApplyPlan {
        let company = self.company.clone();
        let action = format!("synchronizing {}", self.file());
        LongRunningOperation::new(&company, action, |reporter| async move {
            self.ensure_allowed()?;
            let plan = renew(self, &reporter).await?;
            if plan.is_empty() && plan.remainder.differing() == 0 {
                return Ok(finish_unchanged(plan, &reporter).await);
            }
            let store = plan.tickets.clone();
            let journal = SyncJournal::begin(&plan.company, plan.saved(), store).await?;
            Work::begin(plan, &reporter).run(journal, None).await
        })
    }

    /// What the plan touches, to be kept and applied later.
    ///
    /// # Errors
    ///
    /// [`ErrorKind::Conflict`] if the plan is [refused](Self::refusals).
    pub fn to_saved(&self) -> Result<SavedPlan> {
        self.ensure_allowed()?;
        Ok(self.saved())
    }

    fn saved(&self) -> SavedPlan {
        SavedPlan::of(self)
    }
}

/// Ends a plan that has nothing to write.
async fn finish_unchanged(plan: SyncPlan, reporter: &Reporter) -> SyncReceipt {
    let (company, saved, store) = (plan.company.clone(), plan.saved(), plan.tickets.clone());
    let receipt = Work::begin(plan, reporter).receipt(None, Vec::new(), Vec::new());
    if receipt.is_complete() && store.is_some() {
        // Without the lock, another run may be changing the people by now.
        if let Ok(journal) = SyncJournal::begin(&company, saved, store).await {
            journal.record_completed().await;
        }
    }
    receipt
}

/// Lists the people again if the plan is old, and refuses it if they have changed.
async fn renew(plan: SyncPlan, reporter: &Reporter) -> Result<SyncPlan> {
    if is_fresh(&plan) {
        return Ok(plan);
    }
    let saved = plan.saved();
    let request = PlanRequest {
        company: plan.company.clone(),
        sheet: plan.list.file.sheet.clone(),
        file: plan.file.clone(),
        columns: ListColumns::As(plan.mapping().clone()),
        options: plan.options.clone(),
        strict: false,
        tickets: plan.tickets.clone(),
    };
    drop(plan);
    let fresh = make_plan(request, reporter).await?;
    verified(&saved, fresh)
}

/// Whether the people were listed lately. After a clock was set back, nobody knows.
fn is_fresh(plan: &SyncPlan) -> bool {
    let now = plan.company.raw().client().clock().now();
    now.duration_since(plan.made).is_ok_and(|age| age < FRESH)
}

/// Lists the people again if the plan is old by now, and leaves out the leavers who have changed: each
/// record is sent back whole, and would undo the change.
async fn renew_leavers(plan: &mut SyncPlan, reporter: &Reporter) -> Result<()> {
    if plan.leavers.is_empty() || is_fresh(plan) {
        return Ok(());
    }
    // Within one process, the digests need no salt.
    let digest = |person: &UserRow| digest_of(person, "");
    let seen = plan.leavers.iter();
    let seen: HashMap<String, String> = seen
        .map(|it| (it.person.resource_id.clone(), digest(&it.person)))
        .collect();
    let same = list_people(
        &plan.company,
        reporter,
        HashSet::new,
        |same: &mut HashSet<String>, person| {
            if seen.get(&person.resource_id) == Some(&digest(&person)) {
                same.insert(person.resource_id);
            }
        },
    );
    let same = same.await?;
    let before = plan.leavers.len();
    plan.leavers
        .retain(|it| same.contains(&it.person.resource_id));
    plan.remainder.skipped += (before - plan.leavers.len()) as u64;
    Ok(())
}

/// Leaves in the plan the people who leave before the import, and returns the others.
fn split_leavers(plan: &mut SyncPlan) -> Vec<Leaver> {
    let first = plan.leave_first() as usize;
    // Only an active person has a seat.
    plan.leavers.sort_by_key(|it| !is_active(&it.person));
    plan.leavers.split_off(first)
}

/// The fresh plan with what the saved one has, if all of it is as the saved plan saw it.
pub(super) fn verified(saved: &SavedPlan, mut fresh: SyncPlan) -> Result<SyncPlan> {
    let remainder = saved.restrict(&mut fresh);
    match remainder.differing() {
        0 => Ok(fresh),
        differing => {
            let total = saved.to_write();
            let problem = format!(
                "{differing} of the {total} people whom the plan writes have changed since it was made"
            );
            Err(Error::new(ErrorKind::Conflict, problem)
                .with_hint("nothing was written; make a new plan"))
        }
    }
}

/// A plan while it is applied.
pub(super) struct Work<'a> {
    plan: SyncPlan,
    reporter: &'a Reporter,
}

impl<'a> Work<'a> {
    pub(super) fn begin(plan: SyncPlan, reporter: &'a Reporter) -> Work<'a> {
        Work { plan, reporter }
    }

    /// Does what the plan says. `earlier` is the import of a process that has ended.
    pub(super) async fn run(
        mut self,
        journal: SyncJournal,
        earlier: Option<Receipt>,
    ) -> Result<SyncReceipt> {
        journal.record(SyncStep::Editing).await?;
        if let Some(id) = journal.ticket_id() {
            let _ = self.reporter.ids().ticket.set(id.to_owned());
        }
        let groups = create_groups(&self.plan).await?;
        let stopped_by = StoppedBy::new();
        let others = split_leavers(&mut self.plan);
        let mut edited = self.free_seats(&stopped_by).await;
        // A new address must not be taken for that of another row of the import.
        match edit_movers(&self.plan, &groups, &stopped_by, self.reporter).await {
            Ok(movers) => edited.extend(movers),
            Err(error) if edited.is_empty() => return Err(error),
            // What was written before is told all the same.
            Err(error) => stop(&stopped_by, &error),
        }
        let withheld = withheld_rows(&self.plan, &edited);
        let mut import = None;
        if stopped_by.get().is_none() {
            import = import_rows(&self.plan, &groups, &withheld, &journal, self.reporter).await?;
        }
        let mut leavers = std::mem::replace(&mut self.plan.leavers, others);
        if stopped_by.get().is_none() {
            renew_leavers(&mut self.plan, self.reporter).await?;
        }
        edited.extend(remove_leavers(&self.plan, &stopped_by, self.reporter).await);
        leavers.append(&mut self.plan.leavers);
        self.plan.leavers = leavers;
        // What the earlier import did not take was imported again.
        let earlier = earlier.map(|receipt| Receipt {
            rejected: Vec::new(),
            ..receipt
        });
        let problems = problems(&self.plan, &withheld);
        let mut receipt = self.receipt(import.or(earlier), edited, problems);
        // What was stopped can be resumed.
        receipt.stopped_by = stopped_by.into_inner();
        if receipt.stopped_by.is_none() {
            if receipt.is_complete() {
                // Before the last step, so that no kill leaves a finished ticket without its record.
                journal.record_completed().await;
            }
            let step = SyncStep::Done {
                receipt: Box::new(receipt.clone()),
            };
            journal.record(step).await?;
        }
        Ok(receipt)
    }

    /// Makes as many people leave as seats are missing for those who join. Without the seats, nobody
    /// else is tried.
    async fn free_seats(&self, stopped_by: &StoppedBy) -> Vec<SyncedUser> {
        let left = remove_leavers(&self.plan, stopped_by, self.reporter).await;
        let freed = left.iter().filter(|it| it.is_written()).count() as u64;
        let missing = self.plan.missing_seats().saturating_sub(freed);
        if missing > 0 {
            let seats = match missing {
                1 => "1 seat is".to_owned(),
                _ => format!("{missing} seats are"),
            };
            let problem =
                format!("{seats} missing for those who join: not enough people left first");
            let _ = stopped_by.set(SyncStop {
                kind: ErrorKind::Conflict,
                problem,
            });
        }
        left
    }

    fn receipt(
        self,
        import: Option<Receipt>,
        edited: Vec<SyncedUser>,
        withheld: Vec<RowProblem>,
    ) -> SyncReceipt {
        let plan = self.plan;
        let rows = &plan.list.rows;
        let imported = |row: &u32| match &import {
            Some(import) => import.imported_rows.contains(*row),
            None => false,
        };
        let before = &plan.remainder;
        let joiners = plan.joiners.iter().map(|it| rows.number(it.row));
        let joined = joiners.filter(imported).chain(before.joined.iter());
        let joined_rows: RowNumbers = joined.collect();
        let imported_movers = plan.movers.iter().filter(|it| !it.is_edited());
        let imported_movers = imported_movers
            .map(|it| rows.number(it.row))
            .filter(imported);
        let edited_rows = edited
            .iter()
            .filter(|it| it.is_written())
            .filter_map(|it| it.row);
        let changed = imported_movers
            .chain(edited_rows)
            .chain(before.changed.iter());
        let changed_rows: RowNumbers = changed.collect();
        let left = edited
            .iter()
            .filter(|it| it.action == SyncAction::Leave && it.is_written());
        let left = left.count() as u64 + before.left;
        let counts = plan.counts();
        let done_now = joined_rows.len() + changed_rows.len() + left
            - (before.joined.len() + before.changed.len() + before.left);
        let mut rejected = plan.problems.clone();
        rejected.extend(withheld);
        rejected.extend(import.iter().flat_map(|it| it.rejected.iter().cloned()));
        sort_by_row(&mut rejected);
        let report = SyncReport {
            joined: joined_rows.len(),
            changed: changed_rows.len(),
            left,
            failed: counts.to_write().saturating_sub(done_now),
            rejected,
            failures: edited.iter().filter(|it| !it.is_done()).cloned().collect(),
            import: import.as_ref().map(Receipt::report),
            ..plan.report()
        };
        let is_unknown = edited.iter().any(|it| it.outcome == EditOutcome::Unknown);
        let is_unverified = import.as_ref().is_some_and(|it| !it.is_reconciled());
        // Of a person of a directory, it is certain that the list does not count.
        let is_uncertain = plan
            .kept
            .iter()
            .any(|it| it.reason != KeptReason::Directory);
        let outcome = match () {
            () if is_unknown || is_unverified => SyncOutcome::Unverified,
            () if report.failed + report.skipped + counts.rejected() > 0 => SyncOutcome::Incomplete,
            () if !report.failures.is_empty() || is_uncertain => SyncOutcome::Incomplete,
            () => SyncOutcome::Complete,
        };
        let names = plan.leavers.iter().map(|leaver| {
            let text = |field| {
                value_of(&leaver.person, &field)
                    .unwrap_or_default()
                    .to_owned()
            };
            let name = LeaverName {
                email: leaver.person.email.clone(),
                first_name: text(Field::FirstName),
                last_name: text(Field::LastName),
            };
            (leaver.person.resource_id.clone(), name)
        });
        let names: HashMap<_, _> = names.collect();
        SyncReceipt {
            report: SyncReport { outcome, ..report },
            joined_rows,
            changed_rows,
            edited,
            sha256: plan.file.sha256,
            names,
            stopped_by: None,
        }
    }
}
