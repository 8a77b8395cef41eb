//! Each kind of fault, seen by a client that reads the bytes off the socket.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use keepnet_sandbox::{Dialect, Pace, Sandbox};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::api::{ACME, Api, held, start};
use crate::import::{ENGLISH, import_all, map, map_and_wait, uploaded};

const USERS: &str = "/api/target-users";

/// How an exchange ended, and what had come by then.
struct Raw {
    text: String,
    end: Result<(), ErrorKind>,
    took: Duration,
}

impl Raw {
    fn head(&self) -> &str {
        self.text.split("\r\n\r\n").next().unwrap_or_default()
    }

    fn body(&self) -> &str {
        self.text
            .split_once("\r\n\r\n")
            .map_or("", |(_, body)| body)
    }

    fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head().lines().filter_map(|line| line.split_once(": "));
        lines
            .filter(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
            .next()
    }

    fn status(&self) -> u16 {
        let status = self.text.split(' ').nth(1);
        status.map_or(0, |status| status.parse().unwrap())
    }
}

/// Sends one request and reads until the connection ends, for a second at most.
async fn raw(api: &Api, sandbox: &Sandbox, method: &str, path: &str, body: &str) -> Raw {
    let address = sandbox.url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let headers: String = api
        .headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let request = format!(
        "{method} {path} HTTP/1.1\r\nhost: sandbox\r\nconnection: close\r\n{headers}\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let begin = Instant::now();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut received = Vec::new();
    let reading = async {
        let mut buffer = [0; 4096];
        loop {
            match stream.read(&mut buffer).await {
                Ok(0) => return Ok(()),
                Ok(read) => received.extend_from_slice(&buffer[..read]),
                Err(error) => return Err(error.kind()),
            }
        }
    };
    let end = tokio::time::timeout(Duration::from_secs(1), reading).await;
    Raw {
        end: end.unwrap_or(Err(ErrorKind::TimedOut)),
        text: String::from_utf8(received).unwrap(),
        took: begin.elapsed(),
    }
}

/// A sandbox in which every call for the jobs is hit, and what such a call sees.
async fn jobs(spec: &str) -> Raw {
    let now: Timestamp = "2026-03-25T07:49:11Z".parse().unwrap();
    let fault = format!("{spec},on=GET /api/jobs").parse().unwrap();
    let (sandbox, api) = start(held().fault(fault).clock(move || now)).await;
    let spared = raw(&api, &sandbox, "GET", "/api/target-groups", "").await;
    assert_eq!((spared.status(), spared.end), (200, Ok(())), "{spec}");
    raw(&api, &sandbox, "GET", "/api/jobs", "").await
}

#[tokio::test]
async fn statuses_come_with_the_headers_and_the_body_that_are_asked_for() {
    let check = async |spec: &str, status: u16, code: &str, retry_after: Option<&str>| {
        let seen = jobs(spec).await;
        assert_eq!((seen.status(), seen.end), (status, Ok(())), "{spec}");
        assert_eq!(seen.header("retry-after"), retry_after, "{spec}");
        // A date to come back at is told beside the date of the same clock.
        let now = Some("Wed, 25 Mar 2026 07:49:11 GMT");
        assert_eq!(seen.header("date"), now, "{spec}");
        match code {
            "html" => {
                assert_eq!(
                    seen.header("content-type"),
                    Some("text/html; charset=utf-8")
                );
                assert!(seen.body().starts_with("<!doctype html>"), "{spec}");
            }
            "" => {
                assert_eq!(seen.header("content-type"), None);
                assert_eq!(seen.header("content-length"), Some("0"));
                assert_eq!(seen.body(), "");
            }
            code => {
                let body: Value = serde_json::from_str(seen.body()).unwrap();
                assert_eq!(body["Status"], code, "{spec}");
            }
        }
    };
    check("status=401", 401, "UNAUTHORIZED", None).await;
    check("status=403", 403, "FORBIDDEN", None).await;
    check("status=404", 404, "NOT_FOUND", None).await;
    check("status=429", 429, "TOO_MANY_REQUESTS", None).await;
    check(
        "status=429,retry-after=7",
        429,
        "TOO_MANY_REQUESTS",
        Some("7"),
    )
    .await;
    let date = Some("Wed, 25 Mar 2026 07:49:18 GMT");
    check(
        "status=503,retry-after-date=7",
        503,
        "SERVICE_UNAVAILABLE",
        date,
    )
    .await;
    check("status=500", 500, "INTERNAL_SERVER_ERROR", None).await;
    check("status=503", 503, "SERVICE_UNAVAILABLE", None).await;
    check("status=502,body=html", 502, "html", None).await;
    check("status=500,body=empty", 500, "", None).await;
}

#[tokio::test]
async fn an_answer_of_200_can_carry_a_failure() {
    let seen = jobs("envelope=FAILED").await;
    let body: Value = serde_json::from_str(seen.body()).unwrap();
    assert_eq!((seen.status(), &body["status"]), (200, &json!("FAILED")));
    assert_eq!(body["data"], Value::Null);
}

#[tokio::test]
async fn a_late_answer_is_late_by_what_was_asked_for() {
    for (spec, least) in [
        ("latency=30ms", 30),
        ("latency=20ms..40ms", 20),
        ("stall=30ms", 30),
    ] {
        let seen = jobs(spec).await;
        assert!(
            seen.took >= Duration::from_millis(least),
            "{spec}: {:?}",
            seen.took
        );
        assert_eq!((seen.status(), seen.end), (200, Ok(())), "{spec}");
        assert!(serde_json::from_str::<Value>(seen.body()).is_ok(), "{spec}");
    }
}

#[tokio::test]
async fn a_call_whose_client_has_left_is_on_record() {
    let fault = "latency=5m,on=GET /api/jobs".parse().unwrap();
    let (sandbox, api) = start(held().fault(fault)).await;
    let patience = Duration::from_millis(50);
    let asking = raw(&api, &sandbox, "GET", "/api/jobs", "");
    assert!(tokio::time::timeout(patience, asking).await.is_err());
    let recorded = async {
        loop {
            let requests = sandbox.requests();
            match requests.iter().find(|it| it.path == "/api/jobs") {
                Some(request) => return request.clone(),
                None => tokio::time::sleep(Duration::from_millis(5)).await,
            }
        }
    };
    let request = tokio::time::timeout(Duration::from_secs(5), recorded).await;
    let request = request.unwrap();
    assert_eq!((request.status, request.faults.len()), (0, 1));
}

#[tokio::test]
async fn a_stall_leaves_half_an_answer_on_the_wire() {
    let seen = jobs("stall=10m").await;
    assert_eq!(seen.end, Err(ErrorKind::TimedOut));
    let length: usize = seen.header("content-length").unwrap().parse().unwrap();
    assert_eq!(seen.body().len(), length / 2);
}

#[tokio::test]
async fn a_truncated_answer_looks_complete() {
    let seen = jobs("truncate").await;
    assert_eq!((seen.status(), seen.end), (200, Ok(())));
    let length: usize = seen.header("content-length").unwrap().parse().unwrap();
    assert_eq!(seen.body().len(), length);
    assert!(serde_json::from_str::<Value>(seen.body()).is_err());
}

#[tokio::test]
async fn an_answer_can_say_that_it_is_something_else() {
    let seen = jobs("content-type=text/html").await;
    assert_eq!(seen.header("content-type"), Some("text/html"));
    assert!(serde_json::from_str::<Value>(seen.body()).is_ok());
}

#[tokio::test]
async fn a_reset_is_seen_before_the_body_is_read_after_the_commit_or_within_the_answer() {
    let user = json!({ "email": "new@acme.example" }).to_string();
    for (spec, created) in [("reset=before", 0), ("reset=after", 1), ("reset=body", 1)] {
        let fault = format!("{spec},on=POST /api/target-users").parse().unwrap();
        let (sandbox, reseller) = start(held().fault(fault)).await;
        let api = reseller.company(ACME);
        let seen = raw(&api, &sandbox, "POST", USERS, &user).await;
        assert_eq!(seen.end, Err(ErrorKind::ConnectionReset), "{spec}");
        assert_eq!(
            sandbox.state()["counters"]["usersCreated"],
            created,
            "{spec}"
        );
        let record = sandbox.requests().pop().unwrap();
        if spec == "reset=body" {
            assert_eq!((seen.status(), record.status), (200, 200));
            let length: usize = seen.header("content-length").unwrap().parse().unwrap();
            assert_eq!(seen.body().len(), length / 2);
        } else {
            assert_eq!((seen.text.as_str(), record.status), ("", 0), "{spec}");
        }
        assert_eq!(record.faults, [format!("{spec},on=POST /api/target-users")]);
    }
}

#[tokio::test]
async fn a_body_that_was_never_sent_is_not_waited_for() {
    let fault = "reset=before,on=POST /api/target-users".parse().unwrap();
    let (sandbox, _api) = start(held().fault(fault)).await;
    let address = sandbox.url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = "POST /api/target-users HTTP/1.1\r\nhost: sandbox\r\ncontent-length: 9\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let error = stream.read(&mut [0; 16]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn a_token_can_die_early_or_be_revoked() {
    let early = "token-lifetime=0s".parse().unwrap();
    let (_sandbox, api) = start(held().fault(early)).await;
    assert_eq!(api.get("/api/jobs").await.error().0, 401);

    let revoked = "token-revoked,nth=2".parse().unwrap();
    let (sandbox, api) = start(held().fault(revoked)).await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(api.get("/api/jobs").await.status.as_u16());
    }
    assert_eq!(statuses, [200, 401, 401]);
    let fresh = Api::reseller(&sandbox).await;
    assert_eq!(
        fresh.get("/api/jobs").await.status,
        200,
        "a new token is good"
    );
}

