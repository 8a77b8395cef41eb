//! The files that can be uploaded, and the example file.

use keepnet_sandbox::{Dialect, Rules};
use serde_json::{Value, json};

use super::{
    ENGLISH, LOOSE, RowCounts, TURKISH, fixture, import_all, map_and_wait, preview, uploaded,
    wait_for_job,
};
use crate::api::{ACME, DIALECTS, GLOBEX, start, validated};

/// A file with its expected content.
#[derive(Clone, Copy)]
struct Fixture {
    file: &'static str,
    company: &'static str,
    mapping: &'static [(&'static str, &'static str)],
    columns: u64,
    new: u64,
    invalid: u64,
}

/// A file with 25 new users of Acme under English headers.
const ACME_USERS: Fixture = Fixture {
    file: "acme-users.xlsx",
    company: ACME,
    mapping: ENGLISH,
    columns: 8,
    new: 25,
    invalid: 0,
};

const FIXTURES: [Fixture; 9] = [
    ACME_USERS,
    Fixture {
        file: "acme-users.xls",
        ..ACME_USERS
    },
    Fixture {
        file: "acme-users.csv",
        ..ACME_USERS
    },
    Fixture {
        file: "acme-users-semicolon-bom.csv",
        ..ACME_USERS
    },
    Fixture {
        file: "turkish-headers-cp1254.csv",
        mapping: TURKISH,
        columns: 5,
        new: 12,
        ..ACME_USERS
    },
    Fixture {
        file: "duplicates-and-invalid.xlsx",
        mapping: LOOSE,
        columns: 6,
        new: 7,
        invalid: 5,
        ..ACME_USERS
    },
    Fixture {
        file: "far-corner.xlsx",
        mapping: &[("Email", "Email")],
        columns: 1,
        new: 1,
        ..ACME_USERS
    },
    Fixture {
        file: "globex-5k.xlsx",
        company: GLOBEX,
        new: 5000,
        ..ACME_USERS
    },
    Fixture {
        file: "headers-only.csv",
        new: 0,
        ..ACME_USERS
    },
];

#[tokio::test]
async fn each_fixture_is_imported_in_both_dialects() {
    for dialect in DIALECTS {
        for case in FIXTURES {
            let Fixture { file, company, .. } = case;
            let counts = RowCounts {
                new: case.new,
                existing: 0,
                invalid: case.invalid,
            };
            let (sandbox, reseller) = start(validated().dialect(dialect)).await;
            let api = reseller.company(company);
            let data = api.upload(file, &fixture(file)).await.data();
            assert_eq!(
                (data["rowCount"].as_u64(), data["columnCount"].as_u64()),
                (Some(counts.total()), Some(case.columns)),
                "{file}"
            );
            let id = data["transactionId"].as_str().unwrap();
            let summary = api
                .get(&format!("/api/target-users/upload/{id}"))
                .await
                .data();
            let headers: Vec<_> = summary["fileFieldNames"]
                .as_array()
                .unwrap()
                .iter()
                .filter_map(Value::as_str)
                .collect();
            assert!(
                case.mapping
                    .iter()
                    .all(|(column, _)| headers.iter().any(|header| header.trim() == *column)),
                "{headers:?}"
            );
            assert_eq!(
                map_and_wait(&api, id, case.mapping).await,
                counts,
                "{file}, {dialect}"
            );

            let (valid, result) = preview(&api, dialect, id, "New,Exists,SCIM").await;
            assert_eq!(
                valid.as_array().map(|rows| rows.len() as u64),
                Some(counts.new.min(1000)),
                "{file}"
            );
            assert_eq!(result["invalidUserCount"], counts.invalid, "{file}");
            let (invalid, _) = preview(&api, dialect, id, "Error").await;
            assert!(
                invalid
                    .as_array()
                    .unwrap()
                    .iter()
                    .all(|row| !row["validationDetail"].as_array().unwrap().is_empty())
            );

            let before = sandbox.state();
            assert_eq!(import_all(&api, dialect, id).await.status, 200, "{file}");
            let job = wait_for_job(&api).await;
            let failed: Vec<_> = job["processResults"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|p| p["type"] == 11)
                .collect();
            assert_eq!(
                failed[0]["processErrors"].as_array().unwrap().len() as u64,
                counts.invalid,
                "{file}"
            );
            let after = sandbox.state();
            for (index, (before, after)) in std::iter::zip(
                before["companies"].as_array().unwrap(),
                after["companies"].as_array().unwrap(),
            )
            .enumerate()
            {
                if after["id"] == company {
                    assert_eq!(
                        after["counters"],
                        json!({ "created": counts.new, "updated": 0, "deleted": 0 }),
                        "{file}"
                    );
                } else {
                    assert_eq!(before, after, "company {index} changed by {file}");
                }
            }
        }
    }
}

