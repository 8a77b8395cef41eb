//! Lists and single results: their formats, their pages, their filters and their interruption.

use std::io::{BufRead as _, BufReader};
use std::process::Stdio;
#[cfg(unix)]
use std::time::Duration;

use jiff::Timestamp;
use keepnet_sandbox::{Answer, Dialect, RequestPattern, Sandbox, Seed};
use serde_json::{Value, json};

use crate::support::{ACME, GLOBEX, Keepnet, Run, Service, error_document};

#[test]
fn lists_are_printed_in_each_format() {
    let check = |command: &[&str], rows: usize, expected: &str, first_column: &str| {
        let run = |format| {
            let run = Keepnet::new(command)
                .args(&["--output", format])
                .env("KEEPNET_COMPANY_ID", ACME)
                .with_sandbox()
                .run();
            // The sums of a list of customers are beside the table.
            let messages = run.stderr.lines().filter(|line| !line.contains(" seats, "));
            let messages: Vec<_> = messages.collect();
            assert_eq!((run.code, messages), (0, vec![]), "{command:?} {format}");
            assert!(
                run.stdout.contains(expected),
                "{command:?} {format}: {}",
                run.stdout
            );
            run
        };
        assert_eq!(run("table").stdout.lines().count(), rows + 1, "{command:?}");
        assert_eq!(
            run("json").json()["items"].as_array().unwrap().len(),
            rows,
            "{command:?}"
        );
        let lines = run("ndjson").stdout;
        let objects = lines
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).unwrap());
        assert_eq!(
            objects.filter(Value::is_object).count(),
            rows,
            "{command:?}"
        );
        let csv = run("csv").stdout;
        assert_eq!(csv.lines().count(), rows + 1, "{command:?}");
        assert!(csv.starts_with(&format!("{first_column},")), "{csv}");
    };
    check(&["companies", "list"], 2, GLOBEX, "id");
    check(
        &["companies", "list", "--search", "acme"],
        1,
        "xC5kfGz7w2Nz",
        "id",
    );
    check(&["users", "list"], 5, "ada@acme.example", "email");
    check(
        &["users", "list", "--status", "active"],
        4,
        "ada@acme.example",
        "email",
    );
    check(
        &["users", "list", "--status", "inactive"],
        1,
        "ivy@acme.example",
        "email",
    );
    check(
        &["users", "list", "--status", "deleted"],
        1,
        "dee@acme.example",
        "email",
    );
    check(
        &["users", "list", "--status", "all"],
        6,
        "dee@acme.example",
        "email",
    );
    check(
        &["users", "list", "--search", "güneş"],
        1,
        "cem@acme.example",
        "email",
    );
}

#[test]
fn single_results_are_printed_in_each_format() {
    let check = |command: &[&str], key: &str, expected: Value| {
        let run = |format| {
            let run = Keepnet::new(command)
                .args(&["--output", format])
                .env("KEEPNET_COMPANY_ID", ACME)
                .with_sandbox()
                .run();
            assert_eq!(
                (run.code, run.stderr.as_str()),
                (0, ""),
                "{command:?} {format}"
            );
            run
        };
        assert_eq!(run("json").json()[key], expected, "{command:?}");
        assert_eq!(run("ndjson").json()[key], expected, "{command:?}");
        assert_eq!(run("csv").stdout.lines().count(), 2, "{command:?}");
        let shown = expected.to_string();
        assert!(
            run("table").stdout.contains(shown.trim_matches('"')),
            "{command:?}"
        );
    };
    check(&["auth", "check"], "role", json!("Reseller"));
    check(
        &["companies", "show", "acme llc"],
        "id",
        json!("xC5kfGz7w2Nz"),
    );
    check(&["users", "count"], "active", json!(4));
}

#[test]
fn over_limit_lists_only_such_companies() {
    let service = Service::start(Sandbox::builder().users(ACME, 150));
    let run = Keepnet::new(&["companies", "list", "--over-limit", "--output", "json"])
        .with_service(&service)
        .run();
    let companies = run.json();
    assert_eq!(
        companies["items"].as_array().unwrap().len(),
        1,
        "{companies}"
    );
    assert_eq!(companies["items"][0]["name"], ACME);
}

#[test]
fn customers_are_chosen_sorted_and_summed() {
    let seed = Seed::fleet(12, 20, Timestamp::now());
    let service = Service::start(Sandbox::builder().seed(seed));
    let list = |arguments: &[&str]| {
        Keepnet::new(&["companies", "list"])
            .args(arguments)
            .with_service(&service)
            .run()
    };
    let run = list(&[
        "--over-limit",
        "--sort",
        "name",
        "--descending",
        "--output",
        "json",
    ]);
    let document = run.json();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{document}");
    let names: Vec<_> = document["items"].as_array().unwrap().iter().collect();
    assert_eq!(names.len(), 2, "{document}");
    assert_eq!(names[0]["name"], "Customer 0012", "{document}");
    assert_eq!(document["totals"]["user_limit"], 36, "{document}");
    assert_eq!(document["outcome"], "complete", "{document}");
    let unknown = list(&["--group", "Region 9"]);
    assert_eq!(unknown.code, 2, "{}", unknown.stderr);
    assert!(
        unknown.stderr.contains("the groups are Region 1"),
        "{}",
        unknown.stderr
    );
}

