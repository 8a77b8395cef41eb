//! Changing users and groups, and the behaviour of the service that nobody has observed.

use keepnet_sandbox::{Dialect, Rules, Sandbox, Seed};
use serde_json::{Value, json};

use crate::api::{ACME, Api, DIALECTS, column, everything, start, validated};
use crate::import;

const SEARCH: &str = "/api/target-users/search";
const JOIN: &str = "/api/target-groups/users";

async fn acme(dialect: Dialect, adjust: impl FnOnce(&mut Rules)) -> (Sandbox, Api) {
    let mut rules = Rules::default();
    adjust(&mut rules);
    let seed = r#"{
        "companies": [
            { "name": "Sandbox Reseller" },
            { "name": "Acme LLC", "id": "xC5kfGz7w2Nz", "reseller": "Sandbox Reseller", "licenseLimit": 4,
              "groups": ["Staff"], "scimGroups": ["Azure"], "googleGroups": ["Drive"],
              "customFields": [{ "name": "Office" }],
              "users": [
                { "email": "ada@acme.example", "firstName": "Ada", "department": "Finance" },
                { "email": "bob@acme.example", "firstName": "Bob" },
                { "email": "dee@acme.example", "firstName": "Dee", "deleted": true },
                { "email": "sam@acme.example", "firstName": "Sam", "scim": true },
                { "email": "lea@acme.example", "firstName": "Lea", "ldap": true },
                { "email": "ivy@acme.example", "firstName": "Ivy", "active": false }
              ] }
        ],
        "clients": [{ "clientId": "sandbox-client", "clientSecret": "sandbox-secret",
            "role": "reseller", "company": "Sandbox Reseller" }]
    }"#;
    let seed = Seed::from_json(seed).unwrap();
    let builder = validated().dialect(dialect).rules(rules).seed(seed);
    let (sandbox, reseller) = start(builder).await;
    let api = reseller.company(ACME);
    (sandbox, api)
}

async fn row(api: &Api, email: &str) -> Value {
    let data = api.post(SEARCH, &everything()).await.data();
    let mut rows = data["results"].as_array().unwrap().iter();
    rows.rfind(|row| row["email"] == email).unwrap().clone()
}

