//! Listing and counting the users of a company.

use super::scripted::{Reply, Scripted};
use super::service::{ACME, DIALECTS, Service};
use futures::StreamExt as _;
use keepnet_flows::{TryStreamExt, User, Users};
use keepnet_sandbox::{Dialect, Sandbox};
use serde_json::json;

async fn emails(users: Users) -> Vec<String> {
    let users: Vec<User> = users.stream().try_collect().await.unwrap();
    users.into_iter().map(|user| user.email).collect()
}

#[tokio::test]
async fn users_are_listed_by_status_and_text() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let acme = service.company("Acme LLC").await;
        let check = async |users: Users, expected: &[&str]| {
            let mut found = emails(users).await;
            for email in &mut found {
                email.truncate(email.find('@').unwrap());
            }
            found.sort();
            assert_eq!(found, expected, "{dialect}");
        };
        check(acme.users(), &["ada", "bob", "cem", "ivy", "sam"]).await;
        check(acme.users().active(), &["ada", "bob", "cem", "sam"]).await;
        check(acme.users().inactive(), &["ivy"]).await;
        check(acme.users().deleted(), &["dee"]).await;
        check(
            acme.users().any_status(),
            &["ada", "bob", "cem", "dee", "ivy", "sam"],
        )
        .await;
        check(acme.users().search("sales"), &["bob", "ivy"]).await;
        check(acme.users().search("SALES").active(), &["bob"]).await;
        check(
            acme.users().search("  "),
            &["ada", "bob", "cem", "ivy", "sam"],
        )
        .await;
        check(acme.users().search("nobody"), &[]).await;
    }
}

#[tokio::test]
async fn small_pages_add_up_to_the_whole() {
    for dialect in DIALECTS {
        let builder = Sandbox::builder().dialect(dialect).users("Acme LLC", 250);
        let service = Service::build(builder).await;
        let acme = service.company(ACME).await;
        let whole = emails(acme.users()).await;
        assert_eq!(whole.len(), 255);
        for size in [1, 7, 85, 255, 256] {
            let paged = emails(acme.users().page_size(size)).await;
            assert_eq!(paged, whole, "{dialect} pages of {size}");
        }
        let mut pages = acme.users().page_size(100).pages();
        let mut sizes = Vec::new();
        while let Some(page) = pages.try_next().await.unwrap() {
            sizes.push(page.len());
        }
        assert_eq!(sizes, [100, 100, 55], "{dialect}");
        assert_eq!((pages.total(), pages.repeats()), (Some(255), 0));
        assert!(!pages.total_moved());
    }
}

#[tokio::test]
async fn a_deleted_user_says_so() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let acme = service.company(ACME).await;
        let users: Vec<User> = acme
            .users()
            .any_status()
            .stream()
            .try_collect()
            .await
            .unwrap();
        let deleted: Vec<_> = users.iter().filter(|user| user.is_deleted()).collect();
        assert_eq!(
            (deleted.len(), deleted[0].status.as_str()),
            (1, "Deleted"),
            "{dialect}"
        );
        assert_eq!(deleted[0].first_name.as_deref(), Some("Dee"));
        let shown = format!("{users:?}");
        assert!(
            !shown.contains("acme.example") && !shown.contains("Dee"),
            "{shown}"
        );
    }
}

#[tokio::test]
async fn users_are_counted() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let counts = service.company(ACME).await.count_users().await.unwrap();
        assert_eq!(
            (counts.active, counts.inactive, counts.deleted),
            (4, 1, 1),
            "{dialect}"
        );
        assert_eq!(counts.total(), 5);
        assert!(!counts.monthly.is_empty());
    }
}

