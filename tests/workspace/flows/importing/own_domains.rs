//! Lists whose e-mail domains are not those of the customer.

use keepnet_flows::{
    Company, DomainBasis, Error, ErrorKind, ImportMode, ImportUsers, Preview, TicketFolder,
    UnknownDomains,
};
use keepnet_sandbox::Dialect;
use serde_json::{Value, json};

use crate::flows::service::{ACME, DIALECTS, Service};
use crate::sync::{operations, seed_with, service_with, sheet, user};

/// A list with this many people of each domain, such as `3 acme.example, 1 initech.example`.
fn list(domains: &str) -> String {
    let mut list = "Email\n".to_owned();
    for (index, part) in domains.split(", ").enumerate() {
        let (count, domain) = part.split_once(' ').unwrap();
        for number in 0..count.parse().unwrap() {
            list += &format!("p{index}-{number}@{domain}\n");
        }
    }
    list
}

/// Users of a company with these domains, as in [`list`].
fn users(domains: &str) -> Vec<Value> {
    let list = list(domains);
    let emails = list.lines().skip(1);
    emails.map(|email| user(email, json!({}))).collect()
}

fn import(company: &Company, domains: &str) -> ImportUsers {
    company.import_users(sheet(&list(domains)))
}

/// Checks that nothing but searches has reached the service since `first`, for this company only.
fn assert_nothing_sent(service: &Service, first: usize) {
    let sent = operations(service, first);
    let is_read = |name: &&str| name.starts_with("search") || name.starts_with("list");
    assert!(sent.iter().all(is_read), "{sent:?}");
}

fn refusal(imported: Result<Preview, Error>) -> (Error, UnknownDomains) {
    let error = imported.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
    let refusal = error.find_source::<UnknownDomains>().unwrap().clone();
    (error, refusal)
}

#[tokio::test]
async fn list_of_another_customer_is_not_sent() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let acme = service.company(ACME).await;
        let folder = tempfile::tempdir().unwrap();
        let tickets = TicketFolder::new(folder.path());
        let first = service.sandbox.requests().len();
        let import = import(&acme, "24 globex.example, 1 acme.example").ticket(&tickets);
        let (error, refusal) = refusal(import.await);
        assert_eq!(
            error.to_string(),
            "importing hr.csv for Acme LLC (xC5kfGz7w2Nz): 24 of 25 people have a domain that no or few people of \
             the company have: globex.example (24); nothing was written; if the list is right, allow it with \
             `domains`"
        );
        assert_eq!((refusal.people, refusal.of), (24, 25));
        assert_nothing_sent(&service, first);
        assert!(tickets.tickets().unwrap().is_empty());
    }
}

/// A list, and what becomes of it in a company with these users.
struct Case {
    users: &'static str,
    list: &'static str,
    /// The unknown domains of a list that is refused.
    refused: Option<&'static str>,
    /// What a person is told of a list that goes on.
    note: Option<&'static str>,
}

