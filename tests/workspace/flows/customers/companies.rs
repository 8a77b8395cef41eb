//! Signing in, listing customers, and choosing one.

use crate::flows::fixture;
use crate::flows::service::{ACME, DIALECTS, GLOBEX, Service, config};
use keepnet_flows::{CompanySummary, ErrorKind, Reseller, Sheet, TryStreamExt};
use keepnet_sandbox::{Dialect, Sandbox, Seed};
use serde_json::json;

async fn admin(service: &Service) -> Reseller {
    let (config, _) = config(service.sandbox.url(), "admin-client", "admin-secret");
    Reseller::connect(config).await.unwrap()
}

#[tokio::test]
async fn account_names_the_signed_in_company() {
    let service = Service::start(Dialect::Observed).await;
    let account = service.reseller.account().await.unwrap();
    assert_eq!(account.company_name.as_deref(), Some("Sandbox Reseller"));
    assert_eq!(account.company_id.as_deref(), Some("sB0xR3sell7r"));
    assert_eq!(account.role.as_deref(), Some("Reseller"));
    assert!(account.permissions > 0);
}

#[tokio::test]
async fn wrong_credentials_differ_from_a_wrong_address() {
    let service = Service::start(Dialect::Observed).await;
    let (refused, _) = config(service.sandbox.url(), "sandbox-client", "wrong");
    let error = Reseller::connect(refused).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Credentials);
    let line = error.to_string();
    assert!(line.ends_with("; check the client id and secret"), "{line}");
    let (unusable, _) = config("ftp://somewhere.example", "id", "secret");
    let error = Reseller::connect(unusable).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Config);
}

#[tokio::test]
async fn company_is_found_by_id_or_name_in_any_case() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        for name in [ACME, "Acme LLC", "acme llc", " ACME LLC "] {
            let company = service.reseller.company(name).await.unwrap();
            assert_eq!(
                (company.id(), company.name()),
                (ACME, "Acme LLC"),
                "{name:?}"
            );
        }
        let globex = service.reseller.company("Globex GmbH").await.unwrap();
        assert_eq!(globex.id(), GLOBEX);
    }
}

#[tokio::test]
async fn unknown_company_error_says_what_to_do() {
    let service = Service::start(Dialect::Observed).await;
    let check = async |wanted: &str, kind: ErrorKind, expected: &str| {
        let error = service.reseller.company(wanted).await.unwrap_err();
        assert_eq!((error.kind(), error.to_string().as_str()), (kind, expected));
    };
    check(
        "Initech",
        ErrorKind::NotFound,
        "choosing the company: no customer has the name or id \"Initech\"; \
         list the customers and use a name or id from the list",
    )
    .await;
    check(
        "acme",
        ErrorKind::NotFound,
        "choosing the company: no customer has the name or id \"acme\"; \
         did you mean Acme LLC (xC5kfGz7w2Nz)?",
    )
    .await;
    check(
        "xc5kfgz7w2nz",
        ErrorKind::NotFound,
        "choosing the company: no customer has the name or id \"xc5kfgz7w2nz\"; \
         did you mean Acme LLC (xC5kfGz7w2Nz)?",
    )
    .await;
    check(
        "Elsewhere Ltd",
        ErrorKind::NotFound,
        "choosing the company: no customer has the name or id \"Elsewhere Ltd\"; \
         list the customers and use a name or id from the list",
    )
    .await;
    check(
        " ",
        ErrorKind::Invalid,
        "choosing the company: no name or id was given; \
         use the name or id of a customer",
    )
    .await;
}

#[tokio::test]
async fn ambiguous_name_lists_the_companies() {
    let seed = Seed::from_json(
        r#"{"companies": [
            {"name": "Me"},
            {"name": "Initech", "id": "aaaaaaaaaaa1", "reseller": "Me"},
            {"name": "INITECH", "id": "aaaaaaaaaaa2", "reseller": "Me"}
        ], "clients": [
            {"clientId": "sandbox-client", "clientSecret": "sandbox-secret", "role": "reseller", "company": "Me"}
        ]}"#,
    );
    let service = Service::build(Sandbox::builder().seed(seed.unwrap())).await;
    let error = service.reseller.company("initech").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Ambiguous);
    let ids: Vec<_> = error.candidates().iter().map(|it| it.id.as_str()).collect();
    assert_eq!(ids, ["aaaaaaaaaaa1", "aaaaaaaaaaa2"]);
    assert!(
        error.to_string().contains("INITECH (aaaaaaaaaaa2)"),
        "{error}"
    );
    let chosen = service.reseller.company("aaaaaaaaaaa2").await.unwrap();
    assert_eq!(chosen.name(), "INITECH");
}

