//! A service on loopback that answers as a script says, for what a sandbox does not do: break off,
//! stand still, contradict itself.
#![allow(dead_code, reason = "each test file uses its part")]

use std::sync::{Arc, Mutex};

use keepnet_client::ManualClock;
use keepnet_flows::Reseller;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::service::config;

pub(crate) const TRANSACTION: &str = "tRansact1on0";

/// What the script answers.
pub(crate) enum Reply {
    /// An envelope with this data.
    Data(Value),
    /// This status and body.
    Status(u16, Value),
    /// The connection is closed without an answer.
    BreakOff,
}

/// A request: method and path, and its body where that is JSON.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) line: String,
    pub(crate) body: Value,
}

pub(crate) struct Scripted {
    pub(crate) reseller: Reseller,
    pub(crate) clock: Arc<ManualClock>,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Scripted {
    /// Serves what `script` says to a request and to how many of its kind came before; where it says
    /// nothing, an import of one new person goes well.
    pub(crate) async fn start(
        script: impl Fn(&Asked, usize) -> Option<Reply> + Send + Sync + 'static,
    ) -> Scripted {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (script, log) = (Arc::new(script), Arc::clone(&asked));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (script, log) = (Arc::clone(&script), Arc::clone(&log));
                tokio::spawn(async move { answer(stream, &*script, &log).await });
            }
        });
        let (config, clock) = config(&url, "id", "secret");
        Scripted {
            reseller: Reseller::with_config(config).await.unwrap(),
            clock,
            asked,
        }
    }

    /// The bodies of the requests to a path.
    pub(crate) fn bodies(&self, line: &str) -> Vec<Value> {
        let asked = self.asked.lock().unwrap();
        let to_path = asked.iter().filter(|asked| asked.line == line);
        to_path.map(|asked| asked.body.clone()).collect()
    }

    pub(crate) fn times(&self, line: &str) -> usize {
        self.bodies(line).len()
    }
}

async fn answer(
    mut stream: TcpStream,
    script: &(dyn Fn(&Asked, usize) -> Option<Reply> + Send + Sync),
    log: &Mutex<Vec<Asked>>,
) {
    let Some(asked) = read(&mut stream).await else {
        return;
    };
    let earlier = {
        let mut log = log.lock().unwrap();
        let earlier = log.iter().filter(|it| it.line == asked.line).count();
        log.push(asked.clone());
        earlier
    };
    let reply = script(&asked, earlier).unwrap_or_else(|| usual(&asked, earlier));
    let (status, body) = match reply {
        Reply::Data(data) => (200, json!({"status": "SUCCESS", "data": data})),
        Reply::Status(status, body) => (status, body),
        Reply::BreakOff => return,
    };
    let body = body.to_string();
    let head = format!(
        "HTTP/1.1 {status} Scripted\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    let _ = stream.write_all((head + &body).as_bytes()).await;
    let _ = stream.shutdown().await;
}

async fn read(stream: &mut TcpStream) -> Option<Asked> {
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
                return Some(Asked { line, body });
            }
        }
        if stream.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
}

/// An import of one new person into the one company there is.
fn usual(asked: &Asked, earlier: usize) -> Reply {
    let page = |rows: Value| json!({"results": rows, "totalNumberOfPages": 1});
    Reply::Data(match asked.line.as_str() {
        "POST /connect/token" => {
            let token = json!({"access_token": "t", "token_type": "Bearer", "expires_in": 360_000});
            return Reply::Status(200, token);
        }
        "POST /api/companies/search" => {
            page(json!([{"companyName": "Acme LLC", "companyResourceId": "xC5kfGz7w2Nz"}]))
        }
        "POST /api/target-users/upload" => json!({"transactionId": TRANSACTION, "rowCount": 1}),
        "POST /api/target-users/create-mapping" => json!({"resourceId": "mAppingJob"}),
        "GET /api/target-users/mapping-job/mAppingJob" => mapping("Finished", 1),
        "GET /api/target-users/count-summary" => users(earlier as u64),
        "GET /api/jobs" if earlier == 0 => json!([]),
        "GET /api/jobs" => json!([{"resourceId": "jOb", "jobId": 1, "name": "Import"}]),
        "GET /api/jobs/jOb" => json!({"resourceId": "jOb", "status": 3, "isFinished": true}),
        line if line.ends_with("/import") => json!({}),
        line if line.starts_with("GET /api/target-users/upload/") => {
            json!({"fileFieldNames": ["Email"]})
        }
        line if line.ends_with("/search") => {
            json!({"items": page(json!([])), "newUserCount": 1, "existingUserCount": 0, "invalidUserCount": 0})
        }
        line => return Reply::Status(404, json!({"message": line})),
    })
}

/// The state of a mapping job of one row.
pub(crate) fn mapping(status: &str, done: u64) -> Value {
    json!({
        "status": status, "newUserCount": done, "existingUserCount": 0,
        "invalidUserCount": 0, "totalRowCount": 1,
    })
}

/// The counts of a company with so many users.
pub(crate) fn users(active: u64) -> Value {
    json!({"totalNumberOfActiveUsers": active, "totalNumberOfInActiveUsers": 0,
        "totalNumberOfDeletedUsers": 0, "monthlyActiveUsers": []})
}
