//! What a synchronization of 100,000 people costs of which one in a hundred changes: requests, memory
//! and time, beside curl that reads the same pages in the same run.
//!
//! `cargo bench -p keepnet-flows --bench sync`; another number of people may follow `--`. The sandbox
//! has a process of its own, so that only the synchronization is measured.

#![allow(clippy::print_stdout, reason = "a benchmark reports by printing")]

mod measure;

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use keepnet_flows::{
    ClientConfig, Company, Credentials, Reseller, Sheet, SyncOutcome, TryStreamExt as _,
};
use keepnet_sandbox::Sandbox;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use measure::{peak_memory, processor_time, processor_time_of_children};

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

const COMPANY: &str = "Acme LLC";
const PEOPLE: usize = 100_000;
/// How many people a synchronization fetches at a time.
const PAGE: usize = 1_000;
/// The requests of a synchronization beside its pages and its leavers: the token, the customer, the
/// custom fields, the licence, and the calls of one import.
const HANDFUL: usize = 30;
const MEMORY: u64 = 250_000_000;

fn main() -> Outcome {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [only, url, list] = arguments.as_slice()
        && only == "--only"
    {
        let measured = synchronize(url, Path::new(list))?;
        println!("{}", serde_json::to_string(&measured)?);
        return Ok(());
    }
    let mut arguments = arguments.iter();
    let people = arguments.find_map(|argument| argument.parse().ok());
    compare(people.unwrap_or(PEOPLE))
}

/// What one synchronization has taken.
#[derive(Serialize, Deserialize)]
struct Measured {
    plan: Taken,
    whole: Taken,
    /// The largest resident size in bytes.
    memory: u64,
    /// How many people joined, were changed and left.
    written: [u64; 3],
}

/// Seconds from the start of the process: passed, and of the processor.
#[derive(Serialize, Deserialize)]
struct Taken {
    seconds: f64,
    processor: f64,
}

/// Compares and applies, as a program does it.
#[tokio::main]
async fn synchronize(url: &str, list: &Path) -> Outcome<Measured> {
    let start = Instant::now();
    let taken = || -> Outcome<Taken> {
        Ok(Taken {
            seconds: start.elapsed().as_secs_f64(),
            processor: processor_time()?.as_secs_f64(),
        })
    };
    let company = connect(url).await?;
    // The seats of the sandbox' customer are few.
    let sync = company.sync_users(Sheet::open(list)?).beyond_license();
    let plan = sync.plan().await?;
    let planned = taken()?;
    let receipt = plan.apply().await?;
    let report = receipt.report();
    assert_eq!(report.outcome, SyncOutcome::Complete, "{receipt}");
    Ok(Measured {
        plan: planned,
        whole: taken()?,
        memory: peak_memory()?,
        written: [report.joined, report.changed, report.left],
    })
}

fn compare(people: usize) -> Outcome {
    let runtime = tokio::runtime::Runtime::new()?;
    let sandbox = runtime.block_on(Sandbox::builder().users(COMPANY, people).start())?;
    let folder = tempfile::tempdir()?;
    let list = folder.path().join("hr.csv");
    let each = people / 300;
    runtime.block_on(write_list(sandbox.url(), &list, each))?;
    let pages = runtime.block_on(write_pages(sandbox.url(), &folder.path().join("pages")))?;

    let curl = read_with_curl(&folder.path().join("pages"))?;
    println!(
        "curl reads {pages} pages in {:.2} s, {:.2} s of the processor",
        curl.seconds, curl.processor
    );
    // The pages, and one row of the last page to see whether the rows have moved.
    let listing = pages + 1;
    for (name, changes) in [("first run", each as u64), ("second run", 0)] {
        let before = sandbox.requests().len();
        let measured = run_alone(sandbox.url(), &list)?;
        let requests = sandbox.requests();
        let requests = &requests[before..];
        assert_eq!(measured.written, [changes; 3], "{name}");
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for request in requests {
            let operation = request.operation_name().unwrap_or(&request.path);
            *counts.entry(operation).or_default() += 1;
        }
        let at_most = match changes {
            // The token, the customer and the custom fields.
            0 => listing + 3,
            changes => listing + changes as usize + HANDFUL,
        };
        println!(
            "{name}: {:?} written, {} requests, at most {at_most}: {counts:?}",
            measured.written,
            requests.len()
        );
        println!(
            "  plan in {:.2} s, {:.2} of curl's time, {:.2} s of the processor; all in {:.2} s, {:.2} s of the processor; peak memory {:.0} MB",
            measured.plan.seconds,
            measured.plan.seconds / curl.seconds,
            measured.plan.processor,
            measured.whole.seconds,
            measured.whole.processor,
            measured.memory as f64 / 1e6
        );
        assert!(requests.len() <= at_most, "{name}: too many requests");
        assert!(measured.memory <= MEMORY, "{name}: too much memory");
    }
    Ok(())
}

