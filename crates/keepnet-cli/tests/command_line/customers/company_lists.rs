//! Which customers a command lists or works on: parts, columns, and wrong selections.

use std::fs;

use jiff::Timestamp;
use keepnet_sandbox::{Answer, RequestPattern, Sandbox, Seed};
use serde_json::json;

use crate::support::{Keepnet, Run, Service};

fn fleet(customers: usize) -> Service {
    let seed = Seed::fleet(customers, 20, Timestamp::now());
    Service::start(Sandbox::builder().seed(seed))
}

fn run(service: &Service, arguments: &[&str]) -> Run {
    Keepnet::new(arguments).with_service(service).run()
}

/// The calls inside of a customer.
fn calls_in_customers(service: &Service) -> usize {
    let requests = service.sandbox.requests();
    let inside = requests.iter().filter(|it| it.keepnet_company_id.is_some());
    inside.count()
}

#[test]
fn list_of_customers_is_cut_with_chosen_columns() {
    let service = fleet(12);
    let list = |options: &[&str]| run(&service, &[&["companies", "list"], options].concat());
    let csv = list(&[
        "--limit",
        "2",
        "--columns",
        "name,User Limit",
        "--output",
        "csv",
    ]);
    let expected = "name,user_limit\nCustomer 0001,50\nCustomer 0002,18\n";
    assert_eq!(
        (csv.code, csv.stdout.as_str()),
        (0, expected),
        "{}",
        csv.stderr
    );
    let more = "listed 2 of 12; a higher --limit lists more\n";
    assert!(csv.stderr.contains(more), "{}", csv.stderr);
    let part = list(&["--over-limit", "--limit", "1", "--output", "json"]);
    let document = part.json();
    assert_eq!(document["items"].as_array().unwrap().len(), 1, "{document}");
    assert_eq!((part.code, &document["outcome"]), (0, &json!("partial")));
    let totals = &document["totals"];
    let over = (
        &totals["companies"],
        &totals["over_limit"],
        &totals["users_over_limit"],
    );
    assert_eq!(over, (&json!(2), &json!(2), &json!(2)), "{document}");
    let all = list(&["--limit", "99", "--output", "json"]).json();
    assert_eq!(all["outcome"], "complete", "{all}");
    assert_eq!(all["totals"]["expired"], 1, "{all}");
    let before = service.sandbox.requests().len();
    for wrong in [
        &["--columns", "name", "--output", "json"][..],
        &["--columns", "nothing"],
        &["--limit", "0"],
    ] {
        assert_eq!(list(wrong).code, 2, "{wrong:?}");
    }
    assert_eq!(service.sandbox.requests().len(), before);
}

#[test]
fn customers_are_listed_and_checked_by_selection() {
    let service = fleet(12);
    let csv = |words: &str, options: &[&str]| {
        let words: Vec<_> = words.split(' ').collect();
        run(&service, &[&words, options, &["--output", "csv"]].concat())
    };
    let options = [
        "--companies",
        "tag:south",
        "--except",
        "Customer 0004,cuSt00000006",
    ];
    let listed = csv("companies list --columns name", &options);
    let expected = "name\nCustomer 0002\nCustomer 0008\nCustomer 0010\nCustomer 0012\n";
    assert_eq!(
        (listed.code, listed.stdout.as_str()),
        (0, expected),
        "{}",
        listed.stderr
    );
    assert!(
        listed.stderr.starts_with("note: 4 customers: "),
        "{}",
        listed.stderr
    );
    let over = csv("companies list --columns name --over-limit", &options);
    assert_eq!(over.stdout, "name\nCustomer 0002\nCustomer 0012\n");
    let searched = csv("companies list --columns name --search 0010", &options);
    assert_eq!(searched.stdout, "name\nCustomer 0010\n");
    let checked = csv(
        "companies doctor",
        &["--companies", "Customer 0008,Customer 0001"],
    );
    assert_eq!(
        (checked.code, checked.stdout.lines().count()),
        (5, 2),
        "{}",
        checked.stdout
    );
    assert!(
        checked.stdout.contains("no_active_admin"),
        "{}",
        checked.stdout
    );
}

