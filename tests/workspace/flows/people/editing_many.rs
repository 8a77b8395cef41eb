//! The same change of many users, and groups, against both dialects of the sandbox.

use crate::flows::scripted::{Response, ScriptedService};
use crate::flows::service::{ACME, DIALECTS, GLOBEX, Service};
use keepnet_flows::{
    Company, EditOutcome, EditRefusal, EditReport, ErrorKind, Group, Priority, TryStreamExt, User,
    UserEdit, Users,
};
use keepnet_sandbox::{Dialect, Rules, Sandbox, Seed};
use serde_json::json;

const JOIN: &str = "PUT /api/target-groups/users";

/// A sandbox whose Acme also has people and groups of directories.
async fn start(dialect: Dialect) -> Service {
    let seed = r#"{
        "companies": [
            { "name": "Sandbox Reseller" },
            { "name": "Acme LLC", "id": "xC5kfGz7w2Nz", "reseller": "Sandbox Reseller",
              "groups": ["Staff"], "scimGroups": ["Azure"], "googleGroups": ["Drive"],
              "users": [
                { "email": "ada@acme.example" }, { "email": "bob@acme.example" },
                { "email": "dee@acme.example", "deleted": true },
                { "email": "sam@acme.example", "scim": true },
                { "email": "lea@acme.example", "ldap": true },
                { "email": "ivy@acme.example", "active": false }
              ], "madeUpUsers": 60 },
            { "name": "Globex GmbH", "id": "gL0bEx4mBh8Q", "reseller": "Sandbox Reseller",
              "users": [{ "email": "ada@acme.example" }] }
        ],
        "clients": [{ "clientId": "sandbox-client", "clientSecret": "sandbox-secret",
            "role": "reseller", "company": "Sandbox Reseller" }]
    }"#;
    let seed = Seed::from_json(seed).unwrap();
    // The plan filters deleted people, whatever the service does with them.
    let builder = Sandbox::builder().dialect(dialect).seed(seed);
    Service::build(builder.rules(Rules::default())).await
}

const PEOPLE: [&str; 8] = [
    " ADA@acme.example",
    "ada@acme.example",
    "ivy@acme.example",
    "dee@acme.example",
    "sam@acme.example",
    "lea@acme.example",
    "nobody@acme.example",
    "bob@acme.example",
];

fn outcomes(report: &EditReport) -> Vec<EditOutcome> {
    let numbers: Vec<_> = report.users.iter().map(|user| user.number).collect();
    assert!(numbers.iter().copied().eq(1..=report.users.len() as u64));
    report.users.iter().map(|user| user.outcome).collect()
}

/// The operations of all requests that write.
fn writes(service: &Service) -> Vec<String> {
    let requests = service.sandbox.requests().into_iter();
    let operations = requests.filter_map(|request| request.operation);
    let is_write = |it: &String| it.starts_with("PUT") || it.starts_with("DELETE");
    operations.filter(is_write).collect()
}

async fn users(acme: &Company) -> Vec<User> {
    listed(acme.users().any_status()).await
}

async fn listed(users: Users) -> Vec<User> {
    users.stream().try_collect().await.unwrap()
}

