//! Times in the formats of the service.

use serde_json::json;

use crate::{DateOrder, Timestamp};

#[test]
fn timestamp_formats_of_the_service_are_parsed() {
    let cases = [
        ("2026-03-25T07:49:12", Some("2026-03-25T07:49:12")),
        ("2026-03-25T07:49:12Z", Some("2026-03-25T07:49:12")),
        (
            "2026-03-25T07:49:12.345+03:00",
            Some("2026-03-25T07:49:12.345"),
        ),
        (
            "2026-03-25T07:49:12.1234567-05:00",
            Some("2026-03-25T07:49:12.1234567"),
        ),
        ("2026-03-25", Some("2026-03-25T00:00:00")),
        ("2026-03-25 07:49", Some("2026-03-25T07:49:00")),
        ("25/03/2026 07:49", Some("2026-03-25T07:49:00")),
        ("25/03/2026 07:49:12", Some("2026-03-25T07:49:12")),
        ("03/04/2026", Some("2026-04-03T00:00:00")),
        ("25.03.2026", Some("2026-03-25T00:00:00")),
        ("2026/03/25", Some("2026-03-25T00:00:00")),
        ("5/3/2026 7:49", Some("2026-03-05T07:49:00")),
        ("25/03/2026 07:49 PM", Some("2026-03-25T19:49:00")),
        ("25/03/2026 12:05 am", Some("2026-03-25T00:05:00")),
        ("  25/03/2026 ", Some("2026-03-25T00:00:00")),
        ("03/25/2026", None),
        ("31/02/2026", None),
        ("25/03/26", None),
        ("25/03/2026 24:00", None),
        ("25/03/2026 13:00 PM", None),
        ("+5/03/2026", None),
        ("2026-03-25T07:49:12.é", None),
        ("yesterday", None),
        ("", None),
    ];
    for (text, expected) in cases {
        let civil = Timestamp::from(text).civil().map(|civil| civil.to_string());
        assert_eq!(civil.as_deref(), expected, "{text:?}");
    }
}

#[test]
fn order_of_day_and_month_can_be_given() {
    let ambiguous = Timestamp::from("03/04/2026 07:49");
    for (order, expected) in [
        (DateOrder::DayFirst, "2026-04-03T07:49:00"),
        (DateOrder::MonthFirst, "2026-03-04T07:49:00"),
    ] {
        assert_eq!(ambiguous.civil_in(order).unwrap().to_string(), expected);
    }
}

#[test]
fn timestamp_keeps_its_text() {
    for (sent, text) in [
        (json!("25/03/2026 07:49"), "25/03/2026 07:49"),
        (json!(" x "), " x "),
        (json!(1_774_424_940), "1774424940"),
        (json!(null), ""),
    ] {
        let timestamp: Timestamp = serde_json::from_value(sent).unwrap();
        assert_eq!(timestamp.as_str(), text);
        assert_eq!(serde_json::to_value(&timestamp).unwrap(), json!(text));
        assert_eq!(timestamp.to_string(), text);
    }
}
