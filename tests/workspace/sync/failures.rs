//! What a receipt tells when the service refuses people, or when they change while a plan is applied.

use std::time::Duration;

use keepnet_flows::{
    EditOutcome, ErrorKind, NewUser, Share, SyncOutcome, TicketFolder, TryStreamExt as _, User,
    UserStatus,
};
use keepnet_sandbox::Dialect;
use serde_json::json;

use super::writes::writes;
use super::{crowd, crowd_list, recorded, service_with, sync, user};
use crate::flows::service::{ACME, DIALECTS, Service};

const UPDATE: &str = "PUT /api/target-users/{resourceId}";

async fn people(service: &Service) -> Vec<User> {
    let acme = service.company(ACME).await;
    let people = acme.users().any_status().stream();
    people.try_collect().await.unwrap()
}

async fn person(service: &Service, email: &str) -> User {
    let people = people(service).await;
    people.into_iter().find(|it| it.email == email).unwrap()
}

fn fail(service: &Service, fault: &str) {
    service.sandbox.add_fault(fault.parse().unwrap());
}

/// A list with a key, in which person 4 gets another address, and somebody else the old one.
fn renamed() -> (Vec<serde_json::Value>, String) {
    let mut people = crowd(20);
    let key = json!({"firstName": "Nia", "lastName": "Now", "customFields": {"Staff Number": "7"}});
    people[4] = user("old@acme.example", key);
    let rows = crowd_list((0..20).filter(|it| *it != 4));
    let rows = rows.lines().skip(1).map(|row| format!("{row},\n"));
    let list = format!(
        "Email,First Name,Last Name,Department,Staff Number\n{}\
         new@acme.example,Nia,Now,HR,7\nold@acme.example,Other,One,IT,9\n",
        rows.collect::<String>()
    );
    (people, list)
}

#[tokio::test]
async fn failed_rename_withholds_the_row() {
    for dialect in DIALECTS {
        let (people, list) = renamed();
        let service = recorded(dialect, people, json!({})).await;
        let acme = service.company(ACME).await;
        let before = person(&service, "old@acme.example").await;
        let plan = sync(&acme, &list).key("staff number").plan().await.unwrap();
        fail(&service, &format!("status=409,on={UPDATE},count=1"));
        let first = service.sandbox.requests().len();
        let receipt = plan.apply().await.unwrap();
        assert_eq!(writes(&service, first), [UPDATE], "{dialect}");
        assert_eq!(receipt.outcome(), SyncOutcome::Incomplete);
        let report = receipt.report();
        assert_eq!((report.joined, report.changed, report.failed), (0, 0, 2));
        let rejected: Vec<String> = report.rejected.iter().map(ToString::to_string).collect();
        let problem = "hr.csv, row 22, column A \"Email\": another person still has this e-mail address, because theirs was not changed";
        assert_eq!(rejected, [problem]);
        // The record is still that of the same person.
        let after = person(&service, "old@acme.example").await;
        assert_eq!(
            (after.id, after.last_name, after.department),
            (before.id, before.last_name, before.department)
        );
        let plan = sync(&acme, &list).key("staff number").plan().await.unwrap();
        assert!(plan.apply().await.unwrap().is_complete(), "{dialect}");
    }
}

#[tokio::test]
async fn person_who_is_not_found_has_not_left() {
    let service = service_with(Dialect::Observed, crowd(20), json!({})).await;
    let acme = service.company(ACME).await;
    let plan = sync(&acme, &crowd_list(2..20)).plan().await.unwrap();
    fail(&service, &format!("status=404,on={UPDATE}"));
    let receipt = plan.apply().await.unwrap();
    assert_eq!(
        receipt.to_string(),
        format!("hr.csv for Acme LLC ({ACME}): 0 joined, 0 changed, 0 left, 18 stay, 2 failed")
    );
    assert_eq!(receipt.outcome(), SyncOutcome::Incomplete);
    let outcomes: Vec<EditOutcome> = receipt.edited.iter().map(|it| it.outcome).collect();
    assert_eq!(outcomes, [EditOutcome::Failed; 2]);
}

