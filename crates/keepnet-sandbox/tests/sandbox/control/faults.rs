//! Each kind of fault, as a client sees it that reads the bytes from the socket.

use std::io::ErrorKind;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use keepnet_sandbox::{Dialect, Pace, Sandbox};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::api::{ACME, Api, start, validated};
use crate::import::{ENGLISH, import_all, map, map_and_wait, uploaded};

const USERS: &str = "/api/target-users";

/// The received bytes, and how the connection ended.
struct RawResponse {
    text: String,
    end: Result<(), ErrorKind>,
    took: Duration,
}

impl RawResponse {
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

/// Sends one request, and reads until the connection ends or a second has passed.
async fn raw(api: &Api, sandbox: &Sandbox, method: &str, path: &str, body: &str) -> RawResponse {
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
    RawResponse {
        end: end.unwrap_or(Err(ErrorKind::TimedOut)),
        text: String::from_utf8(received).unwrap(),
        took: begin.elapsed(),
    }
}

/// Calls `GET /api/jobs` in a sandbox with this fault. Another operation must not be affected.
async fn call_with_fault(spec: &str) -> RawResponse {
    let now: Timestamp = "2026-03-25T07:49:11Z".parse().unwrap();
    let fault = format!("{spec},on=GET /api/jobs").parse().unwrap();
    let (sandbox, api) = start(validated().fault(fault).clock(move || now)).await;
    let other = raw(&api, &sandbox, "GET", "/api/target-groups", "").await;
    assert_eq!((other.status(), other.end), (200, Ok(())), "{spec}");
    raw(&api, &sandbox, "GET", "/api/jobs", "").await
}

#[tokio::test]
async fn status_fault_sets_headers_and_body() {
    let check = async |spec: &str, status: u16, code: &str, retry_after: Option<&str>| {
        let response = call_with_fault(spec).await;
        assert_eq!(
            (response.status(), response.end),
            (status, Ok(())),
            "{spec}"
        );
        assert_eq!(response.header("retry-after"), retry_after, "{spec}");
        // The Retry-After date and the Date header come from the same clock.
        let now = Some("Wed, 25 Mar 2026 07:49:11 GMT");
        assert_eq!(response.header("date"), now, "{spec}");
        match code {
            "html" => {
                assert_eq!(
                    response.header("content-type"),
                    Some("text/html; charset=utf-8")
                );
                assert!(response.body().starts_with("<!doctype html>"), "{spec}");
            }
            "" => {
                assert_eq!(response.header("content-type"), None);
                assert_eq!(response.header("content-length"), Some("0"));
                assert_eq!(response.body(), "");
            }
            code => {
                let body: Value = serde_json::from_str(response.body()).unwrap();
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
async fn envelope_fault_returns_200_with_a_failure() {
    let response = call_with_fault("envelope=FAILED").await;
    let body: Value = serde_json::from_str(response.body()).unwrap();
    assert_eq!(
        (response.status(), &body["status"]),
        (200, &json!("FAILED"))
    );
    assert_eq!(body["data"], Value::Null);
}

#[tokio::test]
async fn latency_fault_delays_the_response() {
    for (spec, least) in [
        ("latency=30ms", 30),
        ("latency=20ms..40ms", 20),
        ("stall=30ms", 30),
    ] {
        let response = call_with_fault(spec).await;
        assert!(
            response.took >= Duration::from_millis(least),
            "{spec}: {:?}",
            response.took
        );
        assert_eq!((response.status(), response.end), (200, Ok(())), "{spec}");
        assert!(
            serde_json::from_str::<Value>(response.body()).is_ok(),
            "{spec}"
        );
    }
}

#[tokio::test]
async fn call_of_a_disconnected_client_is_recorded() {
    let fault = "latency=5m,on=GET /api/jobs".parse().unwrap();
    let (sandbox, api) = start(validated().fault(fault)).await;
    let client_timeout = Duration::from_millis(50);
    let call = raw(&api, &sandbox, "GET", "/api/jobs", "");
    assert!(tokio::time::timeout(client_timeout, call).await.is_err());
    let recorded = async {
        loop {
            let requests = sandbox.requests();
            match requests.iter().find(|it| it.path == "/api/jobs") {
                Some(request) => return request.clone(),
                None => tokio::task::yield_now().await,
            }
        }
    };
    let request = tokio::time::timeout(Duration::from_secs(5), recorded).await;
    let request = request.unwrap();
    assert_eq!((request.status, request.faults.len()), (0, 1));
}

#[tokio::test]
async fn stall_fault_sends_half_of_the_body() {
    let response = call_with_fault("stall=10m").await;
    assert_eq!(response.end, Err(ErrorKind::TimedOut));
    let length: usize = response.header("content-length").unwrap().parse().unwrap();
    assert_eq!(response.body().len(), length / 2);
}

#[tokio::test]
async fn truncated_response_looks_complete() {
    let response = call_with_fault("truncate").await;
    assert_eq!((response.status(), response.end), (200, Ok(())));
    let length: usize = response.header("content-length").unwrap().parse().unwrap();
    assert_eq!(response.body().len(), length);
    assert!(serde_json::from_str::<Value>(response.body()).is_err());
}

#[tokio::test]
async fn content_type_fault_changes_the_header() {
    let response = call_with_fault("content-type=text/html").await;
    assert_eq!(response.header("content-type"), Some("text/html"));
    assert!(serde_json::from_str::<Value>(response.body()).is_ok());
}

#[tokio::test]
async fn reset_happens_before_after_or_within_the_response() {
    let user = json!({ "email": "new@acme.example" }).to_string();
    for (spec, created) in [("reset=before", 0), ("reset=after", 1), ("reset=body", 1)] {
        let fault = format!("{spec},on=POST /api/target-users").parse().unwrap();
        let (sandbox, reseller) = start(validated().fault(fault)).await;
        let api = reseller.company(ACME);
        let response = raw(&api, &sandbox, "POST", USERS, &user).await;
        assert_eq!(response.end, Err(ErrorKind::ConnectionReset), "{spec}");
        assert_eq!(
            sandbox.state()["counters"]["usersCreated"],
            created,
            "{spec}"
        );
        let record = sandbox.requests().pop().unwrap();
        if spec == "reset=body" {
            assert_eq!((response.status(), record.status), (200, 200));
            let length: usize = response.header("content-length").unwrap().parse().unwrap();
            assert_eq!(response.body().len(), length / 2);
        } else {
            assert_eq!((response.text.as_str(), record.status), ("", 0), "{spec}");
        }
        assert_eq!(record.faults, [format!("{spec},on=POST /api/target-users")]);
    }
}

#[tokio::test]
async fn reset_before_does_not_wait_for_the_body() {
    let fault = "reset=before,on=POST /api/target-users".parse().unwrap();
    let (sandbox, _api) = start(validated().fault(fault)).await;
    let address = sandbox.url().strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    let head = "POST /api/target-users HTTP/1.1\r\nhost: sandbox\r\ncontent-length: 9\r\n\r\n";
    stream.write_all(head.as_bytes()).await.unwrap();
    let error = stream.read(&mut [0; 16]).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
}

#[tokio::test]
async fn token_fault_expires_or_revokes_the_token() {
    let expired = "token-lifetime=0s".parse().unwrap();
    let (_sandbox, api) = start(validated().fault(expired)).await;
    assert_eq!(api.get("/api/jobs").await.error().0, 401);

    let revoked = "token-revoked,nth=2".parse().unwrap();
    let (sandbox, api) = start(validated().fault(revoked)).await;
    let mut statuses = Vec::new();
    for _ in 0..3 {
        statuses.push(api.get("/api/jobs").await.status.as_u16());
    }
    assert_eq!(statuses, [200, 401, 401]);
    let fresh = Api::reseller(&sandbox).await;
    assert_eq!(
        fresh.get("/api/jobs").await.status,
        200,
        "a new token is valid"
    );
}

#[tokio::test]
async fn transaction_expires_at_each_call_that_names_it() {
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
        let (sandbox, reseller) = start(validated().fault(spec.parse().unwrap())).await;
        let api = reseller.company(ACME);
        let transaction = uploaded(&api, "acme-users.csv").await;
        let summary = format!("{USERS}/upload/{transaction}");
        let response = match calls_before {
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
        assert_eq!(response.error().0, 404, "{spec}");
        assert_eq!(api.get(&summary).await.error().0, 404, "{spec}");
        assert_eq!(
            sandbox.state()["transactions"][0]["state"],
            "expired",
            "{spec}"
        );
    }
}

#[tokio::test]
async fn mapping_fault_fails_sticks_or_expires_the_job() {
    for (spec, expected) in [
        (
            "mapping=fails",
            ["Idle", "Running", "FinishedWithError", "FinishedWithError"],
        ),
        ("mapping=sticks", ["Idle", "Running", "Running", "Running"]),
        ("mapping=expires", ["Idle", "Running", "Expired", "Expired"]),
    ] {
        // The fault applies once, so that the file can be mapped again.
        let fault = format!("{spec},count=1").parse().unwrap();
        let (_sandbox, reseller) = start(validated().fault(fault)).await;
        let api = reseller.company(ACME);
        let transaction = uploaded(&api, "acme-users.csv").await;
        let job = map(&api, &transaction, ENGLISH, json!([])).await.data();
        let poll = format!(
            "{USERS}/mapping-job/{}",
            job["resourceId"].as_str().unwrap()
        );
        let mut statuses = Vec::new();
        for _ in expected {
            statuses.push(api.get(&poll).await.data()["status"].take());
        }
        assert_eq!(statuses, expected, "{spec}");
        let refused = import_all(&api, Dialect::Observed, &transaction).await;
        assert_eq!(refused.error().0, 400, "{spec}");

        let reopen = format!("{USERS}/{transaction}/update");
        let again = api.put(&reopen, &json!({})).await.data();
        let again = again["transactionId"].as_str().unwrap();
        assert!(map_and_wait(&api, again, ENGLISH).await.new > 0, "{spec}");
    }
}

#[tokio::test]
async fn foreign_import_runs_beside_the_call() {
    for (spec, status) in [
        ("foreign-import=3,count=1", 3),
        ("foreign-import=3,job=fails,count=1", 4),
    ] {
        let (sandbox, reseller) = start(validated().fault(spec.parse().unwrap())).await;
        let api = reseller.company(ACME);
        let job = loop {
            let jobs = api.get("/api/jobs").await.data();
            assert_eq!(jobs.as_array().unwrap().len(), 1, "{spec}");
            if jobs[0]["isFinished"] == true {
                break jobs[0].clone();
            }
        };
        assert_eq!(job["status"], status, "{spec}");
        let state = sandbox.state();
        let created = state["counters"]["usersCreated"].as_u64().unwrap();
        assert_eq!(created == 3, status == 3, "{spec}: {created}");
        assert_eq!(state["counters"]["imports"], 0, "{spec}");
        assert_eq!(state["jobs"][0]["foreign"], true);
    }
}

#[tokio::test]
async fn import_fault_fails_the_job_or_some_rows() {
    for (spec, status, failed) in [
        ("import=fails,count=1", 4, 0),
        ("import=row-failures,rows=2,count=1", 3, 2),
    ] {
        let fault = spec.parse().unwrap();
        let (sandbox, reseller) = start(validated().fault(fault)).await;
        let api = reseller.company(ACME);
        let transaction = uploaded(&api, "acme-users.csv").await;
        let counts = map_and_wait(&api, &transaction, ENGLISH).await;
        let refused = import_all(&api, Dialect::Documented, &transaction).await;
        assert_eq!(refused.status, 400, "a refused call leaves the fault");
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
                written < counts.new + counts.existing,
                "a failed job wrote {written} users"
            );
        } else {
            assert_eq!(errors, counts.invalid + failed, "{detail}");
            assert_eq!(written, counts.new + counts.existing - failed);
        }
    }
}

#[tokio::test]
async fn faults_are_added_listed_and_removed_at_run_time() {
    let built = "status=503,on=GET /api/jobs,count=1".parse().unwrap();
    let pace = Pace::Every(Duration::from_millis(1));
    let (sandbox, api) = start(validated().fault(built).pace(pace)).await;
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

    for invalid in [
        json!({ "faults": ["reset=before", "no-such-fault"] }),
        json!({}),
        json!([1]),
    ] {
        assert_eq!(
            anonymous.post("/_sandbox/faults", &invalid).await.status,
            400,
            "{invalid}"
        );
    }
    assert_eq!(
        sandbox.faults().len(),
        3,
        "a list with an invalid fault adds none"
    );

    anonymous.delete("/_sandbox/faults").await;
    assert_eq!(api.get("/api/target-groups").await.status, 200);
    sandbox.add_fault("status=500".parse().unwrap());
    assert_eq!(api.get("/api/target-groups").await.status, 500);
    anonymous.post("/_sandbox/reset", &json!({})).await;
    assert_eq!(
        api.get("/api/jobs").await.status,
        503,
        "a reset restores the faults of the start"
    );
    sandbox.clear_faults();
    assert!(sandbox.faults().is_empty());
}