#[test]
fn wrong_selections_reach_no_customer() {
    let of = |reseller: &str, name: &str, id: &str| json!({ "name": name, "id": id, "reseller": reseller });
    let seed = json!({
        "companies": [
            { "name": "Me", "id": "rEselLer0001" }, { "name": "Other", "id": "rEselLer0002" },
            of("Me", "Twin", "tWin00000001"), of("Me", "twin ", "tWin00000002"),
            of("Me", "Initech", "iNit00000001"), of("Other", "Initech", "iNit00000002"),
            of("Other", "Theirs", "tHei00000001"),
        ],
        "clients": [{ "clientId": "sandbox-client", "clientSecret": "sandbox-secret",
            "role": "reseller", "company": "Me" }],
    });
    let seed = Seed::from_json(&seed.to_string()).unwrap();
    let service = Service::start(Sandbox::builder().seed(seed));
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        format!("file:{}", path.display())
    };
    let count = |options: &[&str]| run(&service, &[&["users", "count"], options].concat());
    let refused = |options: &[&str], code: i32, expected: &str| {
        let run = count(options);
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (code, ""),
            "{options:?}: {}",
            run.stderr
        );
        assert!(run.stderr.contains(expected), "{options:?}: {}", run.stderr);
    };
    refused(
        &["--companies", "twin"],
        4,
        "2 customers are named \"twin\"",
    );
    refused(&["--companies", "tHei00000001"], 4, "tHei00000001");
    refused(&["--companies", "iNit00000002"], 4, "iNit00000002");
    refused(
        &["--companies", "Me"],
        4,
        "no customer has the name or id \"Me\"",
    );
    refused(&["--companies", "INIT00000001"], 4, "did you mean Initech");
    refused(&["--companies", "Initech,"], 4, "a name or id is empty");
    refused(
        &["--companies", &file("empty", "")],
        4,
        "the list names no customer",
    );
    refused(
        &["--companies", &file("notes", "\u{feff}\n \n")],
        4,
        "the list names no customer",
    );
    refused(&["--companies", "file: "], 2, "names no file");
    refused(
        &["--companies", "group:"],
        2,
        "the name of the group is empty",
    );
    refused(&["--companies", "tag: "], 4, "the tag is empty");
    refused(
        &["--companies", &file("list", "Initech\nTheirs\n")],
        4,
        "Theirs",
    );
    refused(&["--companies", "all", "--except", "Theirs"], 4, "Theirs");
    refused(
        &["--companies", "all", "--except", "TWIN"],
        4,
        "2 customers are named",
    );
    refused(
        &["--companies", "all", "--except", "Initech,Initec"],
        4,
        "Initec",
    );
    refused(
        &["--companies", "Initech", "--except", "iNit00000001"],
        4,
        "the selection has no customer",
    );
    refused(&["--companies", "all", "--except", ""], 2, "empty");
    refused(
        &["--companies", "group:None"],
        2,
        "there is no company group \"None\"",
    );
    refused(
        &["--companies", "tag:none"],
        4,
        "the selection has no customer",
    );
    assert_eq!(calls_in_customers(&service), 0);
    // The one of the other reseller has the same name, and is none of the customers.
    let twice = file("twice", "\u{feff}Initech\r\n  iNit00000001\ninitech\n");
    let counted = count(&["--companies", &twice, "--output", "csv"]);
    assert_eq!(
        (counted.code, counted.stdout.lines().count()),
        (0, 2),
        "{}",
        counted.stderr
    );
}

#[test]
fn list_that_breaks_reaches_no_customer() {
    for answer in [
        Answer::error(400, "broken"),
        Answer::data(
            json!({ "results": [], "totalNumberOfRecords": 600, "totalNumberOfPages": 3 }),
        ),
    ] {
        let service = fleet(600);
        let search = RequestPattern::of("POST /api/companies/search").unwrap();
        let second = search.with_json(json!({ "pageNumber": 2, "pageSize": 250 }));
        service.sandbox.stub(second, answer);
        let counted = run(&service, &["users", "count", "--companies", "all"]);
        assert_eq!(
            (counted.code, counted.stdout.as_str()),
            (1, ""),
            "{}",
            counted.stderr
        );
        assert_eq!(calls_in_customers(&service), 0);
    }
}

