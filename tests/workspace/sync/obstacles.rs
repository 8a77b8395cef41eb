//! Seats on the way, people of a directory, and lists that may not be read.

use keepnet_flows::{EditOutcome, ErrorKind, SyncOutcome, SyncRefusal, SyncUsers, TicketMemory};
use keepnet_sandbox::{Dialect, Rules, Sandbox};
use serde_json::json;

use super::writes::{Named, assert_only_named_people_are_written, writes};
use super::{crowd, crowd_list, operations, recorded, seed_with, service_with, sheet, sync, user};
use crate::flows::service::{ACME, DIALECTS, Service};

const JOINING_UNKNOWN: &str = "it is not known whether they were put into the groups: ";

const UPDATE: &str = "PUT /api/target-users/{resourceId}";
const UPLOAD: &str = "POST /api/target-users/upload";

/// A service that refuses more active people than its licence has seats.
async fn full_service(dialect: Dialect) -> Service {
    let seed = seed_with(crowd(20), json!({"licenseLimit": 20}));
    let mut rules = Rules::default();
    rules.refuse_beyond_license = true;
    let builder = Sandbox::builder().dialect(dialect).seed(seed).rules(rules);
    Service::build(builder).await
}

/// Three people leave, and two join.
fn full_list() -> String {
    let joiners = "nia@acme.example,Nia,New,IT\nned@acme.example,Ned,New,IT\n";
    crowd_list(3..20) + joiners
}

fn of_three(sync: SyncUsers) -> SyncUsers {
    sync.at_most_leavers(keepnet_flows::Share::count(3))
}

#[tokio::test]
async fn leavers_free_the_seats_of_joiners_first() {
    for dialect in DIALECTS {
        let service = full_service(dialect).await;
        let acme = service.company(ACME).await;
        let plan = of_three(sync(&acme, &full_list())).plan().await.unwrap();
        assert_eq!(plan.counts().leave_first, 2, "{dialect}");
        let shown = plan.to_string();
        assert!(
            shown.contains("2 leave before the import, for their seats"),
            "{shown}"
        );
        let first = service.sandbox.requests().len();
        let receipt = plan.apply().await.unwrap();
        assert!(receipt.is_complete(), "{dialect}: {receipt:?}");
        let writes = writes(&service, first);
        let imported = writes.iter().position(|it| it == UPLOAD).unwrap();
        assert_eq!(writes[..imported], [UPDATE; 2], "{dialect}");
        assert_eq!(writes.last().unwrap(), UPDATE, "{dialect}");
        assert_eq!(receipt.report().left, 3, "{dialect}");
    }
}

#[tokio::test]
async fn missing_seat_stops_the_import() {
    let service = full_service(Dialect::Observed).await;
    let acme = service.company(ACME).await;
    let plan = of_three(sync(&acme, &full_list())).plan().await.unwrap();
    let fault = format!("status=409,on={UPDATE},count=1");
    service.sandbox.add_fault(fault.parse().unwrap());
    let receipt = plan.apply().await.unwrap();
    assert_eq!(receipt.outcome(), SyncOutcome::Incomplete);
    assert_eq!(service.counter("imports"), 0);
    let report = receipt.report();
    assert_eq!((report.joined, report.left, report.failed), (0, 1, 4));
    let not_tried = "not tried: 1 seat is missing for those who join: not enough people left first";
    let told = report
        .failures
        .iter()
        .any(|it| it.message.as_deref() == Some(not_tried));
    assert!(told, "{:?}", report.failures);
}

#[tokio::test]
async fn unreadable_licence_refuses_joiners() {
    let service = full_service(Dialect::Observed).await;
    let acme = service.company(ACME).await;
    let fault = "status=403,on=GET /api/companies/{resourceId}/license-check";
    service.sandbox.add_fault(fault.parse().unwrap());
    let plan = of_three(sync(&acme, &full_list())).plan().await.unwrap();
    assert!(plan.is_license_unknown() && plan.report().license_unknown);
    let shown = plan.to_string();
    assert!(shown.contains("the licence could not be read"), "{shown}");
    let [SyncRefusal::UnknownLicense { joiners: 2 }] = plan.refusals() else {
        panic!("{:?}", plan.refusals());
    };
    let allowed = of_three(sync(&acme, &full_list())).beyond_license();
    assert!(allowed.plan().await.unwrap().refusals().is_empty());
}

#[tokio::test]
async fn directory_people_join_groups_by_id() {
    for dialect in DIALECTS {
        let mut people = crowd(20);
        people.push(user("sam@acme.example", json!({"scim": true})));
        people.push(user("zoe@acme.example", json!({"scim": true})));
        let service = recorded(dialect, people, json!({})).await;
        let acme = service.company(ACME).await;
        // Zoe's record differs, which only her directory may change.
        let list =
            crowd_list(0..20) + "sam@acme.example,Ada,Byron,IT\nzoe@acme.example,Zoe,Byron,HR\n";
        let settings = || sync(&acme, &list).group("everybody");
        let plan = settings().plan().await.unwrap();
        assert_eq!(
            (plan.counts().change, plan.counts().kept),
            (22, 1),
            "{dialect}"
        );
        let named = Named::of(&plan);
        let first = service.sandbox.requests().len();
        let receipt = plan.apply().await.unwrap();
        assert!(receipt.is_complete(), "{dialect}: {receipt:?}");
        assert_only_named_people_are_written(&service, first, &named, "groups");
        let updates = writes(&service, first);
        assert!(
            !updates.contains(&UPDATE.to_owned()),
            "{dialect}: {updates:?}"
        );
        let members = service.state_of(ACME)["groups"][0]["members"].clone();
        assert_eq!(members, 22, "{dialect}");
        let again = settings().plan().await.unwrap();
        assert!(again.is_empty(), "{dialect}: {again}");
    }
}

