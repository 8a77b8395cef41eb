//! Applying a plan: what the company has afterwards, and which calls it takes.

use keepnet_flows::{
    Leavers, Share, SyncOutcome, SyncRefusal, TryStreamExt as _, User, UserStatus,
};
use keepnet_sandbox::{Dialect, Rules, Sandbox};
use serde_json::json;

use super::writes::{Named, assert_only_named_people_are_written, writes};
use super::{crowd, crowd_list, operations, recorded, seed_with, service_with, sheet, sync, user};
use crate::flows::service::{ACME, DIALECTS, Service};

async fn people(service: &Service) -> Vec<User> {
    let acme = service.company(ACME).await;
    acme.users()
        .any_status()
        .stream()
        .try_collect()
        .await
        .unwrap()
}

async fn person(service: &Service, email: &str) -> User {
    let people = people(service).await;
    let mut found = people
        .into_iter()
        .filter(|it| it.email.eq_ignore_ascii_case(email));
    found.next().unwrap()
}

#[tokio::test]
async fn company_has_what_the_list_says() {
    for dialect in DIALECTS {
        let service = recorded(dialect, crowd(20), json!({})).await;
        let acme = service.company(ACME).await;
        let list = crowd_list(1..20).replace(
            "person3@acme.example,First3,Last3,IT",
            "person3@acme.example,,Last3,HR",
        ) + "nia@acme.example,Nia,New,\nnobody,A,B,C\nperson4@acme.example,A,B,C\n";
        let plan = sync(&acme, &list).unreadable_rows().plan().await.unwrap();
        let named = Named::of(&plan);
        let first = service.sandbox.requests().len();
        let receipt = plan.apply().await.unwrap();
        assert_eq!(
            receipt.to_string(),
            format!(
                "hr.csv for Acme LLC ({ACME}): 1 joined, 1 changed, 1 left, 18 stay, \
                 2 rejected (1 invalid, 1 duplicate)"
            )
        );
        assert_eq!(
            receipt.outcome(),
            SyncOutcome::Incomplete,
            "rows are rejected"
        );
        assert_eq!(receipt.joined_rows.iter().collect::<Vec<_>>(), [21]);
        assert_eq!(receipt.changed_rows.iter().collect::<Vec<_>>(), [4]);
        assert_eq!(receipt.report().failures, []);
        assert_only_named_people_are_written(&service, first, &named, "apply");
        let expected = [
            "POST /api/target-users/upload",
            "POST /api/target-users/create-mapping",
            "POST /api/target-users/{transactionId}/import",
            "PUT /api/target-users/{resourceId}",
        ];
        let mut written = writes(&service, first);
        // A service of the document refuses the first word for the mode.
        written.dedup();
        assert_eq!(written, expected, "{dialect}");

        let changed = person(&service, "person3@acme.example").await;
        // The blank cell keeps the name.
        assert_eq!(changed.first_name.as_deref(), Some("First3"));
        assert_eq!(changed.department.as_deref(), Some("HR"));
        let left = person(&service, "person0@acme.example").await;
        assert_eq!(left.status, UserStatus::Inactive);
        // The whole record is sent back.
        assert_eq!(left.first_name.as_deref(), Some("First0"));
        assert_eq!(left.department.as_deref(), Some("IT"));

        let first = service.sandbox.requests().len();
        let plan = sync(&acme, &list).unreadable_rows().plan().await.unwrap();
        assert!(plan.is_empty(), "{:?}", plan.rows().collect::<Vec<_>>());
        plan.apply().await.unwrap();
        let listing = ["search_target_users", "search_target_users"];
        assert_eq!(operations(&service, first), listing, "{dialect}");
    }
}

#[tokio::test]
async fn leavers_are_deleted_one_by_one() {
    let people = {
        let mut people = crowd(10);
        people.push(user("ivy@acme.example", json!({"active": false})));
        people
    };
    let service = recorded(Dialect::Observed, people, json!({})).await;
    let acme = service.company(ACME).await;
    let settings = sync(&acme, &crowd_list(0..9)).leavers(Leavers::Delete);
    let plan = settings
        .at_most_leavers(Share::count(2))
        .plan()
        .await
        .unwrap();
    let first = service.sandbox.requests().len();
    let receipt = plan.apply().await.unwrap();
    assert_eq!(
        (receipt.report().left, receipt.outcome()),
        (2, SyncOutcome::Complete)
    );
    let deletions = ["DELETE /api/target-users/{resourceId}"; 2];
    assert_eq!(writes(&service, first), deletions);
    assert!(person(&service, "ivy@acme.example").await.is_deleted());
    assert!(person(&service, "person9@acme.example").await.is_deleted());
}

#[tokio::test]
async fn refused_plan_writes_nothing() {
    let service = service_with(Dialect::Observed, crowd(20), json!({})).await;
    let acme = service.company(ACME).await;
    let plan = sync(&acme, &crowd_list(0..10)).plan().await.unwrap();
    let first = service.sandbox.requests().len();
    let error = plan.apply().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "synchronizing hr.csv for Acme LLC ({ACME}): 10 of 20 people would leave, more than 10 %; nothing was written; if the list is right, allow it with `at_most_leavers`"
        )
    );
    let refusal: &SyncRefusal = error.find_source().unwrap();
    assert_eq!(refusal.code(), "too_many_leavers");
    assert_eq!(service.sandbox.requests().len(), first);
}

