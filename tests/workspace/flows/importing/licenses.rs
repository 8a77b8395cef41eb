//! Imports and the licence of the customer.

use crate::flows::service::{ACME, DIALECTS, Service};
use crate::flows::temp_file;
use keepnet_flows::{ErrorKind, ImportMode, Sheet};
use keepnet_sandbox::{Sandbox, Seed};

/// A sandbox whose only customer has two active users.
fn sandbox(seats: Option<u32>) -> keepnet_sandbox::Builder {
    let limit = seats.map_or(String::new(), |seats| format!("\"licenseLimit\": {seats},"));
    let seed = format!(
        r#"{{"companies": [
            {{"name": "My Reseller"}},
            {{"name": "Acme LLC", "id": "{ACME}", "reseller": "My Reseller", {limit}
              "users": [{{"email": "ada@acme.example"}}, {{"email": "bob@acme.example"}},
                        {{"email": "ivy@acme.example", "active": false}}]}}
        ], "clients": [
            {{"clientId": "sandbox-client", "clientSecret": "sandbox-secret", "role": "reseller",
              "company": "My Reseller"}}
        ]}}"#
    );
    Sandbox::builder().seed(Seed::from_json(&seed).unwrap())
}

#[tokio::test]
async fn preview_shows_the_seats_of_the_licence() {
    struct Case {
        seats: Option<u32>,
        mode: ImportMode,
        after: u64,
        is_within: bool,
    }
    let check = async |case: Case| {
        for dialect in DIALECTS {
            let service = Service::build(sandbox(case.seats).dialect(dialect)).await;
            let acme = service.company(ACME).await;
            let file = temp_file(
                "people.csv",
                "Email\nada@acme.example\nnia@acme.example\nned@acme.example\n",
            );
            let import = acme.import_users(Sheet::open(&file.path).unwrap());
            let preview = import.mode(case.mode).within_license().await.unwrap();
            let license = preview.license().await.unwrap();
            let seats = case.seats.map(u64::from);
            assert_eq!((license.seats, license.used), (seats, Some(2)), "{dialect}");
            assert_eq!(license.after, Some(case.after), "{dialect}");
            assert_eq!(license.is_within(), Some(case.is_within), "{dialect}");
            match preview.confirm().await {
                Ok(_) => assert!(case.is_within, "{dialect}"),
                Err(error) => {
                    assert_eq!(error.kind(), ErrorKind::Conflict, "{dialect}");
                    assert!(!case.is_within, "{dialect}: {error}");
                    assert!(error.to_string().contains("exceeds the licence"), "{error}");
                    assert_eq!(service.counter("imports"), 0, "{dialect}");
                }
            }
        }
    };
    use ImportMode::{All, Existing};
    for (seats, mode, after, is_within) in [
        (None, All, 4, true),
        (Some(4), All, 4, true),
        (Some(3), All, 4, false),
        (Some(1), Existing, 2, false),
        (Some(2), Existing, 2, true),
    ] {
        check(Case {
            seats,
            mode,
            after,
            is_within,
        })
        .await;
    }
}

#[tokio::test]
async fn selected_existing_person_needs_no_seat() {
    let check = async |selected: &str, is_within: bool| {
        for dialect in DIALECTS {
            let service = Service::build(sandbox(Some(2)).dialect(dialect)).await;
            let acme = service.company(ACME).await;
            let file = temp_file(
                "people.csv",
                "Email\nada@acme.example\nnia@acme.example\nned@acme.example\nnat@acme.example\n\
                 noa@acme.example\nnil@acme.example\n",
            );
            let import = acme.import_users(Sheet::open(&file.path).unwrap());
            let preview = import.select(selected).within_license().await.unwrap();
            let license = preview.license().await.unwrap();
            assert_eq!(
                license.is_within(),
                Some(is_within),
                "{dialect}: {selected}"
            );
            assert!(preview.to_string().contains(" rejected; 1 selected; "));
            match preview.confirm().await {
                Ok(receipt) => {
                    assert!(is_within, "{dialect}: {selected}");
                    assert_eq!(receipt.imported, 1, "{dialect}: {selected}");
                }
                Err(error) => {
                    assert!(!is_within, "{dialect}: {error}");
                    let expected = "2 seats, 2 used, 3 after the import";
                    assert!(error.to_string().contains(expected), "{error}");
                    assert_eq!(service.counter("imports"), 0, "{dialect}");
                }
            }
        }
    };
    check("ada@acme.example", true).await;
    check("nia@acme.example", false).await;
}