#[tokio::test]
async fn a_transaction_can_expire_at_any_call_that_names_it() {
    for (spec, calls_before) in [
        (
            "transaction-expires,on=GET /api/target-users/upload/{transactionId}",
            0,
        ),
        (
            "transaction-expires,on=POST /api/target-users/create-mapping",
            0,
        ),
        (
            "transaction-expires,on=GET /api/target-users/mapping-job/{resourceId},nth=2",
            1,
        ),
        (
            "transaction-expires,on=POST /api/target-users/{transactionId}/import",
            9,
        ),
    ] {
        let (sandbox, reseller) = start(held().fault(spec.parse().unwrap())).await;
        let api = reseller.company(ACME);
        let transaction = uploaded(&api, "acme-users.csv").await;
        let summary = format!("{USERS}/upload/{transaction}");
        let gone = match calls_before {
            0 if spec.contains("upload") => api.get(&summary).await,
            0 => map(&api, &transaction, ENGLISH, json!([])).await,
            1 => {
                let job = map(&api, &transaction, ENGLISH, json!([])).await.data();
                let poll = format!(
                    "{USERS}/mapping-job/{}",
                    job["resourceId"].as_str().unwrap()
                );
                assert_eq!(api.get(&poll).await.status, 200, "{spec}");
                api.get(&poll).await
            }
            _ => {
                map_and_wait(&api, &transaction, ENGLISH).await;
                import_all(&api, Dialect::Observed, &transaction).await
            }
        };
        assert_eq!(gone.error().0, 404, "{spec}");
        assert_eq!(api.get(&summary).await.error().0, 404, "{spec}");
        assert_eq!(
            sandbox.state()["transactions"][0]["state"],
            "expired",
            "{spec}"
        );
    }
}

