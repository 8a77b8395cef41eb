//! The invariants that hold after every cell.

use std::collections::HashSet;

use keepnet_flows::{AddOutcome, EditOutcome, Error, ErrorKind};
use serde_json::Value;

use super::cell::Cell;
use super::environment::{Environment, emails};
use super::flow::{Claim, Flow, STAFF};
use crate::flows::service::ACME;

/// The operations that are called before a company is chosen.
pub(super) const WITHOUT_COMPANY: [&str; 3] = [
    "POST /connect/token",
    "POST /api/companies/search",
    "GET /api/companies/my",
];

/// Adds each violated invariant to `broken`.
pub(super) fn check(
    env: &Environment,
    cell: &Cell,
    before: &[Value],
    ended: &Result<Claim, Error>,
    broken: &mut Vec<String>,
) {
    let mut hold = |holds: bool, what: &str| {
        if !holds {
            broken.push(what.to_owned());
        }
    };
    let state = env.sandbox.state();
    let acme = env.acme();
    let baseline = cell.baseline();

    let limit = baseline.flow.limit(baseline.calls());
    hold(env.elapsed() <= limit, "it went on after its deadline");

    hold(all_differ(&emails(&acme)), "an e-mail address exists twice");
    let groups = acme["groups"].as_array().unwrap().iter();
    let groups: Vec<_> = groups
        .map(|it| it["name"].as_str().unwrap().to_lowercase())
        .collect();
    hold(all_differ(&groups), "a group exists twice");
    hold(
        others(before) == others(&env.companies()),
        "another company has changed",
    );

    let count = |name: &str| state["counters"][name].as_u64().unwrap();
    let (imports, written) = (
        count("imports"),
        count("usersCreated") + count("usersUpdated"),
    );
    hold(imports <= 1, "it imported twice");
    // A repeated change of one person counts each time.
    hold(
        imports == 0 || written <= STAFF || baseline.flow == Flow::Sync,
        "more was written than there are people",
    );

    for request in env.sandbox.requests() {
        let operation = request.operation.as_deref().unwrap_or("nothing");
        let has_no_company = WITHOUT_COMPANY.contains(&operation);
        let scope = (!has_no_company).then_some(ACME);
        let headers = [&request.keepnet_company_id, &request.ir_company_id];
        if headers.iter().any(|header| header.as_deref() != scope) {
            hold(
                false,
                &format!("{operation} was called for another company"),
            );
        }
    }
    let violations = env.sandbox.take_contract_report().violations;
    for violation in violations {
        hold(false, &format!("the contract was broken: {violation}"));
    }

    let existing: HashSet<String> = emails(&acme).into_iter().collect();
    match ended {
        Ok(claim) => hold(
            is_true(claim, cell, env, &existing, &acme),
            "its result is false",
        ),
        Err(error) => {
            let line = error.to_string();
            hold(!line.contains('\n'), "its error has several lines");
            hold(
                !format!("{line}{error:?}").contains("@acme"),
                "its error shows a person",
            );
            let says = |text: &str| line.contains(text);
            hold(
                !says("nothing was imported") || imports == 0,
                "it says that nothing was imported",
            );
            hold(
                !says("has started") || imports == 1,
                "it says that the import has started",
            );
            let is_unknown = error.kind() == ErrorKind::OutcomeUnknown;
            hold(
                !is_unknown || cell.has_unknown_outcome(),
                "it reports an unknown outcome that is certain",
            );
            hold(
                !is_unknown || !cell.was_done(before, &acme),
                "it reports an unknown outcome of a visible write",
            );
            let is_silent =
                imports == 1 && !is_unknown && !says("has started") && !says("import job");
            hold(!is_silent, "it does not say that the import has started");
        }
    }
    // An export writes two files; the first may exist when the second fails.
    let files = env.files();
    let are_whole = match (baseline.flow, ended) {
        (Flow::Export, Ok(_)) => files.len() == 2,
        (Flow::Export, Err(_)) => files.iter().all(|name| name == "csv"),
        _ => files.is_empty(),
    };
    hold(are_whole, "it left an incomplete file");
}

/// The companies that no flow may change.
pub(super) fn others(companies: &[Value]) -> Vec<&Value> {
    companies.iter().filter(|it| it["id"] != ACME).collect()
}

fn is_true(
    claim: &Claim,
    cell: &Cell,
    env: &Environment,
    existing: &HashSet<String>,
    acme: &Value,
) -> bool {
    match claim {
        // The people are compared one by one.
        Claim::Synced(_) => true,
        Claim::Edited(outcome) => {
            let is_reached = env.final_state() == cell.baseline().state;
            match outcome {
                EditOutcome::Done | EditOutcome::Unchanged => is_reached,
                EditOutcome::Unknown => !is_reached && cell.has_unknown_outcome(),
                _ => !is_reached,
            }
        }
        Claim::Imported { imported, failed } => {
            let counters = &acme["counters"];
            let written =
                counters["created"].as_u64().unwrap() + counters["updated"].as_u64().unwrap();
            *imported == written && imported + failed == STAFF
        }
        Claim::Added(users) => users.iter().all(|(email, outcome)| {
            let exists = existing.contains(&email.to_lowercase());
            match outcome {
                AddOutcome::Added | AddOutcome::Existing => exists,
                AddOutcome::Unknown => !exists && cell.has_unknown_outcome(),
                _ => !exists,
            }
        }),
        Claim::Found(emails) => match &cell.baseline().claim {
            Claim::Found(expected) => sorted(emails) == sorted(expected),
            _ => false,
        },
        Claim::Grouped(id) => acme["groups"]
            .as_array()
            .unwrap()
            .iter()
            .any(|group| group["id"] == id.as_str()),
    }
}

fn sorted(emails: &[String]) -> Vec<String> {
    let mut emails: Vec<_> = emails.iter().map(|email| email.to_lowercase()).collect();
    emails.sort();
    emails
}

pub(super) fn all_differ(texts: &[String]) -> bool {
    texts.iter().collect::<HashSet<_>>().len() == texts.len()
}
