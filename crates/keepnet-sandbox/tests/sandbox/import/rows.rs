//! What an import does with the rows.

use keepnet_sandbox::{Dialect, Rules};
use serde_json::{Value, json};

use super::{
    ENGLISH, LOOSE, RowCounts, emails, import_all, map, map_and_wait, preview, uploaded,
    wait_for_job, wait_for_mapping,
};
use crate::api::{ACME, DIALECTS, column, everything, search_with, start, validated};

#[tokio::test]
async fn second_import_of_a_file_creates_no_user() {
    for dialect in DIALECTS {
        let (sandbox, reseller) = start(validated().dialect(dialect)).await;
        let api = reseller.company(ACME);
        for (new, existing) in [(25, 0), (0, 25)] {
            let id = uploaded(&api, "acme-users.xlsx").await;
            let counts = map_and_wait(&api, &id, ENGLISH).await;
            let expected = RowCounts {
                new,
                existing,
                invalid: 0,
            };
            assert_eq!(counts, expected);
            import_all(&api, dialect, &id).await.data();
            wait_for_job(&api).await;
            let expected = json!({ "created": 25, "updated": existing, "deleted": 0 });
            assert_eq!(sandbox.state()["companies"][1]["counters"], expected);
        }
    }
}

#[tokio::test]
async fn cells_become_properties_of_the_user() {
    let (_sandbox, reseller) = start(validated()).await;
    let api = reseller.company(ACME);
    let group = api
        .post(
            "/api/target-groups",
            &json!({ "name": "New starters", "priority": "High" }),
        )
        .await
        .data();
    let id = uploaded(&api, "acme-users.xlsx").await;
    let job = map(&api, &id, ENGLISH, json!([group["resourceId"]]))
        .await
        .data();
    wait_for_mapping(&api, job["resourceId"].as_str().unwrap()).await;
    import_all(&api, Dialect::Observed, &id).await.data();
    wait_for_job(&api).await;
    let found = search_with(
        json!([{ "FieldName": "Email", "Operator": "=", "Value": "user0@acme.example" }]),
    );
    let row = api.post("/api/target-users/search", &found).await.data()["results"][0].take();
    for (name, expected) in [
        ("firstName", "Elif"),
        ("lastName", "Şahin"),
        ("phoneNumber", "905300000000"),
        ("department", "İnsan Kaynakları"),
        ("priority", "High"),
        ("timeZone", "(UTC+03:00) Istanbul"),
        ("preferredLanguage", "Turkish"),
        ("status", "Active"),
    ] {
        assert_eq!(row[name], expected, "{name}");
    }
    let groups = api
        .post("/api/target-groups/search", &everything())
        .await
        .data();
    assert_eq!(groups["results"][2]["userCount"], 25);
}

#[tokio::test]
async fn import_mode_selects_the_rows() {
    for (mode, new, updated) in [
        ("ImportAll", 7, 0),
        ("OnlyNew", 6, 0),
        ("OnlyUpdateExisting", 0, 1),
        ("ImportSelected", 1, 0),
    ] {
        let (sandbox, reseller) = start(validated()).await;
        let api = reseller.company(ACME);
        if mode != "ImportAll" {
            api.post(
                "/api/target-users",
                &json!({ "email": "User0@Acme.example" }),
            )
            .await
            .data();
        }
        let created = sandbox.state()["companies"][1]["counters"]["created"]
            .as_u64()
            .unwrap();
        let id = uploaded(&api, "duplicates-and-invalid.xlsx").await;
        map_and_wait(&api, &id, LOOSE).await;
        let (rows, _) = preview(&api, Dialect::Observed, &id, "New").await;
        let (invalid, _) = preview(&api, Dialect::Observed, &id, "Error").await;
        let selected = if mode == "ImportSelected" {
            json!([rows[0]["resourceId"], invalid[0]["resourceId"]])
        } else {
            json!(null)
        };
        let body = json!({ "importType": mode, "selectedResourceIds": selected });
        api.post(&format!("/api/target-users/{id}/import"), &body)
            .await
            .data();
        wait_for_job(&api).await;
        let counters = sandbox.state()["companies"][1]["counters"].take();
        let expected = json!({ "created": created + new, "updated": updated, "deleted": 0 });
        assert_eq!(counters, expected, "{mode}");
    }
}