#[tokio::test]
async fn a_mapping_job_can_fail_stick_or_expire() {
    for (spec, seen) in [
        (
            "mapping=fails",
            ["Idle", "Running", "FinishedWithError", "FinishedWithError"],
        ),
        ("mapping=sticks", ["Idle", "Running", "Running", "Running"]),
        ("mapping=expires", ["Idle", "Running", "Expired", "Expired"]),
    ] {
        // Once, so that the file can be mapped again.
        let fault = format!("{spec},count=1").parse().unwrap();
        let (_sandbox, reseller) = start(held().fault(fault)).await;
        let api = reseller.company(ACME);
        let transaction = uploaded(&api, "acme-users.csv").await;
        let job = map(&api, &transaction, ENGLISH, json!([])).await.data();
        let poll = format!(
            "{USERS}/mapping-job/{}",
            job["resourceId"].as_str().unwrap()
        );
        let mut statuses = Vec::new();
        for _ in seen {
            statuses.push(api.get(&poll).await.data()["status"].take());
        }
        assert_eq!(statuses, seen, "{spec}");
        let refused = import_all(&api, Dialect::Observed, &transaction).await;
        assert_eq!(refused.error().0, 400, "{spec}");

        let reopen = format!("{USERS}/{transaction}/update");
        let again = api.put(&reopen, &json!({})).await.data();
        let again = again["transactionId"].as_str().unwrap();
        assert!(map_and_wait(&api, again, ENGLISH).await[1] > 0, "{spec}");
    }
}

