//! Saving a plan, and what is left to do of a saved one.

use std::collections::{HashMap, HashSet};

use super::items::KeptReason;
use super::remainder::Remainder;
use super::sync_plan::SyncPlan;
use crate::import::{RowNumbers, new_id, seconds};
use crate::sync::saved_plan::{SavedChange, SavedPerson, SavedPlan};

impl SavedPlan {
    pub(crate) fn of(plan: &SyncPlan) -> SavedPlan {
        let client = plan.company.raw().client();
        let salt = new_id(&plan.company);
        let person = |row| SavedPerson::of(row, &salt);
        let changes = plan.movers.iter().map(|mover| SavedChange {
            row: plan.list.rows.number(mover.row),
            of_directory: mover.is_managed,
            person: person(&mover.person),
        });
        let joiners = plan.joiners.iter();
        let returning = plan.joiners.iter().filter(|it| it.returns);
        SavedPlan {
            version: SavedPlan::VERSION,
            created: seconds(plan.made),
            base_url: client.base_url().to_owned(),
            company: plan.company.reference().clone(),
            file: plan.file.clone(),
            mapping: plan.mapping().clone(),
            options: plan.options.clone(),
            joins: joiners.map(|it| plan.list.rows.number(it.row)).collect(),
            returns: returning.map(|it| plan.list.rows.number(it.row)).collect(),
            changes: changes.collect(),
            leaves: plan.leavers.iter().map(|it| person(&it.person)).collect(),
            salt,
        }
    }

    /// Leaves in `fresh` only what this plan has, seen as it saw it.
    pub(crate) fn restrict(&self, fresh: &mut SyncPlan) -> Remainder {
        let SyncPlan {
            list,
            joiners,
            movers,
            leavers,
            kept,
            gone,
            possible_refusals,
            ..
        } = fresh;
        let number = |row| list.rows.number(row);
        let salt = &self.salt;
        // Of the people of these rows it is not known that they have what the row says.
        let refused = list.problems.iter().filter_map(|it| it.row);
        let kept_rows = kept.iter().filter_map(|it| it.row.map(number));
        let unsettled: HashSet<u32> = refused.chain(kept_rows).collect();
        // Somebody who is kept for a directory and joins no group any more has joined.
        let of_directory = kept.iter().filter(|it| it.reason == KeptReason::Directory);
        let of_directory: HashSet<u32> = of_directory.filter_map(|it| it.row.map(number)).collect();
        let absent: HashSet<u32> = joiners.iter().map(|it| number(it.row)).collect();

        // Somebody who was deleted since then is not created again.
        joiners.retain(|joiner| {
            let row = number(joiner.row);
            self.joins.contains(row) && (!joiner.returns || self.returns.contains(row))
        });
        let rows = self.joins.iter();
        let is_settled = |row: &u32| !absent.contains(row) && !unsettled.contains(row);
        let joined: RowNumbers = rows.filter(is_settled).collect();
        let skipped_joiners = self.joins.len() - joiners.len() as u64 - joined.len();

        let changes: HashMap<u32, &SavedPerson> =
            self.changes.iter().map(|it| (it.row, &it.person)).collect();
        let differing: HashSet<u32> = movers.iter().map(|it| number(it.row)).collect();
        movers.retain(|mover| {
            let saved = changes.get(&number(mover.row));
            saved.is_some_and(|saved| **saved == SavedPerson::of(&mover.person, salt))
        });
        let changed = self.changes.iter().filter(|it| {
            let has_joined = it.of_directory && of_directory.contains(&it.row);
            !differing.contains(&it.row) && (has_joined || is_settled(&it.row))
        });
        let changed: RowNumbers = changed.map(|it| it.row).collect();
        let skipped_movers = self.changes.len() as u64 - movers.len() as u64 - changed.len();

        let leaves: HashMap<&str, &SavedPerson> =
            self.leaves.iter().map(|it| (it.id.as_str(), it)).collect();
        leavers.retain(|leaver| {
            let saved = leaves.get(leaver.person.resource_id.as_str());
            saved.is_some_and(|saved| **saved == SavedPerson::of(&leaver.person, salt))
        });
        let written = leavers.iter().map(|it| it.person.resource_id.as_str());
        let written = written.chain(movers.iter().map(|it| it.person.resource_id.as_str()));
        let written: HashSet<&str> = written.collect();
        possible_refusals.retain(|it| written.contains(it.id.as_str()));
        let left = self.leaves.iter();
        let left = left.filter(|it| gone.contains(it.id.as_str())).count() as u64;
        let skipped_leavers = self.leaves.len() as u64 - leavers.len() as u64 - left;
        Remainder {
            joined,
            changed,
            left,
            skipped: skipped_joiners + skipped_movers + skipped_leavers,
        }
    }
}
