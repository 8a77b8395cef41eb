//! What a plan says, and which calls it makes.

use keepnet_flows::{KeptReason, Leavers, SyncAction, SyncRow};
use keepnet_sandbox::Dialect;
use serde_json::json;

use super::{crowd, crowd_list, operations, service_with, sync, user};
use crate::flows::service::{ACME, DIALECTS};

/// The people of the following plans.
fn people() -> Vec<serde_json::Value> {
    let mut people = crowd(20);
    people.extend([
        user("ivy@acme.example", json!({"active": false})),
        user("dee@acme.example", json!({"deleted": true})),
        user("sam@acme.example", json!({"scim": true})),
        user("zoe@acme.example", json!({"scim": true})),
    ]);
    people
}

const LIST: &str = "ivy@acme.example,Ada,Byron,IT\n\
    dee@acme.example,Dee,Gone,IT\n\
    sam@acme.example,Sam,Other,IT\n\
    NIA@acme.example,Nia,New,\n\
    person19@acme.example,First19,Last19,broken\u{7}\n";

/// Such as `change row 3 person1@acme.example department IT -> HR`.
fn show(row: &SyncRow) -> String {
    let mut shown = row.action.to_string();
    if let Some(row) = row.row {
        shown += &format!(" row {row}");
    }
    shown += &format!(" {}", row.email);
    for field in &row.fields {
        let old = field.old.as_deref().unwrap_or("(none)");
        shown += &format!(", {} {old} -> {}", field.field.label(), field.new);
    }
    if row.returns {
        shown += ", returns";
    }
    if let Some(reason) = row.reason {
        shown += &format!(", {reason:?}");
    }
    shown
}

#[tokio::test]
async fn plan_names_who_joins_changes_and_leaves() {
    for dialect in DIALECTS {
        let service = service_with(dialect, people(), json!({})).await;
        let acme = service.company(ACME).await;
        let first = service.sandbox.requests().len();
        let list = crowd_list(1..19).replace(
            "person3@acme.example,First3,Last3,IT",
            "Person3@ACME.example,First3,,HR",
        );
        let plan = sync(&acme, &(list + LIST)).plan().await.unwrap();
        let rows: Vec<String> = plan.rows().map(|row| show(&row)).collect();
        assert_eq!(
            rows,
            [
                "join row 21 dee@acme.example, returns",
                "join row 23 NIA@acme.example",
                "change row 4 person3@acme.example, department IT -> HR",
                "leave person0@acme.example",
                "keep person19@acme.example, RejectedRow",
                "keep row 22 sam@acme.example, Directory",
                "keep zoe@acme.example, Directory",
            ],
            "{dialect}"
        );
        assert_eq!(
            plan.to_string(),
            format!(
                "hr.csv for Acme LLC ({ACME}): 2 join, 1 change, 1 leave, 18 stay, 3 kept, \
                 1 rejected, 1 return after a deletion, 1 stay inactive; nothing is written yet"
            )
        );
        assert!(plan.refusals().is_empty(), "{:?}", plan.refusals());
        assert_eq!(
            plan.rejected()[0].to_string(),
            "hr.csv, row 24, column D \"Department\": a character that cannot be shown; type the cell again"
        );
        let report = serde_json::to_value(plan.report()).unwrap();
        assert_eq!(report["outcome"], "planned");
        assert!(!report.to_string().contains("acme.example"), "{report}");
        let written = operations(&service, first);
        let reads = [
            "search_target_users",
            "search_target_users",
            "list_company_custom_fields",
            "check_company_license",
        ];
        assert_eq!(written, reads, "{dialect}");
    }
}

#[tokio::test]
async fn unchanged_list_costs_one_listing() {
    for dialect in DIALECTS {
        let service = service_with(dialect, crowd(30), json!({})).await;
        let acme = service.company(ACME).await;
        let first = service.sandbox.requests().len();
        let plan = sync(&acme, &crowd_list(0..30)).plan().await.unwrap();
        assert!(plan.is_empty());
        assert_eq!(plan.counts().stay, 30);
        // The people who are not deleted, and the deleted ones.
        let listing = ["search_target_users", "search_target_users"];
        assert_eq!(operations(&service, first), listing, "{dialect}");
    }
}

#[tokio::test]
async fn leavers_are_who_the_setting_says() {
    let service = service_with(Dialect::Observed, people(), json!({})).await;
    let acme = service.company(ACME).await;
    let leave = async |leavers: Leavers| {
        let list = crowd_list(0..19);
        let plan = sync(&acme, &list).leavers(leavers).plan().await.unwrap();
        let rows = plan.rows().filter(|row| row.action == SyncAction::Leave);
        let emails: Vec<String> = rows.map(|row| row.email).collect();
        let kept = plan
            .rows()
            .filter(|row| row.reason == Some(KeptReason::Directory));
        (emails.join(" "), kept.count())
    };
    assert_eq!(
        leave(Leavers::Deactivate).await,
        ("person19@acme.example".to_owned(), 2)
    );
    let deleted = "person19@acme.example ivy@acme.example";
    assert_eq!(leave(Leavers::Delete).await, (deleted.to_owned(), 2));
    assert_eq!(leave(Leavers::Keep).await, (String::new(), 0));
}

#[tokio::test]
async fn changed_address_is_named_and_a_key_settles_it() {
    let mut people = crowd(20);
    people[4] = user(
        "old@acme.example",
        json!({"firstName": "Nia", "lastName": "New", "department": "HR"}),
    );
    let service = service_with(Dialect::Observed, people, json!({})).await;
    let acme = service.company(ACME).await;
    let list = crowd_list((0..20).filter(|it| *it != 4)) + "new@acme.example,Nia,New,HR\n";
    let plan = sync(&acme, &list).plan().await.unwrap();
    assert_eq!((plan.counts().join, plan.counts().leave), (1, 1));
    let [rename] = plan.possible_renames() else {
        panic!("{:?}", plan.possible_renames());
    };
    assert_eq!((rename.row, rename.field.label()), (21, "department"));
    assert!(rename.leaves);
}

/// Somebody else has got the address of a person, or two people have each other's.
#[tokio::test]
async fn address_of_somebody_else_is_named() {
    let mut people = crowd(20);
    let person = |email: &str, first: &str, department: &str| {
        let more = json!({"firstName": first, "lastName": "New", "department": department});
        user(email, more)
    };
    people[4] = person("nia@acme.example", "Nia", "HR");
    people[5] = person("ned@acme.example", "Ned", "Law");
    let service = service_with(Dialect::Observed, people, json!({})).await;
    let acme = service.company(ACME).await;
    let check = async |rows: &str, expected: &[(u32, bool)]| {
        let others = crowd_list((0..20).filter(|it| ![4, 5].contains(it)));
        let plan = sync(&acme, &(others + rows)).plan().await.unwrap();
        let renames = plan.possible_renames().iter();
        let found: Vec<_> = renames.map(|it| (it.row, it.leaves)).collect();
        assert_eq!(found, expected, "{rows}");
    };
    let moved = "nia.new@acme.example,Nia,New,HR\nnia@acme.example,Zoe,Other,Sales\n\
        ned@acme.example,Ned,New,Law\n";
    check(moved, &[(20, false)]).await;
    let swapped = "nia@acme.example,Ned,New,Law\nned@acme.example,Nia,New,HR\n";
    check(swapped, &[(21, false), (20, false)]).await;
    let married = "nia@acme.example,Nia,Married,HR\nned@acme.example,Ned,New,Law\n";
    check(married, &[]).await;
}
