//! People whose record the service may refuse: the plan names them before anything is written.

use keepnet_flows::{
    EditOutcome, Field, PossibleRefusal, SyncOutcome, SyncUsers, UpdateDoubt, UserEdit,
};
use keepnet_sandbox::{Answer, Dialect, RequestPattern, Rules, Sandbox};
use serde_json::{Value, json};

use super::writes::writes;
use super::{crowd, crowd_list, seed_with, sync};
use crate::flows::service::{ACME, DIALECTS, Service};

/// A service that refuses an update with a longer text than the document allows.
async fn strict_service(dialect: Dialect, people: Vec<Value>) -> Service {
    let mut rules = Rules::default();
    rules.limit_updates_as_documented = true;
    let seed = seed_with(people, json!({}));
    let builder = Sandbox::builder().dialect(dialect).seed(seed).rules(rules);
    Service::build(builder).await
}

/// The most characters that the contract allows in an update.
fn longest(property: &str) -> u64 {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../keepnet-api-spec.json");
    let contract: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let update = &contract["components"]["schemas"]["UpdateTargetUserRequest"];
    update["properties"][property]["maxLength"]
        .as_u64()
        .unwrap()
}

/// What the plan tells of the person with this row, if any.
fn told(refusals: &[PossibleRefusal]) -> Vec<(Option<u32>, Field, UpdateDoubt)> {
    let told = refusals.iter();
    told.map(|it| (it.row, it.field.clone(), it.doubt))
        .collect()
}

#[tokio::test]
async fn text_too_long_for_an_update_is_in_the_plan() {
    for dialect in DIALECTS {
        for (property, field) in [
            ("firstName", Field::FirstName),
            ("lastName", Field::LastName),
            ("department", Field::Department),
        ] {
            let limit = longest(property);
            for (length, is_refused) in [(limit, false), (limit + 1, true)] {
                let context = format!("{dialect}, {property} of {length}");
                let text = "ğ".repeat(length as usize);
                let mut people = crowd(20);
                // One leaves, and one becomes active.
                for person in &mut people[..2] {
                    person[property] = json!(text);
                }
                people[1]["active"] = json!(false);
                let service = strict_service(dialect, people).await;
                let acme = service.company(ACME).await;
                let emails: String = (1..20)
                    .map(|it| format!("person{it}@acme.example\n"))
                    .collect();
                let plan = sync(&acme, &format!("Email\n{emails}")).activate();
                let plan = plan.plan().await.unwrap();
                let doubt = UpdateDoubt::TooLong { length, limit };
                let expected = [Some(2), None].map(|row| (row, field.clone(), doubt));
                let expected = if is_refused { &expected[..] } else { &[] };
                assert_eq!(told(plan.possible_refusals()), expected, "{context}");
                let count = plan.counts().may_be_refused;
                assert_eq!(count, expected.len() as u64, "{context}");
                let receipt = plan.apply().await.unwrap();
                assert_eq!(receipt.is_complete(), !is_refused, "{context}: {receipt:?}");
                let failures = receipt.report().failures.len();
                assert_eq!(failures, expected.len(), "{context}");
            }
        }
    }
}

/// The value of the list counts, and a person who is only imported is in no update.
#[tokio::test]
async fn text_that_is_not_sent_is_no_doubt() {
    type Settings = fn(SyncUsers) -> SyncUsers;
    let cases: [(&str, Settings, u64); 3] = [
        ("Legal", |sync| sync.activate(), 0),
        ("", |sync| sync.activate(), 1),
        ("Sales", |sync| sync, 0),
    ];
    for (department, settings, expected) in cases {
        let mut people = crowd(20);
        people[0]["department"] = json!("x".repeat(100));
        people[0]["active"] = json!(false);
        let service = strict_service(Dialect::Observed, people).await;
        let acme = service.company(ACME).await;
        let list = crowd_list(0..20).replace("Last0,IT", &format!("Last0,{department}"));
        let plan = settings(sync(&acme, &list)).plan().await.unwrap();
        assert_eq!(plan.counts().may_be_refused, expected, "{department:?}");
    }
}

#[tokio::test]
async fn unlisted_time_zone_of_a_leaver_is_in_the_plan() {
    let service = strict_service(Dialect::Observed, crowd(20)).await;
    let acme = service.company(ACME).await;
    let person = acme.users().find("person0@acme.example").await.unwrap();
    let update = acme.update_user(&person.unwrap()).time_zone("UTC");
    update.await.unwrap();
    let zones = json!({"timeZoneList": [{"id": "GMT Standard Time", "displayName": "London"}]});
    let pattern = RequestPattern::of("GET /api/timezone/timezones").unwrap();
    service.sandbox.stub(pattern, Answer::data(zones));
    let first = service.sandbox.requests().len();
    let plan = sync(&acme, &crowd_list(1..20)).plan().await.unwrap();
    let expected = [(None, Field::TimeZone, UpdateDoubt::NotListed)];
    assert_eq!(told(plan.possible_refusals()), expected);
    assert_eq!(writes(&service, first), [""; 0]);
    let receipt = plan.apply().await.unwrap();
    assert_eq!(receipt.outcome(), SyncOutcome::Complete, "{receipt:?}");
}

#[tokio::test]
async fn dry_run_of_many_users_tells_long_texts() {
    let mut people = crowd(2);
    people[0]["department"] = json!("x".repeat(65));
    let service = strict_service(Dialect::Observed, people).await;
    let acme = service.company(ACME).await;
    let emails = ["person0@acme.example", "person1@acme.example"];
    for (edit, expected) in [
        (
            UserEdit::Deactivate,
            Some(
                "the service may refuse it: the department has 65 characters, and the document \
                 allows 64 in an update",
            ),
        ),
        (UserEdit::Delete, None),
    ] {
        let report = acme.edit_users(edit, emails).plan().await.unwrap().report();
        let messages: Vec<_> = report
            .users
            .iter()
            .map(|it| it.message.as_deref())
            .collect();
        assert_eq!(messages, [expected, None]);
        assert!(
            report
                .users
                .iter()
                .all(|it| it.outcome == EditOutcome::Planned)
        );
    }
}