#[tokio::test]
async fn domains_of_list_and_users_are_compared() {
    let cases = [
        Case {
            users: "2 acme.example",
            list: "9 acme.example",
            refused: None,
            note: None,
        },
        Case {
            users: "2 acme.example",
            list: "1 initech.example",
            refused: Some("initech.example (1)"),
            note: None,
        },
        Case {
            users: "2 acme.example",
            list: "2 acme.example, 2 initech.example",
            refused: None,
            note: Some(
                "2 of 4 people have a domain that no or few users of Acme LLC have: initech.example (2)",
            ),
        },
        Case {
            users: "2 acme.example",
            list: "3 sub.acme.example, 1 acme.example",
            refused: Some("sub.acme.example (3)"),
            note: None,
        },
        Case {
            users: "2 sub.acme.example",
            list: "2 acme.example",
            refused: Some("acme.example (2)"),
            note: None,
        },
        // The service finds `@acme.example.org` too when it is asked for `@acme.example`.
        Case {
            users: "3 acme.example.org",
            list: "2 acme.example",
            refused: Some("acme.example (2)"),
            note: None,
        },
        Case {
            users: "3 acme.example.org, 1 acme.example",
            list: "2 acme.example",
            refused: None,
            note: None,
        },
        Case {
            users: "2 acme.example",
            list: "4 ACME.Example",
            refused: None,
            note: None,
        },
        Case {
            users: "1 xn--bcher-kva.example",
            list: "1 bücher.example, 1 BÜCHER.example",
            refused: None,
            note: None,
        },
        Case {
            users: "1 bücher.example",
            list: "2 xn--bcher-kva.example",
            refused: None,
            note: None,
        },
        // One consultant, and a few who try the service before everybody joins.
        Case {
            users: "9 acme.example, 1 globex.example",
            list: "11 globex.example",
            refused: Some("globex.example (11)"),
            note: None,
        },
        Case {
            users: "1 acme.example",
            list: "40 acme.example",
            refused: None,
            note: None,
        },
        Case {
            users: "1 acme.example",
            list: "3 a.example, 2 b.example, 2 c.example, 2 d.example, 2 e.example, 1 f.example, 1 g.example",
            refused: Some(
                "a.example (3), b.example (2), c.example (2), d.example (2), e.example (2)",
            ),
            note: None,
        },
        Case {
            users: "1 a.example, 1 b.example, 1 c.example, 1 d.example, 1 e.example, 1 f.example",
            list: "2 a.example, 2 b.example, 2 c.example, 2 d.example, 2 e.example, 1 f.example, 1 g.example",
            refused: None,
            note: Some("2 of 12 people have a domain that was not compared"),
        },
    ];
    for case in cases {
        let Case {
            users: present,
            list,
            refused,
            note,
        } = case;
        let service = service_with(Dialect::Observed, users(present), json!({})).await;
        let acme = service.company(ACME).await;
        let first = service.sandbox.requests().len();
        let imported = import(&acme, list).await;
        match refused {
            Some(domains) => {
                let (error, _) = refusal(imported);
                assert!(
                    error.to_string().contains(&format!(": {domains};")),
                    "{list}: {error}"
                );
                assert_nothing_sent(&service, first);
            }
            None => {
                let preview = imported.unwrap();
                let told = preview.domains().unwrap().note(acme.reference());
                assert_eq!(told.as_deref(), note, "{present} / {list}");
                let receipt = preview.confirm().await.unwrap();
                let told = receipt.report().domains.unwrap().note(acme.reference());
                assert_eq!(told.as_deref(), note, "{list}");
            }
        }
    }
}

#[tokio::test]
async fn company_without_active_users_goes_on_and_says_so() {
    for present in [
        vec![],
        vec![user("ada@acme.example", json!({"active": false}))],
    ] {
        let service = service_with(Dialect::Observed, present, json!({})).await;
        let acme = service.company(ACME).await;
        let preview = import(&acme, "3 globex.example").await.unwrap();
        let domains = preview.domains().unwrap();
        assert_eq!(
            domains.note(acme.reference()).unwrap(),
            "Acme LLC has no active users yet, so that the domains of the list cannot be compared"
        );
        assert_eq!(
            (domains.basis, domains.not_compared),
            (DomainBasis::NoUsers, 3)
        );
    }
}

#[tokio::test]
async fn unanswered_question_is_said_and_stops_nothing() {
    for status in [403, 500] {
        let service = service_with(Dialect::Observed, users("1 acme.example"), json!({})).await;
        let acme = service.company(ACME).await;
        let fault = format!("status={status},on=POST /api/target-users/search");
        service.sandbox.add_fault(fault.parse().unwrap());
        let preview = import(&acme, "3 globex.example").await.unwrap();
        let domains = preview.domains().unwrap();
        assert_eq!(
            domains.note(acme.reference()).unwrap(),
            "the service does not say which domains the users of Acme LLC have, so that those of the list cannot \
             be compared"
        );
        assert_eq!(
            (domains.basis, domains.unknown_people),
            (DomainBasis::Unavailable, 0)
        );
    }
}

#[tokio::test]
async fn named_domains_allow_a_list_and_no_other() {
    let service = service_with(Dialect::Observed, users("1 acme.example"), json!({})).await;
    let acme = service.company(ACME).await;
    let list = "3 globex.example, 1 initech.example";
    let first = service.sandbox.requests().len();
    let (error, _) = refusal(import(&acme, list).domains(["@Globex.example"]).await);
    let told = error.to_string();
    assert!(
        told.contains("1 of 4 people has a domain that was not named: initech.example (1);"),
        "{told}"
    );
    let asked = operations(&service, first);
    assert!(!asked.contains(&"search_target_users"), "{asked:?}");
    let named = ["globex.example", "initech.example"];
    let preview = import(&acme, list).domains(named).await.unwrap();
    assert_eq!(preview.domains().unwrap().basis, DomainBasis::Named);
    assert_eq!(preview.confirm().await.unwrap().imported, 4);
}

