//! What holds after every cell, whatever its fault.

use std::collections::HashSet;

use keepnet_flows::{AddOutcome, Error, ErrorKind};
use serde_json::Value;

use super::cell::Cell;
use super::flow::{Claim, Flow, STAFF};
use super::site::{Site, emails};
use crate::flows::service::ACME;

/// What is called before a company is chosen.
pub(super) const OF_RESELLER: [&str; 3] = [
    "POST /connect/token",
    "POST /api/companies/search",
    "GET /api/companies/my",
];

/// Adds everything that does not hold to `broken`.
pub(super) fn check(
    site: &Site,
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
    let state = site.sandbox.state();
    let acme = site.acme();
    let undisturbed = cell.undisturbed();

    let limit = undisturbed.flow.limit(undisturbed.calls());
    hold(site.elapsed() <= limit, "it went on after its deadline");

    hold(all_differ(&emails(&acme)), "an address is there twice");
    let groups = acme["groups"].as_array().unwrap().iter();
    let groups: Vec<_> = groups
        .map(|it| it["name"].as_str().unwrap().to_lowercase())
        .collect();
    hold(all_differ(&groups), "a group is there twice");
    hold(
        others(before) == others(&site.companies()),
        "another company has changed",
    );

    let count = |name: &str| state["counters"][name].as_u64().unwrap();
    let (imports, written) = (
        count("imports"),
        count("usersCreated") + count("usersUpdated"),
    );
    hold(imports <= 1, "it imported twice");
    hold(
        imports == 0 || written <= STAFF,
        "more was written than there are people",
    );

    for request in site.sandbox.requests() {
        let operation = request.operation.as_deref().unwrap_or("nothing");
        let is_of_reseller = OF_RESELLER.contains(&operation);
        let scope = (!is_of_reseller).then_some(ACME);
        let headers = [&request.keepnet_company_id, &request.ir_company_id];
        if headers.iter().any(|header| header.as_deref() != scope) {
            hold(
                false,
                &format!("{operation} was called for another company"),
            );
        }
    }
    let violations = site.sandbox.take_contract_report().violations;
    for violation in violations {
        hold(false, &format!("the contract was broken: {violation}"));
    }

    let there: HashSet<String> = emails(&acme).into_iter().collect();
    match ended {
        Ok(claim) => hold(
            is_true(claim, cell, &there, &acme),
            "what it says is not so",
        ),
        Err(error) => {
            let line = error.to_string();
            hold(!line.contains('\n'), "its error is of several lines");
            hold(
                !format!("{line}{error:?}").contains("@acme"),
                "its error tells of people",
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
                !is_unknown || cell.leaves_open_whether_it_was_done(),
                "it does not know what is certain",
            );
            hold(
                !is_unknown || !cell.was_done(before, &acme),
                "it does not see what it did",
            );
            let is_silent =
                imports == 1 && !is_unknown && !says("has started") && !says("import job");
            hold(!is_silent, "it does not say that it has begun to import");
        }
    }
    // Of the two files of an export, the first may be there when the second fails.
    let files = site.files();
    let are_whole = match (undisturbed.flow, ended) {
        (Flow::Export, Ok(_)) => files.len() == 2,
        (Flow::Export, Err(_)) => files.iter().all(|name| name == "csv"),
        _ => files.is_empty(),
    };
    hold(are_whole, "it left a part of a file");
}

/// The companies that no flow is about.
pub(super) fn others(companies: &[Value]) -> Vec<&Value> {
    companies.iter().filter(|it| it["id"] != ACME).collect()
}

fn is_true(claim: &Claim, cell: &Cell, there: &HashSet<String>, acme: &Value) -> bool {
    match claim {
        Claim::Imported { imported, failed } => {
            let counters = &acme["counters"];
            let written =
                counters["created"].as_u64().unwrap() + counters["updated"].as_u64().unwrap();
            *imported == written && imported + failed == STAFF
        }
        Claim::Added(users) => users.iter().all(|(email, outcome)| {
            let is_there = there.contains(&email.to_lowercase());
            match outcome {
                AddOutcome::Added | AddOutcome::Existing => is_there,
                AddOutcome::Unknown => !is_there && cell.leaves_open_whether_it_was_done(),
                _ => !is_there,
            }
        }),
        Claim::Found(emails) => match &cell.undisturbed().claim {
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
