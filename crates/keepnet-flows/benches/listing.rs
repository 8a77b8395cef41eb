//! What listing users costs, as ratios in one run: memory of many against few, pages at a time
//! against one after the other, and processor time against bare reqwest and serde.
//!
//! `cargo bench -p keepnet-flows --bench listing` for 1,000,000 users; another number may follow
//! `--`. The sandbox has a process of its own, so that only the listing is measured.

#![allow(clippy::print_stdout, reason = "a benchmark reports by printing")]
#![allow(dead_code, reason = "what a row is read into is part of the work")]

mod measure;

use std::process::Command;
use std::time::{Duration, Instant};

use keepnet_flows::{ClientConfig, Credentials, Reseller, TryStreamExt};
use keepnet_sandbox::Sandbox;
use serde::Deserialize;
use serde_json::json;

use measure::peak_memory;

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const MANY: &str = "Acme LLC";
const FEW: &str = "Globex GmbH";
const FEW_USERS: usize = 10_000;
const LATENCY: Duration = Duration::from_millis(50);
/// How many users a page holds where nobody says otherwise.
const PAGE: u32 = 250;
const ROUNDS: usize = 5;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [only, task, url, company, size, prefetch] = arguments.as_slice()
        && only == "--only"
    {
        let listing = Listing {
            url,
            company,
            size: size.parse()?,
            prefetch: prefetch.parse()?,
        };
        println!("{}", measure(task, &listing)?);
        return Ok(());
    }
    let many = arguments
        .iter()
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(1_000_000);
    let runtime = tokio::runtime::Runtime::new()?;
    let start = |sandbox: keepnet_sandbox::Builder| runtime.block_on(sandbox.start());

    let sandbox = start(Sandbox::builder().users(MANY, many).users(FEW, FEW_USERS))?;
    let few = of_its_own("memory", sandbox.url(), FEW, PAGE, 8)?;
    let whole = of_its_own("memory", sandbox.url(), MANY, PAGE, 8)?;
    println!(
        "memory: {:.1} MB for {many} users, {:.1} MB for {FEW_USERS}, ratio {:.2}",
        whole / 1e6,
        few / 1e6,
        whole / few
    );
    drop(sandbox);

    let sandbox = start(Sandbox::builder().users(MANY, 100_000))?;
    for size in [PAGE, 1000] {
        let (mut ours, mut bare) = (f64::MAX, f64::MAX);
        for _ in 0..ROUNDS {
            bare = bare.min(of_its_own("bare", sandbox.url(), MANY, size, 1)?);
            ours = ours.min(of_its_own("processor", sandbox.url(), MANY, size, 1)?);
        }
        println!(
            "processor, pages of {size}: {ours:.3} s for 100000 users, {bare:.3} s with reqwest and serde alone, ratio {:.2}",
            ours / bare
        );
    }
    drop(sandbox);

    let sandbox = start(Sandbox::builder().users(MANY, 40_000).latency(LATENCY))?;
    let one = of_its_own("time", sandbox.url(), MANY, PAGE, 1)?;
    let ahead = of_its_own("time", sandbox.url(), MANY, PAGE, 8)?;
    println!(
        "160 pages at {LATENCY:?} each: {ahead:.2} s, one after the other {one:.2} s, {:.1} times faster",
        one / ahead
    );
    Ok(())
}

/// Measures a task in a process of its own.
fn of_its_own(task: &str, url: &str, company: &str, size: u32, prefetch: u32) -> Result<f64> {
    let output = Command::new(std::env::current_exe()?)
        .args(["--only", task, url, company])
        .args([size.to_string(), prefetch.to_string()])
        .output()?;
    match output.status.success() {
        true => Ok(String::from_utf8(output.stdout)?.trim().parse()?),
        false => Err(String::from_utf8_lossy(&output.stderr).into()),
    }
}

struct Listing<'a> {
    url: &'a str,
    company: &'a str,
    size: u32,
    prefetch: u32,
}

fn measure(task: &str, listing: &Listing<'_>) -> Result<f64> {
    // One thread, so that its time is that of the process.
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().build()?;
    let start = Instant::now();
    let letters = match task {
        "bare" => runtime.block_on(bare(listing))?,
        _ => runtime.block_on(list(listing))?,
    };
    assert!(letters > 0, "nobody was listed");
    Ok(match task {
        "memory" => peak_memory()? as f64,
        "time" => start.elapsed().as_secs_f64(),
        _ => processor_time()?.as_secs_f64(),
    })
}

