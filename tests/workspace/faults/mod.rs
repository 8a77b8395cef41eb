//! Every fault of the sandbox at every step of the flows, against both faces of the service: a flow
//! ends in time, what it says is true, nobody is there twice, and no other company is touched.

mod cell;
mod flow;
mod invariants;
mod site;
mod storm;

use std::collections::BTreeMap;
use std::time::Instant;

use futures::StreamExt as _;

use cell::Cell;
use flow::Flow;
use site::Undisturbed;

use crate::flows::service::DIALECTS;

/// So many cells are worked on at a time: most of them wait for a socket.
const AT_A_TIME: usize = 48;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_fault_at_any_step_makes_a_flow_lie_hang_or_write_twice() {
    let (seed, started) = (seed(), Instant::now());
    let mut cells = Vec::new();
    for dialect in DIALECTS {
        for flow in Flow::ALL {
            let undisturbed = Undisturbed::of(flow, dialect, seed).await;
            cells.extend(Cell::all(&undisturbed));
        }
    }
    cell::assert_all_kinds_are_there(&cells);
    let size = cells.len();
    assert!(size >= 500, "{size} cells are too few");

    let results: Vec<Finished> = futures::stream::iter(cells)
        .map(|cell| Finished::run(cell, seed))
        .buffer_unordered(AT_A_TIME)
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
    /// How the flow ended, or everything that does not hold.
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

/// One line for everything that does not hold in a cell.
fn failures(results: &[Finished]) -> String {
    let mut lines: Vec<_> = results
        .iter()
        .filter_map(|it| Some((&it.name, it.ended.as_ref().err()?)))
        .flat_map(|(name, broken)| broken.iter().map(move |what| format!("{name} → {what}\n")))
        .collect();
    lines.sort();
    lines.concat()
}

/// One line for each fault in a flow: how often it ended in which way. Where a socket is waited for
/// in real time, a busy machine would change the counts.
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

/// Decides the jitter of the client and which calls a fault of chance hits.
fn seed() -> u64 {
    std::env::var("KEEPNET_FAULT_SEED").map_or(7, |seed| seed.parse().unwrap())
}
