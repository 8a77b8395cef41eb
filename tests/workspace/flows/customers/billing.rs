//! The usage of all customers, against a table made by hand.

use keepnet_flows::{BillingLine, BillingSnapshot, ErrorKind};
use keepnet_sandbox::{Answer, Builder, RequestPattern, Sandbox, Seed};
use serde_json::{Value, json};

use crate::flows::service::{DIALECTS, Service};

/// One customer for each kind of licence: over the limit, unlimited with modules of its own, expired and
/// closed, and closed.
fn fleet() -> Builder {
    let user = |name: &str| json!({ "email": format!("{name}@one.example") });
    let mut users = vec![
        user("ada"),
        user("bob"),
        user("cem"),
        user("dee"),
        user("eve"),
    ];
    users[3]["active"] = false.into();
    users[4]["deleted"] = true.into();
    let figures = |november: u64, january: u64| json!({ "2026-11": november, "2027-01": january });
    let seed = json!({
        "companies": [
            { "name": "Me", "id": "rEselLer0001" },
            { "name": "Over", "id": "cOmpany00004", "reseller": "Me", "licenseLimit": 2,
              "licenseType": "Complete", "licenseEnd": "2027-12-24T00:00:00Z", "users": users,
              "monthlyUsers": figures(5, 3) },
            { "name": "Unlimited", "id": "cOmpany00003", "reseller": "Me", "madeUpUsers": 40,
              "licenseEnd": "2027-12-24T00:00:00Z",
              "licenseModules": ["Incident Response"], "monthlyUsers": figures(77, 0) },
            { "name": "Expired", "id": "cOmpany00002", "reseller": "Me", "licenseLimit": 50,
              "licenseType": "Training Only", "licenseEnd": "2026-11-01T00:00:00Z",
              "openToReseller": false, "monthlyUsers": figures(0, 0) },
            { "name": "Closed", "id": "cOmpany00001", "reseller": "Me", "licenseLimit": 9999,
              "licenseEnd": "2027-12-24T00:00:00Z",
              "openToReseller": false, "monthlyUsers": figures(1, 2) },
        ],
        "clients": [{ "clientId": "sandbox-client", "clientSecret": "sandbox-secret",
            "role": "reseller", "company": "Me" }],
    });
    let now = "2027-01-15T08:00:00Z".parse().unwrap();
    let seed = Seed::from_json(&seed.to_string()).unwrap();
    Sandbox::builder().seed(seed).clock(move || now)
}

/// Name, licence, modules, limited, seats, users, inactive, deleted, monthly, expired.
fn table(snapshot: &BillingSnapshot) -> Vec<Value> {
    let row = |it: &BillingLine| {
        json!([
            it.name,
            it.license_type,
            it.modules,
            it.is_limited,
            it.seats,
            it.users,
            it.inactive_users,
            it.deleted_users,
            it.monthly_users,
            it.license_expired
        ])
    };
    snapshot.companies.iter().map(row).collect()
}

const AWARENESS: &str = "Awareness Training";
const PHISHING: &str = "Phishing Simulator";
const RESPONSE: &str = "Incident Response";

#[tokio::test]
async fn usage_equals_the_table_for_each_kind_of_licence() {
    for dialect in DIALECTS {
        let service = Service::build(fleet().dialect(dialect)).await;
        let november = service
            .reseller
            .billing_snapshot(Some("2026-11"))
            .await
            .unwrap();
        assert_eq!(november.month, "2026-11");
        assert_eq!(november.read_at, "2027-01-15T08:00:00Z");
        let modules = [AWARENESS, RESPONSE, PHISHING];
        assert_eq!(
            table(&november),
            [
                json!([
                    "Closed",
                    "Annual",
                    [AWARENESS, PHISHING],
                    true,
                    9999,
                    0,
                    0,
                    0,
                    1,
                    false
                ]),
                json!([
                    "Expired",
                    "Training Only",
                    [AWARENESS],
                    true,
                    50,
                    0,
                    0,
                    0,
                    0,
                    true
                ]),
                json!([
                    "Unlimited",
                    "Annual",
                    [RESPONSE],
                    false,
                    null,
                    38,
                    2,
                    0,
                    77,
                    false
                ]),
                json!(["Over", "Complete", modules, true, 2, 3, 1, 1, 5, false]),
            ],
            "{dialect}"
        );
        let january = service.reseller.billing_snapshot(None).await.unwrap();
        let figures: Vec<_> = january
            .companies
            .iter()
            .map(|it| it.monthly_users)
            .collect();
        assert_eq!(figures, [Some(2), Some(0), Some(0), Some(3)], "{dialect}");
        let changes = november.difference(&january).changes;
        let changed: Vec<_> = changes
            .iter()
            .map(|it| (it.name.as_str(), it.field.as_str()))
            .collect();
        assert_eq!(
            changed,
            [
                ("Closed", "monthly_users"),
                ("Unlimited", "monthly_users"),
                ("Over", "monthly_users")
            ]
        );
    }
}