#[tokio::test]
async fn error_for_everybody_keeps_the_receipt() {
    let service = recorded(Dialect::Observed, crowd(30), json!({})).await;
    let acme = service.company(ACME).await;
    let settings = sync(&acme, &crowd_list(10..30)).at_most_leavers(Share::count(10));
    let plan = settings.plan().await.unwrap();
    fail(&service, &format!("status=403,on={UPDATE},nth=3,count=100"));
    let first = service.sandbox.requests().len();
    let receipt = plan.apply().await.unwrap();
    assert_eq!(receipt.outcome(), SyncOutcome::Incomplete);
    let stop = receipt.stopped_by().unwrap();
    assert_eq!(stop.kind, ErrorKind::Permission, "{stop:?}");
    let report = receipt.report();
    assert_eq!((report.left, report.failed), (2, 8));
    let inactive = people(&service).await;
    let inactive = inactive
        .iter()
        .filter(|it| it.status == UserStatus::Inactive);
    let mut inactive: Vec<&str> = inactive.map(|it| it.id.as_str()).collect();
    let left = receipt
        .edited
        .iter()
        .filter(|it| it.outcome == EditOutcome::Done);
    let mut left: Vec<&str> = left.map(|it| it.id.as_str()).collect();
    inactive.sort();
    left.sort();
    assert_eq!(left, inactive);
    // Those in flight have ended, and nobody else was tried.
    let tried = writes(&service, first).len();
    let messages = report
        .failures
        .iter()
        .filter_map(|it| it.message.as_deref());
    let not_tried = messages.filter(|it| it.starts_with("not tried: ")).count();
    assert!(
        not_tried > 0 && tried + not_tried == 10,
        "{tried} {not_tried}"
    );
}

#[tokio::test]
async fn stalled_job_ends_after_the_time_limit() {
    let service = service_with(Dialect::Observed, crowd(5), json!({})).await;
    let acme = service.company(ACME).await;
    let settings = sync(&acme, &crowd_list(0..7)).stall_timeout(Duration::from_secs(20));
    let plan = settings.plan().await.unwrap();
    fail(&service, "mapping=sticks");
    let error = plan.apply().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout, "{error}");
    assert!(error.to_string().contains("20 s"), "{error}");
}

#[tokio::test]
async fn uncertain_person_is_incomplete() {
    let mut people = crowd(20);
    people[3]["email"] = json!("");
    let service = service_with(Dialect::Observed, people, json!({})).await;
    let acme = service.company(ACME).await;
    let list = crowd_list((0..20).filter(|it| *it != 3));
    let plan = sync(&acme, &list).plan().await.unwrap();
    assert_eq!((plan.counts().to_write(), plan.counts().kept), (0, 1));
    let receipt = plan.apply().await.unwrap();
    assert_eq!(receipt.outcome(), SyncOutcome::Incomplete);
}

#[tokio::test]
async fn joiner_who_was_created_meanwhile_is_a_conflict() {
    let service = recorded(Dialect::Observed, crowd(20), json!({})).await;
    let acme = service.company(ACME).await;
    let more = "nia@acme.example,Nia,New,IT\nbea@acme.example,Bea,New,IT\n";
    let list = crowd_list(0..20) + more;
    let list = list.replace("First5,Last5,IT", "First5,Last5,HR");
    let plan = sync(&acme, &list).plan().await.unwrap();
    let nia = NewUser::new("nia@acme.example").first_name("Nia");
    acme.add_user(nia).await.unwrap();
    let error = plan.apply().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert_eq!(
        error.problem(),
        "the service would create 1, and the plan expects 2: people of the list were created by somebody else since it was made"
    );
    assert_eq!(
        person(&service, "person5@acme.example")
            .await
            .department
            .as_deref(),
        Some("IT")
    );
}

