//! What one run for 1,000 customers of 1,000 people costs: requests, memory and time, beside a shell
//! loop of single runs; and what becomes of the others when four customers go wrong.
//!
//! `cargo bench -p keepnet-cli --bench fleet`; other numbers of customers and of people may follow `--`.
//! Each program has a process of its own. The loop runs for at most 50 customers.

#![allow(clippy::print_stdout, reason = "a benchmark reports by printing")]

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use futures::TryStreamExt as _;
use jiff::Timestamp;
use keepnet_flows::{ClientConfig, Credentials, Reseller, User};
use keepnet_sandbox::{Fault, RecordedRequest, Sandbox, Seed};
use serde_json::Value;
use tokio::runtime::Runtime;

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

const CUSTOMERS: usize = 1_000;
const PEOPLE: usize = 1_000;
/// How many people a synchronization fetches at a time.
const PAGE: usize = 1_000;
/// Customers that the fleet does not have.
const OTHERS: usize = 5;
const MOST_IN_LOOP: usize = 50;
const MEMORY: u64 = 150_000_000;
/// How often the memory of a program is looked at.
const SAMPLE: Duration = Duration::from_millis(5);

/// The numbers of the customers that go wrong.
const FORBIDDEN: usize = 11;
const HANGING: usize = 22;
const CLOSED: usize = 33;
const OVER_LICENSE: usize = 44;

fn main() -> Outcome {
    let numbers = std::env::args().filter_map(|argument| argument.parse().ok());
    let numbers: Vec<usize> = numbers.collect();
    let customers = numbers.first().copied().unwrap_or(CUSTOMERS);
    let people = numbers.get(1).copied().unwrap_or(PEOPLE);
    measure_unchanged(customers, people)?;
    measure_changed(customers, people)
}

/// Nothing has changed: the fleet, and the same with a loop.
fn measure_unchanged(customers: usize, people: usize) -> Outcome {
    let bench = Bench::start(customers, people, 0)?;
    let fleet = bench.run(bench.keepnet(&["fleet", "run", "fleet.toml", "--yes"]))?;
    let rows = fleet.rows()?;
    assert_eq!((fleet.code, count(&rows, "unchanged")), (0, customers));
    let requests = bench.sandbox.requests();
    let writes = requests.iter().filter(|request| is_write(request));
    assert_eq!(writes.count(), 0, "nothing is written");
    // The people who are not deleted, and then the deleted ones, of whom there are none.
    let pages = customers * (people.div_ceil(PAGE) + 1);
    let at_most = pages + 2 * customers;
    println!(
        "{customers} customers of {people} people, nothing changed: 0 writes, {} requests, at most {at_most}; {}",
        requests.len(),
        fleet.cost
    );
    assert!(requests.len() <= at_most, "too many requests");
    assert!(fleet.cost.memory <= MEMORY, "too much memory");

    let sample = customers.min(MOST_IN_LOOP);
    let mut script = String::new();
    for number in 1..=sample {
        let (keepnet, id) = (env!("CARGO_BIN_EXE_keepnet"), id(number));
        let list = list_name(number);
        writeln!(
            script,
            "{keepnet} --company {id} users sync {list} --yes || exit 1"
        )?;
    }
    let mut shell = Command::new("sh");
    shell.args(["-c", &script]);
    let single = bench.run(bench.prepare(shell))?;
    assert_eq!(single.code, 0, "the loop failed");
    let each = |cost: Duration, count: usize| cost.as_secs_f64() * 1e3 / count as f64;
    let (of_fleet, of_loop) = (
        each(fleet.cost.time, customers),
        each(single.cost.time, sample),
    );
    println!(
        "a customer takes {of_fleet:.0} ms in the fleet and {of_loop:.0} ms in a loop of {sample}: {:.1} times faster; {:.1} and {:.1} ms of the processor",
        of_loop / of_fleet,
        each(fleet.cost.processor, customers),
        each(single.cost.processor, sample)
    );
    Ok(())
}

