//! Choosing many customers, and the same work for each of them.

use std::collections::BTreeMap;
use std::time::Duration;

use futures::{FutureExt as _, StreamExt as _};
use keepnet_flows::{CompanyEvent, CompanySelection, Error, ErrorKind, Reseller};
use keepnet_sandbox::{Answer, Dialect, RequestPattern, Sandbox, Seed};
use serde_json::json;

use crate::flows::service::{DIALECTS, Service};

async fn fleet(dialect: Dialect, customers: usize) -> Service {
    let now = "2027-01-15T08:00:00Z".parse().unwrap();
    let seed = Seed::fleet(customers, 20, now);
    let sandbox = Sandbox::builder().dialect(dialect).seed(seed);
    Service::build(sandbox.clock(move || now)).await
}

async fn selected(reseller: &Reseller, selection: CompanySelection) -> Vec<String> {
    let selected = reseller.select_companies(&selection).await.unwrap();
    let companies = selected.companies().iter();
    companies.map(|company| company.name.clone()).collect()
}

#[tokio::test]
async fn customers_are_selected_in_each_way() {
    for dialect in DIALECTS {
        let service = fleet(dialect, 9).await;
        let check = async |selection: CompanySelection, expected: &[u64]| {
            let expected: Vec<_> = expected
                .iter()
                .map(|it| format!("Customer {it:04}"))
                .collect();
            assert_eq!(
                selected(&service.reseller, selection).await,
                expected,
                "{dialect}"
            );
        };
        check(CompanySelection::all(), &[1, 2, 3, 4, 5, 6, 7, 8, 9]).await;
        check(CompanySelection::group("region 1"), &[1, 5, 9]).await;
        check(CompanySelection::tag("South"), &[2, 4, 6, 8]).await;
        let listed = ["cuSt00000003", "customer 0001", "Customer 0003"];
        check(CompanySelection::listed(listed), &[3, 1]).await;
        let text = "\u{feff}Customer 0002\n\n  cuSt00000004\r\n";
        check(CompanySelection::listed_in(text), &[2, 4]).await;
        let except = ["Customer 0005", "cuSt00000009"];
        check(CompanySelection::group("Region 1").except(except), &[1]).await;
    }
}

#[tokio::test]
async fn wrong_selections_are_refused_in_one_line() {
    let seed = Seed::from_json(
        &json!({ "companies": [
            { "name": "Me" }, { "name": "Other" },
            { "name": "Twin", "id": "tWin00000001", "reseller": "Me" },
            { "name": "twin", "id": "tWin00000002", "reseller": "Me" },
            { "name": "Initech", "id": "iNit00000001", "reseller": "Me" },
            { "name": "Foreign", "id": "fOre00000001", "reseller": "Other" },
        ], "clients": [{ "clientId": "sandbox-client", "clientSecret": "sandbox-secret",
            "role": "reseller", "company": "Me" }] })
        .to_string(),
    );
    let service = Service::build(Sandbox::builder().seed(seed.unwrap())).await;
    let check = async |selection: CompanySelection, kind: ErrorKind, expected: &str| {
        let error = service
            .reseller
            .select_companies(&selection)
            .await
            .unwrap_err();
        let text = error.to_string();
        assert_eq!(error.kind(), kind, "{text}");
        assert!(text.contains(expected) && !text.contains('\n'), "{text}");
    };
    let listed = |names: &[&str]| CompanySelection::listed(names.iter().copied());
    check(listed(&["Twin"]), ErrorKind::Ambiguous, "tWin00000001").await;
    check(
        listed(&["fOre00000001"]),
        ErrorKind::NotFound,
        "fOre00000001",
    )
    .await;
    check(listed(&["Foreign"]), ErrorKind::NotFound, "no customer has").await;
    check(
        listed(&["Init"]),
        ErrorKind::NotFound,
        "did you mean Initech",
    )
    .await;
    let several = listed(&["X", "Initech", "Y"]);
    check(
        several,
        ErrorKind::NotFound,
        "2 names or ids are of no customer",
    )
    .await;
    check(listed(&[]), ErrorKind::Invalid, "names no customer").await;
    let blank = CompanySelection::listed_in("\u{feff}\r\n \r\n");
    check(blank, ErrorKind::Invalid, "names no customer").await;
    let comment = CompanySelection::listed_in("# mine\nCustomer 0001\n");
    check(comment, ErrorKind::NotFound, "\"# mine\"").await;
    check(
        CompanySelection::group(" "),
        ErrorKind::Invalid,
        "group is empty",
    )
    .await;
    check(
        CompanySelection::tag(""),
        ErrorKind::Invalid,
        "tag is empty",
    )
    .await;
    let many: Vec<_> = (0..12).map(|it| format!("X{it}")).collect();
    check(
        CompanySelection::listed(many),
        ErrorKind::NotFound,
        "and 2 more",
    )
    .await;
    let excepted = CompanySelection::all().except(["Nobody"]);
    check(excepted, ErrorKind::NotFound, "Nobody").await;
    check(
        CompanySelection::tag("none"),
        ErrorKind::NotFound,
        "no customer",
    )
    .await;
    check(
        CompanySelection::group("none"),
        ErrorKind::NotFound,
        "no company group",
    )
    .await;
}