#[tokio::test]
async fn unreadable_file_returns_400() {
    let (sandbox, reseller) = start(validated()).await;
    let api = reseller.company(ACME);
    for (name, bytes) in [
        ("not-a-workbook.xlsx", fixture("not-a-workbook.xlsx")),
        ("people.xls", fixture("acme-users.xlsx")),
        ("people.csv", fixture("acme-users.xlsx")),
        ("people.txt", fixture("acme-users.csv")),
        ("people", fixture("acme-users.csv")),
        ("people.xlsx", Vec::new()),
        ("people.xlsx", fixture("acme-users.xlsx")[..3000].to_vec()),
    ] {
        let response = api.upload(name, &bytes).await;
        assert_eq!(response.error(), (400, "INPUT_ERROR".to_owned()), "{name}");
    }
    assert_eq!(sandbox.state()["transactions"], json!([]));
    let json_body = api.post("/api/target-users/upload", &json!({})).await;
    assert_eq!(json_body.error().0, 415);
}

#[tokio::test]
async fn only_the_first_sheet_is_read() {
    let (_sandbox, reseller) = start(validated()).await;
    let api = reseller.company(ACME);
    let empty = api
        .upload("empty.xlsx", &fixture("empty.xlsx"))
        .await
        .data();
    assert_eq!(
        (empty["rowCount"].as_u64(), empty["columnCount"].as_u64()),
        (Some(0), Some(0))
    );

    let id = uploaded(&api, "users-on-second-sheet.xlsx").await;
    let summary = api
        .get(&format!("/api/target-users/upload/{id}"))
        .await
        .data();
    assert_eq!(summary["sheetNames"], json!(["Read me", "Users", "Old"]));
    assert_eq!(
        summary["fileFieldNames"],
        json!(["The users are on the next sheet"])
    );
}

#[tokio::test]
async fn upload_over_the_limit_returns_413() {
    let mut rules = Rules::default();
    rules.upload_limit = 1000;
    let (_sandbox, reseller) = start(validated().rules(rules)).await;
    let api = reseller.company(ACME);
    assert_eq!(
        api.upload("people.csv", &fixture("acme-users.csv"))
            .await
            .error()
            .0,
        413
    );
    assert_eq!(
        api.upload("people.csv", &fixture("turkish-headers-cp1254.csv"))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn example_file_can_be_imported_unchanged() {
    for (dialect, format, name) in [
        (Dialect::Observed, "Excel", "e.xlsx"),
        (Dialect::Observed, "CSV", "e.csv"),
        (Dialect::Documented, "Csv", "e.csv"),
    ] {
        let (_sandbox, reseller) = start(validated().dialect(dialect)).await;
        let api = reseller.company(ACME);
        let file = api
            .post(
                "/api/target-users/example-file",
                &json!({ "exportType": format }),
            )
            .await;
        let data = api.upload(name, &file.bytes).await.data();
        let id = data["transactionId"].as_str().unwrap();
        assert_eq!(
            map_and_wait(&api, id, ENGLISH).await,
            RowCounts {
                new: 1,
                ..RowCounts::default()
            },
            "{format}"
        );
        let sheets = api
            .get(&format!("/api/target-users/upload/{id}"))
            .await
            .data()["sheetNames"]
            .take();
        assert_eq!(
            sheets.as_array().map(Vec::len),
            Some(if format == "Excel" { 2 } else { 0 })
        );
    }
}