/// One person in a hundred has changed, and four customers go wrong.
fn measure_changed(customers: usize, people: usize) -> Outcome {
    let bench = Bench::start(customers, people, (people / 100).max(3))?;
    let (forbidden, hanging) = (id(FORBIDDEN), id(HANGING));
    for fault in [
        format!("status=403,company={forbidden}"),
        format!("latency=10m,on=search_target_users,company={hanging}"),
    ] {
        bench.sandbox.add_fault(fault.parse::<Fault>()?);
    }
    let fleet = bench.run(bench.keepnet(&["fleet", "run", "fleet.toml", "--yes"]))?;
    let rows = fleet.rows()?;
    println!(
        "one person in a hundred changed, four customers go wrong: {} done, exit {}; {}",
        count(&rows, "done"),
        fleet.code,
        fleet.cost
    );
    let wrong: BTreeMap<&str, &Value> = rows
        .iter()
        .filter(|row| row["outcome"] != "done")
        .map(|row| (row["company_id"].as_str().unwrap_or_default(), row))
        .collect();
    for row in wrong.values() {
        println!("  {} {}: {}", row["company"], row["outcome"], row["why"]);
    }
    let expected = [FORBIDDEN, HANGING, CLOSED, OVER_LICENSE].map(id);
    let expected: BTreeSet<&str> = expected.iter().map(String::as_str).collect();
    assert_eq!(wrong.keys().copied().collect::<BTreeSet<_>>(), expected);
    assert!(wrong.values().all(|row| row["why"].is_string()));
    assert_eq!(
        (fleet.code, count(&rows, "done")),
        (5, customers - expected.len())
    );
    let requests = bench.sandbox.requests();
    let selected: BTreeSet<String> = (1..=customers).map(id).collect();
    let headers = requests.iter().flat_map(|request| {
        let headers = [&request.keepnet_company_id, &request.ir_company_id];
        headers.into_iter().flatten()
    });
    let (inside, outside): (Vec<_>, Vec<_>) = headers.partition(|id| selected.contains(*id));
    println!(
        "  {} requests; {} company headers name a customer of the fleet, {} another company",
        requests.len(),
        inside.len(),
        outside.len()
    );
    assert!(outside.is_empty(), "{outside:?}");
    let to_wrong = requests.iter().filter(|request| {
        let company = request.keepnet_company_id.as_deref();
        is_write(request) && company.is_some_and(|id| expected.contains(id))
    });
    assert_eq!(
        to_wrong.count(),
        0,
        "customers that go wrong are not written"
    );
    Ok(())
}

/// A sandbox with the customers, and a folder with the fleet file and the lists.
struct Bench {
    sandbox: Sandbox,
    folder: tempfile::TempDir,
    _runtime: Runtime,
}

impl Bench {
    /// Each list has so many changes: joiners, movers and leavers.
    fn start(customers: usize, people: usize, changes: usize) -> Outcome<Bench> {
        let runtime = Runtime::new()?;
        let mut seed = Seed::fleet(customers + OTHERS, people, Timestamp::now());
        for company in &mut seed.companies[1..] {
            company.open_to_reseller = true;
            company.license_limit = None;
            company.license_end = None;
        }
        if changes > 0 {
            seed.companies[CLOSED].open_to_reseller = false;
            // One seat less than the list takes.
            let active = people - people / 20;
            let seats = active + joiners(changes) - leavers(changes) - 1;
            seed.companies[OVER_LICENSE].license_limit = Some(u32::try_from(seats)?);
        }
        let sandbox = runtime.block_on(Sandbox::builder().seed(seed).start())?;
        let folder = tempfile::tempdir()?;
        let first = runtime.block_on(list_people(sandbox.url()))?;
        let list = write_list(&first, changes)?;
        let mut fleet = String::new();
        for number in 1..=customers {
            let path = folder.path().join(list_name(number));
            // The people of two customers differ in their domains.
            fs::write(path, list.replace(&domain(1), &domain(number)))?;
            let (name, list) = (name(number), list_name(number));
            writeln!(fleet, "[customers.\"{name}\"]\nsync = \"{list}\"")?;
        }
        fs::write(folder.path().join("fleet.toml"), fleet)?;
        // Only what the programs ask for counts.
        sandbox.reset()?;
        Ok(Bench {
            sandbox,
            folder,
            _runtime: runtime,
        })
    }

    fn keepnet(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_keepnet"));
        command.args(["--output", "json"]).args(arguments);
        self.prepare(command)
    }

    fn prepare(&self, mut command: Command) -> Command {
        let folder = self.folder.path();
        command
            .current_dir(folder)
            .env("KEEPNET_API_BASE_URL", self.sandbox.url())
            .env("KEEPNET_CLIENT_ID", "sandbox-client")
            .env("KEEPNET_CLIENT_SECRET", "sandbox-secret")
            .env("KEEPNET_CONFIG", folder.join("none.toml"))
            .env("KEEPNET_STATE_DIR", folder.join("state"));
        command
    }

