//! Adding people one by one, against both faces of the service.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use super::scripted::{Reply, Scripted};
use super::service::{ACME, DIALECTS, GLOBEX, Service};
use super::{fixture, made};
use futures::StreamExt as _;
use keepnet_client::Clock as _;
use keepnet_flows::{
    AddOutcome, AddReport, ErrorKind, Field, Mapper, NewUser, Priority, Sheet, TryStreamExt,
};
use keepnet_sandbox::{Rules, Sandbox};
use serde_json::{Value, json};

const CREATE: &str = "POST /api/target-users";
const SEARCH: &str = "POST /api/target-users/search";

fn people(count: usize) -> impl Iterator<Item = NewUser> + Clone + Send + 'static {
    (0..count).map(|number| {
        NewUser::new(format!("person{number}@acme.example")).first_name(format!("P{number}"))
    })
}

fn shown(report: &AddReport) -> [u64; 6] {
    let rows = report.rows;
    [
        rows.total,
        rows.added,
        rows.existing,
        rows.duplicate,
        rows.failed,
        rows.rejected,
    ]
}

fn creations(service: &Service) -> usize {
    let requests = service.sandbox.requests();
    let is_creation = |method: &str, path: &str| format!("{method} {path}") == CREATE;
    requests
        .iter()
        .filter(|it| is_creation(&it.method, &it.path))
        .count()
}

#[tokio::test]
async fn one_person_is_added_once() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let acme = service.company(ACME).await;
        let user = |email: &str| {
            NewUser::new(email)
                .first_name("Nia")
                .last_name("Novak")
                .department("Sales")
                .phone_number("+905300000000")
                .priority(Priority::High)
                .manager("Ada", "Winter", "ada@acme.example")
        };
        let added = acme.add_user(user("Nia@acme.example")).await.unwrap();
        assert_eq!(added.outcome, AddOutcome::Added, "{dialect}");
        let again = acme.add_user(user("nia@ACME.example")).await.unwrap();
        assert_eq!(
            (again.outcome, &again.id),
            (AddOutcome::Existing, &added.id)
        );
        assert_eq!(creations(&service), 1, "{dialect}");
        let found: Vec<_> = acme
            .users()
            .search("nia@")
            .stream()
            .try_collect()
            .await
            .unwrap();
        assert_eq!(found.len(), 1, "{dialect}");
        assert_eq!(Some(&found[0].id), added.id.as_ref());
        assert_eq!(found[0].priority.as_deref(), Some("High"), "{dialect}");
        assert_eq!(found[0].phone_number.as_deref(), Some("+905300000000"));
        assert_eq!(service.created_in(GLOBEX), 0, "{dialect}");
    }
}

#[tokio::test]
async fn a_second_run_of_any_input_writes_nothing() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let acme = service.company(ACME).await;
        let mixed = people(120)
            .chain(people(3))
            .chain([
                NewUser::new("PERSON7@Acme.Example"),
                NewUser::new("ADA@acme.example"),
                NewUser::new("nobody"),
            ])
            .collect::<Vec<_>>();
        let report = acme.add_users(mixed.clone()).await.unwrap();
        assert_eq!(shown(&report), [126, 120, 1, 4, 1, 0], "{dialect}");
        let numbers: Vec<_> = report.users.iter().map(|user| user.number).collect();
        assert_eq!(numbers, (1..=126).collect::<Vec<_>>(), "{dialect}");
        assert_eq!(service.created_in(ACME), 120, "{dialect}");
        assert_eq!(creations(&service), 120, "{dialect}");

        let mut turned = mixed;
        turned.reverse();
        let report = acme.add_users(turned).await.unwrap();
        assert_eq!(shown(&report), [126, 0, 121, 4, 1, 0], "{dialect}");
        assert_eq!(creations(&service), 120, "{dialect}: nothing was written");
        assert_eq!(service.counter("resellerCallsWithoutCompany"), 0);
    }
}

#[tokio::test]
async fn people_of_a_stream_are_told_of_as_they_come() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let acme = service.company(ACME).await;
        let taken = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&taken);
        let endless = futures::stream::iter(people(usize::MAX)).inspect(move |_| {
            counter.fetch_add(1, Ordering::Relaxed);
        });
        let mut adding = acme.add_users_of_stream(endless);
        for _ in 0..60 {
            let user = adding.try_next().await.unwrap().unwrap();
            assert_eq!(user.outcome, AddOutcome::Added, "{dialect}");
        }
        drop(adding);
        assert!(taken.load(Ordering::Relaxed) <= 150, "{dialect} {taken:?}");
    }
}

