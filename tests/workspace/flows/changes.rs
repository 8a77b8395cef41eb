//! What an import would change about the people who are there already.

use super::service::{ACME, DIALECTS, Service};
use super::{Made, made};
use keepnet_flows::{ErrorKind, Field, ImportChanges, ImportMode, Preview, Sheet, TryStreamExt};
use keepnet_sandbox::{Rules, Sandbox};

const HEADERS: &str =
    "Email,First Name,Department,Phone Number,Priority,Preferred Language,Time Zone,Office";
const ONE: &str = "one@acme.example,One,Sales,+15550100009,Very High,English,,Berlin";

async fn preview(service: &Service, content: &str, mode: ImportMode) -> (Preview, Staff) {
    let file = made("people.csv", content);
    let acme = service.company(ACME).await;
    let mut import = acme
        .import_users(Sheet::open(&file.path).unwrap())
        .mode(mode);
    if mode == ImportMode::Selected {
        import = import.select("Ned@Acme.example").select("ada@acme.example");
    }
    (import.await.unwrap(), Staff(file))
}

/// A staff list, as long as it is compared.
struct Staff(Made);

impl Staff {
    fn open(&self) -> Sheet {
        Sheet::open(&self.0.path).unwrap()
    }
}

async fn changes(service: &Service, content: &str) -> ImportChanges {
    let (preview, staff) = preview(service, content, ImportMode::All).await;
    preview.changes(staff.open()).await.unwrap()
}

async fn import(service: &Service, content: &str) {
    let (preview, _) = preview(service, content, ImportMode::All).await;
    assert!(preview.confirm().await.unwrap().is_complete());
}

/// Unchanged, changed, managed, new, emptied.
fn counts(changes: &ImportChanges) -> [u64; 5] {
    [
        changes.unchanged,
        changes.changed,
        changes.managed,
        changes.new,
        changes.emptied,
    ]
}

#[tokio::test]
async fn each_field_that_gets_another_value_is_told() {
    type Told = (&'static str, Option<&'static str>, &'static str);
    async fn check(service: &Service, headers: &str, row: &str, told: &[Told], emptied: &[&str]) {
        let changes = changes(service, &format!("{headers}\n{row}\n")).await;
        let (changed, is_emptied) = (u64::from(!told.is_empty()), u64::from(!emptied.is_empty()));
        assert_eq!(
            counts(&changes),
            [1 - changed, changed, 0, 0, is_emptied],
            "{row}"
        );
        let fields: Vec<_> = changes.rows.iter().flat_map(|user| &user.fields).collect();
        let found: Vec<_> = fields
            .iter()
            .map(|it| (it.field.to_string(), it.old.clone(), it.new.clone()))
            .collect();
        let told: Vec<_> = told
            .iter()
            .map(|(field, old, new)| ((*field).into(), old.map(str::to_owned), (*new).into()))
            .collect();
        assert_eq!(found, told, "{row}");
        for counted in &changes.fields {
            let field = counted.field.to_string();
            let expected = u64::from(told.iter().any(|(told, ..)| *told == field));
            assert_eq!(counted.changed, expected, "{row}: {field}");
            let expected = u64::from(emptied.contains(&field.as_str()));
            assert_eq!(counted.emptied, expected, "{row}: {field}");
        }
    }
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        import(&service, &format!("{HEADERS}\n{ONE}\n")).await;
        let (it, all) = (&service, HEADERS);
        check(it, all, ONE, &[], &[]).await;
        let same = "ONE@Acme.EXAMPLE, One ,Sales,+1 (555) 010 - 0009,very-high,ENGLISH,,Berlin";
        check(it, all, same, &[], &[]).await;
        let moved = "one@acme.example,One,Finance,+15550100009,low,English,,Munich";
        let expected: [Told; 3] = [
            ("Department", Some("Sales"), "Finance"),
            ("Priority", Some("VeryHigh"), "Low"),
            ("custom:Office", Some("Berlin"), "Munich"),
        ];
        check(it, all, moved, &expected, &[]).await;
        let emptied = "one@acme.example,,Finance,,,,,";
        let gone = [
            "FirstName",
            "PhoneNumber",
            "Priority",
            "Preferred Language",
            "custom:Office",
        ];
        check(it, all, emptied, &expected[..1], &gone).await;
        let name = ("LastName", None, "Person");
        check(
            it,
            "Email,Last Name",
            "one@acme.example,Person",
            &[name],
            &[],
        )
        .await;
        let badge = ("custom:Badge Number", None, "7");
        check(
            it,
            "Email,Badge Number",
            "one@acme.example,7",
            &[badge],
            &[],
        )
        .await;
        // The service keeps a phone number as it is written.
        let phone = ("PhoneNumber", Some("+15550100009"), "+1 555 0100009");
        let row = "one@acme.example,+1 555 0100009";
        check(it, "Email,Phone Number", row, &[phone], &[]).await;
        // Case is part of a name.
        let case = ("Department", Some("Sales"), "SALES");
        check(
            it,
            "Email,Department",
            "one@acme.example,SALES",
            &[case],
            &[],
        )
        .await;
        check(it, "Email", "one@acme.example", &[], &[]).await;
    }
}

