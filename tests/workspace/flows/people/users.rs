//! Listing and counting the users of a company.

use crate::flows::scripted::{Response, ScriptedService};
use crate::flows::service::{ACME, DIALECTS, GLOBEX, Service};
use futures::StreamExt as _;
use keepnet_flows::{
    AddOutcome, Company, DateTime, ErrorKind, FileFormat, NewUser, TryStreamExt, User, Users,
};
use keepnet_sandbox::{Dialect, Sandbox};
use serde_json::{Value, json};

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
async fn small_pages_add_up_to_the_whole_list() {
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
        assert_eq!((pages.total(), pages.duplicates_dropped()), (Some(255), 0));
        assert!(!pages.changed_while_listing());
    }
}

#[tokio::test]
async fn deleted_users_have_status_deleted() {
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
            (1, "deleted"),
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
            (4, Some(1), Some(1)),
            "{dialect}"
        );
        assert_eq!(counts.total(), Some(5));
        assert!(!counts.monthly.is_empty());
    }
}

#[tokio::test]
async fn search_body_has_every_required_field() {
    let service = ScriptedService::start(|request, _| {
        (request.line == "POST /api/target-users/search")
            .then(|| Response::Data(json!({"results": null, "totalNumberOfRecords": 0})))
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
            {"fieldName": "IsDeleted", "operator": "Contains", "value": "false"},
            {"fieldName": "Status", "operator": "Include", "value": "1"},
        ])
    );
    assert_eq!(groups[1]["condition"], "OR");
    assert_eq!(groups[1]["filterItems"].as_array().unwrap().len(), 5);
}

