//! Listing many customers: conditions, groups, order and sums.

use keepnet_flows::{Companies, CompanySort, ErrorKind, Reseller, UserLimit};
use keepnet_sandbox::{Answer, Dialect, RequestPattern, Sandbox, Seed};
use serde_json::{Value, json};

use super::service::{DIALECTS, Service};

const NOW: &str = "2027-01-15T08:00:00Z";

/// A fleet at the time of the manual clock of the client.
async fn fleet(dialect: Dialect, customers: usize, users: usize) -> Service {
    let now = NOW.parse().unwrap();
    let seed = Seed::fleet(customers, users, now);
    let sandbox = Sandbox::builder().dialect(dialect).seed(seed);
    Service::build(sandbox.clock(move || now)).await
}

/// The numbers of the customers that a search finds.
async fn numbers(companies: Companies) -> Vec<u64> {
    let list = companies.fetch().await.unwrap();
    assert!(list.undecided.is_empty(), "{:?}", list.undecided);
    let names = list.companies.iter().map(|company| company.name.clone());
    let numbers = names.map(|name| name.trim_start_matches("Customer ").parse().unwrap());
    numbers.collect()
}

#[tokio::test]
async fn customers_are_found_by_each_condition() {
    for dialect in DIALECTS {
        let service = fleet(dialect, 40, 20).await;
        let check = async |condition: &dyn Fn(Companies) -> Companies, expected: &[u64]| {
            let companies = condition(service.reseller.companies().page_size(7));
            assert_eq!(numbers(companies).await, expected, "{dialect}");
        };
        check(&|it| it.over_limit(), &[2, 12, 22, 32]).await;
        check(&|it| it.expired(), &[3, 13, 23, 33]).await;
        check(&|it| it.expires_within(30), &[4, 14, 24, 34]).await;
        check(&|it| it.expires_within(14), &[4, 34]).await;
        check(&|it| it.group("region 2").over_limit(), &[2, 22]).await;
        check(
            &|it| it.tag("KEY account").tag("key account"),
            &[5, 10, 15, 20, 25, 30, 35, 40],
        )
        .await;
        check(&|it| it.license("complete").expired(), &[23]).await;
        check(&|it| it.search("0001"), &[1]).await;
        check(&|it| it.search("nobody"), &[]).await;
        // The last was created a day before now, and the one before it 17 days earlier.
        let created = |date: &str| date.parse().unwrap();
        check(&|it| it.created_after(created("2027-01-14")), &[40]).await;
        check(&|it| it.created_after(created("2026-12-28")), &[39, 40]).await;
        check(&|it| it.created_after(created("2027-01-15")), &[]).await;
    }
}

#[tokio::test]
async fn list_has_limits_order_and_sums() {
    for dialect in DIALECTS {
        let service = fleet(dialect, 12, 20).await;
        let mut list = service.reseller.companies().fetch().await.unwrap();
        assert_eq!((list.listed, list.companies.len()), (12, 12), "{dialect}");
        let limit = |number: usize| list.companies[number - 1].limit();
        assert_eq!(limit(1), UserLimit::Users(50), "{dialect}");
        assert_eq!(limit(10), UserLimit::Unlimited, "{dialect}");
        let open: Vec<_> = list
            .companies
            .iter()
            .map(|it| it.open_to_reseller)
            .collect();
        assert_eq!((open[4], open[5]), (Some(true), Some(false)), "{dialect}");
        let totals = list.totals();
        // Eight customers have 50 seats, two have one less than their 19 users, and one as many.
        assert_eq!(totals.user_limit, Some(8 * 50 + 2 * 18 + 19), "{dialect}");
        assert_eq!(
            (totals.unlimited, totals.target_user_count),
            (1, Some(12 * 19))
        );
        assert_eq!(totals.inactive_user_count, Some(12), "{dialect}");
        list.sort(CompanySort::LicenseEnd, false);
        let first = &list.companies[0].name;
        assert_eq!(first, "Customer 0003", "{dialect}");
    }
}

#[tokio::test]
async fn unknown_company_group_names_the_others() {
    let service = fleet(Dialect::Observed, 4, 0).await;
    let error = service
        .reseller
        .companies()
        .group("North")
        .fetch()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(
        error.to_string(),
        "listing the companies: there is no company group \"North\"; \
         the groups are Region 1, Region 2, Region 3, Region 4"
    );
}

/// A list whose only row is this one, for texts that the sandbox does not write.
async fn list_of(service: &Service, rows: Value) -> Reseller {
    let count = rows.as_array().unwrap().len();
    let page = json!({ "results": rows, "totalNumberOfRecords": count,
        "totalNumberOfPages": 1, "pageNumber": 1, "pageSize": 250 });
    let search = RequestPattern::of("POST /api/companies/search").unwrap();
    service.sandbox.stub(search, Answer::data(page));
    service.reseller.clone()
}

#[tokio::test]
async fn unreadable_dates_are_undecided_not_guessed() {
    let service = Service::start(Dialect::Observed).await;
    let row = |id: &str, end: &str| {
        json!({ "companyResourceId": id, "companyName": id, "licenseEndDate": end,
            "licenceExpired": false, "isNumberOfUsersLimited": true, "numberOfUsers": "5" })
    };
    let check = async |rows: Value, found: usize, undecided: usize| {
        let reseller = list_of(&service, rows.clone()).await;
        let list = reseller
            .companies()
            .expires_within(60)
            .fetch()
            .await
            .unwrap();
        assert_eq!(
            (list.companies.len(), list.undecided.len()),
            (found, undecided),
            "{rows}"
        );
    };
    check(json!([row("a", "02/03/2027 00:00")]), 0, 1).await;
    check(
        json!([row("a", "02/03/2027"), row("b", "20/01/2027")]),
        2,
        0,
    )
    .await;
    check(
        json!([row("a", "02/03/2027"), row("b", "01/20/2027")]),
        2,
        0,
    )
    .await;
    check(
        json!([row("a", "next year"), row("b", "2027-02-01T00:00:00Z")]),
        1,
        1,
    )
    .await;
}

#[tokio::test]
async fn own_company_and_repeated_rows_are_left_out() {
    let service = Service::start(Dialect::Observed).await;
    let row = |id: &str| json!({ "companyResourceId": id, "companyName": id });
    let rows = json!([
        row("sB0xR3sell7r"),
        row("cOmpany00001"),
        row("cOmpany00001")
    ]);
    let list = list_of(&service, rows)
        .await
        .companies()
        .fetch()
        .await
        .unwrap();
    let ids: Vec<_> = list
        .companies
        .iter()
        .map(|company| company.id.as_str())
        .collect();
    assert_eq!(ids, ["cOmpany00001"]);
}
