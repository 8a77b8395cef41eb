//! What an import would change about existing users.

use crate::flows::service::{ACME, DIALECTS, Service};
use crate::flows::{TempFile, temp_file};
use keepnet_flows::{
    ErrorKind, Field, ImportChanges, ImportMode, NewUser, Preview, Sheet, TryStreamExt,
};
use keepnet_sandbox::{Rules, Sandbox};

const HEADERS: &str =
    "Email,First Name,Department,Phone Number,Priority,Preferred Language,Time Zone,Office";
const ONE: &str = "one@acme.example,One,Sales,+15550100009,Very High,English,,Berlin";

async fn preview(service: &Service, content: &str, mode: ImportMode) -> (Preview, TempFile) {
    let file = temp_file("people.csv", content);
    let acme = service.company(ACME).await;
    let mut import = acme
        .import_users(Sheet::open(&file.path).unwrap())
        .mode(mode);
    if mode == ImportMode::Selected {
        import = import.select("Ned@Acme.example").select("ada@acme.example");
    }
    (import.await.unwrap(), file)
}

impl TempFile {
    fn open(&self) -> Sheet {
        Sheet::open(&self.path).unwrap()
    }
}

async fn changes(service: &Service, content: &str) -> ImportChanges {
    let (preview, file) = preview(service, content, ImportMode::All).await;
    preview.changes(file.open()).await.unwrap()
}

async fn import(service: &Service, content: &str) {
    let (preview, _) = preview(service, content, ImportMode::All).await;
    assert!(preview.confirm().await.unwrap().is_complete());
}

/// The counts that are not 0, such as `unchanged 3, new 1`.
fn counts(changes: &ImportChanges) -> String {
    crate::flows::nonzero(&[
        ("unchanged", changes.unchanged),
        ("changed", changes.changed),
        ("managed", changes.managed),
        ("new", changes.new),
        ("emptied", changes.emptied),
    ])
}

#[tokio::test]
async fn each_changed_field_is_reported() {
    /// Field, old value, new value.
    type Change = (&'static str, Option<&'static str>, &'static str);
    async fn check(
        service: &Service,
        headers: &str,
        row: &str,
        expected: &[Change],
        emptied: &[&str],
    ) {
        let changes = changes(service, &format!("{headers}\n{row}\n")).await;
        let mut expected_counts = match expected.is_empty() {
            true => "unchanged 1".to_owned(),
            false => "changed 1".to_owned(),
        };
        if !emptied.is_empty() {
            expected_counts += ", emptied 1";
        }
        assert_eq!(counts(&changes), expected_counts, "{row}");
        let fields: Vec<_> = changes.rows.iter().flat_map(|user| &user.fields).collect();
        let found: Vec<_> = fields
            .iter()
            .map(|it| (it.field.to_string(), it.old.clone(), it.new.clone()))
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(field, old, new)| ((*field).into(), old.map(str::to_owned), (*new).into()))
            .collect();
        assert_eq!(found, expected, "{row}");
        for counted in &changes.fields {
            let field = counted.field.to_string();
            let is_changed = expected.iter().any(|(name, ..)| *name == field);
            assert_eq!(counted.changed, u64::from(is_changed), "{row}: {field}");
            let is_emptied = emptied.contains(&field.as_str());
            assert_eq!(counted.emptied, u64::from(is_emptied), "{row}: {field}");
        }
    }
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        import(&service, &format!("{HEADERS}\n{ONE}\n")).await;
        let (it, all) = (&service, HEADERS);
        check(it, all, ONE, &[], &[]).await;
        let same = "ONE@Acme.EXAMPLE, One ,Sales,+1 (555) 010 - 0009,very-high,ENGLISH,,Berlin";
        check(it, all, same, &[], &[]).await;
        let changed = "one@acme.example,One,Finance,+15550100009,low,English,,Munich";
        let expected: [Change; 3] = [
            ("Department", Some("Sales"), "Finance"),
            ("Priority", Some("VeryHigh"), "Low"),
            ("custom:Office", Some("Berlin"), "Munich"),
        ];
        check(it, all, changed, &expected, &[]).await;
        let emptied = "one@acme.example,,Finance,,,,,";
        let emptied_fields = [
            "FirstName",
            "PhoneNumber",
            "Priority",
            "Preferred Language",
            "custom:Office",
        ];
        check(it, all, emptied, &expected[..1], &emptied_fields).await;
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
        // A name in other letters is another value.
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
async fn comparison_follows_mode_and_skips_managed_users() {
    const MIXED: &str = "Email,Department\nada@acme.example,New\nIVY@acme.example,New\n\
        sam@acme.example,New\nnia@acme.example,New\nned@acme.example,New\nbob@acme.example,Sales\n\
        broken,New\ndee@acme.example,New\n";
    struct Case {
        mode: ImportMode,
        counts: &'static str,
        /// The users that the import then updates, changed or not.
        updated: u64,
        created: u64,
        rows: &'static [u32],
    }
    async fn check(case: Case) {
        let mode = case.mode;
        for dialect in DIALECTS {
            let service = Service::start(dialect).await;
            let (preview, file) = preview(&service, MIXED, mode).await;
            let changes = preview.changes(file.open()).await.unwrap();
            assert_eq!(counts(&changes), case.counts, "{dialect} {mode:?}");
            let found: Vec<_> = changes.rows.iter().map(|user| user.row).collect();
            assert_eq!(found, case.rows, "{dialect} {mode:?}");
            let receipt = preview.confirm().await.unwrap();
            let updated = service.state_of(ACME)["counters"]["updated"].as_u64();
            assert_eq!(updated, Some(case.updated), "{receipt}");
            assert_eq!(service.created_in(ACME), case.created, "{receipt}");
        }
    }
    // Ada and Ivy change departments, Bob does not, an identity provider manages Sam, Dee was deleted.
    check(Case {
        mode: ImportMode::All,
        counts: "unchanged 1, changed 2, managed 1, new 3",
        updated: 3,
        created: 3,
        rows: &[2, 3],
    })
    .await;
    check(Case {
        mode: ImportMode::New,
        counts: "new 3",
        updated: 0,
        created: 3,
        rows: &[],
    })
    .await;
    check(Case {
        mode: ImportMode::Existing,
        counts: "unchanged 1, changed 2, managed 1",
        updated: 3,
        created: 0,
        rows: &[2, 3],
    })
    .await;
    check(Case {
        mode: ImportMode::Selected,
        counts: "changed 1, new 1",
        updated: 1,
        created: 1,
        rows: &[2],
    })
    .await;
}

#[tokio::test]
async fn rejected_rows_are_not_compared() {
    for dialect in DIALECTS {
        let mut rules = Rules::default();
        rules.require_names_in_file = true;
        let service = Service::build(Sandbox::builder().dialect(dialect).rules(rules)).await;
        let rows = "Email,First Name,Last Name\nada@acme.example,,\nBOB@acme.example,Rob,Summer\n";
        let found = changes(&service, rows).await;
        assert_eq!(counts(&found), "changed 1", "{dialect}");
        assert_eq!((found.rows[0].row, found.rows.len()), (3, 1), "{dialect}");
    }
}

#[tokio::test]
async fn long_list_is_compared_in_row_order() {
    let list = |department: fn(u32) -> &'static str| {
        let rows = (0..230).map(|it| format!("user{it}@acme.example,{}\n", department(it)));
        format!("Email,Department\n{}", rows.collect::<String>())
    };
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        import(&service, &list(|_| "Sales")).await;
        let changed = list(|it| if it % 7 == 0 { "IT" } else { "Sales" });
        let (preview, file) = preview(&service, &changed, ImportMode::All).await;
        let searches = || {
            let requests = service.sandbox.requests();
            let is_search = |path: &str| path == "/api/target-users/search";
            requests.iter().filter(|it| is_search(&it.path)).count()
        };
        let before = searches();
        let mut changes = preview.changes(file.open());
        let mut rows = Vec::new();
        while let Some(user) = changes.try_next().await.unwrap() {
            rows.push(user.row);
        }
        let expected: Vec<u32> = (0..230).step_by(7).map(|it| it + 2).collect();
        assert_eq!(rows, expected, "{dialect}");
        let total = counts(changes.counts());
        assert_eq!(total, "unchanged 197, changed 33", "{dialect}");
        assert_eq!(changes.counts().rows, []);
        assert_eq!(searches() - before, 5, "{dialect}");
    }
}

