//! A fleet of one customer and the single command: the same list against the same service ends in the same
//! way.

use keepnet_flows::{
    Company, Error, ErrorKind, FleetOutcome, FleetState, ImportOutcome, Mapper, Sheet, SyncOutcome,
    TicketFolder, UnknownDomains,
};
use keepnet_sandbox::{Dialect, Seed};
use serde_json::json;

use super::syncs::{Setup, changed, id, name, of};

const CONFIRMATION: &str = "POST /api/target-users/{transactionId}/import";
const JOB_UNKNOWN: [&str; 2] = [
    "reset=before,on=POST /api/target-users/{transactionId}/import",
    "status=403,on=GET /api/jobs,nth=2,count=99",
];

/// A list, and the service that gets it.
struct Case {
    name: &'static str,
    /// The list, made of the addresses that the customer has.
    list: fn(&[String]) -> String,
    seed: fn(&mut Seed),
    faults: Vec<String>,
    expected: FleetState,
}

/// How the work ended, as the single command and the fleet tell it.
#[derive(Debug, PartialEq)]
struct Ended {
    state: FleetState,
    joined: Option<u64>,
    changed: Option<u64>,
    left: Option<u64>,
    rejected: Option<u64>,
    failed: Option<u64>,
    refusals: Vec<String>,
    /// Why, in the words of the single command.
    why: Option<String>,
}

impl Ended {
    fn new(state: FleetState) -> Ended {
        Ended {
            state,
            joined: None,
            changed: None,
            left: None,
            rejected: None,
            failed: None,
            refusals: Vec::new(),
            why: None,
        }
    }

    fn with_error(error: &Error) -> Ended {
        let state = match error.kind() {
            ErrorKind::OutcomeUnknown => FleetState::Unknown,
            _ => FleetState::Failed,
        };
        Ended {
            why: Some(error.to_string()),
            ..Ended::new(state)
        }
    }
}

async fn sync_alone(company: &Company, sheet: Sheet, tickets: &TicketFolder) -> Ended {
    let plan = match company.sync_users(sheet).ticket(tickets).plan().await {
        Ok(plan) => plan,
        Err(error) => return Ended::with_error(&error),
    };
    if let Err(error) = plan.ensure_allowed() {
        return Ended {
            refusals: plan
                .refusals()
                .iter()
                .map(|it| it.code().to_owned())
                .collect(),
            why: Some(error.problem().to_owned()),
            ..Ended::new(FleetState::Refused)
        };
    }
    let receipt = match plan.apply().await {
        Ok(receipt) => receipt,
        Err(error) => return Ended::with_error(&error),
    };
    let report = receipt.report();
    let written = report.joined + report.changed + report.left;
    Ended {
        joined: Some(report.joined),
        changed: Some(report.changed),
        left: Some(report.left),
        rejected: Some(report.people.rejected()),
        failed: Some(report.failed + report.skipped),
        ..Ended::new(match report.outcome {
            SyncOutcome::Complete if written == 0 => FleetState::Unchanged,
            SyncOutcome::Complete => FleetState::Done,
            SyncOutcome::Unverified => FleetState::Unknown,
            _ => FleetState::Failed,
        })
    }
}

async fn import_alone(company: &Company, sheet: Sheet, tickets: &TicketFolder) -> Ended {
    let preview = company.import_users(sheet).ticket(tickets).start().await;
    let preview = match preview {
        Ok(preview) => preview,
        Err(error) if error.find_source::<UnknownDomains>().is_some() => {
            return Ended {
                refusals: vec![UnknownDomains::CODE.to_owned()],
                why: Some(error.problem().to_owned()),
                ..Ended::new(FleetState::Refused)
            };
        }
        Err(error) => return Ended::with_error(&error),
    };
    let report = match preview.confirm().await {
        Ok(receipt) => receipt.report(),
        Err(error) => return Ended::with_error(&error),
    };
    Ended {
        joined: report.created,
        changed: report.updated,
        left: Some(0),
        rejected: Some(report.rows.rejected()),
        failed: report.failed,
        ..Ended::new(match report.outcome {
            ImportOutcome::Complete if report.expected == 0 => FleetState::Unchanged,
            ImportOutcome::Complete => FleetState::Done,
            ImportOutcome::Incomplete => FleetState::Failed,
            _ => FleetState::Unknown,
        })
    }
}

