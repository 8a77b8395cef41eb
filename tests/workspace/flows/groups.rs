//! The groups of a company, against both faces of the service.

use super::scripted::{Reply, Scripted};
use super::service::{ACME, DIALECTS, GLOBEX, Service};
use keepnet_flows::{ErrorKind, Priority};
use serde_json::json;

#[tokio::test]
async fn a_group_is_created_once_and_only_where_it_belongs() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let acme = service.company(ACME).await;
        let created = acme
            .create_group(" Starters ", Priority::High)
            .await
            .unwrap();
        assert_eq!(created.name, "Starters", "{dialect}");
        assert_eq!(created.priority.as_deref(), Some("High"), "{dialect}");
        let again = acme.create_group("STARTERS", Priority::Low).await.unwrap();
        assert_eq!(again, created, "{dialect}: left as it is");
        let groups = acme.groups().await.unwrap();
        let names: Vec<_> = groups.iter().map(|group| group.name.as_str()).collect();
        assert_eq!(names, ["All Staff", "Managers", "Starters"], "{dialect}");
        assert!(
            groups
                .iter()
                .all(|group| group.editable && group.created.is_some())
        );
        let others = service.company(GLOBEX).await.groups().await.unwrap();
        assert!(others.iter().all(|group| group.name != "Starters"));
        for name in [" ", &"x".repeat(65)] {
            let error = acme.create_group(name, Priority::Medium).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Invalid, "{dialect}: {error}");
        }
    }
}

#[tokio::test]
async fn a_group_whose_creation_broke_off_is_found_again() {
    let service = Scripted::start(|asked, earlier| match asked.line.as_str() {
        "GET /api/target-groups" if earlier == 0 => Some(Reply::Data(json!([]))),
        "GET /api/target-groups" => {
            let group = json!({"resourceId": "gRoup", "name": "Starters", "priority": "Medium"});
            Some(Reply::Data(json!([group])))
        }
        "POST /api/target-groups" => Some(Reply::BreakOff),
        _ => None,
    })
    .await;
    let acme = service.reseller.company("Acme LLC").await.unwrap();
    let group = acme
        .create_group("Starters", Priority::Medium)
        .await
        .unwrap();
    assert_eq!(group.id, "gRoup");
    assert_eq!(service.times("POST /api/target-groups"), 1);
}

#[tokio::test]
async fn a_group_that_may_or_may_not_be_created_is_an_open_question() {
    let check = async |created: fn() -> Reply, kind: ErrorKind, looks: usize| {
        let service = Scripted::start(move |asked, _| match asked.line.as_str() {
            "GET /api/target-groups" => Some(Reply::Data(json!([]))),
            "POST /api/target-groups" => Some(created()),
            _ => None,
        })
        .await;
        let acme = service.reseller.company("Acme LLC").await.unwrap();
        let error = acme.create_group("Starters", Priority::Medium).await;
        let error = error.unwrap_err();
        assert_eq!(error.kind(), kind, "{error}");
        let line = error.to_string();
        assert!(
            line.starts_with("creating the group \"Starters\" for Acme LLC"),
            "{line}"
        );
        assert_eq!(service.times("POST /api/target-groups"), 1, "{line}");
        assert_eq!(service.times("GET /api/target-groups"), 1 + looks, "{line}");
    };
    check(|| Reply::BreakOff, ErrorKind::OutcomeUnknown, 3).await;
    check(
        || Reply::Status(500, json!({})),
        ErrorKind::OutcomeUnknown,
        3,
    )
    .await;
    check(|| Reply::Data(json!({})), ErrorKind::OutcomeUnknown, 3).await;
    check(|| Reply::Status(403, json!({})), ErrorKind::Permission, 1).await;
    check(|| Reply::Status(409, json!({})), ErrorKind::Conflict, 1).await;
}
