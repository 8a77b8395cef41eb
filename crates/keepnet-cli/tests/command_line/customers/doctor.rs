//! `companies doctor`: what needs a person among the customers.

use std::fs;

use jiff::{SignedDuration, Timestamp};
use keepnet_sandbox::{Answer, RequestPattern, Sandbox, Seed};
use serde_json::{Value, json};

use crate::support::{ACME, Keepnet, Service};

fn fleet(customers: usize) -> Service {
    let seed = Seed::fleet(customers, 20, Timestamp::now());
    Service::start(Sandbox::builder().seed(seed))
}

/// The customers of the built-in seed, whose licences end on a date that can be read on every day.
fn two_customers() -> Service {
    let mut seed = Seed::built_in();
    for company in &mut seed.companies {
        company.license_end = Some("2099-12-24T00:00:00Z".to_owned());
    }
    Service::start(Sandbox::builder().seed(seed))
}

fn doctor(service: &Service, options: &[&str]) -> (i32, Value) {
    let run = Keepnet::new(&["companies", "doctor", "--output", "json"])
        .args(options)
        .with_service(service)
        .run();
    (run.code, run.json())
}

/// Each customer and what was found about it.
fn found(document: &Value) -> Vec<(&str, &str)> {
    let items = document["items"].as_array().unwrap().iter();
    let text = |value: &'_ Value| value.as_str().unwrap().to_owned().leak() as &str;
    items
        .map(|it| (text(&it["company"]["name"]), text(&it["finding"])))
        .collect()
}

#[test]
fn doctor_names_who_needs_a_person() {
    let service = fleet(12);
    let (code, document) = doctor(&service, &[]);
    assert_eq!(
        found(&document),
        [
            ("Customer 0002", "over_limit"),
            ("Customer 0003", "expired"),
            ("Customer 0004", "expires_soon"),
            ("Customer 0006", "closed"),
            ("Customer 0008", "no_active_admin"),
            ("Customer 0009", "unverified_domain"),
            ("Customer 0012", "over_limit"),
        ]
    );
    assert_eq!((code, &document["outcome"]), (5, &json!("findings")));
    assert_eq!(document["companies"], 12);
    assert_eq!(document["items"][0]["detail"], "19 users, a limit of 18");
    assert_eq!(
        document["items"][5]["detail"],
        "1 domain of users is not verified: customer-0009.example"
    );
    let requests = service.sandbox.requests();
    let writes = requests
        .iter()
        .filter(|it| it.method != "GET" && !it.path.ends_with("/search"));
    assert_eq!(writes.count(), 1, "only the token");
    // The list, and two for each customer that is open.
    assert_eq!(requests.len(), 1 + 1 + 2 * 11);
}

#[test]
fn healthy_customers_need_nobody() {
    let service = two_customers();
    let (code, document) = doctor(&service, &[]);
    let expected = json!({ "items": [], "companies": 2, "outcome": "complete" });
    assert_eq!((code, document), (0, expected));
}

#[test]
fn what_the_service_does_not_say_is_unknown() {
    let service = two_customers();
    let stub = |operation: &str, answer: Answer| {
        let pattern = RequestPattern::of(operation)
            .unwrap()
            .in_company("xC5kfGz7w2Nz");
        service.sandbox.stub(pattern, answer);
    };
    stub(
        "POST /api/system-users/search",
        Answer::error(403, "no right"),
    );
    stub(
        "GET /api/allow-list/search/unverified",
        Answer::error(500, "broken"),
    );
    let (code, document) = doctor(&service, &[]);
    let expected = [(ACME, "admins_unknown"), (ACME, "domains_unknown")];
    assert_eq!(found(&document), expected, "{document}");
    assert_eq!((code, &document["outcome"]), (5, &json!("findings")));
    let detail = document["items"][0]["detail"].as_str().unwrap();
    assert!(
        detail.contains("403") || detail.contains("permission"),
        "{detail}"
    );
}

#[test]
fn admin_by_an_unknown_role_is_not_guessed() {
    let service = two_customers();
    let row = json!({ "resourceId": "uSer00000001", "statusId": 1, "roles": "Auditor" });
    let page = json!({ "results": [row], "totalNumberOfRecords": 1, "totalNumberOfPages": 1 });
    let pattern = RequestPattern::of("POST /api/system-users/search").unwrap();
    let acme = pattern.in_company("xC5kfGz7w2Nz");
    service.sandbox.stub(acme, Answer::data(page));
    let (_, document) = doctor(&service, &[]);
    assert_eq!(found(&document), [(ACME, "admins_unknown")], "{document}");
}

#[test]
fn sync_is_known_by_its_record() {
    let service = two_customers();
    let folder = tempfile::tempdir().unwrap();
    let list = folder.path().join("people.csv");
    fs::write(&list, "Email\nnia@acme.example\n").unwrap();
    let tickets = folder.path().join("tickets").display().to_string();
    let sync = || {
        let options = ["--yes", "--leavers", "keep", "--tickets", &tickets];
        let sync = Keepnet::new(&["--company", ACME, "users", "sync"])
            .arg(list.clone())
            .args(&options)
            .with_service(&service)
            .run();
        assert_eq!(sync.code, 0, "{}", sync.stderr);
    };
    let check = |days: &str, expected: &[(&str, &str)]| {
        let options = ["--synced-within", days, "--tickets", &tickets];
        let (_, document) = doctor(&service, &options);
        assert_eq!(found(&document), expected, "{document}");
    };
    let set_age = |days: i64| {
        let files = fs::read_dir(&tickets).unwrap().flatten();
        for path in files.map(|it| it.path()) {
            let Ok(mut content) = serde_json::from_slice::<Value>(&fs::read(&path).unwrap()) else {
                continue;
            };
            let ended = Timestamp::now() - SignedDuration::from_hours(24 * days);
            for key in ["updated", "completed"] {
                if content.get(key).is_some() {
                    content[key] = ended.as_second().into();
                }
            }
            fs::write(&path, content.to_string()).unwrap();
        }
    };
    let globex = ("Globex GmbH", "sync_unknown");
    sync();
    check("7d", &[globex]);
    set_age(9);
    check("7d", &[(ACME, "not_synced"), globex]);
    check("10", &[globex]);
    // This one changes nothing.
    sync();
    check("7d", &[globex]);
    let prune = Keepnet::new(&["imports", "prune", "--yes", "--tickets", &tickets]);
    assert_eq!(prune.run().code, 0);
    check("7d", &[globex]);
}
