//! What a person should look at in the lists of a fleet, as lines that name the customer.

use keepnet_flows::{Fleet, FleetPlan, Warning};

use crate::commands::users::rename_text;

/// How many lines a customer has at most before the rest is counted: in a plan, and before a run, where
/// all customers are named at once.
const IN_PLAN: usize = 20;
const BEFORE_RUN: usize = 3;

/// The lines of a plan.
pub(super) fn warning_lines_of_plan(plan: &FleetPlan) -> Vec<String> {
    let company = format!("{} ({})", plan.company, plan.company_id);
    let warnings = plan.warnings.iter().map(|it| warning_line(&company, it));
    let renames = plan.possible_renames.iter().map(|rename| {
        let rename = rename_text(rename);
        format!("note: {company}: {rename}; the option key tells")
    });
    let refusals = plan.possible_refusals.iter();
    let refusals = refusals.map(|refusal| format!("note: {company}: {refusal}"));
    let lines = warnings.chain(renames).chain(refusals).take(IN_PLAN);
    with_rest(
        lines,
        &company,
        plan.warning_count,
        "--output json lists them",
    )
}

/// The lines of the lists of a fleet, before anything is asked of the service.
pub(super) fn warning_lines_of_fleet(fleet: &Fleet) -> Vec<String> {
    let lists = fleet.warnings().iter();
    let lines = lists.flat_map(|list| {
        let company = list.company.to_string();
        let lines = list.warnings.iter().map(|it| warning_line(&company, it));
        let hint = "`keepnet fleet plan` lists them";
        with_rest(lines.take(BEFORE_RUN), &company, list.warning_count, hint)
    });
    lines.collect()
}

fn warning_line(company: &str, warning: &Warning) -> String {
    format!("warning: {company}: {warning}")
}

/// Adds a line that counts the rest.
fn with_rest(
    lines: impl Iterator<Item = String>,
    company: &str,
    total: u64,
    hint: &str,
) -> Vec<String> {
    let mut lines: Vec<_> = lines.collect();
    let hidden = total.saturating_sub(lines.len() as u64);
    if hidden > 0 {
        lines.push(format!(
            "warning: {company}: and {hidden} more to look at; {hint}"
        ));
    }
    lines
}