/// How each customer ended, and how many results it had.
type Ends = BTreeMap<String, Result<u64, Error>>;

#[tokio::test]
async fn customer_that_fails_or_hangs_stops_no_other() {
    for dialect in DIALECTS {
        let service = fleet(dialect, 20).await;
        let forbidden = RequestPattern::of("GET /api/target-users/count-summary").unwrap();
        let forbidden = forbidden.in_company("cuSt00000002");
        service.sandbox.stub(forbidden, Answer::error(403, "no"));
        let hangs = "latency=60m,on=GET /api/target-users/count-summary,nth=9";
        service.sandbox.add_fault(hangs.parse().unwrap());
        let reseller = &service.reseller;
        let all = reseller
            .select_companies(&CompanySelection::all())
            .await
            .unwrap();
        let each = reseller
            .each_company(&all)
            .stall_timeout(Duration::from_secs(60));
        let mut events =
            each.run(|company| async move { company.count_users().await }.into_stream());
        let (mut ends, mut items) = (Ends::new(), 0);
        while ends.len() < 20 {
            if ends.len() == 19 {
                service.clock.advance(Duration::from_secs(60));
            }
            match events.next().await.unwrap() {
                CompanyEvent::Item(_, counts) => items += counts.total().unwrap(),
                CompanyEvent::Finished(company, end) => {
                    assert!(ends.insert(company.name, end).is_none(), "{dialect}");
                }
                _ => {}
            }
        }
        assert!(events.next().await.is_none());
        let failed: Vec<_> = ends
            .iter()
            .filter_map(|(name, end)| end.as_ref().err().map(|it| (name, it)))
            .collect();
        assert_eq!((failed.len(), items), (3, 17 * 20), "{dialect} {failed:?}");
        let kind = |name: &str| ends[name].as_ref().unwrap_err().kind();
        assert_eq!(kind("Customer 0002"), ErrorKind::Permission);
        assert_eq!(kind("Customer 0006"), ErrorKind::Permission);
        let timeouts = failed
            .iter()
            .filter(|(_, error)| error.kind() == ErrorKind::Timeout);
        assert_eq!(timeouts.count(), 1, "{dialect} {failed:?}");
    }
}

#[tokio::test]
async fn frozen_selection_is_the_scope_of_each_call() {
    let service = fleet(Dialect::Observed, 12).await;
    let reseller = &service.reseller;
    let selection = CompanySelection::group("Region 1").except(["Customer 0005"]);
    let frozen = reseller.select_companies(&selection).await.unwrap();
    assert_eq!(
        frozen.to_string(),
        "2 customers: Customer 0001 (cuSt00000001), Customer 0009 (cuSt00000009)"
    );
    let before = service.sandbox.requests().len();
    let events = reseller
        .each_company(&frozen)
        .run(|company| company.users().prefetch(1).stream());
    let users = events.filter(|event| std::future::ready(matches!(event, CompanyEvent::Item(..))));
    assert_eq!(users.count().await, 40);
    for request in &service.sandbox.requests()[before..] {
        let company = request.keepnet_company_id.as_deref().unwrap();
        assert!(
            ["cuSt00000001", "cuSt00000009"].contains(&company),
            "{company}"
        );
    }
}
