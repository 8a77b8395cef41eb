//! Reading scalars, pages and envelopes tolerantly.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{Envelope, Page, tolerant};

#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
struct Scalars {
    #[serde(deserialize_with = "tolerant::option")]
    i32: Option<i32>,
    #[serde(deserialize_with = "tolerant::option")]
    u64: Option<u64>,
    #[serde(deserialize_with = "tolerant::option")]
    f64: Option<f64>,
    #[serde(deserialize_with = "tolerant::option")]
    bool: Option<bool>,
    #[serde(deserialize_with = "tolerant::option")]
    text: Option<String>,
    #[serde(deserialize_with = "tolerant::list")]
    list: Vec<u8>,
}

#[derive(Debug, PartialEq, Deserialize)]
struct Required {
    #[serde(deserialize_with = "tolerant::value")]
    count: i64,
}

fn read(field: &str, value: &Value) -> Result<Scalars, String> {
    serde_json::from_value(json!({ field: value })).map_err(|error| error.to_string())
}

#[test]
fn scalars_are_read_from_other_json_types() {
    let with = |change: fn(&mut Scalars)| {
        let mut scalars = Scalars::default();
        change(&mut scalars);
        scalars
    };
    let cases = [
        ("i32", json!(12), with(|s| s.i32 = Some(12))),
        ("i32", json!("12"), with(|s| s.i32 = Some(12))),
        ("i32", json!(" -12 "), with(|s| s.i32 = Some(-12))),
        ("i32", json!(12.0), with(|s| s.i32 = Some(12))),
        ("i32", json!("12.0"), with(|s| s.i32 = Some(12))),
        ("i32", json!(null), with(|_| {})),
        ("i32", json!(""), with(|_| {})),
        ("u64", json!(u64::MAX), with(|s| s.u64 = Some(u64::MAX))),
        (
            "u64",
            json!("18446744073709551615"),
            with(|s| s.u64 = Some(u64::MAX)),
        ),
        ("f64", json!(3), with(|s| s.f64 = Some(3.0))),
        ("f64", json!("3.5"), with(|s| s.f64 = Some(3.5))),
        ("bool", json!(true), with(|s| s.bool = Some(true))),
        ("bool", json!("True"), with(|s| s.bool = Some(true))),
        ("bool", json!("false"), with(|s| s.bool = Some(false))),
        ("bool", json!(1), with(|s| s.bool = Some(true))),
        ("bool", json!("0"), with(|s| s.bool = Some(false))),
        ("text", json!("a"), with(|s| s.text = Some("a".into()))),
        ("text", json!(""), with(|s| s.text = Some(String::new()))),
        ("text", json!(12), with(|s| s.text = Some("12".into()))),
        ("text", json!(1.5), with(|s| s.text = Some("1.5".into()))),
        ("text", json!(true), with(|s| s.text = Some("true".into()))),
        ("list", json!(null), with(|_| {})),
        ("list", json!([1]), with(|s| s.list = vec![1])),
        ("other", json!({}), with(|_| {})),
    ];
    for (field, value, expected) in cases {
        assert_eq!(read(field, &value), Ok(expected), "{field}: {value}");
    }
}

#[test]
fn unusable_scalar_error_hides_the_value() {
    for (field, value, expected) in [
        ("i32", json!("canary"), "a whole number (i32)"),
        ("i32", json!(3_000_000_000_u64), "a whole number (i32)"),
        ("i32", json!(1.5), "a whole number (i32)"),
        ("i32", json!(true), "a whole number (i32)"),
        ("u64", json!(-1), "a whole number (u64)"),
        ("f64", json!("canary"), "a number (f64)"),
        ("f64", json!("NaN"), "a number (f64)"),
        ("bool", json!("canary"), "true or false"),
        ("bool", json!(2), "true or false"),
        ("text", json!(["canary"]), "a text"),
    ] {
        let error = read(field, &value).unwrap_err();
        assert!(
            error.contains(expected) && !error.contains("canary"),
            "{field} {value}: {error}"
        );
    }
}

