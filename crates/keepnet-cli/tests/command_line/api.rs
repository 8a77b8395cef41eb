//! `api`: calling any operation.

use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use keepnet_sandbox::{Dialect, Sandbox};
use serde_json::{Value, json};

use crate::support::{ACME, Keepnet, Run, Service};

const SEARCH: &str = r#"{"pageNumber":1,"pageSize":10,"orderBy":"CreateTime","ascending":true,
    "filter":{"Condition":"AND","SearchInputTextValue":"","FilterGroups":[]}}"#;

#[test]
fn operation_call_has_scope_and_body() {
    for dialect in [Dialect::Documented, Dialect::Observed] {
        let service = Service::start(Sandbox::builder().dialect(dialect));
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("search.json"), SEARCH).unwrap();
        let api = |arguments: &[&str]| {
            Keepnet::new(&["api"])
                .args(arguments)
                .in_folder(folder.path())
                .with_service(&service)
                .run()
        };
        let done = |run: Run| {
            assert_eq!((run.code, run.stderr.as_str()), (0, ""), "{dialect}");
            run.json()["data"].clone()
        };
        let mine = done(api(&["GET", "/api/companies/my"]));
        assert!(mine.is_array(), "{mine}");
        for data in [SEARCH, "@search.json"] {
            let companies = done(api(&["post", "api/companies/search", "--data", data]));
            assert_eq!(companies["totalNumberOfRecords"], 2, "{dialect} {data}");
        }
        let mut child = Keepnet::new(&["api", "POST", "/api/target-users/search", "--data", "-"])
            .args(&["--company", ACME, "--output", "ndjson"])
            .with_service(&service)
            .spawn(Stdio::piped());
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(SEARCH.as_bytes()).unwrap();
        drop(stdin);
        let output = child.wait_with_output().unwrap();
        let line = String::from_utf8(output.stdout).unwrap();
        assert_eq!(line.lines().count(), 1, "{line}");
        let users: Value = serde_json::from_str(&line).unwrap();
        assert_eq!(users["data"]["totalNumberOfRecords"], 6);

        let requests = service.sandbox.requests();
        let scoped = requests
            .iter()
            .filter(|it| it.path == "/api/target-users/search");
        assert_eq!(scoped.count(), 1);
    }
}

#[test]
fn downloaded_file_is_printed_unchanged() {
    let mut body: Value = serde_json::from_str(SEARCH).unwrap();
    body["exportType"] = json!("Excel");
    body["reportAllPages"] = json!(true);
    let output = Keepnet::new(&[
        "api",
        "POST",
        "/api/target-users/search/export",
        "--sandbox",
    ])
    .args(&["--company", ACME, "--data", &body.to_string()])
    .spawn(Stdio::null())
    .wait_with_output()
    .unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stdout.starts_with(b"PK"));
}

#[test]
fn form_sends_a_file_from_the_disk() {
    let service = Service::start(Sandbox::builder());
    let folder = tempfile::tempdir().unwrap();
    let list = "Email,First Name\nnew.person@acme.example,New\n";
    fs::write(folder.path().join("staff.csv"), list).unwrap();
    let upload = ["api", "POST", "/api/target-users/upload"];
    let run = Keepnet::new(&upload)
        .args(&["--form", "File=@staff.csv", "--company", ACME])
        .in_folder(folder.path())
        .with_service(&service)
        .run();
    assert_eq!((run.code, run.stderr.as_str()), (0, ""));
    let data = &run.json()["data"];
    assert_eq!(
        (&data["columnCount"], &data["rowCount"]),
        (&json!(2), &json!(1))
    );
}