#[tokio::test]
async fn failed_join_of_a_directory_person_is_told() {
    for (fault, outcome, expected) in [
        (
            "status=400",
            EditOutcome::Failed,
            "not put into the groups: ",
        ),
        ("status=503", EditOutcome::Unknown, JOINING_UNKNOWN),
    ] {
        let mut people = crowd(20);
        people.push(user("sam@acme.example", json!({"scim": true})));
        let service = recorded(Dialect::Observed, people, json!({})).await;
        let acme = service.company(ACME).await;
        let list = crowd_list(0..20) + "sam@acme.example,Ada,Byron,IT\n";
        let plan = sync(&acme, &list).group("everybody").plan().await.unwrap();
        let fault = format!("{fault},on=PUT /api/target-groups/users");
        service.sandbox.add_fault(fault.parse().unwrap());
        let receipt = plan.apply().await.unwrap();
        let [sam] = &receipt.report().failures[..] else {
            panic!("{receipt:?}");
        };
        assert_eq!(sam.outcome, outcome, "{fault}");
        let message = sam.message.as_deref().unwrap();
        assert!(message.starts_with(expected), "{fault}: {message}");
    }
}

#[tokio::test]
async fn lost_response_to_a_join_is_looked_up() {
    for dialect in DIALECTS {
        let mut people = crowd(20);
        people.push(user("sam@acme.example", json!({"scim": true})));
        let service = recorded(dialect, people, json!({})).await;
        let acme = service.company(ACME).await;
        let list = crowd_list(0..20) + "sam@acme.example,Ada,Byron,IT\n";
        let plan = sync(&acme, &list).group("everybody").plan().await.unwrap();
        let fault = "reset=after,on=PUT /api/target-groups/users";
        service.sandbox.add_fault(fault.parse().unwrap());
        let receipt = plan.apply().await.unwrap();
        assert!(receipt.is_complete(), "{dialect}: {receipt:?}");
        let members = service.state_of(ACME)["groups"][0]["members"].clone();
        assert_eq!(members, 21, "{dialect}");
        assert_eq!(receipt.edited[0].outcome, EditOutcome::Done, "{dialect}");
    }
}

#[tokio::test]
async fn group_renamed_after_the_plan_is_the_same() {
    for dialect in DIALECTS {
        let mut people = crowd(20);
        people[0]["active"] = json!(false);
        let service = recorded(dialect, people, json!({})).await;
        let acme = service.company(ACME).await;
        let list = crowd_list(0..20) + "nia@acme.example,Nia,New,IT\n";
        let settings = || {
            let sync = sync(&acme, &list).group("everybody").group("New one");
            sync.create_groups().activate()
        };
        let plan = settings().plan().await.unwrap();
        let group = acme.group("everybody").await.unwrap();
        acme.rename_group(&group, "All").await.unwrap();
        let receipt = plan.apply().await.unwrap();
        assert!(receipt.is_complete(), "{dialect}: {receipt:?}");
        let groups = acme.groups().await.unwrap();
        let mut names: Vec<_> = groups.iter().map(|it| it.name.as_str()).collect();
        names.sort();
        assert_eq!(names, ["All", "New one"], "{dialect}");
        let plan = sync(&acme, &list).group("All").group("New one").plan();
        assert!(plan.await.unwrap().is_empty(), "{dialect}");
    }
}

#[tokio::test]
async fn group_deleted_after_the_plan_is_not_created() {
    let service = recorded(Dialect::Observed, crowd(20), json!({})).await;
    let acme = service.company(ACME).await;
    let list = crowd_list(0..20) + "nia@acme.example,Nia,New,IT\n";
    let settings = sync(&acme, &list).group("everybody").create_groups();
    let plan = settings.plan().await.unwrap();
    let group = acme.group("everybody").await.unwrap();
    acme.delete_group(&group).await.unwrap();
    let error = plan.apply().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    assert!(acme.groups().await.unwrap().is_empty());
    assert_eq!(service.counter("imports"), 0);
}

