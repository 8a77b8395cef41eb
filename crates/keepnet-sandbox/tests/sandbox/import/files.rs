use keepnet_sandbox::{Dialect, Rules};
use serde_json::{Value, json};

use super::{
    ENGLISH, LOOSE, TURKISH, fixture, import_all, job_done, map_and_wait, preview, uploaded,
};
use crate::api::{ACME, DIALECTS, GLOBEX, held, start};

#[tokio::test]
async fn each_file_is_read_mapped_previewed_and_imported_in_both_dialects() {
    for dialect in DIALECTS {
        for (file, company, columns, rows, counts) in [
            ("acme-users.xlsx", ACME, ENGLISH, (25, 8), [25, 25, 0, 0]),
            ("acme-users.xls", ACME, ENGLISH, (25, 8), [25, 25, 0, 0]),
            ("acme-users.csv", ACME, ENGLISH, (25, 8), [25, 25, 0, 0]),
            (
                "acme-users-semicolon-bom.csv",
                ACME,
                ENGLISH,
                (25, 8),
                [25, 25, 0, 0],
            ),
            (
                "turkish-headers-cp1254.csv",
                ACME,
                TURKISH,
                (12, 5),
                [12, 12, 0, 0],
            ),
            (
                "duplicates-and-invalid.xlsx",
                ACME,
                LOOSE,
                (12, 6),
                [12, 7, 0, 5],
            ),
            (
                "far-corner.xlsx",
                ACME,
                &[("Email", "Email")],
                (1, 1),
                [1, 1, 0, 0],
            ),
            (
                "globex-5k.xlsx",
                GLOBEX,
                ENGLISH,
                (5000, 8),
                [5000, 5000, 0, 0],
            ),
            ("headers-only.csv", ACME, ENGLISH, (0, 8), [0, 0, 0, 0]),
        ] {
            let (sandbox, reseller) = start(held().dialect(dialect)).await;
            let api = reseller.company(company);
            let data = api.upload(file, &fixture(file)).await.data();
            assert_eq!(
                (data["rowCount"].as_u64(), data["columnCount"].as_u64()),
                (Some(rows.0), Some(rows.1)),
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
                columns
                    .iter()
                    .all(|(column, _)| headers.iter().any(|header| header.trim() == *column)),
                "{headers:?}"
            );
            assert_eq!(
                map_and_wait(&api, id, columns).await,
                counts,
                "{file}, {dialect}"
            );

            let (valid, result) = preview(&api, dialect, id, "New,Exists,SCIM").await;
            let [_, new, existing, invalid] = counts;
            assert_eq!(
                valid.as_array().map(|rows| rows.len() as u64),
                Some((new + existing).min(1000)),
                "{file}"
            );
            assert_eq!(result["invalidUserCount"], invalid, "{file}");
            let (bad, _) = preview(&api, dialect, id, "Error").await;
            assert!(
                bad.as_array()
                    .unwrap()
                    .iter()
                    .all(|row| !row["validationDetail"].as_array().unwrap().is_empty())
            );

            let before = sandbox.state();
            assert_eq!(import_all(&api, dialect, id).await.status, 200, "{file}");
            let job = job_done(&api).await;
            let failed: Vec<_> = job["processResults"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|p| p["type"] == 11)
                .collect();
            assert_eq!(
                failed[0]["processErrors"].as_array().unwrap().len() as u64,
                invalid,
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
                        json!({ "created": new, "updated": 0, "deleted": 0 }),
                        "{file}"
                    );
                } else {
                    assert_eq!(
                        before, after,
                        "company {index} has nothing to do with {file}"
                    );
                }
            }
        }
    }
}

#[tokio::test]
async fn a_file_that_cannot_be_read_is_answered_with_400() {
    let (sandbox, reseller) = start(held()).await;
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
        let answer = api.upload(name, &bytes).await;
        assert_eq!(answer.error(), (400, "INPUT_ERROR".to_owned()), "{name}");
    }
    assert_eq!(sandbox.state()["transactions"], json!([]));
    let json_body = api.post("/api/target-users/upload", &json!({})).await;
    assert_eq!(json_body.error().0, 415);
}

#[tokio::test]
async fn an_empty_workbook_and_the_first_sheet_alone_are_read() {
    let (_sandbox, reseller) = start(held()).await;
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
async fn an_upload_over_the_limit_is_answered_with_413() {
    let mut rules = Rules::default();
    rules.upload_limit = 1000;
    let (_sandbox, reseller) = start(held().rules(rules)).await;
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
async fn the_example_file_can_be_imported_as_it_is() {
    for (dialect, format, name) in [
        (Dialect::Observed, "Excel", "e.xlsx"),
        (Dialect::Observed, "CSV", "e.csv"),
        (Dialect::Documented, "Csv", "e.csv"),
    ] {
        let (_sandbox, reseller) = start(held().dialect(dialect)).await;
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
            [1, 1, 0, 0],
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