#[tokio::test]
async fn each_person_gets_the_outcome_of_their_state() {
    use EditOutcome::{Done, Planned, Refused, Unchanged};
    for dialect in DIALECTS {
        for (edit, planned) in [
            (
                UserEdit::Deactivate,
                [
                    Planned, Unchanged, Unchanged, Refused, Refused, Refused, Refused, Planned,
                ],
            ),
            (
                UserEdit::Activate,
                [
                    Unchanged, Unchanged, Planned, Refused, Refused, Refused, Refused, Unchanged,
                ],
            ),
            (
                UserEdit::Delete,
                [
                    Planned, Unchanged, Planned, Unchanged, Refused, Refused, Refused, Planned,
                ],
            ),
        ] {
            let service = start(dialect).await;
            let acme = service.company(ACME).await;
            let plan = acme.edit_users(edit.clone(), PEOPLE).plan().await.unwrap();
            let report = plan.report();
            assert_eq!(outcomes(&report), planned, "{dialect} {edit:?}");
            assert!(writes(&service).is_empty() && report.is_dry_run);

            let mut seen = 0;
            let report = plan.apply_with(|_| seen += 1).await;
            let done = planned.map(|it| if it == Planned { Done } else { it });
            assert_eq!(outcomes(&report), done, "{dialect} {edit:?}");
            let count = done.iter().filter(|it| **it == Done).count();
            assert_eq!(writes(&service).len(), count, "{dialect}: one request each");
            assert_eq!(seen, count, "{dialect}: each of them is reported");

            let again = acme.edit_users(edit.clone(), PEOPLE).plan().await.unwrap();
            let again = outcomes(&again.apply().await);
            let settled = done.map(|it| if it == Done { Unchanged } else { it });
            assert_eq!(again, settled, "{dialect} {edit:?}");
            assert_eq!(writes(&service).len(), count, "{dialect}: nothing more");
            let shown = format!("{report:?} {report}");
            assert!(!shown.contains('@'), "{shown}");
            let other = service.state_of(GLOBEX)["counters"].clone();
            assert_eq!(other, json!({"created": 0, "updated": 0, "deleted": 0}));
        }
    }
}

#[tokio::test]
async fn users_join_and_leave_groups_in_batches() {
    for dialect in DIALECTS {
        let service = start(dialect).await;
        let acme = service.company(ACME).await;
        let staff = acme.group("Staff").await.unwrap();
        let people = users(&acme).await;
        let report = acme.add_to_group(&staff, &people).await.unwrap();
        let rows = report.rows;
        assert_eq!((rows.done, rows.refused), (65, 1), "{dialect}: {report}");
        let puts = writes(&service).iter().filter(|it| *it == JOIN).count();
        assert_eq!(puts, 3, "{dialect}: 25 with one request");
        let members = listed(acme.users().group(&staff)).await;
        assert_eq!(members.len(), 65, "{dialect}");

        let again = acme.add_to_group(&staff, &people).await.unwrap();
        assert_eq!(
            (again.rows.done, again.rows.unchanged),
            (0, 65),
            "{dialect}"
        );
        assert_eq!(writes(&service).len(), 3, "{dialect}");

        let left = acme
            .remove_from_group(&staff, &members[..30])
            .await
            .unwrap();
        assert_eq!(left.rows.done, 30, "{dialect}: {left}");
        let members = listed(acme.users().group(&staff)).await;
        assert_eq!(members.len(), 35, "{dialect}");
        let plan = acme.edit_users(UserEdit::RemoveFromGroup(staff), PEOPLE);
        let report = plan.plan().await.unwrap().apply().await;
        let ada = acme.users().find("ada@acme.example").await.unwrap();
        assert!(ada.is_some(), "{dialect}: people stay in the company");
        assert_eq!(report.rows.total, 8);
    }
}

#[tokio::test]
async fn group_is_renamed_and_deleted() {
    for dialect in DIALECTS {
        let service = start(dialect).await;
        let acme = service.company(ACME).await;
        let group = acme.create_group("Old", Priority::High).await.unwrap();
        let renamed = acme.rename_group(&group, " New ").await.unwrap();
        assert_eq!(renamed.name, "New");
        assert_eq!(acme.group("New").await.unwrap(), renamed, "{dialect}");
        let unchanged = acme.rename_group(&renamed, "New").await.unwrap();
        assert_eq!(unchanged, renamed, "{dialect}");
        let error = acme.rename_group(&renamed, "STAFF").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");

        acme.delete_group(&renamed).await.unwrap();
        acme.delete_group(&renamed).await.unwrap();
        let error = acme.group("New").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
        let error = acme.rename_group(&renamed, "Newer").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    }
}

