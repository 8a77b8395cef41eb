//! Finding and changing single users, against both dialects of the sandbox.

use crate::flows::scripted::{Response, ScriptedService, no_users};
use crate::flows::service::{ACME, DIALECTS, Service};
use keepnet_client::types::{TargetUserCustomFieldValueDto, UpdateTargetUserRequest};
use keepnet_flows::{
    Company, EditOutcome, EditRefusal, ErrorKind, Field, Priority, User, UserStatus,
};
use keepnet_sandbox::{Rules, Sandbox};
use serde_json::{Value, json};

const PUT: &str = "PUT /api/target-users/{resourceId}";

async fn find(acme: &Company, email: &str) -> User {
    let found = acme.users().find(email).await.unwrap();
    found.unwrap_or_else(|| panic!("nobody has {email}"))
}

/// Gives Ada a value in every field.
async fn fill(acme: &Company) -> String {
    let ada = find(acme, "ada@acme.example").await;
    let fields = acme.custom_fields().await.unwrap();
    let value = |name: &str, value: &str| {
        let field = fields.iter().find(|field| field.name == name).unwrap();
        TargetUserCustomFieldValueDto::default()
            .resource_id(&field.id)
            .value(value)
    };
    let languages = acme.raw().list_lookups_by_type(21).await.unwrap();
    let english = languages
        .iter()
        .find(|it| it.name.as_deref() == Some("English"));
    let body = UpdateTargetUserRequest::default()
        .email("ada@acme.example")
        .first_name("Ada")
        .last_name("Winter")
        .department("Finance")
        .phone_number("+15550100001")
        .priority("VeryHigh")
        .is_active(true)
        .time_zone_id("Turkey Standard Time")
        .preferred_language_id(english.unwrap().resource_id.clone().unwrap())
        .manager_first_name("Bob")
        .manager_last_name("Summer")
        .manager_email("bob@acme.example")
        .custom_fields([value("Office", "Izmir"), value("Badge Number", "17")]);
    acme.raw().update_target_user(&ada.id, &body).await.unwrap();
    ada.id
}

/// Everything that a single user has, apart from the given members.
async fn single(acme: &Company, id: &str, without: &[&str]) -> Value {
    let user = acme
        .raw()
        .get_target_user(id)
        .raw()
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    let user: Value = serde_json::from_slice(&user).unwrap();
    let mut data = user["data"].clone();
    for name in without {
        data.as_object_mut().unwrap().remove(*name);
    }
    data
}

#[tokio::test]
async fn user_is_found_by_address_and_by_id() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let acme = service.company(ACME).await;
        let ada = find(&acme, " ADA@Acme.example ").await;
        assert_eq!(ada.status, UserStatus::Active, "{dialect}");
        assert_eq!(
            ada.priority.as_ref().unwrap().level(),
            Some(Priority::Medium)
        );
        assert!(ada.created.as_ref().unwrap().civil().is_some(), "{dialect}");
        assert_eq!(acme.users().get(&ada.id).await.unwrap(), ada, "{dialect}");

        // A part of an address is another address, and a deleted user is found only on request.
        for absent in ["da@acme.example", "dee@acme.example", "nobody@acme.example"] {
            let found = acme.users().find(absent).await.unwrap();
            assert!(found.is_none(), "{dialect}: {absent}");
        }
        let dee = acme.users().deleted().find("dee@acme.example").await;
        let dee = dee.unwrap().unwrap();
        assert!(dee.is_deleted(), "{dialect}");
        assert_eq!(acme.users().get(&dee.id).await.unwrap(), dee, "{dialect}");

        let error = acme.users().find(" ").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Invalid, "{error}");
        let error = acme.users().get("n0b0dyn0b0dy").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
    }
}

#[tokio::test]
async fn ignored_filter_gives_no_other_user() {
    let service = ScriptedService::start(|request, _| {
        let other = json!({"resourceId": "oTherUser000", "email": "eva@acme.example"});
        let page = json!({"results": [other], "totalNumberOfPages": 1, "totalNumberOfRecords": 1});
        (request.line == "POST /api/target-users/search").then_some(Response::Data(page))
    })
    .await;
    let acme = service.reseller.company(ACME).await.unwrap();
    let found = acme.users().find("va@acme.example").await.unwrap();
    assert!(found.is_none());
}

