//! The mapping job: it validates the rows and sorts them into new, existing and invalid ones.

use std::collections::HashSet;

use super::rows;
use crate::fault::MappingFault;
use crate::resource_id::ResourceId;
use crate::rules::Rules;
use crate::spreadsheet::Table;
use crate::state::{Company, ImportField, Mapping, RowProblem, RowStatus, Stage, State};

/// Advances a mapping job by one step, and returns whether there is more to do.
pub(super) fn advance(state: &mut State, transaction: ResourceId, rules: &Rules) -> bool {
    let Some(transaction) = state.transactions.get_mut(&transaction) else {
        return false;
    };
    let (Stage::MappingQueued | Stage::MappingRunning, Some(mapping)) =
        (transaction.stage, &mut transaction.mapping)
    else {
        return false;
    };
    if let Some(fault) = mapping.fault {
        // A client must see the job running before the fault takes effect.
        transaction.stage = match (transaction.stage, fault) {
            (Stage::MappingRunning, MappingFault::Fails) => Stage::MappingFailed,
            (Stage::MappingRunning, MappingFault::Expires) => Stage::MappingExpired,
            _ => Stage::MappingRunning,
        };
        return transaction.stage == Stage::MappingRunning && fault != MappingFault::Sticks;
    }
    let table = &transaction.file.table;
    let company = &state.companies[transaction.company];
    for row in rows::next_step(mapping.statuses.len(), table.len()) {
        validate_row(mapping, table, row, company, rules);
    }
    let is_finished = mapping.statuses.len() == table.len();
    transaction.stage = if is_finished {
        mapping.seen_emails = HashSet::new();
        Stage::Mapped
    } else {
        Stage::MappingRunning
    };
    !is_finished
}

fn validate_row(
    mapping: &mut Mapping,
    table: &Table,
    row: usize,
    company: &Company,
    rules: &Rules,
) {
    let mut problems = rows::find_problems(&mapping.columns, table, row, company, rules);
    let email = mapping.columns.value(table, row, ImportField::Email);
    let email = email.to_lowercase();
    if !email.is_empty() && !mapping.seen_emails.insert(email.clone()) {
        problems.push(RowProblem::new(
            "Email",
            "An earlier row of the file has this e-mail address",
        ));
    }
    let counts = &mut mapping.counts;
    let (status, count) = match company.people.find_email(&email) {
        _ if !problems.is_empty() => (RowStatus::Error, &mut counts.invalid),
        None => (RowStatus::New, &mut counts.new),
        Some(index) if company.people[index].directory.is_some() => {
            (RowStatus::Scim, &mut counts.existing)
        }
        Some(_) => (RowStatus::Exists, &mut counts.existing),
    };
    *count += 1;
    mapping.statuses.push(status);
    if !problems.is_empty() {
        mapping.problems.insert(row, problems);
    }
}
