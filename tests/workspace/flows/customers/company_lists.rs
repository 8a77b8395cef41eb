//! Listing many customers: conditions, groups, order and sums.

use keepnet_flows::{Companies, CompanySort, ErrorKind, Reseller, UserLimit};
use keepnet_sandbox::{Answer, Dialect, RequestPattern, Sandbox, Seed};
use serde_json::{Value, json};

use crate::flows::service::{DIALECTS, Service};

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
            .expires_within(30)
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
        1,
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

#[tokio::test]
async fn customers_are_found_by_their_modules() {
    for dialect in DIALECTS {
        let service = fleet(dialect, 12, 20).await;
        let with = |module: &str| service.reseller.companies().module(module);
        let without = |module: &str| service.reseller.companies().without_module(module);
        let response = "incident RESPONSE ";
        let (some, others) = (
            numbers(with(response)).await,
            numbers(without(response)).await,
        );
        assert!(!some.is_empty() && !others.is_empty(), "{dialect}");
        let mut all = [some.clone(), others].concat();
        all.sort_unstable();
        assert_eq!(all, (1..=12).collect::<Vec<_>>(), "{dialect}");
        let list = with(response).fetch().await.unwrap();
        for company in &list.companies {
            let modules = company.modules.as_ref().unwrap();
            assert!(
                modules.contains(&"Incident Response".to_owned()),
                "{company:?}"
            );
        }
        let both = with(response).without_module(response);
        assert!(numbers(both).await.is_empty(), "{dialect}");
        let error = without("Incident").fetch().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
        assert!(error.to_string().contains("the modules are "), "{error}");

        // Only customers that fulfil the other conditions cost a request.
        let first = service.sandbox.requests().len();
        assert_eq!(
            numbers(with("Awareness Training").search("0001"))
                .await
                .len(),
            1
        );
        assert_eq!(service.sandbox.requests().len() - first, 3, "{dialect}");
    }
}

#[tokio::test]
async fn customer_whose_modules_are_unknown_is_undecided() {
    let service = fleet(Dialect::Observed, 1, 0).await;
    let company = || RequestPattern::of("GET /api/companies/{resourceId}").unwrap();
    let condition = || {
        service
            .reseller
            .companies()
            .without_module("Incident Response")
    };
    service
        .sandbox
        .stub(company(), Answer::error(403, "no").times(1));
    let list = condition().fetch().await.unwrap();
    let undecided: Vec<_> = list.undecided.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(
        (undecided.as_slice(), list.companies.len()),
        (&["Customer 0001"][..], 0)
    );
    service
        .sandbox
        .stub(company(), Answer::error(500, "broken"));
    let error = condition().fetch().await.unwrap_err();
    assert!(
        error.to_string().contains("Customer 0001 (cuSt00000001)"),
        "{error}"
    );
}

#[tokio::test]
async fn month_of_the_usage_is_chosen() {
    let service = fleet(Dialect::Observed, 3, 20).await;
    let list = service
        .reseller
        .companies()
        .usage_month("2026-12")
        .fetch()
        .await
        .unwrap();
    assert_eq!(list.month.as_deref(), Some("2026-12"));
    let snapshot = service
        .reseller
        .billing_snapshot(Some("2026-12"))
        .await
        .unwrap();
    let figures = |figures: &mut dyn Iterator<Item = Option<u64>>| figures.collect::<Vec<_>>();
    assert_eq!(
        figures(&mut list.companies.iter().map(|it| it.monthly_user_count)),
        figures(&mut snapshot.companies.iter().map(|it| it.monthly_users))
    );
    let error = service
        .reseller
        .companies()
        .usage_month("2025-11")
        .fetch()
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
}

#[tokio::test]
async fn licence_that_ended_by_date_only_is_listed() {
    // The flag says that it has not ended, and the date is that of the day before.
    let service = Service::start(Dialect::Observed).await;
    let row = json!({ "companyResourceId": "cOmpany00001", "companyName": "A", "licenceExpired": false,
        "isNumberOfUsersLimited": false, "targetUserCount": 1, "licenseEndDate": "2027-01-14T00:00:00Z" });
    let reseller = list_of(&service, json!([row])).await;
    let count = async |companies: Companies| companies.fetch().await.unwrap().companies.len();
    assert_eq!(count(reseller.companies().expired()).await, 0);
    assert_eq!(count(reseller.companies().expires_within(0)).await, 1);
}

#[tokio::test]
async fn blank_conditions_are_refused() {
    let service = Service::start(Dialect::Observed).await;
    let check = async |condition: &dyn Fn(Companies) -> Companies| {
        let error = condition(service.reseller.companies())
            .fetch()
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
    };
    check(&|it| it.group(" ")).await;
    check(&|it| it.tag("")).await;
    check(&|it| it.license(" ")).await;
}

#[tokio::test]
async fn customer_without_an_id_is_an_error() {
    let service = Service::start(Dialect::Observed).await;
    let reseller = list_of(
        &service,
        json!([{ "companyName": "A" }, { "companyName": "B" }]),
    )
    .await;
    let error = reseller.companies().fetch().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
}
