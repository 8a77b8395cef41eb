//! How long the bindings take, against reading the contract alone.
//!
//! `cargo bench --package keepnet-spec --features generate`
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a bench prints its figures"
)]

use keepnet_spec::{Contract, codegen};
use std::{collections::BTreeSet, path::Path, time::Instant};

fn main() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../keepnet-api-spec.json");
    let text = std::fs::read_to_string(path).unwrap();
    let started = Instant::now();
    let contract = Contract::parse(&text).unwrap();
    let reading = started.elapsed().as_secs_f64();
    println!(
        "{:<10} {:>4} operations  {reading:.3} s",
        "read",
        contract.operations().len()
    );
    let all: BTreeSet<String> = contract
        .operations()
        .into_iter()
        .map(|operation| operation.area)
        .collect();
    let default = [
        "allowed-domains",
        "auth",
        "companies",
        "system-users",
        "target-users",
    ]
    .map(str::to_owned)
    .into();
    for (name, areas) in [("default", &default), ("full", &all)] {
        let count = contract
            .operations()
            .iter()
            .filter(|operation| areas.contains(&operation.area))
            .count();
        let started = Instant::now();
        let lines = codegen::generate(&contract, areas)
            .unwrap()
            .client
            .lines()
            .count();
        let seconds = started.elapsed().as_secs_f64();
        println!(
            "{name:<10} {count:>4} operations  {seconds:.3} s  {:>5.1} x reading  {lines} lines",
            seconds / reading
        );
    }
}