#[tokio::test]
async fn every_search_says_all_that_the_service_wants() {
    let service = Scripted::start(|asked, _| {
        (asked.line == "POST /api/target-users/search")
            .then(|| Reply::Data(json!({"results": null})))
    })
    .await;
    let acme = service.reseller.company(ACME).await.unwrap();
    assert!(
        emails(acme.users().active().search("x").page_size(0))
            .await
            .is_empty()
    );
    let body = &service.bodies("POST /api/target-users/search")[0];
    assert_eq!(
        (&body["pageNumber"], &body["pageSize"]),
        (&1.into(), &1.into())
    );
    assert_eq!(
        (&body["orderBy"], &body["ascending"]),
        (&"CreateTime".into(), &true.into())
    );
    let groups = &body["filter"]["filterGroups"];
    assert_eq!(
        groups[0]["filterItems"],
        json!([
            {"fieldName": "IsDeleted", "operator": "Contains", "value": false},
            {"fieldName": "Status", "operator": "Include", "value": "1"},
        ])
    );
    assert_eq!(groups[1]["condition"], "OR");
    assert_eq!(groups[1]["filterItems"].as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn rows_that_shift_between_pages_come_once_and_are_noticed() {
    let service = Scripted::start(|asked, _| {
        let page = match (asked.line.as_str(), asked.body["pageNumber"].as_u64()) {
            ("POST /api/target-users/search", Some(1)) => (["a", "b"], 4),
            ("POST /api/target-users/search", Some(2)) => (["b", "c"], 5),
            ("POST /api/target-users/search", _) => (["c", "d"], 5),
            _ => return None,
        };
        let row = |id: &str| json!({"resourceId": id, "email": format!("{id}@acme.example")});
        Some(Reply::Data(json!({
            "results": page.0.map(row), "totalNumberOfRecords": page.1, "totalNumberOfPages": 3,
        })))
    })
    .await;
    let acme = service.reseller.company(ACME).await.unwrap();
    let mut users = acme.users().page_size(2).stream();
    let mut ids = Vec::new();
    while let Some(user) = users.next().await {
        ids.push(user.unwrap().id);
    }
    assert_eq!(ids, ["a", "b", "c", "d"]);
    assert_eq!((users.total(), users.repeats()), (Some(4), 2));
    assert!(users.total_moved());
}

#[tokio::test]
async fn a_listing_ends_where_the_service_does_not_count_its_pages() {
    let check = async |rows: fn(u64) -> Vec<u64>, expected: usize| {
        let service = Scripted::start(move |asked, _| {
            let number = asked.body["pageNumber"].as_u64().unwrap_or(1);
            let rows = rows(number)
                .into_iter()
                .map(|id| json!({"resourceId": id.to_string()}));
            (asked.line == "POST /api/target-users/search").then(|| {
                Reply::Data(json!({"results": rows.collect::<Vec<_>>(), "totalNumberOfPages": 0}))
            })
        })
        .await;
        let acme = service.reseller.company(ACME).await.unwrap();
        assert_eq!(emails(acme.users().page_size(2)).await.len(), expected);
    };
    check(
        |number| {
            if number < 3 {
                vec![2 * number, 2 * number + 1]
            } else {
                vec![9]
            }
        },
        5,
    )
    .await;
    check(
        |number| {
            if number < 3 {
                vec![2 * number, 2 * number + 1]
            } else {
                vec![]
            }
        },
        4,
    )
    .await;
    check(|_| vec![1, 2], 2).await;
}

#[tokio::test]
async fn a_listing_that_fails_names_the_customer_and_ends() {
    let service = Scripted::start(|asked, _| {
        (asked.line == "POST /api/target-users/search")
            .then(|| Reply::Status(403, json!({"message": "no"})))
    })
    .await;
    let acme = service.reseller.company(ACME).await.unwrap();
    let mut users = acme.users().stream();
    let error = users.next().await.unwrap().unwrap_err();
    assert_eq!(
        error.to_string(),
        "listing the users for Acme LLC (xC5kfGz7w2Nz): this is not allowed (HTTP 403): no; \
         use a credential with the role Reseller that manages this company"
    );
    assert_eq!(error.status(), Some(403));
    assert!(users.next().await.is_none());
}

#[tokio::test]
async fn a_user_has_what_the_service_tells() {
    let service = Service::start(Dialect::Observed).await;
    let acme = service.company(ACME).await;
    let users: Vec<User> = acme
        .users()
        .search("sam@")
        .stream()
        .try_collect()
        .await
        .unwrap();
    let json = serde_json::to_value(&users[0]).unwrap();
    assert_eq!(json["email"], "sam@acme.example");
    assert_eq!(
        (&json["status"], &json["editable"]),
        (&"Active".into(), &false.into())
    );
    assert!(json["managed_by"].is_string());
    let schema = serde_json::to_value(schemars::schema_for!(User)).unwrap();
    assert_eq!(schema["properties"]["email"]["type"], "string");
}
