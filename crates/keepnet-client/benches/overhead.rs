//! What a call through the client costs above the same request by bare reqwest: time on loopback,
//! and allocations on the calling thread.
//!
//! What counts is the client against a careful program: the same headers with a request id of its
//! own for each call, the same time-outs, no redirects, the body read whole into the same types. A
//! program that sets no time-outs saves two timers, and can hang; it is shown for comparison.
//!
//! `cargo bench -p keepnet-client --bench overhead`; another number of calls may follow `--`.
//! `--only` and one of `bare-user`, `user`, `bare-page` and `page` runs one side alone: under
//! callgrind with `--separate-threads=yes`, the difference between 200 and 700 calls tells the
//! instructions of a call on any machine, however busy.

#![allow(clippy::print_stdout, reason = "a benchmark reports by printing")]

use std::error::Error;
use std::time::{Duration, Instant};

use keepnet_client::types::{TargetUserDto, TargetUserSearchRequest, TargetUserSearchView};
use keepnet_client::{Client, ClientConfig, CompanyId, Credentials, Envelope, Page};
use reqwest::header::{ACCEPT, AUTHORIZATION};
use serde_json::json;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

const TOKEN: &str = "a-token-of-some-length-such-as-a-real-one-has";
const COMPANY: &str = "xC5kfGz7w2Nz";
const AT_MOST: (f64, i64) = (1.05, 0);

fn main() -> Result<(), Box<dyn Error>> {
    let calls = std::env::args().find_map(|argument| argument.parse().ok());
    let calls: usize = calls.unwrap_or(5000);
    let url = serve()?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let config = ClientConfig::new(Credentials::new("id", "secret")).base_url(&url);
    let client = runtime.block_on(Client::connect(config))?;
    let company = client.for_company(&CompanyId::new(COMPANY)?);
    let plain = || {
        let builder = reqwest::Client::builder();
        let builder = builder.no_proxy().user_agent("keepnet-rust/0.1.0");
        builder.redirect(reqwest::redirect::Policy::none())
    };
    let bare = Bare {
        url: url.clone(),
        http: plain().build()?,
    };
    // A call that cannot hang needs a timer, whoever sets it.
    let limited = Bare {
        url,
        http: plain()
            .connect_timeout(Duration::from_secs(10))
            .timeout(Duration::from_secs(100))
            .read_timeout(Duration::from_secs(60))
            .build()?,
    };
    let wanted = TargetUserSearchRequest::default()
        .ascending(true)
        .order_by("Email")
        .page_number(1)
        .page_size(10);

    // For a profiler, and for counting instructions: one side alone, over and over.
    if let Some(side) = std::env::args().skip_while(|it| it != "--only").nth(1) {
        runtime.block_on(async {
            for _ in 0..calls {
                let done = match side.as_str() {
                    "bare-user" => limited.user().await.is_ok(),
                    "bare-page" => limited.search(&wanted).await.is_ok(),
                    "user" => {
                        let call = company.get_target_user("abc");
                        call.await.is_ok()
                    }
                    _ => {
                        let call = company.search_target_users(&wanted);
                        call.await.is_ok()
                    }
                };
                assert!(done, "the call succeeds");
            }
        });
        return Ok(());
    }

    let user = (
        async || bare.user().await.is_ok(),
        async || company.get_target_user("abc").await.is_ok(),
    );
    report("one user", calls, &runtime, user.0, &user.1);
    let user_limited = async || limited.user().await.is_ok();
    report(
        "one user, bare with time-outs",
        calls,
        &runtime,
        user_limited,
        &user.1,
    );
    let page = (
        async || bare.search(&wanted).await.is_ok(),
        async || {
            let call = company.search_target_users(&wanted);
            call.await.is_ok()
        },
    );
    report("a page of 10 users", calls, &runtime, page.0, &page.1);
    let page_limited = async || limited.search(&wanted).await.is_ok();
    report(
        "a page of 10 users, bare with time-outs",
        calls,
        &runtime,
        page_limited,
        &page.1,
    );
    Ok(())
}

/// Calls both in turn, so that whatever else the machine does hits both alike.
fn report(
    name: &str,
    calls: usize,
    runtime: &Runtime,
    bare: impl AsyncFn() -> bool,
    client: &impl AsyncFn() -> bool,
) {
    let times = runtime.block_on(async {
        let mut times = [Vec::with_capacity(calls), Vec::with_capacity(calls)];
        for number in 0..calls + calls / 10 {
            let (one, other) = if number % 2 == 0 {
                let one = time(&bare).await;
                (one, time(client).await)
            } else {
                let other = time(client).await;
                (time(&bare).await, other)
            };
            // The first calls open connections and warm caches.
            if number >= calls / 10 {
                times[0].push(one);
                times[1].push(other);
            }
        }
        times
    });
    let [bare_time, client_time] = times.map(median);
    let bare_allocations = allocations(runtime, &bare);
    let client_allocations = allocations(runtime, client);
    let ratio = client_time.as_secs_f64() / bare_time.as_secs_f64();
    let more = client_allocations - bare_allocations;
    let verdict = if ratio <= AT_MOST.0 && more <= AT_MOST.1 {
        "within"
    } else {
        "ABOVE"
    };
    println!(
        "{name}: {bare_time:.1?} bare, {client_time:.1?} through the client, ratio {ratio:.3}; \
         {bare_allocations} and {client_allocations} allocations, {more} more; \
         {verdict} {:.2} and {}",
        AT_MOST.0, AT_MOST.1
    );
}