#[tokio::test]
async fn invalid_row_has_a_reason_and_is_not_imported() {
    let (_sandbox, reseller) = start(validated()).await;
    let api = reseller.company(ACME);
    let id = uploaded(&api, "duplicates-and-invalid.xlsx").await;
    map_and_wait(&api, &id, LOOSE).await;
    let (invalid, _) = preview(&api, Dialect::Observed, &id, "Error").await;
    let reasons: Vec<_> = invalid
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (
                row["firstName"]
                    .as_str()
                    .unwrap()
                    .chars()
                    .take(7)
                    .collect::<String>(),
                row["validationDetail"][0]["fieldName"].as_str().unwrap(),
            )
        })
        .collect();
    let expected = [
        ("Dup", "Email"),
        ("No", "Email"),
        ("Bad", "Email"),
        ("XXXXXXX", "FirstName"),
        ("Formula", "Email"),
    ];
    assert_eq!(
        reasons,
        expected.map(|(name, field)| (name.to_owned(), field))
    );

    import_all(&api, Dialect::Observed, &id).await.data();
    let job = wait_for_job(&api).await;
    let failures = job["processResults"]
        .as_array()
        .unwrap()
        .iter()
        .find(|process| process["type"] == 11)
        .unwrap();
    assert_eq!(failures["existsError"], true);
    let input: Value =
        serde_json::from_str(failures["processErrors"][0]["inputData"].as_str().unwrap()).unwrap();
    assert_eq!(
        (
            input["FirstName"].as_str(),
            input["Status"].as_i64(),
            input["Priority"].as_i64()
        ),
        (Some("Dup"), Some(0), Some(3))
    );
    let detail: Value = serde_json::from_str(input["ValidationDetail"].as_str().unwrap()).unwrap();
    assert!(detail[0]["Message"].is_string(), "{detail}");
    let emails = emails(&api).await;
    assert!(
        emails
            .iter()
            .any(|email| email == "after-blank@acme.example")
    );
    assert!(
        !emails
            .iter()
            .any(|email| email == "long@acme.example" || email == "not-an-address")
    );
}

#[tokio::test]
async fn imported_users_are_visible_while_the_job_runs() {
    let (_sandbox, reseller) = start(validated()).await;
    let api = reseller.company(ACME);
    let id = uploaded(&api, "acme-users.xlsx").await;
    map_and_wait(&api, &id, ENGLISH).await;
    let before = emails(&api).await.len();
    import_all(&api, Dialect::Observed, &id).await.data();
    let mut seen = vec![before];
    while api.get("/api/jobs").await.data()[0]["isFinished"] != true {
        seen.push(emails(&api).await.len());
    }
    assert!(seen.is_sorted(), "{seen:?}");
    assert!(
        seen.iter()
            .any(|&count| count > before && count < before + 25),
        "{seen:?}"
    );
    assert_eq!(emails(&api).await.len(), before + 25);
}

