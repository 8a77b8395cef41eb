//! What `-vv` tells of the requests.

use keepnet_sandbox::{Sandbox, Seed};

use crate::marks;
use crate::program::run;

#[test]
fn each_request_is_shown_with_method_path_status_time_and_try() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let fault = "status=503,on=POST /api/target-users/search,count=1";
    let builder = Sandbox::builder()
        .seed(Seed::from_json(&marks::seed()).unwrap())
        .fault(fault.parse().unwrap());
    let sandbox = runtime.block_on(builder.start()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let words = ["users", "list", "-vv"].map(str::to_owned);
    let left = run(&words, folder.path(), sandbox.url());
    let shown = left.errors();
    assert_eq!(left.code, Some(0), "{shown}");
    let lines: Vec<&str> = shown.lines().filter(|line| line.contains(" ms")).collect();
    let requests = sandbox.requests();
    assert_eq!(lines.len(), requests.len(), "a line each: {shown}");
    for (line, request) in lines.iter().zip(&requests) {
        for expected in [
            format!("{} {}", request.method, request.path),
            format!("status={}", request.status),
        ] {
            assert!(line.contains(&expected), "{expected} in {line}");
        }
    }
    let tries: Vec<&&str> = lines
        .iter()
        .filter(|line| line.contains("/api/target-users/search"))
        .collect();
    assert!(
        tries[0].contains("try 1") && tries[0].contains("status=503"),
        "{shown}"
    );
    assert!(
        tries[1].contains("try 2") && tries[1].contains("status=200"),
        "{shown}"
    );
    let id = |line: &str| line.split("request_id=").nth(1).unwrap()[..36].to_owned();
    assert_eq!(id(tries[0]), id(tries[1]), "{shown}");
}
