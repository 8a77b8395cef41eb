//! `--limit`, `--columns`, `--sort`, and the age of users in a filter.

use keepnet_sandbox::{Dialect, Sandbox};
use serde_json::Value;

use crate::support::{ACME, Keepnet, Run, Service};

fn run(service: &Service, line: &str) -> Run {
    let words: Vec<_> = line.split(' ').collect();
    Keepnet::new(&["--company", ACME])
        .args(&words)
        .with_service(service)
        .run()
}

/// The page sizes of the searches for users so far.
fn page_sizes(service: &Service) -> Vec<u64> {
    let requests = service.sandbox.requests();
    let searches = requests
        .iter()
        .filter(|it| it.path == "/api/target-users/search");
    let bodies = searches.map(|it| &it.content.as_ref().unwrap().body);
    let bodies = bodies.map(|body| serde_json::from_slice::<Value>(body).unwrap());
    bodies
        .map(|body| body["pageSize"].as_u64().unwrap())
        .collect()
}

#[test]
fn limit_fetches_only_what_it_lists() {
    let check = |limit: u64, listed: usize, sizes: &[u64]| {
        let service = Service::start(Sandbox::builder().users(ACME, 2500).record_content());
        let line = format!("users list --output ndjson --limit {limit}");
        let part = run(&service, &line);
        assert_eq!((part.code, part.stdout.lines().count()), (0, listed));
        assert_eq!(page_sizes(&service), sizes, "{limit}");
        let first = format!("listed the first {limit} of 2505 users; --all");
        assert!(part.stderr.starts_with(&first), "{}", part.stderr);
    };
    check(1, 1, &[1]);
    check(40, 40, &[40]);
    // One row of the last page shows whether rows have shifted.
    check(1500, 1500, &[1000, 1, 1000]);
}

#[test]
fn limited_listing_continues_with_its_token() {
    let service = Service::start(Sandbox::builder().users(ACME, 20));
    let first = run(
        &service,
        "users list --output json --limit 15 --created-after 52w",
    );
    let document = first.json();
    assert_eq!(document["items"].as_array().unwrap().len(), 15);
    assert_eq!(document["outcome"], "partial");
    let (_, advice) = first.stderr.split_once("hint: continue with ").unwrap();
    assert!(advice.starts_with("--created-after 20"), "{advice}");
    let rest = run(
        &service,
        &format!("users list --output json {}", advice.trim_end()),
    );
    assert_eq!((rest.code, rest.stderr.as_str()), (0, ""));
    assert_eq!(rest.json()["items"].as_array().unwrap().len(), 10);
}

#[test]
fn columns_are_chosen_and_ordered() {
    let service = Service::start(Sandbox::builder());
    let check = |line: &str, expected: &str| {
        let run = run(&service, line);
        assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{line}");
        assert_eq!(run.stdout.lines().next(), Some(expected), "{line}");
    };
    check("users list --columns id,email", "ID            EMAIL");
    check(
        "users list --columns email,phone-number --output csv",
        "email,phone_number",
    );
    check("groups list --columns name", "NAME");
    let refused = |line: &str, expected: &str| {
        let run = run(&service, line);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{line}");
        assert!(run.stderr.contains(expected), "{line}: {}", run.stderr);
    };
    let before = service.sandbox.requests().len();
    refused(
        "users list --columns mail",
        "hint: the columns are email, first_name,",
    );
    refused(
        "users list --columns id --output json",
        "a JSON document has all keys",
    );
    refused(
        "users list --sort created",
        "a list cannot be sorted by created",
    );
    refused(
        "groups list --sort nothing",
        "there is no column \"nothing\"",
    );
    refused("users list --descending", "--sort <COLUMN>");
    assert_eq!(service.sandbox.requests().len(), before);
}

#[test]
fn sorted_list_is_sorted_as_a_whole() {
    for dialect in [Dialect::Documented, Dialect::Observed] {
        let service = Service::start(Sandbox::builder().dialect(dialect).users(ACME, 600));
        let emails = |line: &str| -> Vec<String> {
            let run = run(&service, line);
            assert_eq!(run.code, 0, "{}", run.stderr);
            let note = "note: 605 users were fetched and sorted here\n";
            assert!(run.stderr.starts_with(note), "{}", run.stderr);
            let items = run.json()["items"].clone();
            let items = items.as_array().unwrap().iter();
            items
                .map(|it| it["email"].as_str().unwrap().to_owned())
                .collect()
        };
        let mut all = emails("users list --all --output json --sort email");
        assert_eq!(all.len(), 605);
        assert!(all.is_sorted());
        all.reverse();
        let last = emails("users list --limit 3 --output json --sort email --descending");
        assert_eq!(last, all[..3], "{dialect}");
    }
    let service = Service::start(Sandbox::builder());
    for (name, priority) in [("a", "high"), ("b", "very-low"), ("c", "low")] {
        run(
            &service,
            &format!("groups create {name} --priority {priority}"),
        );
    }
    let sorted = run(
        &service,
        "groups list --sort priority --descending --limit 1 --columns name",
    );
    assert_eq!(
        (sorted.stdout.as_str(), sorted.stderr.as_str()),
        ("NAME\na\n", "listed 1 of 5; a higher --limit lists more\n")
    );
}

#[test]
fn age_of_users_is_counted_from_now() {
    let service = Service::start(Sandbox::builder());
    let check = |line: &str, expected: usize| {
        let run = run(&service, &format!("users list --output ndjson {line}"));
        assert_eq!(
            (run.code, run.stdout.lines().count()),
            (0, expected),
            "{line}"
        );
    };
    check("--created-after 520w", 5);
    check("--created-before 520w", 0);
    check("--created-before 1m --created-after 2000-01-01", 5);
}