#[tokio::test]
async fn only_new_people_need_no_search() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let found = changes(&service, "Email\nnia@acme.example\nned@acme.example\n").await;
        assert_eq!(counts(&found), "new 2");
        let requests = service.sandbox.requests();
        let is_search = |path: &str| path == "/api/target-users/search";
        let searches = requests.iter().filter(|it| is_search(&it.path));
        assert_eq!(searches.count(), 1, "{dialect}: that for their domain");
    }
}

#[tokio::test]
async fn uncompared_fields_are_listed_without_values() {
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
async fn comparison_refuses_another_file() {
    for dialect in DIALECTS {
        let service = Service::start(dialect).await;
        let people = "Email,Department\nada@acme.example,New\n";
        let (preview, _) = preview(&service, people, ImportMode::All).await;
        let other = temp_file("other.csv", "Email,Department\nada@acme.example,Other\n");
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

#[tokio::test]
async fn comparison_ends_with_an_error_if_counts_differ() {
    const LIST: &str = "Email,Department\nada@acme.example,IT\nnia@acme.example,IT\n";
    let check = async |mode: ImportMode, added: &str, expected: &str| {
        for dialect in DIALECTS {
            let service = Service::start(dialect).await;
            let (preview, file) = preview(&service, LIST, mode).await;
            // Somebody else adds a user after the preview.
            let acme = service.company(ACME).await;
            acme.add_user(NewUser::new(added)).await.unwrap();
            let mut changes = preview.changes(file.open());
            assert_eq!(changes.try_next().await.unwrap().unwrap().row, 2);
            let mut next = changes.try_next().await;
            if let Ok(Some(user)) = &next {
                assert_eq!((user.row, added), (3, "nia@acme.example"), "{dialect}");
                next = changes.try_next().await;
            }
            let problem = next.as_ref().err().map(|error| error.problem().to_owned());
            let expected = (!expected.is_empty()).then(|| expected.to_owned());
            assert_eq!(problem, expected, "{dialect} {mode:?}");
            assert!(changes.try_next().await.unwrap().is_none());
            let whole = preview.changes(file.open()).await;
            let kind = whole.err().map(|error| error.kind());
            assert_eq!(kind, expected.map(|_| ErrorKind::Conflict), "{dialect}");
        }
    };
    let differ = "2 existing and 0 new people were found, and the preview counts 1 and 1";
    check(ImportMode::All, "nia@acme.example", differ).await;
    let differ = "2 existing and 1 new people were found, and the preview counts 1 and 1";
    check(ImportMode::Existing, "nia@acme.example", differ).await;
    check(ImportMode::All, "noa@acme.example", "").await;
}
