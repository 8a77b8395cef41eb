//! A scripted service on loopback, for responses that the sandbox does not give: a closed connection,
//! a job that makes no progress, contradictory data.
#![allow(dead_code, reason = "each test file uses its part")]

use std::sync::{Arc, Mutex};

use keepnet_client::ManualClock;
use keepnet_flows::Reseller;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::service::config;

pub(crate) const TRANSACTION: &str = "tRansact1on0";

/// The person of the file, who is in the company except for the first search.
pub(crate) const PERSON: &str = "nia@acme.example";

/// No users, as the response to a search.
pub(crate) fn no_users() -> Response {
    Response::Data(json!({"results": [], "totalNumberOfPages": 0, "totalNumberOfRecords": 0}))
}

/// What the script responds with.
pub(crate) enum Response {
    /// An envelope with this data.
    Data(Value),
    /// This status and body.
    Status(u16, Value),
    /// A file.
    File(Vec<u8>),
    /// Close the connection without a response.
    Disconnect,
}

/// A request: method and path, and its body if it is JSON.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) line: String,
    pub(crate) body: Value,
}

pub(crate) struct ScriptedService {
    pub(crate) reseller: Reseller,
    pub(crate) clock: Arc<ManualClock>,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl ScriptedService {
    /// Serves the responses of `script`, which gets the request and the number of earlier requests to
    /// the same path. Where it returns `None`, the response is that of a successful import of one person.
    pub(crate) async fn start(
        script: impl Fn(&Request, usize) -> Option<Response> + Send + Sync + 'static,
    ) -> ScriptedService {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (script, log) = (Arc::new(script), Arc::clone(&requests));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (script, log) = (Arc::clone(&script), Arc::clone(&log));
                tokio::spawn(async move { respond(stream, &*script, &log).await });
            }
        });
        let (config, clock) = config(&url, "id", "secret");
        ScriptedService {
            reseller: Reseller::connect(config).await.unwrap(),
            clock,
            requests,
        }
    }

    /// The bodies of the requests to a path.
    pub(crate) fn bodies(&self, line: &str) -> Vec<Value> {
        let requests = self.requests.lock().unwrap();
        let to_path = requests.iter().filter(|request| request.line == line);
        to_path.map(|request| request.body.clone()).collect()
    }

    pub(crate) fn times(&self, line: &str) -> usize {
        self.bodies(line).len()
    }
}

async fn respond(
    mut stream: TcpStream,
    script: &(dyn Fn(&Request, usize) -> Option<Response> + Send + Sync),
    log: &Mutex<Vec<Request>>,
) {
    let Some(request) = read(&mut stream).await else {
        return;
    };
    if is_domain_question(&request) {
        let user = json!({"results": [{"email": PERSON}], "totalNumberOfRecords": 1});
        return send(stream, Response::Data(user)).await;
    }
    let earlier = {
        let mut log = log.lock().unwrap();
        let earlier = log.iter().filter(|it| it.line == request.line).count();
        log.push(request.clone());
        earlier
    };
    let response = script(&request, earlier).unwrap_or_else(|| default_response(&request, earlier));
    send(stream, response).await;
}

/// Whether it asks how many users have a domain. A script has no part in it.
fn is_domain_question(request: &Request) -> bool {
    let text = &request.body["filter"]["filterGroups"][1]["filterItems"][0]["value"];
    request.line == "POST /api/target-users/search"
        && text.as_str().is_some_and(|text| text.starts_with('@'))
}

async fn send(mut stream: TcpStream, response: Response) {
    let (status, content_type, body) = match response {
        Response::Data(data) => {
            let body = json!({"status": "SUCCESS", "data": data});
            (200, "application/json", body.to_string().into_bytes())
        }
        Response::Status(status, body) => {
            (status, "application/json", body.to_string().into_bytes())
        }
        Response::File(content) => (200, "application/octet-stream", content),
        Response::Disconnect => return,
    };
    let head = format!(
        "HTTP/1.1 {status} ScriptedService\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all(head.as_bytes()).await;
    let _ = stream.write_all(&body).await;
    let _ = stream.shutdown().await;
}

async fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut bytes = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .filter_map(|line| line.split_once(':'))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                .map_or(0, |(_, length)| length.trim().parse().unwrap());
            if body.len() >= length {
                let line = head
                    .lines()
                    .next()?
                    .trim_end_matches(" HTTP/1.1")
                    .to_owned();
                let body = serde_json::from_str(body).unwrap_or_default();
                return Some(Request { line, body });
            }
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}

/// The responses to an import of one new person; there is one company.
fn default_response(request: &Request, earlier: usize) -> Response {
    let page = |rows: Value| {
        let total = rows.as_array().map(Vec::len);
        json!({"results": rows, "totalNumberOfPages": 1, "totalNumberOfRecords": total})
    };
    Response::Data(match request.line.as_str() {
        "POST /connect/token" => {
            let token = json!({"access_token": "t", "token_type": "Bearer", "expires_in": 360_000});
            return Response::Status(200, token);
        }
        "POST /api/companies/search" => {
            page(json!([{"companyName": "Acme LLC", "companyResourceId": "xC5kfGz7w2Nz"}]))
        }
        "POST /api/target-users/upload" => json!({"transactionId": TRANSACTION, "rowCount": 1}),
        "POST /api/target-users/create-mapping" => json!({"resourceId": "mAppingJob"}),
        "GET /api/target-users/mapping-job/mAppingJob" => mapping_status("Finished", 1),
        "GET /api/target-users/count-summary" => user_counts(earlier as u64),
        "GET /api/jobs" if earlier == 0 => json!([]),
        "GET /api/jobs" => json!([{"resourceId": "jOb", "jobId": 1, "name": "Import"}]),
        "GET /api/jobs/jOb" => json!({"resourceId": "jOb", "status": 3, "isFinished": true}),
        line if line.ends_with("/import") => json!({}),
        line if line.starts_with("GET /api/target-users/upload/") => {
            json!({"fileFieldNames": ["Email"]})
        }
        "POST /api/target-users/search" if earlier == 0 => return no_users(),
        "POST /api/target-users/search" => page(json!([{"resourceId": "nIa", "email": PERSON}])),
        line if line.ends_with("/search") => {
            let status = &request.body["filter"]["filterGroups"][0]["filterItems"][0]["value"];
            let rows = match status.as_str() {
                Some(it) if it.starts_with("New") => {
                    json!([{"resourceId": "r0w", "email": PERSON, "status": "New"}])
                }
                _ => json!([]),
            };
            json!({"items": page(rows), "newUserCount": 1, "existingUserCount": 0, "invalidUserCount": 0})
        }
        line => return Response::Status(404, json!({"message": line})),
    })
}

/// The status of a mapping job of one row.
pub(crate) fn mapping_status(status: &str, done: u64) -> Value {
    json!({
        "status": status, "newUserCount": done, "existingUserCount": 0,
        "invalidUserCount": 0, "totalRowCount": 1,
    })
}

/// The user counts of a company.
pub(crate) fn user_counts(active: u64) -> Value {
    json!({"totalNumberOfActiveUsers": active, "totalNumberOfInActiveUsers": 0,
        "totalNumberOfDeletedUsers": 0, "monthlyActiveUsers": []})
}