#[tokio::test]
async fn snapshots_of_one_state_are_the_same_bytes() {
    let service = Service::build(fleet()).await;
    let first = service.reseller.billing_snapshot(None).await.unwrap();
    service.clock.advance(std::time::Duration::from_secs(90));
    let second = service.reseller.billing_snapshot(None).await.unwrap();
    assert_ne!(first.read_at, second.read_at);
    assert_eq!(first.to_json().unwrap(), second.to_json().unwrap());
    assert_eq!(first.to_csv().unwrap(), second.to_csv().unwrap());
    let read = BillingSnapshot::from_json(&first.to_json().unwrap()).unwrap();
    assert!(read.difference(&second).changes.is_empty());
}

#[tokio::test]
async fn list_that_is_not_whole_gives_no_snapshot() {
    let now = "2027-01-15T08:00:00Z".parse().unwrap();
    let seed = Seed::fleet(600, 0, now);
    let service = Service::build(Sandbox::builder().seed(seed)).await;
    let search = || RequestPattern::of("POST /api/companies/search").unwrap();
    // The second of three pages has no rows.
    let empty = json!({ "results": [], "totalNumberOfRecords": 600, "totalNumberOfPages": 3 });
    let second = search().with_json(json!({ "pageNumber": 2, "pageSize": 250 }));
    service.sandbox.stub(second, Answer::data(empty));
    let error = service.reseller.billing_snapshot(None).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
    assert!(error.to_string().contains("250 of 600"), "{error}");

    let service = Service::build(fleet()).await;
    let count = json!({ "results": [], "totalNumberOfRecords": 5, "totalNumberOfPages": 5 });
    let one = search().with_json(json!({ "pageSize": 1 }));
    service.sandbox.stub(one, Answer::data(count).times(1));
    let error = service.reseller.billing_snapshot(None).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict);
    assert_eq!(
        error.to_string(),
        "reading the usage: the usage is incomplete: 4 customers came, and the service counted 5 \
         before and 4 after; run it again"
    );
}

#[tokio::test]
async fn customers_are_counted_after_all_was_read() {
    let service = Service::build(fleet()).await;
    service.reseller.billing_snapshot(None).await.unwrap();
    let requests = service.sandbox.requests();
    let last = requests.last().unwrap();
    assert_eq!(last.path, "/api/companies/search", "after the modules");
}

#[tokio::test]
async fn customer_replaced_while_reading_gives_no_snapshot() {
    let service = Service::build(fleet()).await;
    stub_month(&service, "cOmpany00009");
    let error = service.reseller.billing_snapshot(None).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
}

/// Makes the listing with the monthly figures return this customer alone.
fn stub_month(service: &Service, id: &str) {
    let row =
        json!({ "companyResourceId": id, "companyName": "Over", "monthlyActiveUserCount": 5 });
    let page = json!({ "results": [row], "totalNumberOfRecords": 1, "totalNumberOfPages": 1 });
    let group = |condition: &str, items: Value| json!({ "Condition": condition, "FilterItems": items, "FilterGroups": [] });
    let item = json!({ "FieldName": "MonthlyActiveUser", "Operator": "=", "Value": "2027-01" });
    let groups = json!([group("AND", json!([item])), group("OR", json!([]))]);
    let of_month = json!({ "filter": { "FilterGroups": groups } });
    let search = RequestPattern::of("POST /api/companies/search").unwrap();
    service
        .sandbox
        .stub(search.with_json(of_month), Answer::data(page));
}

#[tokio::test]
async fn customer_hidden_by_the_month_has_no_figure() {
    let service = Service::build(fleet()).await;
    stub_month(&service, "cOmpany00004");
    let snapshot = service.reseller.billing_snapshot(None).await.unwrap();
    let figures: Vec<_> = snapshot
        .companies
        .iter()
        .map(|it| it.monthly_users)
        .collect();
    assert_eq!(figures, [None, None, None, Some(5)]);
    let wrong = service
        .reseller
        .billing_snapshot(Some("2027-02"))
        .await
        .unwrap_err();
    assert_eq!(wrong.kind(), ErrorKind::Invalid, "{wrong}");
}

#[test]
fn snapshot_of_a_newer_version_is_refused() {
    let read = |version: &str| {
        let text = format!(r#"{{{version}"month":"2026-11","definitions":[],"companies":[]}}"#);
        BillingSnapshot::from_json(text.as_bytes())
    };
    assert!(read("").is_ok() && read(r#""version":1,"#).is_ok());
    let error = read(r#""version":2,"#).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
    assert!(error.to_string().contains("version 2"), "{error}");
}
