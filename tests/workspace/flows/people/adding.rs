//! Adding people one by one, against both dialects of the sandbox.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::flows::scripted::{Response, ScriptedService};
use crate::flows::service::{ACME, DIALECTS, GLOBEX, Service};
use crate::flows::temp_file;
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

/// The counts that are not 0, such as `total 3, added 2, failed 1`.
fn counts(report: &AddReport) -> String {
    let rows = report.rows;
    let counts = [
        ("total", rows.total),
        ("added", rows.added),
        ("existing", rows.existing),
        ("duplicate", rows.duplicate),
        ("failed", rows.failed),
        ("invalid", rows.invalid),
    ];
    crate::flows::nonzero(&counts)
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
async fn second_run_adds_nobody() {
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
        assert_eq!(
            counts(&report),
            "total 126, added 120, existing 1, duplicate 4, failed 1",
            "{dialect}"
        );
        let numbers: Vec<_> = report.users.iter().map(|user| user.number).collect();
        assert_eq!(numbers, (1..=126).collect::<Vec<_>>(), "{dialect}");
        assert_eq!(service.created_in(ACME), 120, "{dialect}");
        assert_eq!(creations(&service), 120, "{dialect}");

        let mut reversed = mixed;
        reversed.reverse();
        let report = acme.add_users(reversed).await.unwrap();
        assert_eq!(
            counts(&report),
            "total 126, existing 121, duplicate 4, failed 1",
            "{dialect}"
        );
        assert_eq!(creations(&service), 120, "{dialect}: nothing was written");
        assert_eq!(service.counter("resellerCallsWithoutCompany"), 0);
    }
}

#[tokio::test]
async fn streamed_people_are_reported_one_by_one() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let acme = service.company(ACME).await;
        let taken = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&taken);
        let endless = futures::stream::iter(people(usize::MAX)).inspect(move |_| {
            counter.fetch_add(1, Ordering::Relaxed);
        });
        let mut adding = acme.add_users_from_stream(endless);
        for _ in 0..60 {
            let user = adding.try_next().await.unwrap().unwrap();
            assert_eq!(user.outcome, AddOutcome::Added, "{dialect}");
        }
        drop(adding);
        assert!(taken.load(Ordering::Relaxed) <= 150, "{dialect} {taken:?}");
    }
}

#[tokio::test]
async fn sheet_rows_follow_the_rules_of_an_import() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let acme = service.company(ACME).await;
        let add = async |sheet: &Sheet| {
            let mapping = Mapper::new().map(sheet).unwrap();
            let checked = sheet.validate(&mapping).unwrap();
            acme.add_users_from_sheet(sheet, &checked)
                .unwrap()
                .await
                .unwrap()
        };
        let file = temp_file(
            "people.csv",
            "Email,First Name,Phone\n\
             one@acme.example,One,+90 (530) 000-00-00\n\
             broken,Two,\n\
             ONE@acme.example,One,\n\
             ada@acme.example,Ada,\n",
        );
        let sheet = Sheet::open(&file.path).unwrap();
        let report = add(&sheet).await;
        assert_eq!(
            counts(&report),
            "total 4, added 1, existing 1, duplicate 1, invalid 1",
            "{dialect}"
        );
        let rows: Vec<_> = report.users.iter().map(|user| user.row).collect();
        assert_eq!(rows, [Some(2), Some(5)], "{dialect}");
        let rejected: Vec<_> = report.rejected.iter().map(|row| row.row).collect();
        assert_eq!(rejected, [Some(3), Some(4)], "{dialect}");
        assert_eq!(
            report.to_string(),
            "people.csv for Acme LLC (xC5kfGz7w2Nz): 1 added, 1 existing, 1 duplicate, 1 invalid"
        );
        let again = counts(&add(&sheet).await);
        assert_eq!(
            again, "total 4, existing 2, duplicate 1, invalid 1",
            "{dialect}"
        );
        assert_eq!(creations(&service), 1, "{dialect}");
    }
}

