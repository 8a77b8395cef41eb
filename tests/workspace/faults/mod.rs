//! Every fault of the sandbox at every step of the flows, in both dialects: the flow ends in time, its
//! result is true, no user or group exists twice, and no other company changes.

mod cell;
mod environment;
mod fleet;
mod flow;
mod foreign;
mod invariants;
mod people;
mod throttling;

use std::collections::BTreeMap;
use std::time::Instant;

use futures::StreamExt as _;

use cell::Cell;
use environment::Baseline;
use flow::Flow;

use crate::flows::service::DIALECTS;

/// How many cells run at a time: most of them wait for a socket.
const CONCURRENT: usize = 48;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_fault_causes_a_lie_a_hang_or_a_double_write() {
    let (seed, started) = (seed(), Instant::now());
    let mut cells = Vec::new();
    for dialect in DIALECTS {
        for flow in Flow::ALL {
            let baseline = Baseline::of(flow, dialect, seed).await;
            cells.extend(Cell::all(&baseline));
        }
    }
    cell::assert_every_fault_is_used(&cells);
    let size = cells.len();
    assert!(size >= 500, "{size} cells are too few");

    let results: Vec<Finished> = futures::stream::iter(cells)
        .map(|cell| Finished::run(cell, seed))
        .buffer_unordered(CONCURRENT)
        .collect()
        .await;
    println!("{size} cells in {:.1?}, seed {seed}", started.elapsed());
    let failures = failures(&results);
    assert!(
        failures.is_empty(),
        "of {size} cells (seed {seed}):\n{failures}"
    );
    crate::check_snapshot("fault-matrix", &totals(&results));
}

struct Finished {
    name: String,
    flow: Flow,
    fault: &'static str,
    /// How the flow ended, or all violated invariants.
    ended: Result<String, Vec<String>>,
}

impl Finished {
    async fn run(cell: Cell, seed: u64) -> Finished {
        let (name, flow, fault) = (cell.to_string(), cell.flow(), cell.fault());
        let ended = tokio::spawn(cell.run(seed)).await;
        Finished {
            name,
            flow,
            fault,
            ended: ended.unwrap_or_else(|panic| Err(vec![format!("it panicked: {panic}")])),
        }
    }
}

/// One line for each violated invariant of a cell.
fn failures(results: &[Finished]) -> String {
    let mut lines: Vec<_> = results
        .iter()
        .filter_map(|it| Some((&it.name, it.ended.as_ref().err()?)))
        .flat_map(|(name, broken)| broken.iter().map(move |what| format!("{name} → {what}\n")))
        .collect();
    lines.sort();
    lines.concat()
}

/// One line for each fault in a flow: how often it ended in which way. Cells that wait for a socket
/// in real time are left out, because a busy machine would change their counts.
fn totals(results: &[Finished]) -> String {
    let mut totals: BTreeMap<_, BTreeMap<&str, u32>> = BTreeMap::new();
    for it in results.iter().filter(|it| !cell::takes_real_time(it.fault)) {
        let ends = totals.entry((it.flow, it.fault)).or_default();
        *ends.entry(it.ended.as_ref().unwrap()).or_default() += 1;
    }
    let line = |((flow, fault), ends): ((Flow, &str), BTreeMap<&str, u32>)| {
        let ends = ends.iter().map(|(end, count)| format!("{end} {count}"));
        let ends = ends.collect::<Vec<_>>().join(", ");
        format!("{:<12}  {fault:<30}  {ends}\n", flow.to_string())
    };
    totals.into_iter().map(line).collect()
}

/// The seed of the client's jitter and of random faults.
fn seed() -> u64 {
    std::env::var("KEEPNET_FAULT_SEED").map_or(7, |seed| seed.parse().unwrap())
}