#[test]
fn customers_without_a_readable_date_are_undecided() {
    let service = Service::start(Sandbox::builder());
    let row = json!({ "companyResourceId": "cOmpany00001", "companyName": "One",
        "licenseEndDate": "soon", "licenceExpired": false });
    let page = json!({ "results": [row], "totalNumberOfRecords": 1, "totalNumberOfPages": 1 });
    let search = RequestPattern::of("POST /api/companies/search").unwrap();
    service.sandbox.stub(search, Answer::data(page));
    let run = Keepnet::new(&[
        "companies",
        "list",
        "--expires-within",
        "30d",
        "--output",
        "json",
    ])
    .with_service(&service)
    .run();
    assert_eq!(run.code, 5, "{}", run.stderr);
    assert!(
        run.stderr.contains("of 1 customer, such as One"),
        "{}",
        run.stderr
    );
    let document = run.json();
    assert_eq!(document["undecided"][0]["name"], "One", "{document}");
    assert_eq!(document["outcome"], "incomplete", "{document}");
}

#[test]
fn long_list_stops_after_the_first_page() {
    let service = Service::start(Sandbox::builder().users(ACME, 150));
    let list = |arguments: &[&str]| {
        Keepnet::new(&["--company", ACME, "users", "list", "--output", "ndjson"])
            .args(arguments)
            .with_service(&service)
            .run()
    };
    let first = list(&[]);
    assert_eq!(first.stdout.lines().count(), 100);
    let token = next_page(&first);
    assert_eq!(
        first.stderr,
        format!(
            "warning: listed the first 100 of 155 users; --all lists all of them\nhint: continue with --page-token {token}\n"
        )
    );
    let all = list(&["--all"]);
    assert_eq!((all.stdout.lines().count(), all.stderr.as_str()), (155, ""));
    let rest = list(&["--page-token", &token]);
    assert_eq!((rest.code, rest.stderr.as_str()), (0, ""));
    assert_eq!(first.stdout + &rest.stdout, all.stdout);

    let other = list(&["--page-token", &token, "--status", "active"]);
    assert_eq!((other.code, other.stdout.as_str()), (2, ""));
    assert!(
        other.stderr.contains("the token belongs to another list"),
        "{}",
        other.stderr
    );
}

/// A listing of all users, one per line.
fn list_all(service: &Service) -> Keepnet {
    let words = ["users", "list", "--output", "ndjson", "--all"];
    Keepnet::new(&["--company", ACME])
        .args(&words)
        .with_service(service)
}

/// The token of the next page, which standard error contains.
fn next_page(run: &Run) -> String {
    let (_, rest) = run.stderr.split_once("--page-token ").unwrap();
    rest.lines().next().unwrap().to_owned()
}

#[test]
fn failed_listing_prints_its_page_token() {
    let service = Service::start(Sandbox::builder().users(ACME, 2500));
    let list = |arguments: &[&str]| list_all(&service).args(arguments).run();
    let whole = list(&[]).stdout;
    let fault = "status=403,on=POST /api/target-users/search,nth=3,count=1";
    service.sandbox.add_fault(fault.parse().unwrap());
    let part = list(&[]);
    assert_eq!(part.code, 4, "{}", part.stderr);
    assert!(
        part.stderr
            .starts_with("the listing is incomplete; continue with --page-token "),
        "{}",
        part.stderr
    );
    let rest = list(&["--page-token", &next_page(&part)]);
    assert_eq!((rest.code, rest.stderr.as_str()), (0, ""));
    assert_eq!(part.stdout + &rest.stdout, whole);
}

#[test]
fn json_list_that_is_cut_off_says_so() {
    let service = Service::start(Sandbox::builder().users(ACME, 2500));
    let fault = "status=403,on=POST /api/target-users/search,nth=3,count=1";
    service.sandbox.add_fault(fault.parse().unwrap());
    let run = Keepnet::new(&["--company", ACME])
        .args(&["users", "list", "--output", "json", "--all"])
        .with_service(&service)
        .run();
    assert_eq!(run.code, 4, "{}", run.stderr);
    let list = run.json();
    let users = list["items"].as_array().unwrap();
    assert_eq!(list["outcome"], "incomplete");
    assert_eq!(list["next_page_token"], next_page(&run));
    assert!(!users.is_empty() && users.iter().all(|user| user["email"].is_string()));
    let listed = format!("({} of 2505 so far)", users.len());
    assert!(run.stderr.contains(&listed), "{}", run.stderr);
}