#[tokio::test]
async fn zones_languages_and_own_fields_are_looked_up() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let acme = service.company(ACME).await;
        let nia = NewUser::new("nia@acme.example")
            .time_zone("turkey standard time")
            .language("en-us")
            .custom_field("OFFICE", "Izmir");
        let added = acme.add_user(nia).await.unwrap();
        let user = acme.users().get(&added.id.unwrap()).await.unwrap();
        assert_eq!(user.time_zone.as_deref(), Some("(UTC+03:00) Istanbul"));
        assert_eq!(user.preferred_language.as_deref(), Some("English"));
        let values = user.custom_fields.iter();
        let values: Vec<_> = values.map(|it| (&*it.name, it.value.as_deref())).collect();
        assert_eq!(values, [("Office", Some("Izmir"))], "{dialect}");

        let before = creations(&service);
        let check = async |user: NewUser, expected: &str| {
            for is_dry_run in [true, false] {
                let adding = acme.add_users([user.clone()]);
                let adding = if is_dry_run { adding.dry_run() } else { adding };
                let report = adding.await.unwrap();
                assert_eq!(report.users[0].outcome, AddOutcome::Failed, "{dialect}");
                let message = report.users[0].message.as_deref().unwrap();
                assert_eq!(message, expected, "{dialect}");
            }
        };
        let noa = || NewUser::new("noa@acme.example");
        check(
            noa().time_zone("Istanbul"),
            "there is no time zone \"Istanbul\"; use one of: (UTC+03:00) Istanbul",
        )
        .await;
        check(
            noa().custom_field("Offices", "x"),
            "there is no custom field \"Offices\"; use one of: Office",
        )
        .await;
        assert_eq!(creations(&service), before, "{dialect}");
        // People without such values need no lists.
        let before = service.sandbox.requests().len();
        acme.add_user(noa()).await.unwrap();
        let requests = service.sandbox.requests().len() - before;
        assert_eq!(requests, 2, "{dialect}: a search and a creation");
    }
}

#[tokio::test]
async fn column_of_time_zones_is_looked_up() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let acme = service.company(ACME).await;
        let list = "Email,Zone\nnia@acme.example,UTC\nnoa@acme.example,Mars\n";
        let file = temp_file("people.csv", list);
        let sheet = Sheet::open(&file.path).unwrap();
        let mapping = Mapper::new().column("Zone", Field::TimeZone).map(&sheet);
        let checked = sheet.validate(&mapping.unwrap()).unwrap();
        let report = acme.add_users_from_sheet(&sheet, &checked).unwrap().await;
        let report = report.unwrap();
        assert_eq!((report.rows.added, report.rows.failed), (1, 1), "{dialect}");
        let message = report.users[1].message.as_deref().unwrap();
        assert!(message.contains("no time zone \"Mars\""), "{message}");
    }
}