#[tokio::test]
async fn key_changes_the_address_of_a_person() {
    for dialect in DIALECTS {
        let mut people = crowd(20);
        people[4] = user(
            "old@acme.example",
            json!({"firstName": "Nia", "lastName": "Now", "customFields": {"Staff Number": "7"}}),
        );
        people[5] = user(
            "person5@acme.example",
            json!({"firstName": "First5", "lastName": "Last5", "customFields": {"Staff Number": "8"}}),
        );
        let service = recorded(dialect, people, json!({})).await;
        let acme = service.company(ACME).await;
        let rows = crowd_list((0..20).filter(|it| ![4, 5].contains(it)));
        let rows: String = rows
            .lines()
            .skip(1)
            .map(|row| format!("{row},\n"))
            .collect();
        let list = format!(
            "Email,First Name,Last Name,Department,Staff Number\n{rows}\
             new@acme.example,Nia,Now,HR,7\nperson5@acme.example,First5,Last5,IT,8\n\
             old@acme.example,Other,One,IT,9\n"
        );
        let plan = sync(&acme, &list).key("staff number").plan().await.unwrap();
        let counts = plan.counts();
        assert_eq!(
            (counts.join, counts.change, counts.leave),
            (1, 1, 0),
            "{plan}"
        );
        let named = Named::of(&plan);
        let before = person(&service, "old@acme.example").await;
        let first = service.sandbox.requests().len();
        let receipt = plan.apply().await.unwrap();
        assert_eq!(receipt.outcome(), SyncOutcome::Complete, "{receipt:?}");
        assert_only_named_people_are_written(&service, first, &named, "key");
        let after = person(&service, "new@acme.example").await;
        assert_eq!(
            (after.id, after.department.as_deref()),
            (before.id.clone(), Some("HR"))
        );
        assert_eq!(after.last_name.as_deref(), Some("Now"));
        // The old address belongs to another person now.
        let joined = person(&service, "old@acme.example").await;
        assert_ne!(joined.id, before.id);
        let plan = sync(&acme, &list).key("staff number").plan().await.unwrap();
        assert!(
            plan.is_empty(),
            "{dialect}: {:?}",
            plan.rows().collect::<Vec<_>>()
        );
    }
}

#[tokio::test]
async fn uncertain_key_is_refused() {
    let mut people = crowd(20);
    let keys = [(1, "1"), (2, "2"), (3, "3"), (4, "3"), (5, "5")];
    for (number, key) in keys {
        people[number]["customFields"] = json!({"Staff Number": key});
    }
    let service = service_with(Dialect::Observed, people, json!({})).await;
    let acme = service.company(ACME).await;
    let row = |number: usize, key: &str| {
        format!("person{number}@acme.example,First{number},Last{number},IT,{key}\n")
    };
    // Person 1 has the key of person 2; two people share the key 3; the key 9 is there twice.
    let list = [(2, "1"), (3, "3"), (5, "6"), (6, "9"), (7, "9")].map(|it| row(it.0, it.1));
    let others: String = (8..20).map(|it| row(it, "")).collect();
    let list = format!(
        "Email,First Name,Last Name,Department,Staff Number\n{}{others}",
        list.concat()
    );
    let plan = sync(&acme, &list)
        .key("E")
        .at_most_leavers(Share::count(1))
        .plan()
        .await
        .unwrap();
    let problems: Vec<String> = plan.rejected().iter().map(ToString::to_string).collect();
    let column = "column E \"Staff Number\"";
    assert_eq!(
        problems,
        [
            format!(
                "hr.csv, row 2, {column}: one person has this key, and another one this e-mail address"
            ),
            format!("hr.csv, row 3, {column}: several people have this key"),
            format!("hr.csv, row 4, {column}: the person with this e-mail address has another key"),
            format!("hr.csv, row 5, {column}: row 6 has the same key"),
            format!("hr.csv, row 6, {column}: the same key as row 5"),
        ]
    );
    // Nobody of them leaves, only the person whom no row names.
    let leave: Vec<String> = plan
        .rows()
        .filter(|row| row.action == keepnet_flows::SyncAction::Leave)
        .map(|row| row.email)
        .collect();
    assert_eq!(leave, ["person0@acme.example"]);
    assert_eq!((plan.counts().join, plan.counts().change), (0, 0));
}