#[test]
fn list_of_companies_is_complete_or_not_printed() {
    let customers = (1..=600)
        .map(|number| json!({"name": format!("Customer {number}"), "reseller": "My Reseller"}));
    let reseller = json!({"name": "My Reseller"});
    let companies: Vec<Value> = std::iter::once(reseller).chain(customers).collect();
    let seed = json!({"companies": companies, "clients": [{
        "clientId": "sandbox-client", "clientSecret": "sandbox-secret",
        "role": "reseller", "company": "My Reseller",
    }]});
    let seed = Seed::from_json(&seed.to_string()).unwrap();
    let list = |format: &str, fault: &str| {
        let fault = format!("status=403,on=POST /api/companies/search,count=1,{fault}");
        // A request that an earlier program left behind would take the fault of the next one.
        let service = Service::start(
            Sandbox::builder()
                .seed(seed.clone())
                .fault(fault.parse().unwrap()),
        );
        let run = Keepnet::new(&["companies", "list", "--output", format])
            .with_service(&service)
            .run();
        assert_eq!(run.code, 4, "{format} {fault}: {}", run.stderr);
        run
    };
    for format in ["json", "ndjson", "csv", "table"] {
        for fault in ["nth=1", "nth=3"] {
            assert_eq!(list(format, fault).stdout, "", "{format} {fault}");
        }
    }
}

#[test]
fn filters_apply_to_list_and_export() {
    for dialect in [Dialect::Documented, Dialect::Observed] {
        let service = Service::start(Sandbox::builder().dialect(dialect));
        let check = |arguments: &[&str], users: &[&str]| {
            let run = |command: &[&str]| {
                let run = Keepnet::new(&["--company", ACME, "users"])
                    .args(command)
                    .args(arguments)
                    .with_service(&service)
                    .run();
                let message = match (command[0], users) {
                    ("list", []) => "no users match\n",
                    _ => "",
                };
                let printed = (run.code, run.stderr.as_str());
                assert_eq!(printed, (0, message), "{arguments:?}");
                run.stdout
            };
            let listed = run(&["list", "--output", "csv"]);
            let exported = run(&["export", "-o", "-"]);
            for text in [listed, exported] {
                let mut found: Vec<_> = text
                    .split([',', '\n'])
                    .filter_map(|cell| cell.strip_suffix("@acme.example"))
                    .collect();
                found.sort_unstable();
                assert_eq!(found, users, "{dialect} {arguments:?}");
            }
        };
        let all = ["ada", "bob", "cem", "ivy", "sam"];
        check(&["--department", "SALES"], &["bob", "ivy"]);
        check(&["--department", "sale"], &[]);
        check(&["--department", "Sales", "--status", "active"], &["bob"]);
        check(&["--created-after", "2000-01-01"], &all);
        check(&["--created-before", "2000-01-01"], &[]);
        check(
            &["--created-after", "2000-01-01T00:00:00Z", "--search", "ada"],
            &["ada"],
        );
        check(&["--updated-after", "2000-01-01"], &[]);
        check(&["--updated-before", "2999-01-01"], &[]);
        let person = ["--email", "nia@acme.example", "--group", "all staff"];
        let added = Keepnet::new(&["--company", ACME, "users", "add"])
            .args(&person)
            .with_service(&service)
            .run();
        assert_eq!(added.code, 0, "{}", added.stderr);
        check(&["--group", "ALL STAFF", "--search", "nia"], &["nia"]);
        check(&["--group", "all staff", "--status", "inactive"], &[]);

        let nowhere = Keepnet::new(&["--company", ACME, "users", "list", "--group", "Nobody's"])
            .with_service(&service)
            .run();
        assert_eq!((nowhere.code, nowhere.stdout.as_str()), (2, ""));
        assert!(
            nowhere.stderr.contains("there is no group"),
            "{}",
            nowhere.stderr
        );
    }
}

#[test]
fn closed_stdout_is_no_failure() {
    let service = Service::start(Sandbox::builder().users(ACME, 3000));
    let mut child = Keepnet::new(&["--company", ACME, "users", "list", "--all"])
        .args(&["--output", "ndjson"])
        .with_service(&service)
        .spawn(Stdio::null());
    let mut first = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut first)
        .unwrap();
    assert!(first.contains("ada@acme.example"), "{first}");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[cfg(unix)]
#[test]
fn interrupted_listing_prints_its_page_token() {
    let slow = Sandbox::builder()
        .users(ACME, 1500)
        .latency(Duration::from_millis(300));
    let service = Service::start(slow);
    let list = |arguments: &[&str]| list_all(&service).args(arguments);
    let mut child = list(&[]).spawn(Stdio::null());
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    assert!(first.contains("ada@acme.example"), "{first}");
    crate::support::signal("-INT", &child);
    let listed = 1 + lines.count();
    let output = child.wait_with_output().unwrap();
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(130), "{stderr}");
    assert_eq!(error_document(&stderr)["code"], "interrupted", "{stderr}");
    let (_, token) = stderr
        .split_once("the listing is incomplete; continue with --page-token ")
        .unwrap();
    let (token, _) = token.split_once('\n').unwrap();
    let rest = list(&["--page-token", token]).run();
    assert_eq!(listed + rest.stdout.lines().count(), 1505);
}