#[tokio::test]
async fn joined_directory_person_is_not_skipped() {
    let mut people = crowd(20);
    people.push(user("zoe@acme.example", json!({"scim": true})));
    let service = recorded(Dialect::Observed, people, json!({})).await;
    let acme = service.company(ACME).await;
    // Zoe's record differs, which only her directory may change.
    let list = crowd_list(0..20) + "zoe@acme.example,Zoe,Byron,HR\nnia@acme.example,Nia,New,IT\n";
    let tickets = TicketMemory::new();
    let settings = sync(&acme, &list).group("everybody").ticket(&tickets);
    let plan = settings.plan().await.unwrap();
    let fault = format!("status=400,on={UPLOAD},count=1");
    service.sandbox.add_fault(fault.parse().unwrap());
    plan.apply().await.unwrap_err();
    let ticket = acme.unfinished_sync(&tickets).await.unwrap().unwrap();
    let resumed = acme.resume_sync(&tickets, &ticket).sheet(sheet(&list));
    let receipt = resumed.await.unwrap();
    assert!(receipt.is_complete(), "{receipt:?}");
    let report = receipt.report();
    assert_eq!((report.skipped, report.changed, report.joined), (0, 21, 1));
}

/// A person is edited by a request of their own, with a list of the service that may not be read.
#[tokio::test]
async fn unreadable_list_is_told_as_it_is() {
    for (column, value, path, what) in [
        (
            "Office",
            "Izmir",
            "/api/custom-fields/company",
            "custom fields",
        ),
        ("Time Zone", "UTC", "/api/timezone/timezones", "time zones"),
        (
            "Preferred Language",
            "Turkish",
            "/api/lookups/{typeId}",
            "languages",
        ),
    ] {
        let mut people = crowd(20);
        people[0]["active"] = json!(false);
        let service = service_with(Dialect::Observed, people, json!({})).await;
        let acme = service.company(ACME).await;
        let list = crowd_list(0..20).replace("Department\n", &format!("Department,{column}\n"));
        let list = list.replace("First0,Last0,IT", &format!("First0,Last0,IT,{value}"));
        let list = list.replace(",IT\n", ",IT,\n");
        let plan = sync(&acme, &list).activate().plan().await.unwrap();
        assert_eq!(plan.counts().change, 1, "{column}");
        let fault = format!("status=403,on=GET {path},count=100");
        service.sandbox.add_fault(fault.parse().unwrap());
        let receipt = plan.apply().await.unwrap();
        let [failure] = &receipt.report().failures[..] else {
            panic!("{column}: {receipt:?}");
        };
        let message = failure.message.as_deref().unwrap();
        let expected = format!("the {what} of the company cannot be read: ");
        assert!(message.starts_with(&expected), "{column}: {message}");
    }
}

#[tokio::test]
async fn short_language_code_is_written() {
    for (code, expected) in [("tr", Some("Turkish")), ("xx", None)] {
        let mut people = crowd(20);
        people[0]["active"] = json!(false);
        let service = service_with(Dialect::Observed, people, json!({})).await;
        let acme = service.company(ACME).await;
        let list = crowd_list(0..20).replace("Department\n", "Department,Preferred Language\n");
        let list = list.replace("First0,Last0,IT", &format!("First0,Last0,IT,{code}"));
        let list = list.replace(",IT\n", ",IT,\n");
        let plan = sync(&acme, &list).activate().plan().await.unwrap();
        let receipt = plan.apply().await.unwrap();
        assert_eq!(
            receipt.is_complete(),
            expected.is_some(),
            "{code}: {receipt:?}"
        );
        let person = acme.users().find("person0@acme.example").await.unwrap();
        assert_eq!(
            person.unwrap().preferred_language.as_deref(),
            expected,
            "{code}"
        );
    }
}

#[tokio::test]
async fn new_address_must_be_free_when_it_is_written() {
    let mut people = crowd(20);
    people[4]["customFields"] = json!({"Staff Number": "7"});
    let mut gone = user("gone@acme.example", json!({"deleted": true}));
    gone["firstName"] = json!("Gone");
    people.push(gone);
    let service = recorded(Dialect::Observed, people, json!({})).await;
    let acme = service.company(ACME).await;
    let list = |email: &str| {
        let rows = crowd_list((0..20).filter(|it| *it != 4)).replace(",IT\n", ",IT,\n");
        let rows = rows.replace("Department\n", "Department,Staff Number\n");
        rows + &format!("{email},First4,Last4,IT,7\n")
    };
    // A deleted person has the address: shown, as with a joiner.
    let plan = sync(&acme, &list("gone@acme.example"))
        .key("E")
        .plan()
        .await
        .unwrap();
    let row = plan.rows().next().unwrap();
    assert!(row.returns && plan.counts().returning == 1, "{row:?}");

    let plan = sync(&acme, &list("new4@acme.example"))
        .key("E")
        .plan()
        .await
        .unwrap();
    assert!(!plan.rows().next().unwrap().returns);
    let other = keepnet_flows::NewUser::new("new4@acme.example").first_name("Other");
    acme.add_user(other).await.unwrap();
    let first = service.sandbox.requests().len();
    let receipt = plan.apply().await.unwrap();
    assert_eq!(writes(&service, first), [""; 0]);
    assert!(operations(&service, first).contains(&"search_target_users"));
    let [failure] = &receipt.report().failures[..] else {
        panic!("{receipt:?}");
    };
    let expected = "another user has the new e-mail address";
    assert_eq!(failure.message.as_deref(), Some(expected));
}
