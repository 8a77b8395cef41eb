//! Lists of which a part is printed: that break off, or have a default limit.

use keepnet_sandbox::{Answer, RequestPattern, Sandbox, Seed};
use serde_json::json;

use crate::support::{ACME, Keepnet, Run, Service};

const FORMATS: [&str; 4] = ["table", "json", "ndjson", "csv"];

fn list(service: &Service, format: &str, arguments: &[&str]) -> Run {
    Keepnet::new(&["--company", ACME, "users", "list", "--output", format])
        .args(arguments)
        .with_service(service)
        .run()
}

/// The addresses that a list has, in any format.
fn addresses(run: &Run) -> Vec<&str> {
    let words = run.stdout.split(|letter: char| " ,\"\n".contains(letter));
    words.filter(|word| word.ends_with(".example")).collect()
}

#[test]
fn part_and_rest_of_a_list_are_all_rows_once() {
    let service = Service::start(Sandbox::builder().users(ACME, 600));
    for format in FORMATS {
        let whole = list(&service, format, &["--all"]);
        assert_eq!(addresses(&whole).len(), 605, "{format}");
        // The second request is for the first row of the last page.
        for (failing, has_rows) in [(1, false), (3, true), (4, true)] {
            let fault =
                format!("status=403,on=POST /api/target-users/search,nth={failing},count=1");
            service.sandbox.add_fault(fault.parse().unwrap());
            let part = list(&service, format, &["--all"]);
            let case = format!("{format}, request {failing}: {}", part.stderr);
            assert_eq!(part.code, 4, "{case}");
            assert_eq!(!addresses(&part).is_empty(), has_rows, "{case}");
            let token = part.stderr.split_once("continue with --page-token ");
            assert_eq!(token.is_some(), has_rows, "{case}");
            let rest = match token.and_then(|(_, rest)| rest.lines().next()) {
                Some(token) => list(&service, format, &["--all", "--page-token", token]),
                None => list(&service, format, &["--all"]),
            };
            assert_eq!((rest.code, rest.stderr.as_str()), (0, ""), "{case}");
            let rows = [addresses(&part), addresses(&rest)].concat();
            assert_eq!(rows, addresses(&whole), "{case}");
        }
    }
}

#[test]
fn quiet_list_says_that_a_default_limit_cut_it() {
    let service = Service::start(Sandbox::builder().users(ACME, 255));
    let first = list(&service, "ndjson", &[]);
    let (_, token) = first.stderr.split_once("--page-token ").unwrap();
    let more = "listed 100 users, and there are more; --all lists all of them";
    let first_of = "listed the first 100 of 260 users; --all lists all of them";
    for format in FORMATS {
        let check = |arguments: &[&str], rows: usize, expected: &str| {
            let run = list(&service, format, &[arguments, &["--quiet"]].concat());
            let case = format!("{format} {arguments:?}");
            assert_eq!((run.code, addresses(&run).len()), (0, rows), "{case}");
            assert_eq!(run.stderr, expected, "{case}");
        };
        let warning = |text: &str| format!("warning: {text}\n");
        check(&[], 100, &warning(first_of));
        check(&["--sort", "email"], 100, &warning(first_of));
        check(&["--status", "all"], 100, &warning(more));
        check(&["--page-token", token.trim_end()], 100, &warning(more));
        // A limit that was asked for is no surprise.
        check(&["--limit", "7"], 7, "");
        check(&["--all"], 260, "");
    }
}

