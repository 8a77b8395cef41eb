//! What becomes of the values of a person whose record is sent back whole.

use keepnet_flows::{Field, SyncUsers};
use keepnet_sandbox::{Answer, Dialect, RequestPattern, Rules, Sandbox};
use serde_json::{Value, json};

use super::{crowd, crowd_list, operations, seed_with, service_with, sync};
use crate::flows::service::{ACME, DIALECTS, Service};

const MANAGER: [&str; 3] = ["managerFirstName", "managerLastName", "managerEmail"];

/// A service whose first two people have a value in each field, whose rows of a search lack properties,
/// and that clears what an update does not have.
async fn service_without(dialect: Dialect, omitted: &[&'static str]) -> Service {
    let mut rules = Rules::default();
    rules.clear_omitted_properties = true;
    rules.omitted_from_user_rows = omitted.to_vec();
    let seed = seed_with(crowd(20), json!({}));
    let builder = Sandbox::builder().dialect(dialect).seed(seed).rules(rules);
    let service = Service::build(builder).await;
    let acme = service.company(ACME).await;
    for number in 0..2 {
        let email = format!("person{number}@acme.example");
        let user = acme.users().find(&email).await.unwrap().unwrap();
        let update = acme
            .update_user(&user)
            .department("Legal")
            .phone_number("+905321234567")
            .custom_field("Office", "Izmir");
        let update = [
            (Field::TimeZone, "UTC"),
            (Field::PreferredLanguage, "English"),
            (Field::ManagerFirstName, "Bob"),
            (Field::ManagerLastName, "Summer"),
            (Field::ManagerEmail, "bob@acme.example"),
        ]
        .into_iter()
        .fold(update, |update, (field, value)| update.with(field, value));
        update.even_if_changed().await.unwrap();
    }
    service
}

/// The record of a person, without the property that changes.
async fn record(service: &Service, id: &str, changes: &str) -> Value {
    let acme = service.company(ACME).await;
    let user = acme.raw().get_target_user(id).await.unwrap();
    let values = user.custom_field_values.unwrap_or_default();
    let values: Vec<_> = values
        .iter()
        .map(|it| (&it.resource_id, &it.value))
        .collect();
    let priority = user.priority.map(|it| it.0);
    let mut record = json!({
        "email": user.email, "firstName": user.first_name, "lastName": user.last_name,
        "department": user.department, "phoneNumber": user.phone_number, "priority": priority,
        "isActive": user.is_active, "timeZoneId": user.time_zone_id,
        "preferredLanguageId": user.preferred_language_id,
        "managerFirstName": user.manager_first_name, "managerLastName": user.manager_last_name,
        "managerEmail": user.manager_email, "customFieldValues": values,
    });
    record.as_object_mut().unwrap().remove(changes);
    record
}

/// Makes one person leave, or clears the phone number of another one: the rest of the record stays.
async fn check(dialect: Dialect, omitted: &[&'static str], reads: usize) {
    let emails = |first: usize| (first..20).map(|it| format!("person{it}@acme.example"));
    let leaves: String = emails(1).map(|email| email + "\n").collect();
    let cleared: String = emails(0).map(|email| email + ",\n").collect();
    type Settings = fn(SyncUsers) -> SyncUsers;
    let cases: [(&str, String, Settings, &str); 2] = [
        (
            "leaves",
            format!("Email\n{leaves}"),
            |sync| sync,
            "isActive",
        ),
        (
            "is cleared",
            format!("Email,Phone Number\n{cleared}"),
            |sync| sync.clear("B"),
            "phoneNumber",
        ),
    ];
    for (case, list, settings, changes) in cases {
        if omitted.contains(&changes) {
            continue;
        }
        let context = format!("{dialect}, {case}, without {omitted:?}");
        let service = service_without(dialect, omitted).await;
        let acme = service.company(ACME).await;
        let user = acme
            .users()
            .find("person0@acme.example")
            .await
            .unwrap()
            .unwrap();
        let before = record(&service, &user.id, changes).await;
        assert_eq!(before["customFieldValues"][0][1], "Izmir", "{context}");
        let plan = settings(sync(&acme, &list)).plan().await.unwrap();
        let first = service.sandbox.requests().len();
        let receipt = plan.apply().await.unwrap();
        assert!(receipt.is_complete(), "{context}: {receipt:?}");
        let fetched = operations(&service, first);
        assert_eq!(
            record(&service, &user.id, changes).await,
            before,
            "{context}"
        );
        let fetched = fetched
            .iter()
            .filter(|it| **it == "get_target_user")
            .count();
        // Two people are cleared, and each is read afterwards.
        let expected = match case {
            "leaves" => reads,
            _ => 2 * reads + 2,
        };
        assert_eq!(fetched, expected, "{context}");
    }
}

#[tokio::test]
async fn whole_record_keeps_what_rows_lack() {
    for dialect in DIALECTS {
        // The document has no manager on rows, so that each person is read.
        let reads = usize::from(dialect == Dialect::Documented);
        check(dialect, &[], reads).await;
        check(dialect, &MANAGER, 1).await;
    }
    for omitted in [
        "firstName",
        "lastName",
        "department",
        "phoneNumber",
        "timeZone",
        "preferredLanguage",
        "customFieldValues",
    ] {
        check(Dialect::Observed, &[omitted], 1).await;
    }
}

/// An import would read the date in the order of day and month that the account has.
#[tokio::test]
async fn blank_date_is_not_sent_in_a_file() {
    let mut people = crowd(20);
    people[0]["customFields"] = json!({"Start": "03/04/2026 00:00"});
    let start = json!({"customFields": [{"name": "Start", "dataType": "Date"}]});
    let service = service_with(Dialect::Observed, people, start).await;
    let acme = service.company(ACME).await;
    let list = crowd_list(0..20).replace("Department\n", "Department,Start\n");
    let list = list
        .replace("First0,Last0,IT", "First0,Last0,HR")
        .replace(",IT\n", ",IT,\n");
    let list = list.replace(",HR\n", ",HR,\n");
    let plan = sync(&acme, &list).plan().await.unwrap();
    assert_eq!(plan.counts().change, 1);
    let receipt = plan.apply().await.unwrap();
    assert!(receipt.is_complete(), "{receipt:?}");
    assert_eq!(service.counter("imports"), 0);
    let user = acme
        .users()
        .find("person0@acme.example")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(user.department.as_deref(), Some("HR"));
    let user = acme.raw().get_target_user(&user.id).await.unwrap();
    let values = user.custom_field_values.unwrap();
    assert_eq!(values[0].value.as_deref(), Some("03/04/2026 00:00"));
}

/// The service does not list the zone of a person any more, and the cell of the list is blank.
#[tokio::test]
async fn retired_time_zone_is_kept_or_nothing_is_sent() {
    for has_id in [true, false] {
        let service = service_without(Dialect::Observed, &[]).await;
        let acme = service.company(ACME).await;
        let zones = json!({"timeZoneList": [{"id": "GMT Standard Time", "displayName": "London"}]});
        let zones_of = RequestPattern::of("GET /api/timezone/timezones").unwrap();
        service.sandbox.stub(zones_of, Answer::data(zones));
        let find = async || {
            acme.users()
                .find("person0@acme.example")
                .await
                .unwrap()
                .unwrap()
        };
        let person = find().await;
        if !has_id {
            let single = RequestPattern::of("GET /api/target-users/{resourceId}").unwrap();
            let user = json!({"resourceId": person.id, "email": person.email, "firstName": "First0",
                "lastName": "Last0", "department": "Legal", "phoneNumber": "+905321234567",
                "priority": "Medium", "isActive": true, "timeZoneId": null,
                "preferredLanguageId": null, "customFieldValues": []});
            service.sandbox.stub(single, Answer::data(user));
        }
        let list = crowd_list(0..20)
            .replace(",IT\n", ",IT,\n")
            .replace("Last1,IT", "Last1,Legal");
        let list = list.replace("Department\n", "Department,Time Zone\n");
        let plan = sync(&acme, &list).plan().await.unwrap();
        assert_eq!(plan.counts().change, 1, "{has_id}");
        let receipt = plan.apply().await.unwrap();
        let after = find().await;
        assert_eq!(after.time_zone, person.time_zone, "{has_id}");
        assert_eq!(receipt.is_complete(), has_id, "{receipt:?}");
        let department = if has_id { "IT" } else { "Legal" };
        assert_eq!(after.department.as_deref(), Some(department), "{has_id}");
    }
}
