//! Rows that are not imported because somebody else has their address.

use std::collections::HashSet;

use keepnet_staff_list::{Field, ProblemKind, RowProblem, normalize_email};

use crate::sync::list::RowIndex;
use crate::sync::person::address_of;
use crate::sync::plan::SyncPlan;
use crate::sync::report::SyncedUser;
use crate::users::EditOutcome;

/// The rows whose address still belongs to a person who was to get another one. The import finds people
/// by their address, so it would write such a row onto that person.
pub(super) fn withheld_rows(plan: &SyncPlan, edited: &[SyncedUser]) -> HashSet<RowIndex> {
    let renamed = edited.iter().filter(|it| it.outcome == EditOutcome::Done);
    let renamed: HashSet<&str> = renamed.map(|it| it.id.as_str()).collect();
    let movers = plan.movers.iter().filter(|it| it.has_new_email);
    let taken: HashSet<String> = movers
        .filter(|it| !renamed.contains(it.person.resource_id.as_str()))
        .map(|it| address_of(&it.person))
        .collect();
    let imported = plan.movers.iter().filter(|it| !it.is_edited());
    let rows = imported.map(|it| it.row);
    let rows = rows.chain(plan.joiners.iter().map(|it| it.row));
    rows.filter(|row| taken.contains(normalize_email(plan.list.email(*row)).as_ref()))
        .collect()
}

/// Says of each such row why it is not imported.
pub(super) fn problems(plan: &SyncPlan, withheld: &HashSet<RowIndex>) -> Vec<RowProblem> {
    let column = plan.list.validation.mapping().column_of(&Field::Email);
    let problem = |row: &RowIndex| {
        let reason = "another person still has this e-mail address, because theirs was not changed";
        let number = plan.list.rows.number(*row);
        let kind = ProblemKind::Other(reason.to_owned());
        let problem = RowProblem::new(plan.list.file_name(), Some(number), kind);
        match column {
            Some(column) => problem.in_column(column),
            None => problem,
        }
    };
    withheld.iter().map(problem).collect()
}
