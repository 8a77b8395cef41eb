//! What needs a person among the customers, in both dialects.

use std::time::{Duration, SystemTime};

use keepnet_flows::{
    Company, CompanyFinding, FindingKind, Leavers, RecordedSyncs, Reseller, Sheet, SyncReceipt,
    SyncTicket, TicketFolder,
};
use keepnet_sandbox::{Answer, Dialect, RequestPattern, Sandbox, Seed};
use serde_json::json;

use crate::flows::service::{DIALECTS, Service};

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
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_799_990_000),
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

fn emails(service: &Service, company: &Company) -> Vec<String> {
    serde_json::from_value(service.state_of(company.id())["emails"].clone()).unwrap()
}

/// Makes the people of a company those of a list with these addresses, with tickets in a folder.
async fn synchronize(company: &Company, tickets: &TicketFolder, emails: &[&str]) -> SyncReceipt {
    let list = format!("Email\n{}\n", emails.join("\n"));
    let sheet = Sheet::from_bytes("hr.csv", list.as_bytes()).unwrap();
    let sync = company.sync_users(sheet).leavers(Leavers::Keep);
    let plan = sync.ticket(tickets).plan().await.unwrap();
    plan.apply().await.unwrap()
}

/// What the records in a folder show of the customers with these names, each with its detail.
async fn found_in_records(
    service: &Service,
    tickets: &TicketFolder,
    names: &[&str],
) -> Vec<Option<(FindingKind, String)>> {
    let syncs = tickets.recorded_syncs(&service.reseller).unwrap();
    let check = service.reseller.companies().check().synced_within(7, syncs);
    let found = check.findings().await.unwrap().findings;
    let is_of_syncs = |it: &&CompanyFinding| {
        [FindingKind::NotSynced, FindingKind::SyncUnknown].contains(&it.finding)
    };
    let of = |name: &&str| {
        let mut found = found.iter().filter(is_of_syncs);
        let found = found.find(|it| it.company.name == **name);
        found.map(|it| (it.finding, it.detail.clone()))
    };
    names.iter().map(of).collect()
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[tokio::test]
async fn sync_that_changed_nothing_is_recorded() {
    for dialect in DIALECTS {
        let service = fleet(dialect, 5).await;
        let folder = tempfile::tempdir().unwrap();
        let tickets = TicketFolder::new(folder.path());
        let names = ["Customer 0001", "Customer 0004", "Customer 0005"];
        let company = service.company(names[0]).await;
        let emails = emails(&service, &company);
        let emails: Vec<&str> = emails.iter().map(String::as_str).collect();
        let writes = service.counter("imports");
        let receipt = synchronize(&company, &tickets, &emails).await;
        assert!(
            receipt.is_complete() && receipt.report().people.stay > 0,
            "{dialect}"
        );
        assert_eq!(service.counter("imports"), writes, "{dialect}");
        let other = service.company(names[1]).await;
        let receipt = synchronize(&other, &tickets, &["new@customer-0004.example"]).await;
        assert!(
            receipt.is_complete() && receipt.report().joined == 1,
            "{dialect}"
        );

        let found = found_in_records(&service, &tickets, &names).await;
        let unknown = found[2].as_ref().map(|it| it.0);
        assert_eq!(found[..2], [None, None], "{dialect}");
        assert_eq!(unknown, Some(FindingKind::SyncUnknown), "{dialect}");

        service.clock.advance(DAY * 8);
        let found = found_in_records(&service, &tickets, &names).await;
        let (finding, detail) = found[0].as_ref().unwrap();
        assert_eq!(*finding, FindingKind::NotSynced, "{dialect}");
        let expected = "the last complete synchronization in the records ended at 2027-01-15T08:00:00Z, \
                        8 days ago; ";
        assert!(detail.starts_with(expected), "{detail}");
        assert_eq!(found[1].as_ref().unwrap().0, FindingKind::NotSynced);

        // A later one that is not complete leaves the record as it is.
        let receipt =
            synchronize(&company, &tickets, &["new@customer-0001.example", "nobody"]).await;
        assert!(!receipt.is_complete(), "{dialect}");
        let found = found_in_records(&service, &tickets, &names[..1]).await;
        assert_eq!(found[0].as_ref().unwrap().1, *detail, "{dialect}");
        synchronize(&company, &tickets, &emails).await;
        let found = found_in_records(&service, &tickets, &names[..1]).await;
        assert_eq!(found, [None], "{dialect}");

        for file in std::fs::read_dir(folder.path()).unwrap().flatten() {
            let content = std::fs::read_to_string(file.path()).unwrap();
            assert!(!content.contains('@'), "{content}");
        }
    }
}

#[tokio::test]
async fn ticket_without_a_record_shows_no_last_sync() {
    let service = fleet(Dialect::Observed, 1).await;
    let folder = tempfile::tempdir().unwrap();
    let tickets = TicketFolder::new(folder.path());
    let name = "Customer 0001";
    let company = service.company(name).await;
    synchronize(&company, &tickets, &["new@customer-0001.example"]).await;
    let records = std::fs::read_dir(folder.path()).unwrap().flatten();
    let is_record = |path: &std::path::Path| path.display().to_string().contains("synced-");
    let mut records = records.map(|it| it.path()).filter(|path| is_record(path));
    let record = records.next().unwrap();
    drop(records);

    let check = async |expected: Option<FindingKind>| {
        let found = found_in_records(&service, &tickets, &[name]).await;
        assert_eq!(found[0].as_ref().map(|it| it.0), expected);
    };
    check(None).await;
    // A kill while the record was written leaves a part of it.
    let whole = std::fs::read(&record).unwrap();
    for content in [&whole[..whole.len() / 2], b""] {
        std::fs::write(&record, content).unwrap();
        check(None).await;
    }
    service.clock.advance(DAY * 8);
    check(Some(FindingKind::SyncUnknown)).await;
    std::fs::write(&record, &whole).unwrap();
    check(Some(FindingKind::NotSynced)).await;
    // The record of another service.
    let other = String::from_utf8(whole)
        .unwrap()
        .replace("127.0.0.1", "other.example");
    std::fs::write(&record, other).unwrap();
    check(Some(FindingKind::SyncUnknown)).await;
}

#[tokio::test]
async fn record_that_cannot_be_kept_fails_no_sync() {
    let service = fleet(Dialect::Observed, 1).await;
    let folder = tempfile::tempdir().unwrap();
    let company = service.company("Customer 0001").await;
    // No file can be put where a folder is.
    let id = SyncTicket::id_of(service.sandbox.url(), company.id());
    let record = id.replace("sync-", "synced-") + ".json";
    std::fs::create_dir(folder.path().join(record)).unwrap();
    let tickets = TicketFolder::new(folder.path());
    let emails = emails(&service, &company);
    let emails: Vec<&str> = emails.iter().map(String::as_str).collect();
    assert!(synchronize(&company, &tickets, &emails).await.is_complete());
    let found = found_in_records(&service, &tickets, &["Customer 0001"]).await;
    assert_eq!(found[0].as_ref().unwrap().0, FindingKind::SyncUnknown);
}