#[test]
fn required_scalar_must_not_be_null() {
    let read = |value: Value| serde_json::from_value::<Required>(json!({ "count": value }));
    assert_eq!(read(json!("7")).unwrap(), Required { count: 7 });
    for missing in [json!(null), json!("")] {
        assert!(
            read(missing)
                .unwrap_err()
                .to_string()
                .contains("a whole number (i64)")
        );
    }
}

#[test]
fn envelope_is_read_in_any_case_and_with_gaps() {
    let cases = [
        (json!({}), None, None, true),
        (
            json!({"data": 1, "status": "SUCCESS"}),
            Some(1),
            Some("SUCCESS"),
            true,
        ),
        (
            json!({"Data": 1, "Status": "Success", "Message": "ok"}),
            Some(1),
            Some("Success"),
            true,
        ),
        (
            json!({"data": null, "status": null, "extra": {"a": [1]}}),
            None,
            None,
            true,
        ),
        (
            json!({"status": "FAILED", "validationMessages": null}),
            None,
            Some("FAILED"),
            false,
        ),
        (
            json!({"status": 5, "message": {"a": 1}}),
            None,
            Some("5"),
            false,
        ),
    ];
    for (body, data, status, success) in cases {
        let envelope: Envelope<u32> = serde_json::from_value(body.clone()).unwrap();
        assert_eq!(
            (envelope.data, envelope.status.as_deref()),
            (data, status),
            "{body}"
        );
        assert_eq!(envelope.is_success(), success, "{body}");
    }
}

#[test]
fn validation_messages_are_read_from_every_shape() {
    for (messages, expected) in [
        (json!(["a", "b"]), vec!["a", "b"]),
        (json!("a"), vec!["a"]),
        (json!([{"message": "a", "code": "x"}, null, 1]), vec!["a"]),
        (
            json!({"Email": ["a"], "Name": "b"}),
            vec!["Email: a", "Name: b"],
        ),
        (
            json!([{"propertyName": "Rows[2].Email", "message": "a"}]),
            vec!["Rows[2].Email: a"],
        ),
    ] {
        let envelope: Envelope<u32> =
            serde_json::from_value(json!({ "ValidationMessages": messages })).unwrap();
        assert_eq!(envelope.validation_messages, expected, "{messages}");
    }
}

#[test]
fn page_is_read_with_gaps_and_text_numbers() {
    let page: Page<u8> = serde_json::from_value(json!({
        "Results": [1, 2], "pageNumber": "1", "pageSize": 10.0, "totalNumberOfRecords": 2,
        "totalNumberOfPages": -1, "limitExceededCompanyCount": "3", "note": "text",
    }))
    .unwrap();
    assert_eq!(page.results, [1, 2]);
    assert_eq!((page.page_number, page.page_size), (Some(1), Some(10)));
    assert_eq!(
        (page.total_number_of_records, page.total_number_of_pages),
        (Some(2), None)
    );
    assert_eq!(
        page.counters.into_iter().collect::<Vec<_>>(),
        [("limitExceededCompanyCount".to_owned(), 3)]
    );
    for (page, has_results) in [
        (json!({}), false),
        (json!({"results": null}), false),
        (json!({"results": []}), true),
        (json!({"Results": [1]}), true),
    ] {
        let read: Page<u8> = serde_json::from_value(page.clone()).unwrap();
        assert_eq!(read.has_results(), has_results, "{page}");
    }
    for empty in [json!({}), json!({"results": null})] {
        assert_eq!(
            serde_json::from_value::<Page<u8>>(empty).unwrap(),
            Page::default()
        );
    }
}

#[test]
fn timestamp_round_trips() {
    #[derive(Serialize, Deserialize, PartialEq)]
    struct Row(u8);
    let body = json!({
        "data": {"results": [1], "pageNumber": 1, "pageSize": 10, "totalNumberOfPages": 1,
                 "totalNumberOfRecords": 1, "limitExceededCompanyCount": 0},
        "status": "SUCCESS", "message": null, "validationMessages": [],
    });
    let envelope: Envelope<Page<Row>> = serde_json::from_value(body.clone()).unwrap();
    assert_eq!(serde_json::to_value(&envelope).unwrap(), body);
}