#[tokio::test]
async fn company_is_synchronized_by_one_process() {
    let service = recorded(Dialect::Observed, crowd(20), json!({})).await;
    let acme = service.company(ACME).await;
    let folder = tempfile::tempdir().unwrap();
    let tickets = TicketFolder::new(folder.path());
    let list = crowd_list(0..20) + "nia@acme.example,Nia,New,IT\n";
    let plan = async || sync(&acme, &list).ticket(&tickets).plan().await.unwrap();
    let (one, other) = (plan().await, plan().await);
    let mut running = one.apply();
    running.try_next().await.unwrap().unwrap();
    let error = other.apply().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert_eq!(error.problem(), "another run is synchronizing this company");
    assert!(running.await.unwrap().is_complete());

    // A process that has ended leaves its ticket.
    let (one, other) = {
        let list = list.clone() + "bea@acme.example,Bea,New,IT\n";
        let plan = async || sync(&acme, &list).ticket(&tickets).plan().await.unwrap();
        (plan().await, plan().await)
    };
    let mut running = one.apply();
    running.try_next().await.unwrap().unwrap();
    drop(running);
    let error = other.apply().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert!(error.problem().ends_with("is not finished"), "{error}");
}

#[tokio::test]
async fn leaver_who_changed_during_the_import_is_skipped() {
    let service = recorded(Dialect::Observed, crowd(20), json!({})).await;
    let acme = service.company(ACME).await;
    let list = crowd_list(2..20) + "nia@acme.example,Nia,New,IT\n";
    let plan = sync(&acme, &list).plan().await.unwrap();
    let mut running = plan.apply();
    running.try_next().await.unwrap().unwrap();
    let changed = person(&service, "person0@acme.example").await;
    let update = acme.update_user(&changed).department("Legal");
    update.await.unwrap();
    service.clock.advance(Duration::from_secs(11 * 60));
    let receipt = running.await.unwrap();
    let report = receipt.report();
    assert_eq!((report.left, report.skipped, report.failed), (1, 1, 0));
    assert_eq!(receipt.outcome(), SyncOutcome::Incomplete);
    let after = person(&service, "person0@acme.example").await;
    assert_eq!(after.status, UserStatus::Active);
    assert_eq!(after.department.as_deref(), Some("Legal"));
}

#[tokio::test]
async fn lost_response_is_looked_up_by_what_is_stored() {
    let mut people = crowd(20);
    people[0]["active"] = json!(false);
    let service = recorded(Dialect::Observed, people, json!({})).await;
    let acme = service.company(ACME).await;
    // The service stores the number without spaces.
    let list = crowd_list(0..20).replace("Department\n", "Department,Phone Number\n");
    let list = list.replace("First0,Last0,IT", "First0,Last0,IT,+90 532 123 45 67");
    let list = list.replace(",IT\n", ",IT,\n");
    let plan = sync(&acme, &list).activate().plan().await.unwrap();
    fail(&service, &format!("reset=after,on={UPDATE},count=10"));
    let receipt = plan.apply().await.unwrap();
    assert!(receipt.is_complete(), "{receipt:?}");
    assert_eq!(receipt.edited[0].outcome, EditOutcome::Done);
}

#[tokio::test]
async fn deleted_mover_is_not_created_again() {
    let service = recorded(Dialect::Observed, crowd(20), json!({})).await;
    let acme = service.company(ACME).await;
    let list = crowd_list(0..20).replace("First5,Last5,IT", "First5,Last5,HR");
    let list = list.replace("First6,Last6,IT", "First6,Last6,HR");
    let list = list + "nia@acme.example,Nia,New,IT\n";
    let plan = sync(&acme, &list).plan().await.unwrap();
    let mover = person(&service, "person5@acme.example").await;
    acme.delete_user(&mover).await.unwrap();
    let error = plan.apply().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert_eq!(
        error.problem(),
        "the service would create 2, and the plan expects 1: people were deleted or renamed since it was made"
    );
    assert_eq!(service.counter("imports"), 0);
}