/// Synchronizes in a process of its own.
fn run_alone(url: &str, list: &Path) -> Outcome<Measured> {
    let output = Command::new(std::env::current_exe()?)
        .args(["--only", url])
        .arg(list)
        .output()?;
    match output.status.success() {
        true => Ok(serde_json::from_slice(&output.stdout)?),
        false => Err(String::from_utf8_lossy(&output.stderr).into()),
    }
}

async fn connect(url: &str) -> Outcome<Company> {
    let credentials = Credentials::new("sandbox-client", "sandbox-secret");
    let config = ClientConfig::new(credentials).base_url(url);
    Ok(Reseller::connect(config).await?.company(COMPANY).await?)
}

/// Writes the list of the people there are, but for so many who join, move to another department, and
/// leave.
async fn write_list(url: &str, path: &Path, each: usize) -> Outcome {
    let company = connect(url).await?;
    let mut people = company.users().stream();
    if let Some(user) = people.try_next().await? {
        // As with any customer, somebody has a value of each field. Of a field that no row shows, nobody
        // knows whether rows have it, so that each leaver would be read before the write.
        let update = company
            .update_user(&user)
            .time_zone("UTC")
            .language("English");
        let update = update.manager("Bob", "Summer", "bob@acme-llc.example");
        update.await?;
    }
    let mut people = company.users().stream();
    let mut writer = csv::Writer::from_path(path)?;
    writer.write_record(["First Name", "Last Name", "Email", "Department"])?;
    let (mut leavers, mut movers) = (0, 0);
    let mut number = 0;
    while let Some(user) = people.try_next().await? {
        number += 1;
        let may_change = user.status.as_str() == "active" && !user.is_managed();
        let [first, last, department] = [&user.first_name, &user.last_name, &user.department]
            .map(|value| value.as_deref().unwrap_or_default());
        match number % 100 {
            10 | 11 if may_change && leavers < each => leavers += 1,
            20 | 21 if may_change && movers < each => {
                movers += 1;
                writer.write_record([first, last, &user.email, "Head Office"])?;
            }
            _ => writer.write_record([first, last, &user.email, department])?,
        }
    }
    assert_eq!([leavers, movers], [each; 2], "too few people");
    for number in 0..each {
        let email = format!("joiner{number}@acme-llc.example");
        writer.write_record(["Nia", &format!("Starter {number}"), &email, "Sales"])?;
    }
    Ok(writer.flush()?)
}

/// Writes the requests for all pages, as curl reads them; returns how many there are.
async fn write_pages(url: &str, path: &Path) -> Outcome<usize> {
    let http = reqwest::Client::builder().no_proxy().build()?;
    let form = [
        ("grant_type", "client_credentials"),
        ("client_id", "sandbox-client"),
        ("client_secret", "sandbox-secret"),
        ("scope", "api1"),
    ];
    let token = http.post(format!("{url}/connect/token")).form(&form);
    let token: Value = token.send().await?.json().await?;
    let token = token["access_token"].as_str().ok_or("no token")?;
    let company = connect(url).await?;
    let mut requests = String::new();
    let mut pages = 0;
    let counts = company.count_users().await?;
    let present = counts.total().ok_or("no count of users")?;
    let deleted = counts.deleted.ok_or("no count of deleted users")?;
    for (is_deleted, total) in [(false, present), (true, deleted)] {
        for number in 1..=total.div_ceil(PAGE as u64).max(1) {
            let body = json!({
                "pageNumber": number, "pageSize": PAGE, "orderBy": "CreateTime", "ascending": true,
                "filter": {"condition": "AND", "searchInputTextValue": "", "filterGroups": [{
                    "condition": "AND", "filterGroups": [],
                    "filterItems": [{"fieldName": "IsDeleted", "operator": "Contains", "value": is_deleted}],
                }]},
            });
            let body = body.to_string().replace('"', "\\\"");
            let id = company.id();
            write!(
                requests,
                "url = \"{url}/api/target-users/search\"\n\
                 header = \"Authorization: Bearer {token}\"\n\
                 header = \"Content-Type: application/json\"\n\
                 header = \"X-KEEPNET-Company-Id: {id}\"\n\
                 header = \"X-IR-COMPANY-ID: {id}\"\n\
                 data = \"{body}\"\n\
                 output = \"/dev/null\"\nfail\nsilent\nshow-error\nnext\n"
            )?;
            pages += 1;
        }
    }
    fs::write(path, requests.trim_end_matches("next\n"))?;
    Ok(pages)
}

fn read_with_curl(pages: &Path) -> Outcome<Taken> {
    let before = processor_time_of_children()?;
    let start = Instant::now();
    let status = Command::new("curl")
        .arg("--config")
        .arg(pages)
        .stdin(Stdio::null())
        .status()?;
    assert!(status.success(), "curl failed");
    Ok(Taken {
        seconds: start.elapsed().as_secs_f64(),
        processor: (processor_time_of_children()? - before).as_secs_f64(),
    })
}