/// A service in which the customer has this list.
async fn prepared(case: &Case, work: &str) -> Setup {
    let mut setup = Setup::seeded(Dialect::Observed, 1, case.seed).await;
    let text = (case.list)(&setup.emails(1));
    setup.write_text(1, &text);
    setup.set(1, json!({ work: "1.csv" }));
    for fault in &case.faults {
        let fault = format!("{fault},company={}", id(1));
        setup.service.sandbox.add_fault(fault.parse().unwrap());
    }
    setup
}

/// What differs between the two, and what they left in the service.
async fn compare(case: &Case, work: &str) -> Vec<String> {
    let setup = prepared(case, work).await;
    let fleet: FleetOutcome = of(&setup.run().await, 1).clone();
    let alone = prepared(case, work).await;
    let company = alone.service.reseller.company(&id(1)).await.unwrap();
    let sheet = Sheet::options().open(alone.list_path(1)).unwrap();
    let tickets = alone.tickets();
    let single = match work {
        "sync" => sync_alone(&company, sheet, &tickets).await,
        _ => import_alone(&company, sheet, &tickets).await,
    };
    let mut different = Vec::new();
    let mut hold = |holds: bool, what: &str| {
        if !holds {
            let name = case.name;
            different.push(format!(
                "{work}, {name}: {what}: {fleet:?}, alone {single:?}\n"
            ));
        }
    };
    hold(
        single.state == case.expected,
        "the single run ends otherwise",
    );
    hold(fleet.outcome == single.state, "the outcome");
    hold(fleet.refusals == single.refusals, "the refusals");
    for (of_fleet, alone, what) in [
        (fleet.joined, single.joined, "who joined"),
        (fleet.changed, single.changed, "who was changed"),
        (fleet.left, single.left, "who left"),
        (fleet.rejected, single.rejected, "the rejected rows"),
        (fleet.failed, single.failed, "who was not written"),
    ] {
        // An error has no counts.
        let is_unknown = fleet.outcome == FleetState::Unknown && of_fleet.is_none();
        hold(alone.is_none() || is_unknown || of_fleet == alone, what);
    }
    let why = fleet.why.as_deref().unwrap_or_default();
    hold(
        why.contains(single.why.as_deref().unwrap_or_default()),
        "the reason",
    );
    hold(why.is_empty() == fleet.outcome.is_good(), "a reason");
    let state = |setup: &Setup| setup.service.state_of(&id(1));
    hold(state(&setup) == state(&alone), "what is written");
    different
}

fn as_they_are(emails: &[String]) -> String {
    format!("Email\n{}\n", emails.join("\n"))
}

fn one_leaves_two_join(emails: &[String]) -> String {
    as_they_are(&changed(emails, 1, 2))
}

fn two_join(emails: &[String]) -> String {
    as_they_are(&changed(emails, 0, 2))
}

fn nothing(_: &mut Seed) {}

fn case(name: &'static str, list: fn(&[String]) -> String, expected: FleetState) -> Case {
    Case {
        name,
        list,
        seed: nothing,
        faults: Vec::new(),
        expected,
    }
}

fn with_faults(name: &'static str, faults: &[&str], expected: FleetState) -> Case {
    Case {
        faults: faults.iter().map(|it| (*it).to_owned()).collect(),
        ..case(name, one_leaves_two_join, expected)
    }
}

fn with_seed(name: &'static str, seed: fn(&mut Seed), expected: FleetState) -> Case {
    Case {
        seed,
        ..case(name, two_join, expected)
    }
}

