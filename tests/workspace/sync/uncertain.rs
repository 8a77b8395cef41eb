//! What a plan does not take for certain.

use keepnet_flows::{ErrorKind, Leavers, Share, SyncAction, SyncPlan};
use keepnet_sandbox::{Answer, Dialect, RequestPattern};
use serde_json::{Value, json};

use super::{crowd, crowd_list, service_with, sync, user};
use crate::flows::service::ACME;

/// The addresses of the people who leave.
fn leavers(plan: &SyncPlan) -> Vec<String> {
    let rows = plan.rows().filter(|row| row.action == SyncAction::Leave);
    rows.map(|row| row.email).collect()
}

fn refusals(plan: &SyncPlan) -> Vec<String> {
    plan.refusals().iter().map(ToString::to_string).collect()
}

#[tokio::test]
async fn key_of_a_refused_row_keeps_its_person() {
    let mut people = crowd(20);
    for (number, person) in people.iter_mut().enumerate() {
        person["customFields"] = json!({"Staff Number": format!("{}", 4000 + number)});
    }
    let number = json!({"customFields": [{"name": "Staff Number", "dataType": "Number"}]});
    let service = service_with(Dialect::Observed, people, number).await;
    let acme = service.company(ACME).await;
    let header = "Email,First Name,Last Name,Department,Phone Number,Staff Number\n";
    let others: String = (2..20)
        .map(|it| {
            format!(
                "person{it}@acme.example,First{it},Last{it},IT,,{}\n",
                4000 + it
            )
        })
        .collect();
    // The person with the key 4000 has a new address, 4001 is in the last row of each list.
    let married = "new0@acme.example,First0,New0,IT,no phone,04000\n";
    for last in [
        "new1@acme.example,First1,New1,IT,no phone,4001\n",
        "person2@acme.example,First1,Last1,IT,,4001\n",
        "nobody at acme,First1,Last1,IT,,4001\n",
    ] {
        let list = format!("{header}{others}{married}{last}");
        let sync = sync(&acme, &list).key("F").unreadable_rows();
        let plan = sync.plan().await.unwrap();
        assert_eq!(leavers(&plan), [""; 0], "{last}");
        assert_eq!(plan.counts().kept, 2, "{last}");
    }
}

#[tokio::test]
async fn address_of_another_row_makes_leavers_uncertain() {
    let service = service_with(Dialect::Observed, crowd(40), json!({})).await;
    let acme = service.company(ACME).await;
    let check = async |row: &str, expected: &[&str]| {
        let list = crowd_list(0..39) + row;
        let plan = sync(&acme, &list).plan().await.unwrap();
        assert_eq!(refusals(&plan), expected, "{row}");
    };
    check("person3@acme.example,FIRST3,Last3,HR\n", &[]).await;
    check(
        "person3@acme.example,First39,Last39,IT\n",
        &[
            "1 row has no readable e-mail address of its own (row 41), so it is not certain that \
             1 person has left",
        ],
    )
    .await;
}

#[tokio::test]
async fn rows_that_are_there_twice_count_once() {
    let service = service_with(Dialect::Observed, crowd(40), json!({})).await;
    let acme = service.company(ACME).await;
    let rows = crowd_list(0..15);
    let (header, once) = rows.split_once('\n').unwrap();
    let sync = sync(&acme, &format!("{header}\n{once}{once}"));
    let plan = sync
        .at_most_leavers(Share::percent(100))
        .plan()
        .await
        .unwrap();
    assert_eq!(
        refusals(&plan),
        ["the list has 15 people, fewer than half of the 40 of the company who could leave"]
    );
}

#[tokio::test]
async fn one_person_does_not_open_a_domain() {
    let mut people = crowd(40);
    people.push(user("consultant@globex.example", json!({})));
    people.push(user("left@initech.example", json!({"active": false})));
    let service = service_with(Dialect::Observed, people, json!({})).await;
    let acme = service.company(ACME).await;
    let check = async |domain: &str, count: usize, is_refused: bool| {
        let joiners: String = (0..count)
            .map(|it| format!("p{it}@{domain},P,Q{it},IT\n"))
            .collect();
        let sync = sync(&acme, &(crowd_list(0..40) + &joiners));
        let plan = sync.leavers(Leavers::Keep).plan().await.unwrap();
        let message = format!(
            "{count} people would join with a domain that no or few people of the company have: \
             {domain}"
        );
        let expected = is_refused.then_some(message);
        assert_eq!(refusals(&plan), Vec::from_iter(expected), "{count}");
    };
    check("globex.example", 10, false).await;
    check("globex.example", 11, true).await;
    check("initech.example", 2, true).await;
}