#[tokio::test]
async fn mode_and_selection_are_what_is_compared() {
    let service = service_with(Dialect::Observed, users("1 acme.example"), json!({})).await;
    let acme = service.company(ACME).await;
    let list = "1 acme.example, 3 globex.example";
    for mode in [ImportMode::New, ImportMode::Existing] {
        refusal(import(&acme, list).mode(mode).await);
    }
    refusal(import(&acme, list).select("p1-0@globex.example").await);
    let preview = import(&acme, list)
        .select("p0-0@acme.example")
        .await
        .unwrap();
    assert_eq!(preview.domains().unwrap().people, 1);
}

#[tokio::test]
async fn resumed_import_is_compared_again() {
    let seed = seed_with(Vec::new(), json!({}));
    let builder = keepnet_sandbox::Sandbox::builder()
        .dialect(Dialect::Observed)
        .seed(seed);
    let service = Service::build(builder).await;
    let acme = service.company(ACME).await;
    let folder = tempfile::tempdir().unwrap();
    let tickets = TicketFolder::new(folder.path().join("tickets"));
    let file = folder.path().join("hr.csv");
    std::fs::write(&file, list("3 globex.example")).unwrap();
    let open = || keepnet_flows::Sheet::open(&file).unwrap();
    drop(acme.import_users(open()).ticket(&tickets).await.unwrap());
    acme.add_user(keepnet_flows::NewUser::new("ada@acme.example"))
        .await
        .unwrap();
    let ticket = tickets.tickets().unwrap().remove(0);
    let first = service.sandbox.requests().len();
    let error = acme.resume_import(&tickets, &ticket).await.unwrap_err();
    assert!(error.find_source::<UnknownDomains>().is_some(), "{error}");
    assert_nothing_sent(&service, first);
    let resumed = acme
        .resume_import(&tickets, &ticket)
        .domains(["globex.example"]);
    assert_eq!(resumed.await.unwrap().confirm().await.unwrap().imported, 3);
}

#[tokio::test]
async fn added_list_of_another_customer_adds_nobody() {
    let service = service_with(Dialect::Observed, users("1 acme.example"), json!({})).await;
    let acme = service.company(ACME).await;
    let sheet = sheet(&list("3 globex.example"));
    let mapping = keepnet_flows::Mapper::new().map(&sheet).unwrap();
    let validation = sheet.validate(&mapping).unwrap();
    let add = || acme.add_users_from_sheet(&sheet, &validation).unwrap();
    let first = service.sandbox.requests().len();
    for adding in [add(), add().dry_run(), add().domains(["acme.example"])] {
        let error = adding.await.unwrap_err();
        assert!(error.find_source::<UnknownDomains>().is_some(), "{error}");
    }
    assert_nothing_sent(&service, first);
    let report = add().domains(["globex.example"]).await.unwrap();
    assert_eq!(report.rows.added, 3);
    assert_eq!(report.domains.unwrap().basis, DomainBasis::Named);
}

#[tokio::test]
async fn comparison_costs_few_requests() {
    for (present, list, expected) in [
        ("1 acme.example", "9 acme.example", 1),
        ("1 acme.example", "40 acme.example", 2),
        ("1 acme.example", "5 acme.example, 1 globex.example", 2),
        ("1 acme.example.org, 1 acme.example", "5 acme.example", 2),
        ("1 acme.example", "3 globex.example", 2),
        (
            "1 z.example",
            "2 a.example, 1 b.example, 1 c.example, 1 d.example, 1 e.example, 1 f.example",
            7,
        ),
    ] {
        let service = service_with(Dialect::Observed, users(present), json!({})).await;
        let acme = service.company(ACME).await;
        let first = service.sandbox.requests().len();
        let _ = import(&acme, list).await;
        let asked = operations(&service, first);
        let searches = asked.iter().filter(|name| **name == "search_target_users");
        assert_eq!(searches.count(), expected, "{list}");
    }
}