#[tokio::test]
async fn deactivation_changes_nothing_else() {
    for dialect in DIALECTS {
        let service = Service::build(Sandbox::builder().dialect(dialect).record_content()).await;
        let acme = service.company(ACME).await;
        let id = fill(&acme).await;
        let ada = find(&acme, "ada@acme.example").await;
        let before = single(&acme, &id, &["isActive"]).await;
        assert_eq!(before["managerEmail"], "bob@acme.example");

        let outcome = acme.deactivate_user(&ada).await.unwrap();
        assert_eq!(outcome, EditOutcome::Done, "{dialect}");
        assert_eq!(single(&acme, &id, &["isActive"]).await, before);
        let inactive = find(&acme, "ada@acme.example").await;
        assert_eq!(inactive.status, UserStatus::Inactive, "{dialect}");

        let writes = puts(&service).len();
        let again = acme.deactivate_user(&ada).await.unwrap();
        assert_eq!(again, EditOutcome::Unchanged, "{dialect}");
        assert_eq!(puts(&service).len(), writes, "{dialect}");

        let outcome = acme.activate_user(&inactive).await.unwrap();
        assert_eq!(outcome, EditOutcome::Done, "{dialect}");
        assert_eq!(single(&acme, &id, &[]).await["isActive"], true);
    }
}

/// The bodies of all updates of users.
fn puts(service: &Service) -> Vec<Value> {
    let requests = service.sandbox.requests().into_iter();
    let puts = requests.filter(|request| request.operation.as_deref() == Some(PUT));
    puts.filter_map(|request| request.content?.json()).collect()
}

#[tokio::test]
async fn update_sends_the_whole_record() {
    for dialect in DIALECTS {
        let service = Service::build(Sandbox::builder().dialect(dialect).record_content()).await;
        let acme = service.company(ACME).await;
        let id = fill(&acme).await;
        let ada = find(&acme, "ada@acme.example").await;
        let earlier = puts(&service).len();
        let outcome = acme
            .update_user(&ada)
            .department("Legal")
            .email("ada.winter@acme.example")
            .priority(Priority::Low)
            .time_zone("utc")
            .custom_field("office", "Ankara")
            .await;
        assert_eq!(outcome.unwrap(), EditOutcome::Done, "{dialect}");
        let puts = puts(&service);
        assert_eq!(puts.len() - earlier, 1, "{dialect}: one write");
        let sent = puts.last().unwrap();
        for (name, value) in [
            ("email", "ada.winter@acme.example"),
            ("firstName", "Ada"),
            ("lastName", "Winter"),
            ("department", "Legal"),
            ("phoneNumber", "+15550100001"),
            ("priority", "Low"),
            ("timeZoneId", "UTC"),
            ("managerFirstName", "Bob"),
            ("managerLastName", "Summer"),
            ("managerEmail", "bob@acme.example"),
        ] {
            assert_eq!(sent[name], value, "{dialect}: {name}");
        }
        assert_eq!(sent["isActive"], true, "{dialect}");
        assert!(!sent["preferredLanguageId"].as_str().unwrap().is_empty());
        assert!(sent.get("targetGroupResourceIds").is_none());
        let values = sent["customFields"].as_array().unwrap();
        let mut values: Vec<_> = values.iter().map(|it| it["value"].as_str()).collect();
        values.sort();
        assert_eq!(values, [Some("17"), Some("Ankara")], "{dialect}");
        let moved = find(&acme, "ada.winter@acme.example").await;
        assert_eq!((moved.id, moved.department.as_deref()), (id, Some("Legal")));
    }
}