#[test]
fn file_in_doubt_is_not_called_complete() {
    let service = Service::start(Sandbox::builder());
    let folder = tempfile::tempdir().unwrap();
    let search = RequestPattern::of("POST /api/target-users/search").unwrap();
    let export = |arguments: &[&str]| {
        Keepnet::new(&["users", "export", "--output", "json"])
            .args(arguments)
            .in_folder(folder.path())
            .with_service(&service)
            .run()
    };
    let check = |arguments: &[&str], code: i32, outcome: Option<&str>| {
        let run = export(arguments);
        let warning = "warning: it is not known whether the file has all users";
        let is_warned = run
            .stderr
            .contains("it is not known whether the file has all users");
        assert_eq!((run.code, is_warned), (code, code == 5), "{}", run.stderr);
        if arguments[0] == "--company" {
            assert_eq!(run.stderr.contains(warning), code == 5, "{}", run.stderr);
        }
        if let Some(outcome) = outcome {
            assert_eq!(run.json()["outcome"], outcome, "{arguments:?}");
        }
    };
    let one: &[&str] = &["--company", ACME, "-o", "users.csv", "--force"];
    let printed: &[&str] = &["--company", ACME, "-o", "-"];
    let many: &[&str] = &["--companies", ACME, "--force"];
    for (code, outcome) in [(0, "complete"), (5, "incomplete")] {
        check(one, code, Some(outcome));
        check(printed, code, None);
        check(many, code, Some(outcome));
        let uncounted = Answer::data(json!({"results": []}));
        service.sandbox.stub(search.clone(), uncounted);
    }
}

#[test]
fn count_that_is_not_said_is_unknown() {
    let service = Service::start(Sandbox::builder());
    let summary = RequestPattern::of("GET /api/target-users/count-summary").unwrap();
    let active = json!({"totalNumberOfActiveUsers": 4, "monthlyActiveUsers": [{"period": "June"}]});
    service.sandbox.stub(summary, Answer::data(active));
    let count = |format: &str| {
        let words = ["--company", ACME, "users", "count", "--output", format];
        Keepnet::new(&words).with_service(&service).run()
    };
    let document = count("json").json();
    let unknown = ["total", "inactive", "deleted"].map(|name| document[name].clone());
    assert_eq!(unknown, [json!(null), json!(null), json!(null)]);
    assert_eq!(
        (&document["active"], &document["monthly"][0]["count"]),
        (&json!(4), &json!(null))
    );
    let table = count("table").stdout;
    assert_eq!(table.matches("unknown").count(), 3, "{table}");
    assert!(
        count("csv")
            .stdout
            .ends_with("\nunknown,4,unknown,unknown,period=June\n")
    );
}

#[test]
fn account_without_customers_is_said() {
    let seed = json!({"companies": [{"name": "My Reseller"}], "clients": [{
        "clientId": "sandbox-client", "clientSecret": "sandbox-secret",
        "role": "reseller", "company": "My Reseller",
    }]});
    let seed = Seed::from_json(&seed.to_string()).unwrap();
    let service = Service::start(Sandbox::builder().seed(seed));
    let folder = tempfile::tempdir().unwrap();
    let check = |line: &str, expected: &str| {
        let words: Vec<_> = line.split(' ').collect();
        let run = Keepnet::new(&words)
            .in_folder(folder.path())
            .with_service(&service)
            .run();
        assert_eq!((run.code, run.stderr.as_str()), (0, expected), "{line}");
    };
    let unchecked = "warning: no customer was checked: the account has none\n";
    check("companies doctor --quiet", unchecked);
    check("companies doctor --quiet --output json", unchecked);
    let empty = "warning: the file has no customer: the account has none\n";
    check("billing snapshot --quiet -o usage.json", empty);
}

#[test]
fn page_token_of_no_such_list_is_refused() {
    let service = Service::start(Sandbox::builder().users(ACME, 20));
    let first = list(&service, "ndjson", &["--limit", "10"]);
    let (_, token) = first.stderr.split_once("--page-token ").unwrap();
    let token = token.trim_end();
    let check = |arguments: &[&str], problem: &str| {
        let run = list(&service, "ndjson", arguments);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments:?}");
        let error = run.error();
        let message = error["message"].as_str().unwrap();
        assert!(message.contains(problem), "{arguments:?}: {message}");
        let hint = error["hint"].as_str().unwrap();
        assert!(hint.contains("same company and conditions"), "{hint}");
    };
    let another = "the token belongs to another list";
    check(&["--page-token", token, "--status", "all"], another);
    check(&["--page-token", token, "--search", "a"], another);
    let none = "this is not the token of a list";
    check(&["--page-token", "tomorrow"], none);
    check(&["--page-token", &token[2..]], none);
    // One that is cut off.
    for length in (1..token.len()).step_by(7) {
        let run = list(&service, "ndjson", &["--page-token", &token[..length]]);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{length}");
    }
}