#[tokio::test]
async fn people_of_a_file_are_added_by_the_rules_of_an_import() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let acme = service.company(ACME).await;
        let add = async |sheet: &Sheet| {
            let mapping = Mapper::new().map(sheet).unwrap();
            let checked = sheet.validate(&mapping).unwrap();
            acme.add_users_of_sheet(sheet, &checked)
                .unwrap()
                .await
                .unwrap()
        };
        let file = made(
            "people.csv",
            "Email,First Name,Phone\n\
             one@acme.example,One,+90 (530) 000-00-00\n\
             broken,Two,\n\
             ONE@acme.example,One,\n\
             ada@acme.example,Ada,\n",
        );
        let sheet = Sheet::open(&file.path).unwrap();
        let report = add(&sheet).await;
        assert_eq!(shown(&report), [4, 1, 1, 0, 0, 2], "{dialect}");
        let rows: Vec<_> = report.users.iter().map(|user| user.row).collect();
        assert_eq!(rows, [Some(2), Some(5)], "{dialect}");
        let rejected: Vec<_> = report.rejected.iter().map(|row| row.row).collect();
        assert_eq!(rejected, [Some(3), Some(4)], "{dialect}");
        assert_eq!(
            report.to_string(),
            "people.csv for Acme LLC (xC5kfGz7w2Nz): 1 added, 1 already there, 2 rejected"
        );
        let shown_again = shown(&add(&sheet).await);
        assert_eq!(shown_again, [4, 0, 2, 0, 0, 2], "{dialect}");
        assert_eq!(creations(&service), 1, "{dialect}");
    }
}

#[tokio::test]
async fn a_column_that_only_an_import_can_set_is_refused_before_anything_is_sent() {
    let service = Service::start(DIALECTS[0]).await;
    let acme = service.company(ACME).await;
    let sheet = Sheet::open(fixture("acme-users.csv")).unwrap();
    let before = service.sandbox.requests().len();
    let mapper = Mapper::new().column("Department", Field::TimeZone);
    let checked = sheet.validate(&mapper.map(&sheet).unwrap()).unwrap();
    let error = acme.add_users_of_sheet(&sheet, &checked).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid);
    let line = error.to_string();
    assert!(
        line.contains("only an import can set the time zone"),
        "{line}"
    );
    assert_eq!(service.sandbox.requests().len(), before);
}

#[tokio::test]
async fn a_refused_phone_number_is_the_outcome_of_one_person() {
    for dialect in DIALECTS {
        let mut rules = Rules::default();
        rules.require_phone_number = true;
        let service = Service::build(Sandbox::builder().dialect(dialect).rules(rules)).await;
        let acme = service.company(ACME).await;
        let users = [
            NewUser::new("with@acme.example").phone_number("+905300000000"),
            NewUser::new("without@acme.example"),
        ];
        let report = acme.add_users(users.clone()).await.unwrap();
        assert_eq!(shown(&report), [2, 1, 0, 0, 1, 0], "{dialect}");
        let message = report.users[1].message.as_deref().unwrap();
        assert!(message.contains("phoneNumber is required"), "{message}");
        let [_, without] = users;
        let error = acme.add_user(without).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid, "{dialect}: {error}");
        assert!(
            error.to_string().contains("phoneNumber is required"),
            "{error}"
        );
    }
}

/// A service where the search finds the person once `is_there` says so, by what was asked before.
async fn doubtful(
    created: impl Fn(usize) -> Reply + Send + Sync + 'static,
    is_there: impl Fn(usize) -> bool + Send + Sync + 'static,
) -> Scripted {
    Scripted::start(move |asked, earlier| match asked.line.as_str() {
        CREATE => Some(created(earlier)),
        SEARCH => {
            let row = json!({"resourceId": "uSer", "email": "NEW@acme.example"});
            let other = json!({"resourceId": "oTher", "email": "anew@acme.example"});
            let rows = match is_there(earlier) {
                true => vec![other, row],
                false => vec![other],
            };
            Some(Reply::Data(
                json!({"results": rows, "totalNumberOfPages": 1}),
            ))
        }
        _ => None,
    })
    .await
}