#[tokio::test]
async fn rows_update_existing_users() {
    let (_sandbox, reseller) = start(validated()).await;
    let api = reseller.company(ACME);
    let file = "Mail,Name,Dept\n\
        ADA@acme.example,Augusta,\n\
        sam@acme.example,Changed,\n\
        dee@acme.example,Back,\n\
        ivy@acme.example,Ivy,IT\n\
        bob@acme.example,Bob,IT\n";
    let data = api.upload("people.csv", file.as_bytes()).await.data();
    let id = data["transactionId"].as_str().unwrap();
    let columns = [
        ("Mail", "Email"),
        ("Name", "FirstName"),
        ("Dept", "Department"),
    ];
    let expected = RowCounts {
        new: 1,
        existing: 4,
        invalid: 0,
    };
    assert_eq!(map_and_wait(&api, id, &columns).await, expected);
    let (rows, _) = preview(&api, Dialect::Observed, id, "New,Exists,SCIM,Error").await;
    assert_eq!(
        column(&rows, "status"),
        ["Exists", "SCIM", "New", "Exists", "Exists"]
    );

    let user = async |email: &str| {
        let items = json!([{ "FieldName": "Email", "Operator": "=", "Value": email },
            { "FieldName": "IsDeleted", "Operator": "=", "Value": false }]);
        let body = search_with(items);
        api.post("/api/target-users/search", &body).await.data()["results"][0].take()
    };
    let bob = user("bob@acme.example").await;
    let bob = format!("/api/target-users/{}", bob["resourceId"].as_str().unwrap());
    api.delete(&bob).await.data();
    import_all(&api, Dialect::Observed, id).await.data();
    let job = wait_for_job(&api).await;

    let ada = user("ada@acme.example").await;
    assert_eq!(ada["firstName"], "Augusta");
    assert_eq!(
        ada["department"], "Finance",
        "a blank cell does not change the field"
    );
    assert_eq!(
        user("sam@acme.example").await["firstName"],
        "Sam",
        "an identity provider owns the user"
    );
    assert_eq!(
        user("dee@acme.example").await["firstName"],
        "Back",
        "the address of a deleted user is free"
    );
    assert_eq!(
        user("ivy@acme.example").await["status"],
        "Inactive",
        "an update does not activate a user"
    );
    let failures = job["processResults"][3]["processErrors"]
        .as_array()
        .unwrap();
    assert_eq!(
        failures.len(),
        1,
        "bob was deleted between the mapping and the import"
    );
    let input: Value = serde_json::from_str(failures[0]["inputData"].as_str().unwrap()).unwrap();
    assert_eq!(
        (input["Email"].as_str(), input["Status"].as_i64()),
        (Some("bob@acme.example"), Some(1))
    );
}

#[tokio::test]
async fn each_cell_is_validated_for_its_field() {
    let mut rules = Rules::default();
    rules.require_names_in_file = true;
    let (_sandbox, reseller) = start(validated().rules(rules)).await;
    let api = reseller.company(ACME);
    let file = "Mail;First;Last;Priority;Zone;Language;Badge;Boss\n\
        a@acme.example;A;A;very high;UTC;tr;12;ada@acme.example\n\
        b@acme.example;;B;;;;;\n\
        c@acme.example;C;C;Urgent;;;;\n\
        d@acme.example;D;D;;Mars;;;\n\
        e@acme.example;E;E;;;Klingon;;\n\
        f@acme.example;F;F;;;;twelve;\n\
        g@acme.example;G;G;;;;;nobody\n";
    let columns = [
        ("Mail", "email"),
        ("First", "firstName"),
        ("Last", "lastName"),
        ("Priority", "priority"),
        ("Zone", "timeZone"),
        ("Language", "preferredLanguage"),
        ("Badge", "badge number"),
        ("Boss", "managerEmail"),
    ];
    let data = api.upload("people.csv", file.as_bytes()).await.data();
    let id = data["transactionId"].as_str().unwrap();
    let expected = RowCounts {
        new: 1,
        existing: 0,
        invalid: 6,
    };
    assert_eq!(map_and_wait(&api, id, &columns).await, expected);
    let (invalid, _) = preview(&api, Dialect::Observed, id, "Error").await;
    let fields: Vec<_> = invalid
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["validationDetail"][0]["fieldName"].as_str().unwrap())
        .collect();
    let expected = [
        "FirstName",
        "Priority",
        "TimeZone",
        "PreferredLanguage",
        "Badge Number",
        "ManagerEmail",
    ];
    assert_eq!(fields, expected);
}
