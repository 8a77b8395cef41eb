//! Transactions: mapping, preview, reopening, expiry.

use std::time::Duration;

use keepnet_sandbox::{Dialect, Pace, Rules};
use serde_json::json;

use super::{ENGLISH, LOOSE, RowCounts, import_all, map, map_and_wait, uploaded, wait_for_mapping};
use crate::api::{ACME, DIALECTS, GLOBEX, everything, search_with, start, validated};

#[tokio::test]
async fn mapping_that_does_not_fit_the_file_is_refused() {
    let (_sandbox, reseller) = start(validated()).await;
    let api = reseller.company(ACME);
    let id = uploaded(&api, "acme-users.xlsx").await;
    let email = ("Email Address", "Email");
    for (case, transaction, columns, groups, expected) in [
        (
            "no such column",
            id.as_str(),
            vec![email, ("Shoe Size", "Department")],
            json!([]),
            400,
        ),
        (
            "no such field",
            &id,
            vec![email, ("Department", "Mood")],
            json!([]),
            400,
        ),
        (
            "no e-mail",
            &id,
            vec![("First Name", "FirstName")],
            json!([]),
            400,
        ),
        ("nothing", &id, vec![], json!([]), 400),
        (
            "one field twice",
            &id,
            vec![email, ("Department", "email")],
            json!([]),
            400,
        ),
        ("no such group", &id, vec![email], json!(["nope"]), 404),
        ("no such transaction", "nope", vec![email], json!([]), 404),
        (
            "custom field, ignored columns",
            &id,
            vec![
                email,
                ("Department", "office"),
                ("Priority", "None Selected"),
                ("Time Zone", "UpdateTime"),
            ],
            json!(null),
            200,
        ),
        ("mapped already", &id, vec![email], json!([]), 400),
    ] {
        assert_eq!(
            map(&api, transaction, &columns, groups)
                .await
                .status
                .as_u16(),
            expected,
            "{case}"
        );
    }
}

#[tokio::test]
async fn import_needs_a_mapping_and_runs_once() {
    for dialect in DIALECTS {
        // No job advances by itself during the test.
        let slow = Pace::Every(Duration::from_secs(3600));
        let (_sandbox, reseller) = start(validated().dialect(dialect).pace(slow)).await;
        let api = reseller.company(ACME);
        let id = uploaded(&api, "acme-users.xlsx").await;
        assert_eq!(
            import_all(&api, dialect, &id).await.error().0,
            400,
            "not mapped"
        );
        map(&api, &id, ENGLISH, json!([])).await.data();
        assert_eq!(
            import_all(&api, dialect, &id).await.error().0,
            400,
            "still idle"
        );

        let (_sandbox, reseller) = start(validated().dialect(dialect)).await;
        let api = reseller.company(ACME);
        let id = uploaded(&api, "acme-users.xlsx").await;
        map_and_wait(&api, &id, ENGLISH).await;
        let other = if dialect == Dialect::Documented {
            Dialect::Observed
        } else {
            Dialect::Documented
        };
        assert_eq!(
            import_all(&api, other, &id).await.error().0,
            400,
            "the mode of the other dialect"
        );
        let path = format!("/api/target-users/{id}/import");
        let selected = if dialect == Dialect::Documented {
            "Selected"
        } else {
            "ImportSelected"
        };
        assert_eq!(
            api.post(&path, &json!({ "importType": selected }))
                .await
                .error()
                .0,
            400,
            "no row selected"
        );
        let unknown = json!({ "importType": selected, "selectedResourceIds": ["nope"] });
        assert_eq!(api.post(&path, &unknown).await.error().0, 400);
        assert_eq!(api.post(&path, &json!({})).await.error().0, 400);
        assert_eq!(import_all(&api, dialect, &id).await.status, 200);
        assert_eq!(
            import_all(&api, dialect, &id).await.error().0,
            400,
            "imported already"
        );
    }
}

#[tokio::test]
async fn unpolled_job_finishes_by_itself() {
    tokio::time::pause();
    let (sandbox, reseller) = start(validated()).await;
    let api = reseller.company(ACME);
    let id = uploaded(&api, "acme-users.xlsx").await;
    map(&api, &id, ENGLISH, json!([])).await.data();
    for _ in 0..1200 {
        tokio::time::advance(Duration::from_millis(50)).await;
    }
    assert_eq!(sandbox.state()["transactions"][0]["state"], "mapped");
}