#[tokio::test]
async fn only_what_the_mode_takes_and_nobody_else_manages_is_compared() {
    const MIXED: &str = "Email,Department\nada@acme.example,New\nIVY@acme.example,New\n\
        sam@acme.example,New\nnia@acme.example,New\nned@acme.example,New\nbob@acme.example,Sales\n\
        broken,New\ndee@acme.example,New\n";
    async fn check(mode: ImportMode, expected: [u64; 5], rows: &[u32]) {
        for dialect in DIALECTS {
            let service = Service::start(dialect).await;
            let (preview, staff) = preview(&service, MIXED, mode).await;
            let changes = preview.changes(staff.open()).await.unwrap();
            assert_eq!(counts(&changes), expected, "{dialect} {mode:?}");
            let found: Vec<_> = changes.rows.iter().map(|user| user.row).collect();
            assert_eq!(found, rows, "{dialect} {mode:?}");
            let said = preview.confirm().await.unwrap();
            let updated = service.state_of(ACME)["counters"]["updated"].as_u64();
            // Who keeps their values is written all the same.
            assert_eq!(updated, Some(expected[0] + expected[1]), "{said}");
            assert_eq!(service.created_in(ACME), expected[3], "{dialect} {mode:?}");
        }
    }
    // Ada and Ivy move, Bob stays, Sam comes from an identity provider, Dee was deleted.
    check(ImportMode::All, [1, 2, 1, 3, 0], &[2, 3]).await;
    check(ImportMode::New, [0, 0, 0, 3, 0], &[]).await;
    check(ImportMode::Existing, [1, 2, 1, 0, 0], &[2, 3]).await;
    check(ImportMode::Selected, [0, 1, 0, 1, 0], &[2]).await;
}

#[tokio::test]
async fn rows_that_the_service_rejects_are_not_compared() {
    for dialect in DIALECTS {
        let mut rules = Rules::default();
        rules.require_names_in_file = true;
        let service = Service::build(Sandbox::builder().dialect(dialect).rules(rules)).await;
        let rows = "Email,First Name,Last Name\nada@acme.example,,\nBOB@acme.example,Rob,Summer\n";
        let found = changes(&service, rows).await;
        assert_eq!(counts(&found), [0, 1, 0, 0, 0], "{dialect}");
        assert_eq!((found.rows[0].row, found.rows.len()), (3, 1), "{dialect}");
    }
}

#[tokio::test]
async fn a_long_list_is_compared_fifty_people_in_a_search_in_the_order_of_its_rows() {
    let list = |department: fn(u32) -> &'static str| {
        let rows = (0..230).map(|it| format!("user{it}@acme.example,{}\n", department(it)));
        format!("Email,Department\n{}", rows.collect::<String>())
    };
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        import(&service, &list(|_| "Sales")).await;
        let moved = list(|it| if it % 7 == 0 { "IT" } else { "Sales" });
        let (preview, staff) = preview(&service, &moved, ImportMode::All).await;
        let searches = || {
            let requests = service.sandbox.requests();
            let is_search = |path: &str| path == "/api/target-users/search";
            requests.iter().filter(|it| is_search(&it.path)).count()
        };
        let before = searches();
        let mut changes = preview.changes(staff.open());
        let mut rows = Vec::new();
        while let Some(user) = changes.try_next().await.unwrap() {
            rows.push(user.row);
        }
        let expected: Vec<u32> = (0..230).step_by(7).map(|it| it + 2).collect();
        assert_eq!(rows, expected, "{dialect}");
        assert_eq!(counts(changes.counts()), [197, 33, 0, 0, 0], "{dialect}");
        assert_eq!(changes.counts().rows, []);
        assert_eq!(searches() - before, 5, "{dialect}");
    }
}

#[tokio::test]
async fn nobody_is_looked_for_where_nobody_is_there() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let found = changes(&service, "Email\nnia@acme.example\nned@acme.example\n").await;
        assert_eq!(counts(&found), [0, 0, 0, 2, 0]);
        let requests = service.sandbox.requests();
        let is_search = |path: &str| path == "/api/target-users/search";
        assert!(!requests.iter().any(|it| is_search(&it.path)), "{dialect}");
    }
}

#[tokio::test]
async fn what_cannot_be_compared_is_said_and_no_value_is_shown() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let content = "Email,Department,Manager First Name,Manager Last Name,Manager Email\n\
            ada@acme.example,Marked,Bob,Summer,bob@acme.example\n";
        let found = changes(&service, content).await;
        let managers = [
            Field::ManagerFirstName,
            Field::ManagerLastName,
            Field::ManagerEmail,
        ];
        assert_eq!(found.not_compared, managers, "{dialect}");
        assert_eq!(
            found.to_string(),
            "1 would change, 0 would not, 0 new; not compared: manager's first name, manager's last \
             name, manager's e-mail"
        );
        let shown = format!("{found:?}");
        assert!(shown.contains("Department"), "{shown}");
        for value in ["ada", "Finance", "Marked"] {
            assert!(!shown.contains(value), "{value} in {shown}");
        }
        let read: ImportChanges =
            serde_json::from_value(serde_json::to_value(&found).unwrap()).unwrap();
        assert_eq!(read, found);
    }
}

#[tokio::test]
async fn another_file_is_refused() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let people = "Email,Department\nada@acme.example,New\n";
        let (preview, _) = preview(&service, people, ImportMode::All).await;
        let other = made("other.csv", "Email,Department\nada@acme.example,Other\n");
        let mut changes = preview.changes(Sheet::open(&other.path).unwrap());
        let error = changes.try_next().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Conflict);
        assert_eq!(
            error.to_string(),
            "comparing the staff list with the users for Acme LLC (xC5kfGz7w2Nz): other.csv is not \
             the file of the preview"
        );
        assert!(changes.try_next().await.unwrap().is_none());
    }
}