#[tokio::test]
async fn groups_of_a_directory_cost_no_request() {
    for dialect in DIALECTS {
        let service = start(dialect).await;
        let acme = service.company(ACME).await;
        let people = users(&acme).await;
        for name in ["Azure", "Drive"] {
            let group = acme.group(name).await.unwrap();
            let requests = service.sandbox.requests().len();
            let edit = UserEdit::AddToGroup(group.clone());
            for error in [
                acme.add_to_group(&group, &people).await.unwrap_err(),
                acme.remove_from_group(&group, &people).await.unwrap_err(),
                acme.edit_users(edit, PEOPLE).plan().await.unwrap_err(),
                acme.rename_group(&group, "X").await.unwrap_err(),
                acme.delete_group(&group).await.unwrap_err(),
            ] {
                let refusal = error.find_source::<EditRefusal>();
                assert_eq!(refusal, Some(&EditRefusal::FilledGroup), "{error}");
            }
            assert_eq!(service.sandbox.requests().len(), requests, "{dialect}");
        }
    }
}

#[tokio::test]
async fn lost_response_of_a_group_change_is_looked_up() {
    for (is_member_after, expected) in [(true, EditOutcome::Done), (false, EditOutcome::Unknown)] {
        let service = ScriptedService::start(move |request, earlier| {
            let ada = json!({"resourceId": "aDa000000000", "email": "ada@acme.example"});
            let page = |rows: Vec<serde_json::Value>| {
                Response::Data(json!({"totalNumberOfRecords": rows.len(), "results": rows}))
            };
            match request.line.as_str() {
                "GET /api/target-groups" => {
                    let group = json!({"resourceId": "sTaff", "name": "Staff"});
                    Some(Response::Data(json!([group])))
                }
                "POST /api/target-users/search" => Some(page(vec![ada])),
                "POST /api/target-groups/sTaff/users" if is_member_after && earlier > 0 => {
                    Some(page(vec![ada]))
                }
                "POST /api/target-groups/sTaff/users" => Some(page(Vec::new())),
                JOIN => Some(Response::Disconnect),
                _ => None,
            }
        })
        .await;
        let acme = service.reseller.company(ACME).await.unwrap();
        let staff: Group = acme.group("Staff").await.unwrap();
        let edit = acme.edit_users(UserEdit::AddToGroup(staff), ["ada@acme.example"]);
        let report = edit.plan().await.unwrap().apply().await;
        assert_eq!(outcomes(&report), [expected]);
        assert_eq!(service.times(JOIN), 1, "the request is not repeated");
    }
}

#[tokio::test]
async fn nobody_else_is_tried_after_a_refused_right() {
    let service = ScriptedService::start(|request, _| {
        let row = |name: &str| {
            json!({"resourceId": format!("{name}000000000"), "email": format!("{name}@acme.example"),
                "status": "Active", "priority": "Low"})
        };
        match request.line.as_str() {
            "POST /api/target-users/search" => {
                let rows: Vec<_> = ["ada", "bob", "cem", "dee"].map(row).into();
                Some(Response::Data(json!({"totalNumberOfRecords": 4, "results": rows})))
            }
            line if line.starts_with("DELETE") => Some(Response::Status(403, json!({}))),
            _ => None,
        }
    })
    .await;
    let acme = service.reseller.company(ACME).await.unwrap();
    let people = ["ada", "bob", "cem", "dee"].map(|name| format!("{name}@acme.example"));
    let plan = acme
        .edit_users(UserEdit::Delete, people)
        .plan()
        .await
        .unwrap();
    let report = plan.apply().await;
    assert_eq!(report.rows.failed, 4);
    let message = report.users[3].message.as_deref().unwrap();
    assert!(message.starts_with("not tried: "), "{message}");
    assert_eq!(service.times("DELETE /api/target-users/dee000000000"), 0);
}