async fn time(call: &impl AsyncFn() -> bool) -> Duration {
    // What the connection has to tidy up after the call before is not this one's.
    for _ in 0..10 {
        tokio::task::yield_now().await;
    }
    let started = Instant::now();
    assert!(call().await, "the call succeeds");
    started.elapsed()
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// The median of some calls: a buffer that grows now and then is no one's in particular.
fn allocations(runtime: &Runtime, call: &impl AsyncFn() -> bool) -> i64 {
    let count = || {
        let counted = allocation_counter::measure(|| {
            runtime.block_on(async { assert!(call().await, "the call succeeds") });
        });
        counted.count_total as i64
    };
    let mut counts: Vec<i64> = (0..101).map(|_| count()).collect();
    counts.sort_unstable();
    counts[counts.len() / 2]
}

/// What one writes without the client: the same headers, the same types.
struct Bare {
    url: String,
    http: reqwest::Client,
}

impl Bare {
    async fn user(&self) -> reqwest::Result<Envelope<TargetUserDto>> {
        let path = format!("{}/api/target-users/{}", self.url, "abc");
        Self::send(self.http.get(path)).await?.json().await
    }

    async fn search(
        &self,
        wanted: &TargetUserSearchRequest,
    ) -> reqwest::Result<Envelope<Page<TargetUserSearchView>>> {
        let path = format!("{}/api/target-users/search", self.url);
        Self::send(self.http.post(path).json(wanted))
            .await?
            .json()
            .await
    }

    async fn send(request: reqwest::RequestBuilder) -> reqwest::Result<reqwest::Response> {
        request
            .header(ACCEPT, "application/json")
            .header(AUTHORIZATION, format!("Bearer {TOKEN}"))
            .header("X-KEEPNET-Company-Id", COMPANY)
            .header("X-IR-COMPANY-ID", COMPANY)
            .header("X-Request-Id", request_id())
            .send()
            .await?
            .error_for_status()
    }
}

/// One of its own for each call, as the client sends.
fn request_id() -> String {
    let random = || fastrand::u64(..);
    let (high, low) = (random(), random());
    format!(
        "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xfff,
        low >> 48 & 0x3fff | 0x8000,
        low & 0xffff_ffff_ffff
    )
}

/// A service that only says what it was made to say. One thread answers all connections, so that no
/// caller has a processor nearer to its own.
fn serve() -> Result<String, Box<dyn Error>> {
    let listener = std::net::TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let url = format!("http://{}", listener.local_addr()?);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    std::thread::spawn(move || {
        runtime.block_on(async {
            let listener = TcpListener::from_std(listener)?;
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(answer_all(stream));
            }
            std::io::Result::Ok(())
        })
    });
    Ok(url)
}

async fn answer_all(mut stream: TcpStream) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let answers = [
        (
            "POST /connect/token",
            json!({"access_token": TOKEN, "expires_in": 3600}),
        ),
        (
            "POST /api/target-users/search",
            json!({"data": page(), "status": "SUCCESS"}),
        ),
        ("GET", json!({"data": user(0), "status": "SUCCESS"})),
    ]
    .map(|(start, body)| {
        let body = body.to_string();
        let kind = "content-type: application/json; charset=utf-8";
        let head = format!(
            "HTTP/1.1 200 OK\r\n{kind}\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        (start, head + &body)
    });
    let mut request = Vec::new();
    while stream.read_buf(&mut request).await? > 0 {
        if !is_whole(&request) {
            continue;
        }
        let known = answers
            .iter()
            .find(|(start, _)| request.starts_with(start.as_bytes()));
        let answer = known.map_or(
            "HTTP/1.1 404 X\r\ncontent-length: 0\r\n\r\n",
            |(_, answer)| answer,
        );
        stream.write_all(answer.as_bytes()).await?;
        request.clear();
    }
    Ok(())
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request).to_ascii_lowercase();
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head
        .split("content-length: ")
        .nth(1)
        .and_then(|rest| rest.lines().next());
    body.len() >= length.and_then(|length| length.parse().ok()).unwrap_or(0)
}

fn page() -> serde_json::Value {
    json!({
        "results": (0..10).map(user).collect::<Vec<_>>(),
        "totalNumberOfRecords": 10, "totalNumberOfPages": 1, "pageNumber": 1, "pageSize": 10,
    })
}

fn user(number: usize) -> serde_json::Value {
    json!({
        "resourceId": format!("user{number:08}"), "firstName": "Ada", "lastName": "Kaya",
        "email": format!("ada{number}@acme.example"), "department": "Finance",
        "phoneNumber": "+900000000000", "priority": "Medium", "status": "Active",
        "createTime": "2026-03-25T07:49:00", "customFieldValues": [], "isActive": true,
        "preferredLanguage": "English", "timeZone": "Europe/Istanbul",
    })
}