#[tokio::test]
async fn date_is_compared_where_its_order_is_known() {
    let people = |date: &str| -> Vec<Value> {
        let mut people = crowd(20);
        for person in &mut people {
            person["customFields"] = json!({"Start": date});
        }
        people
    };
    let check = async |present: &str, listed: &str, changes: u64, is_refused: bool| {
        let start = json!({"customFields": [{"name": "Start", "dataType": "Date"}]});
        let service = service_with(Dialect::Observed, people(present), start).await;
        let acme = service.company(ACME).await;
        let rows = crowd_list(0..20).replace(",IT\n", &format!(",IT,{listed}\n"));
        let list = rows.replace("Department\n", "Department,Start\n");
        let plan = sync(&acme, &list).plan().await.unwrap();
        let found = (plan.counts().change, !plan.refusals().is_empty());
        assert_eq!(found, (changes, is_refused), "{present} {listed}");
    };
    check("15/01/2024 00:00", "2024-01-15", 0, false).await;
    check("16/01/2024 00:00", "2024-01-15", 20, true).await;
    // The service may mean the third of April or the fourth of March.
    check("03/04/2024 00:00", "2024-04-03", 20, false).await;
}

#[tokio::test]
async fn common_name_is_no_sign_of_a_rename() {
    let mut people = crowd(20);
    let tester = json!({"firstName": "Test", "lastName": "User", "department": "HR"});
    people.extend(["t1", "t2"].map(|it| user(&format!("{it}@acme.example"), tester.clone())));
    let service = service_with(Dialect::Observed, people, json!({})).await;
    let acme = service.company(ACME).await;
    let list = crowd_list(0..20) + "t3@acme.example,Test,User,HR\n";
    let plan = sync(&acme, &list).plan().await.unwrap();
    assert_eq!(plan.counts().leave, 2);
    assert!(plan.possible_renames().is_empty());
}

#[tokio::test]
async fn joiner_deleted_since_the_plan_stays_deleted() {
    let service = service_with(Dialect::Observed, crowd(20), json!({})).await;
    let acme = service.company(ACME).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hr.csv");
    std::fs::write(&path, crowd_list(0..20) + "nia@acme.example,Nia,New,IT\n").unwrap();
    let sheet = keepnet_flows::Sheet::open(&path).unwrap();
    let plan = acme.sync_users(sheet).plan().await.unwrap();
    let saved = plan.to_saved().unwrap();
    let nia = keepnet_flows::NewUser::new("nia@acme.example");
    acme.add_user(nia).await.unwrap();
    let nia = acme.users().find("nia@acme.example").await.unwrap();
    acme.delete_user(&nia.unwrap()).await.unwrap();
    let error = acme.apply_saved_plan(saved).plan().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
    assert_eq!(service.counter("imports"), 0);
}

/// Somebody who is missing in the list of the service would be taken for new.
#[tokio::test]
async fn people_in_doubt_give_no_plan() {
    let service = service_with(Dialect::Observed, crowd(20), json!({})).await;
    let acme = service.company(ACME).await;
    let check = async |total: Value, names: &[&str], kind: ErrorKind| {
        let row =
            |name: &&str| json!({"resourceId": name, "email": format!("{name}@acme.example")});
        let rows: Vec<_> = names.iter().map(row).collect();
        let page = json!({"results": rows, "totalNumberOfRecords": total});
        let search = RequestPattern::of("POST /api/target-users/search").unwrap();
        service.sandbox.stub(search, Answer::data(page.clone()));
        let error = sync(&acme, &crowd_list(0..20)).plan().await.unwrap_err();
        assert_eq!(error.kind(), kind, "{page}: {error}");
    };
    check(json!(null), &["person0"], ErrorKind::Protocol).await;
    check(json!(2), &["person0", "person0"], ErrorKind::Conflict).await;
    assert_eq!(service.counter("imports"), 0);
}

#[tokio::test]
async fn invisible_letters_of_an_address_are_no_change() {
    let mut people = crowd(20);
    people[0]["email"] = json!("person\u{200b}0@acme.example");
    let service = service_with(Dialect::Observed, people, json!({})).await;
    let acme = service.company(ACME).await;
    let plan = sync(&acme, &crowd_list(0..20)).plan().await.unwrap();
    assert_eq!((plan.counts().join, plan.counts().leave), (0, 0), "{plan}");
}

/// A letter with a mark is one character or two, as in the list of a Mac.
#[tokio::test]
async fn marks_as_characters_of_their_own_are_no_change() {
    let mut people = crowd(20);
    for person in &mut people {
        person["lastName"] = json!("Güneş");
    }
    let service = service_with(Dialect::Observed, people, json!({})).await;
    let acme = service.company(ACME).await;
    let rows: String = (0..20)
        .map(|it| format!("person{it}@acme.example,First{it},Gu\u{308}nes\u{327},IT\n"))
        .collect();
    let list = format!("Email,First Name,Last Name,Department\n{rows}");
    let plan = sync(&acme, &list).plan().await.unwrap();
    assert!(plan.is_empty() && plan.refusals().is_empty(), "{plan}");
}