#[tokio::test]
async fn shifted_rows_come_once_and_are_counted() {
    let service = ScriptedService::start(|request, _| {
        let page = match (request.line.as_str(), request.body["pageNumber"].as_u64()) {
            ("POST /api/target-users/search", Some(1)) => (["a", "b"], 4),
            ("POST /api/target-users/search", Some(2)) => (["b", "c"], 5),
            ("POST /api/target-users/search", _) => (["c", "d"], 5),
            _ => return None,
        };
        let row = |id: &str| json!({"resourceId": id, "email": format!("{id}@acme.example")});
        Some(Response::Data(json!({
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
    assert_eq!((users.total(), users.duplicates_dropped()), (Some(4), 2));
    assert!(users.changed_while_listing());
}

#[tokio::test]
async fn listing_without_page_count_ends() {
    let check = async |rows: fn(u64) -> Vec<u64>, expected: usize| {
        let service = ScriptedService::start(move |request, _| {
            let number = request.body["pageNumber"].as_u64().unwrap_or(1);
            let rows = rows(number)
                .into_iter()
                .map(|id| json!({"resourceId": id.to_string()}));
            (request.line == "POST /api/target-users/search").then(|| {
                Response::Data(
                    json!({"results": rows.collect::<Vec<_>>(), "totalNumberOfPages": 0}),
                )
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
async fn listing_that_ends_early_says_how_many() {
    struct Case {
        /// The data of the second of four pages of 250 rows.
        second: fn(Vec<Value>) -> Value,
        listed: usize,
        error: Option<&'static str>,
    }
    let check = async |case: Case| {
        let service = ScriptedService::start(move |request, _| {
            let page = request.body["pageNumber"].as_u64()?;
            let size = request.body["pageSize"].as_u64()?;
            let row = |id: u64| json!({"resourceId": format!("id{id}")});
            let rows: Vec<Value> = ((page - 1) * size..page * size).map(row).collect();
            (request.line == "POST /api/target-users/search").then(|| {
                Response::Data(match page {
                    2 => (case.second)(rows),
                    _ => json!({
                        "results": rows, "totalNumberOfRecords": 1000, "totalNumberOfPages": 4,
                    }),
                })
            })
        })
        .await;
        let acme = service.reseller.company(ACME).await.unwrap();
        for prefetch in [1, 8] {
            let mut users = acme.users().page_size(250).prefetch(prefetch).stream();
            let mut listed = 0;
            let error = loop {
                match users.try_next().await {
                    Ok(Some(_)) => listed += 1,
                    Ok(None) => break None,
                    Err(error) => break Some(error),
                }
            };
            assert_eq!(listed, case.listed, "{error:?}");
            let shown = error.as_ref().map(ToString::to_string);
            match case.error {
                None => assert_eq!(shown, None),
                Some(text) => assert!(shown.unwrap().contains(text), "{text}: {error:?}"),
            }
            assert!(users.next().await.is_none());
        }
    };
    let early = "listing the users (250 of 1000 so far) for Acme";
    let empty = |_| json!({"results": [], "totalNumberOfRecords": 1000, "totalNumberOfPages": 4});
    let null_rows = |_| json!({"results": null, "totalNumberOfRecords": 1000});
    let other_page = |_| json!({"results": [], "totalNumberOfRecords": 0, "totalNumberOfPages": 0});
    let short = |rows: Vec<Value>| json!({"results": rows[..100], "totalNumberOfRecords": 1000, "totalNumberOfPages": 4});
    let shrunk = |_| json!({"results": [], "totalNumberOfRecords": 250, "totalNumberOfPages": 1});
    for (second, listed, error) in [
        (empty as fn(Vec<Value>) -> Value, 250, Some(early)),
        (null_rows, 250, Some(early)),
        (|_| Value::Null, 250, Some(early)),
        (other_page, 250, Some(early)),
        (
            short,
            850,
            Some("listing the users (850 of 1000 so far) for Acme"),
        ),
        (shrunk, 250, None),
    ] {
        check(Case {
            second,
            listed,
            error,
        })
        .await;
    }
}

#[tokio::test]
async fn failed_listing_names_the_company_and_ends() {
    let service = ScriptedService::start(|request, _| {
        (request.line == "POST /api/target-users/search")
            .then(|| Response::Status(403, json!({"message": "no"})))
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
async fn user_has_the_fields_of_the_service() {
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
        (&"active".into(), &false.into())
    );
    assert!(json["managed_by"].is_string());
    let schema = serde_json::to_value(schemars::schema_for!(User)).unwrap();
    assert_eq!(schema["properties"]["email"]["type"], "string");
}

#[tokio::test]
async fn department_group_and_time_filter_users() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let acme = service.company(ACME).await;
        let person = NewUser::new("nia@acme.example").department("Sales");
        let added = acme.add_user(person).group("ALL STAFF").await.unwrap();
        assert_eq!(added.outcome, AddOutcome::Added);
        let staff = acme.group("all staff").await.unwrap();
        assert_eq!(acme.group(&staff.id).await.unwrap(), staff);
        let check = async |users: Users, expected: &[&str]| {
            let mut found = emails(users.clone()).await;
            found.iter_mut().for_each(|email| email.truncate(3));
            found.sort();
            assert_eq!(found, expected, "{dialect}");
            let mut file = Vec::new();
            users
                .export(FileFormat::Csv)
                .write_to(&mut file)
                .await
                .unwrap();
            let rows = String::from_utf8(file).unwrap().matches('@').count();
            assert_eq!(rows, expected.len(), "{dialect}");
        };
        let long_ago = DateTime::constant(2000, 1, 1, 0, 0, 0, 0);
        check(acme.users().department(" sales "), &["bob", "ivy", "nia"]).await;
        check(acme.users().department("sales").active(), &["bob", "nia"]).await;
        check(acme.users().group(&staff).search("nia"), &["nia"]).await;
        check(acme.users().group(&staff).department("IT").deleted(), &[]).await;
        check(acme.users().created_from(long_ago).search("ada"), &["ada"]).await;
        check(acme.users().created_before(long_ago), &[]).await;
        check(acme.users().updated_from(long_ago), &[]).await;
        check(acme.users().updated_before(long_ago), &[]).await;
    }
}

#[tokio::test]
async fn resume_token_works_in_another_process() {
    let builder = Sandbox::builder().users("Acme LLC", 40);
    let service = Service::build(builder).await;
    let acme = service.company(ACME).await;
    let listing = |acme: &Company| acme.users().any_status().page_size(7);
    let whole = emails(listing(&acme)).await;
    let elsewhere = Service::another(&service).await;
    for listed in 0..=whole.len() {
        let mut users = listing(&acme).stream();
        let mut found = Vec::new();
        while found.len() < listed {
            found.push(users.try_next().await.unwrap().unwrap().email);
        }
        let Some(token) = users.resume_token() else {
            assert_eq!(listed, whole.len());
            continue;
        };
        assert!(!token.contains('@') && token.len() < 60, "{token}");
        let company = elsewhere.company(ACME).await.unwrap();
        // The page size of the token wins.
        let rest = company.users().any_status().page_size(1).resume(token);
        found.extend(emails(rest).await);
        assert_eq!(found, whole, "after {listed}");
    }
}

#[tokio::test]
async fn resume_token_rejects_other_queries() {
    let service = Service::build(Sandbox::builder().users("Acme LLC", 40)).await;
    let (acme, globex) = (service.company(ACME).await, service.company(GLOBEX).await);
    let listing = |company: &Company| company.users().search("a").page_size(7);
    let mut pages = listing(&acme).pages();
    pages.try_next().await.unwrap().unwrap();
    let token = pages.resume_token().unwrap();
    let refused = [
        listing(&globex),
        listing(&acme).search("b"),
        listing(&acme).active(),
        listing(&acme).department("IT"),
    ];
    for users in refused {
        let mut users = users.resume(&token).stream();
        let error = users.next().await.unwrap().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid);
        assert!(error.to_string().contains("another list"), "{error}");
        assert!(users.next().await.is_none());
    }
    assert!(!emails(listing(&acme).resume(&token)).await.is_empty());
}

#[tokio::test]
async fn first_page_is_fetched_alone_error_keeps_place() {
    let service = ScriptedService::start(|request, _| {
        let page = request.body["pageNumber"].as_u64()?;
        let row = json!({"resourceId": format!("id{page}"), "email": "a@acme.example"});
        (request.line == "POST /api/target-users/search").then(|| match page {
            4 => Response::Status(403, json!({"message": "no"})),
            _ => Response::Data(json!({
                "results": [row], "totalNumberOfRecords": 6, "totalNumberOfPages": 6,
            })),
        })
    })
    .await;
    let acme = service.reseller.company(ACME).await.unwrap();
    let mut users = acme.users().page_size(1).stream();
    assert_eq!(users.next().await.unwrap().unwrap().id, "id1");
    assert_eq!(service.times("POST /api/target-users/search"), 1);
    for id in ["id2", "id3"] {
        assert_eq!(users.next().await.unwrap().unwrap().id, id);
    }
    assert!(users.next().await.unwrap().is_err());
    assert!(users.next().await.is_none());
    let token = users.resume_token().unwrap();
    assert!(token.contains("-0.4.0.1-6-"), "{token}");
}

#[tokio::test]
async fn swapped_rows_are_noticed_with_an_equal_total() {
    let check = async |first_of_last_page: &'static str, changed: bool| {
        let service = ScriptedService::start(move |request, _| {
            let rows = match (
                request.body["pageNumber"].as_u64()?,
                request.body["pageSize"].as_u64()?,
            ) {
                (1, 2) => vec!["a", "b"],
                (2, 2) => vec!["c", "d"],
                (3, 2) => vec![first_of_last_page, "z"],
                // The first row of the last page, fetched together with the second page.
                (5, 1) => vec!["e"],
                _ => return None,
            };
            let rows: Vec<_> = rows.iter().map(|id| json!({"resourceId": id})).collect();
            (request.line == "POST /api/target-users/search").then(|| {
                Response::Data(json!({
                    "results": rows, "totalNumberOfRecords": 6, "totalNumberOfPages": 3,
                }))
            })
        })
        .await;
        let acme = service.reseller.company(ACME).await.unwrap();
        for pages in [1, 8] {
            let mut users = acme.users().page_size(2).prefetch(pages).stream();
            let mut listed = 0;
            while users.try_next().await.unwrap().is_some() {
                listed += 1;
            }
            assert_eq!(
                (listed, users.changed_while_listing()),
                (6, changed),
                "{first_of_last_page}"
            );
        }
    };
    check("e", false).await;
    check("f", true).await;
}
