//! The groups of a company, against both dialects of the sandbox.

use crate::flows::scripted::{Response, ScriptedService};
use crate::flows::service::{ACME, DIALECTS, GLOBEX, Service};
use keepnet_flows::{ErrorKind, Priority};
use serde_json::json;

#[tokio::test]
async fn group_is_created_once_in_its_company() {
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
        assert_eq!(
            again, created,
            "{dialect}: an existing group is not changed"
        );
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
async fn interrupted_group_creation_is_found_again() {
    let service = ScriptedService::start(|request, earlier| match request.line.as_str() {
        "GET /api/target-groups" if earlier == 0 => Some(Response::Data(json!([]))),
        "GET /api/target-groups" => {
            let group = json!({"resourceId": "gRoup", "name": "Starters", "priority": "Medium"});
            Some(Response::Data(json!([group])))
        }
        "POST /api/target-groups" => Some(Response::Disconnect),
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
async fn unseen_group_creation_has_unknown_outcome() {
    let check = async |created: fn() -> Response, kind: ErrorKind, searches: usize| {
        let service = ScriptedService::start(move |request, _| match request.line.as_str() {
            "GET /api/target-groups" => Some(Response::Data(json!([]))),
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
        assert_eq!(
            service.times("GET /api/target-groups"),
            1 + searches,
            "{line}"
        );
    };
    check(|| Response::Disconnect, ErrorKind::OutcomeUnknown, 3).await;
    check(
        || Response::Status(500, json!({})),
        ErrorKind::OutcomeUnknown,
        3,
    )
    .await;
    check(|| Response::Data(json!({})), ErrorKind::OutcomeUnknown, 3).await;
    check(
        || Response::Status(403, json!({})),
        ErrorKind::Permission,
        1,
    )
    .await;
    check(|| Response::Status(409, json!({})), ErrorKind::Conflict, 1).await;
}