#[tokio::test]
async fn blank_cell_clears_where_the_setting_says() {
    for dialect in DIALECTS {
        let mut people = crowd(20);
        people[2]["customFields"] = json!({"Office": "Bern"});
        let service = recorded(dialect, people, json!({})).await;
        let acme = service.company(ACME).await;
        let rows = crowd_list(0..20).replace(
            "person1@acme.example,First1,Last1,IT",
            "person1@acme.example,First1,Last1,",
        );
        let rows: String = rows
            .lines()
            .skip(1)
            .map(|row| format!("{row},\n"))
            .collect();
        let list = format!("Email,First Name,Last Name,Department,Office\n{rows}");
        let plan = sync(&acme, &list).plan().await.unwrap();
        assert!(plan.is_empty(), "a blank cell touches nothing");
        let settings = sync(&acme, &list).clear("Department").clear("E");
        let plan = settings.plan().await.unwrap();
        let named = Named::of(&plan);
        let first = service.sandbox.requests().len();
        let receipt = plan.apply().await.unwrap();
        assert_only_named_people_are_written(&service, first, &named, "clear");
        assert_eq!(receipt.outcome(), SyncOutcome::Complete, "{receipt:?}");
        assert_eq!(
            writes(&service, first),
            ["PUT /api/target-users/{resourceId}"; 2]
        );
        let cleared = person(&service, "person1@acme.example").await;
        assert_eq!(
            cleared.department.as_deref().unwrap_or_default(),
            "",
            "{dialect}"
        );
        assert_eq!(cleared.status, UserStatus::Active);
        let settings = sync(&acme, &list).clear("Department").clear("Office");
        assert!(settings.plan().await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn inactive_people_are_activated_on_request() {
    let mut people = crowd(10);
    people[3]["active"] = json!(false);
    let service = recorded(Dialect::Observed, people, json!({})).await;
    let acme = service.company(ACME).await;
    let list = crowd_list(0..10);
    assert_eq!(
        sync(&acme, &list).plan().await.unwrap().counts().inactive,
        1
    );
    let plan = sync(&acme, &list).activate().plan().await.unwrap();
    assert_eq!(plan.license().and_then(|it| it.after), Some(10));
    plan.apply().await.unwrap();
    assert_eq!(
        person(&service, "person3@acme.example").await.status,
        UserStatus::Active
    );
}

#[tokio::test]
async fn everybody_on_the_list_joins_the_group() {
    for dialect in DIALECTS {
        let mut people = crowd(10);
        people[3]["active"] = json!(false);
        let service = recorded(dialect, people, json!({})).await;
        let acme = service.company(ACME).await;
        let list = crowd_list(0..10) + "nia@acme.example,Nia,New,IT\n";
        let settings = || {
            sync(&acme, &list)
                .group("everybody")
                .group("Starters")
                .create_groups()
                .activate()
        };
        let plan = settings().plan().await.unwrap();
        assert_eq!(plan.counts().change, 10);
        plan.apply().await.unwrap();
        let groups = service.state_of(ACME)["groups"].clone();
        let members: Vec<_> = groups
            .as_array()
            .unwrap()
            .iter()
            .map(|it| (it["name"].clone(), it["members"].clone()))
            .collect();
        assert_eq!(
            members,
            [
                (json!("Everybody"), json!(11)),
                (json!("Starters"), json!(11))
            ]
        );
        assert!(settings().plan().await.unwrap().is_empty(), "{dialect}");
    }
}

#[tokio::test]
async fn failed_import_keeps_the_leavers() {
    let service = service_with(Dialect::Observed, crowd(20), json!({})).await;
    let acme = service.company(ACME).await;
    let list = crowd_list(1..20) + "nia@acme.example,Nia,New,IT\n";
    let plan = sync(&acme, &list).plan().await.unwrap();
    service.sandbox.add_fault("import=fails".parse().unwrap());
    let first = service.sandbox.requests().len();
    let error = plan.apply().await.unwrap_err();
    assert_eq!(error.kind(), keepnet_flows::ErrorKind::JobFailed);
    assert!(
        !writes(&service, first)
            .iter()
            .any(|it| it.starts_with("PUT"))
    );
}

#[tokio::test]
async fn service_that_refuses_a_person_is_reported() {
    let service = service_with(Dialect::Observed, crowd(30), json!({})).await;
    let acme = service.company(ACME).await;
    let plan = sync(&acme, &crowd_list(2..30)).plan().await.unwrap();
    let ids: Vec<String> = plan.rows().filter_map(|row| row.id).collect();
    acme.raw().delete_target_user(&ids[0]).await.unwrap();
    let receipt = plan.apply().await.unwrap();
    // The deleted person cannot be deactivated.
    assert_eq!(
        (receipt.report().left, receipt.report().failed),
        (2, 0),
        "{receipt:?}"
    );
}

#[tokio::test]
async fn licence_refusal_of_the_service_is_an_error() {
    let mut rules = Rules::default();
    rules.refuse_beyond_license = true;
    let seed = seed_with(crowd(10), json!({"licenseLimit": 10}));
    let builder = Sandbox::builder().rules(rules).seed(seed);
    let service = Service::build(builder).await;
    let acme = service.company(ACME).await;
    let list = crowd_list(0..10) + "nia@acme.example,Nia,New,IT\n";
    let plan = acme
        .sync_users(sheet(&list))
        .beyond_license()
        .plan()
        .await
        .unwrap();
    assert!(plan.apply().await.is_err());
}
