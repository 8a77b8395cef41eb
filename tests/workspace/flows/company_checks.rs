//! What needs a person among the customers, in both dialects.

use keepnet_flows::{CompanyFinding, FindingKind, RecordedSyncs, Reseller};
use keepnet_sandbox::{Answer, Dialect, RequestPattern, Sandbox, Seed};
use serde_json::json;

use super::service::{DIALECTS, Service};

async fn fleet(dialect: Dialect, customers: usize) -> Service {
    let now = "2027-01-15T08:00:00Z".parse().unwrap();
    let seed = Seed::fleet(customers, 20, now);
    let sandbox = Sandbox::builder().dialect(dialect).seed(seed);
    Service::build(sandbox.clock(move || now)).await
}

async fn findings(reseller: &Reseller) -> Vec<CompanyFinding> {
    let check = reseller.companies().check().expires_within(14);
    check.findings().await.unwrap().findings
}

#[tokio::test]
async fn customers_are_checked_in_each_respect() {
    use FindingKind::{Closed, Expired, ExpiresSoon, NoActiveAdmin, OverLimit, UnverifiedDomain};
    for dialect in DIALECTS {
        let service = fleet(dialect, 10).await;
        let found = findings(&service.reseller).await;
        let found: Vec<_> = found
            .iter()
            .map(|it| (it.company.name.as_str(), it.finding))
            .collect();
        let expected = [
            ("Customer 0002", OverLimit),
            ("Customer 0003", Expired),
            ("Customer 0004", ExpiresSoon),
            ("Customer 0006", Closed),
            ("Customer 0008", NoActiveAdmin),
            ("Customer 0009", UnverifiedDomain),
        ];
        assert_eq!(found, expected, "{dialect}");
        let requests = service.sandbox.requests();
        let closed = requests
            .iter()
            .filter(|it| it.keepnet_company_id.as_deref() == Some("cuSt00000006"));
        assert_eq!(closed.count(), 0, "a closed customer costs no request");
    }
}

#[tokio::test]
async fn admin_on_a_later_page_is_found() {
    let service = fleet(Dialect::Observed, 1).await;
    let page = |number: u32, roles: &str| {
        let rows: Vec<_> = (0..250)
            .map(|row| json!({ "resourceId": format!("u{number}-{row}"), "statusId": 1, "roles": roles }))
            .collect();
        let pattern = RequestPattern::of("POST /api/system-users/search").unwrap();
        let pattern = pattern.with_json(json!({ "pageNumber": number }));
        let page = json!({ "results": rows, "totalNumberOfRecords": 500, "totalNumberOfPages": 2 });
        service.sandbox.stub(pattern, Answer::data(page));
    };
    page(1, "Auditor");
    page(2, "CompanyAdmin");
    assert_eq!(findings(&service.reseller).await, []);
}

#[tokio::test]
async fn list_of_admins_that_ends_early_is_unknown() {
    let service = fleet(Dialect::Observed, 1).await;
    let page = json!({ "results": [], "totalNumberOfRecords": 3, "totalNumberOfPages": 1 });
    let pattern = RequestPattern::of("POST /api/system-users/search").unwrap();
    service.sandbox.stub(pattern, Answer::data(page));
    let found = findings(&service.reseller).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(found[0].finding, FindingKind::AdminsUnknown);
}

#[tokio::test]
async fn customer_without_a_recorded_sync_is_unknown() {
    let service = fleet(Dialect::Observed, 2).await;
    let mut syncs = RecordedSyncs::default();
    syncs.record(
        "cuSt00000001",
        std::time::UNIX_EPOCH + std::time::Duration::from_secs(1_799_990_000),
    );
    let check = service.reseller.companies().check().synced_within(1, syncs);
    let found = check.findings().await.unwrap().findings;
    let unknown: Vec<_> = found
        .iter()
        .filter(|it| it.finding == FindingKind::SyncUnknown)
        .map(|it| it.company.name.as_str())
        .collect();
    assert_eq!(unknown, ["Customer 0002"]);
}