    /// Runs a program, and samples its memory until it ends.
    fn run(&self, mut command: Command) -> Outcome<Run> {
        let stdout = self.folder.path().join("stdout");
        let before = processor_time_of_children()?;
        let start = Instant::now();
        let mut child = command
            .stdin(Stdio::null())
            .stdout(File::create(&stdout)?)
            .stderr(File::create(self.folder.path().join("stderr"))?)
            .spawn()?;
        let mut memory = 0;
        let status = loop {
            memory = peak_memory(child.id()).unwrap_or(memory).max(memory);
            match child.try_wait()? {
                Some(status) => break status,
                None => std::thread::sleep(SAMPLE),
            }
        };
        let cost = Cost {
            time: start.elapsed(),
            processor: processor_time_of_children()? - before,
            memory,
        };
        Ok(Run {
            code: status.code().unwrap_or(-1),
            stdout,
            cost,
        })
    }
}

struct Run {
    code: i32,
    stdout: PathBuf,
    cost: Cost,
}

impl Run {
    /// The customers of the document that the program has printed.
    fn rows(&self) -> Outcome<Vec<Value>> {
        let text = fs::read_to_string(&self.stdout)?;
        let document: Value = serde_json::from_str(&text)?;
        let rows = document.as_array().or(document["items"].as_array());
        Ok(rows.ok_or("no rows")?.clone())
    }
}

/// What a program has taken.
struct Cost {
    time: Duration,
    processor: Duration,
    /// The largest resident size in bytes.
    memory: u64,
}

impl std::fmt::Display for Cost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (time, processor) = (self.time.as_secs_f64(), self.processor.as_secs_f64());
        let memory = self.memory as f64 / 1e6;
        write!(
            f,
            "{time:.1} s, {processor:.1} s of the processor, peak memory {memory:.0} MB"
        )
    }
}

fn count(rows: &[Value], outcome: &str) -> usize {
    rows.iter().filter(|row| row["outcome"] == outcome).count()
}

fn is_write(request: &RecordedRequest) -> bool {
    let operation = request.operation_name().unwrap_or_default();
    request.method != "GET"
        && operation != "request_access_token"
        && !operation.starts_with("search_")
}

fn leavers(changes: usize) -> usize {
    changes / 3
}

fn joiners(changes: usize) -> usize {
    changes - 2 * (changes / 3)
}

fn name(number: usize) -> String {
    format!("Customer {number:04}")
}

fn id(number: usize) -> String {
    format!("cuSt{number:08}")
}

fn domain(number: usize) -> String {
    format!("@customer-{number:04}.example")
}

fn list_name(number: usize) -> String {
    format!("people-{number:04}.csv")
}

/// The people of the first customer.
async fn list_people(url: &str) -> Outcome<Vec<User>> {
    let credentials = Credentials::new("sandbox-client", "sandbox-secret");
    let config = ClientConfig::new(credentials).base_url(url);
    let company = Reseller::connect(config).await?.company(&id(1)).await?;
    Ok(company.users().stream().try_collect().await?)
}

/// The list of these people with so many changes: a third leaves, a third moves, and the rest joins.
fn write_list(people: &[User], changes: usize) -> Outcome<String> {
    let (leavers, movers) = (leavers(changes), changes / 3);
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["First Name", "Last Name", "Email", "Department"])?;
    let active = |user: &&User| user.status.as_str() == "active";
    let leaving: BTreeSet<&str> = (people.iter().filter(active).take(leavers))
        .map(|user| user.id.as_str())
        .collect();
    let moving: BTreeSet<&str> = (people.iter().filter(active).skip(leavers).take(movers))
        .map(|user| user.id.as_str())
        .collect();
    for user in people {
        let [first, last, department] = [&user.first_name, &user.last_name, &user.department]
            .map(|value| value.as_deref().unwrap_or_default());
        let department = match moving.contains(user.id.as_str()) {
            true => "Head Office",
            false => department,
        };
        if !leaving.contains(user.id.as_str()) {
            writer.write_record([first, last, &user.email, department])?;
        }
    }
    for number in 0..joiners(changes) {
        let email = format!("joiner{number}{}", domain(1));
        writer.write_record(["Nia", &format!("Starter {number}"), &email, "Sales"])?;
    }
    Ok(String::from_utf8(writer.into_inner()?)?)
}

/// The high-water mark that Linux keeps for a process, in bytes.
fn peak_memory(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes << 10)
}

/// How long the programs have run that this one has started and waited for.
fn processor_time_of_children() -> Outcome<Duration> {
    let stat = fs::read_to_string(Path::new("/proc/self/stat"))?;
    // The name of the program is in brackets and may contain spaces.
    let (_, fields) = stat.rsplit_once(')').ok_or("no program")?;
    let ticks: u64 = (fields.split_whitespace().skip(13).take(2))
        .filter_map(|ticks| ticks.parse::<u64>().ok())
        .sum();
    Ok(Duration::from_millis(ticks * 10))
}