async fn list(listing: &Listing<'_>) -> Result<u64> {
    let credentials = Credentials::new("sandbox-client", "sandbox-secret");
    let config = ClientConfig::new(credentials).base_url(listing.url);
    let company = Reseller::connect(config)
        .await?
        .company(listing.company)
        .await?;
    let users = company.users().page_size(listing.size);
    let mut users = users.prefetch(listing.prefetch).stream();
    let mut letters = 0;
    while let Some(user) = users.try_next().await? {
        letters += user.email.len() as u64;
    }
    Ok(letters)
}

/// The same requests and the same fields, with nothing between.
async fn bare(listing: &Listing<'_>) -> Result<u64> {
    let Listing {
        url, company, size, ..
    } = listing;
    // A listing that cannot hang needs timers, whoever sets them.
    let http = reqwest::Client::builder()
        .no_proxy()
        .connect_timeout(Duration::from_secs(10))
        .read_timeout(Duration::from_secs(60))
        .timeout(Duration::from_secs(100))
        .build()?;
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", "sandbox-client"),
        ("client_secret", "sandbox-secret"),
        ("scope", "api1"),
    ];
    let signed_in = http.post(format!("{url}/connect/token")).form(&form);
    let token: Token = signed_in.send().await?.json().await?;
    let mut body = json!({
        "pageNumber": 1, "pageSize": size, "orderBy": "CreateTime", "ascending": true,
        "filter": {"condition": "AND", "searchInputTextValue": "", "filterGroups": []},
    });
    let id = http
        .post(format!("{url}/api/companies/search"))
        .bearer_auth(&token.access_token)
        .json(&body)
        .send()
        .await?
        .json::<Envelope<Company>>()
        .await?
        .data
        .results
        .into_iter()
        .find(|it| it.company_name == *company)
        .ok_or("no such company")?
        .company_resource_id;
    body["filter"]["filterGroups"] = json!([{
        "condition": "AND", "filterGroups": [],
        "filterItems": [{"fieldName": "IsDeleted", "operator": "Contains", "value": false}],
    }]);
    let mut letters = 0;
    for page in 1.. {
        body["pageNumber"] = page.into();
        let data = http
            .post(format!("{url}/api/target-users/search"))
            .bearer_auth(&token.access_token)
            .header("Accept", "application/json")
            .header("X-KEEPNET-Company-Id", &id)
            .header("X-IR-COMPANY-ID", &id)
            .header("X-Request-Id", format!("listing-{page}"))
            .json(&body)
            .send()
            .await?
            .json::<Envelope<User>>()
            .await?
            .data;
        letters += data
            .results
            .iter()
            .filter_map(|user| Some(user.email.as_deref()?.len() as u64))
            .sum::<u64>();
        if page >= data.total_number_of_pages {
            break;
        }
    }
    Ok(letters)
}

#[derive(Deserialize)]
struct Token {
    access_token: String,
}

#[derive(Deserialize)]
struct Envelope<T> {
    data: Page<T>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Page<T> {
    results: Vec<T>,
    total_number_of_pages: u64,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Company {
    company_resource_id: String,
    company_name: String,
}

/// What `keepnet_flows::User` has.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct User {
    resource_id: Option<String>,
    email: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
    department: Option<String>,
    phone_number: Option<String>,
    priority: Option<String>,
    status: Option<String>,
    time_zone: Option<String>,
    preferred_language: Option<String>,
    create_time: Option<String>,
    update_time: Option<String>,
    is_editable: Option<bool>,
    scim_setting_name: Option<String>,
    ldap_config_name: Option<String>,
    custom_field_values: Option<Vec<CustomValue>>,
}

#[derive(Deserialize)]
struct CustomValue {
    name: Option<String>,
    value: Option<String>,
}

/// How long this process' one thread has run.
fn processor_time() -> Result<Duration> {
    let told = std::fs::read_to_string("/proc/self/schedstat")?;
    let nanoseconds = told.split_whitespace().next().unwrap_or_default();
    Ok(Duration::from_nanos(nanoseconds.parse()?))
}