#[tokio::test]
async fn unchanged_user_is_not_written() {
    for dialect in DIALECTS {
        let service = Service::build(Sandbox::builder().dialect(dialect).record_content()).await;
        let acme = service.company(ACME).await;
        fill(&acme).await;
        let writes = puts(&service).len();
        let ada = find(&acme, "ada@acme.example").await;
        let outcome = acme
            .update_user(&ada)
            .department("Finance")
            .phone_number("+1 555 010 0001")
            .priority(Priority::VeryHigh)
            .custom_field("Office", "Izmir")
            .await;
        assert_eq!(outcome.unwrap(), EditOutcome::Unchanged, "{dialect}");
        assert_eq!(puts(&service).len(), writes, "{dialect}");
    }
}

#[tokio::test]
async fn user_who_changed_meanwhile_is_refused() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let acme = service.company(ACME).await;
        let ada = find(&acme, "ada@acme.example").await;
        let other = acme.update_user(&ada).department("Sales").await.unwrap();
        assert_eq!(other, EditOutcome::Done, "{dialect}");

        let error = acme.update_user(&ada).last_name("Frost").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict, "{error}");
        let fields = vec![Field::Department];
        let refusal = error.find_source::<EditRefusal>().unwrap();
        assert_eq!(refusal, &EditRefusal::ChangedMeanwhile { fields });

        let forced = acme.update_user(&ada).last_name("Frost").even_if_changed();
        assert_eq!(forced.await.unwrap(), EditOutcome::Done, "{dialect}");
        let now = find(&acme, "ada@acme.example").await;
        let names = (now.department.as_deref(), now.last_name.as_deref());
        assert_eq!(names, (Some("Sales"), Some("Frost")), "{dialect}");
    }
}

/// A property that the row lacked was not read, so that nobody knows whether it has changed.
#[tokio::test]
async fn property_that_was_not_read_has_not_changed() {
    let properties = [
        "firstName",
        "lastName",
        "department",
        "phoneNumber",
        "priority",
    ];
    for property in properties {
        let mut rules = Rules::default();
        rules.omitted_from_user_rows = vec![property];
        let service = Service::build(Sandbox::builder().rules(rules)).await;
        let acme = service.company(ACME).await;
        fill(&acme).await;
        let ada = find(&acme, "ada@acme.example").await;
        let update = acme.update_user(&ada).custom_field("Office", "Bursa");
        assert_eq!(update.await.unwrap(), EditOutcome::Done, "{property}");
    }
}

#[tokio::test]
async fn people_of_a_directory_cost_no_request() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let acme = service.company(ACME).await;
        let sam = find(&acme, "sam@acme.example").await;
        let requests = service.sandbox.requests().len();
        for refused in [
            acme.deactivate_user(&sam).await,
            acme.activate_user(&sam).await,
            acme.delete_user(&sam).await,
            acme.update_user(&sam).department("IT").await,
        ] {
            let error = refused.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Invalid, "{dialect}: {error}");
            let refusal = error.find_source::<EditRefusal>().unwrap();
            assert!(matches!(refusal, EditRefusal::OwnedByDirectory { .. }));
        }
        assert_eq!(service.sandbox.requests().len(), requests, "{dialect}");
    }
}

#[tokio::test]
async fn deleted_user_leaves_and_is_deleted_once() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let acme = service.company(ACME).await;
        let bob = find(&acme, "bob@acme.example").await;
        let outcome = acme.delete_user(&bob).await.unwrap();
        assert_eq!(outcome, EditOutcome::Done, "{dialect}");
        assert!(acme.users().find(&bob.email).await.unwrap().is_none());
        // The caller still has the user as they were.
        let again = acme.delete_user(&bob).await.unwrap();
        assert_eq!(again, EditOutcome::Unchanged, "{dialect}");
        let deleted = acme.users().get(&bob.id).await.unwrap();
        assert!(deleted.is_deleted(), "{dialect}");
        let requests = service.sandbox.requests().len();
        let unchanged = acme.delete_user(&deleted).await.unwrap();
        assert_eq!(unchanged, EditOutcome::Unchanged, "{dialect}");
        let error = acme.activate_user(&deleted).await.unwrap_err();
        let refusal = error.find_source::<EditRefusal>();
        assert_eq!(refusal, Some(&EditRefusal::Deleted), "{error}");
        assert_eq!(service.sandbox.requests().len(), requests, "{dialect}");
    }
}