#[tokio::test]
async fn an_import_job_can_fail_or_complete_without_some_rows() {
    for (spec, status, failed) in [("import=fails", 4, 0), ("import=row-failures,rows=2", 3, 2)] {
        let fault = spec.parse().unwrap();
        let (sandbox, reseller) = start(held().fault(fault)).await;
        let api = reseller.company(ACME);
        let transaction = uploaded(&api, "acme-users.csv").await;
        let [_, new, existing, invalid] = map_and_wait(&api, &transaction, ENGLISH).await;
        import_all(&api, Dialect::Observed, &transaction)
            .await
            .data();
        let job = loop {
            let job = api.get("/api/jobs").await.data()[0].take();
            if job["isFinished"] == true {
                break job;
            }
        };
        assert_eq!(job["status"], status, "{spec}");
        let path = format!("/api/jobs/{}", job["resourceId"].as_str().unwrap());
        let detail = api.get(&path).await.data();
        let errors = detail["processResults"][3]["processErrors"]
            .as_array()
            .unwrap()
            .len() as u64;
        let counters = sandbox.state()["counters"].take();
        let written =
            counters["usersCreated"].as_u64().unwrap() + counters["usersUpdated"].as_u64().unwrap();
        if status == 4 {
            assert!(detail["errorMessage"].is_string(), "{detail}");
            assert!(
                written < new + existing,
                "{written} were written by a job that failed"
            );
        } else {
            assert_eq!(errors, invalid + failed, "{detail}");
            assert_eq!(written, new + existing - failed);
        }
    }
}

#[tokio::test]
async fn faults_are_set_listed_and_taken_away_while_the_sandbox_runs() {
    let built = "status=503,on=GET /api/jobs,count=1".parse().unwrap();
    let pace = Pace::Every(Duration::from_millis(1));
    let (sandbox, api) = start(held().fault(built).pace(pace)).await;
    let anonymous = Api::anonymous(&sandbox);
    assert_eq!(api.get("/api/jobs").await.status, 503);
    assert_eq!(api.get("/api/jobs").await.status, 200);

    let sent = json!({ "faults": ["status=429,on=GET /api/target-groups", "truncate,nth=9"] });
    let listed = anonymous.post("/_sandbox/faults", &sent).await.json();
    assert_eq!(anonymous.get("/_sandbox/faults").await.json(), listed);
    assert_eq!(
        listed[0],
        json!({ "fault": "status=503,on=GET /api/jobs,count=1", "calls": 2, "hits": 1 })
    );
    assert_eq!(sandbox.faults().len(), 3);
    assert_eq!(api.get("/api/target-groups").await.status, 429);

    for bad in [
        json!({ "faults": ["reset=before", "gremlins"] }),
        json!({}),
        json!([1]),
    ] {
        assert_eq!(
            anonymous.post("/_sandbox/faults", &bad).await.status,
            400,
            "{bad}"
        );
    }
    assert_eq!(
        sandbox.faults().len(),
        3,
        "none of a list that has a bad one"
    );

    anonymous.delete("/_sandbox/faults").await;
    assert_eq!(api.get("/api/target-groups").await.status, 200);
    sandbox.add_fault("status=500".parse().unwrap());
    assert_eq!(api.get("/api/target-groups").await.status, 500);
    anonymous.post("/_sandbox/reset", &json!({})).await;
    assert_eq!(
        api.get("/api/jobs").await.status,
        503,
        "a reset brings back those of the start"
    );
    sandbox.clear_faults();
    assert!(sandbox.faults().is_empty());
}
