//! Requests that have no response for a long time.

use std::collections::BTreeMap;
use std::time::Duration;

use keepnet_client::{RequestInfo, RequestPhase, RequestWatch};
use tokio::time::Instant;

/// After this time without a response, the program says so.
const LONG: Duration = Duration::from_secs(10);
/// The most time between two lines, which grows from [`LONG`].
const RAREST: Duration = Duration::from_secs(30);
/// The time between two looks at an upload: the wait for its response begins when it is sent.
const UPLOAD_LOOK: Duration = Duration::from_secs(1);

/// The requests of the program that have not ended.
pub(super) struct Silences {
    requests: BTreeMap<u64, OpenRequest>,
    next_id: u64,
    said: Option<Said>,
}

/// The last line, and how long there is no other.
struct Said {
    at: Instant,
    pause: Duration,
}

struct OpenRequest {
    host: String,
    number: u32,
    last_number: u32,
    watch: RequestWatch,
    /// When it was sent, as far as is known.
    since: Instant,
}

impl Silences {
    pub(super) const fn new() -> Silences {
        Silences {
            requests: BTreeMap::new(),
            next_id: 0,
            said: None,
        }
    }

    pub(super) fn add(&mut self, now: Instant, request: &RequestInfo<'_>) -> u64 {
        self.next_id += 1;
        let request = OpenRequest {
            host: request.host.to_owned(),
            number: request.number,
            last_number: request.last_number,
            watch: request.watch.clone(),
            since: now,
        };
        self.requests.insert(self.next_id, request);
        self.next_id
    }

    pub(super) fn remove(&mut self, id: u64) {
        self.requests.remove(&id);
    }

    /// The line for a log that this request is worth now, and when to look at it again; nothing if it has
    /// ended. Requests that wait together get one line.
    pub(super) fn look(&mut self, now: Instant, id: u64) -> Option<(Option<String>, Instant)> {
        let request = self.requests.get_mut(&id)?;
        if request.watch.phase() == RequestPhase::Sending {
            request.since = now;
            return Some((None, now + UPLOAD_LOOK));
        }
        let is_long = request.waited(now) >= LONG;
        let next_line_at = self.said.as_ref().map(|said| said.at + said.pause);
        match next_line_at {
            _ if !is_long => Some((None, request.since + LONG)),
            Some(at) if now < at => Some((None, at)),
            _ => {
                let line = request.line(now);
                let pause = match &self.said {
                    // Nothing was worth a line for long.
                    Some(said) if now >= said.at + said.pause + RAREST => LONG,
                    Some(said) => (said.pause * 2).min(RAREST),
                    None => LONG,
                };
                self.said = Some(Said { at: now, pause });
                Some((Some(line), now + pause))
            }
        }
    }

    /// What the line of a progress bar says about the request that waits longest.
    pub(super) fn in_progress_line(&self, now: Instant) -> Option<String> {
        let requests = self.requests.values();
        let is_sent = |it: &&OpenRequest| it.watch.phase() != RequestPhase::Sending;
        let longest = requests.filter(is_sent).min_by_key(|it| it.since)?;
        let waited = longest.waited(now);
        (waited >= LONG).then(|| match longest.watch.phase() {
            RequestPhase::Receiving => format!(", slow response ({} s)", waited.as_secs()),
            _ => format!(", no response ({} s)", waited.as_secs()),
        })
    }
}

impl OpenRequest {
    fn waited(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.since)
    }

    /// Such as `no response from api.example for 10 s; try 2 of at most 4`.
    fn line(&self, now: Instant) -> String {
        let (host, seconds) = (&self.host, self.waited(now).as_secs());
        let line = match self.watch.phase() {
            RequestPhase::Receiving => {
                format!("the response of {host} is not complete after {seconds} s")
            }
            _ => format!("no response from {host} for {seconds} s"),
        };
        match (self.number, self.last_number) {
            (1, 1) => line,
            (number, last) if number < last => format!("{line}; try {number} of at most {last}"),
            _ => format!("{line}; last try"),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use futures::future::join_all;
    use keepnet_client::{Client, ClientConfig, Credentials, Operation, RetryPolicy};
    use keepnet_sandbox::Sandbox;

    use super::super::WaitNotice;
    use super::*;

    static LINES: Mutex<Vec<String>> = Mutex::new(Vec::new());

    /// Calls the operation so often at once, and returns what was said.
    async fn lines(fault: &str, operation: &str, calls: usize) -> Vec<String> {
        // What earlier calls said is long ago.
        tokio::time::sleep(RAREST * 4).await;
        LINES.lock().unwrap().clear();
        let sandbox = Sandbox::builder().start().await.unwrap();
        let print = |line: &str| LINES.lock().unwrap().push(line.to_owned());
        let config = ClientConfig::new(Credentials::new("sandbox-client", "sandbox-secret"))
            .base_url(sandbox.url())
            // Tries follow each other at once.
            .retry(RetryPolicy::default().base(Duration::ZERO))
            .observer(Arc::new(WaitNotice { print }));
        let client = Client::new(&config).unwrap();
        sandbox.add_fault(fault.parse().unwrap());
        let client = client.reseller_wide();
        let operation = Operation::find(operation).unwrap();
        let send = |_| client.call(operation, operation.path, Some("{}".to_owned()));
        join_all((0..calls).map(|number| send(number).into_future())).await;
        LINES.lock().unwrap().clone()
    }

    /// The words of a progress bar, so long after the call.
    async fn bar(fault: &str, seconds: f64) -> String {
        let look = async {
            tokio::time::sleep(RAREST * 4 + Duration::from_secs_f64(seconds)).await;
            super::super::in_progress_line()
        };
        tokio::join!(lines(fault, "search_companies", 1), look).1
    }

    #[tokio::test(start_paused = true)]
    async fn long_silence_is_said_at_growing_intervals() {
        let check = async |fault: &str, operation: &str, calls: usize, expected: &[&str]| {
            let said = lines(fault, operation, calls).await;
            let expected: Vec<_> = expected
                .iter()
                .map(|line| format!("note: {line}"))
                .collect();
            assert_eq!(said, expected, "{fault} {operation} {calls}");
        };
        let token = "latency=100s,on=POST /connect/token";
        let read = "latency=100s,on=search_companies";
        let tries = [
            "no response from 127.0.0.1 for 10 s; try 1 of at most 4",
            "no response from 127.0.0.1 for 20 s; try 1 of at most 4",
            "no response from 127.0.0.1 for 10 s; try 2 of at most 4",
            "no response from 127.0.0.1 for 10 s; try 3 of at most 4",
            "no response from 127.0.0.1 for 10 s; last try",
        ];
        check(token, "search_companies", 1, &tries).await;
        check(read, "search_companies", 1, &tries).await;
        check(read, "search_companies", 8, &tries).await;
        check("latency=9s", "search_companies", 8, &[]).await;
        check(
            "latency=100s,on=create_target_user",
            "create_target_user",
            1,
            &[
                "no response from 127.0.0.1 for 10 s",
                "no response from 127.0.0.1 for 20 s",
            ],
        )
        .await;
        check(
            "stall=15s,on=search_companies",
            "search_companies",
            1,
            &["the response of 127.0.0.1 is not complete after 10 s; try 1 of at most 4"],
        )
        .await;
        let check = async |fault: &str, seconds: f64, expected: &str| {
            assert_eq!(bar(fault, seconds).await, expected, "{fault} {seconds}");
        };
        check(read, 9.5, "").await;
        check(read, 12.5, ", no response (12 s)").await;
        check("stall=15s", 12.5, ", slow response (12 s)").await;
    }
}