/// The response of a search without the count of its rows, or with the rows of another moment.
fn page(rows: &[&str], counted: Option<u64>) -> Answer {
    let rows: Vec<_> = rows
        .iter()
        .map(|id| json!({ "companyResourceId": id, "companyName": format!("Name of {id}") }))
        .collect();
    let mut data = json!({ "results": rows });
    if let Some(counted) = counted {
        data["totalNumberOfRecords"] = json!(counted);
        data["totalNumberOfPages"] = json!(counted.div_ceil(250));
    }
    Answer::data(data)
}

#[test]
fn list_without_a_count_is_not_called_complete() {
    let search = || RequestPattern::of("POST /api/companies/search").unwrap();
    let service = fleet(3);
    let rows = ["cuSt00000001", "cuSt00000002", "cuSt00000003"];
    let check = |arguments: &[&str], counted: Option<u64>, code: i32, expected: &str| {
        service
            .sandbox
            .stub(search(), page(&rows, counted).times(1));
        let run = run(&service, arguments);
        assert_eq!(run.code, code, "{arguments:?}: {}", run.stderr);
        assert!(
            run.stderr.contains(expected),
            "{arguments:?}: {}",
            run.stderr
        );
        run
    };
    let unknown = "the service does not say how many customers there are";
    let list = ["companies", "list", "--output", "json"];
    let uncounted = check(&list, None, 5, unknown).json();
    assert_eq!(uncounted["outcome"], "incomplete", "{uncounted}");
    let counted = check(&list, Some(3), 0, "").json();
    assert_eq!(counted["outcome"], "complete", "{counted}");
    check(&["companies", "doctor"], None, 5, unknown);
    let count = |selection| {
        [
            "users",
            "count",
            "--output",
            "csv",
            "--companies",
            selection,
        ]
    };
    let inside = calls_in_customers(&service);
    check(&count("all"), None, 1, unknown);
    check(
        &count("Name of cuSt00000001"),
        None,
        1,
        "choose the customers by their ids",
    );
    assert_eq!(calls_in_customers(&service), inside);
    check(&count("cuSt00000001"), None, 0, "note: 1 customer");
}