#[tokio::test]
async fn lookup_costs_a_request_whatever_the_list() {
    let customers = (0..1500).map(|number| {
        json!({"name": format!("Customer {number}"), "id": format!("cu5tomer{number:04}"), "reseller": "Me"})
    });
    let me = json!({"name": "Me", "id": "me0000000000"});
    let client = json!({"clientId": "sandbox-client", "clientSecret": "sandbox-secret", "role": "reseller", "company": "Me"});
    let companies: Vec<_> = std::iter::once(me).chain(customers).collect();
    let seed = json!({"companies": companies, "clients": [client]});
    let seed = Seed::from_json(&seed.to_string()).unwrap();
    let service = Service::build(Sandbox::builder().seed(seed)).await;
    let sent = || service.sandbox.requests().len();
    for number in (0..1500).step_by(75) {
        let (id, name) = (format!("cu5tomer{number:04}"), format!("Customer {number}"));
        let before = sent();
        let by_id = service.reseller.company(&id).await.unwrap();
        assert_eq!((by_id.name(), sent() - before), (name.as_str(), 1));
        let by_name = service.reseller.company(&name).await.unwrap();
        assert_eq!((by_name.id(), sent() - before), (id.as_str(), 2));
    }
    let mut listed = service.reseller.companies().stream();
    let first = listed.try_next().await.unwrap().unwrap();
    drop(listed);
    let before = sent();
    let opened = service.reseller.company_from(&first).unwrap();
    assert_eq!((opened.id(), sent() - before), (first.id.as_str(), 0));
    // The reseller's own company is no customer, although the service gives it by its id.
    let error = service.reseller.company("me0000000000").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
}

#[tokio::test]
async fn reseller_starts_while_the_service_is_down() {
    let service = Service::start(Dialect::Observed).await;
    let fault = "status=503,on=POST /connect/token";
    service.sandbox.add_fault(fault.parse().unwrap());
    let (config, _) = config(service.sandbox.url(), "sandbox-client", "sandbox-secret");
    let error = Reseller::connect(config.clone()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unavailable);
    let reseller = Reseller::new(&config).unwrap();
    let error = reseller.company(ACME).await.unwrap_err();
    assert!(error.is_retryable(), "{error}");
    service.sandbox.clear_faults();
    assert_eq!(reseller.company(ACME).await.unwrap().name(), "Acme LLC");
}

#[tokio::test]
async fn company_admin_finds_only_its_own_company() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let admin = admin(&service).await;
        let listed: Result<Vec<CompanySummary>, _> = admin.companies().stream().try_collect().await;
        assert_eq!(
            listed.unwrap_err().kind(),
            ErrorKind::Permission,
            "{dialect}"
        );
        let acme = admin.company("Acme LLC").await.unwrap();
        assert_eq!(acme.id(), ACME);
        let error = admin.company("Globex GmbH").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{dialect}");
        let sheet = Sheet::open(fixture("acme-users.csv")).unwrap();
        let receipt = acme
            .import_users(sheet)
            .await
            .unwrap()
            .confirm()
            .await
            .unwrap();
        assert_eq!(receipt.imported, 25, "{dialect}");
    }
}

#[tokio::test]
async fn companies_are_listed_with_their_licences() {
    for dialect in DIALECTS {
        let builder = Sandbox::builder().dialect(dialect).users("Acme LLC", 200);
        let service = Service::build(builder).await;
        let all: Vec<_> = service
            .reseller
            .companies()
            .stream()
            .try_collect()
            .await
            .unwrap();
        let names: Vec<_> = all.iter().map(|company| company.name.as_str()).collect();
        assert_eq!(names, ["Acme LLC", "Globex GmbH"], "{dialect}");
        assert_eq!((all[0].id.as_str(), all[0].user_limit), (ACME, Some(100)));
        let over: Vec<_> = all.iter().map(CompanySummary::is_over_limit).collect();
        assert_eq!(over, [Some(true), Some(false)], "{dialect}");
        assert!(all[0].license_end.is_some());

        let check = async |companies: keepnet_flows::Companies, expected: &[&str]| {
            let found: Vec<_> = companies.page_size(1).stream().try_collect().await.unwrap();
            let names: Vec<_> = found.iter().map(|company| company.name.as_str()).collect();
            assert_eq!(names, expected, "{dialect}");
        };
        check(service.reseller.companies(), &["Acme LLC", "Globex GmbH"]).await;
        check(service.reseller.companies().over_limit(), &["Acme LLC"]).await;
        check(
            service.reseller.companies().search("glob"),
            &["Globex GmbH"],
        )
        .await;
        check(service.reseller.companies().search("nobody"), &[]).await;
    }
}