#[tokio::test]
async fn wrong_values_are_refused_before_a_write() {
    for dialect in DIALECTS {
        let service = Service::build(Sandbox::builder().dialect(dialect).record_content()).await;
        let acme = service.company(ACME).await;
        let ada = find(&acme, "ada@acme.example").await;
        let check = async |field: Field, value: &str, kind: ErrorKind, expected: &str| {
            let error = acme.update_user(&ada).with(field, value).await.unwrap_err();
            assert_eq!(error.kind(), kind, "{dialect}: {error}");
            assert!(error.to_string().contains(expected), "{dialect}: {error}");
        };
        let invalid = ErrorKind::Invalid;
        check(Field::Email, "", invalid, "no e-mail address").await;
        check(Field::Priority, "", invalid, "every user has a priority").await;
        check(Field::FullName, "Ada Frost", invalid, "does not store").await;
        check(
            Field::Email,
            "BOB@acme.example",
            ErrorKind::Conflict,
            "another user",
        )
        .await;
        check(Field::TimeZone, "Turkey", invalid, "Istanbul").await;
        check(Field::PreferredLanguage, "Klingon", invalid, "no language").await;
        let badge = Field::Custom("Badge".into());
        check(badge, "1", invalid, "use one of: Badge Number").await;
        assert!(puts(&service).is_empty(), "{dialect}");
    }
}

#[tokio::test]
async fn lost_response_of_an_update_is_looked_up() {
    let is_put = |line: &str| line == "PUT /api/target-users/aDa000000000";
    let user = |active: bool| {
        json!({
            "resourceId": "aDa000000000", "email": "ada@acme.example", "priority": "Medium",
            "isActive": active, "phoneNumber": "",
        })
    };
    for (written, expected) in [(true, Ok(EditOutcome::Done)), (false, Err(()))] {
        let service = ScriptedService::start(move |request, earlier| {
            if is_put(&request.line) {
                return Some(Response::Disconnect);
            }
            match request.line.as_str() {
                "POST /api/target-users/search" if earlier == 0 => {
                    let results = json!({"results": [user(true)], "totalNumberOfRecords": 1});
                    Some(Response::Data(results))
                }
                "POST /api/target-users/search" => Some(no_users()),
                "GET /api/target-users/aDa000000000" => {
                    Some(Response::Data(user(!(written && earlier > 0))))
                }
                _ => None,
            }
        })
        .await;
        let acme = service.reseller.company(ACME).await.unwrap();
        let ada = find(&acme, "ada@acme.example").await;
        let outcome = acme.deactivate_user(&ada).await;
        let kind = outcome.as_ref().err().map(keepnet_flows::Error::kind);
        assert_eq!(outcome.map_err(drop), expected);
        assert_eq!(kind, (!written).then_some(ErrorKind::OutcomeUnknown));
    }
}

#[tokio::test]
async fn unknown_state_is_not_sent_as_a_guess() {
    let service = ScriptedService::start(|request, _| {
        let mut user = json!({
            "resourceId": "aDa000000000", "email": "ada@acme.example", "priority": "Medium",
            "phoneNumber": "",
        });
        match request.line.as_str() {
            "POST /api/target-users/search" => {
                user["status"] = json!("Active");
                Some(Response::Data(
                    json!({"results": [user], "totalNumberOfRecords": 1}),
                ))
            }
            "GET /api/target-users/aDa000000000" => Some(Response::Data(user)),
            _ => None,
        }
    })
    .await;
    let acme = service.reseller.company(ACME).await.unwrap();
    let ada = find(&acme, "ada@acme.example").await;
    let error = acme
        .update_user(&ada)
        .department("Legal")
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Protocol, "{error}");
    assert!(
        error.to_string().contains("whether the user is active"),
        "{error}"
    );
    assert_eq!(service.times("PUT /api/target-users/aDa000000000"), 0);
}