#[tokio::test]
async fn reopened_transaction_gets_another_id() {
    let (_sandbox, reseller) = start(validated()).await;
    let api = reseller.company(ACME);
    let old = uploaded(&api, "acme-users.xlsx").await;
    let job = map(&api, &old, ENGLISH, json!([])).await.data();
    wait_for_mapping(&api, job["resourceId"].as_str().unwrap()).await;
    let reopened = api
        .put(&format!("/api/target-users/{old}/update"), &json!(null))
        .await
        .data();
    assert_eq!(reopened["oldTransactionId"], old.as_str());
    let new = reopened["transactionId"].as_str().unwrap();
    assert_eq!(
        api.get(&format!("/api/target-users/upload/{old}"))
            .await
            .error()
            .0,
        404
    );
    let expected = RowCounts {
        new: 25,
        ..RowCounts::default()
    };
    assert_eq!(map_and_wait(&api, new, &ENGLISH[..3]).await, expected);
    import_all(&api, Dialect::Observed, new).await.data();
    assert_eq!(
        api.put(&format!("/api/target-users/{new}/update"), &json!(null))
            .await
            .error()
            .0,
        400
    );
}

#[tokio::test]
async fn foreign_or_expired_transaction_returns_404() {
    let mut rules = Rules::default();
    rules.transaction_lifetime = Some(Duration::ZERO);
    let (_sandbox, reseller) = start(validated()).await;
    let (_other, expiring) = start(validated().rules(rules)).await;
    let id = uploaded(&reseller.company(ACME), "acme-users.xlsx").await;
    let expired = uploaded(&expiring.company(ACME), "acme-users.xlsx").await;
    for (api, id) in [
        (reseller.company(GLOBEX), &id),
        (reseller, &id),
        (expiring.company(ACME), &expired),
    ] {
        assert_eq!(
            api.get(&format!("/api/target-users/upload/{id}"))
                .await
                .error()
                .0,
            404
        );
        assert_eq!(
            api.post(&format!("/api/target-users/{id}/search"), &everything())
                .await
                .error()
                .0,
            404
        );
        assert_eq!(import_all(&api, Dialect::Observed, id).await.error().0, 404);
        assert_eq!(map(&api, id, ENGLISH, json!([])).await.error().0, 404);
    }
}

#[tokio::test]
async fn preview_or_group_returns_500_for_some_fields() {
    let (_sandbox, reseller) = start(validated()).await;
    let api = reseller.company(ACME);
    let id = uploaded(&api, "acme-users.xlsx").await;
    map_and_wait(&api, &id, ENGLISH).await;
    for (field, expected) in [
        ("Email", 200),
        ("FirstName", 200),
        ("PreferredLanguage", 500),
        ("TimeZone", 500),
        ("Priority", 500),
        ("CreateTime", 500),
        ("Status", 500),
        ("Office", 500),
    ] {
        let mut body = everything();
        body["filter"]["FilterGroups"][0] = json!({ "Condition": "OR",
            "FilterItems": [{ "FieldName": field, "Operator": "Contains", "Value": "a" }], "FilterGroups": [] });
        let response = api
            .post(&format!("/api/target-users/{id}/search"), &body)
            .await;
        assert_eq!(response.status.as_u16(), expected, "{field}");
    }
}

#[tokio::test]
async fn preview_export_has_the_reasons() {
    let (_sandbox, reseller) = start(validated()).await;
    let api = reseller.company(ACME);
    let id = uploaded(&api, "duplicates-and-invalid.xlsx").await;
    map_and_wait(&api, &id, LOOSE).await;
    let mut body =
        search_with(json!([{ "FieldName": "Status", "Operator": "Include", "Value": "Error" }]));
    body["exportType"] = json!("CSV");
    body["reportAllPages"] = json!(true);
    let file = api
        .post(&format!("/api/target-users/{id}/search/export"), &body)
        .await;
    let text = String::from_utf8(file.bytes.to_vec()).unwrap();
    assert_eq!(text.matches("Error").count(), 5, "{text}");
    assert!(text.contains("not an e-mail address"), "{text}");
}