async fn id(api: &Api, email: &str) -> String {
    row(api, email).await["resourceId"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// The path of a user.
async fn path_of(api: &Api, email: &str) -> String {
    format!("/api/target-users/{}", id(api, email).await)
}

/// Each dialect with each side of a rule: with an unknown behaviour of the service, and without.
fn both_sides() -> impl Iterator<Item = (Dialect, bool)> {
    DIALECTS
        .into_iter()
        .flat_map(|dialect| [(dialect, false), (dialect, true)])
}

async fn group(api: &Api, name: &str) -> String {
    let groups = api.get("/api/target-groups").await.data();
    let mut groups = groups.as_array().unwrap().iter();
    let group = groups.find(|group| group["name"] == name).unwrap();
    group["resourceId"].as_str().unwrap().to_owned()
}

async fn delete_with(api: &Api, path: &str, body: &Value) -> u16 {
    let api = api.with("content-type", "application/json");
    let body = serde_json::to_vec(body).unwrap().into();
    api.send(hyper::Method::DELETE, path, body)
        .await
        .status
        .as_u16()
}

/// Imports a file of these columns.
async fn import(api: &Api, dialect: Dialect, file: &[u8], columns: &[(&str, &str)]) {
    let data = api.upload("people.csv", file).await.data();
    let transaction = data["transactionId"].as_str().unwrap();
    import::map_and_wait(api, transaction, columns).await;
    import::import_all(api, dialect, transaction).await.data();
    import::wait_for_job(api).await;
}

fn person(email: &str, more: Value) -> Value {
    let mut body =
        json!({ "email": email, "phoneNumber": "", "isActive": true, "priority": "Low" });
    let more = more.as_object().unwrap().clone();
    body.as_object_mut().unwrap().extend(more);
    body
}

#[tokio::test]
async fn deleted_user_leaves_groups_and_frees_a_seat() {
    for (dialect, bulk) in both_sides() {
        let (sandbox, api) = acme(dialect, |rules| rules.refuse_beyond_license = true).await;
        let (ada, staff) = (
            id(&api, "ada@acme.example").await,
            group(&api, "Staff").await,
        );
        let body = json!({ "targetUserResourceIds": [ada], "targetGroupResourceIds": [staff] });
        api.put(JOIN, &body).await.data();
        assert_eq!(sandbox.state()["companies"][1]["groups"][0]["members"], 1);
        let create = person("new@acme.example", json!({}));
        assert_eq!(api.post("/api/target-users", &create).await.error().0, 400);
        match bulk {
            true => {
                let body = json!({ "items": [ada], "selectAll": false });
                let path = "/api/target-users/bulk-delete";
                assert_eq!(delete_with(&api, path, &body).await, 200);
            }
            false => drop(api.delete(&format!("/api/target-users/{ada}")).await.data()),
        }
        assert_eq!(sandbox.state()["companies"][1]["groups"][0]["members"], 0);
        api.post("/api/target-users", &create).await.data();
    }
}

#[tokio::test]
async fn activation_needs_a_seat_if_licences_are_enforced() {
    for (is_enforced, expected) in [(true, 400), (false, 200)] {
        let (_sandbox, api) = acme(Dialect::Observed, |rules| {
            rules.refuse_beyond_license = is_enforced;
        })
        .await;
        let path = path_of(&api, "ivy@acme.example").await;
        let body = person("ivy@acme.example", json!({}));
        assert_eq!(api.put(&path, &body).await.status, expected);
    }
}

/// Properties of which a user has no more than a text.
const CLEARED: [&str; 4] = [
    "department",
    "timeZoneId",
    "preferredLanguageId",
    "managerEmail",
];

#[tokio::test]
async fn omitted_properties_stay_or_are_cleared() {
    for (dialect, is_cleared) in both_sides() {
        let (_sandbox, api) = acme(dialect, |rules| {
            rules.clear_omitted_properties = is_cleared;
        })
        .await;
        let fields = api.get("/api/custom-fields/company").await.data();
        let field = &fields[0]["resourceId"];
        let path = path_of(&api, "ada@acme.example").await;
        let whole = person(
            "ada@acme.example",
            json!({
                "firstName": "Ada", "department": "Legal", "timeZoneId": "UTC",
                "preferredLanguageId": "lAng0Engl1sF", "managerFirstName": "Bob",
                "managerLastName": "Summer", "managerEmail": "bob@acme.example",
                "customFields": [{ "resourceId": field, "value": "Izmir" }],
            }),
        );
        api.put(&path, &whole).await.data();
        let stored = api.get(&path).await.data();
        assert_eq!(stored["managerEmail"], "bob@acme.example");

        api.put(&path, &person("ada@acme.example", json!({})))
            .await
            .data();
        let now = api.get(&path).await.data();
        for name in CLEARED {
            let kept = now.get(name).is_some_and(|it| *it == stored[name]);
            assert_eq!(kept, !is_cleared, "{dialect} {name}: {now}");
        }
        let values = now["customFieldValues"].as_array().unwrap().len();
        assert_eq!(values, usize::from(!is_cleared), "{dialect}");

        // A null and an empty text clear in either case.
        api.put(&path, &whole).await.data();
        let empty = json!({
            "department": "", "timeZoneId": null, "preferredLanguageId": "",
            "managerFirstName": "", "managerLastName": "", "managerEmail": "",
            "customFields": [{ "resourceId": field, "value": "" }],
        });
        api.put(&path, &person("ada@acme.example", empty))
            .await
            .data();
        let now = api.get(&path).await.data();
        for name in CLEARED {
            let text = now.get(name).and_then(Value::as_str).unwrap_or_default();
            assert_eq!(text, "", "{dialect} {name}");
        }
        assert_eq!(now["customFieldValues"], json!([]), "{dialect}");
    }
}

#[tokio::test]
async fn missing_is_active_deactivates() {
    let (_sandbox, api) = acme(Dialect::Observed, |_| {}).await;
    let path = path_of(&api, "ada@acme.example").await;
    let body = json!({ "email": "ada@acme.example", "phoneNumber": "" });
    api.put(&path, &body).await.data();
    assert_eq!(row(&api, "ada@acme.example").await["status"], "Inactive");
}

#[tokio::test]
async fn taken_address_is_refused_with_the_chosen_status() {
    for (dialect, is_conflict) in both_sides() {
        let expected = if is_conflict { 409 } else { 400 };
        let (_sandbox, api) = acme(dialect, |rules| {
            rules.duplicate_email_is_conflict = is_conflict;
        })
        .await;
        let taken = person("BOB@acme.example", json!({}));
        assert_eq!(
            api.post("/api/target-users", &taken).await.error().0,
            expected
        );
        let path = path_of(&api, "ada@acme.example").await;
        assert_eq!(
            api.put(&path, &taken).await.error().0,
            expected,
            "{dialect}"
        );
        let own = person("ADA@acme.example", json!({}));
        api.put(&path, &own).await.data();
    }
}

#[tokio::test]
async fn deleted_person_returns_anew_or_is_revived() {
    for (dialect, is_revived) in both_sides() {
        for by_import in [false, true] {
            let (sandbox, api) = acme(dialect, |rules| {
                rules.revive_deleted_users = is_revived;
            })
            .await;
            let before = id(&api, "dee@acme.example").await;
            if by_import {
                let file = b"Email\ndee@acme.example\n";
                import(&api, dialect, file, &[("Email", "Email")]).await;
            } else {
                let body = person("dee@acme.example", json!({}));
                api.post("/api/target-users", &body).await.data();
            }
            let now = row(&api, "dee@acme.example").await;
            assert_eq!(now["status"], "Active", "{dialect}");
            assert_eq!(
                now["resourceId"] == before,
                is_revived,
                "{dialect} {by_import}"
            );
            let users = &sandbox.state()["companies"][1]["users"];
            let deleted = i32::from(!is_revived);
            assert_eq!(users["deleted"], deleted, "{dialect} {by_import}");
        }
    }
}

#[tokio::test]
async fn users_of_a_directory_are_not_changed() {
    for (dialect, is_forbidden) in both_sides() {
        let expected = if is_forbidden { 403 } else { 400 };
        let (sandbox, api) = acme(dialect, |rules| {
            rules.forbid_changes_of_directory_users = is_forbidden;
        })
        .await;
        for (email, owner) in [
            ("sam@acme.example", "scimSettingName"),
            ("lea@acme.example", "ldapConfigName"),
        ] {
            let row = row(&api, email).await;
            assert_eq!(row["isEditable"], false, "{dialect}");
            assert!(row[owner].is_string(), "{dialect} {row}");
            let id = row["resourceId"].as_str().unwrap();
            let path = format!("/api/target-users/{id}");
            let body = person(email, json!({ "department": "X" }));
            assert_eq!(api.put(&path, &body).await.error().0, expected, "{dialect}");
            assert_eq!(api.delete(&path).await.error().0, expected, "{dialect}");
        }
        let counters = &sandbox.state()["companies"][1]["counters"];
        assert_eq!(
            (&counters["updated"], &counters["deleted"]),
            (&json!(0), &json!(0))
        );
    }
}

#[tokio::test]
async fn blank_cell_keeps_or_clears() {
    for (dialect, is_cleared) in both_sides() {
        let (_sandbox, api) = acme(dialect, |rules| rules.clear_blank_cells = is_cleared).await;
        let file = b"Email,Department,Priority\nada@acme.example,,\n";
        let columns = [
            ("Email", "Email"),
            ("Department", "Department"),
            ("Priority", "Priority"),
        ];
        import(&api, dialect, file, &columns).await;
        let ada = row(&api, "ada@acme.example").await;
        let department = ada["department"].as_str().unwrap_or_default();
        assert_eq!(department.is_empty(), is_cleared, "{dialect}");
        assert_eq!(ada["priority"], "Medium", "{dialect}");
    }
}

#[tokio::test]
async fn deleted_people_join_no_group() {
    for (dialect, is_ignored) in both_sides() {
        let (sandbox, api) = acme(dialect, |rules| {
            rules.ignore_deleted_group_members = is_ignored;
        })
        .await;
        let (ada, dee) = (
            id(&api, "ada@acme.example").await,
            id(&api, "dee@acme.example").await,
        );
        let staff = group(&api, "Staff").await;
        let body =
            json!({ "targetUserResourceIds": [ada, dee], "targetGroupResourceIds": [staff] });
        let status = api.put(JOIN, &body).await.status.as_u16();
        assert_eq!(status, if is_ignored { 200 } else { 404 }, "{dialect}");
        let members = &sandbox.state()["companies"][1]["groups"][0]["members"];
        assert_eq!(*members, i32::from(is_ignored), "{dialect}");
    }
}

#[tokio::test]
async fn groups_of_a_directory_are_not_changed() {
    for dialect in DIALECTS {
        let (_sandbox, api) = acme(dialect, |_| {}).await;
        let ada = id(&api, "ada@acme.example").await;
        let listed = api
            .post("/api/target-groups/search", &everything())
            .await
            .data();
        let flags = |name: &str| {
            let rows = listed["results"].as_array().unwrap().iter();
            rows.map(|row| row[name].as_bool().unwrap())
                .collect::<Vec<_>>()
        };
        assert_eq!(
            column(&listed["results"], "name"),
            ["Staff", "Azure", "Drive"]
        );
        assert_eq!(flags("isEditable"), [true, false, false], "{dialect}");
        assert_eq!(flags("isScimGroup"), [false, true, false], "{dialect}");
        assert_eq!(flags("isGoogleGroup"), [false, false, true], "{dialect}");
        for name in ["Azure", "Drive"] {
            let group = group(&api, name).await;
            let path = format!("/api/target-groups/{group}");
            let members = json!({ "targetUserResourceIds": [ada] });
            let join = json!({ "targetUserResourceIds": [ada], "targetGroupResourceIds": [group] });
            let renamed = json!({ "name": "X", "priority": "Low" });
            assert_eq!(api.put(JOIN, &join).await.error().0, 400, "{dialect}");
            assert_eq!(api.put(&path, &renamed).await.error().0, 400, "{dialect}");
            assert_eq!(api.delete(&path).await.error().0, 400, "{dialect}");
            let removed = delete_with(&api, &format!("{path}/users"), &members).await;
            assert_eq!(removed, 400, "{dialect}");
        }
    }
}

#[tokio::test]
async fn users_are_looked_up_by_their_ids() {
    for dialect in DIALECTS {
        let (_sandbox, api) = acme(dialect, |_| {}).await;
        let mut ids = Vec::new();
        for name in ["ada", "dee", "ivy"] {
            ids.push(id(&api, &format!("{name}@acme.example")).await);
        }
        ids.push("n0b0dyn0b0dy".to_owned());
        let body = json!({ "targetUserResourceIds": ids });
        let check = async |path: &str, expected: &[(&str, i64, bool)]| {
            let data = api.post(path, &body).await.data();
            let rows = data.as_array().unwrap().iter();
            let rows = rows.map(|row| {
                let status = row["status"].as_i64().unwrap();
                let name = row["firstName"].as_str().unwrap();
                (name, status, row["isDeleted"].as_bool().unwrap())
            });
            assert_eq!(rows.collect::<Vec<_>>(), expected, "{dialect} {path}");
        };
        let (ada, dee, ivy) = (("Ada", 1, false), ("Dee", 1, true), ("Ivy", 0, false));
        check("/api/target-users/by-resource-ids", &[ada, ivy]).await;
        let all = "/api/target-users/include-deleted/by-resource-ids";
        check(all, &[ada, dee, ivy]).await;
    }
}
