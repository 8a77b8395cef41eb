//! The two cases: nothing has changed; and one person in a hundred has, while four customers go wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::Duration;

use keepnet_sandbox::{Fault, RecordedRequest, Seed};
use serde_json::Value;

use super::customers::{Changes, Customers, id};
use super::program::Outcome;

/// How many people a synchronization fetches at a time.
const PAGE: usize = 1_000;
const MEMORY: u64 = 150_000_000;

/// The numbers of the customers that go wrong.
const FORBIDDEN: usize = 2;
const HANGING: usize = 4;
const CLOSED: usize = 6;
const OVER_LICENSE: usize = 8;

/// How large a case is.
pub(crate) struct Size {
    pub(crate) customers: usize,
    pub(crate) people: usize,
    /// For how many customers the loop of single runs goes.
    pub(crate) in_loop: usize,
    /// When a customer is given up, as the option has it.
    pub(crate) customer_timeout: Option<&'static str>,
}

/// Nothing has changed: the fleet, and the same with a loop. Returns the figures.
pub(crate) fn check_unchanged(size: &Size) -> Outcome<String> {
    let Size {
        customers, people, ..
    } = *size;
    let bench = Customers::start(customers, people, Changes::NONE, |_| {})?;
    let fleet = bench.run_fleet(&[])?;
    let rows = fleet.rows()?;
    assert_eq!((fleet.code, count(&rows, "unchanged")), (0, customers));
    let requests = bench.sandbox.requests();
    let writes = requests.iter().filter(|request| is_write(request));
    assert_eq!(writes.count(), 0, "nothing is written");
    // The people who are not deleted, and then the deleted ones, of whom there are none.
    let pages = customers * (people.div_ceil(PAGE) + 1);
    let at_most = pages + 2 * customers;
    let mut figures = format!(
        "{customers} customers of {people} people, nothing changed: 0 writes, {} requests, at most {at_most}; {}\n",
        requests.len(),
        fleet.cost
    );
    assert!(requests.len() <= at_most, "too many requests: {figures}");
    assert!(fleet.cost.memory <= MEMORY, "too much memory: {figures}");

    let sample = customers.min(size.in_loop);
    let single = bench.run_loop(sample)?;
    assert_eq!(single.code, 0, "the loop failed");
    let each = |cost: Duration, count: usize| cost.as_secs_f64() * 1e3 / count as f64;
    let (of_fleet, of_loop) = (
        each(fleet.cost.time, customers),
        each(single.cost.time, sample),
    );
    writeln!(
        figures,
        "a customer takes {of_fleet:.0} ms in the fleet and {of_loop:.0} ms in a loop of {sample}: {:.1} times faster; {:.1} and {:.1} ms of the processor",
        of_loop / of_fleet,
        each(fleet.cost.processor, customers),
        each(single.cost.processor, sample)
    )?;
    Ok(figures)
}

/// One person in a hundred has changed, and four customers go wrong. Returns the figures.
pub(crate) fn check_changed(size: &Size) -> Outcome<String> {
    let Size {
        customers, people, ..
    } = *size;
    let changes = Changes::of((people / 100).max(3));
    let close = |seed: &mut Seed| {
        seed.companies[CLOSED].open_to_reseller = false;
        // One seat less than the list takes.
        let active = people - people / 20;
        let seats = active + changes.joiners - changes.leavers - 1;
        seed.companies[OVER_LICENSE].license_limit = u32::try_from(seats).ok();
    };
    let bench = Customers::start(customers, people, changes, close)?;
    let (forbidden, hanging) = (id(FORBIDDEN), id(HANGING));
    for fault in [
        format!("status=403,company={forbidden}"),
        format!("latency=10m,on=search_target_users,company={hanging}"),
    ] {
        bench.sandbox.add_fault(fault.parse::<Fault>()?);
    }
    let timeout = size.customer_timeout.map(|it| ["--customer-timeout", it]);
    let fleet = bench.run_fleet(timeout.as_ref().map_or(&[], |it| it))?;
    let rows = fleet.rows()?;
    let mut figures = format!(
        "{customers} customers of {people} people, one person in a hundred changed, four customers go wrong: {} done, exit {}; {}\n",
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
        let [company, outcome, why] = ["company", "outcome", "why"].map(|key| &row[key]);
        writeln!(figures, "  {company} {outcome}: {why}")?;
    }
    let expected = [
        (FORBIDDEN, "failed", "403"),
        (
            HANGING,
            "failed",
            if timeout.is_some() {
                "longer"
            } else {
                "no response"
            },
        ),
        (CLOSED, "failed", "PRIVACY_ERROR"),
        (OVER_LICENSE, "refused", "beyond-license"),
    ];
    assert_eq!(wrong.len(), expected.len(), "{figures}");
    for (number, outcome, why) in expected {
        let row = wrong.get(&*id(number)).ok_or_else(|| figures.clone())?;
        let is_named = row["why"].as_str().is_some_and(|it| it.contains(why));
        assert!(row["outcome"] == outcome && is_named, "{row}");
    }
    let done = customers - expected.len();
    assert_eq!((fleet.code, count(&rows, "done")), (5, done), "{figures}");

    let requests = bench.sandbox.requests();
    let headers = requests.iter().flat_map(|request| {
        let headers = [&request.keepnet_company_id, &request.ir_company_id];
        headers.into_iter().flatten()
    });
    let selected = bench.ids();
    let (inside, outside): (Vec<_>, Vec<_>) = headers.partition(|id| selected.contains(*id));
    assert!(outside.is_empty(), "{outside:?}");
    let to_wrong = requests.iter().filter(|request| {
        let company = request.keepnet_company_id.as_deref();
        is_write(request) && company.is_some_and(|id| wrong.contains_key(id))
    });
    assert_eq!(
        to_wrong.count(),
        0,
        "customers that go wrong are not written"
    );
    writeln!(
        figures,
        "  {} requests; {} company headers name a customer of the fleet, {} another company",
        requests.len(),
        inside.len(),
        outside.len()
    )?;
    let mut of_one = BTreeMap::<&str, usize>::new();
    let first = id(1);
    for request in &requests {
        if request.keepnet_company_id.as_ref() == Some(&first) {
            let operation = request.operation_name().unwrap_or_default();
            *of_one.entry(operation).or_default() += 1;
        }
    }
    writeln!(figures, "  of one customer: {of_one:?}")?;
    let counters = &bench.sandbox.state()["counters"];
    let written = ["usersCreated", "usersUpdated", "usersDeleted"].map(|name| &counters[name]);
    let changed = changes.movers + changes.leavers;
    assert_eq!(written, [done * changes.joiners, done * changed, 0]);

    bench.sandbox.clear_faults();
    // Nobody can read the people of the closed customer; the log shows that nobody wrote them.
    let readable: Vec<_> = (1..=customers).filter(|it| *it != CLOSED).collect();
    let unwritten = BTreeSet::from([FORBIDDEN, HANGING, OVER_LICENSE]);
    let seen = bench.check_people(&readable, &unwritten)?;
    writeln!(figures, "  each of {seen} people is as the lists say")?;
    Ok(figures)
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