#[test]
fn empty_list_without_a_count_is_in_doubt() {
    let service = fleet(1);
    let uncounted = [
        json!({ "results": [] }),
        json!({ "results": [], "totalNumberOfRecords": null }),
        json!({ "results": [], "totalNumberOfRecords": -5 }),
    ];
    let of = ["--company", "cuSt00000001"];
    let nia = "nia@c1.example";
    let users = ("POST /api/target-users/search", "users");
    let companies = ("POST /api/companies/search", "customers");
    let jobs = ("GET /api/jobs", "jobs");
    let check = |(operation, what): (&str, &str), words: &[&str], code: i32| {
        let operation = RequestPattern::of(operation).unwrap();
        for page in &uncounted {
            let answer = Answer::data(page.clone());
            service.sandbox.stub(operation.clone(), answer);
            let run = run(&service, words);
            let case = format!("{words:?} {page}: {}", run.stderr);
            assert_eq!(run.code, code, "{case}");
            let unknown = format!("the service does not say how many {what} there are");
            assert!(run.stderr.contains(&unknown), "{case}");
            let certain = [
                "has no ",
                "have none",
                "no users match",
                "no customers match",
            ];
            for told in
                certain
                    .iter()
                    .chain(&["nothing was found", "nobody", "the account has none"])
            {
                assert!(!run.stderr.contains(told), "{told}: {case}");
            }
        }
    };
    for format in ["table", "json"] {
        let with = |words: &[&'static str]| [&of, words, &["--output", format]].concat();
        check(users, &with(&["users", "list", "--all"]), 5);
        check(users, &with(&["users", "list", "--sort", "email"]), 5);
        check(users, &with(&["users", "show", nia]), 1);
        check(users, &with(&["users", "delete", nia, "--dry-run"]), 1);
        check(jobs, &with(&["jobs", "list"]), 1);
        let all = |words: &[&'static str]| [words, &["--output", format]].concat();
        check(companies, &all(&["companies", "list"]), 5);
        check(companies, &all(&["companies", "doctor"]), 5);
    }
}

#[test]
fn users_without_a_count_are_not_called_complete() {
    let service = fleet(3);
    let search = RequestPattern::of("POST /api/target-users/search").unwrap();
    let rows = json!({ "results": [{ "resourceId": "uSer00000001", "email": "nia@c1.example" }] });
    service.sandbox.stub(search, Answer::data(rows));
    for options in [&["--all"][..], &["--sort", "email"]] {
        let words = [
            "--company",
            "cuSt00000001",
            "users",
            "list",
            "--output",
            "json",
        ];
        let run = run(&service, &[&words, options].concat());
        assert_eq!(run.code, 5, "{options:?}: {}", run.stderr);
        assert_eq!(run.json()["outcome"], "incomplete");
        assert!(
            run.stderr.contains("how many users there are"),
            "{}",
            run.stderr
        );
    }
    let many = [
        "users",
        "list",
        "--output",
        "json",
        "--companies",
        "cuSt00000001",
    ];
    let many = run(&service, &many);
    assert_eq!(many.code, 5, "{}", many.stderr);
    assert!(
        many.stderr.contains("how many users there are"),
        "{}",
        many.stderr
    );
}

/// A customer leaves after the first page and another one comes at the end: the count is the same, and
/// the customer after the first page is missed.
#[test]
fn row_lost_between_two_pages_is_noticed() {
    let service = fleet(600);
    let search = || RequestPattern::of("POST /api/companies/search").unwrap();
    let ids: Vec<_> = (1..=601).map(|it| format!("cuSt{it:08}")).collect();
    let ids: Vec<_> = ids.iter().map(String::as_str).collect();
    let later = [&ids[..9], &ids[10..]].concat();
    let at =
        |page: u32, size: u32| search().with_json(json!({ "pageNumber": page, "pageSize": size }));
    service
        .sandbox
        .stub(at(1, 250), page(&ids[..250], Some(600)));
    service
        .sandbox
        .stub(at(2, 250), page(&later[250..500], Some(600)));
    service
        .sandbox
        .stub(at(3, 250), page(&later[500..], Some(600)));
    for row in [250, 501] {
        service
            .sandbox
            .stub(at(row as u32, 1), page(&later[row - 1..row], Some(600)));
    }
    let list = run(&service, &["companies", "list", "--output", "json"]);
    let document = list.json();
    assert_eq!(
        (list.code, &document["outcome"]),
        (5, &json!("incomplete")),
        "{}",
        list.stderr
    );
    assert!(
        list.stderr.contains("customers were added or removed"),
        "{}",
        list.stderr
    );
}

#[test]
fn id_that_is_another_name_is_ambiguous() {
    let mut seed = Seed::fleet(4, 2, Timestamp::now());
    seed.company_groups.clear();
    seed.companies[2].name = "cuSt00000001".to_owned();
    let service = Service::start(Sandbox::builder().seed(seed));
    let both = "\"cuSt00000001\" is the id of Customer 0001 (cuSt00000001) and the name of \
                cuSt00000001 (cuSt00000002)";
    let check = |options: &[&str], code: i32, expected: &str| {
        let count = [&["users", "count", "--output", "csv"], options].concat();
        let run = run(&service, &count);
        assert_eq!(run.code, code, "{options:?}: {}", run.stderr);
        assert!(run.stderr.contains(expected), "{options:?}: {}", run.stderr);
    };
    check(&["--companies", "cuSt00000001"], 4, both);
    check(
        &[
            "--companies",
            "all",
            "--except",
            "CUST00000001,cuSt00000001",
        ],
        4,
        "cuSt00000001",
    );
    let selected = "note: 2 customers: Customer 0001 (cuSt00000001), cuSt00000001 (cuSt00000002)";
    check(&["--companies", "Customer 0001,cuSt00000002"], 0, selected);
    // One customer by its id costs one request, and the names are not looked at.
    check(&["--company", "cuSt00000001"], 0, "");
}
