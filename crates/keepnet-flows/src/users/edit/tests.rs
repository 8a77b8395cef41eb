//! Records of rows: what one update sends and costs.

use futures::TryStreamExt as _;
use keepnet_client::{ClientConfig, Credentials};
use keepnet_sandbox::{Dialect, Sandbox};
use keepnet_staff_list::Field;
use serde_json::{Value, json};

use super::record::{UserRecord, fetch_record, put};
use crate::users::lookups::UserLookups;
use crate::users::row::UserRow;
use crate::users::row_properties::RowProperties;
use crate::{Company, Reseller};

async fn acme(sandbox: &Sandbox) -> Company {
    let credentials = Credentials::new("sandbox-client", "sandbox-secret");
    let config = ClientConfig::new(credentials).base_url(sandbox.url());
    let reseller = Reseller::connect(config).await.unwrap();
    reseller.company("Acme LLC").await.unwrap()
}

async fn rows(company: &Company) -> Vec<UserRow> {
    let pages: Vec<_> = company.users().rows().try_collect().await.unwrap();
    pages.into_iter().flatten().collect()
}

/// A row that has every property.
fn row(properties: Value) -> UserRow {
    let mut row = json!({
        "resourceId": "aDa000000000", "email": "ada@acme.example", "status": "Active",
        "priority": "Low", "firstName": null, "lastName": null, "department": null,
        "phoneNumber": null, "timeZone": null, "preferredLanguage": null, "managerFirstName": null,
        "managerLastName": null, "managerEmail": null, "customFieldValues": null,
    });
    let properties = properties.as_object().unwrap().clone();
    row.as_object_mut().unwrap().extend(properties);
    serde_json::from_value(row).unwrap()
}

fn body(record: &UserRecord) -> Value {
    serde_json::to_value(record.request().unwrap()).unwrap()
}

#[tokio::test]
async fn record_of_a_row_equals_that_of_the_user() {
    let sandbox = Sandbox::builder()
        .dialect(Dialect::Observed)
        .record_content();
    let sandbox = sandbox.start().await.unwrap();
    let acme = acme(&sandbox).await;
    let lookups = UserLookups::fetch(&acme).await.unwrap();
    let row = rows(&acme).await.swap_remove(0);
    let mut record = UserRecord::from_row(&row, &lookups, RowProperties::default());
    for (field, value) in [
        (Field::TimeZone, "Turkey Standard Time"),
        (Field::PreferredLanguage, "English"),
        (Field::Department, "Legal"),
        (Field::ManagerFirstName, "Bob"),
        (Field::ManagerLastName, "Summer"),
        (Field::ManagerEmail, "bob@acme.example"),
        (Field::Custom("Office".into()), "Izmir"),
    ] {
        record.set(&field, value, &lookups).unwrap();
    }
    put(&acme, &record).await.unwrap();

    let row = rows(&acme).await.swap_remove(0);
    let of_row = UserRecord::from_row(&row, &lookups, RowProperties::default());
    assert_eq!(of_row.unresolved(), []);
    let of_user = fetch_record(&acme, &row.resource_id).await.unwrap();
    assert_eq!(body(&of_row), body(&of_user));
    assert_eq!(body(&of_row), body(&record));

    // One write is one request.
    let before = sandbox.requests().len();
    put(&acme, &of_row).await.unwrap();
    assert_eq!(sandbox.requests().len(), before + 1);
    let content = sandbox.requests().pop().unwrap().content.unwrap();
    assert_eq!(content.json().unwrap(), body(&record));
}

#[test]
fn text_without_a_lookup_entry_is_named() {
    let row = row(json!({
        "status": "Passive", "priority": "Very High", "timeZone": "(UTC+99:00) Nowhere",
        "preferredLanguage": " ",
    }));
    let record = UserRecord::from_row(&row, &UserLookups::default(), RowProperties::default());
    assert_eq!(record.unresolved(), [Field::TimeZone]);
    assert!(record.request().is_err(), "it would clear the time zone");
    assert_eq!(record.is_active(), Some(false));
    assert_eq!(record.value(&Field::Priority), Some("VeryHigh"));
}

#[test]
fn custom_values_keep_their_member_and_type() {
    let check = |data_type: &str, value: Value, timestamp: Value, expected: Value| {
        let item = json!({
            "resourceId": "f1eld0000000", "name": "F", "dataType": data_type, "value": value,
            "timestampValue": timestamp,
        });
        let row = row(json!({ "customFieldValues": [item] }));
        let body = body(&UserRecord::from_row(
            &row,
            &UserLookups::default(),
            RowProperties::default(),
        ));
        let sent = body["customFields"].as_array().unwrap();
        let sent = sent
            .iter()
            .map(|it| json!([it["value"], it["timestampValue"]]));
        assert_eq!(sent.collect::<Value>(), expected, "{data_type} {value}");
    };
    let day = "25/03/2026 00:00";
    check(
        "String",
        json!("Izmir"),
        json!(null),
        json!([["Izmir", null]]),
    );
    check("Number", json!(17), json!(null), json!([["17", null]]));
    check("Boolean", json!("True"), json!(""), json!([["True", null]]));
    check("Date", json!(null), json!(day), json!([[day, day]]));
    check("DateTime", json!("x"), json!(day), json!([[day, day]]));
    check("String", json!(""), json!(null), json!([]));
}

#[test]
fn what_a_row_does_not_say_is_named() {
    let check = |row: Value, shown: RowProperties, expected: &[Field]| {
        let shown_text = row.to_string();
        let row: UserRow = serde_json::from_value(row).unwrap();
        let record = UserRecord::from_row(&row, &UserLookups::default(), shown);
        assert_eq!(record.unresolved(), expected, "{shown_text}");
        let is_whole = record.request().is_ok();
        assert_eq!(is_whole, expected.is_empty(), "{shown_text}");
    };
    let none = RowProperties::default();
    let names = [Field::FirstName, Field::LastName, Field::Department];
    let all = row(json!({})).properties;
    let short = json!({"resourceId": "a", "status": "Active", "priority": "Low",
        "phoneNumber": "", "timeZone": null, "preferredLanguage": null, "managerFirstName": null,
        "managerLastName": null, "managerEmail": null, "customFieldValues": []});
    check(short.clone(), none, &names);
    // Another row of the same listing has the names, so that they are null in this one.
    check(short.clone(), all, &[]);

    let custom = Field::Custom("Office".to_owned());
    for (item, is_known) in [
        (
            json!({"name": "Office", "dataType": "String", "value": "Izmir"}),
            false,
        ),
        (
            json!({"resourceId": "f", "name": "Office", "value": "x", "timestampValue": "y"}),
            false,
        ),
        (
            json!({"resourceId": "f", "name": "Office", "value": "Izmir"}),
            true,
        ),
        (
            json!({"name": "Office", "dataType": "String", "value": ""}),
            true,
        ),
    ] {
        let mut row = short.clone();
        row["customFieldValues"] = json!([item]);
        let expected = [custom.clone()];
        check(row, all, if is_known { &[] } else { &expected });
    }
}