#[tokio::test]
async fn refused_phone_number_fails_one_person_only() {
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
        assert_eq!(counts(&report), "total 2, added 1, failed 1", "{dialect}");
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

/// A service whose creations respond as `created` says, and whose search finds the person where
/// `is_there` says so; both get the number of earlier requests.
async fn scripted(
    created: impl Fn(usize) -> Response + Send + Sync + 'static,
    is_there: impl Fn(usize) -> bool + Send + Sync + 'static,
) -> ScriptedService {
    ScriptedService::start(move |request, earlier| match request.line.as_str() {
        CREATE => Some(created(earlier)),
        SEARCH => {
            let row = json!({"resourceId": "uSer", "email": "NEW@acme.example"});
            let other = json!({"resourceId": "oTher", "email": "anew@acme.example"});
            let rows = match is_there(earlier) {
                true => vec![other, row],
                false => vec![other],
            };
            Some(Response::Data(
                json!({"totalNumberOfRecords": rows.len(), "results": rows}),
            ))
        }
        _ => None,
    })
    .await
}

#[tokio::test]
async fn unknown_creation_is_looked_up_not_repeated() {
    let check = async |created: fn(usize) -> Response, found_at: usize, expected: AddOutcome| {
        let service = scripted(created, move |earlier| earlier >= found_at).await;
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
    let disconnects = |_| Response::Disconnect;
    let fails = |_| Response::Status(500, Value::Null);
    let refuses = |_| Response::Status(400, json!({"message": "new@acme.example is taken"}));
    check(disconnects, 1, AddOutcome::Added).await;
    check(disconnects, 3, AddOutcome::Added).await;
    check(disconnects, 4, AddOutcome::Unknown).await;
    check(fails, 2, AddOutcome::Added).await;
    check(fails, 9, AddOutcome::Unknown).await;
    let names_nobody = |_| Response::Data(Value::Null);
    check(names_nobody, 1, AddOutcome::Added).await;
    check(names_nobody, 3, AddOutcome::Added).await;
    check(names_nobody, 4, AddOutcome::Unknown).await;
    let has_empty_id = |_| Response::Data(json!({"resourceId": ""}));
    check(has_empty_id, 2, AddOutcome::Added).await;
    check(has_empty_id, 9, AddOutcome::Unknown).await;
    check(refuses, 1, AddOutcome::Existing).await;
    check(refuses, 9, AddOutcome::Failed).await;
}

#[tokio::test]
async fn error_that_hits_everybody_ends_the_run() {
    let check = async |status: u16, kind: ErrorKind, calls: usize| {
        let refusal = move |_| Response::Status(status, json!({"message": "no"}));
        let service = scripted(refusal, |_| false).await;
        let acme = service.reseller.company("Acme LLC").await.unwrap();
        let users = [NewUser::new("new@acme.example")];
        let error = acme.add_users(users).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        assert_eq!(service.times(CREATE), calls, "{error}");
    };
    check(403, ErrorKind::Permission, 1).await;
    check(429, ErrorKind::Throttled, 4 * 4).await;

    let throttled_once = |earlier| match earlier {
        0 => Response::Status(429, Value::Null),
        _ => Response::Data(json!({"resourceId": "uSer"})),
    };
    let service = scripted(throttled_once, |_| false).await;
    let acme = service.reseller.company("Acme LLC").await.unwrap();
    let added = acme
        .add_user(NewUser::new("new@acme.example"))
        .await
        .unwrap();
    assert_eq!(added.outcome, AddOutcome::Added);
    assert!(!format!("{added:?}").contains("acme.example"));
}

#[tokio::test]
async fn too_long_retry_after_is_an_error() {
    for dialect in DIALECTS {
        let check = async |wait: u64, requests: usize, is_added: bool| {
            let fault = format!("status=429,retry-after={wait},on={CREATE},count=4");
            let builder = Sandbox::builder().fault(fault.parse().unwrap());
            let service = Service::build(builder.dialect(dialect)).await;
            let acme = service.company(ACME).await;
            let before = service.clock.now();
            let added = acme.add_user(NewUser::new("nia@acme.example")).await;
            let kind = added.as_ref().err().map(keepnet_flows::Error::kind);
            let expected = (!is_added).then_some(ErrorKind::Throttled);
            assert_eq!(kind, expected, "{dialect} {wait}");
            assert_eq!(creations(&service), requests, "{dialect} {wait}");
            let waited = service.clock.now().duration_since(before).unwrap();
            assert!(waited < Duration::from_secs(120), "{dialect} {waited:?}");
        };
        check(2, 5, true).await;
        check(600, 1, false).await;
    }
}

#[test]
fn add_report_schema_is_unchanged() {
    let schema = serde_json::to_string_pretty(&schemars::schema_for!(AddReport)).unwrap();
    crate::check_snapshot("add-report", &schema);
}

#[tokio::test]
async fn only_added_people_join_groups() {
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
        for expected in ["total 4, added 3, existing 1", "total 4, existing 4"] {
            let report = acme
                .add_users(users())
                .group("managers")
                .group(&managers.id)
                .await
                .unwrap();
            assert_eq!(counts(&report), expected, "{dialect}");
            assert_eq!(members().await.len(), before.len() + 3, "{dialect}");
        }
        assert_eq!(creations(&service), 3);

        let unknown = acme.add_users(people(9)).group("Nobody's").await;
        assert_eq!(unknown.unwrap_err().kind(), ErrorKind::NotFound);
        assert_eq!(creations(&service), 3);
    }
}