#[tokio::test]
async fn a_call_in_doubt_is_settled_by_looking_and_never_made_again() {
    let check = async |created: fn(usize) -> Reply, seen_at: usize, expected: AddOutcome| {
        let service = doubtful(created, move |earlier| earlier >= seen_at).await;
        let acme = service.reseller.company("Acme LLC").await.unwrap();
        let report = acme
            .add_users([NewUser::new("new@acme.example")])
            .await
            .unwrap();
        let user = &report.users[0];
        assert_eq!(user.outcome, expected, "{user:?}");
        assert_eq!(user.id.as_deref() == Some("uSer"), user.message.is_none());
        assert_eq!(service.times(CREATE), 1, "{user:?}");
        assert_eq!(service.bodies(CREATE)[0]["phoneNumber"], "");
    };
    let breaks_off = |_| Reply::BreakOff;
    let fails = |_| Reply::Status(500, Value::Null);
    let refuses = |_| Reply::Status(400, json!({"message": "new@acme.example is taken"}));
    check(breaks_off, 1, AddOutcome::Added).await;
    check(breaks_off, 3, AddOutcome::Added).await;
    check(breaks_off, 4, AddOutcome::Unknown).await;
    check(fails, 2, AddOutcome::Added).await;
    check(fails, 9, AddOutcome::Unknown).await;
    check(|_| Reply::Data(Value::Null), 1, AddOutcome::Added).await;
    check(refuses, 1, AddOutcome::Existing).await;
    check(refuses, 9, AddOutcome::Failed).await;
}

#[tokio::test]
async fn what_the_next_person_would_meet_too_ends_the_whole() {
    let check = async |status: u16, kind: ErrorKind, calls: usize| {
        let refusal = move |_| Reply::Status(status, json!({"message": "no"}));
        let service = doubtful(refusal, |_| false).await;
        let acme = service.reseller.company("Acme LLC").await.unwrap();
        let users = [NewUser::new("new@acme.example")];
        let error = acme.add_users(users).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(service.times(CREATE), calls, "{error}");
    };
    check(403, ErrorKind::Permission, 1).await;
    check(429, ErrorKind::Throttled, 4 * 4).await;

    let patient = |earlier| match earlier {
        0 => Reply::Status(429, Value::Null),
        _ => Reply::Data(json!({"resourceId": "uSer"})),
    };
    let service = doubtful(patient, |_| false).await;
    let acme = service.reseller.company("Acme LLC").await.unwrap();
    let added = acme
        .add_user(NewUser::new("new@acme.example"))
        .await
        .unwrap();
    assert_eq!(added.outcome, AddOutcome::Added);
    assert!(!format!("{added:?}").contains("acme.example"));
}

#[tokio::test]
async fn a_wait_that_nobody_would_sit_through_is_an_error() {
    for dialect in DIALECTS {
        let check = async |wait: u64, asked: usize, is_added: bool| {
            let fault = format!("status=429,retry-after={wait},on={CREATE},count=4");
            let builder = Sandbox::builder().fault(fault.parse().unwrap());
            let service = Service::build(builder.dialect(dialect)).await;
            let acme = service.company(ACME).await;
            let before = service.clock.now();
            let added = acme.add_user(NewUser::new("nia@acme.example")).await;
            let kind = added.as_ref().err().map(keepnet_flows::Error::kind);
            let expected = (!is_added).then_some(ErrorKind::Throttled);
            assert_eq!(kind, expected, "{dialect} {wait}");
            assert_eq!(creations(&service), asked, "{dialect} {wait}");
            let waited = service.clock.now().duration_since(before).unwrap();
            assert!(waited < Duration::from_secs(120), "{dialect} {waited:?}");
        };
        check(2, 5, true).await;
        check(600, 1, false).await;
    }
}

#[test]
fn the_report_of_an_addition_has_the_schema_that_scripts_know() {
    let schema = serde_json::to_string_pretty(&schemars::schema_for!(AddReport)).unwrap();
    crate::check_snapshot("add-report", &schema);
}

#[tokio::test]
async fn people_who_are_added_join_groups_and_the_others_are_left_as_they_are() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let acme = service.company(ACME).await;
        let managers = acme.group("Managers").await.unwrap();
        let members = async || -> Vec<String> {
            let members = acme.users().group(&managers).stream();
            let members = members.map_ok(|user| user.email);
            members.try_collect().await.unwrap()
        };
        let before = members().await;
        let users = || people(3).chain([NewUser::new("ivy@acme.example")]);
        for (added, existing) in [(3, 1), (0, 4)] {
            let report = acme
                .add_users(users())
                .group("managers")
                .group(&managers.id)
                .await
                .unwrap();
            assert_eq!(shown(&report), [4, added, existing, 0, 0, 0], "{dialect}");
            assert_eq!(members().await.len(), before.len() + 3, "{dialect}");
        }
        assert_eq!(creations(&service), 3);

        let unknown = acme.add_users(people(9)).group("Nobody's").await;
        assert_eq!(unknown.unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(creations(&service), 3);
    }
}