#[test]
fn deletion_needs_a_confirmation() {
    let service = Service::start(Sandbox::builder());
    let group = Keepnet::new(&["groups", "create", "Temporary", "--output", "json"])
        .args(&["--company", ACME])
        .with_service(&service)
        .run();
    let path = format!(
        "/api/target-groups/{}",
        group.json()["id"].as_str().unwrap()
    );
    let delete = |more: &[&str]| {
        Keepnet::new(&["--company", ACME, "api", "DELETE", &path])
            .args(more)
            .with_service(&service)
            .run()
    };
    let deletions = || {
        let requests = service.sandbox.requests();
        requests.iter().filter(|it| it.method == "DELETE").count()
    };
    let refused = delete(&[]);
    assert_eq!((refused.code, deletions()), (2, 0), "{}", refused.stderr);
    assert!(refused.stderr.contains("add --yes"), "{}", refused.stderr);
    let deleted = delete(&["--yes"]);
    assert_eq!((deleted.code, deletions()), (0, 1), "{}", deleted.stderr);
}

#[test]
fn saved_response_replaces_file_only_on_success() {
    let service = Service::start(Sandbox::builder());
    let folder = tempfile::tempdir().unwrap();
    let saved = folder.path().join("mine.json");
    fs::write(&saved, "old").unwrap();
    let without_force = || {
        Keepnet::new(&["api", "GET", "/api/companies/my", "-o", "mine.json"])
            .in_folder(folder.path())
            .with_service(&service)
    };
    let call = |format: &str| without_force().args(&["--force", "--output", format]).run();
    let refused = without_force().run();
    assert_eq!(refused.code, 2, "{}", refused.stderr);
    assert!(refused.stderr.contains("--force"), "{}", refused.stderr);
    assert!(service.sandbox.requests().is_empty());
    assert_eq!(fs::read_to_string(&saved).unwrap(), "old");
    for fault in ["status=403", "envelope=FAILED"] {
        let fault = format!("{fault},on=GET /api/companies/my");
        service.sandbox.add_fault(fault.parse().unwrap());
        let refused = call("table");
        assert_ne!(refused.code, 0, "{fault}");
        assert!(refused.stdout.starts_with('{'), "{}", refused.stdout);
        assert_eq!(fs::read_to_string(&saved).unwrap(), "old");
        service.sandbox.clear_faults();
    }
    let done = call("table");
    let text = fs::read_to_string(&saved).unwrap();
    let line = format!("mine.json: {} bytes\n", text.len());
    assert_eq!((done.code, done.stdout.as_str()), (0, line.as_str()));
    let body: Value = serde_json::from_str(&text).unwrap();
    assert!(body["data"].is_array(), "{text}");
    let report = call("json").json();
    assert_eq!(report["file"], "mine.json");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn refused_call_prints_body_and_error() {
    let service = Service::start(Sandbox::builder());
    let check = |fault: Option<&str>, arguments: &[&str], code: i32, body: &str, error: &str| {
        service.sandbox.clear_faults();
        if let Some(fault) = fault {
            service.sandbox.add_fault(fault.parse().unwrap());
        }
        let run = Keepnet::new(&["api"])
            .args(arguments)
            .with_service(&service)
            .run();
        assert_eq!(run.code, code, "{arguments:?}: {}", run.stderr);
        assert!(run.stdout.contains(body), "{arguments:?}: {}", run.stdout);
        assert!(run.stderr.starts_with("error: "), "{}", run.stderr);
        assert!(run.stderr.contains(error), "{arguments:?}: {}", run.stderr);
    };
    let search = ["POST", "/api/companies/search", "--data", "{}"];
    check(None, &search, 7, "INTERNAL_SERVER_ERROR", "HTTP 500");
    let jobs = ["GET", "/api/jobs/nosuchjob", "--company", ACME];
    check(None, &jobs, 1, "NOT_FOUND", "it was not found (HTTP 404");
    let mine = ["GET", "/api/companies/my"];
    let on = |kind: &str| format!("{kind},on=GET /api/companies/my");
    check(
        Some(&on("status=403")),
        &mine,
        4,
        "{",
        "not allowed (HTTP 403",
    );
    check(Some(&on("status=403,body=html")), &mine, 4, "<", "HTTP 403");
    check(
        Some(&on("status=429,retry-after=600")),
        &mine,
        7,
        "{",
        "too many requests",
    );
    check(
        Some(&on("envelope=FAILED")),
        &mine,
        1,
        "FAILED",
        "the service reports a failure (HTTP 200 FAILED)",
    );
}

#[test]
fn unknown_operation_is_not_sent() {
    let service = Service::start(Sandbox::builder());
    let check = |arguments: &[&str], expected: &str| {
        let run = Keepnet::new(&["api"])
            .args(arguments)
            .with_service(&service)
            .run();
        assert_eq!(
            (run.code, run.stdout.as_str()),
            (2, ""),
            "{arguments:?}: {}",
            run.stderr
        );
        assert!(
            run.stderr.contains(expected),
            "{arguments:?}: {}",
            run.stderr
        );
    };
    check(
        &["GET", "/api/company/my"],
        "did you mean GET /api/companies/my",
    );
    check(&["GET", "https://elsewhere.example/api/jobs"], "is a URL");
    check(&["GET", "/api/../connect/token"], "leads to another path");
    check(&["POST", "/api/target-users/upload"], "takes a form");
    check(
        &["POST", "/api/target-users/upload", "--form", "File=@none"],
        "none: cannot be read",
    );
    check(
        &["POST", "/api/target-users/upload", "--form", "File"],
        "write NAME=VALUE",
    );
    check(
        &["POST", "/api/companies/search", "--form", "Name=x"],
        "takes no form",
    );
    check(
        &["DELETE", "/api/target-users/nosuchuser", "--company", ACME],
        "deleting needs a confirmation, and no question can be asked",
    );
    check(
        &["POST", "/api/companies/search", "--data", "{"],
        "not JSON, at line 1",
    );
    check(
        &["POST", "/api/companies/search", "--data", "@none"],
        "none: cannot be read",
    );
    check(
        &["GET", "/api/companies/my", "--output", "csv"],
        "has no columns",
    );
    check(
        &["POST", "/api/target-groups", "--data", "{}"],
        "create_target_group may change something, and no customer is given",
    );
    check(
        &["GET", "/api/jobs", "--company", ACME, "--reseller-wide"],
        "cannot be used with",
    );
    assert_eq!(service.sandbox.requests().len(), 0);
}

#[test]
fn change_without_a_customer_has_to_be_meant() {
    let service = Service::start(Sandbox::builder());
    let arguments = [
        "api",
        "DELETE",
        "/api/target-users/nosuchuser",
        "--reseller-wide",
        "--yes",
    ];
    let run = Keepnet::new(&arguments).with_service(&service).run();
    let expected = "error: delete_target_user (reseller-wide): it was not found (HTTP 404";
    assert!(run.stderr.starts_with(expected), "{}", run.stderr);
}

#[test]
fn operations_are_listed_with_their_fields() {
    let list = |line: &str| {
        let words: Vec<_> = line.split(' ').collect();
        let run = Keepnet::new(&["api", "list"]).args(&words).run();
        assert_eq!(run.code, 0, "{}", run.stderr);
        run
    };
    let all = list("--output json").json();
    assert_eq!(all["items"].as_array().unwrap().len(), 949);
    let run = Keepnet::new(&["api", "list", "--search", "post target-users/search export"]);
    let found = run.args(&["--output", "json"]).run().json();
    let names: Vec<_> = found["items"].as_array().unwrap().iter().collect();
    assert_eq!(names.len(), 1, "{found}");
    let fields = names[0]["fields"].as_array().unwrap();
    let page_size = fields.iter().find(|it| it["name"] == "pageSize").unwrap();
    assert_eq!(
        (&page_size["place"], &page_size["kind"]),
        (&"body".into(), &"integer".into())
    );
    let table = list("--search get_job --columns name,method,path").stdout;
    assert!(table.contains("get_job"), "{table}");
    let nothing = list("--search nosuchoperation");
    assert_eq!(
        (nothing.stdout.as_str(), nothing.stderr.as_str()),
        ("", "no operations match\n")
    );
    let neither = Keepnet::new(&["api"]).run();
    assert_eq!(neither.code, 2, "{}", neither.stderr);
}
