//! What `-vv` prints about requests.

use keepnet_sandbox::{Sandbox, Seed};

use crate::marks;
use crate::program::run;

#[test]
fn each_request_prints_a_complete_line() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let fault = "status=503,on=POST /api/target-users/search,count=1";
    let builder = Sandbox::builder()
        .seed(Seed::from_json(&marks::seed()).unwrap())
        .fault(fault.parse().unwrap());
    let sandbox = runtime.block_on(builder.start()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let words = ["users", "list", "-vv"].map(str::to_owned);
    let result = run(&words, folder.path(), sandbox.url());
    let printed = result.errors();
    assert_eq!(result.code, Some(0), "{printed}");
    let lines: Vec<&str> = printed
        .lines()
        .filter(|line| line.contains(" ms"))
        .collect();
    let requests = sandbox.requests();
    assert_eq!(
        lines.len(),
        requests.len(),
        "one line per request: {printed}"
    );
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
        "{printed}"
    );
    assert!(
        tries[1].contains("try 2") && tries[1].contains("status=200"),
        "{printed}"
    );
    let id = |line: &str| line.split("request_id=").nth(1).unwrap()[..36].to_owned();
    assert_eq!(id(tries[0]), id(tries[1]), "{printed}");
}