/// The cases in which both kinds of work end in the same way.
fn of_both() -> Vec<Case> {
    vec![
        case("joiners", two_join, FleetState::Done),
        case(
            "a row that is wrong",
            |emails| format!("{}nobody\n", two_join(emails)),
            FleetState::Failed,
        ),
        case(
            "an address twice",
            |emails| format!("{}{}\n", two_join(emails), emails[0]),
            FleetState::Failed,
        ),
        case(
            "one department",
            |emails| {
                let rest = emails[1..].iter().map(|it| format!("{it},\n"));
                let rest: String = rest.collect();
                format!("Email,Department\n{},Head Office\n{rest}", emails[0])
            },
            FleetState::Done,
        ),
        with_seed(
            "a closed customer",
            |seed| seed.companies[1].open_to_reseller = false,
            FleetState::Failed,
        ),
        with_faults("forbidden", &["status=403"], FleetState::Failed),
        with_faults("a failed mapping", &["mapping=fails"], FleetState::Failed),
        with_faults(
            "rows that fail",
            &["import=row-failures"],
            FleetState::Failed,
        ),
        with_faults("an unknown outcome", &JOB_UNKNOWN, FleetState::Unknown),
        with_faults(
            "a refused confirmation",
            &[&format!("status=400,on={CONFIRMATION}")],
            FleetState::Failed,
        ),
    ]
}

#[tokio::test]
async fn fleet_and_single_sync_end_in_the_same_way() {
    let cases = [
        case("unchanged", as_they_are, FleetState::Unchanged),
        case("leavers", one_leaves_two_join, FleetState::Done),
        case(
            "too many leavers",
            |emails| as_they_are(&emails[6..]),
            FleetState::Refused,
        ),
        case(
            "another domain",
            |emails| format!("{}nia@other.example\n", as_they_are(emails)),
            FleetState::Refused,
        ),
        with_seed(
            "beyond the licence",
            |seed| seed.companies[1].license_limit = Some(20),
            FleetState::Refused,
        ),
        with_faults(
            "a leaver who is refused",
            &["status=400,on=PUT /api/target-users/{resourceId}"],
            FleetState::Failed,
        ),
        with_faults(
            "an update without a response",
            &["reset=after,on=PUT /api/target-users/{resourceId}"],
            FleetState::Done,
        ),
        with_faults("a failed import", &["import=fails"], FleetState::Failed),
    ];
    let mut different = Vec::new();
    for case in cases.iter().chain(&of_both()) {
        different.extend(compare(case, "sync").await);
    }
    assert!(different.is_empty(), "{}", different.concat());
}

#[tokio::test]
async fn fleet_and_single_import_end_in_the_same_way() {
    let cases = [
        case("everybody", as_they_are, FleetState::Done),
        case(
            "another domain",
            |_| "Email\nnia@other.example\n".to_owned(),
            FleetState::Refused,
        ),
        with_faults("a failed import", &["import=fails"], FleetState::Failed),
    ];
    let mut different = Vec::new();
    for case in cases.iter().chain(&of_both()) {
        different.extend(compare(case, "import").await);
    }
    assert!(different.is_empty(), "{}", different.concat());
}

/// A fleet is checked whole before its first call, so that such a list stops all of it.
#[tokio::test]
async fn list_that_is_refused_alone_stops_a_fleet() {
    for (text, expected) in [
        ("", ""),
        ("Shoe size\n44\n", ""),
        ("Email,Email\nnia@c1.example,nia@c1.example\n", ""),
        ("Email\nnobody\n", "1.csv has no valid row"),
        ("Email\n", "1.csv"),
    ] {
        for work in ["sync", "import"] {
            let mut setup = Setup::new(Dialect::Observed, 2).await;
            setup.write_text(1, text);
            setup.set(1, json!({ work: "1.csv" }));
            let before = setup.service.sandbox.requests().len();
            let (file, folder) = (setup.file(), setup.folder());
            let error = setup
                .service
                .reseller
                .fleet(&file, folder)
                .await
                .unwrap_err();
            let fleet = error.to_string();
            assert!(fleet.contains(&format!("{}: ", name(1))), "{fleet}");
            assert_eq!(setup.service.sandbox.requests().len(), before);
            let alone = Sheet::options().open(setup.list_path(1));
            let alone = alone.and_then(|sheet| Mapper::new().map(&sheet));
            match alone {
                Err(error) => assert!(fleet.contains(&error.to_string()), "{error}: {fleet}"),
                Ok(_) => assert!(!expected.is_empty() && fleet.contains(expected), "{fleet}"),
            }
        }
    }
}
